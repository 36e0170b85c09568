package text

import "github.com/ehrdesk/ehrdesk"

// SignInTroubles are the words for why nobody is signed in at a server's own page.
type SignInTroubles struct {
	Browser, Over, Late, Refused, Other, Unproven, NoLeave Message
}

// By are the words for a trouble; false where nobody knows what it is.
func (t *SignInTroubles) By(k ehrdesk.SignInTrouble) (Message, bool) {
	w := map[ehrdesk.SignInTrouble]*Message{
		ehrdesk.SignInBrowser: &t.Browser, ehrdesk.SignInOver: &t.Over, ehrdesk.SignInLate: &t.Late, ehrdesk.SignInRefused: &t.Refused,
		ehrdesk.SignInOther: &t.Other, ehrdesk.SignInUnproven: &t.Unproven, ehrdesk.SignInNoLeave: &t.NoLeave,
	}[k]
	if w == nil {
		return Message{}, false
	}
	return *w, true
}

func signInTroubles() SignInTroubles {
	anew := T{"Lock the desk (Ctrl+L) and sign in again.", "請鎖定工作站（Ctrl+L）後重新登入。", "请锁定工作站（Ctrl+L）后重新登录。"}
	again := T{"Please sign in again.", "請重新登入。", "请重新登录。"}
	tell := T{"Nothing was opened. Tell whoever looks after the server.", "沒有開啟任何資料。請通知負責伺服器的人員。", "没有打开任何资料。请通知负责服务器的人员。"}
	return SignInTroubles{
		Browser:  Message{T{"The server has to be signed in at by its own page, in a browser.", "須在瀏覽器以伺服器的頁面登入。", "须在浏览器以服务器的页面登录。"}, anew},
		Over:     Message{T{"The sign-in at the server has ended.", "在伺服器的登入已結束。", "在服务器的登录已结束。"}, anew},
		Late:     Message{T{"Nobody signed in at the server's page in time.", "未有人及時在伺服器的頁面登入。", "未有人及时在服务器的页面登录。"}, again},
		Refused:  Message{T{"The server's page did not sign you in.", "伺服器的頁面未讓你登入。", "服务器的页面未让你登录。"}, T{"Sign in again; if it stays so, ask who looks after your account there.", "請重新登入；如仍不成功，請聯絡負責該帳戶的人員。", "请重新登录；如仍不成功，请联络负责该账户的人员。"}},
		Other:    Message{T{"Somebody else signed in at the server's page than was enrolled here.", "在伺服器頁面登入的並非在此登記的人。", "在服务器页面登录的并非在此登记的人。"}, T{"Sign that person out in the browser, then sign in again.", "請先在瀏覽器登出該人，然後重新登入。", "请先在浏览器登出该人，然后重新登录。"}},
		Unproven: Message{T{"What came from the server's page does not prove who signed in.", "伺服器頁面的回應未能證明誰已登入。", "服务器页面的回应未能证明谁已登录。"}, T{"Nothing was opened. Look at this desk's clock, and tell the security officer.", "沒有開啟任何資料。請檢查本工作站的時鐘，並通知資訊保安主任。", "没有打开任何资料。请检查本工作站的时钟，并通知信息安全主任。"}},
		NoLeave:  Message{T{"The server gave this desk no leave to read records.", "伺服器未准許本工作站讀取紀錄。", "服务器未准许本工作站读取记录。"}, tell},
	}
}
