package text

import "github.com/ehrdesk/ehrdesk"

// Trouble is what stands on the line, in words: beside the truth about the line, and as an
// error with what can be done.
type Trouble struct {
	Short T
	Message
}

// Troubles are the words for each.
type Troubles struct {
	Network, Name, Refused, Silent, Cut, Stranger, Server, Untrusted, OtherName, Unpinned, Expired, OwnNone, OwnBad, Insecure Trouble
}

// By are the words for a trouble; false where nobody knows what it is.
func (t *Troubles) By(k ehrdesk.LineTrouble) (Trouble, bool) {
	w := map[ehrdesk.LineTrouble]*Trouble{
		ehrdesk.TroubleNetwork: &t.Network, ehrdesk.TroubleName: &t.Name, ehrdesk.TroubleRefused: &t.Refused, ehrdesk.TroubleSilent: &t.Silent,
		ehrdesk.TroubleCut: &t.Cut, ehrdesk.TroubleStranger: &t.Stranger, ehrdesk.TroubleServer: &t.Server, ehrdesk.TroubleUntrusted: &t.Untrusted,
		ehrdesk.TroubleOtherName: &t.OtherName, ehrdesk.TroubleUnpinned: &t.Unpinned, ehrdesk.TroubleExpired: &t.Expired, ehrdesk.TroubleOwnNone: &t.OwnNone, ehrdesk.TroubleOwnBad: &t.OwnBad, ehrdesk.TroubleInsecure: &t.Insecure,
	}[k]
	if w == nil {
		return Trouble{}, false
	}
	return *w, true
}

func troubles() Troubles {
	later := T{"What this desk holds can still be shown; it asks again by itself.", "仍可顯示本工作站的副本；工作站會自行再試。", "仍可显示本工作站的副本；工作站会自行再试。"}
	look := T{"Tell whoever looks after the network, and do not go round it. What this desk holds can still be shown.", "請通知負責網絡的人員，切勿繞過此問題。仍可顯示本工作站的副本。", "请通知负责网络的人员，切勿绕过此问题。仍可显示本工作站的副本。"}
	own := T{"Whoever looks after this desk renews it (ehrdesk certificate). What it holds can still be shown.", "請負責本工作站的人員更新證書（ehrdesk certificate）。仍可顯示本工作站的副本。", "请负责本工作站的人员更新证书（ehrdesk certificate）。仍可显示本工作站的副本。"}
	return Troubles{
		Network:   Trouble{T{"no network", "沒有網絡", "没有网络"}, Message{T{"This desk has no network.", "本工作站沒有網絡連線。", "本工作站没有网络连接。"}, T{"Look at its cable or Wi-Fi. What it holds can still be shown.", "請檢查網絡線或 Wi-Fi。仍可顯示本工作站的副本。", "请检查网线或 Wi-Fi。仍可显示本工作站的副本。"}}},
		Name:      Trouble{T{"name not found", "找不到名稱", "找不到名称"}, Message{T{"The centre's name is not found (DNS).", "找不到中央系統的名稱（DNS）。", "找不到中央系统的名称（DNS）。"}, later}},
		Refused:   Trouble{T{"takes no connections", "拒絕連線", "拒绝连接"}, Message{T{"Nothing takes connections at the centre's address.", "中央系統的網址不接受連線。", "中央系统的网址不接受连接。"}, later}},
		Silent:    Trouble{T{"does not answer", "沒有回應", "没有回应"}, Message{T{"The centre did not answer in time.", "中央系統未能及時回應。", "中央系统未能及时回应。"}, later}},
		Cut:       Trouble{T{"connection cut", "連線中斷", "连接中断"}, Message{T{"The connection to the centre was cut.", "與中央系統的連線中斷。", "与中央系统的连接中断。"}, later}},
		Stranger:  Trouble{T{"something else answers", "由其他系統回應", "由其他系统回应"}, Message{T{"Something else answers in the centre's place.", "回應者並非中央系統。", "回应者并非中央系统。"}, T{"A network often asks to log in first: open its page in a browser. What this desk holds can still be shown.", "網絡可能要求先行登入：請以瀏覽器開啟其頁面。仍可顯示本工作站的副本。", "网络可能要求先登录：请用浏览器打开其页面。仍可显示本工作站的副本。"}}},
		Server:    Trouble{T{"answers with an error", "回應錯誤", "回应错误"}, Message{T{"The centre answers with an error of its own.", "中央系統發生錯誤。", "中央系统发生错误。"}, later}},
		Untrusted: Trouble{T{"certificate not trusted", "證書不獲信任", "证书不受信任"}, Message{T{"What answers has a certificate that this desk does not trust.", "回應者的證書不獲本工作站信任。", "回应者的证书不受本工作站信任。"}, look}},
		OtherName: Trouble{T{"certificate of another", "證書名稱不符", "证书名称不符"}, Message{T{"What answers has a certificate of another name.", "回應者的證書屬於另一名稱。", "回应者的证书属于另一名称。"}, look}},
		Unpinned:  Trouble{T{"not the pinned key", "密鑰不符", "密钥不符"}, Message{T{"What answers has none of the keys that this desk pins.", "回應者的密鑰並非本工作站所指定。", "回应者的密钥并非本工作站所指定。"}, look}},
		Expired: Trouble{T{"certificate expired", "證書不在有效期", "证书不在有效期"}, Message{T{"The centre's certificate is not valid at this desk's time.", "以本工作站的時間計，中央系統的證書不在有效期內。", "按本工作站的时间，中央系统的证书不在有效期内。"},
			T{"Look at this desk's clock first. What it holds can still be shown.", "請先檢查本工作站的時鐘。仍可顯示本工作站的副本。", "请先检查本工作站的时钟。仍可显示本工作站的副本。"}}},
		OwnNone:  Trouble{T{"asks for a certificate", "要求證書", "要求证书"}, Message{T{"The centre asks for a certificate of this desk, which has none that it takes.", "中央系統要求本工作站出示證書，而本工作站沒有它接受的證書。", "中央系统要求本工作站出示证书，而本工作站没有它接受的证书。"}, own}},
		OwnBad:   Trouble{T{"desk certificate refused", "拒絕本站證書", "拒绝本站证书"}, Message{T{"The centre does not take this desk's certificate: it has ended, or is of another authority.", "中央系統不接受本工作站的證書：證書已過期，或由其他機構簽發。", "中央系统不接受本工作站的证书：证书已过期，或由其他机构签发。"}, own}},
		Insecure: Trouble{T{"no secure connection", "未能建立安全連線", "未能建立安全连接"}, Message{T{"No secure connection to the centre comes about.", "未能與中央系統建立安全連線。", "未能与中央系统建立安全连接。"}, look}},
	}
}
