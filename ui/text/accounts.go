package text

import "github.com/ehrdesk/ehrdesk"

// Accounts is the User Administrator's screen of a provider's own accounts.
type Accounts struct {
	Title, Loading, Doing, Stopped, Count, NotYours, NoLine, NoList, None, Own, OnAnAccount, OnADesk, Administrator,
	Staff, Name, Role, State, Desks, DesksIn, Desk, Since, Seen, SignedIn, SignedOut, Over,
	What, Day, Reason, DayHint, NoEndHint, BadDay, NeedsDay, Keys, Unknown, Establishment T
	Views  [2]T         // accounts, documents
	States map[string]T // of an account
	Papers map[string]T // of a document, by its state
	Form   map[string]T // the title of an act's form
	Ask    map[string]T // who; what is meant to be done, and what comes of it
	AskOn  map[string]T // who; the same from a day on
	Did    map[string]T // what was done
}

func accounts() Accounts {
	return Accounts{
		Title:         T{"Accounts of this provider", "本機構的帳戶", "本机构的账户"},
		Loading:       T{"asking the centre for the accounts", "正在查詢帳戶", "正在查询账户"},
		Doing:         T{"telling the centre", "正在通知中央系統", "正在通知中央系统"},
		Stopped:       T{"not waited for: it may have been done all the same, as the list says", "已停止等候：仍可能已完成，以名單為準", "已停止等候：仍可能已完成，以名单为准"},
		Count:         T{"%d account{s}", "%d 個帳戶", "%d 个账户"},
		NotYours:      T{"accounts are for your provider's User Administrator", "帳戶只供醫護機構的用戶管理員管理", "账户只供医护机构的用户管理员管理"},
		NoLine:        T{"there is no line, and the centre alone has the accounts", "現時離線，帳戶只存於中央系統", "现时离线，账户只存于中央系统"},
		NoList:        T{"this centre has no list of accounts", "此中央系統沒有帳戶名單", "此中央系统没有账户名单"},
		None:          T{"There is no account.", "沒有帳戶。", "没有账户。"},
		Own:           T{"nobody administers their own account", "不可管理自己的帳戶", "不可管理自己的账户"},
		OnAnAccount:   T{"choose an account", "請先選擇帳戶", "请先选择账户"},
		OnADesk:       T{"Enter unfolds an account: choose one of its desks", "按 Enter 展開帳戶，再選擇工作站", "按 Enter 展开账户，再选择工作站"},
		Administrator: T{"User Administrator", "用戶管理員", "用户管理员"},
		Staff:         T{"Account", "帳戶", "账户"},
		Name:          T{"Name", "姓名", "姓名"},
		Role:          T{"Role", "職系", "职系"},
		State:         T{"State", "狀態", "状态"},
		Desks:         T{"%d desk{s}", "%d 個工作站", "%d 个工作站"},
		DesksIn:       T{"%d desk{s}, %d signed in", "%d 個工作站，%d 個已登入", "%d 个工作站，%d 个已登录"},
		Desk:          T{"Desk", "工作站", "工作站"},
		Since:         T{"Enrolled", "登記於", "登记于"},
		Seen:          T{"Last heard of", "最後連線", "最后连线"},
		SignedIn:      T{"signed in", "已登入", "已登录"},
		SignedOut:     T{"signed out", "未登入", "未登录"},
		Over:          T{"ended %s", "已於 %s 終止", "已于 %s 终止"},
		What:          T{"What", "項目", "项目"},
		Day:           T{"Day", "日期", "日期"},
		Reason:        T{"Reason", "原因", "原因"},
		DayHint:       T{"As 31-Dec-2026: the first day on which it is good no more. Empty: now. The person reads the reason.", "例如 31-Dec-2026，即由該日起失效；留空即時終止。當事人會看到原因。", "例如 31-Dec-2026，即由该日起失效；留空即时终止。当事人会看到原因。"},
		NoEndHint:     T{"As 31-Dec-2026: the first day on which it is good no more. Empty: without an end, where your provider had set it.", "例如 31-Dec-2026，即由該日起失效；留空即取消本機構所設的終止日期。", "例如 31-Dec-2026，即由该日起失效；留空即取消本机构所设的终止日期。"},
		BadDay:        T{"a day is given as 31-Dec-2026", "日期格式為 31-Dec-2026", "日期格式为 31-Dec-2026"},
		NeedsDay:      T{"that day is past", "該日期已過", "该日期已过"},
		Keys:          T{"Enter does it · Esc does not", "Enter 確定 · Esc 取消", "Enter 确定 · Esc 取消"},
		Unknown:       T{"Which documents this provider has to show is unknown.", "未知本機構須出示哪些文件。", "未知本机构须出示哪些文件。"},
		Establishment: T{"Kind of establishment: %s", "機構類別：%s", "机构类别：%s"},
		Views:         [2]T{{"accounts", "帳戶", "账户"}, {"documents", "文件", "文件"}},
		States: map[string]T{
			"active": {"active", "有效", "有效"}, "closed": {"closed", "已關閉", "已关闭"}, "ended": {"ended", "已終止", "已终止"},
			"registration-ended": {"registration ended", "註冊已屆滿", "注册已届满"}, "suspended": {"provider suspended", "機構被暫停", "机构被暂停"},
			"withdrawn": {"provider withdrawn", "機構已退出", "机构已退出"}, "lapsed": {"provider lapsed", "機構登記屆滿", "机构登记届满"},
		},
		Papers: map[string]T{
			"missing": {"missing", "欠缺", "欠缺"}, "seen": {"seen", "已查看", "已查看"}, "ends": {"ends within 30 days", "30 日內到期", "30 日内到期"}, "ended": {"ended", "已到期", "已到期"},
		},
		Form: map[string]T{
			"expire": {"End %s", "終止 %s", "终止 %s"}, "extend": {"Extend %s", "延長 %s", "延长 %s"},
		},
		Ask: map[string]T{
			"expire":   {"End this now? %s. Whoever it is is put out on every desk; copies stay locked and nothing is destroyed.", "即時終止？%s。當事人會在所有工作站登出；紀錄副本保持上鎖，不會銷毀。", "即时终止？%s。当事人会在所有工作站登出；记录副本保持上锁，不会销毁。"},
			"extend":   {"Take its end away? %s. From then on no day is set.", "取消終止日期？%s。此後不設終止日期。", "取消终止日期？%s。此后不设终止日期。"},
			"close":    {"Close this account? %s. Every desk takes its keys back; a new activation code has to enrol the person anew.", "關閉此帳戶？%s。所有工作站會收回其密匙；再次使用須以新啟動碼登記。", "关闭此账户？%s。所有工作站会收回其密钥；再次使用须以新启动码登记。"},
			"end-desk": {"End this key on a desk? %s. Its sessions end at once; a new activation code enrols there anew.", "終止此工作站的密匙？%s。其工作階段即時結束；再次使用須以新啟動碼登記。", "终止此工作站的密钥？%s。其会话即时结束；再次使用须以新启动码登记。"},
		},
		AskOn: map[string]T{
			"expire": {"End this? %s. Good no more from %s on.", "設定終止日期？%s。由 %s 起失效。", "设定终止日期？%s。由 %s 起失效。"},
			"extend": {"Set another end? %s. Good until %s, and no more from that day on.", "更改終止日期？%s。由 %s 起失效。", "更改终止日期？%s。由 %s 起失效。"},
		},
		Did: map[string]T{
			"expire": {"its end is set: %s", "已設定終止：%s", "已设定终止：%s"}, "extend": {"its end is changed: %s", "已更改終止日期：%s", "已更改终止日期：%s"},
			"close": {"closed: %s", "已關閉：%s", "已关闭：%s"}, "end-desk": {"the key is ended: %s", "密匙已終止：%s", "密钥已终止：%s"},
		},
	}
}

// administering is why the centre does not do what a User Administrator asks for.
func administering() map[error]Message {
	operator := T{"Ask the centre's operator.", "請聯絡中央系統的營運人員。", "请联络中央系统的运营人员。"}
	return map[error]Message{
		ehrdesk.ErrOwnAccount:      {T{"Nobody administers their own account.", "不可管理自己的帳戶。", "不可管理自己的账户。"}, T{"Ask another User Administrator, or the centre's operator.", "請由另一位用戶管理員或中央系統的營運人員處理。", "请由另一位用户管理员或中央系统的运营人员处理。"}},
		ehrdesk.ErrOfficersAccount: {T{"A security officer's account and desks are the centre's operator's to end.", "資訊保安主任的帳戶及工作站只可由中央系統的營運人員終止。", "信息安全主任的账户及工作站只可由中央系统的运营人员终止。"}, operator},
		ehrdesk.ErrOperatorsEnd:    {T{"Nothing was changed: the centre's operator has set an end that stays.", "未有更改：中央系統的營運人員所設的終止日期仍然有效。", "未有更改：中央系统的运营人员所设的终止日期仍然有效。"}, operator},
		ehrdesk.ErrDayPast:         {T{"Nothing was changed: that day is past.", "未有更改：該日期已過。", "未有更改：该日期已过。"}, T{"Give a day to come.", "請輸入將來的日期。", "请输入将来的日期。"}},
		ehrdesk.ErrNoEnd:           {T{"Nothing was changed: nothing of it has ended or is to end.", "未有更改：沒有已設或將至的終止日期。", "未有更改：没有已设或将至的终止日期。"}, T{"The list says what ends, and when.", "名單列明何者何時終止。", "名单列明何者何时终止。"}},
		ehrdesk.ErrClosed:          {T{"Nothing was changed: the account is closed.", "未有更改：帳戶已關閉。", "未有更改：账户已关闭。"}, T{"The centre's operator gives a new activation code, which opens it.", "中央系統的營運人員可發出新啟動碼重新開啟。", "中央系统的运营人员可发出新启动码重新打开。"}},
	}
}
