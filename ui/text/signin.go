package text

// SignIn is the first screen, the enrolment form and the lock screen.
type SignIn struct {
	Title, Lead, LeadOutside, Accounts, Passphrase, Checking, Reading, Building, Wrong, TooOften, NoAccounts, HowToEnrol, DemoTitle, DemoLine, DemoSame,
	EnrolTitle, Central, Staff, Code, Again, Enrolling, Differ, Needed, PassShort, Enrolled, CodeRefused, Taken,
	SignInHint, EnrolHint, ClearHint, TypePass, LockLead, SwitchLead, Unlock, OfflineLead,
	PageTitle, PageLead, PageWait, PageCopied, PageCancel T
}

func signIn() SignIn {
	return SignIn{
		Title:       T{"Sign in", "登入", "登录"},
		Lead:        T{"eHealth record sharing · clinician workstation", "醫健通電子健康紀錄互通 · 醫護工作站", "医健通电子健康记录互通 · 医护工作站"},
		LeadOutside: T{"clinician workstation", "醫護工作站", "医护工作站"},
		Accounts:    T{"People enrolled on this desk", "已在此工作站登記的使用者", "已在此工作站登记的用户"},
		Passphrase:  T{"Passphrase", "密碼", "密码"},
		Checking:    T{"unlocking your keys and signing in", "正在解鎖及登入", "正在解锁及登录"},
		Reading:     T{"reading who is enrolled on this desk", "正在讀取已登記的使用者", "正在读取已登记的用户"},
		Building:    T{"building the demonstration: %d of %d", "正在準備示範資料：%d / %d 項", "正在准备演示数据：%d / %d 项"},
		TooOften:    T{"Too many wrong passphrases: wait until %s.", "密碼錯誤次數過多：請等到 %s。", "密码错误次数过多：请等到 %s。"},
		Wrong:       T{"The passphrase is not right. Please type it again.", "密碼不正確，請重新輸入。", "密码不正确，请重新输入。"},
		NoAccounts:  T{"Nobody is enrolled on this desk yet.", "此工作站尚未有使用者登記。", "此工作站尚未有用户登记。"},
		HowToEnrol:  T{"Your provider's User Administrator gives you a one-time activation code. Press F9 to enrol here, or run: ehrdesk enrol --central URL --staff ID --secrets FILE. At another FHIR server, by that command, with: --server plain --signin smart --role ROLE --provider NAME", "請向醫護機構的用戶管理員索取一次性啟動碼，然後按 F9 在此登記，或執行：ehrdesk enrol --central URL --staff ID --secrets FILE。其他 FHIR 伺服器只可以該指令登記，並加上：--server plain --signin smart --role ROLE --provider NAME", "请向医护机构的用户管理员索取一次性启动码，然后按 F9 在此登记，或执行：ehrdesk enrol --central URL --staff ID --secrets FILE。其他 FHIR 服务器只可以该命令登记，并加上：--server plain --signin smart --role ROLE --provider NAME"},
		DemoTitle:   T{"Demonstration: every person and record is invented", "示範：所有人物及紀錄均屬虛構", "演示：所有人物及记录均属虚构"},
		DemoLine:    T{"%s · %s · passphrase: %s", "%s · %s · 密碼：%s", "%s · %s · 密码：%s"},
		DemoSame:    T{"↑ ↓ choose a person; the passphrase of all: %s", "以 ↑ ↓ 選擇使用者；所有人的密碼均為：%s", "以 ↑ ↓ 选择用户；所有人的密码均为：%s"},
		EnrolTitle:  T{"Enrol on this desk", "在此工作站登記", "在此工作站登记"},
		Central:     T{"Centre's address", "中央系統網址", "中央系统网址"},
		Staff:       T{"Staff id", "職員編號", "职员编号"},
		Code:        T{"Activation code", "啟動碼", "启动码"},
		Again:       T{"Passphrase again", "再次輸入密碼", "再次输入密码"},
		Enrolling:   T{"making keys and enrolling", "正在產生密鑰及登記", "正在产生密钥及登记"},
		Differ:      T{"The two passphrases are not the same.", "兩次輸入的密碼不同。", "两次输入的密码不同。"},
		Needed:      T{"Please fill this in: %s.", "請填寫%s。", "请填写%s。"},
		PassShort:   T{"Passphrase: take four words or more.", "密碼：請用四個或以上詞語。", "密码：请用四个或以上词语。"},
		Enrolled:    T{"Enrolled. Please sign in.", "登記完成，請登入。", "登记完成，请登录。"},
		CodeRefused: T{"The activation code was not accepted: wrong, used or expired.", "啟動碼不被接受：錯誤、已使用或已過期。", "启动码不被接受：错误、已使用或已过期。"},
		Taken:       T{"Staff id: this person is enrolled on this desk already.", "職員編號：此人已在此工作站登記。", "职员编号：此人已在此工作站登记。"},
		SignInHint:  T{"sign in", "登入", "登录"},
		TypePass:    T{"Please type your passphrase.", "請輸入密碼。", "请输入密码。"},
		ClearHint:   T{"clear", "清除", "清除"},
		EnrolHint:   T{"enrol", "登記", "登记"},
		LockLead:    T{"Type your passphrase to go on where you were.", "輸入密碼以繼續。", "输入密码以继续。"},
		SwitchLead:  T{"Another person (↑ ↓) signs this one out.", "選擇其他使用者（↑ ↓）會登出目前使用者。", "选择其他用户（↑ ↓）会登出当前用户。"},
		Unlock:      T{"the desk is locked; the passphrase opens it", "工作站已鎖定，請先輸入密碼", "工作站已锁定，请先输入密码"},
		PageTitle:   T{"Sign in at the server", "請在伺服器登入", "请在服务器登录"},
		PageLead:    T{"The passphrase is right. Now open this address in a browser on this machine; it leads to %s, which asks who you are.", "密碼正確。請在本機的瀏覽器開啟以下網址；它會前往 %s，由該處核實你的身份。", "密码正确。请在本机的浏览器打开以下网址；它会前往 %s，由该处核实你的身份。"},
		PageWait:    T{"waiting for the browser", "正在等待瀏覽器", "正在等待浏览器"},
		PageCopied:  T{"The address was copied.", "已複製網址。", "已复制网址。"},
		PageCancel:  T{"cancel", "取消", "取消"},
		OfflineLead: T{"The centre cannot be reached: signed in offline. Only what this desk holds can be shown.", "未能連接中央系統：以離線方式登入，只可顯示本工作站的副本。", "未能连接中央系统：以离线方式登录，只可显示本工作站的副本。"},
	}
}
