package territory

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// role fixes what must exist for sure: the first inhabitants are cast, the rest
// follow the frequencies of roleOf.
type role struct {
	note     note
	standing standing
	allergy  allergyState
	family   *surname
	given    string // romanised, with chinese below
	chinese  string
	gender   ehrdesk.Gender
	age      int // years; 0: drawn
	dead     bool
	records  int // at least this many; 0: drawn
	long     bool
	document string // instead of an HKIC

	hint      bool // of laterRoles: shown among the highlights
	exemption bool // a Certificate of Exemption: an HKIC number and no card
	stale     bool // registered with contact data that is no longer right
	endsIn    int  // days until a one-year consent ends; 0: drawn
	parents   bool // the consent was a parent's, when the patient was under 16
	born      int  // days before today on top of the age; 0: drawn
	district  string
	labelled  bool // some records restricted by their label

	problems []string                  // by code; nil: drawn
	line     string                    // the first drug, where one is chosen
	since    int                       // months since they began; 0: drawn
	story    func(*writer, []*problem) // what else the record has to hold
}

// note says in English, Traditional and Simplified Chinese why somebody is worth a look.
type note struct{ en, hant, hans string }

// standing is how a person stands with eHealth and with the demo provider.
type standing uint8

const (
	noConsent standing = iota
	indefinite
	oneYear
	expired
	withdrawn
	pending
	elsewhere
	unverified
	left
	notRegistered
)

type allergyState uint8

const (
	allergyDrawn allergyState = iota
	allergyListed
	allergyNone
	allergyNoInfo
	allergySilent
)

var (
	chan1 = surname{"Chan", "陳"}
	wong1 = surname{"Wong", "黃"}
	wong2 = surname{"Wong", "王"}
	lee1  = surname{"Lee", "李"}
)

// roles are the first inhabitants, in order.
var roles = []role{
	{note: note{"registered, no consent", "已登記，未給予互通同意", "已登记，未给予互通同意"}, family: &chan1, given: "Tai Man", chinese: "大文", gender: ehrdesk.Male, age: 68, allergy: allergyListed},
	{note: note{"consent indefinite", "互通同意無限期", "互通同意无限期"}, standing: indefinite, family: &wong1, given: "Siu Ming", chinese: "小明", gender: ehrdesk.Male, age: 54, allergy: allergyNone},
	{note: note{"same name in English as the one above", "英文姓名與上一位相同", "英文姓名与上一位相同"}, standing: noConsent, family: &wong2, given: "Siu Ming", chinese: "少明", gender: ehrdesk.Male, age: 53, allergy: allergySilent},
	{note: note{"one-year consent", "一年期互通同意", "一年期互通同意"}, standing: oneYear, family: &lee1, given: "Mei Ling", chinese: "美玲", gender: ehrdesk.Female, age: 41, allergy: allergyNoInfo},
	{note: note{"consent expired", "互通同意已屆滿", "互通同意已届满"}, standing: expired, gender: ehrdesk.Female, age: 77, allergy: allergyListed},
	{note: note{"consent withdrawn", "互通同意已撤銷", "互通同意已撤销"}, standing: withdrawn, age: 36},
	{note: note{"identity not yet verified", "身份尚未核實", "身份尚未核实"}, standing: unverified, age: 29},
	{note: note{"consent pending in the app", "待病人在應用程式給予同意", "待病人在应用程序给予同意"}, standing: pending, age: 47},
	{note: note{"consent to another provider only", "只同意另一醫護機構", "只同意另一医护机构"}, standing: elsewhere, age: 62},
	{note: note{"10,000 records", "一萬項紀錄", "一万项记录"}, standing: indefinite, family: &chan1, given: "Kwok Keung", chinese: "國強", gender: ehrdesk.Male, age: 81, records: 10_000, allergy: allergyListed},
	{note: note{"child, consent by a parent", "兒童，由父母同意", "儿童，由父母同意"}, standing: indefinite, age: 6, allergy: allergyListed},
	{note: note{"deceased", "已故", "已故"}, standing: indefinite, age: 88, dead: true},
	{note: note{"a name of 60 characters", "姓名長六十字元", "姓名长六十字符"}, standing: indefinite, long: true, age: 33},
	{note: note{"withdrew from eHealth", "已退出醫健通", "已退出医健通"}, standing: left, age: 58},
	{note: note{"not registered", "未登記", "未登记"}, standing: notRegistered, age: 44},
	{note: note{"holds a passport, no HKIC", "持護照，沒有香港身份證", "持护照，没有香港身份证"}, standing: indefinite, age: 27, document: "PASS"},
	{note: note{"a baby of some weeks", "數週大的嬰兒", "数周大的婴儿"}, standing: noConsent, age: -1},
}

// firstLater is where laterRoles stand: whoever stood before keeps their place.
const firstLater = 21

// laterRoles are inhabitants for the front desk's day and for restricted records.
var laterRoles = []role{
	{hint: true, note: note{"registered online: identity and contact data to be verified", "網上登記：待核實身份及聯絡資料", "网上登记：待核实身份及联络资料"}, standing: unverified, stale: true, gender: ehrdesk.Female, age: 35},
	{hint: true, note: note{"Certificate of Exemption: an HKIC number, no card", "持豁免登記證明書：有身份證號碼，沒有卡", "持豁免登记证明书：有身份证号码，没有卡"}, standing: unverified, exemption: true, gender: ehrdesk.Male, age: 86},
	{note: note{"registered by post with a passport", "持護照郵寄登記", "持护照邮寄登记"}, standing: unverified, stale: true, age: 31, document: "PASS"},
	{hint: true, note: note{"one-year consent ends in 9 days", "一年期互通同意九日後屆滿", "一年期互通同意九日后届满"}, standing: oneYear, endsIn: 9, gender: ehrdesk.Male, age: 59},
	{note: note{"one-year consent ends in 26 days", "一年期互通同意二十六日後屆滿", "一年期互通同意二十六日后届满"}, standing: oneYear, endsIn: 26, gender: ehrdesk.Female, age: 66},
	{note: note{"child, no consent yet", "兒童，尚未給予同意", "儿童，尚未给予同意"}, standing: noConsent, gender: ehrdesk.Female, age: 9},
	{note: note{"turned 16; the consent was a parent's", "剛滿十六歲；同意由父母給予", "刚满十六岁；同意由父母给予"}, standing: indefinite, parents: true, gender: ehrdesk.Male, age: 16, born: 20},
	{note: note{"cannot act; a guardian decides", "不能自行決定，由監護人決定", "不能自行决定，由监护人决定"}, standing: noConsent, gender: ehrdesk.Female, age: 84},
	{note: note{"same name, district and age as the next", "與下一位同名、同區、同齡", "与下一位同名、同区、同龄"}, standing: noConsent, family: &surname{"Cheung", "張"}, given: "Ka Yan", chinese: "嘉欣", gender: ehrdesk.Female, age: 45, born: 100, district: "Kwun Tong"},
	{note: note{"same name, district and age as the one before", "與上一位同名、同區、同齡", "与上一位同名、同区、同龄"}, standing: indefinite, family: &surname{"Cheung", "張"}, given: "Ka Yan", chinese: "家茵", gender: ehrdesk.Female, age: 45, born: 101, district: "Kwun Tong"},
	{hint: true, note: note{"some records restricted", "部分紀錄屬限閱", "部分记录属限阅"}, standing: indefinite, labelled: true, allergy: allergyListed, gender: ehrdesk.Male, age: 38},
	{note: note{"some records restricted", "部分紀錄屬限閱", "部分记录属限阅"}, standing: indefinite, labelled: true, gender: ehrdesk.Female, age: 52},
	{hint: true, note: note{"diabetes: tablets raised, then insulin", "糖尿病：口服藥加量，其後用胰島素", "糖尿病：口服药加量，其后用胰岛素"}, standing: indefinite, gender: ehrdesk.Female, age: 63, problems: []string{"E11", "I10", "E78.5"}},
	{hint: true, note: note{"kidney function falls over years", "腎功能逐年下降", "肾功能逐年下降"}, standing: indefinite, gender: ehrdesk.Male, age: 76, problems: []string{"N18.3", "I10"}},
	{hint: true, note: note{"warfarin with INR", "華法林及國際標準化比值", "华法林及国际标准化比值"}, standing: indefinite, gender: ehrdesk.Male, age: 78, problems: []string{"I48"}, line: "warfarin"},
	{hint: true, note: note{"methotrexate once a week", "每週一次甲氨蝶呤", "每周一次甲氨蝶呤"}, standing: indefinite, gender: ehrdesk.Female, age: 49, problems: []string{"M06.9"}},
	{hint: true, note: note{"prednisolone, reduced step by step", "潑尼松龍，逐步減量", "泼尼松龙，逐步减量"}, standing: indefinite, gender: ehrdesk.Female, age: 73, problems: []string{"M35.3"}, since: 6},
	{hint: true, note: note{"no resuscitation: advance directive", "不作心肺復甦術：預設醫療指示", "不作心肺复苏术：预设医疗指示"}, standing: indefinite, gender: ehrdesk.Female, age: 90, problems: []string{"F03", "I10"}, story: directive},
	{hint: true, note: note{"a scanned letter; reports as PDF", "掃描信件；PDF報告", "扫描信件；PDF报告"}, standing: indefinite, gender: ehrdesk.Male, age: 64, problems: []string{"I10"}, story: papers},
	{hint: true, note: note{"bookings kept, missed, cancelled, to come", "預約：已到、失約、取消及將到", "预约：已到、失约、取消及将到"}, standing: indefinite, gender: ehrdesk.Female, age: 45, problems: []string{"E03.9"}, story: bookings},
	{hint: true, note: note{"laboratory: partial, corrected, in words", "化驗：部分、更正及文字結果", "化验：部分、更正及文字结果"}, standing: indefinite, gender: ehrdesk.Male, age: 57, problems: []string{"B18.1"}, story: reports},
	{hint: true, note: note{"admitted: discharge summary, referrals", "曾住院：出院摘要及轉介", "曾住院：出院摘要及转介"}, standing: indefinite, gender: ehrdesk.Male, age: 50, problems: []string{"E78.5"}, story: stayed},
}

// roleOf casts inhabitant i. Beyond the first, most are registered without any
// consent to a private provider, as in the territory itself (70 % in 2024).
func roleOf(i int) role {
	if i < len(roles) {
		return roles[i]
	}
	if j := i - firstLater; j >= 0 && j < len(laterRoles) {
		return laterRoles[j]
	}
	r := role{}
	switch i % 20 {
	case 3, 11:
		r.standing = indefinite
	case 5:
		r.standing = oneYear
	case 7:
		r.standing = expired
	case 13:
		r.standing = withdrawn
	case 17:
		r.standing = elsewhere
	case 19:
		r.standing = [...]standing{unverified, pending, left, notRegistered}[i/20%4]
	}
	r.dead = i%67 == 50
	return r
}

// consents gives the person's participation and the consents to providers.
func (w *writer) consents(r role) (ehrdesk.Participation, []Consent) {
	giver := ehrdesk.Giver{Kind: ehrdesk.SelfGiver}
	if w.years < 16 || r.parents {
		giver = ehrdesk.Giver{Kind: "parent", Name: w.patient.Name.Family + " " + w.given(), Document: "HKIC"}
	}
	to := func(provider string, c ehrdesk.SharingConsent) []Consent {
		c.ID, c.Giver = w.uuid(), giver
		return []Consent{{provider, c}}
	}
	since := w.now.Add(-time.Duration(w.between(40, 900)) * 24 * time.Hour)
	active := ehrdesk.SharingConsent{State: ehrdesk.ConsentActive, Term: ehrdesk.Indefinite, Channel: pick(w.rand, ehrdesk.ByCard, ehrdesk.ByApp, ehrdesk.ByForm, ehrdesk.ByIVRS), Since: since}
	if r.parents { // half a year before the patient could have consented
		active.Since = w.patient.Born.Time.AddDate(16, -6, 0)
	}
	switch r.standing {
	case indefinite:
		return ehrdesk.Registered, to(DemoProvider, active)
	case oneYear:
		active.Term, active.Since = ehrdesk.OneYear, w.now.AddDate(0, 0, -w.between(30, 330))
		active.Until = active.Since.AddDate(1, 0, 0)
		if r.endsIn > 0 {
			active.Until = w.now.AddDate(0, 0, r.endsIn)
			active.Since = active.Until.AddDate(-1, 0, 0)
		}
		return ehrdesk.Registered, to(DemoProvider, active)
	case expired:
		active.State, active.Term, active.Since = ehrdesk.ConsentExpired, ehrdesk.OneYear, w.now.AddDate(-2, 0, w.between(-300, 300))
		active.Until = active.Since.AddDate(1, 0, 0)
		return ehrdesk.Registered, to(DemoProvider, active)
	case withdrawn:
		active.State, active.Ended = ehrdesk.ConsentWithdrawn, since.Add(30*24*time.Hour)
		return ehrdesk.Registered, to(DemoProvider, active)
	case pending:
		return ehrdesk.Registered, to(DemoProvider, ehrdesk.SharingConsent{State: ehrdesk.ConsentPending, Term: ehrdesk.Indefinite, Channel: ehrdesk.ByApp, Since: w.now.Add(-time.Hour)})
	case elsewhere:
		return ehrdesk.Registered, to(privateProviders[1].id, active)
	case unverified:
		return ehrdesk.Unverified, nil
	case left:
		return ehrdesk.Left, nil
	case notRegistered:
		return ehrdesk.NotRegistered, nil
	case noConsent:
	}
	return ehrdesk.Registered, nil
}
