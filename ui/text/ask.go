package text

// Asking are the words of what is asked of another provider: until the central service has answered nothing is said to be there.
type Asking struct {
	Title, Nothing, Opening, Sending, Stopped, Wait, Off, NoLetter, NotLetter,
	Where, LookFor, AsOf, NoDirectory, LetterSays, Suggested, NoRule, ByName, ByWords, ByUrgency, Others, NoneFound, NoService, ChooseFirst, NoneChosen,
	Attach, Ticked, LookAmong, Newest, Older, More, NoRecords, Twice, MostTicked, NotTicked,
	Preview, To, Of, Priority, About, From, Attached, NothingAttached, ByConsent, NotSent,
	CardTitle, CardKeys, Told, SentMore, WaitsMore, RefusedMore, Why,
	EnterChoose, EnterPreview, EnterSend, EnterEnd, Send, TickIt, Other, EscAway, EscBack T
	Priorities Priorities
}

// Priorities are how soon somebody is to act, by FHIR's codes.
type Priorities struct{ Routine, Urgent, ASAP, Stat T }

// PriorityOf is a priority by its code.
func (a *Asking) PriorityOf(code string) T { return a.Priorities.of(code) }

func (p *Priorities) of(code string) T {
	switch code {
	case "urgent":
		return p.Urgent
	case "asap":
		return p.ASAP
	case "stat":
		return p.Stat
	}
	return p.Routine
}

func asking() Asking {
	return Asking{
		Title:           T{"Refer to another provider", "轉介至另一機構", "转介至另一机构"},
		Nothing:         T{"Nothing is being asked. > on a referral letter begins.", "目前沒有轉介。請在轉介信上按 > 開始。", "目前没有转介。请在转介信上按 > 开始。"},
		Opening:         T{"Reading the letter and the directory…", "正在讀取轉介信及機構名錄…", "正在读取转介信及机构名录…"},
		Sending:         T{"Sending…", "正在送出…", "正在送出…"},
		Stopped:         T{"stopped", "已停止", "已停止"},
		Wait:            T{"it is being sent; please wait", "正在送出，請稍候", "正在送出，请稍候"},
		Off:             T{"this desk, or this profession, asks nothing of other providers", "此工作站或此專業不向其他機構提出要求", "此工作站或此专业不向其他机构提出要求"},
		NoLetter:        T{"the letter has no plain text that can be sent", "信件沒有可送出的純文字", "信件没有可送出的纯文字"},
		NotLetter:       T{"this is no referral letter", "此紀錄並非轉介信", "此记录并非转介信"},
		Where:           T{"Where to?", "轉介至何處？", "转介至何处？"},
		LookFor:         T{"name or specialty", "名稱或專科", "名称或专科"},
		AsOf:            T{"Directory as of %s, %s ago", "名錄截至 %s，%s前", "名录截至 %s，%s前"},
		NoDirectory:     T{"The directory cannot be had now: %s", "現時未能取得名錄：%s", "现时未能取得名录：%s"},
		LetterSays:      T{"The letter says: %s", "信中註明：%s", "信中注明：%s"},
		Suggested:       T{"Suggested: %s – %s", "建議：%s – %s", "建议：%s – %s"},
		NoRule:          T{"Nothing is suggested: no rule fits the letter's words.", "沒有建議：沒有規則符合信中內容。", "没有建议：没有规则符合信中内容。"},
		ByName:          T{"the letter names %s", "信中指明%s", "信中指明%s"},
		ByWords:         T{"the letter has %s", "信中有%s", "信中有%s"},
		ByUrgency:       T{"the letter is marked as an emergency", "信件標示為急症", "信件标示为急诊"},
		Others:          T{"Others in the directory", "名錄中其他機構", "名录中其他机构"},
		NoneFound:       T{"No provider in the directory is called that, or offers it.", "名錄中沒有相符的機構或服務。", "名录中没有相符的机构或服务。"},
		NoService:       T{"names no services", "沒有列出服務", "没有列出服务"},
		ChooseFirst:     T{"choose with ↓ first: nothing is chosen by itself", "請先按 ↓ 選擇：不會自動選取", "请先按 ↓ 选择：不会自动选取"},
		NoneChosen:      T{"nothing is chosen", "尚未選擇", "尚未选择"},
		Attach:          T{"Attach records: %s", "附上紀錄：%s", "附上记录：%s"},
		Ticked:          T{"%d of at most %d", "%d 項，最多 %d 項", "%d 项，最多 %d 项"},
		LookAmong:       T{"filter", "篩選", "筛选"},
		Newest:          T{"Results, images and documents, the newest first", "檢驗、影像及文件，最新在先", "检验、影像及文件，最新在先"},
		Older:           T{"Other records", "其他紀錄", "其他记录"},
		More:            T{"%d more: filter to see them", "另有 %d 項：請篩選", "另有 %d 项：请筛选"},
		NoRecords:       T{"No record here that can be attached is called that.", "沒有相符而可附上的紀錄。", "没有相符而可附上的记录。"},
		Twice:           T{"possible duplicate: the same test that day at %s", "可能重複：同日在%s有相同檢驗", "可能重复：同日在%s有相同检验"},
		MostTicked:      T{"no more than %d record{s} can be attached", "最多可附上 %d 項紀錄", "最多可附上 %d 项记录"},
		NotTicked:       T{"only records are ticked", "只可勾選紀錄", "只可勾选记录"},
		Preview:         T{"What is asked", "轉介內容", "转介内容"},
		To:              T{"To: %s", "致：%s", "致：%s"},
		Of:              T{"Specialty: %s", "專科：%s", "专科：%s"},
		Priority:        T{"Priority: %s", "緩急：%s", "缓急：%s"},
		About:           T{"Patient: %s", "病人：%s", "病人：%s"},
		From:            T{"From: %s", "由：%s", "由：%s"},
		Attached:        T{"Attached: %d record{s}", "附上 %d 項紀錄", "附上 %d 项记录"},
		NothingAttached: T{"Nothing is attached.", "沒有附上紀錄。", "没有附上记录。"},
		ByConsent:       T{"They read these by the patient's consent to them; without one they are told what there is.", "對方須有病人的同意方可閱讀；否則只知有此紀錄。", "对方须有病人的同意方可阅读；否则只知有此记录。"},
		NotSent:         T{"Not sent yet.", "尚未送出。", "尚未送出。"},
		CardTitle:       T{"Send this referral?", "送出此轉介？", "送出此转介？"},
		CardKeys:        T{"y send · Esc back: nothing is sent", "y 送出 · Esc 返回：不送出", "y 送出 · Esc 返回：不送出"},
		Told:            T{"What became of it", "結果", "结果"},
		SentMore:        T{"The central service has it and carries it to %s.", "中央服務已收妥，並會送達%s。", "中央服务已收妥，并会送达%s。"},
		WaitsMore:       T{"It is on this desk's disk and is sent once the line is back; %s does not have it yet.", "已存於此工作站，連線恢復後送出；%s尚未收到。", "已存于此工作站，连线恢复后送出；%s尚未收到。"},
		RefusedMore:     T{"The central service will not carry it; %s does not have it.", "中央服務不接受；%s沒有收到。", "中央服务不接受；%s没有收到。"},
		Why:             T{"Reason: %s", "原因：%s", "原因：%s"},
		EnterChoose:     T{"choose", "選擇", "选择"},
		EnterPreview:    T{"preview", "預覽", "预览"},
		EnterSend:       T{"ask to send", "準備送出", "准备送出"},
		EnterEnd:        T{"done", "完成", "完成"},
		Send:            T{"send", "送出", "送出"},
		TickIt:          T{"tick", "勾選", "勾选"},
		Other:           T{"priority", "緩急", "缓急"},
		EscAway:         T{"not now", "暫不轉介", "暂不转介"},
		EscBack:         T{"back", "返回", "返回"},
		Priorities: Priorities{
			Routine: T{"routine", "常規", "常规"},
			Urgent:  T{"urgent", "較急", "较急"},
			ASAP:    T{"as soon as possible", "盡快", "尽快"},
			Stat:    T{"emergency, at once", "緊急，立即", "紧急，立即"},
		},
	}
}
