package text

import "github.com/ehrdesk/ehrdesk"

// Capture is the taking of a sharing consent.
type Capture struct {
	Title, Step, Loading,
	NoticeTitle, NoticeLead, Unofficial, Official, NoticeVersion, NoticeMore, NoticeEnd, NoNotices, AgreePaper, PaperReadAt, AgreeLine,
	ActingTitle, ActingLead, ActingLine, KeyAskFor, ReviewLeadFor, AloudTitle, AloudLead, AloudLine, Asked, AskFirst, AskedSaid, PhoneTitle, PhoneLead,
	GiverTitle, GiverLead, Under16, GiverName, GiverDocument, GiverNumber, DocNumberNeeded, Unable, UnableOrChild, UnableNeeded, Sighted, SightedSDM, NotSighted, NameNeeded, DocNeeded,
	TermTitle, TermLead, TermUntil, TermOpen,
	KeyTitle, KeyAsk, KeyLabel, KeyLead, KeyShape, KeyLeft, FormTitle, FormLabel, FormLead, FormNeeded, SignedOn, SignedShape, SignedAhead, SignedBefore, SignedSaid, ToldAll, ToldAllNew, ToldOn, CodesFrom,
	ReviewTitle, ReviewLead, Patient, By, GivenBy, Document, Channel, TermLabel, FormRef, Notices, NoticeReadAt, DocumentSeen, KeyEntered, PressY,
	Sending, SendingLong, Unknown, UnknownNot, UnknownOffline,
	ReceiptTitle, Reference, Runs, RunsOpen, Told, NotTold, Declined, Died, YSubmits, Expected, ReceiptOpen, ReceiptNext, Checked,
	ReadOnHint, NextHint, SelectHint, ReviewHint, NoTerm,
	Declaration, DeclarationNeeded, NoneBefore, OrderNeeded, CheckBoth, CheckHKIC, CheckYear, CheckTail, CheckNeeded, CheckWrong, TermFirst, NoDigits, DigitsThere, DocumentSeenAs,
	ReadBoth, ReadNeeded, RenewTitle, RenewLead, RenewY, ChangeTitle, ChangeLead, ChangeY, NoLonger, QueuedTitle, QueuedLead,
	VerifyTitle, VerifiedTitle, VerifyLoading, Phone, PhoneOther, Email, Address, Language, Notify, ContactOK, ContactNeeded, NotReached, Method, MethodNeeded, MethodCard, VerifyY T
	Givers [8]T // in the order of ehrdesk.GiverKinds
}

func capture() Capture {
	return Capture{
		Title:           T{"Sharing consent", "互通同意", "互通同意"},
		Step:            T{"Step %d of %d", "第 %d 步，共 %d 步", "第 %d 步，共 %d 步"},
		Loading:         T{"asking the centre for its notices and terms", "正在取得通知及年期", "正在取得通知及年期"},
		NoticeTitle:     T{"The patient reads both notices", "病人閱讀兩份通知", "病人阅读两份通知"},
		NoticeLead:      T{"Show or read them to the patient, or hand over the printed copy.", "向病人展示或讀出，或給予印刷本。", "向病人展示或读出，或给予印刷本。"},
		Unofficial:      T{"summary for training, not the Government's text", "供培訓用的摘要，並非政府原文", "供培训用的摘要，并非政府原文"},
		Official:        T{"official text", "正式文本", "正式文本"},
		NoticeVersion:   T{"version %s", "版本 %s", "版本 %s"},
		NoticeMore:      T{"▼ more below", "▼ 下文尚有內容", "▼ 下文尚有内容"},
		NoticeEnd:       T{"end of both notices", "兩份通知完", "两份通知完"},
		NoNotices:       T{"No notice is given here to be shown. Hand the patient your provider's own, on paper.", "此處沒有可顯示的通知，請交予病人醫護機構自備的紙本通知。", "此处没有可显示的通知，请交予病人医护机构自备的纸本通知。"},
		AgreePaper:      T{"y  The patient (or the person consenting) has read the provider's own notice", "y  病人（或給予同意者）已閱讀醫護機構的通知", "y  病人（或给予同意者）已阅读医护机构的通知"},
		PaperReadAt:     T{"the provider's own, on paper, read at %s", "醫護機構的紙本通知，已於 %s 閱讀", "医护机构的纸本通知，已于 %s 阅读"},
		AgreeLine:       T{"y  The patient (or the person consenting) has read both notices", "y  病人（或給予同意者）已閱讀兩份通知", "y  病人（或给予同意者）已阅读两份通知"},
		ActingTitle:     T{"Who consents for the patient reads both notices", "代病人給予同意者閱讀兩份通知", "代病人给予同意者阅读两份通知"},
		ActingLead:      T{"Show or read them to that person, or hand over the printed copy.", "向該人士展示或讀出，或給予印刷本。", "向该人士展示或读出，或给予印刷本。"},
		ActingLine:      T{"y  The person who consents for the patient has read both notices", "y  代病人給予同意者已閱讀兩份通知", "y  代病人给予同意者已阅读两份通知"},
		KeyAskFor:       T{"Please type the patient's eHealth Access Key, 8 digits, and press Enter.", "請輸入病人的醫健通取覽密碼（8 位數字），然後按 Enter。", "请输入病人的医健通取览密码（8 位数字），然后按 Enter。"},
		ReviewLeadFor:   T{"Who acts for the patient consents to the following. y submits it, Esc goes back.", "代病人行事者同意以下事項。按 y 提交，Esc 返回。", "代病人行事者同意以下事项。按 y 提交，Esc 返回。"},
		AloudTitle:      T{"Read both notices out to the patient", "向病人讀出兩份通知", "向病人读出两份通知"},
		AloudLead:       T{"The patient is on the telephone and sees nothing of this screen.", "病人正在通話，看不到此畫面。", "病人正在通话，看不到此画面。"},
		AloudLine:       T{"y  I have read both notices out, and the patient has understood them", "y  我已讀出兩份通知，病人表示明白", "y  我已读出两份通知，病人表示明白"},
		Asked:           T{"I have asked for full name and date of birth, and both agree", "我已詢問全名及出生日期，兩者相符", "我已询问全名及出生日期，两者相符"},
		AskFirst:        T{"Ask the patient for full name and date of birth, compare both, and tick it (Space).", "請詢問病人全名及出生日期並核對，然後按空白鍵。", "请询问病人全名及出生日期并核对，然后按空格键。"},
		AskedSaid:       T{"none seen, by telephone · name, date of birth and number asked", "電話辦理，未查看證件 · 已詢問姓名、出生日期及號碼", "电话办理，未查看证件 · 已询问姓名、出生日期及号码"},
		PhoneTitle:      T{"Ask the patient for the Access Key, 8 digits, and type it as it is said.", "請病人說出取覽密碼（8 位數字），並同時輸入。", "请病人说出取览密码（8 位数字），并同时输入。"},
		PhoneLead:       T{"It is neither shown nor kept. Do not repeat it aloud and do not write it down. The patient is told on every contact known.", "密碼不會顯示或儲存。請勿複述或抄寫。系統會以所有已知聯絡方式通知病人。", "密码不会显示或储存。请勿复述或抄写。系统会以所有已知联络方式通知病人。"},
		GiverTitle:      T{"Who consents, and the document seen", "給予同意者及已查看的證件", "给予同意者及已查看的证件"},
		GiverLead:       T{"Given by", "給予同意者", "给予同意者"},
		Under16:         T{"The patient is under 16: a substitute decision maker consents, in this order.", "病人未滿 16 歲：須由代決人按以下次序給予同意。", "病人未满 16 岁：须由代决人按以下次序给予同意。"},
		GiverName:       T{"Name of that person", "該人士姓名", "该人士姓名"},
		GiverDocument:   T{"Kind of document seen", "已查看的證件種類", "已查看的证件种类"},
		Sighted:         T{"I have seen the patient's identity document", "我已查看病人的身份證明文件", "我已查看病人的身份证明文件"},
		SightedSDM:      T{"I have seen the identity documents of both persons", "我已查看兩人的身份證明文件", "我已查看两人的身份证明文件"},
		NotSighted:      T{"Please look at the identity document and tick it (Space).", "請先查看身份證明文件，然後按空白鍵。", "请先查看身份证明文件，然后按空格键。"},
		NameNeeded:      T{"Please write the name of the person who consents.", "請填寫給予同意者的姓名。", "请填写给予同意者的姓名。"},
		GiverNumber:     T{"Number on that document", "該證件上的號碼", "该证件上的号码"},
		DocNumberNeeded: T{"Please write the number that stands on that document.", "請填寫該證件上的號碼。", "请填写该证件上的号码。"},
		Unable:          T{"The patient cannot act (mental incapacity, or cannot consent now)", "病人未能行事（精神上無行為能力，或當時不能給予同意）", "病人未能行事（精神上无行为能力，或当时不能给予同意）"},
		UnableOrChild:   T{"The patient is under 16, or cannot act", "病人未滿 16 歲，或未能行事", "病人未满 16 岁，或未能行事"},
		UnableNeeded:    T{"The patient is 16 or over: tick (Space) that they cannot act.", "年滿 16 歲的病人須自行同意：如病人未能行事，請按空白鍵註明。", "年满 16 岁的病人须自行同意：如病人未能行事，请按空格键注明。"},
		DocNeeded:       T{"Please write which document was seen.", "請填寫已查看的證件種類。", "请填写已查看的证件种类。"},
		TermTitle:       T{"How long it runs", "同意的年期", "同意的年期"},
		TermLead:        T{"Ask the patient. Nothing is chosen beforehand.", "請詢問病人，系統不作預選。", "请询问病人，系统不作预选。"},
		TermUntil:       T{"ends %s", "至 %s", "至 %s"},
		TermOpen:        T{"until the patient withdraws it", "直至病人撤銷", "直至病人撤销"},
		KeyTitle:        T{"Access Key", "取覽密碼", "取览密码"},
		KeyLabel:        T{"Access Key, 8 digits", "取覽密碼（8 位數字）", "取览密码（8 位数字）"},
		KeyAsk:          T{"Please type your eHealth Access Key, 8 digits, and press Enter.", "請輸入閣下的醫健通取覽密碼（8 位數字），然後按 Enter。", "请输入阁下的医健通取览密码（8 位数字），然后按 Enter。"},
		KeyLead:         T{"It is neither shown nor kept. Staff: hand over the keyboard, or ask in private.", "密碼不會顯示或儲存。職員：請交出鍵盤，或在保障私隱下詢問。", "密码不会显示或储存。职员：请交出键盘，或在保障私隐下询问。"},
		KeyShape:        T{"An Access Key has 8 digits.", "取覽密碼有 8 位數字。", "取览密码有 8 位数字。"},
		KeyLeft:         T{"%d of 8", "%d／8", "%d／8"},
		FormTitle:       T{"Signed form", "已簽署的表格", "已签署的表格"},
		FormLabel:       T{"Form reference", "表格編號", "表格编号"},
		FormLead:        T{"Check the signature on the Sharing Consent Form, and type the form's own number. ↓ to the date, where it is not of today.", "檢查互通同意書的簽署，然後輸入表格編號。如非今日簽署，按 ↓ 更改日期。", "检查互通同意书的签署，然后输入表格编号。如非今日签署，按 ↓ 更改日期。"},
		ToldAll:         T{"The patient is told of a form on every contact known.", "系統會以病人所有已知聯絡方式通知其表格。", "系统会以病人所有已知联络方式通知其表格。"},
		ToldAllNew:      T{"Told on all contacts, the replaced too. No codes to a new one for a day.", "會通知所有聯絡方式，包括被取代者；新號碼一日內不收一次性密碼。", "会通知所有联络方式，包括被取代者；新号码一日内不收一次性密码。"},
		ToldOn:          T{"The patient is told on all %d contact{s} known.", "病人會以全部 %d 個已知聯絡方式獲通知。", "病人会以全部 %d 个已知联络方式获通知。"},
		CodesFrom:       T{"One-time codes go to the new number from %s; until then to the one before. The card counts at once.", "新號碼由 %s 起方可接收一次性密碼，之前仍發送至原有號碼；使用身份證則即時有效。", "新号码由 %s 起方可接收一次性密码，之前仍发送至原有号码；使用身份证则即时有效。"},
		FormNeeded:      T{"Please type the form's number.", "請輸入表格編號。", "请输入表格编号。"},
		SignedOn:        T{"Date of the signature", "簽署日期", "签署日期"},
		SignedShape:     T{"Please type the date of the signature: day, month, year.", "請輸入簽署日期：日、月、年。", "请输入签署日期：日、月、年。"},
		SignedAhead:     T{"The form is dated after today: check the date of the signature.", "表格日期在今日之後：請核對簽署日期。", "表格日期在今日之后：请核对签署日期。"},
		SignedBefore:    T{"The date of the signature is before it could be signed, or before the consent or withdrawal it follows.", "簽署日期早於可簽署之時，或早於之前的同意或撤銷。", "签署日期早于可签署之时，或早于之前的同意或撤销。"},
		SignedSaid:      T{"signed %s", "簽署於 %s", "签署于 %s"},
		ReviewTitle:     T{"Review", "覆核", "复核"},
		ReviewLead:      T{"The patient consents to the following. y submits it, Esc goes back.", "病人同意以下事項。按 y 提交，Esc 返回。", "病人同意以下事项。按 y 提交，Esc 返回。"},
		Patient:         T{"Patient", "病人", "病人"},
		By:              T{"Shared with", "互通對象", "互通对象"},
		GivenBy:         T{"Given by", "給予者", "给予者"},
		Document:        T{"Document", "證件", "证件"},
		Channel:         T{"Channel", "方式", "方式"},
		TermLabel:       T{"Term", "年期", "年期"},
		FormRef:         T{"Form", "表格", "表格"},
		Notices:         T{"Notices", "通知", "通知"},
		NoticeReadAt:    T{"both read at %s", "兩份均於 %s 已閱讀", "两份均于 %s 已阅读"},
		DocumentSeen:    T{"identity document seen", "已查看身份證明文件", "已查看身份证明文件"},
		KeyEntered:      T{"entered, not shown", "已輸入，不顯示", "已输入，不显示"},
		PressY:          T{"y  Submit this consent", "y  提交此同意", "y  提交此同意"},
		Sending:         T{"submitting to eHealth", "正在提交至醫健通", "正在提交至医健通"},
		SendingLong: T{"No answer yet. F2 goes on with the next patient: the act is kept on this desk, which asks until it knows the outcome and then says so.",
			"仍未有回應。可按 F2 處理下一位病人：此項已存於本機，本機會繼續查詢，得知結果後即告知。", "仍未有回应。可按 F2 处理下一位病人：此项已存于本机，本机会继续查询，得知结果后即告知。"},
		Unknown:    T{"The outcome is not known yet: the centre did not answer in time. Checking", "中央系統未能及時回應，結果未明，正在查核", "中央系统未能及时回应，结果未明，正在查核"},
		UnknownNot: T{"The centre has no such consent. Nothing was recorded: y submits the same act again.", "中央系統沒有此同意，未有紀錄。按 y 重新提交。", "中央系统没有此同意，未有记录。按 y 重新提交。"},
		UnknownOffline: T{"The outcome is still not known. This desk goes on asking, and y asks at once: the same act counts once.",
			"結果仍未明。本機會繼續查詢，按 y 即時再試：同一同意只會記錄一次。", "结果仍未明。本机会继续查询，按 y 即时再试：同一同意只会记录一次。"},
		ReceiptTitle:      T{"● Consent recorded", "● 互通同意已記錄", "● 互通同意已记录"},
		Reference:         T{"Reference", "參考編號", "参考编号"},
		Runs:              T{"%s to %s", "%s 至 %s", "%s 至 %s"},
		RunsOpen:          T{"since %s, until the patient withdraws it", "由 %s 起，直至病人撤銷", "由 %s 起，直至病人撤销"},
		Told:              T{"The patient is told by %s.", "病人會以%s獲通知。", "病人会以%s获通知。"},
		NotTold:           T{"The centre did not report a notice to the patient.", "中央系統沒有回報向病人發出通知。", "中央系统没有回报向病人发出通知。"},
		Declined:          T{"The patient has chosen not to be told of accesses.", "病人已選擇不接收取覽通知。", "病人已选择不接收取览通知。"},
		Died:              T{"The patient has died: a sharing consent can no longer be given. Contact the eHR Registration Office, 3467 6300.", "病人已故，不可再給予互通同意。請聯絡電子健康紀錄申請及諮詢中心，電話 3467 6300。", "病人已故，不可再给予互通同意。请联络电子健康记录申请及咨询中心，电话 3467 6300。"},
		YSubmits:          T{"y submits the consent, Enter does not · Esc goes back", "按 y 提交同意，Enter 不會提交 · Esc 返回", "按 y 提交同意，Enter 不会提交 · Esc 返回"},
		Expected:          T{"Records are expected by %s. Waiting is not an error.", "紀錄預計於 %s 前傳到，等候並非錯誤。", "记录预计于 %s 前传到，等候并非错误。"},
		ReceiptOpen:       T{"open the record", "開啟紀錄", "打开记录"},
		ReceiptNext:       T{"next patient", "下一位", "下一位"},
		Checked:           T{"The consent is active at the centre.", "中央系統顯示同意有效。", "中央系统显示同意有效。"},
		ReadOnHint:        T{"read on", "繼續閱讀", "继续阅读"},
		NextHint:          T{"next step", "下一步", "下一步"},
		SelectHint:        T{"next step", "繼續", "继续"},
		ReviewHint:        T{"review", "覆核", "复核"},
		NoTerm:            T{"Please choose a term: how long it runs.", "請選擇同意的年期。", "请选择同意的年期。"},
		Declaration:       T{"Letter of Declaration no.", "聲明書編號", "声明书编号"},
		DeclarationNeeded: T{"Please type the number of the provider's Letter of Declaration.", "請輸入醫護機構聲明書的編號。", "请输入医护机构声明书的编号。"},
		NoneBefore:        T{"Nobody named above can act for the patient", "以上人士均未能代病人行事", "以上人士均未能代病人行事"},
		OrderNeeded:       T{"Those named above come first: tick (Space) that none of them can act.", "以上人士優先：如均未能行事，請按空白鍵註明。", "以上人士优先：如均未能行事，请按空格键注明。"},
		CheckBoth:         T{"3 digits before ( ), or birth year", "括號前 3 位數字，或出生年份", "括号前 3 位数字，或出生年份"},
		CheckHKIC:         T{"3 digits before ( )", "括號前 3 位數字", "括号前 3 位数字"},
		CheckYear:         T{"Year of birth, 4 digits", "出生年份（4 位數字）", "出生年份（4 位数字）"},
		CheckTail:         T{"Last 3 characters of the number", "號碼最後 3 個字元", "号码最后 3 个字符"},
		CheckNeeded:       T{"Please type it from the document, to be sure of the patient: %s.", "請按證件輸入，以確認病人身份：%s。", "请按证件输入，以确认病人身份：%s。"},
		CheckWrong:        T{"%s: not this patient's, compare the document with the name above.", "%s：與此病人不符，請對照證件及上方姓名。", "%s：与此病人不符，请对照证件及上方姓名。"},
		TermFirst:         T{"Choose the term by its letter first. The key is typed on the next page.", "請先按字母選擇年期；密碼在下一頁輸入。", "请先按字母选择年期；密码在下一页输入。"},
		DigitsThere:       T{"The document's digits are there already, and agree.", "證件數字已輸入，並且相符。", "证件数字已输入，并且相符。"},
		NoDigits:          T{"No digits are asked for here: the card says who the patient is.", "此處無須輸入數字：身份證已確認病人身份。", "此处无须输入数字：身份证已确认病人身份。"},
		DocumentSeenAs:    T{"identity document seen and compared", "已查看並核對身份證明文件", "已查看并核对身份证明文件"},
		ReadBoth:          T{"The person who consents has read both notices", "給予同意者已閱讀兩份通知", "给予同意者已阅读两份通知"},
		ReadNeeded:        T{"The notices are to be read first: tick it (Space).", "請先閱讀通知，然後按空白鍵。", "请先阅读通知，然后按空格键。"},
		RenewTitle:        T{"Renew the sharing consent", "續期互通同意", "续期互通同意"},
		RenewLead:         T{"The patient is here and wishes it to run on. A year is counted from the present end.", "病人在場，並希望續期。一年期由現時屆滿日起計。", "病人在场，并希望续期。一年期由现时届满日起计。"},
		RenewY:            T{"y  Document seen, both notices read: renew", "y  已看證件及閱讀通知：續期", "y  已看证件及阅读通知：续期"},
		ChangeTitle:       T{"Change the term of the sharing consent", "更改互通同意的年期", "更改互通同意的年期"},
		ChangeLead:        T{"The patient is here and wishes another term. A year is counted from today.", "病人在場，並希望更改年期。一年期由今日起計。", "病人在场，并希望更改年期。一年期由今日起计。"},
		ChangeY:           T{"y  Document seen, both notices read: change", "y  已看證件及閱讀通知：更改", "y  已看证件及阅读通知：更改"},
		NoLonger:          T{"It would end no later than now: choose another term.", "屆滿日不會較現時為遲：請選擇其他年期。", "届满日不会较现时为迟：请选择其他年期。"},
		QueuedTitle:       T{"● Kept on this desk · waits for the line", "● 已存於本工作站 · 待連線後提交", "● 已存于本工作站 · 待联机后提交"},
		QueuedLead:        T{"The signed form is sent as soon as the line is back, once, also after a restart. Until the centre has confirmed it, no record opens by it. Keep the paper.", "恢復連線後會即時提交一次（重新啟動後亦然）。中央系統確認前不可開啟紀錄。請保留表格正本。", "恢复连线后会即时提交一次（重新启动后亦然）。中央系统确认前不可打开记录。请保留表格正本。"},
		VerifyTitle:       T{"Verify identity and take consent", "核實身份及取得同意", "核实身份及取得同意"},
		VerifiedTitle:     T{"● Identity verified · consent recorded", "● 身份已核實 · 互通同意已記錄", "● 身份已核实 · 互通同意已记录"},
		VerifyLoading:     T{"asking for the registration", "正在取得登記資料", "正在取得登记资料"},
		Phone:             T{"Telephone", "電話", "电话"},
		PhoneOther:        T{"Other telephone", "其他電話", "其他电话"},
		Email:             T{"E-mail", "電郵", "电邮"},
		Address:           T{"Address", "地址", "地址"},
		Language:          T{"Language of notices", "通知語言", "通知语言"},
		Notify:            T{"Told by", "通知方式", "通知方式"},
		ContactOK:         T{"The person has confirmed the contact data above", "該人士已確認以上聯絡資料", "该人士已确认以上联络资料"},
		ContactNeeded:     T{"Read the contact data out, correct it, and tick it (Space).", "請讀出並更正聯絡資料，然後按空白鍵。", "请读出并更正联络资料，然后按空格键。"},
		NotReached:        T{"%s: needed, as the patient is told by it.", "%s：所選通知方式須有此資料。", "%s：所选通知方式须有此资料。"},
		Method:            T{"Identity verified by", "核實方式", "核实方式"},
		MethodNeeded:      T{"Please choose by what the identity is verified.", "請選擇核實方式。", "请选择核实方式。"},
		MethodCard:        T{"smart identity card in the reader", "讀卡器內的智能身份證", "读卡器内的智能身份证"},
		VerifyY:           T{"y  Verify the identity and record the consent", "y  核實身份並記錄同意", "y  核实身份并记录同意"},
		Givers: [8]T{
			{"the patient", "病人本人", "病人本人"}, {"parent", "父母", "父母"}, {"guardian", "監護人", "监护人"},
			{"person appointed by a court", "法院委任人士", "法院委任人士"},
			{"Director of Social Welfare, or other guardian by law", "社會福利署署長或其他法定監護人", "社会福利署署长或其他法定监护人"}, {"family member", "家人", "家人"},
			{"person residing with the patient", "與病人同住者", "与病人同住者"},
			{"healthcare provider, as the last resort", "醫護機構（最後選擇）", "医护机构（最后选择）"},
		},
	}
}

// Giver is the word for a kind of giver.
func (c *Capture) Giver(kind string) T {
	for i, k := range ehrdesk.GiverKinds() {
		if k == kind && i < len(c.Givers) {
			return c.Givers[i]
		}
	}
	return T{kind, kind, kind}
}

// Withdraw is the end of a consent at the patient's wish.
type Withdraw struct {
	Title, Lead, Deemed, Nothing, ByKey, ByForm, Sending, Done, DoneLead, PressY, Unknown, Queued, QueuedLead T
}

func withdraw() Withdraw {
	return Withdraw{
		Title:      T{"Withdraw the sharing consent", "撤銷互通同意", "撤销互通同意"},
		Lead:       T{"At the patient's wish only. The record closes, and this desk's copy is destroyed at once.", "只可按病人意願撤銷。紀錄會關閉，本工作站的副本即時銷毀。", "只可按病人意愿撤销。记录会关闭，本工作站的副本即时销毁。"},
		Deemed:     T{"given by joining eHealth: cannot be withdrawn at a desk", "加入醫健通時已給予，不可在工作站撤銷", "加入医健通时已给予，不可在工作站撤销"},
		Nothing:    T{"there is no active consent to withdraw", "沒有有效的互通同意可撤銷", "没有有效的互通同意可撤销"},
		ByKey:      T{"by Access Key", "以取覽密碼", "以取览密码"},
		ByForm:     T{"by signed form", "以簽署表格", "以签署表格"},
		Sending:    T{"withdrawing", "正在撤銷", "正在撤销"},
		Done:       T{"● Consent withdrawn", "● 互通同意已撤銷", "● 互通同意已撤销"},
		DoneLead:   T{"The record is closed and this desk's copy is destroyed.", "紀錄已關閉，本工作站的副本已銷毀。", "记录已关闭，本工作站的副本已销毁。"},
		Queued:     T{"● Withdrawn at this desk · waits for the line", "● 已在本工作站撤銷 · 待連線後提交", "● 已在本工作站撤销 · 待联机后提交"},
		QueuedLead: T{"The record is closed and this desk's copy is destroyed. eHealth is told as soon as the line is back; this desk opens nothing until then.", "紀錄已關閉，本工作站的副本已銷毀。恢復連線後會即時通知醫健通；在此之前不會開啟紀錄。", "记录已关闭，本工作站的副本已销毁。恢复连线后会即时通知医健通；在此之前不会打开记录。"},
		PressY:     T{"y  Withdraw this consent", "y  撤銷此同意", "y  撤销此同意"},
		Unknown:    T{"The outcome is not known: the centre did not answer in time. This desk goes on asking, and y asks at once; the same act counts once.", "中央系統未能及時回應，結果未明。本機會繼續查詢，按 y 即時再試；同一要求只會記錄一次。", "中央系统未能及时回应，结果未明。本机会继续查询，按 y 即时再试；同一要求只会记录一次。"},
	}
}

// ReadWhat says when the notices were read that were shown, or the provider's own.
func (c *Capture) ReadWhat(shown int) T {
	if shown == 0 {
		return c.PaperReadAt
	}
	return c.NoticeReadAt
}
