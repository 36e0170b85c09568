package text

import "github.com/ehrdesk/ehrdesk"

// Today is the front desk's day: who comes, who is waited for, what is done.
type Today struct {
	Title, Lead, Empty, Loading, Polling, Add, AddLead, AddBad, Path, PathLead, Added, NoFile, NoFiles, NotAList, ChooseHint, Removed, RemoveAsk, Sending,
	Waiting, WaitingSince, WaitLead, WaitHave, WaitDone, WaitLeft, Kept, Unknown, Refused, Damaged, Expected, ExpectedOver, Recorded, ToVerify, NotLooked, Ends, EndsToday, Neighbour,
	GivenUp, GivenUpAsk, UnknownStays, Asked, EndingsOff, EndingStays, Writing, Overdue, Lost, None, NextHint, OpenHint, AddHint, ActGone, NotRenew, Opened, KeptOf, KeptShut, Waited, Overtaken, GivenSince, Reports, ReportStays, Reported, NewsDone, NewsNot, NewsLook, NewsShut T
	Here, In, Held, Seen, Away, MarkNot, MarkWho, Alone, Only, OnlyField, OnlyLead, OnlyNone, OnlyHint, CopyHere, CopyNew, Deposit, ToAct, ToKnow, ClockAhead, NotInStep, AheadOn, AheadOff, AheadNot, PartTitle, PartLead, PartNone, ChangedCount, Known, ChangedNone, ChangeAdded, ChangeConsent T
	Sections                                                                                                                                                                                                                                                                                       [13]T // in the order of the screen
	Acts                                                                                                                                                                                                                                                                                           map[ehrdesk.AuditAction]T
	Parts                                                                                                                                                                                                                                                                                          map[ehrdesk.DayPart]T
	States                                                                                                                                                                                                                                                                                         map[ehrdesk.WorkState]T
	Unshareds                                                                                                                                                                                                                                                                                      map[ehrdesk.Unshared]T
}

func today() Today {
	return Today{
		AheadOn:       T{"The record of who is here is fetched before it is opened: an access like any.", "到診者的紀錄會在開啟前預先取得，與其他查閱無異。", "到诊者的记录会在打开前预先取得，与其他查阅无异。"},
		AheadOff:      T{"Records are not fetched ahead now: there is no line to the centre.", "未能連接中央系統，暫不預先取得紀錄。", "未能连接中央系统，暂不预先取得记录。"},
		AheadNot:      T{"Not fetched ahead: %s: %s", "未能預先取得紀錄：%s：%s", "未能预先取得记录：%s：%s"},
		Deposit:       T{"%d record{s} to deposit", "存放 %d 項紀錄", "存放 %d 项记录"},
		Opened:        T{"opened %s", "%s 曾開啟", "%s 曾打开"},
		Title:         T{"Today", "今日名單", "今日名单"},
		Lead:          T{"who comes, who is waited for, what is done", "到診、等候及已辦事項", "到诊、等候及已办事项"},
		Empty:         T{"Nobody is on today's list yet. + adds somebody, I imports the clinic's list.", "今日名單尚無病人。按 + 加入，或按 I 匯入診所名單。", "今日名单尚无病人。按 + 加入，或按 I 导入诊所名单。"},
		Loading:       T{"reading the list", "正在讀取名單", "正在读取名单"},
		Polling:       T{"asking about those who are waited for", "正在查詢等候中的同意", "正在查询等候中的同意"},
		Add:           T{"Number, and the time if there is one", "號碼，及時間（如有）", "号码，及时间（如有）"},
		AddLead:       T{"A123456(3) or 10:30 A123456(3)", "A123456(3) 或 10:30 A123456(3)", "A123456(3) 或 10:30 A123456(3)"},
		AddBad:        T{"That is no number that can be looked up.", "號碼不正確。", "号码不正确。"},
		Path:          T{"File of the list", "名單檔案", "名单文件"},
		PathLead:      T{"Choose it, or type or paste its path. CSV, TSV, FHIR, iCalendar", "請選擇，或輸入、貼上路徑。CSV、TSV、FHIR、iCalendar", "请选择，或输入、粘贴路径。CSV、TSV、FHIR、iCalendar"},
		NoFiles:       T{"nothing in this folder, or it cannot be read", "資料夾沒有檔案，或未能讀取", "文件夹没有文件，或未能读取"},
		NotAList:      T{"Only CSV, text, FHIR or calendar files can be chosen here.", "只可選擇 CSV、文字、FHIR 或行事曆檔。", "只可选择 CSV、文本、FHIR 或日历文件。"},
		ChooseHint:    T{"open, or take this file", "開啟或選用", "打开或选用"},
		Added:         T{"%d added", "已加入 %d 位", "已加入 %d 位"},
		NoFile:        T{"The file cannot be read.", "未能讀取檔案。", "未能读取文件。"},
		Removed:       T{"taken off the list", "已移除", "已移除"},
		RemoveAsk:     T{"Press Del again to take it off the list.", "再按 Del 移除。", "再按 Del 移除。"},
		Sending:       T{"It is being sent: it cannot be given up now.", "正在提交，不能放棄。", "正在提交，不能放弃。"},
		Waiting:       T{"waits for the patient: %s", "待病人辦理：%s", "待病人办理：%s"},
		WaitingSince:  T{"Waiting since %s for the patient's consent by %s; this desk asks by itself and says when it has come.", "由 %s 起等候病人以%s給予同意；系統會自動查詢並通知。", "由 %s 起等候病人以%s给予同意；系统会自动查询并通知。"},
		WaitLead:      T{"The patient gives the consent there. This desk asks by itself, also after a restart, and says when it has come.", "由病人自行辦理。系統會自動查詢（重新啟動後亦然），完成後通知。", "由病人自行办理。系统会自动查询（重新启动后亦然），完成后通知。"},
		WaitHave:      T{"this consent is waited for already", "已在等候此同意", "已在等候此同意"},
		WaitDone:      T{"%s: consent given by %s", "%s：已以%s給予同意", "%s：已以%s给予同意"},
		WaitLeft:      T{"%s: no consent can come any more (look the person up)", "%s：不會再有同意（請查詢病人）", "%s：不会再有同意（请查询病人）"},
		Kept:          T{"kept until the line is back", "存於本工作站，連線後提交", "存于本工作站，联机后提交"},
		KeptOf:        T{"goes when %s signs in", "待 %s 登入後提交", "待 %s 登录后提交"},
		KeptShut:      T{"goes when you sign in again (Ctrl+L)", "重新登入（Ctrl+L）後提交", "重新登录（Ctrl+L）后提交"},
		Waited:        T{"had waited %s", "曾等候 %s", "曾等候 %s"},
		GivenSince:    T{"not sent, a consent was given since: ask the patient", "病人其後已給予同意，未有提交：請向病人查問", "病人其后已给予同意，未有提交：请向病人查问"},
		Overtaken:     T{"withdrawn since: ask the patient again", "病人其後已撤銷：請重新徵求同意", "病人其后已撤销：请重新征求同意"},
		Reports:       T{"%d access{es} to report", "待呈報查閱 %d 次", "待呈报查阅 %d 次"},
		ReportStays:   T{"what was opened is always reported: it leaves the list by itself", "查閱必須呈報，呈報後自動移除", "查阅必须呈报，呈报后自动移除"},
		Reported:      T{"%d access{es} reported", "已呈報查閱 %d 次", "已呈报查阅 %d 次"},
		NewsDone:      T{"%d act{s} on record", "%d 項已記錄", "%d 项已记录"},
		NewsNot:       T{"%d not taken", "%d 項未獲接納", "%d 项未获接纳"},
		NewsLook:      T{"Ctrl+T lists them", "按 Ctrl+T 查閱", "按 Ctrl+T 查阅"},
		NewsShut:      T{"What waits goes when you sign in again (Ctrl+L).", "請重新登入（Ctrl+L）以提交等候中的事項。", "请重新登录（Ctrl+L）以提交等候中的事项。"},
		Writing:       T{"writing it down on this desk", "正在寫入本工作站", "正在写入本工作站"},
		Overdue:       T{"! %s unsent: connect this desk today", "! 已 %s 未能提交：請於今日連接網絡", "! 已 %s 未能提交：请于今日连接网络"},
		Lost:          T{"! %s unsent: tell your administrator", "! 已 %s 未能提交：請立即通知系統管理員", "! 已 %s 未能提交：请立即通知系统管理员"},
		Unknown:       T{"outcome unknown: asked again", "結果未明，會自動再查", "结果未明，会自动再查"},
		Damaged:       T{"changed from outside: take it again, then remove this line", "曾被外來更改，無法傳送：請重新辦理，然後移除此行", "曾被外来更改，无法发送：请重新办理，然后移除此行"},
		Refused:       T{"not taken: %s", "未獲接納：%s", "未获接纳：%s"},
		Expected:      T{"records expected by %s", "紀錄預計於 %s 前傳到", "记录预计于 %s 前传到"},
		ExpectedOver:  T{"expected by %s: should be there when the record is opened", "預計 %s 前傳到：開啟紀錄時應可查閱", "预计 %s 前传到：打开记录时应可查阅"},
		Recorded:      T{"%s · %s", "%s · %s", "%s · %s"},
		ToVerify:      T{"identity to be verified", "待核實身份", "待核实身份"},
		NotLooked:     T{"not looked up yet", "尚未查詢", "尚未查询"},
		Ends:          T{"one-year, ends %s (%d d)", "一年期，至 %s（尚餘 %d 日）", "一年期，至 %s（尚余 %d 日）"},
		EndsToday:     T{"one-year, ends today", "一年期，今日屆滿", "一年期，今日届满"},
		Neighbour:     T{"≈ another name on this list is nearly the same: compare number and birth date", "≈ 名單上有相近姓名：請核對號碼及出生日期", "≈ 名单上有相近姓名：请核对号码及出生日期"},
		GivenUp:       T{"The act was given up and is not sent.", "已放棄，不會提交。", "已放弃，不会提交。"},
		GivenUpAsk:    T{"It is not on record. Press Del again to give it up: the form has to be taken anew.", "尚未記錄在案。再按 Del 放棄：表格須重新登記。", "尚未记录在案。再按 Del 放弃：表格须重新登记。"},
		UnknownStays:  T{"it may be on record: it stays until the centre has answered", "可能已記錄在案，須待中央系統回覆後才可處理", "可能已记录在案，须待中央系统回复后才可处理"},
		Asked:         T{"asked: nothing new", "已查詢：沒有更新", "已查询：没有更新"},
		EndingsOff:    T{"consents that run out: not known without the centre", "即將屆滿的同意：離線時不詳", "即将届满的同意：离线时不详"},
		EndingStays:   T{"it leaves this list when it is renewed or has run out", "續期或屆滿後會自動從名單移除", "续期或届满后会自动从名单移除"},
		None:          T{"none", "沒有", "没有"},
		NextHint:      T{"look up", "查詢", "查询"},
		OpenHint:      T{"look up", "查詢", "查询"},
		AddHint:       T{"add", "加入", "加入"},
		ActGone:       T{"%s is on record: %s", "%s 已記錄：%s", "%s 已记录：%s"},
		NotRenew:      T{"only an active consent that has an end is renewed or changed", "只有設有屆滿日的有效同意可續期或更改", "只有设有届满日的有效同意可续期或更改"},
		Here:          T{"here since", "已到", "已到"},
		In:            T{"with the doctor since", "應診中", "应诊中"},
		Held:          T{"waits for something else since", "暫候", "暂候"},
		Seen:          T{"seen", "已診", "已诊"},
		Away:          T{"did not come, noted", "未到，記錄於", "未到，记录于"},
		MarkNot:       T{"not from how it stands: A first", "現狀不能如此標示：請先按 A", "现状不能如此标示：请先按 A"},
		MarkWho:       T{"only those who come are marked", "只可標示到診者", "只可标示到诊者"},
		Only:          T{"Show only", "只顯示", "只显示"},
		OnlyField:     T{"a part of a name or a number; Esc shows all again", "姓名或號碼的一部分；Esc 顯示全部", "姓名或号码的一部分；Esc 显示全部"},
		OnlyLead:      T{"Esc shows all again. Only:", "Esc 顯示全部。只顯示：", "Esc 显示全部。只显示："},
		OnlyNone:      T{"Nobody on the list has that.", "名單上沒有相符者。", "名单上没有相符者。"},
		Known:         T{"%s · as known on %s", "%s · %s 時所知", "%s · %s 时所知"},
		ChangedCount:  T{"* %d changed: u", "* %d 項有變：u", "* %d 项有变：u"},
		ChangedNone:   T{"nobody has changed anything since you last looked", "你上次查閱後名單沒有變更", "你上次查阅后名单没有变更"},
		ChangeAdded:   T{"put on the list", "加入名單", "加入名单"},
		ChangeConsent: T{"looked up: %s", "已查詢：%s", "已查询：%s"},
		PartTitle:     T{"only: %s, %d of %d", "只顯示：%s，%d／%d", "只显示：%s，%d／%d"},
		PartLead:      T{"Esc shows all again", "Esc 顯示全部", "Esc 显示全部"},
		PartNone:      T{"nobody on the list is in any state yet", "名單上尚無病人可供篩選", "名单上尚无病人可供筛选"},
		OnlyHint:      T{"to these", "選取", "选取"},
		Alone:         T{"kept on this desk alone: the other desks do not see it", "只存於本工作站，其他工作站不會見到", "只存于本工作站，其他工作站不会见到"},
		CopyHere:      T{"eHR ●", "eHR ●", "eHR ●"},
		ToAct:         T{"! %d to act on", "! %d 項待處理", "! %d 项待处理"},
		ToKnow:        T{"%d to know", "%d 項待知悉", "%d 项待知悉"},
		CopyNew:       T{"eHR ● %d new", "eHR ● 新紀錄 %d 項", "eHR ● 新记录 %d 项"},
		ClockAhead:    T{"This desk's clock was ahead. The other desks see what was marked meanwhile when its time has come. Check the clock.", "本工作站時鐘曾經過快，期間的標示須待時間到後才與其他工作站共用。請檢查時鐘。", "本工作站时钟曾经过快，期间的标示须待时间到后才与其他工作站共用。请检查时钟。"},
		NotInStep:     T{"Today's list is not in step with the other desks: %s", "今日名單未能與其他工作站同步：%s", "今日名单未能与其他工作站同步：%s"},
		Parts: map[ehrdesk.DayPart]T{
			ehrdesk.PartBooked: {"booked", "已預約", "已预约"}, ehrdesk.PartHere: {"here", "已到", "已到"}, ehrdesk.PartWaiting: {"waiting", "等候中", "等候中"}, ehrdesk.PartIn: {"with the doctor", "應診中", "应诊中"},
			ehrdesk.PartDone: {"done", "已完成", "已完成"}, ehrdesk.PartAway: {"did not come", "未到", "未到"}, ehrdesk.PartCalls: {"to call", "須致電", "须致电"}, ehrdesk.PartReviews: {"to look up in the record", "須查閱紀錄", "须查阅记录"}, ehrdesk.PartNews: {"came new, to be acknowledged", "新紀錄待確認", "新记录待确认"},
		},
		States: map[ehrdesk.WorkState]T{
			ehrdesk.WorkRequested: {"booked", "已預約", "已预约"}, ehrdesk.WorkAccepted: {"here", "已到", "已到"}, ehrdesk.WorkInProgress: {"with the doctor", "應診中", "应诊中"}, ehrdesk.WorkOnHold: {"waits for something else", "暫候", "暂候"},
			ehrdesk.WorkCompleted: {"seen", "已診", "已诊"}, ehrdesk.WorkFailed: {"did not come", "未到", "未到"}, ehrdesk.WorkRejected: {"not taken", "未獲接納", "未获接纳"}, ehrdesk.WorkCancelled: {"cancelled", "已取消", "已取消"},
		},
		Unshareds: map[ehrdesk.Unshared]T{
			ehrdesk.UnsharedDay:   {"not shared: its day is too far off", "未共用：日期太遠", "未共用：日期太远"},
			ehrdesk.UnsharedClock: {"not shared yet: this desk's clock was ahead", "暫未共用：本工作站時鐘曾經過快", "暂未共用：本工作站时钟曾经过快"},
			ehrdesk.UnsharedSize:  {"not shared: it says too much", "未共用：內容過長", "未共用：内容过长"},
			ehrdesk.UnsharedFull:  {"not shared: the clinic's list is full", "未共用：診所名單已滿", "未共用：诊所名单已满"},
			ehrdesk.UnsharedStaff: {"not shared: who said it is not of this clinic", "未共用：標示者不屬本診所", "未共用：标示者不属本诊所"},
			ehrdesk.UnsharedOther: {"not shared: the centre does not take it", "未共用：中央系統不接納", "未共用：中央系统不接纳"},
		},
		Sections: [13]T{
			{"To look at", "需要處理", "需要处理"}, {"Sent after waiting for the line", "連線後已提交", "联机后已提交"}, {"Here", "已到診", "已到诊"}, {"Waiting", "等候中", "等候中"}, {"Came new, to be acknowledged in the chart", "新紀錄待確認", "新记录待确认"}, {"Results not acknowledged", "未確認的異常結果", "未确认的异常结果"}, {"To call", "須致電", "须致电"}, {"To look up in the record", "須查閱紀錄", "须查阅记录"}, {"Arrivals", "到診", "到诊"}, {"Records expected", "紀錄將到", "记录将到"},
			{"Consents that run out within 30 days", "30 日內屆滿的同意", "30 日内届满的同意"}, {"To call later", "稍後致電", "稍后致电"}, {"Done today", "今日完成", "今日完成"},
		},
		Acts: map[ehrdesk.AuditAction]T{
			ehrdesk.AuditGrant: {"consent", "同意", "同意"}, ehrdesk.AuditRevoke: {"withdrawal", "撤銷", "撤销"}, ehrdesk.AuditVerify: {"identity and consent", "身份及同意", "身份及同意"},
		},
	}
}

// Act is the word for what was done.
func (t *Today) Act(a ehrdesk.AuditAction) T {
	if w, ok := t.Acts[a]; ok {
		return w
	}
	return T{string(a), string(a), string(a)}
}

// StateFor is how far somebody has come.
func (t *Today) StateFor(w ehrdesk.WorkState) T {
	if words, ok := t.States[w]; ok {
		return words
	}
	return t.States[ehrdesk.WorkRequested]
}

// UnsharedFor says why the other desks do not see a line.
func (t *Today) UnsharedFor(why ehrdesk.Unshared) T { return t.Unshareds[why.Known()] }
