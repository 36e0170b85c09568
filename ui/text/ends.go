package text

import "github.com/ehrdesk/ehrdesk"

// Ends is what is said of accounts, registrations and providers that end, or are to.
type Ends struct {
	Over, Soons     map[ehrdesk.EndOf]T
	Until, Reason   T // added to what ended
	Own, Providers  T // whom to ask
	Last, Left, Few T // until when, and how many days are left; the last without words around it
}

// Ended says what has ended, and since when.
func (e *Ends) Ended(of ehrdesk.EndOf) T {
	if t, ok := e.Over[of]; ok {
		return t
	}
	return T{"Access ended at %s.", "使用權已於 %s 終止。", "使用权已于 %s 终止。"}
}

// Soon names what is to end.
func (e *Ends) Soon(of ehrdesk.EndOf) T {
	if t, ok := e.Soons[of]; ok {
		return t
	}
	return T{"access", "使用權", "使用权"}
}

func ends() Ends {
	return Ends{
		Over: map[ehrdesk.EndOf]T{
			ehrdesk.AccountEnds:       {"Your account ended at %s.", "你的帳戶已於 %s 終止。", "你的账户已于 %s 终止。"},
			ehrdesk.RegistrationEnds:  {"Your professional registration ended at %s.", "你的專業註冊已於 %s 屆滿。", "你的专业注册已于 %s 届满。"},
			ehrdesk.ProviderSuspended: {"Your provider has been suspended from eHealth since %s.", "你的醫護機構自 %s 起被暫停使用醫健通。", "你的医护机构自 %s 起被暂停使用医健通。"},
			ehrdesk.ProviderWithdrawn: {"Your provider left eHealth at %s.", "你的醫護機構已於 %s 退出醫健通。", "你的医护机构已于 %s 退出医健通。"},
			ehrdesk.ProviderLapses:    {"Your provider's registration with eHealth ended at %s.", "你的醫護機構的醫健通登記已於 %s 屆滿。", "你的医护机构的医健通登记已于 %s 届满。"},
		},
		Soons: map[ehrdesk.EndOf]T{
			ehrdesk.AccountEnds:       {"account", "帳戶", "账户"},
			ehrdesk.RegistrationEnds:  {"professional registration", "專業註冊", "专业注册"},
			ehrdesk.ProviderSuspended: {"provider to be suspended", "機構將被暫停", "机构将被暂停"},
			ehrdesk.ProviderWithdrawn: {"provider leaves eHealth", "機構將退出醫健通", "机构将退出医健通"},
			ehrdesk.ProviderLapses:    {"provider's registration", "機構登記", "机构登记"},
		},
		Until:     T{" Until %s.", "直至 %s。", "直至 %s。"},
		Reason:    T{" Reason given: %s", "原因：%s", "原因：%s"},
		Own:       T{"Copies stay locked; what you captured is kept and sent after renewal. Ask your User Administrator.", "紀錄副本保持上鎖；已取得的資料會保留，續期後傳送。請向用戶管理員查詢。", "记录副本保持上锁；已取得的资料会保留，续期后发送。请向用户管理员查询。"},
		Providers: T{"Copies stay locked; what was captured is kept and sent afterwards. Your management asks the eHR Registration Office, 3467 6300.", "紀錄副本保持上鎖；已取得的資料會保留，其後傳送。請由管理層向電子健康紀錄申請及諮詢中心查詢，電話 3467 6300。", "记录副本保持上锁；已取得的资料会保留，其后发送。请由管理层向电子健康记录申请及咨询中心查询，电话 3467 6300。"},
		Last:      T{"%s: last day %s, %d day{s} left", "%s：最後一日 %s，尚餘 %d 日", "%s：最后一日 %s，尚余 %d 日"},
		Left:      T{"%s: %d day{s} left", "%s：尚餘 %d 日", "%s：尚余 %d 日"},
		Few:       T{"%d day{s} left", "尚餘 %d 日", "尚余 %d 日"},
	}
}
