package text

// Second are the words of an act on one person's word that a second person approves.
type Second struct {
	Title, Lead, OwnLead, Loading, TakenBy, ReadAt, NoNotices, Method, Press, RefuseTitle, NeedsReason, Approving, Refusing, GivenBack, Gone, Own, ApproveHint, RefuseHint, OpenHint, TypeReason,
	OnList, OnListOwn, RefusedBy, Note, ReceiptTitle, ReceiptLead, Waits, GiveUpAsk, Stays, Overdue, NoRole T
}

func second() Second {
	return Second{
		Title:        T{"For a second person", "待第二人批准", "待第二人批准"},
		Lead:         T{"Compare with the paper. y approves and submits it under your name, J refuses it with a reason, Esc leaves it.", "請與表格正本核對。按 y 以你的名義批准並提交，按 J 不批准並註明原因，按 Esc 返回。", "请与表格正本核对。按 y 以你的名义批准并提交，按 J 不批准并注明原因，按 Esc 返回。"},
		OwnLead:      T{"You took this: another person has to approve it. Nothing is submitted until then.", "此項由你登記，須由另一人批准，批准前不會提交。", "此项由你登记，须由另一人批准，批准前不会提交。"},
		Loading:      T{"reading what was taken", "正在讀取登記內容", "正在读取登记内容"},
		TakenBy:      T{"Taken by", "登記者", "登记者"},
		ReadAt:       T{"%d read at %s", "%d 份於 %s 已閱讀", "%d 份于 %s 已阅读"},
		NoNotices:    T{"the provider's own, on paper", "醫護機構的紙本通知", "医护机构的纸本通知"},
		Method:       T{"Identity by", "核實文件", "核实文件"},
		Press:        T{"y  Approve and submit to eHealth", "y  批准並提交至醫健通", "y  批准并提交至医健通"},
		RefuseTitle:  T{"Why it is not approved (who took it reads this)", "不批准的原因（登記者會看到）", "不批准的原因（登记者会看到）"},
		NeedsReason:  T{"Please write why, in a few words.", "請簡述原因。", "请简述原因。"},
		Approving:    T{"submitting to eHealth", "正在提交至醫健通", "正在提交至医健通"},
		Refusing:     T{"writing it down on this desk", "正在寫入本工作站", "正在写入本工作站"},
		GivenBack:    T{"Not approved: who took it reads why on the list.", "已不批准：登記者可在名單上看到原因。", "已不批准：登记者可在名单上看到原因。"},
		Gone:         T{"It was approved, refused or given up meanwhile.", "此項已獲批准、不獲批准或已放棄。", "此项已获批准、不获批准或已放弃。"},
		Own:          T{"nobody approves or refuses what they took themselves", "不可批准或拒絕自己登記的事項", "不可批准或拒绝自己登记的事项"},
		ApproveHint:  T{"approve and submit", "批准並提交", "批准并提交"},
		RefuseHint:   T{"refuse", "不批准", "不批准"},
		OpenHint:     T{"look at it", "查看", "查看"},
		TypeReason:   T{"refuse it", "確定不批准", "确定不批准"},
		OnList:       T{"waits for a second person: Enter (taken by %s)", "待第二人批准：按 Enter（%s 登記）", "待第二人批准：按 Enter（%s 登记）"},
		OnListOwn:    T{"taken by you, waits for a second person", "由你登記，待第二人批准", "由你登记，待第二人批准"},
		RefusedBy:    T{"not approved by %s: %s", "%s 不批准：%s", "%s 不批准：%s"},
		Note:         T{"A second person of this provider approves it before it is submitted.", "須由本機構第二人批准後才提交。", "须由本机构第二人批准后才提交。"},
		ReceiptTitle: T{"○ Kept for a second person", "○ 已保存，待第二人批准", "○ 已保存，待第二人批准"},
		ReceiptLead:  T{"It is on this desk's disk and not submitted. It stands on Today's list (Ctrl+T), where another person approves it, or refuses it with a reason. No record opens by it until then.", "已存於本工作站，尚未提交。列於今日名單（Ctrl+T），由另一人批准，或註明原因不批准。此前不可憑此開啟紀錄。", "已存于本工作站，尚未提交。列于今日名单（Ctrl+T），由另一人批准，或注明原因不批准。此前不可凭此打开记录。"},
		Waits:        T{"A consent taken at this desk waits for a second person (Ctrl+T). It opens nothing yet.", "本工作站取得的同意待第二人批准（Ctrl+T），現時不可開啟紀錄。", "本工作站取得的同意待第二人批准（Ctrl+T），现时不可打开记录。"},
		GiveUpAsk:    T{"Nobody has approved it. Press Del again to give it up: the form has to be taken anew.", "尚未獲批准。再按 Del 放棄：表格須重新登記。", "尚未获批准。再按 Del 放弃：表格须重新登记。"},
		Stays:        T{"it waits for a second person: Enter approves it, or refuses it with a reason", "待第二人批准：按 Enter 批准，或註明原因不批准", "待第二人批准：按 Enter 批准，或注明原因不批准"},
		Overdue:      T{"not approved for %s: look at it today", "已 %s 未獲批准：請於今日處理", "已 %s 未获批准：请于今日处理"},
		NoRole:       T{"for those who take consents", "只供辦理同意的人員", "只供办理同意的人员"},
	}
}
