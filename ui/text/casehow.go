package text

// CaseHow are the words of how a message in a sealed case is handled, as it is written.
type CaseHow struct {
	Turns, TurnsAll, Within, More, Less, Way, Fact, NoFact, FactShut, FactMore, FactNone, FindFact, What, Approver, Day, Hour, Lasts, Place,
	NotView, View, NotMark, Mark, ViewShort, MarkShort,
	NotBoth, TurnNotTo, BadWithin, NeedsFact, NeedsApprover, BadTime, PastTime, BadLasts,
	LeavesTurns, LeavesTurnsAll, LeavesPasses, LeavesFact, LeavesMark T

	Ways [4]T // by way
}

func caseHow() CaseHow {
	return CaseHow{
		Turns:          T{"Whose turn it is, first to last", "確認次序，由先至後", "确认次序，由先至后"},
		TurnsAll:       T{"all whom it is for, in their order", "全體收件人，按其次序", "全体收件人，按其次序"},
		Within:         T{"Minutes until it is the next one's", "多少分鐘後輪到下一位", "多少分钟后轮到下一位"},
		More:           T{"+ More: a file, records, passing, for approval, a time to meet, view only", "+ 更多：附檔、紀錄、限時、待批准、會診時間、只供閱讀", "+ 更多：附件、记录、限时、待批准、会诊时间、只供阅读"},
		Less:           T{"- More", "- 更多", "- 更多"},
		Way:            T{"What it is", "類別", "类别"},
		Ways:           [4]T{{"a message that stays in the case", "留在個案的訊息", "留在个案的信息"}, {"passing: gone 30 s after it is opened", "限時：開啟後 30 秒移除", "限时：打开后 30 秒移除"}, {"for approval", "待批准", "待批准"}, {"a time to meet", "會診時間", "会诊时间"}},
		Fact:           T{"Where its clinical fact stands", "臨床事實載於", "临床事实载于"},
		NoFact:         T{"there is no clinical fact in it: %s says so by name", "當中沒有臨床事實：由 %s 具名聲明", "当中没有临床事实：由 %s 具名声明"},
		FactShut:       T{"to name a record, write from the patient's open chart (@)", "如須指明紀錄，請由已開啟的病歷撰寫（@）", "如须指明记录，请由已打开的病历撰写（@）"},
		FactMore:       T{"and %d more record{s}: type a word of it", "另有 %d 項紀錄：請輸入其中字詞", "另有 %d 项记录：请输入其中字词"},
		FactNone:       T{"this provider has written no record in this chart: write it down first (M in the chart)", "本機構在此病歷沒有紀錄：請先寫入（病歷中按 M）", "本机构在此病历没有记录：请先写入（病历中按 M）"},
		FindFact:       T{"a word of the record · ↓ Enter", "紀錄中的字詞 · ↓ Enter", "记录中的字词 · ↓ Enter"},
		What:           T{"To be approved", "待批准的是", "待批准的是"},
		Approver:       T{"Who approves", "批准者", "批准者"},
		Day:            T{"Day", "日期", "日期"},
		Hour:           T{"Time", "時間", "时间"},
		Lasts:          T{"Minutes", "分鐘", "分钟"},
		Place:          T{"Place, or how to join", "地點或參加方法", "地点或参加方法"},
		NotView:        T{"[ ] view only: no copy, print or export of it at their desks", "[ ] 只供閱讀：對方工作站不可複製、列印或匯出", "[ ] 只供阅读：对方工作站不可复制、打印或导出"},
		View:           T{"[x] VIEW ONLY: no copy, print or export of it at their desks", "[x] 只供閱讀：對方工作站不可複製、列印或匯出", "[x] 只供阅读：对方工作站不可复制、打印或导出"},
		NotMark:        T{"[ ] watermark: who reads it, and when, stands on it", "[ ] 浮水印：顯示閱讀者及時間", "[ ] 水印：显示阅读者及时间"},
		Mark:           T{"[x] WATERMARK: who reads it, and when, stands on it", "[x] 浮水印：顯示閱讀者及時間", "[x] 水印：显示阅读者及时间"},
		ViewShort:      T{"view only", "只供閱讀", "只供阅读"},
		MarkShort:      T{"watermark", "浮水印", "水印"},
		NotBoth:        T{"what is critical neither passes nor is approved: choose one", "危急訊息不可限時，也不可待批准：請擇一", "危急信息不可限时，也不可待批准：请择一"},
		TurnNotTo:      T{"it is for nobody but those under \"To\": choose among them, or Ctrl+K", "只供「致」的收件人：請從中選擇，或按 Ctrl+K", "只供「致」的收件人：请从中选择，或按 Ctrl+K"},
		BadWithin:      T{"a turn has 1 to 1440 minutes", "每人限時 1 至 1440 分鐘", "每人限时 1 至 1440 分钟"},
		NeedsFact:      T{"↓ chooses where its clinical fact stands, or that there is none in it", "按 ↓ 選擇臨床事實所在紀錄，或聲明沒有", "按 ↓ 选择临床事实所在记录，或声明没有"},
		NeedsApprover:  T{"choose who approves it: @ and a name", "請選擇批准者：輸入 @ 及姓名", "请选择批准者：输入 @ 及姓名"},
		BadTime:        T{"a day like 24-Nov-2026, and a time like 17:30", "日期如 24-Nov-2026，時間如 17:30", "日期如 24-Nov-2026，时间如 17:30"},
		PastTime:       T{"this time is over", "此時間已過", "此时间已过"},
		BadLasts:       T{"a meeting lasts 1 to 1440 minutes", "會診為 1 至 1440 分鐘", "会诊为 1 至 1440 分钟"},
		LeavesTurns:    T{"To be acknowledged by %s, %d min each; then it is with you again", "依次由 %s 確認，每人 %d 分鐘；其後交回你", "依次由 %s 确认，每人 %d 分钟；其后交回你"},
		LeavesTurnsAll: T{"all of them, in this order", "上述各人", "上述各人"},
		LeavesPasses:   T{"PASSING: gone 30 s after it is opened, and unopened within a week. A photograph of it cannot be prevented.", "限時：開啟後 30 秒移除，未開啟則一星期內移除，但不能防止拍攝。", "限时：打开后 30 秒移除，未打开则一星期内移除，但不能防止拍摄。"},
		LeavesFact:     T{"Its clinical fact stands in: %s", "臨床事實載於：%s", "临床事实载于：%s"},
		LeavesMark:     T{"Watermark: who reads it, and when, stands on it", "浮水印：顯示閱讀者及時間", "水印：显示阅读者及时间"},
	}
}
