package text

import "github.com/ehrdesk/ehrdesk"

// Find is the look-up, its answer, and the purpose of access.
type Find struct {
	Title, Label, Lead, Shape, CheckDigit, Completed, AcceptHKIC, AcceptEHR, ShapeEHR, Looking,
	NotRegistered, NotRegisteredDo, Unverified, UnverifiedDo, Left, LeftDo,
	NoConsent, NoConsentLead, Expired, Withdrawn, PendingLead, WayKey, KeyLocked, WayForm, WayApp, WayIVRS, WayPhone, PhoneAlone, WayCard, WayNoCard,
	Ready, ReadyUnknown, FrontDesk, OfflineLead, CachedLead, Opening, DemoTitle, DemoKey,
	OpenHint, ConsentHint, FindHint, ConfirmHint, NextHint, NotOffered, UnknownState, UseConsent, Active, NeedsLine, Verified, VerifyHint, VerifyWay, BlindForm, NoConsents, OfficerLead, DepositYes, DepositNot, DepositGate, DepositServer, ViewYes, ViewNot, ViewClosed, ViewLead, JoinedUnsaid, Known, FormLead, FormAlone, ToldNotSaid, TurnedAdult, ExpectedBy, ExpectedOver, WithdrawnHere, WaitsHere T
	PurposeTitle, PurposeLead, Notified, NotifiedBy, NotNotified, PickPurpose, Reason, ReasonNeeded, PurposeHint, OfflineOpen T
	Recent, MoreBelow, NothingTyped, LookHint, OpensFor, NotToOpen                                                            T
	SMS, Email, Post                                                                                                          T
	Purposes                                                                                                                  map[ehrdesk.Purpose]T
}

func find() Find {
	return Find{
		Title:           T{"Find a patient", "尋找病人", "查找病人"},
		Label:           T{"HKIC or eHR number", "身份證或健康紀錄號碼", "身份证或健康记录号码"},
		Lead:            T{"Type an HKIC number, A123456(3), or the 12 digits of an eHR number. Brackets and spaces do not matter. Other documents: code, country, number, PASS IRL PX1234567.", "輸入身份證號碼如 A123456(3)，或 12 位電子健康紀錄號碼。括號及空格可省略。其他證件：代號、簽發地、號碼，如 PASS IRL PX1234567。", "输入身份证号码如 A123456(3)，或 12 位电子健康记录号码。括号及空格可省略。其他证件：代号、签发地、号码，如 PASS IRL PX1234567。"},
		Shape:           T{"An HKIC has 1 or 2 letters, 6 digits and a check digit.", "身份證號碼有 1 或 2 個字母、6 位數字及檢查碼。", "身份证号码有 1 或 2 个字母、6 位数字及校验码。"},
		ShapeEHR:        T{"An eHR number has 12 digits: %d so far.", "電子健康紀錄號碼有 12 位數字：已輸入 %d 位。", "电子健康记录号码有 12 位数字：已输入 %d 位。"},
		CheckDigit:      T{"The check digit does not match – please check the number.", "檢查碼不符 – 請核對號碼。", "校验码不符 – 请核对号码。"},
		Completed:       T{"No check digit typed. It would be %s – the same as on the document? Enter confirms.", "未輸入檢查碼。完整號碼應為 %s – 與證件相同嗎？按 Enter 確認。", "未输入校验码。完整号码应为 %s – 与证件相同吗？按 Enter 确认。"},
		AcceptHKIC:      T{"HKIC %s", "身份證 %s", "身份证 %s"},
		AcceptEHR:       T{"eHR %s", "健康紀錄號碼 %s", "健康记录号码 %s"},
		Looking:         T{"looking up", "正在查詢", "正在查询"},
		NotRegistered:   T{"Not registered with eHealth", "未登記醫健通", "未登记医健通"},
		NotRegisteredDo: T{"Nobody of this number has joined. Check the number with the document. Joining is free: eHealth App, registration centre, or 3467 6300.", "此號碼沒有登記。請核對證件。登記免費：醫健通應用程式、登記中心或致電 3467 6300。", "此号码没有登记。请核对证件。登记免费：医健通应用程序、登记中心或致电 3467 6300。"},
		Unverified:      T{"Registered · identity not yet verified", "已登記 · 身份尚未核實", "已登记 · 身份尚未核实"},
		UnverifiedDo:    T{"The patient registered by internet, fax or post. Records are shared once the identity is verified: at a registration centre, with iAM Smart in the eHealth App, or by the desk that registers identities.", "病人以網上、傳真或郵寄登記。須先核實身份：登記中心、應用程式內的「智方便」，或可辦理身份核實的工作站。", "病人以网上、传真或邮寄登记。须先核实身份：登记中心、应用程序内的“智方便”，或可办理身份核实的工作站。"},
		Left:            T{"Withdrawn from eHealth", "已退出醫健通", "已退出医健通"},
		LeftDo:          T{"The patient has left eHealth. Nothing is shared. Joining again is the patient's own act.", "病人已退出醫健通，不會互通任何紀錄。重新登記須由病人辦理。", "病人已退出医健通，不会互通任何记录。重新登记须由病人办理。"},
		NoConsent:       T{"Registered · no sharing consent to this provider", "已登記 · 未向本機構給予互通同意", "已登记 · 未向本机构给予互通同意"},
		NoConsentLead:   T{"No record can be shown until the patient consents to %s. Any one of five ways:", "病人須先向 %s 給予同意，方可查閱紀錄。可選以下任何一種方式：", "病人须先向 %s 给予同意，方可查阅记录。可选以下任何一种方式："},
		Expired:         T{"Registered · the sharing consent has expired", "已登記 · 互通同意已屆滿", "已登记 · 互通同意已届满"},
		Withdrawn:       T{"Registered · the patient withdrew the sharing consent", "已登記 · 病人已撤銷互通同意", "已登记 · 病人已撤销互通同意"},
		PendingLead:     T{"Registered · a consent waits for the patient", "已登記 · 互通同意待病人確認", "已登记 · 互通同意待病人确认"},
		KeyLocked:       T{"Access Key: refused until %s, after three wrong ones. A new key: eHealth App, or 3467 6300", "取覽密碼：三次錯誤，%s 前不接受。更換密碼：醫健通應用程式或 3467 6300", "取览密码：三次错误，%s 前不接受。更换密码：医健通应用程序或 3467 6300"},
		WayKey:          T{"Access Key: the patient's 8 digits, taken at this desk", "取覽密碼：病人的 8 位密碼，在此輸入", "取览密码：病人的 8 位密码，在此输入"},
		WayForm:         T{"Signed Sharing Consent Form, entered at this desk", "已簽署的互通同意書，在此登記", "已签署的互通同意书，在此登记"},
		WayApp:          T{"eHealth App: the patient's own act; this desk waits for it", "醫健通應用程式：由病人自行辦理，工作站等候結果", "医健通应用程序：由病人自行办理，工作站等候结果"},
		WayIVRS:         T{"Telephone 3467 6300, 24 hours: the patient's own act; waits", "電話 3467 6300（24 小時）：由病人自行辦理，工作站等候", "电话 3467 6300（24 小时）：由病人自行办理，工作站等候"},
		WayPhone:        T{"Access Key by telephone, when the patient books", "病人預約時在電話中說出的取覽密碼", "病人预约时在电话中说出的取览密码"},
		PhoneAlone:      T{"by telephone the patient alone consents: who acts for a child comes to the desk", "電話中只接受病人本人同意：代決人須親臨辦理", "电话中只接受病人本人同意：代决人须亲临办理"},
		WayCard:         T{"Smart identity card, put into the reader", "智能身份證，插入讀卡器", "智能身份证，插入读卡器"},
		WayNoCard:       T{"Smart identity card: %s", "智能身份證：%s", "智能身份证：%s"},
		NotOffered:      T{"not offered by the centre", "中央系統未有提供", "中央系统未有提供"},
		Ready:           T{"The record can be opened.", "可以開啟紀錄。", "可以打开记录。"},
		ReadyUnknown:    T{"The consent could not be checked. Whether the desk's copy opens is decided by the provider's policy.", "未能查核互通同意。可否開啟副本取決於機構政策。", "未能查核互通同意。可否打开副本取决于机构政策。"},
		FrontDesk:       T{"The front desk takes consent and does not open records.", "登記處可辦理同意，但不可開啟紀錄。", "登记处可办理同意，但不可打开记录。"},
		OfflineLead:     T{"The centre cannot be reached and this desk holds nothing about this number.", "未能連接中央系統，而本工作站沒有此號碼的資料。", "未能连接中央系统，而本工作站没有此号码的资料。"},
		CachedLead:      T{"OFFLINE – from this desk's own copy, last checked %s", "離線 – 來自本工作站的副本，最後查核 %s", "离线 – 来自本工作站的副本，最后查核 %s"},
		Opening:         T{"asking for leave and opening the record", "正在申請取覽及開啟紀錄", "正在申请取览及打开记录"},
		DemoTitle:       T{"Numbers to try", "可供試用的號碼", "可供试用的号码"},
		DemoKey:         T{"Access Key %s", "取覽密碼 %s", "取览密码 %s"},
		OpenHint:        T{"open the record", "開啟紀錄", "打开记录"},
		ConsentHint:     T{"take consent", "取得同意", "取得同意"},
		FindHint:        T{"look up", "查詢", "查询"},
		ConfirmHint:     T{"confirm number", "確認號碼", "确认号码"},
		NextHint:        T{"next patient", "下一位", "下一位"},
		UnknownState:    T{"Registered · consent not known", "已登記 · 互通同意情況不詳", "已登记 · 互通同意情况不详"},
		UseConsent:      T{"the consent is active already; withdrawing is in Ctrl+P", "互通同意仍然有效；撤銷請按 Ctrl+P", "互通同意仍然有效；撤销请按 Ctrl+P"},
		Active:          T{"Registered · sharing consent to this provider", "已登記 · 已向本機構給予互通同意", "已登记 · 已向本机构给予互通同意"},

		NeedsLine:     T{"card, key and telephone are judged by the centre: they need the line", "身份證、密碼及電話須由中央系統核實，須連線辦理", "身份证、密码及电话须由中央系统核实，须联机办理"},
		Verified:      T{"the identity is verified already", "身份已核實", "身份已核实"},
		VerifyHint:    T{"verify identity", "核實身份", "核实身份"},
		VerifyWay:     T{"i  Verify the identity here, and take the sharing consent with it  (Enter)", "i  在此核實身份，並同時取得互通同意  (Enter)", "i  在此核实身份，并同时取得互通同意  (Enter)"},
		BlindForm:     T{"F3 keeps a signed consent form of this number until the line is back.", "按 F3 可先存下此號碼的已簽署同意書，待連線後提交。", "按 F3 可先存下此号码的已签署同意书，待联机后提交。"},
		NoConsents:    T{"a security officer takes no consent and verifies nobody", "保安主任不可辦理同意或核實身份", "保安主任不可办理同意或核实身份"},
		OfficerLead:   T{"A security officer opens no record, takes no consent and verifies nobody: the front desk or a clinician does.", "保安主任不可開啟紀錄、辦理同意或核實身份，請由登記處或醫護人員辦理。", "保安主任不可打开记录、办理同意或核实身份，请由登记处或医护人员办理。"},
		DepositYes:    T{"Deposit: yes, by joining", "存放紀錄：可（加入時同意）", "存放记录：可（加入时同意）"},
		DepositNot:    T{"Deposit: no, this provider has not agreed to it", "存放紀錄：不可（本機構沒有協議）", "存放记录：不可（本机构没有协议）"},
		DepositGate:   T{"Deposit: no, this central service takes no records", "存放紀錄：不可（此中央系統不接收紀錄）", "存放记录：不可（此中央系统不接收记录）"},
		DepositServer: T{"Deposit: no, this server takes no records", "存放紀錄：不可（此伺服器不接收紀錄）", "存放记录：不可（此服务器不接收记录）"},
		ViewYes:       T{"View: yes", "查閱：可", "查阅：可"},
		ViewNot:       T{"View: not without sharing consent", "查閱：須有互通同意", "查阅：须有互通同意"},
		ViewClosed:    T{"View: no, this provider has not agreed to it", "查閱：不可（本機構沒有協議）", "查阅：不可（本机构没有协议）"},
		ViewLead:      T{"This provider has not agreed with eHealth to look into records: none is opened here.", "本機構沒有與醫健通協議查閱紀錄，故不可在此開啟。", "本机构没有与医健通协议查阅记录，故不可在此打开。"},
		JoinedUnsaid:  T{"this server does not say whether the patient joined eHealth", "此伺服器沒有說明病人是否已加入醫健通", "此服务器没有说明病人是否已加入医健通"},
		Known:         T{"Known to this server", "此伺服器有此病人", "此服务器有此病人"},
		FormLead:      T{"No record can be shown until the patient consents to %s. By signed form:", "病人須先向 %s 給予同意，方可查閱紀錄。以簽署表格辦理：", "病人须先向 %s 给予同意，方可查阅记录。以签署表格办理："},
		FormAlone:     T{"card, key, app and telephone: this server cannot check them", "身份證、密碼、應用程式及電話：此伺服器不能核實", "身份证、密码、应用程序及电话：此服务器不能核实"},
		ToldNotSaid:   T{"This server does not say whether the patient is told.", "此伺服器沒有說明會否通知病人。", "此服务器没有说明会否通知病人。"},
		TurnedAdult:   T{"! The patient turned 16 on %s; %s consented before that. Ask the patient for an own consent.", "! 病人已於 %s 年滿 16 歲；此前由%s給予同意。請徵求病人本人同意。", "! 病人已于 %s 年满 16 岁；此前由%s给予同意。请征求病人本人同意。"},
		ExpectedBy:    T{"Identity verified · records expected by %s. Waiting is not an error.", "身份已核實 · 紀錄預計於 %s 前傳到，等候並非錯誤。", "身份已核实 · 记录预计于 %s 前传到，等候并非错误。"},
		ExpectedOver:  T{"Identity verified · records were expected by %s", "身份已核實 · 紀錄預計於 %s 前傳到", "身份已核实 · 记录预计于 %s 前传到"},
		WithdrawnHere: T{"Withdrawn at this desk; eHealth is told when the line is back. Nothing opens.", "已在本工作站撤銷，待連線後通知醫健通。不可開啟紀錄。", "已在本工作站撤销，待联机后通知医健通。不可打开记录。"},
		WaitsHere:     T{"A consent taken at this desk waits for the line. It opens nothing yet.", "本工作站取得的同意待連線後提交，現時不可開啟紀錄。", "本工作站取得的同意待联机后提交，现时不可打开记录。"},

		Recent:       T{"Opened today", "今日曾開啟", "今日曾打开"},
		MoreBelow:    T{"%d more", "尚有 %d 項", "尚有 %d 项"},
		NothingTyped: T{"type a number, or choose with ↓", "請輸入號碼，或以 ↓ 選擇", "请输入号码，或以 ↓ 选择"},
		LookHint:     T{"look up again", "再次查詢", "再次查询"},
		OpensFor:     T{"Enter opens it for: %s. d for another purpose.", "按 Enter 開啟，目的：%s。其他目的請按 d。", "按 Enter 打开，目的：%s。其他目的请按 d。"},
		NotToOpen:    T{"there is no record to open here", "此處沒有可開啟的紀錄", "此处没有可打开的记录"},
		PurposeTitle: T{"Purpose of access", "取覽目的", "取览目的"},
		PurposeLead:  T{"Open only for a patient under your care, and only what you need to know.", "只可為你照顧的病人，並按需要取覽。", "只可为你照顾的病人，并按需要取览。"},
		Notified:     T{"The patient will normally be notified.", "病人一般會獲通知。", "病人一般会获通知。"},
		NotifiedBy:   T{"the patient is normally notified by %s", "病人一般會以%s獲通知", "病人一般会以%s获通知"},
		NotNotified:  T{"the patient has chosen not to be told of accesses", "病人已選擇不接收取覽通知", "病人已选择不接收取览通知"},
		PickPurpose:  T{"1–%d choose the purpose, Enter opens the record", "按 1–%d 選擇目的，Enter 開啟紀錄", "按 1–%d 选择目的，Enter 打开记录"},
		Reason:       T{"Reason", "原因", "原因"},
		ReasonNeeded: T{"Please write the reason: 10 characters or more.", "請註明原因：10 個字元或以上（中文 5 個字）。", "请注明原因：10 个字符或以上（中文 5 个字）。"},
		PurposeHint:  T{"open", "開啟", "打开"},
		OfflineOpen:  T{"OFFLINE: this desk's own copy is opened; the access is reported later.", "離線：將開啟本工作站的副本，稍後補報取覽。", "离线：将打开本工作站的副本，稍后补报取览。"},
		SMS:          T{"SMS", "短訊", "短信"},
		Email:        T{"e-mail", "電郵", "电邮"},
		Post:         T{"post", "郵寄", "邮寄"},
		Purposes: map[ehrdesk.Purpose]T{
			ehrdesk.Consultation:  {"consultation", "診症", "诊症"},
			ehrdesk.Preparation:   {"preparation before the clinic", "診症前準備", "诊症前准备"},
			ehrdesk.FollowUp:      {"follow-up after the clinic", "診症後跟進", "诊症后跟进"},
			ehrdesk.Referring:     {"referral", "轉介", "转介"},
			ehrdesk.PatientAsked:  {"the patient asked about the record", "病人查詢其紀錄", "病人查询其记录"},
			ehrdesk.Dispensing:    {"dispensing", "配藥", "配药"},
			ehrdesk.OtherPurposes: {"other: a reason is required", "其他：須註明原因", "其他：须注明原因"},
		},
	}
}

// Purpose is the word for a purpose of access.
func (f *Find) Purpose(p ehrdesk.Purpose) T {
	if t, ok := f.Purposes[p]; ok {
		return t
	}
	return T{string(p), string(p), string(p)}
}

// By is the word for the way somebody is notified; an unknown one is SMS's
// neutral sibling, its own word.
func (f *Find) By(way string) T {
	switch way {
	case "sms":
		return f.SMS
	case "email":
		return f.Email
	case "post":
		return f.Post
	default:
		return T{way, way, way}
	}
}
