package text

import "github.com/ehrdesk/ehrdesk"

// Calls are whom the clinic calls, as a booking of theirs came to nothing, and the look at those
// before a day is closed. None of it says why somebody had been booked.
type Calls struct {
	DueToday, Due, Overdue, Nobody, Booked, Title, WhatCame, History, PutDown, Again, Noted, Follow, Stays, NotACall, NoteHint, Owner, Booking, DueLabel,
	CloseTitle, CloseLead, CloseCount, CloseHere, CloseComing, CloseNobody, CloseHint, CloseDue, Closed, Looking, Gone, CallAgain T
	ReviewTitle, ReviewToday, ReviewDue, ReviewOverdue, ReviewAgain, FollowUp, FollowUpLabel, FoundInRecord, ReviewOwner, ReviewCame T
	Outcomes                                                                                                                         map[ehrdesk.CallOutcome]T // as they are offered
	Came                                                                                                                             map[ehrdesk.CallOutcome]T // as they stand in a list
	Reviews                                                                                                                          map[ehrdesk.CallOutcome]T // of what a doctor looks at, likewise
	Reviewed                                                                                                                         map[ehrdesk.CallOutcome]T
	FollowUps                                                                                                                        map[ehrdesk.FollowKind]T // what a record leaves to be followed up, for who may see it

	ReviewHint, TakeHint, Report, ReportOver, ReportNewer, ReportCorrected, ReportArrived T // of a report that somebody looks at
	ReportOutcomes, ReportCame                                                            map[ehrdesk.CallOutcome]T
}

func calls() Calls {
	return Calls{
		DueToday:        T{"call today", "今日致電", "今日致电"},
		Due:             T{"call by %s", "%s 前致電", "%s 前致电"},
		Overdue:         T{"! overdue by %d day{s}: call today", "! 逾期 %d 日：請於今日致電", "! 逾期 %d 日：请于今日致电"},
		Nobody:          T{"nobody has it yet", "未有人跟進", "未有人跟进"},
		Booked:          T{"was booked for %s", "原預約 %s", "原预约 %s"},
		Title:           T{"Call this patient: %s", "致電病人：%s", "致电病人：%s"},
		WhatCame:        T{"What came of it?", "致電結果", "致电结果"},
		History:         T{"History", "經過", "经过"},
		PutDown:         T{"put down when the day was closed", "結束當日時列入", "结束当日时列入"},
		Again:           T{"noted: %s; to be called again by %s", "已記錄：%s；請於 %s 前再致電", "已记录：%s；请于 %s 前再致电"},
		Noted:           T{"noted: %s", "已記錄：%s", "已记录：%s"},
		Follow:          T{"A colleague has concluded this call meanwhile.", "同事已完成此跟進。", "同事已完成此跟进。"},
		Stays:           T{"a call leaves the list by what came of it: T", "致電事項須記錄結果（T）後才會移除", "致电事项须记录结果（T）后才会移除"},
		NotACall:        T{"only those to be called have this", "只適用於須致電的病人", "只适用于须致电的病人"},
		NoteHint:        T{"note this", "記錄", "记录"},
		Owner:           T{"Who calls", "跟進職員", "跟进职员"},
		Booking:         T{"Booking", "預約", "预约"},
		DueLabel:        T{"Due", "限期", "限期"},
		CloseTitle:      T{"Close the day", "結束當日", "结束当日"},
		CloseLead:       T{"Enter has them called, Esc changes nothing", "按 Enter 列入致電名單，按 Esc 保持不變", "按 Enter 列入致电名单，按 Esc 保持不变"},
		CloseCount:      T{"%d patient{s} did not come, and {is|are} to be called:", "%d 位病人未到，須致電跟進：", "%d 位病人未到，须致电跟进："},
		CloseHere:       T{"%d {is|are} here still", "%d 位仍在診所", "%d 位仍在诊所"},
		CloseComing:     T{"%d {is|are} booked for later today and stay{s|} on the list", "%d 位預約時間未到，保留於名單", "%d 位预约时间未到，保留于名单"},
		CloseNobody:     T{"Nobody is to be called: whoever was booked has come, or has been put down already.", "沒有須致電的病人：預約者已到，或已列入致電名單。", "没有须致电的病人：预约者已到，或已列入致电名单。"},
		CloseHint:       T{"have called", "列入致電", "列入致电"},
		CloseDue:        T{"call by %s", "%s 前致電", "%s 前致电"},
		Closed:          T{"%d call{s} put down", "已列入 %d 位致電", "已列入 %d 位致电"},
		Looking:         T{"looking who did not come", "正在查閱未到者", "正在查阅未到者"},
		Gone:            T{"This call is on the list no more.", "此致電事項已不在名單上。", "此致电事项已不在名单上。"},
		CallAgain:       T{"call again by %s", "%s 前再致電", "%s 前再致电"},
		ReviewTitle:     T{"Follow up: %s", "跟進：%s", "跟进：%s"},
		ReviewToday:     T{"due today", "今日到期", "今日到期"},
		ReviewDue:       T{"due by %s", "%s 前跟進", "%s 前跟进"},
		ReviewOverdue:   T{"! overdue by %d day{s}", "! 逾期 %d 日", "! 逾期 %d 日"},
		ReviewAgain:     T{"look again by %s", "%s 前再查", "%s 前再查"},
		FollowUp:        T{"follow-up", "跟進", "跟进"},
		FollowUpLabel:   T{"Why", "事由", "事由"},
		ReviewCame:      T{"What came of it?", "跟進結果", "跟进结果"},
		ReviewOwner:     T{"Whose it is", "跟進者", "跟进者"},
		ReviewHint:      T{"follow up", "跟進", "跟进"},
		TakeHint:        T{"take over", "接手", "接手"},
		Report:          T{"%s, came %s ago", "%s，%s 前收到", "%s，%s 前收到"},
		ReportNewer:     T{"NEWER VERSION of a report: %s", "報告有新版本：%s", "报告有新版本：%s"},
		ReportCorrected: T{"CORRECTED report: %s", "報告已更正：%s", "报告已更正：%s"},
		ReportOver:      T{"a report came; the consent has ended", "曾收到報告；同意已終止", "曾收到报告；同意已终止"},
		ReportArrived:   T{"came to eHealth", "醫健通收到", "医健通收到"},
		ReportOutcomes: map[ehrdesk.CallOutcome]T{
			ehrdesk.CallTaken: {"I take it over", "由我跟進", "由我跟进"}, ehrdesk.CallReached: {"I have looked at it, and what is to be done is done", "本人已閱，並已作所需處理", "本人已阅，并已作所需处理"},
			ehrdesk.CallGivenUp: {"It is nothing for this clinic", "與本診所無關", "与本诊所无关"},
		},
		ReportCame: map[ehrdesk.CallOutcome]T{
			ehrdesk.CallTaken: {"taken over", "接手跟進", "接手跟进"}, ehrdesk.CallReached: {"looked at", "已閱", "已阅"}, ehrdesk.CallGivenUp: {"not for this clinic", "與本診所無關", "与本诊所无关"},
			ehrdesk.CallGone: {"withdrawn, or replaced by a newer version", "已撤回，或已由新版本取代", "已撤回，或已由新版本取代"},
		},
		FoundInRecord: T{"found in the record", "於紀錄中發現", "于记录中发现"},
		FollowUps: map[ehrdesk.FollowKind]T{
			ehrdesk.FollowMissed: {"no visit on record for the booking of %s", "%s 的預約沒有到診紀錄", "%s 的预约没有到诊记录"}, ehrdesk.FollowReferral: {"no answer on record to the referral of %s", "%s 的轉介未有回覆紀錄", "%s 的转介未有回复记录"},
			ehrdesk.FollowMonitor: {"to be measured: decided %s at a safety finding", "須檢驗：%s 於安全提示中決定", "须检验：%s 于安全提示中决定"},
			ehrdesk.FollowTest:    {"no result on record of a test ordered %s", "%s 要求的檢驗未有結果紀錄", "%s 要求的检验未有结果记录"},
		},
		Reviews: map[ehrdesk.CallOutcome]T{
			ehrdesk.CallTaken: {"I take it over", "由我跟進", "由我跟进"}, ehrdesk.CallReached: {"The result is known, nothing more to do", "已知結果，無須再跟進", "已知结果，无须再跟进"},
			ehrdesk.CallNoAnswer: {"Asked for, still to come", "已追問，仍待結果", "已追问，仍待结果"}, ehrdesk.CallBooked: {"Ordered anew", "已重新要求檢驗", "已重新要求检验"},
			ehrdesk.CallDeclined: {"The patient did not have it done", "病人未有接受檢驗", "病人未有接受检验"}, ehrdesk.CallGivenUp: {"Not needed any more", "無須再做", "无须再做"},
		},
		Reviewed: map[ehrdesk.CallOutcome]T{
			ehrdesk.CallTaken: {"taken over", "接手跟進", "接手跟进"}, ehrdesk.CallReached: {"result known", "已知結果", "已知结果"}, ehrdesk.CallNoAnswer: {"asked for", "已追問", "已追问"},
			ehrdesk.CallBooked: {"ordered anew", "已重新要求", "已重新要求"}, ehrdesk.CallDeclined: {"not done", "未有進行", "未有进行"},
			ehrdesk.CallGivenUp: {"not needed", "無須再做", "无须再做"}, ehrdesk.CallCame: {"has come back", "結果已到", "结果已到"},
		},
		Outcomes: map[ehrdesk.CallOutcome]T{
			ehrdesk.CallTaken: {"I take it over", "由我跟進", "由我跟进"}, ehrdesk.CallReached: {"Reached, nothing more to do", "已聯絡，無須再跟進", "已联络，无须再跟进"},
			ehrdesk.CallNoAnswer: {"No answer", "無人接聽", "无人接听"}, ehrdesk.CallBooked: {"A new booking was made", "已另約時間", "已另约时间"},
			ehrdesk.CallDeclined: {"Will not come", "不會再來", "不会再来"}, ehrdesk.CallGivenUp: {"Given up: nobody calls any more", "放棄跟進", "放弃跟进"},
		},
		Came: map[ehrdesk.CallOutcome]T{
			ehrdesk.CallTaken: {"taken over", "接手跟進", "接手跟进"}, ehrdesk.CallReached: {"reached", "已聯絡", "已联络"}, ehrdesk.CallNoAnswer: {"no answer", "無人接聽", "无人接听"},
			ehrdesk.CallBooked: {"new booking", "已另約時間", "已另约时间"}, ehrdesk.CallDeclined: {"will not come", "不會再來", "不会再来"},
			ehrdesk.CallGivenUp: {"given up", "已放棄", "已放弃"}, ehrdesk.CallCame: {"came after all", "其後到診", "其后到诊"},
		},
	}
}

// CameOf are the outcomes as they stand in a list, of a report, a review or a call.
func (t *Calls) CameOf(k ehrdesk.Task) map[ehrdesk.CallOutcome]T {
	switch {
	case k.Call.What == ehrdesk.FollowReport:
		return t.ReportCame
	case k.Kind == ehrdesk.TaskReview:
		return t.Reviewed
	}
	return t.Came
}

// OutcomesOf are the outcomes as they are offered.
func (t *Calls) OutcomesOf(k ehrdesk.Task) map[ehrdesk.CallOutcome]T {
	switch {
	case k.Call.What == ehrdesk.FollowReport:
		return t.ReportOutcomes
	case k.Kind == ehrdesk.TaskReview:
		return t.Reviews
	}
	return t.Outcomes
}

// AgainOf says by when it is done again.
func (t *Calls) AgainOf(review bool) T {
	if review {
		return t.ReviewAgain
	}
	return t.CallAgain
}
