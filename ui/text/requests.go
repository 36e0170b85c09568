package text

import "github.com/ehrdesk/ehrdesk"

// Requests are the words of what providers ask of one another. A request gives nobody leave to see the record, and none says so.
type Requests struct {
	Title, Lead, Loading, Asking, None, ToAct, ToKnow, In, Out, From, To, Ago, OverdueBy, Waits, Refused, AsOf, NeverAsked, Off, NotYours,
	Count, CountOverdue, Bar, BarOverdue, OnToday,
	Letter, Writer, NoLetter, NotForDesk, Attached, ByConsent, About, Steps, ByCentre, Day, Note, Answer, Next, Offer, Why, Priority, Specialty,
	NotNext, NotSide, ForClinicians, GiveUpFirst, NothingStuck, NoNumber, OpenPatient, OpenOne, TakeStep,
	Office, Pair, CardPatient, CardOther, NoteLabel, NoteOptional, DayLabel, TitleLabel, TextLabel, NeedsNote, NeedsDay, BadDay, PastDay, NeedsText, AnswerTitle,
	FillKeys, FillKeysText, AskKeys, NoWayBack, GiveUpTitle, GiveUpNote, Sending, Done, DoneWaits, DoneRefused, GivenUp, Moved, Dropped, Yes, NewLine T
	Kinds   map[ehrdesk.RequestKind]T
	States  map[ehrdesk.RequestState]T
	Acts    map[ehrdesk.RequestState]T // what somebody does to bring a request into a state
	Overdue map[ehrdesk.RequestOverdue]T
}

func requests() Requests {
	return Requests{
		Title:         T{"Requests and sealed cases", "要求及密封個案", "要求及密封个案"},
		Lead:          T{"what providers ask of one another, and cases that you are in", "機構之間的要求，以及你參與的個案", "机构之间的要求，以及你参与的个案"},
		Loading:       T{"Reading the requests…", "正在讀取要求…", "正在读取要求…"},
		Asking:        T{"Asking the centre what is new…", "正在向中央查詢…", "正在向中央查询…"},
		None:          T{"Nothing is asked of others or of this provider, and you are in no sealed case.", "沒有發出或收到的要求，也沒有密封個案。", "没有发出或收到的要求，也没有密封个案。"},
		ToAct:         T{"To act", "待處理", "待处理"},
		ToKnow:        T{"To know", "供知悉", "供知悉"},
		In:            T{"IN", "收", "收"},
		Out:           T{"OUT", "發", "发"},
		From:          T{"from %s", "由 %s 發出", "由 %s 发出"},
		To:            T{"to %s", "發予 %s", "发予 %s"},
		Ago:           T{"%s ago", "%s前", "%s前"},
		OverdueBy:     T{"OVERDUE by %s: %s", "逾期 %s：%s", "逾期 %s：%s"},
		Waits:         T{"WAITS FOR THE LINE", "等候連線", "等候连线"},
		Refused:       T{"STEP REFUSED: %s", "步驟被拒：%s", "步骤被拒：%s"},
		AsOf:          T{"as of %s", "截至 %s", "截至 %s"},
		NeverAsked:    T{"the centre has not been asked yet", "尚未向中央查詢", "尚未向中央查询"},
		Off:           T{"this desk carries no requests between providers", "此工作站不傳送機構之間的要求", "此工作站不传送机构之间的要求"},
		NotYours:      T{"requests are for those who work with patients", "要求只供服務病人的人員使用", "要求只供服务病人的人员使用"},
		Count:         T{"%d to act on", "%d 項待處理", "%d 项待处理"},
		CountOverdue:  T{"%d OVERDUE", "%d 項逾期", "%d 项逾期"},
		Bar:           T{"requests: %d to act on", "要求：%d 項待處理", "要求：%d 项待处理"},
		BarOverdue:    T{"requests: %d to act on, %d OVERDUE", "要求：%d 項待處理，%d 項逾期", "要求：%d 项待处理，%d 项逾期"},
		OnToday:       T{"%s · Ctrl+O shows them", "%s · 按 Ctrl+O 查看", "%s · 按 Ctrl+O 查看"},
		Letter:        T{"Letter", "信件", "信件"},
		Writer:        T{"written by %s", "%s 撰寫", "%s 撰写"},
		NoLetter:      T{"It has no letter.", "沒有信件。", "没有信件。"},
		NotForDesk:    T{"The letter and what is attached are for those who treat the patient. The front desk is given neither.", "信件及附件只供診治病人的人員閱讀，接待處不會收到。", "信件及附件只供诊治病人的人员阅读，接待处不会收到。"},
		Attached:      T{"Attached: %d record{s}", "附件：%d 項紀錄", "附件：%d 项记录"},
		ByConsent:     T{"read with the patient's consent to this provider", "須有病人對本機構的同意方可閱讀", "须有病人对本机构的同意方可阅读"},
		About:         T{"About one record of the patient's chart", "關於病人的一項紀錄", "关于病人的一项记录"},
		Steps:         T{"Steps", "步驟", "步骤"},
		ByCentre:      T{"the centre", "中央", "中央"},
		Day:           T{"for %s", "日期：%s", "日期：%s"},
		Note:          T{"note: %s", "備註：%s", "备注：%s"},
		Answer:        T{"answer: %s", "答覆：%s", "答复：%s"},
		Next:          T{"What can be done", "可採取的步驟", "可采取的步骤"},
		Offer:         T{"It was sent to you and nobody has said that it has come: 1 says so.", "已發予本機構而未有人確認收到：按 1 確認。", "已发予本机构而未有人确认收到：按 1 确认。"},
		Why:           T{"not now: %s", "現時不可：%s", "现时不可：%s"},
		Priority:      T{"Priority", "緩急", "缓急"},
		Specialty:     T{"Specialty", "專科", "专科"},
		NotNext:       T{"it cannot follow “%s”", "不能緊接「%s」", "不能紧接“%s”"},
		NotSide:       T{"it is for the other provider", "由對方機構採取", "由对方机构采取"},
		ForClinicians: T{"it is for those who treat the patient", "由診治病人的人員採取", "由诊治病人的人员采取"},
		GiveUpFirst:   T{"a step was refused: Del gives it up first", "有步驟被拒：先按 Del 放棄", "有步骤被拒：先按 Del 放弃"},
		NothingStuck:  T{"no step of it was refused or waits", "沒有被拒或等候的步驟", "没有被拒或等候的步骤"},
		NoNumber:      T{"the request names no number of the patient", "要求沒有病人號碼", "要求没有病人号码"},
		OpenPatient:   T{"patient", "病人", "病人"},
		OpenOne:       T{"read it", "閱讀", "阅读"},
		TakeStep:      T{"step", "步驟", "步骤"},
		Pair:          T{"%s: %s", "%s：%s", "%s：%s"},
		CardPatient:   T{"Patient: %s", "病人：%s", "病人：%s"},
		Office:        T{"eHealth Record Office", "電子健康紀錄專員辦事處", "电子健康记录专员办事处"},
		CardOther:     T{"The other provider: %s", "對方機構：%s", "对方机构：%s"},
		NoteLabel:     T{"Why", "原因", "原因"},
		NoteOptional:  T{"Note (optional)", "備註（可略）", "备注（可略）"},
		DayLabel:      T{"Day (24-Dec-2026)", "日期（24-Dec-2026）", "日期（24-Dec-2026）"},
		TitleLabel:    T{"Title", "標題", "标题"},
		TextLabel:     T{"Answer", "答覆", "答复"},
		NeedsNote:     T{"a reason is needed: the other provider reads it", "必須註明原因，供對方機構閱讀", "必须注明原因，供对方机构阅读"},
		NeedsDay:      T{"a booking has a day", "預約須有日期", "预约须有日期"},
		BadDay:        T{"type the day as 24-Dec-2026 or 2026-12-24", "日期格式為 24-Dec-2026 或 2026-12-24", "日期格式为 24-Dec-2026 或 2026-12-24"},
		PastDay:       T{"this day is over", "此日期已過", "此日期已过"},
		NeedsText:     T{"an answer has words", "答覆須有內容", "答复须有内容"},
		AnswerTitle:   T{"Answer", "答覆", "答复"},
		FillKeys:      T{"Enter goes on · Esc back: nothing is sent", "Enter 繼續 · Esc 返回：不送出", "Enter 继续 · Esc 返回：不送出"},
		FillKeysText:  T{"Tab next field · Enter new line · F9 shows what leaves · Esc back", "Tab 下一欄 · Enter 換行 · F9 預覽 · Esc 返回", "Tab 下一栏 · Enter 换行 · F9 预览 · Esc 返回"},
		AskKeys:       T{"y yes, do it · Esc back: nothing is sent", "y 確定 · Esc 返回：不送出", "y 确定 · Esc 返回：不送出"},
		NoWayBack:     T{"This cannot be taken back.", "此步驟不能收回。", "此步骤不能收回。"},
		GiveUpTitle:   T{"Give up the step that was not delivered?", "放棄未能送出的步驟？", "放弃未能送出的步骤？"},
		GiveUpNote:    T{"The request stands again as the centre has it. What was written in the step is lost.", "要求回復至中央所載的狀態，步驟的內容會遺失。", "要求回复至中央所载的状态，步骤的内容会遗失。"},
		Sending:       T{"Sending the step…", "正在送出步驟…", "正在送出步骤…"},
		Done:          T{"done: %s; the other provider sees it", "完成：%s，對方機構可見", "完成：%s，对方机构可见"},
		DoneWaits:     T{"%s: on this desk's disk, sent when the line is back", "%s：已存於此工作站，連線後送出", "%s：已存于此工作站，连线后送出"},
		DoneRefused:   T{"“%s” was refused: %s", "「%s」被拒：%s", "“%s”被拒：%s"},
		GivenUp:       T{"the step is given up", "已放棄步驟", "已放弃步骤"},
		Moved:         T{"the request has moved on meanwhile: look at it again", "要求已有進展：請再次查看", "要求已有进展：请再次查看"},
		Dropped:       T{"the desk was locked: what was typed into the step was not kept", "工作站曾鎖定：步驟中輸入的內容沒有保留", "工作站曾锁定：步骤中输入的内容没有保留"},
		Yes:           T{"yes", "確定", "确定"},
		NewLine:       T{"new line", "換行", "换行"},
		Kinds: map[ehrdesk.RequestKind]T{
			ehrdesk.RequestReferral: {"Referral", "轉介", "转介"}, ehrdesk.RequestQuery: {"Query about a record", "紀錄查詢", "记录查询"},
			ehrdesk.RequestIncident: {"Incident", "事故", "事故"}, ehrdesk.RequestCorrected: {"A record was corrected or withdrawn", "紀錄已更正或撤回", "记录已更正或撤回"},
		},
		States: map[ehrdesk.RequestState]T{
			ehrdesk.RequestSent: {"sent", "已發出", "已发出"}, ehrdesk.RequestReceived: {"received", "已收到", "已收到"}, ehrdesk.RequestAccepted: {"accepted", "已接受", "已接受"},
			ehrdesk.RequestDeclined: {"declined", "已婉拒", "已婉拒"}, ehrdesk.RequestBooked: {"booked", "已預約", "已预约"}, ehrdesk.RequestSeen: {"seen", "已診", "已诊"},
			ehrdesk.RequestAnswered: {"answered", "已答覆", "已答复"}, ehrdesk.RequestRecalled: {"recalled", "已撤回", "已撤回"}, ehrdesk.RequestClosed: {"closed", "已結束", "已结束"},
		},
		Acts: map[ehrdesk.RequestState]T{
			ehrdesk.RequestReceived: {"Say that it was received", "確認收到", "确认收到"}, ehrdesk.RequestAccepted: {"Accept", "接受", "接受"},
			ehrdesk.RequestDeclined: {"Decline, with a reason", "婉拒並註明原因", "婉拒并注明原因"}, ehrdesk.RequestBooked: {"Book a day", "預約日期", "预约日期"},
			ehrdesk.RequestSeen: {"Say that the patient was seen", "確認病人已診", "确认病人已诊"}, ehrdesk.RequestAnswered: {"Answer", "答覆", "答复"},
			ehrdesk.RequestRecalled: {"Recall, with a reason", "撤回並註明原因", "撤回并注明原因"}, ehrdesk.RequestClosed: {"Close", "結束", "结束"},
		},
		Overdue: map[ehrdesk.RequestOverdue]T{
			ehrdesk.NotReceived: {"not received", "未確認收到", "未确认收到"}, ehrdesk.NotBooked: {"not booked", "未預約", "未预约"},
			ehrdesk.NotAnswered: {"not answered", "未答覆", "未答复"}, ehrdesk.NotClosed: {"not closed", "未結束", "未结束"},
		},
	}
}

// KindOf is what is asked, in words.
func (r *Requests) KindOf(k ehrdesk.RequestKind) T { return known(r.Kinds, k) }

// StateOf is how far a request has come, in words.
func (r *Requests) StateOf(s ehrdesk.RequestState) T { return known(r.States, s) }

// known are the words for a word of the wire; one that the table does not have stands for itself.
func known[K ~string](all map[K]T, k K) T {
	if t, ok := all[k]; ok {
		return t
	}
	s := ehrdesk.CleanLine(string(k))
	return T{s, s, s}
}
