package text

// Drafts are the words of texts that a program of the administrator's wrote. None calls one a record, or right.
type Drafts struct {
	Title, Off, OnWith, OnShort, Making, Ask, None, NoDraft, Mark, MadeBy, MadeByYou, Given, Cut, NoRecord,
	CardTitle, RunsOn, Here, HereHeld, Elsewhere, GivenTitle, Lines, NotForRole, NotSeen, AlsoGiven, NoAge, NotGiven, Naming, More, Restricted,
	CardKeys, Writing, Stopped, Kept, Failed, Ended, TooLong, Nothing, Refused, Other, CannotHold, Still,
	DiscardAsk, DiscardKeys, Discarded, Give, Discard, EnterAsk, EnterRead T
}

func drafts() Drafts {
	return Drafts{
		Title:       T{"Drafts", "草稿", "草稿"},
		Off:         T{"your administrator has not set up a program for drafts", "管理員沒有設定撰寫草稿的程式", "管理员没有设定撰写草稿的程序"},
		OnWith:      T{"drafts on: %s", "草稿功能已開啟：%s", "草稿功能已开启：%s"},
		OnShort:     T{"drafts on", "草稿已開啟", "草稿已开启"},
		Making:      T{"Looking for your drafts…", "正在查找你的草稿…", "正在查找你的草稿…"},
		Ask:         T{"Ask %s for a draft", "請 %s 撰寫草稿", "请 %s 撰写草稿"},
		None:        T{"You have no drafts about this patient.", "你沒有關於此病人的草稿。", "你没有关于此病人的草稿。"},
		NoDraft:     T{"no draft is in focus", "沒有選取草稿", "没有选取草稿"},
		Mark:        T{"DRAFT", "草稿", "草稿"},
		MadeBy:      T{"made by %s", "由 %s 撰寫", "由 %s 撰写"},
		MadeByYou:   T{"written by you", "由你撰寫", "由你撰写"},
		Given:       T{"from: %s", "根據：%s", "根据：%s"},
		Cut:         T{"the program wrote more; this is the beginning", "程式撰寫的內容較長，此為開首部分", "程序撰写的内容较长，此为开头部分"},
		NoRecord:    T{"No part of the record, and no check reads it. Compare each word with the record.", "並非紀錄的一部分，檢查不會讀取。請逐字與紀錄核對。", "并非记录的一部分，检查不会读取。请逐字与记录核对。"},
		CardTitle:   T{"Ask %s for a draft: what it would be given", "請 %s 撰寫草稿：將提供的資料", "请 %s 撰写草稿：将提供的资料"},
		RunsOn:      T{"Text goes to: %s", "資料送往：%s", "资料送往：%s"},
		HereHeld:    T{"this machine; the program can reach no other", "此電腦；程式無法連接其他電腦", "此电脑；程序无法连接其他电脑"},
		Here:        T{"this machine by the administrator's word; nothing keeps the program to it", "管理員表示為此電腦；程式不受限制", "管理员表示为此电脑；程序不受限制"},
		Elsewhere:   T{"%s – AWAY FROM THIS MACHINE", "%s – 離開此電腦", "%s – 离开此电脑"},
		GivenTitle:  T{"Given: %s", "提供：%s", "提供：%s"},
		Lines:       T{"%d line{s}", "%d 行", "%d 行"},
		NotForRole:  T{"not shown for your role: not given", "你的職系不可查閱：不提供", "你的职系不可查阅：不提供"},
		NotSeen:     T{"not all records are seen here", "此處未能看到全部紀錄", "此处未能看到全部记录"},
		AlsoGiven:   T{"age %s, %s; no name, number or day of birth", "年齡 %s，%s；不包括姓名、號碼及出生日期", "年龄 %s，%s；不包括姓名、号码及出生日期"},
		NoAge:       T{"not known", "不詳", "不详"},
		NotGiven:    T{"Not given: %s", "不提供：%s", "不提供：%s"},
		Naming:      T{"%d line{s} that {names|name} the patient, or {is|are} too long", "%d 行載有病人姓名或號碼，或過長", "%d 行载有病人姓名或号码，或过长"},
		More:        T{"%d record{s} beyond the newest %d", "最新 %[2]d 項以外的 %[1]d 項紀錄", "最新 %[2]d 项以外的 %[1]d 项记录"},
		Restricted:  T{"restricted records, released ones too", "受限制紀錄，包括已開放者", "受限制记录，包括已开放者"},
		CardKeys:    T{"y give this to the program · Esc back: nothing is given", "y 提供予程式 · Esc 返回：不提供任何資料", "y 提供给程序 · Esc 返回：不提供任何资料"},
		Writing:     T{"%s is writing…", "%s 正在撰寫…", "%s 正在撰写…"},
		Stopped:     T{"the program was stopped; no draft was kept", "程式已停止；沒有保存草稿", "程序已停止；没有保存草稿"},
		Kept:        T{"draft kept, for you alone", "草稿已保存，只供你查閱", "草稿已保存，只供你查阅"},
		Failed:      T{"the program failed with status %d; no draft was kept", "程式失敗（狀態 %d）；沒有保存草稿", "程序失败（状态 %d）；没有保存草稿"},
		Ended:       T{"the program was ended from outside; no draft was kept", "程式被終止；沒有保存草稿", "程序被终止；没有保存草稿"},
		TooLong:     T{"the program took too long and was ended; no draft was kept", "程式逾時被終止；沒有保存草稿", "程序超时被终止；没有保存草稿"},
		Nothing:     T{"the program wrote nothing; no draft was kept", "程式沒有撰寫任何內容；沒有保存草稿", "程序没有撰写任何内容；没有保存草稿"},
		Refused:     T{"refused: the record is closed, or the policy lets nothing of it stay here; no draft was kept", "被拒：紀錄已關閉，或政策不容許留存；沒有保存草稿", "被拒：记录已关闭，或政策不容许留存；没有保存草稿"},
		Other:       T{"the program has been changed meanwhile: look again at what it would be given", "程式已更改：請再次查看將提供的資料", "程序已更改：请再次查看将提供的资料"},
		CannotHold:  T{"this system cannot keep the program from others; it was given nothing", "此系統無法限制該程式；沒有提供任何資料", "此系统无法限制该程序；没有提供任何资料"},
		Still:       T{"the program is writing; Esc stops it", "程式正在撰寫；Esc 停止", "程序正在撰写；Esc 停止"},
		DiscardAsk:  T{"Discard this draft? It is destroyed at once.", "捨棄此草稿？草稿會即時銷毀。", "舍弃此草稿？草稿会立即销毁。"},
		DiscardKeys: T{"y discard · Esc keep", "y 捨棄 · Esc 保留", "y 舍弃 · Esc 保留"},
		Discarded:   T{"draft discarded", "草稿已捨棄", "草稿已舍弃"},
		Give:        T{"give it", "提供", "提供"},
		Discard:     T{"discard", "捨棄", "舍弃"},
		EnterAsk:    T{"what is given", "查看資料", "查看资料"},
		EnterRead:   T{"read", "閱讀", "阅读"},
	}
}

// DraftMark says of a draft that it is one, by whom and when: program is its name and version, "" where the person wrote it.
func (w Words) DraftMark(program, when string) string {
	t := &w.c.Drafts
	by := w.t(t.MadeByYou)
	if program != "" {
		by = w.fill(t.MadeBy, program)
	}
	return w.t(t.Mark) + " · " + by + " · " + when
}
