package text

import "github.com/ehrdesk/ehrdesk"

// Cases are the words of sealed cases. What was said in one stands on its own page and in no other words.
type Cases struct {
	Mark, Off, NotYours, NoPatient, Unknown, Loading, Gone,
	Closes, TimeOver, Unread, ToAck, BackHere, Refused, WaitsHere, WithConsent, LeftIt, BrokenIt, ConsentShort, LeftShort, BrokenShort, OthersIn, Owner, OwnerYou, Members, Gave, NoMembers,
	Bar, BarCritical, Short, ShortCritical, CountCritical,
	Of, Chip, ChipAct, BeginNew, None,
	Number, To, ToYou, ToAll, Answers, Critical, Passes, Sealed, NotOpened, NotHere, GoneIn, HasPassed, NotSent, NotSentWhy, Given,
	Delivered, NotDelivered, Opened, Acknowledged, Declined, Count,
	AuthorTold, ReceiptsTitle, NothingSaid, LastSaid,
	HistoryTitle, HistoryLead, NoHistory,
	Begun, Joined, JoinedSelf, WentOut, Took, Handed, Closed, Extended, Reopened, Ended,
	OpenHint, OpenCase, Full, Less, ThreadHint, HistoryHint, Decline, AckHint, PatientHint,
	NotSaid, NotForYou, OpenFirst, AckNotAsked, AnsweredAlready, NothingWaits, MayBeSent,
	Over, NotMember, OnlyOwner, TakenFrom, TookOver, IsOver, NotClosing, IsClosing, NotOver, NotLater, FullUp, Nobody, OwnerStays, NotBegunYet, NoConsentNow, BreaksNow, NoNumber,
	Text, Recipients, AllMembers, Ack, NotAck, Purpose, Ends, People, First, Reason, Who, Find, FindNone, FindMore, OnCall, OnCallInstead, Chosen, Looking, AsOfDirectory,
	NeedsText, NeedsPerson, NeedsOne, ChooseIt, NoDirectory, EscLoses, YesNo, NotTick, NotPick,
	FillKeys, AskKeys, NoWayBack, Leaves, LeavesTo, LeavesNot, LeavesAck, LeavesWhy, LeavesPurpose, LeavesEnds, LeavesMembers, LeavesConsent, LeavesNobody, LeavesText, LeavesAlone,
	AckNote, CloseNote, EndNoteDestroy, EndNoteArchive, TakeOutNote, LeaveNote, HandNote, AddNote, GiveUpNote, OtherNote,
	NewKey, Unsent, Sending, Opening, Kept, KeptWaits, BegunNow, GivenUp, Dropped, Yes, AddIt, NewLine T
	Purposes map[ehrdesk.CasePurpose]T
	States   map[ehrdesk.CaseState]T
	Becomes  map[ehrdesk.CaseEnding]T
	Reasons  map[ehrdesk.CaseReason]T
	Acts     map[CaseAct]T // what somebody does
	Kinds    map[ehrdesk.CaseEventKind]T
	Body     CaseBodies
	With     CaseWith
	Reseal   CaseReseals
	Tell     CaseTells
	Group    CaseGroup
	How      CaseHow
}

// CaseAct is something that somebody does in a case, or to it.
type CaseAct uint8

// The acts, those of the keys 1 to 9 first.
const (
	CaseReply CaseAct = iota
	CaseSay
	CaseAdd
	CaseTakeOut
	CaseHand
	CaseClose
	CaseExtend
	CaseReopen
	CaseEnd
	CaseAck
	CaseDecline
	CaseGiveUp
	CaseBegin
	CaseAllergy // what a message tells of is reported by the form
	CaseReseal  // what was said is sealed for others too
)

// PurposeOf is what a case is for, in words.
func (c *Cases) PurposeOf(p ehrdesk.CasePurpose) T { return known(c.Purposes, p) }

// StateOf is how far a case has come, in words.
func (c *Cases) StateOf(s ehrdesk.CaseState) T { return known(c.States, s) }

// BecomesOf is what becomes of a case, in words.
func (c *Cases) BecomesOf(e ehrdesk.CaseEnding) T { return known(c.Becomes, e) }

// ReasonOf is why, in words.
func (c *Cases) ReasonOf(r ehrdesk.CaseReason) T { return known(c.Reasons, r) }

// KindOf is what an event does, in words.
func (c *Cases) KindOf(k ehrdesk.CaseEventKind) T { return known(c.Kinds, k) }

func cases() Cases {
	return Cases{
		Body:            caseBodies(),
		With:            caseWith(),
		Reseal:          caseReseals(),
		Group:           caseGroup(),
		Tell:            caseTells(),
		How:             caseHow(),
		Mark:            T{"CASE", "個案", "个案"},
		Off:             T{"this desk carries no sealed cases", "此工作站不傳送密封個案", "此工作站不传送密封个案"},
		NotYours:        T{"sealed cases are for those who treat patients; the front desk is shown none", "密封個案只供診治病人的人員使用，接待處不會顯示", "密封个案只供诊治病人的人员使用，接待处不会显示"},
		NoPatient:       T{"it begins from an open chart", "須由已開啟的病歷開始", "须由已打开的病历开始"},
		Unknown:         T{"patient not known by name at this desk", "此工作站沒有病人姓名", "此工作站没有病人姓名"},
		Loading:         T{"Reading the case…", "正在讀取個案…", "正在读取个案…"},
		Gone:            T{"The case is not at this desk any more.", "此工作站已沒有這個個案。", "此工作站已没有这个个案。"},
		Closes:          T{"closes in %s", "%s後結束", "%s后结束"},
		TimeOver:        T{"its time is over: it can be ended", "時限已過：可以終結", "时限已过：可以终结"},
		Unread:          T{"%d not opened", "%d 則未開啟", "%d 则未打开"},
		ToAck:           T{"! CRITICAL: %d to acknowledge", "！危急：%d 則待確認", "！危急：%d 则待确认"},
		BackHere:        T{"! CRITICAL: %d that nobody acknowledged", "！危急：%d 則無人確認", "！危急：%d 则无人确认"},
		Refused:         T{"NOT SENT, REFUSED: %d", "未能送出，被拒：%d 項", "未能送出，被拒：%d 项"},
		WaitsHere:       T{"%d WAIT{S|} ON THIS DESK", "%d 項在此工作站等候", "%d 项在此工作站等候"},
		WithConsent:     T{"NOTHING OF IT IS SHOWN: the patient's consent to this provider is lacking", "內容不顯示：沒有病人對本機構的同意", "内容不显示：没有病人对本机构的同意"},
		LeftIt:          T{"YOU ARE IN IT NO MORE: what was said later is not for you", "你已離開個案：其後的內容不會給你", "你已离开个案：其后的内容不会给你"},
		BrokenIt:        T{"ITS HISTORY DOES NOT HOLD: the centre has dropped, changed or added an event. Nothing is sent in it. Tell your privacy officer.", "記錄不完整：中央遺漏、更改或加插了事件。個案不再送出任何內容，請通知私隱主任。", "记录不完整：中央遗漏、更改或加插了事件。个案不再送出任何内容，请通知隐私主任。"},
		ConsentShort:    T{"NO CONSENT: NOTHING OF IT IS SHOWN", "沒有同意：內容不顯示", "没有同意：内容不显示"},
		LeftShort:       T{"YOU LEFT IT", "你已離開", "你已离开"},
		BrokenShort:     T{"ITS HISTORY DOES NOT HOLD", "記錄不完整", "记录不完整"},
		OthersIn:        T{"with %s", "與 %s", "与 %s"},
		Owner:           T{"%s (owner)", "%s（負責人）", "%s（负责人）"},
		OwnerYou:        T{"you", "你", "你"},
		Members:         T{"Members", "成員", "成员"},
		Gave:            T{"left: %s", "已離開：%s", "已离开：%s"},
		NoMembers:       T{"nobody else yet", "未有其他成員", "未有其他成员"},
		Bar:             T{"cases: %d to act on", "個案：%d 項待處理", "个案：%d 项待处理"},
		BarCritical:     T{"cases: %d to act on, %d CRITICAL", "個案：%d 項待處理，%d 則危急", "个案：%d 项待处理，%d 则危急"},
		Short:           T{"to act on: %d", "待處理：%d 項", "待处理：%d 项"},
		ShortCritical:   T{"to act on: %d, %d CRITICAL", "待處理：%d 項，%d 則危急", "待处理：%d 项，%d 则危急"},
		CountCritical:   T{"%d CRITICAL", "%d 則危急", "%d 则危急"},
		Of:              T{"Sealed cases about this patient", "關於此病人的密封個案", "关于此病人的密封个案"},
		Chip:            T{"%d case{s} @", "%d 個個案 @", "%d 个个案 @"},
		ChipAct:         T{"%d case{s}, %d to act on @", "%d 個個案，%d 個待處理 @", "%d 个个案，%d 个待处理 @"},
		BeginNew:        T{"+ begin another case about this patient", "+ 開立另一個關於此病人的個案", "+ 开立另一个关于此病人的个案"},
		None:            T{"There is none.", "沒有個案。", "没有个案。"},
		Number:          T{"no. %d", "第 %d 號", "第 %d 号"},
		To:              T{"to %s", "致 %s", "致 %s"},
		ToYou:           T{"to you", "致你", "致你"},
		ToAll:           T{"to all", "致全體成員", "致全体成员"},
		Answers:         T{"answers %d", "回覆第 %d 號", "回复第 %d 号"},
		Critical:        T{"! CRITICAL", "！危急", "！危急"},
		Passes:          T{"passes: unopened until %s", "限時訊息：未開啟可存至 %s", "限时信息：未打开可存至 %s"},
		Sealed:          T{"sealed, for %s", "已密封，只供 %s", "已密封，只供 %s"},
		NotOpened:       T{"not opened · Enter opens it, and %s is told that you did", "未開啟 · 按 Enter 開啟，%s 會知道你已開啟", "未打开 · 按 Enter 打开，%s 会知道你已打开"},
		NotHere:         T{"opened, and its words are not on this desk", "已開啟，內容不在此工作站", "已打开，内容不在此工作站"},
		GoneIn:          T{"This message goes from the screen in %s. A photograph of it cannot be prevented.", "此訊息於%s後由畫面移除，但不能防止拍攝。", "此信息于%s后由画面移除，但不能防止拍摄。"},
		HasPassed:       T{"you have read it, and it is gone", "你已閱讀，內容已移除", "你已阅读，内容已移除"},
		NotSent:         T{"WAITS ON THIS DESK", "在此工作站等候", "在此工作站等候"},
		NotSentWhy:      T{"NOT SENT, REFUSED: %s · Del gives it up", "未能送出，被拒：%s · 按 Del 放棄", "未能送出，被拒：%s · 按 Del 放弃"},
		Given:           T{"Receipts", "回條", "回执"},
		Delivered:       T{"✓ delivered", "✓ 已送達", "✓ 已送达"},
		NotDelivered:    T{"not delivered", "未送達", "未送达"},
		Opened:          T{"✓✓ opened", "✓✓ 已開啟", "✓✓ 已打开"},
		Acknowledged:    T{"■ acknowledged", "■ 已確認", "■ 已确认"},
		Declined:        T{"✗ declined", "✗ 已婉拒", "✗ 已婉拒"},
		Count:           T{"%s %d", "%s %d 人", "%s %d 人"},
		AuthorTold:      T{"%s is told that you opened it.", "%s 會知道你已開啟。", "%s 会知道你已打开。"},
		ReceiptsTitle:   T{"Receipts of no. %d", "第 %d 號的回條", "第 %d 号的回执"},
		NothingSaid:     T{"Nothing has been said yet.", "尚未有訊息。", "尚未有信息。"},
		LastSaid:        T{"last on %s", "最後於 %s", "最后于 %s"},
		HistoryTitle:    T{"History of the case", "個案經過", "个案经过"},
		HistoryLead:     T{"who began it, came, left, had it handed over, and what was done about its end; what was said stands in the case (v)", "開立、加入、離開、移交及結束的經過；訊息見個案（v）", "开立、加入、离开、移交及结束的经过；信息见个案（v）"},
		NoHistory:       T{"This desk does not have it yet: it is read when the centre is asked (F5).", "此工作站尚未有經過：向中央查詢後顯示（F5）。", "此工作站尚未有经过：向中央查询后显示（F5）。"},
		Begun:           T{"%s began it: %s; at its end: %s", "%s 開立個案：%s；結束後%s", "%s 开立个案：%s；结束后%s"},
		Joined:          T{"%s was added by %s", "%s 由 %s 加入", "%s 由 %s 加入"},
		JoinedSelf:      T{"%s came in", "%s 加入", "%s 加入"},
		WentOut:         T{"%s left", "%s 離開", "%s 离开"},
		Took:            T{"%s was taken out by %s", "%s 由 %s 移除", "%s 由 %s 移除"},
		Handed:          T{"handed over from %s to %s", "由 %s 移交 %s", "由 %s 移交 %s"},
		Closed:          T{"%s closed it: it ends on %s", "%s 結束個案：於 %s 終結", "%s 结束个案：于 %s 终结"},
		Extended:        T{"%s put its end off to %s: %s", "%s 把終結延至 %s：%s", "%s 把终结延至 %s：%s"},
		Reopened:        T{"%s opened it again: %s", "%s 重開個案：%s", "%s 重开个案：%s"},
		Ended:           T{"%s ended it: %s", "%s 終結個案：%s", "%s 终结个案：%s"},
		OpenHint:        T{"open it: its author is told", "開啟：作者會知道", "打开：作者会知道"},
		OpenCase:        T{"open the case", "開啟個案", "打开个案"},
		Full:            T{"all receipts", "全部回條", "全部回执"},
		Less:            T{"receipts in short", "精簡回條", "精简回执"},
		ThreadHint:      T{"messages", "訊息", "信息"},
		HistoryHint:     T{"history", "經過", "经过"},
		Decline:         T{"decline", "婉拒", "婉拒"},
		AckHint:         T{"acknowledge", "確認", "确认"},
		PatientHint:     T{"patient", "病人", "病人"},
		NotSaid:         T{"choose a message with ↑ ↓", "請以 ↑ ↓ 選擇訊息", "请以 ↑ ↓ 选择信息"},
		NotForYou:       T{"it was not said to you", "這則訊息不是給你的", "这则信息不是给你的"},
		OpenFirst:       T{"open it first (Enter)", "請先開啟（Enter）", "请先打开（Enter）"},
		AckNotAsked:     T{"it is your own", "這是你自己的訊息", "这是你自己的信息"},
		AnsweredAlready: T{"you have acknowledged or declined it", "你已確認或婉拒", "你已确认或婉拒"},
		NothingWaits:    T{"choose what waits or was refused with ↑ ↓", "請以 ↑ ↓ 選擇等候或被拒的項目", "请以 ↑ ↓ 选择等候或被拒的项目"},
		MayBeSent:       T{"it may have been sent: what became of it is known when the line is there", "可能已送出：連線後才知道結果", "可能已送出：连线后才知道结果"},
		Over:            T{"the case is over", "個案已終結", "个案已终结"},
		NotMember:       T{"you are not in the case", "你不在個案內", "你不在个案内"},
		TakenFrom:       T{"%s. If they do nothing in it, any member may take it over from %s", "%s。如負責人在個案內再無動作，任何成員可由 %s 起接手", "%s。如负责人在个案内再无动作，任何成员可由 %s 起接手"},
		TookOver:        T{"%s took it over: its owner had done nothing in it for 30 days", "%s 接手：原負責人已 30 日無任何動作", "%s 接手：原负责人已 30 日无任何动作"},
		OnlyOwner:       T{"its owner does this: %s", "由負責人 %s 辦理", "由负责人 %s 办理"},
		IsOver:          T{"its time is over: it can only be ended", "時限已過：只可終結", "时限已过：只可终结"},
		NotClosing:      T{"the case is not closing", "個案不在結束期", "个案不在结束期"},
		IsClosing:       T{"the case is closing", "個案正在結束期", "个案正在结束期"},
		NotOver:         T{"its time is not over", "時限未過", "时限未过"},
		NotLater:        T{"it ends 72 hours from now at the latest already", "已是 72 小時後終結，不能再延後", "已是 72 小时后终结，不能再延后"},
		FullUp:          T{"it has as many members as it may have", "成員人數已達上限", "成员人数已达上限"},
		Nobody:          T{"there is nobody else in it", "沒有其他成員", "没有其他成员"},
		OwnerStays:      T{"you own it: hand it over first (5)", "你是負責人：請先移交（5）", "你是负责人：请先移交（5）"},
		NotBegunYet:     T{"the case has not been sent yet", "個案尚未送出", "个案尚未送出"},
		NoConsentNow:    T{"the patient's consent to this provider is lacking", "沒有病人對本機構的同意", "没有病人对本机构的同意"},
		BreaksNow:       T{"its history does not hold: nothing is sent in it", "記錄不完整：不再送出", "记录不完整：不再送出"},
		NoNumber:        T{"this desk does not know the patient's number", "此工作站沒有病人號碼", "此工作站没有病人号码"},
		Text:            T{"Message", "訊息", "信息"},
		Recipients:      T{"To", "致", "致"},
		AllMembers:      T{"all members (%d)", "全體成員（%d 人）", "全体成员（%d 人）"},
		Ack:             T{"[x] CRITICAL: whoever it is for has to acknowledge it by name", "[x] 危急：收件人須具名確認", "[x] 危急：收件人须具名确认"},
		NotAck:          T{"[ ] critical: whoever it is for has to acknowledge it by name", "[ ] 危急：收件人須具名確認", "[ ] 危急：收件人须具名确认"},
		Purpose:         T{"What it is for", "目的", "目的"},
		Ends:            T{"At its end", "結束後", "结束后"},
		People:          T{"Members", "成員", "成员"},
		First:           T{"First message (optional)", "首則訊息（可略）", "首则信息（可略）"},
		Reason:          T{"Why", "原因", "原因"},
		Who:             T{"Who", "人員", "人员"},
		Find:            T{"@ name, provider, specialty · ↓ Enter", "@ 姓名、機構、專科 · ↓ Enter", "@ 姓名、机构、专科 · ↓ Enter"},
		FindNone:        T{"nobody in the directory is found by this", "名冊中沒有符合的人員", "名册中没有符合的人员"},
		FindMore:        T{"and %d more: type on", "另有 %d 人：請繼續輸入", "另有 %d 人：请继续输入"},
		OnCall:          T{"on call until %s", "當值至 %s", "值班至 %s"},
		OnCallInstead:   T{"%s is not on call; %s is, until %s", "%s 不當值；%s 當值至 %s", "%s 不值班；%s 值班至 %s"},
		Chosen:          T{"chosen", "已選", "已选"},
		Looking:         T{"reading the directory", "正在讀取名冊", "正在读取名册"},
		AsOfDirectory:   T{"directory as of %s", "名冊截至 %s", "名册截至 %s"},
		NeedsText:       T{"a message has words", "訊息須有內容", "信息须有内容"},
		NeedsPerson:     T{"choose somebody: @ and a name", "請選擇人員：輸入 @ 及姓名", "请选择人员：输入 @ 及姓名"},
		NeedsOne:        T{"a case has at least one other member", "個案須有最少一名其他成員", "个案须有最少一名其他成员"},
		ChooseIt:        T{"↓ chooses whom you mean: nobody is put in by itself", "按 ↓ 選擇人員：不會自動加入", "按 ↓ 选择人员：不会自动加入"},
		NoDirectory:     T{"the directory cannot be had: %s", "未能取得名冊：%s", "未能取得名册：%s"},
		EscLoses:        T{"Esc again: what was typed is lost", "再按 Esc：輸入的內容會遺失", "再按 Esc：输入的内容会遗失"},
		YesNo:           T{"yes or no", "是或否", "是或否"},
		NotTick:         T{"there is nothing to say yes or no to here", "此欄沒有是或否", "此栏没有是或否"},
		NotPick:         T{"nobody is chosen here", "此欄沒有已選人員", "此栏没有已选人员"},
		FillKeys:        T{"Tab next field · F9 shows what leaves and to whom · Esc back: nothing is sent", "Tab 下一欄 · F9 預覽送出的內容及對象 · Esc 返回：不送出", "Tab 下一栏 · F9 预览送出的内容及对象 · Esc 返回：不送出"},
		AskKeys:         T{"y yes, do it · Esc back: nothing is sent", "y 確定 · Esc 返回：不送出", "y 确定 · Esc 返回：不送出"},
		NoWayBack:       T{"This cannot be taken back.", "此步驟不能收回。", "此步骤不能收回。"},
		Leaves:          T{"What leaves", "送出的內容", "送出的内容"},
		LeavesTo:        T{"Sealed for: %s", "密封供：%s", "密封供：%s"},
		LeavesNot:       T{"Not for: %s, who see that something was said", "不供：%s（可見有訊息）", "不供：%s（可见有信息）"},
		LeavesAck:       T{"! CRITICAL: it has to be acknowledged by name", "！危急：須具名確認", "！危急：须具名确认"},
		LeavesWhy:       T{"why: %s", "原因：%s", "原因：%s"},
		LeavesPurpose:   T{"For: %s", "目的：%s", "目的：%s"},
		LeavesEnds:      T{"At its end, 72 hours after it is closed: %s", "結束 72 小時後：%s", "结束 72 小时后：%s"},
		LeavesMembers:   T{"Members: %s", "成員：%s", "成员：%s"},
		LeavesConsent:   T{"The patient's consent to each member's provider is needed: without it the centre refuses that member, and says so.", "須有病人對每名成員所屬機構的同意，否則中央會拒絕該成員並說明。", "须有病人对每名成员所属机构的同意，否则中央会拒绝该成员并说明。"},
		LeavesNobody:    T{"No first message.", "沒有首則訊息。", "没有首则信息。"},
		LeavesText:      T{"First message, sealed for all of them:", "首則訊息，密封供全體成員：", "首则信息，密封供全体成员："},
		LeavesAlone:     T{"The centre sees who, when, about which patient and to whom; it can read no word.", "中央可見發件人、時間、病人及收件人，不能閱讀內容。", "中央可见发件人、时间、病人及收件人，不能阅读内容。"},
		AckNote:         T{"You take it on by name: its author and all members see that you did. To acknowledge is not the same as to open.", "你具名確認處理：作者及全體成員可見。確認與開啟不同。", "你具名确认处理：作者及全体成员可见。确认与打开不同。"},
		CloseNote:       T{"It ends 72 hours from now (%s). Until then it is read and written as before, put off by a member, or opened again by you. Nobody is added.", "將於 72 小時後（%s）終結。此前可照常讀寫，成員可延長，你可重開；不可再加入成員。", "将于 72 小时后（%s）终结。此前可照常读写，成员可延长，你可重开；不可再加入成员。"},
		EndNoteDestroy:  T{"Its words and keys are destroyed on every desk and at the centre. What has to stay must be in the record first.", "內容及密鑰在所有工作站及中央銷毀。需保留的內容須先寫入紀錄。", "内容及密钥在所有工作站及中央销毁。需保留的内容须先写入记录。"},
		EndNoteArchive:  T{"Nothing more is said in it. It stays sealed to the archive of the organisation.", "不能再發送訊息，內容密封存於機構檔案。", "不能再发送信息，内容密封存于机构档案。"},
		TakeOutNote:     T{"They are sent nothing that is said from then on. What they have read they have read.", "其後的訊息不再給該成員；已閱讀的不能收回。", "其后的信息不再给该成员；已阅读的不能收回。"},
		LeaveNote:       T{"You are sent nothing that is said from then on. A member can add you again.", "其後的訊息不再給你；成員可再次加入你。", "其后的信息不再给你；成员可再次加入你。"},
		HandNote:        T{"They own it from then on: they take out, hand over, close and open again. You stay in it.", "該成員成為負責人：移除成員、移交、結束及重開。你仍是成員。", "该成员成为负责人：移除成员、移交、结束及重开。你仍是成员。"},
		AddNote:         T{"They read what is sealed to them from then on, and nothing from before. The patient's consent to their provider is needed.", "只可閱讀其後密封給該成員的內容，不能閱讀先前的內容。須有病人對其機構的同意。", "只可阅读其后密封给该成员的内容，不能阅读先前的内容。须有病人对其机构的同意。"},
		GiveUpNote:      T{"It is never sent, and what waits behind it goes on. What was written in it is lost.", "不再送出，其後的項目繼續；內容會遺失。", "不再送出，其后的项目继续；内容会遗失。"},
		OtherNote:       T{"Say why in a message (2).", "請以訊息說明原因（2）。", "请以信息说明原因（2）。"},
		NewKey:          T{"%s's key is new since %s: another desk, or enrolled anew. Ask them if you do not expect it.", "%s 的密鑰於 %s 更新：另一工作站或重新登記。如有疑問，請向其查詢。", "%s 的密钥于 %s 更新：另一工作站或重新登记。如有疑问，请向其查询。"},
		Unsent:          T{"NOT SENT YET in sealed cases: %d. It stays sealed on this desk, and is sent when you sign in here again.", "密封個案中尚未送出：%d 項。會密封存於此工作站，待你再次在此登入時送出。", "密封个案中尚未送出：%d 项。会密封存于此工作站，待你再次在此登录时送出。"},
		Sending:         T{"Writing it on this desk's disk…", "正在寫入此工作站…", "正在写入此工作站…"},
		Opening:         T{"Opening it…", "正在開啟…", "正在打开…"},
		Kept:            T{"%s: kept on this desk, and being sent", "%s：已存於此工作站，正在送出", "%s：已存于此工作站，正在送出"},
		KeptWaits:       T{"%s: kept on this desk, sent when the line is back", "%s：已存於此工作站，連線後送出", "%s：已存于此工作站，连线后送出"},
		BegunNow:        T{"the case is begun: kept on this desk, and sent as the line lets it", "已開立個案：已存於此工作站，按連線情況送出", "已开立个案：已存于此工作站，按连线情况送出"},
		GivenUp:         T{"it is given up", "已放棄", "已放弃"},
		Dropped:         T{"the desk was locked: what was typed into the case was not kept", "工作站曾鎖定：個案中輸入的內容沒有保留", "工作站曾锁定：个案中输入的内容没有保留"},
		Yes:             T{"yes", "確定", "确定"},
		AddIt:           T{"put in", "加入", "加入"},
		NewLine:         T{"new line", "換行", "换行"},
		Purposes: map[ehrdesk.CasePurpose]T{
			ehrdesk.CaseJointCare: {"Joint care", "共同照護", "共同照护"}, ehrdesk.CaseOpinion: {"Opinion", "徵詢意見", "征询意见"}, ehrdesk.CaseTransfer: {"Transfer", "轉院", "转院"},
			ehrdesk.CaseDischarge: {"Discharge", "出院", "出院"}, ehrdesk.CaseAlert: {"Alert", "警示", "警示"}, ehrdesk.CaseBoard: {"Board", "會診", "会诊"}, ehrdesk.CaseElse: {"Something else", "其他", "其他"},
		},
		States: map[ehrdesk.CaseState]T{
			ehrdesk.CaseOpen: {"open", "進行中", "进行中"}, ehrdesk.CaseClosing: {"closing", "結束中", "结束中"},
			ehrdesk.CaseArchived: {"ARCHIVED: nothing more is said in it", "已封存：不能再發送訊息", "已封存：不能再发送信息"}, ehrdesk.CaseDestroyed: {"DESTROYED: its words and keys are gone", "已銷毀：內容及密鑰已不存在", "已销毁：内容及密钥已不存在"},
		},
		Becomes: map[ehrdesk.CaseEnding]T{
			ehrdesk.CaseArchives: {"archived: sealed to the organisation's archive", "封存：密封存於機構檔案", "封存：密封存于机构档案"},
			ehrdesk.CaseDestroys: {"destroyed: words and keys, everywhere", "銷毀：各處的內容及密鑰", "销毁：各处的内容及密钥"},
		},
		Reasons: map[ehrdesk.CaseReason]T{
			ehrdesk.CaseNotMine: {"not mine", "不屬我負責", "不属我负责"}, ehrdesk.CaseNotAvailable: {"not available", "未能處理", "未能处理"},
			ehrdesk.CaseAwaited: {"an answer or a result is awaited", "等候回覆或結果", "等候回复或结果"}, ehrdesk.CaseCareGoesOn: {"care goes on", "仍在治療", "仍在治疗"},
			ehrdesk.CaseOtherwise: {"another reason, said in a message", "其他原因，以訊息說明", "其他原因，以信息说明"},
		},
		Acts: map[CaseAct]T{
			CaseReply: {"Answer", "回覆", "回复"}, CaseSay: {"Say something", "發訊息", "发信息"}, CaseAdd: {"Add a member", "加入成員", "加入成员"},
			CaseTakeOut: {"Take out, or leave", "移除或離開", "移除或离开"}, CaseHand: {"Hand over", "移交", "移交"}, CaseClose: {"Close", "結束", "结束"},
			CaseExtend: {"Put the end off", "延後終結", "延后终结"}, CaseReopen: {"Open again", "重開", "重开"}, CaseEnd: {"End it", "終結", "终结"},
			CaseAck: {"Acknowledge", "確認", "确认"}, CaseDecline: {"Decline", "婉拒", "婉拒"}, CaseGiveUp: {"Give up", "放棄", "放弃"}, CaseBegin: {"Begin a sealed case", "開立密封個案", "开立密封个案"},
			CaseAllergy: {"Add as unconfirmed allergy", "列為未證實的過敏", "列为未证实的过敏"}, CaseReseal: {"Seal for others too", "另密封給其他成員", "另密封给其他成员"},
		},
		Kinds: map[ehrdesk.CaseEventKind]T{
			ehrdesk.CaseBegun: {"the case is begun", "開立個案", "开立个案"}, ehrdesk.CaseJoined: {"added to it", "加入成員", "加入成员"}, ehrdesk.CaseLeft: {"taken out of it", "移除成員", "移除成员"},
			ehrdesk.CaseHandedOver: {"handed over", "移交", "移交"}, ehrdesk.CaseSpoke: {"message", "訊息", "信息"}, ehrdesk.CaseOpened: {"that you opened", "你已開啟", "你已打开"},
			ehrdesk.CaseAcknowledged: {"that you acknowledge", "你已確認", "你已确认"}, ehrdesk.CaseDeclined: {"that you decline", "你已婉拒", "你已婉拒"},
			ehrdesk.CaseCloses: {"closed", "結束個案", "结束个案"}, ehrdesk.CaseExtended: {"its end put off", "延後終結", "延后终结"}, ehrdesk.CaseReopened: {"opened again", "重開個案", "重开个案"}, ehrdesk.CaseEnded: {"ended", "終結個案", "终结个案"},
		},
	}
}
