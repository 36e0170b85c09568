package text

// Writing are the words of records that are written here by a form: until the central service has answered none is said to be
// in the record.
type Writing struct {
	Title, LookFor, Making, Opening, Preparing, Signing, None, NoMatch, Off,
	Approvals, Drafts, Forms, Deposits, Site, ToApprove, OwnWaits, Kept, RefusedBy,
	Saved, Saving, NotKept, LeaveUnkept, DraftStays, EscKeeps, NoMore, AskedOnce, Complete, Missing,
	PreviewTitle, ToWhom, Leaves, New, Version, Gone, NoneMade, Bytes, Faults, SecondNote,
	CardTitle, SignedBy, About, What, ApproveTitle, CardKeys, RefuseTitle, RefuseKeys, NeedsReason, DiscardKeys, SignIt, Discard,
	Told, Sent, WaitsLine, Refused, WaitsSecond, SentMore, WaitsMore, RefusedMore, SecondMore, Why, Written, GivenBack, Changed,
	NotOurs, NoForm, AlreadyGone, WithdrawTitle, WithdrawNote, Withdrawal, WrongPatient, WrongContent, Duplicate,
	Wait, Stopped, NothingToSign, NothingToRefuse, NoRecord, EnterOpen, EnterNext, EnterLine, NothingToPick, EnterItem, EnterRefuse, Correction, ReferNext T
}

func writing() Writing {
	return Writing{
		Title:           T{"Write a record", "撰寫紀錄", "撰写记录"},
		LookFor:         T{"form", "表格", "表格"},
		Making:          T{"Looking for the forms…", "正在查找表格…", "正在查找表格…"},
		Opening:         T{"Opening the form…", "正在開啟表格…", "正在打开表格…"},
		Preparing:       T{"Preparing what leaves…", "正在準備將送出的紀錄…", "正在准备将送出的记录…"},
		Signing:         T{"Signing and sending…", "正在簽署及送出…", "正在签署及送出…"},
		None:            T{"No form can be filled in here.", "此處沒有可填寫的表格。", "此处没有可填写的表格。"},
		NoMatch:         T{"Nothing here is called that.", "沒有相符的項目。", "没有相符的项目。"},
		Off:             T{"records are written by who treats the patient, on a desk that can", "只有診治病人的人員可在支援的工作站撰寫紀錄", "只有诊治病人的人员可在支持的工作站撰写记录"},
		Approvals:       T{"Waits for a second person", "等候第二人批准", "等候第二人批准"},
		Drafts:          T{"Your drafts: nobody else sees them", "你的草稿：只供你查閱", "你的草稿：只供你查阅"},
		Forms:           T{"Forms", "表格", "表格"},
		Deposits:        T{"What became of what was signed here", "已簽署紀錄的結果", "已签署记录的结果"},
		Site:            T{"this provider's form", "本機構的表格", "本机构的表格"},
		ToApprove:       T{"by %s: to be approved or refused", "%s 撰寫：待批准", "%s 撰写：待批准"},
		OwnWaits:        T{"yours: another person has to approve it", "由你撰寫：須由另一人批准", "由你撰写：须由另一人批准"},
		Kept:            T{"kept %s, %s ago", "%s 保存，%s前", "%s 保存，%s前"},
		RefusedBy:       T{"not approved by %s: %s", "%s 不批准：%s", "%s 不批准：%s"},
		Saved:           T{"saved %s", "已保存 %s", "已保存 %s"},
		Saving:          T{"saving…", "正在保存…", "正在保存…"},
		NotKept:         T{"NOT SAVED: what was typed last is not on the disk.", "未能保存：最後輸入的內容並未寫入磁碟。", "未能保存：最后输入的内容并未写入磁盘。"},
		LeaveUnkept:     T{"What was typed last into the form is not on the disk yet. It may be lost.", "表格最後輸入的內容尚未寫入磁碟，可能遺失。", "表格最后输入的内容尚未写入磁盘，可能遗失。"},
		DraftStays:      T{"the draft stays, for you alone: M or b opens it", "草稿已保留，只供你查閱：按 M 或 b 開啟", "草稿已保留，只供你查阅：按 M 或 b 打开"},
		EscKeeps:        T{"keep draft", "保留草稿", "保留草稿"},
		NoMore:          T{"no more of this can be added or taken away", "不能再增加或移除", "不能再增加或移除"},
		AskedOnce:       T{"this is asked once", "此項只問一次", "此项只问一次"},
		Complete:        T{"nothing is missing: F9 shows what leaves", "資料齊備：按 F9 預覽", "资料齐备：按 F9 预览"},
		Missing:         T{"%d {is|are} missing or will not do", "%d 項欠缺或不符", "%d 项欠缺或不符"},
		PreviewTitle:    T{"What leaves: %s", "將送出：%s", "将送出：%s"},
		ToWhom:          T{"To eHealth: any provider that the patient lets see the record reads it.", "送往醫健通：病人允許查閱紀錄的醫護機構均可閱讀。", "送往医健通：病人允许查阅记录的医护机构均可阅读。"},
		Leaves:          T{"%d record{s}. Nothing else leaves. Not sent yet.", "共 %d 項紀錄，不會送出其他資料。尚未送出。", "共 %d 项记录，不会送出其他资料。尚未送出。"},
		New:             T{"new", "新紀錄", "新记录"},
		Version:         T{"a new version", "新版本", "新版本"},
		Gone:            T{"withdrawn, marked as entered in error", "撤回，標示為誤輸", "撤回，标示为误输"},
		NoneMade:        T{"The form makes no record of its own: it leaves as it was answered.", "此表格不另製作紀錄：按填寫內容送出。", "此表格不另制作记录：按填写内容送出。"},
		Bytes:           T{"Bytes that leave (what is signed has no blanks between)", "將送出的位元組（簽署內容不含空格）", "将送出的字节（签署内容不含空格）"},
		Faults:          T{"Before it can be signed: Enter goes to the item", "簽署前須處理：Enter 前往該項", "签署前须处理：Enter 前往该项"},
		SecondNote:      T{"A second person has to approve it before it leaves.", "須由第二人批准後才送出。", "须由第二人批准后才送出。"},
		CardTitle:       T{"Sign and send %s", "簽署並送出%s", "签署并送出%s"},
		SignedBy:        T{"Signed by: %s", "簽署人：%s", "签署人：%s"},
		About:           T{"Patient: %s", "病人：%s", "病人：%s"},
		What:            T{"Records: %s", "紀錄：%s", "记录：%s"},
		ApproveTitle:    T{"Approve and send %s, written by %s", "批准並送出%s（%s 撰寫）", "批准并送出%s（%s 撰写）"},
		CardKeys:        T{"y sign and send · Esc back: nothing is signed", "y 簽署並送出 · Esc 返回：不簽署", "y 签署并送出 · Esc 返回：不签署"},
		RefuseTitle:     T{"Refuse %s: it goes back to its author as a draft", "不批准%s：作為草稿交回作者", "不批准%s：作为草稿交回作者"},
		RefuseKeys:      T{"Reason, then Enter · Esc back", "輸入原因後按 Enter · Esc 返回", "输入原因后按 Enter · Esc 返回"},
		NeedsReason:     T{"a reason is needed: its author reads it", "必須註明原因，供作者閱讀", "必须注明原因，供作者阅读"},
		DiscardKeys:     T{"y discard · Esc keep", "y 捨棄 · Esc 保留", "y 舍弃 · Esc 保留"},
		SignIt:          T{"sign and send", "簽署並送出", "签署并送出"},
		Discard:         T{"discard", "捨棄", "舍弃"},
		Told:            T{"What became of it", "結果", "结果"},
		Sent:            T{"SENT", "已送出", "已送出"},
		WaitsLine:       T{"WAITS FOR THE LINE", "等候連線", "等候连线"},
		Refused:         T{"REFUSED", "被拒", "被拒"},
		WaitsSecond:     T{"WAITS FOR A SECOND PERSON", "等候第二人批准", "等候第二人批准"},
		SentMore:        T{"The central service has it.", "中央服務已收妥。", "中央服务已收妥。"},
		WaitsMore:       T{"It is signed and on this desk's disk. It is sent once the line is back; nobody else has it yet.", "已簽署並存於此工作站，連線恢復後送出；目前他人未能看到。", "已签署并存于此工作站，连线恢复后送出；目前他人未能看到。"},
		RefusedMore:     T{"The central service will not have it; nothing of it is in the record.", "中央服務不接受；紀錄中沒有任何相關內容。", "中央服务不接受；记录中没有任何相关内容。"},
		SecondMore:      T{"It is signed and on this desk's disk. It leaves once another person has approved it.", "已簽署並存於此工作站，待另一人批准後送出。", "已签署并存于此工作站，待另一人批准后送出。"},
		Why:             T{"Reason: %s", "原因：%s", "原因：%s"},
		Written:         T{"%s, version %s", "%s，版本 %s", "%s，版本 %s"},
		GivenBack:       T{"refused: it is its author's draft again", "不批准：已作為草稿交回作者", "不批准：已作为草稿交回作者"},
		Changed:         T{"it has been changed, signed or discarded meanwhile: look at it again", "內容已更改、簽署或捨棄：請再次查看", "内容已更改、签署或舍弃：请再次查看"},
		NotOurs:         T{"only the provider that wrote a record can put it right or withdraw it", "只有撰寫紀錄的機構可更正或撤回", "只有撰写记录的机构可更正或撤回"},
		NoForm:          T{"it was not written by a form that is on this desk", "並非以此工作站的表格撰寫", "并非以此工作站的表格撰写"},
		AlreadyGone:     T{"it has been withdrawn already", "已撤回", "已撤回"},
		WithdrawTitle:   T{"Withdraw a record: why?", "撤回紀錄：原因？", "撤回记录：原因？"},
		WithdrawNote:    T{"Nothing is erased: it stays as a version that is marked as entered in error, with all that was made with it.", "不會刪除：紀錄及一併製作的項目會保留並標示為誤輸。", "不会删除：记录及一并制作的项目会保留并标示为误输。"},
		Withdrawal:      T{"a withdrawal", "撤回", "撤回"},
		WrongPatient:    T{"it is about another patient", "屬於另一位病人", "属于另一位病人"},
		WrongContent:    T{"what it says is wrong", "內容有誤", "内容有误"},
		Duplicate:       T{"it was written twice", "重複撰寫", "重复撰写"},
		Wait:            T{"it is being done; please wait", "正在處理，請稍候", "正在处理，请稍候"},
		Stopped:         T{"stopped", "已停止", "已停止"},
		NothingToSign:   T{"nothing that can be signed is shown", "沒有顯示可簽署的內容", "没有显示可签署的内容"},
		NothingToRefuse: T{"nothing of another person's waits here", "沒有他人撰寫而待批准的紀錄", "没有他人撰写而待批准的记录"},
		NoRecord:        T{"no record is in focus", "沒有選取紀錄", "没有选取记录"},
		EnterOpen:       T{"open", "開啟", "打开"},
		EnterNext:       T{"next item", "下一項", "下一项"},
		EnterLine:       T{"new line", "換行", "换行"},
		NothingToPick:   T{"this is typed", "此項須輸入", "此项须输入"},
		EnterItem:       T{"go to the item", "前往該項", "前往该项"},
		EnterRefuse:     T{"refuse", "不批准", "不批准"},
		ReferNext:       T{"Nobody has been asked yet: > goes on to where the letter goes.", "尚未向任何機構提出：按 > 選擇轉介至何處。", "尚未向任何机构提出：按 > 选择转介至何处。"},
		Correction:      T{"puts right a record that is there", "更正已有紀錄", "更正已有记录"},
	}
}

// WithdrawalWhy is why a record is withdrawn, by the fixed word the central service is told.
func (w *Writing) WithdrawalWhy(word string) T {
	switch word {
	case "wrong-patient":
		return w.WrongPatient
	case "duplicate":
		return w.Duplicate
	}
	return w.WrongContent
}
