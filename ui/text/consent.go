package text

import "github.com/ehrdesk/ehrdesk"

// Consent is how a sharing consent is spoken of on every screen.
type Consent struct {
	Label, Indefinite, OneYear, Since, SinceShort, Ends, EndsShort, Deemed, Expired, Withdrawn, Pending, Unknown, None, LastChecked, CheckedAt, Never,
	Card, AccessKey, Form, App, IVRS, Telephoned T
}

func consent() Consent {
	return Consent{
		Label:       T{"CONSENT", "互通同意", "互通同意"},
		Indefinite:  T{"indefinite", "無限期", "无限期"},
		OneYear:     T{"one-year", "一年期", "一年期"},
		Since:       T{"%s since %s", "%s，由 %s 起", "%s，由 %s 起"},
		SinceShort:  T{"%s since %s", "自%[2]s%[1]s", "自%[2]s%[1]s"},
		EndsShort:   T{"%s ends %s", "%s，至 %s", "%s，至 %s"},
		Ends:        T{"%s ends %s (%d d)", "%s，至 %s（尚餘 %d 日）", "%s，至 %s（尚余 %d 日）"},
		Deemed:      T{"given by joining eHealth", "加入醫健通時已給予", "加入医健通时已给予"},
		Expired:     T{"expired", "已屆滿", "已届满"},
		Withdrawn:   T{"withdrawn", "已撤銷", "已撤销"},
		Pending:     T{"pending – waits for the patient", "待病人確認", "待病人确认"},
		Unknown:     T{"unknown", "不詳", "不详"},
		None:        T{"none", "沒有", "没有"},
		CheckedAt:   T{"last checked %s", "最後查核 %s", "最后查核 %s"},
		LastChecked: T{"last checked %s, offline", "最後查核 %s，離線", "最后查核 %s，离线"},
		Never:       T{"never", "從未", "从未"},
		Card:        T{"HKIC", "身份證", "身份证"},
		AccessKey:   T{"Access Key", "取覽密碼", "取览密码"},
		Form:        T{"signed form", "簽署表格", "签署表格"},
		App:         T{"eHealth App", "醫健通應用程式", "医健通应用程序"},
		IVRS:        T{"telephone", "電話", "电话"},
		Telephoned:  T{"Access Key by telephone", "電話中的取覽密碼", "电话中的取览密码"},
	}
}

// TermName is the word for a term.
func (c *Consent) TermName(t ehrdesk.Term) T {
	switch t {
	case ehrdesk.OneYear:
		return c.OneYear
	case ehrdesk.Indefinite, "":
		return c.Indefinite
	default:
		return T{string(t), string(t), string(t)}
	}
}

// ChannelName is the word for a channel.
func (c *Consent) ChannelName(ch ehrdesk.Channel) T {
	switch ch {
	case ehrdesk.ByCard:
		return c.Card
	case ehrdesk.ByAccessKey:
		return c.AccessKey
	case ehrdesk.ByForm:
		return c.Form
	case ehrdesk.ByApp:
		return c.App
	case ehrdesk.ByIVRS:
		return c.IVRS
	default:
		return T{string(ch), string(ch), string(ch)}
	}
}

// Message is what happened and what to do about it.
type Message struct{ What, Do T }

// Errors is the table of failures.
type Errors struct {
	Invalid, NotFound, ConsentNeeded, Offline, Timeout, Denied, NotSignedIn, Locked, Card, Conflict, SecondKey, Tampered, Other,
	NoConsent, PersonUnclear, NumberAsID, CodeExpired, NoWayToTell, NotAtServer, NoView, NoDeposit, Guessed, AccountClosed, DeskEnded, GiverUnder16, GiverKind, GiverUnnamed, GiverOrder, GiverAble, GiverDeclaration, SignedAhead, SignedBefore, SecondPerson, OwnAct, TakerUnknown Message
	Short, WrongKey, WrongKeyDo, OneTry, Tries, LockOut, LockOutDo, TooOften, TooOftenDo, NewContact, FormUsed, FormUsedDo T
	Administering                                                                                                          map[error]Message // why the centre does not do what a User Administrator asks for
}

func failures() Errors {
	return Errors{
		Invalid:       Message{T{"Something is missing or not in the right form.", "資料不完整或格式不正確。", "资料不完整或格式不正确。"}, T{"Please check what was entered.", "請檢查輸入的資料。", "请检查输入的资料。"}},
		NotFound:      Message{T{"Not found.", "找不到。", "找不到。"}, T{"Please check the number with the document.", "請對照證件檢查號碼。", "请对照证件检查号码。"}},
		ConsentNeeded: Message{T{"There is no sharing consent to this provider.", "病人沒有向本醫護機構給予互通同意。", "病人没有向本医护机构给予互通同意。"}, T{"F3 takes one.", "按 F3 取得同意。", "按 F3 取得同意。"}},
		Offline:       Message{T{"The centre cannot be reached.", "未能連接中央系統。", "未能连接中央系统。"}, T{"What this desk holds can still be shown; try again later.", "仍可顯示本工作站的副本；請稍後再試。", "仍可显示本工作站的副本；请稍后再试。"}},
		Timeout:       Message{T{"The centre did not answer in time.", "中央系統未能及時回應。", "中央系统未能及时回应。"}, T{"Please try again.", "請再試。", "请再试。"}},
		Denied:        Message{T{"The centre refused this.", "中央系統拒絕此要求。", "中央系统拒绝此要求。"}, T{"Your role or the provider's settings do not allow it.", "你的職系或機構設定不容許。", "你的职系或机构设定不容许。"}},
		NotSignedIn:   Message{T{"The passphrase is not right, or the session has ended.", "密碼不正確，或登入已過期。", "密码不正确，或登录已过期。"}, T{"Please sign in again (Ctrl+L).", "請重新登入（Ctrl+L）。", "请重新登录（Ctrl+L）。"}},
		Locked:        Message{T{"Locked for now.", "暫時鎖定。", "暂时锁定。"}, T{"Please try again later.", "請稍後再試。", "请稍后再试。"}},
		Card:          Message{T{"The card could not be read.", "未能讀取智能身份證。", "未能读取智能身份证。"}, T{"Please insert it again.", "請重新插入。", "请重新插入。"}},
		SecondKey:     Message{T{"The system's keyring does not give your second key. The passphrase was not tried.", "系統鎖匙圈未能提供你的第二密鑰，密碼未曾核對。", "系统钥匙串未能提供你的第二密钥，密码未曾核对。"}, T{"Unlock the keyring and sign in again; if it is lost, ask for a new activation code.", "請解鎖鎖匙圈後重新登入；如已遺失，請索取新的啟用碼。", "请解锁钥匙串后重新登录；如已丢失，请索取新的激活码。"}},
		Conflict:      Message{T{"This has been done already, or was changed meanwhile.", "已有相同紀錄，或資料已被更改。", "已有相同记录，或资料已被更改。"}, T{"Please look the patient up again.", "請重新尋找病人。", "请重新查找病人。"}},
		Tampered:      Message{T{"What arrived or was stored is damaged or belongs to somebody else. It is not shown.", "收到或儲存的資料損壞，或屬於其他人，不會顯示。", "收到或储存的资料损坏，或属于其他人，不会显示。"}, T{"Report this to the security officer.", "請通知資訊保安主任。", "请通知信息安全主任。"}},
		Other:         Message{T{"This did not work.", "未能完成。", "未能完成。"}, T{"Try again; if it stays so, call support.", "請再試；如仍未能完成，請聯絡支援。", "请再试；如仍未能完成，请联络支援。"}},
		WrongKey:      T{"The Access Key is not right", "取覽密碼不正確", "取览密码不正确"},
		WrongKeyDo:    T{"Ask the patient to check it.", "請病人核對。", "请病人核对。"},
		OneTry:        T{"; 1 try left.", "，尚餘 1 次。", "，尚余 1 次。"},
		Tries:         T{"; %d tr{y|ies} left.", "，尚餘 %d 次。", "，尚余 %d 次。"},
		LockOut:       T{"Too many wrong Access Keys: locked until %s.", "取覽密碼錯誤次數過多：鎖定至 %s。", "取览密码错误次数过多：锁定至 %s。"},
		SecondPerson:  Message{T{"A second person of this provider has to approve this.", "此項須由本機構第二人批准。", "此项须由本机构第二人批准。"}, T{"Take it by a signed form: that waits for one.", "請以簽署表格辦理，可等候第二人批准。", "请以签署表格办理，可等候第二人批准。"}},
		OwnAct:        Message{T{"Nobody approves or refuses what they took themselves.", "不可批准或拒絕自己登記的事項。", "不可批准或拒绝自己登记的事项。"}, T{"Ask a colleague to sign in and look at it.", "請同事登入並查看。", "请同事登录并查看。"}},
		TakerUnknown:  Message{T{"eHealth does not know who took this as one who may.", "醫健通未能確認登記者可辦理此項。", "医健通未能确认登记者可办理此项。"}, T{"Take it again from its form, and have it approved.", "請憑表格重新登記，再由第二人批准。", "请凭表格重新登记，再由第二人批准。"}},
		PersonUnclear: Message{T{"Who has this number is not clear where the records are kept: two people, or a record merged or taken over.", "紀錄存放處未能確定此號碼屬何人：或屬兩人，或紀錄已合併或改屬他人。", "记录存放处未能确定此号码属何人：或属两人，或记录已合并或改属他人。"}, T{"It has to be put right there. A consent is withdrawn all the same: in the app, by telephone, or with ehrdesk revoke.", "須在該處更正。撤銷同意不受影響：可用 App、電話或 ehrdesk revoke。", "须在该处更正。撤销同意不受影响：可用 App、电话或 ehrdesk revoke。"}},
		NumberAsID: Message{T{"Where the records are kept, this patient's record is named by the number of a card or document, which would stand in addresses and logs.", "紀錄存放處以身份證明文件號碼為此病人紀錄的識別碼；號碼會因而出現在網址及記錄檔。", "记录存放处以身份证明文件号码为此病人记录的识别码；号码会因而出现在网址及日志。"},
			T{"Nothing was opened: the record has to get another id there.", "未有開啟任何紀錄：須在該處更改識別碼。", "未有打开任何记录：须在该处更改识别码。"}},
		NoConsent:   Message{T{"There is no sharing consent to withdraw any more.", "已沒有互通同意可撤銷。", "已没有互通同意可撤销。"}, T{"It was withdrawn or has run out: look the patient up again.", "同意已撤銷或屆滿：請重新尋找病人。", "同意已撤销或届满：请重新查找病人。"}},
		CodeExpired: Message{T{"The one-time code has expired or was used.", "一次性密碼已過期或已使用。", "一次性密码已过期或已使用。"}, T{"o sends another.", "按 o 再發送。", "按 o 再发送。"}},
		Guessed: Message{T{"This passphrase is guessed too easily.", "這個密碼太容易被猜中。", "这个密码太容易被猜中。"},
			T{"Take four words or more that have nothing to do with each other, nor with you.", "請用四個或以上互不相關、亦與你無關的詞語。", "请用四个或以上互不相关、也与你无关的词语。"}},
		AccountClosed: Message{T{"Your account is closed at the centre.", "你的帳戶已在中央系統關閉。", "你的账户已在中央系统关闭。"}, T{"This desk opens nothing for you any more. Ask your User Administrator.", "此工作站不再為你開啟任何資料。請向用戶管理員查詢。", "此工作站不再为你打开任何资料。请向用户管理员查询。"}},
		DeskEnded: Message{T{"Your key on this desk was ended at the centre; your account is not closed by that.", "你在此工作站的密匙已被中央系統終止；帳戶並未因此關閉。", "你在此工作站的密钥已被中央系统终止；账户并未因此关闭。"},
			T{"Ask your User Administrator; a new activation code enrols you here again.", "請向用戶管理員查詢；可用新啟動碼在此重新登記。", "请向用户管理员查询；可用新启动码在此重新登记。"}},
		GiverUnder16: Message{T{"The patient is under 16: another has to consent.", "病人未滿 16 歲，須由他人給予同意。", "病人未满 16 岁，须由他人给予同意。"},
			T{"Take the consent anew of a parent or guardian.", "請重新由父母或監護人給予同意。", "请重新由父母或监护人给予同意。"}},
		GiverKind: Message{T{"This kind of person does not consent for this patient.", "此類人士不可代此病人給予同意。", "此类人士不可代此病人给予同意。"},
			T{"Take the consent anew of somebody who may.", "請重新由合資格人士給予同意。", "请重新由合资格人士给予同意。"}},
		GiverUnnamed: Message{T{"Who consents was not named, or by which document.", "未有填寫給予同意者或其證件。", "未有填写给予同意者或其证件。"},
			T{"Take the consent anew with both.", "請補填後重新取得同意。", "请补填后重新取得同意。"}},
		GiverOrder: Message{T{"That those who come first cannot act was not stated.", "未有註明優先人士均未能行事。", "未有注明优先人士均未能行事。"},
			T{"Take the consent anew and tick it.", "請註明後重新取得同意。", "请注明后重新取得同意。"}},
		GiverAble: Message{T{"That the patient, who is 16 or over, cannot act was not stated.", "未有註明年滿 16 歲的病人未能行事。", "未有注明年满 16 岁的病人未能行事。"},
			T{"Take the consent anew of the patient, or tick it.", "請重新由病人給予同意，或加以註明。", "请重新由病人给予同意，或加以注明。"}},
		GiverDeclaration: Message{T{"The provider's Letter of Declaration was missing.", "欠缺醫護機構的聲明書。", "欠缺医护机构的声明书。"},
			T{"Take the consent anew with its number.", "請填寫聲明書編號後重新取得同意。", "请填写声明书编号后重新取得同意。"}},
		SignedAhead: Message{T{"The form is dated after today.", "表格日期在今日之後。", "表格日期在今日之后。"},
			T{"Check the date of the signature.", "請核對簽署日期。", "请核对签署日期。"}},
		SignedBefore: Message{T{"The date of the signature is before it could be signed, or before the consent or withdrawal it follows.", "簽署日期早於可簽署之時，或早於之前的同意或撤銷。", "签署日期早于可签署之时，或早于之前的同意或撤销。"},
			T{"Check the date of the signature, or ask for a new form.", "請核對簽署日期，或請病人重新簽署。", "请核对签署日期，或请病人重新签署。"}},
		Administering: administering(),
		Short:         T{"A passphrase has at least %d character{s}.", "密碼最少要有 %d 個字元。", "密码最少要有 %d 个字符。"},
		NotAtServer:   Message{T{"Nobody of this number at this server.", "此伺服器沒有此號碼的病人。", "此服务器没有此号码的病人。"}, T{"Please check the number with the document; of eHealth this server says nothing.", "請對照證件檢查號碼；此伺服器不反映醫健通的登記。", "请对照证件检查号码；此服务器不反映医健通的登记。"}},
		NoWayToTell:   Message{T{"The patient has no way to be sent a code.", "病人沒有可接收密碼的方式。", "病人没有可接收密码的方式。"}, T{"Use the patient's card.", "請使用病人身份證。", "请使用病人身份证。"}},
		NoView:        Message{T{"This provider has not agreed with eHealth to look into records.", "本機構沒有與醫健通協議查閱紀錄。", "本机构没有与医健通协议查阅记录。"}, T{"Ask whoever registered the provider.", "請向為本機構登記的人員查詢。", "请向为本机构登记的人员查询。"}},
		NoDeposit:     Message{T{"This provider has not agreed with eHealth to deposit records.", "本機構沒有與醫健通協議存放紀錄。", "本机构没有与医健通协议存放记录。"}, T{"Ask whoever registered the provider.", "請向為本機構登記的人員查詢。", "请向为本机构登记的人员查询。"}},
		FormUsed:      T{"A form of this number is on record already.", "此編號的表格已有紀錄。", "此编号的表格已有记录。"},
		FormUsedDo:    T{"Nothing was recorded: type this form's own number.", "未有記錄：請輸入本表格的編號。", "未有记录：请输入本表格的编号。"},
		LockOutDo:     T{"Use the signed form, or wait.", "可改用簽署表格，或稍後再試。", "可改用签署表格，或稍后再试。"},
		TooOften:      T{"The centre asks to wait until %s.", "中央系統請你等候至 %s。", "中央系统请你等候至 %s。"},
		NewContact:    T{"The contact data were changed: one-time codes go to the new number from %s.", "聯絡資料已更改：新號碼由 %s 起方可接收一次性密碼。", "联络资料已更改：新号码由 %s 起方可接收一次性密码。"},
		TooOftenDo:    T{"Too much was asked for within a short time; nothing was recorded.", "短時間內的要求過多；未有任何紀錄。", "短时间内的请求过多；未有任何记录。"},
	}
}

// ByCode is the message for a code.
func (e *Errors) ByCode(c ehrdesk.Code) Message {
	switch c {
	case ehrdesk.CodeInvalid:
		return e.Invalid
	case ehrdesk.CodeNotFound:
		return e.NotFound
	case ehrdesk.CodeConsentNeeded:
		return e.ConsentNeeded
	case ehrdesk.CodeOffline:
		return e.Offline
	case ehrdesk.CodeTimeout:
		return e.Timeout
	case ehrdesk.CodeDenied:
		return e.Denied
	case ehrdesk.CodeNotSignedIn:
		return e.NotSignedIn
	case ehrdesk.CodeLocked:
		return e.Locked
	case ehrdesk.CodeCard:
		return e.Card
	case ehrdesk.CodeConflict:
		return e.Conflict
	case ehrdesk.CodeTampered:
		return e.Tampered
	default:
		return e.Other
	}
}
