package text

import "github.com/ehrdesk/ehrdesk"

// Card is what the desk says about readers, cards and what a card proves.
type Card struct {
	Reading, Removed, RemovedStep, RemovedSending, RemovedMatched, Matched, Differs, OtherPerson,
	Recognised, Unknown, NotUsed, NoNumber, Insert, InsertIn, Waiting, Two, ServiceDown, ServiceDenied, ServiceBack, NoPart, NoReader,
	StepTitle, StepLead, OnCard, AtCentre, Silent, FieldDiffers, DiffersDo, SeenOnly, LookAtHolder, Again, GiverOnly, HandBack,
	Evidence, ReviewHint, AgainHint, LookUp, NotTaken, StaffLocked,
	TrayTitle, TrayLead, TrayIn, TrayEmpty, TrayHow, TrayPut, TrayKeys, TrayWhy T
	Proofs map[ehrdesk.CardProof]T
	Fields map[string]T // by ehrdesk.CardField.Name
	Faults map[ehrdesk.CardFault]T
	Ways   map[string]T // how the tray puts a card in
}

func card() Card {
	return Card{
		Reading:        T{"reading the card", "正在讀取身份證", "正在读取身份证"},
		Removed:        T{"The card was taken out. Nothing of it was kept.", "證件已取出，沒有保留任何資料。", "证件已取出，没有保留任何资料。"},
		RemovedStep:    T{"The card was taken out: nothing was submitted. Please put it in again.", "證件已取出，未有提交。請再次插入。", "证件已取出，未有提交。请再次插入。"},
		RemovedSending: T{"The card was taken out. The consent is already on its way; its outcome follows.", "證件已取出。同意已在提交中，請等候結果。", "证件已取出。同意已在提交中，请等候结果。"},
		RemovedMatched: T{"card taken out; what is shown is the centre's", "證件已取出；顯示的是中央系統資料", "证件已取出；显示的是中央系统资料"},
		Matched:        T{"Card in the reader: %s · agrees with the centre's record", "讀卡器內的證件：%s · 與中央系統資料相符", "读卡器内的证件：%s · 与中央系统资料相符"},
		Differs:        T{"Card in the reader: %s · differs from the centre's record: %s", "讀卡器內的證件：%s · 與中央系統資料不符：%s", "读卡器内的证件：%s · 与中央系统资料不符：%s"},
		OtherPerson:    T{"This card is another person's. Nothing is submitted. Take it out and ask for the patient's own card; F2 looks up its holder.", "此證件屬於另一人。未有提交。請取出並要求病人本人的證件；按 F2 可查詢持證人。", "此证件属于另一人。未有提交。请取出并要求病人本人的证件；按 F2 可查询持证人。"},
		Recognised:     T{"%s recognised. It opens only to the Government's readers: type or scan its number.", "已辨認：%s。晶片只供政府讀卡系統讀取，請輸入或掃描號碼。", "已识别：%s。芯片只供政府读卡系统读取，请输入或扫描号码。"},
		Unknown:        T{"This desk does not know that card. Type the number.", "此工作站不認識該卡，請輸入號碼。", "此工作站不认识该卡，请输入号码。"},
		NotUsed:        T{"This desk does not use the reader %s.", "此工作站不使用讀卡器 %s。", "此工作站不使用读卡器 %s。"},
		NoNumber:       T{"The card holds no number to look up. Type it.", "證件沒有可供查詢的號碼，請輸入。", "证件没有可供查询的号码，请输入。"},
		Insert:         T{"A card in the reader looks its holder up at once.", "插入證件即可查詢持證人。", "插入证件即可查询持证人。"},
		InsertIn:       T{"Please put the patient's identity card into the reader: %s", "請把病人的身份證插入讀卡器：%s", "请把病人的身份证插入读卡器：%s"},
		Waiting:        T{"waiting for the card", "等候插入證件", "等候插入证件"},
		Two:            T{"Two cards are in. Please take one out.", "有兩張證件，請取出一張。", "有两张证件，请取出一张。"},
		ServiceDown:    T{"the smart-card service is not running; it is tried again by itself", "智能卡服務未有運行，系統會自動再試", "智能卡服务未有运行，系统会自动再试"},
		ServiceDenied:  T{"this user may not use the card reader: see the setup page", "此使用者無權使用讀卡器，請參閱設定說明", "此用户无权使用读卡器，请参阅设置说明"},
		ServiceBack:    T{"The smart-card service is back.", "智能卡服務已恢復。", "智能卡服务已恢复。"},
		NoPart:         T{"this program has no card part", "此程式沒有讀卡功能", "此程序没有读卡功能"},
		NoReader:       T{"no card reader is connected", "未接駁讀卡器", "未接驳读卡器"},
		StepTitle:      T{"The patient's card", "病人的身份證", "病人的身份证"},
		StepLead:       T{"The card answers a fresh question for this consent alone, and is compared with the centre's record.", "證件會為此項同意回答一次性的提問，並與中央系統資料核對。", "证件会为此项同意回答一次性的提问，并与中央系统资料核对。"},
		OnCard:         T{"on the card", "證件", "证件"},
		AtCentre:       T{"at the centre", "中央系統", "中央系统"},
		Silent:         T{"not held", "沒有", "没有"},
		FieldDiffers:   T{"DIFFERS", "不符", "不符"},
		DiffersDo:      T{"Card and record do not agree. Nothing is submitted: have the record corrected first, 3467 6300, or take the consent by another channel.", "證件與紀錄不符，未有提交。請先更正資料（3467 6300），或以其他方式取得同意。", "证件与记录不符，未有提交。请先更正资料（3467 6300），或以其他方式取得同意。"},
		SeenOnly:       T{"Card seen, identity not verified: this card cannot prove that it is genuine. Take the consent by Access Key or signed form.", "已看到證件，但身份未經核實：此卡未能證明真偽。請以取覽密碼或簽署表格取得同意。", "已看到证件，但身份未经核实：此卡未能证明真伪。请以取览密码或签署表格取得同意。"},
		LookAtHolder:   T{"Genuine chip. It proves the card, not who holds it: compare the photo with the person.", "晶片真確。這只證明證件，並非持證人：請核對相片與本人。", "芯片真确。这只证明证件，并非持证人：请核对相片与本人。"},
		Again:          T{"Enter reads the card again.", "按 Enter 再次讀取。", "按 Enter 再次读取。"},
		GiverOnly:      T{"By card only the patient consents. For somebody who acts for the patient use the Access Key or the signed form (Esc goes back).", "以證件給予同意只限病人本人。代決人請用取覽密碼或簽署表格（Esc 返回）。", "以证件给予同意只限病人本人。代决人请用取览密码或签署表格（Esc 返回）。"},
		HandBack:       T{"Please hand the card back.", "請交還證件。", "请交还证件。"},
		Evidence:       T{"%s, agrees with the record", "%s，與紀錄相符", "%s，与记录相符"},
		ReviewHint:     T{"review", "覆核", "复核"},
		AgainHint:      T{"read again", "再次讀取", "再次读取"},
		LookUp:         T{"A card was put in: F2 looks up its holder.", "已插入證件：按 F2 查詢持證人。", "已插入证件：按 F2 查询持证人。"},
		NotTaken:       T{"The centre did not accept the card's answer. Read it again; if it is refused again, check the document and use another channel.", "中央系統不接納此證件的回應。請再次讀取；如仍不獲接納，請核對證件並以其他方式辦理。", "中央系统不接纳此证件的回应。请再次读取；如仍不获接纳，请核对证件并以其他方式办理。"},
		StaffLocked:    T{"Locked: the staff card was taken out", "已鎖定：員工證已取出", "已锁定：员工证已取出"},
		TrayTitle:      T{"Card tray of the demonstration", "示範用的證件盤", "示范用的证件盘"},
		TrayLead:       T{"Training cards of people who do not exist. What you put in goes through the same reading as a real card.", "訓練卡，人物純屬虛構。插入後的讀取過程與真卡相同。", "训练卡，人物纯属虚构。插入后的读取过程与真卡相同。"},
		TrayIn:         T{"in the reader", "在讀卡器內", "在读卡器内"},
		TrayEmpty:      T{"the reader is empty", "讀卡器沒有證件", "读卡器没有证件"},
		TrayHow:        T{"Put in", "插入方式", "插入方式"},
		TrayPut:        T{"put in", "插入", "插入"},
		TrayKeys:       T{"↑ ↓ card · ← → how · Enter puts it in · Del takes it out", "↑ ↓ 選擇證件 · ← → 方式 · Enter 插入 · Del 取出", "↑ ↓ 选择证件 · ← → 方式 · Enter 插入 · Del 取出"},
		TrayWhy:        T{"the card tray belongs to the demonstration", "證件盤只供示範", "证件盘只供示范"},
		Proofs: map[ehrdesk.CardProof]T{
			ehrdesk.CardUnverified:  {"card seen, not verified", "已看到證件，未經核實", "已看到证件，未经核实"},
			ehrdesk.CardSignedData:  {"data signed by the issuer, card not proved", "資料由發證者簽署，卡未經證明", "资料由发证者签署，卡未经证明"},
			ehrdesk.CardGenuineChip: {"genuine chip", "真確晶片", "真确芯片"},
		},
		Fields: map[string]T{
			"number": {"number", "號碼", "号码"}, "name": {"name", "英文姓名", "英文姓名"}, "local-name": {"Chinese name", "中文姓名", "中文姓名"},
			"born": {"born", "出生日期", "出生日期"}, "sex": {"sex", "性別", "性别"},
		},
		Faults: cardFaults(),
		Ways: map[string]T{
			"":                {"as it should be", "正常", "正常"},
			"slow":            {"slow: a third of a second for every answer", "緩慢：每次回應需三分之一秒", "缓慢：每次回应需三分之一秒"},
			"pulled":          {"pulled out while it is read", "讀取途中拔出", "读取途中拔出"},
			"mute":            {"silent: it never answers", "沒有回應", "没有回应"},
			"garbage":         {"answers with garbage", "回應雜亂資料", "回应杂乱资料"},
			"wrong-signature": {"signed by somebody else", "簽署者不符", "签署者不符"},
			"clone":           {"a copy: all data, no key", "複製卡：有資料，沒有密鑰", "复制卡：有资料，没有密钥"},
			"swapped":         {"swapped for another while it is read", "讀取途中換卡", "读取途中换卡"},
		},
	}
}

// cardFaults are the words for each way in which a reader or a card can fail.
func cardFaults() map[ehrdesk.CardFault]T {
	return map[ehrdesk.CardFault]T{
		ehrdesk.FaultInternal:      {"The card part of this program failed. Take the card out and put it in again.", "讀卡功能出錯，請取出證件再插入。", "读卡功能出错，请取出证件再插入。"},
		ehrdesk.FaultUnsupported:   {"This program reads no cards. Type the number.", "此程式不能讀卡，請輸入號碼。", "此程序不能读卡，请输入号码。"},
		ehrdesk.FaultNoService:     {"The smart-card service is not running. It is tried again by itself.", "智能卡服務未有運行，系統會自動再試。", "智能卡服务未有运行，系统会自动再试。"},
		ehrdesk.FaultDenied:        {"This user may not use the card reader. See the setup page for the rule to add.", "此使用者無權使用讀卡器。請參閱設定說明。", "此用户无权使用读卡器。请参阅设置说明。"},
		ehrdesk.FaultNoReader:      {"The card reader was unplugged.", "讀卡器已拔除。", "读卡器已拔除。"},
		ehrdesk.FaultReaderRefused: {"This desk does not use that reader.", "此工作站不使用該讀卡器。", "此工作站不使用该读卡器。"},
		ehrdesk.FaultNoCard:        {"There is no card in the reader.", "讀卡器內沒有證件。", "读卡器内没有证件。"},
		ehrdesk.FaultRemoved:       {"The card was taken out. Please put it in again.", "證件已取出，請再次插入。", "证件已取出，请再次插入。"},
		ehrdesk.FaultMute:          {"The card does not answer. Take it out, turn it over, put it in again.", "證件沒有回應。請取出、反轉後再插入。", "证件没有回应。请取出、反转后再插入。"},
		ehrdesk.FaultBusy:          {"Another program holds the reader. Close it, then try again.", "讀卡器正由其他程式使用。請關閉該程式後再試。", "读卡器正由其他程序使用。请关闭该程序后再试。"},
		ehrdesk.FaultReset:         {"Another program reset the card. Try again.", "其他程式重設了證件，請再試。", "其他程序重设了证件，请再试。"},
		ehrdesk.FaultLink:          {"The link to the card broke. Take it out and put it in again.", "與證件的連接中斷。請取出再插入。", "与证件的连接中断。请取出再插入。"},
		ehrdesk.FaultLate:          {"The card did not answer in time. Take it out and put it in again.", "證件未有及時回應。請取出再插入。", "证件未有及时回应。请取出再插入。"},
		ehrdesk.FaultCancelled:     {"The reading was cancelled.", "已取消讀取。", "已取消读取。"},
		ehrdesk.FaultUnknown:       {"This desk does not know that card. Type the number.", "此工作站不認識該卡，請輸入號碼。", "此工作站不认识该卡，请输入号码。"},
		ehrdesk.FaultRecognised:    {"The card is recognised and not for this desk to read. Type or scan its number.", "已辨認證件，但此工作站不能讀取。請輸入或掃描號碼。", "已识别证件，但此工作站不能读取。请输入或扫描号码。"},
		ehrdesk.FaultRefused:       {"The card refused to be read.", "證件拒絕讀取。", "证件拒绝读取。"},
		ehrdesk.FaultMalformed:     {"The card gives answers that are not well formed. It may be damaged, or no identity card.", "證件的回應格式不正確，可能已損壞或並非身份證。", "证件的回应格式不正确，可能已损坏或并非身份证。"},
		ehrdesk.FaultTooLarge:      {"The card gives more data than such a card has. It was not read.", "證件的資料量異常，未有讀取。", "证件的资料量异常，未有读取。"},
		ehrdesk.FaultBadData:       {"What the card says is not valid. It was not used.", "證件的資料無效，未有使用。", "证件的资料无效，未有使用。"},
		ehrdesk.FaultUntrusted:     {"This card could not prove that it is genuine: it may be a copy or a forgery. Check the document and the holder.", "此證件未能證明真偽，可能是複製或偽造。請核對證件及持證人。", "此证件未能证明真伪，可能是复制或伪造。请核对证件及持证人。"},
		ehrdesk.FaultForbidden:     {"A command that may not be sent to a card was not sent.", "系統已攔截不可發送至證件的指令。", "系统已拦截不可发送至证件的指令。"},
	}
}
