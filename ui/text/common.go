package text

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Catalog is every text of the desk, by screen.
type Catalog struct {
	Common         Common
	Patient        Patient
	Roles          map[ehrdesk.Profession]T
	Consent        Consent
	Errors         Errors
	SignIn         SignIn
	Find           Find
	Card           Card
	Log            Log
	Seen           Seen
	Today          Today
	Import         Import
	Calls          Calls
	Capture        Capture
	Withdraw       Withdraw
	Chart          Chart
	Summary        Summary
	Changed        Changed
	Safety         Safety
	Unseen         Unseen
	News           News
	KeyPoints      KeyPoints
	LastDone       LastDone
	Drafts         Drafts
	Filling        Filling
	Writing        Writing
	Asking         Asking
	Requests       Requests
	Board          Board
	Cases          Cases
	Second         Second
	Filter         Filter
	Timeline       Timeline
	Reading        Reading
	Document       Document
	Medication     Medication
	Laboratory     Laboratory
	Foot           Foot
	Hits           Hits
	Handout        Handout
	Warning        Warning
	Signed         Signed
	Own            Own
	Ends           Ends
	Troubles       Troubles
	SignInTroubles SignInTroubles
	Accounts       Accounts
	Types          [12]Type // by record type, [0] is empty
	Elements       map[string]T
	Facts          Facts
	Asides         Asides
	Plain          Plain
	Help           Help
}

// New makes the catalogue.
func New() *Catalog {
	return &Catalog{
		Common: common(), Patient: patient(), Roles: roles(), Consent: consent(), Errors: failures(),
		SignIn: signIn(), Find: find(), Card: card(), Log: accessLog(), Seen: seenBy(), Today: today(), Import: imports(), Calls: calls(), Capture: capture(), Withdraw: withdraw(), Chart: chart(),
		Summary: summary(), Changed: changed(), Safety: safetyPhrases(), Unseen: unseenPhrases(), News: newsPhrases(), KeyPoints: keyPoints(), LastDone: lastDone(), Drafts: drafts(), Filling: filling(), Writing: writing(), Asking: asking(), Requests: requests(), Board: board(), Cases: cases(), Second: second(), Filter: filters(), Timeline: timelines(), Medication: medications(), Laboratory: laboratory(), Foot: foot(), Hits: hits(), Warning: warning(), Signed: signed(), Own: own(),
		Types: types(), Elements: elements(), Facts: facts(), Asides: asides(), Plain: plain(), Help: help(), Reading: readings(), Handout: handouts(),
		Document: documents(), Ends: ends(), Troubles: troubles(), SignInTroubles: signInTroubles(), Accounts: accounts(),
	}
}

// Common is what belongs to no screen: the frame, dialogs, units.
type Common struct {
	TooSmall, NotHere, NoSuchKey, HelpTitle, HelpLines, PaletteTitle, PaletteNone, PaletteRun, Locked, IdleLocked,
	QuitUnsaved, QuitSubmitted, Leaves, Stays, PatientHas, MoreNews, Seconds, Minutes, Hours, Days, EscCancels, Cancelled,
	Online, OfflineSince, LinkUnknown, NoSession, SignOutFirst, NoPatient, NoRecordOpen, StillRunning, Fault, ThemeIs, MouseOn, MouseOff, BellOn, BellOnDesk, BellOff,
	QuietTitle, QuietLead, QuietOff, QuietFrom, QuietTo, QuietCritical, QuietBad, QuietKeep, QuietIs, QuietNone T
	Themes map[string]T // by name
}

func common() Common {
	return Common{
		TooSmall:      T{"This window is %d×%d. ehrdesk needs at least 60×20: please enlarge it.", "視窗大小為 %d×%d。ehrdesk 需要至少 60×20，請放大視窗。", "窗口大小为 %d×%d。ehrdesk 需要至少 60×20，请放大窗口。"},
		NotHere:       T{"not available here: %s", "此處不適用：%s", "此处不适用：%s"},
		NoSuchKey:     T{"this key has no function · F1 help · Ctrl+P commands", "此鍵沒有功能 · F1 說明 · Ctrl+P 所有指令", "此键没有功能 · F1 说明 · Ctrl+P 所有指令"},
		HelpTitle:     T{"Help: keys on this screen", "說明：此畫面的按鍵", "说明：此画面的按键"},
		HelpLines:     T{"eHealth telephone 3467 6300 (24 hours, for patients). No key fails silently: one that does not apply says why.", "醫健通熱線 3467 6300（24 小時，供病人使用）。不適用的按鍵會說明原因。", "医健通热线 3467 6300（24 小时，供病人使用）。不适用的按键会说明原因。"},
		PaletteTitle:  T{"Commands: type to narrow, Enter to run", "指令：輸入以篩選，Enter 執行", "指令：输入以筛选，Enter 执行"},
		PaletteNone:   T{"no command of that name", "沒有此指令", "没有此指令"},
		PaletteRun:    T{"run", "執行", "执行"},
		Locked:        T{"Locked", "已鎖定", "已锁定"},
		IdleLocked:    T{"Locked after %s without a key", "閒置 %s後已鎖定", "闲置 %s后已锁定"},
		QuitUnsaved:   T{"A consent is being taken and has not been submitted. It will be lost.", "互通同意仍未提交，離開後資料會失去。", "互通同意仍未提交，退出后资料会失去。"},
		QuitSubmitted: T{"This act was submitted and its outcome is not known: it may be on record. Leaving does not drop it: this desk goes on asking, and Today says what became of it.", "此申請已提交，結果未明，可能已獲記錄。離開不會取消：工作站會繼續查詢，結果見「今日」。", "此申请已提交，结果未明，可能已获记录。离开不会取消：工作站会继续查询，结果见“今日”。"},
		Leaves:        T{"leave", "離開", "退出"},
		Stays:         T{"stay", "留下", "留下"},
		PatientHas:    T{"The patient has the keyboard: press Esc first.", "鍵盤正由病人使用，請先按 Esc。", "键盘正由病人使用，请先按 Esc。"},
		MoreNews:      T{"%s · and %d more on today's list", "%s · 今日名單另有 %d 項", "%s · 今日名单另有 %d 项"},
		Seconds:       T{"%d s", "%d 秒", "%d 秒"},
		Minutes:       T{"%d m", "%d 分鐘", "%d 分钟"},
		Hours:         T{"%d h %d m", "%d 小時 %d 分鐘", "%d 小时 %d 分钟"},
		Days:          T{"%d d", "%d 日", "%d 天"},
		EscCancels:    T{"Esc cancels", "Esc 取消", "Esc 取消"},
		Cancelled:     T{"cancelled", "已取消", "已取消"},
		Online:        T{"online", "已連線", "已连线"},
		OfflineSince:  T{"OFFLINE %s", "離線 %s", "离线 %s"},
		LinkUnknown:   T{"not yet connected", "尚未連線", "尚未连线"},
		NoSession:     T{"nobody is signed in", "尚未登入", "尚未登录"},
		NoPatient:     T{"find a patient first (F2)", "請先尋找病人（F2）", "请先查找病人（F2）"},
		SignOutFirst:  T{"sign out first (Ctrl+P)", "請先登出（Ctrl+P）", "请先登出（Ctrl+P）"},
		NoRecordOpen:  T{"open a record first", "請先開啟紀錄", "请先打开记录"},
		ThemeIs:       T{"colours: %s", "顏色：%s", "颜色：%s"},
		MouseOn:       T{"mouse on: wheel scrolls, click moves the focus; Shift+drag selects text", "滑鼠已開啟：滾輪捲動，點按移動焦點；Shift 加拖曳選取文字", "鼠标已开启：滚轮滚动，点击移动焦点；Shift 加拖动选取文字"},
		BellOn:        T{"bell on: it rings when a patient is here or a wait for a consent has ended", "響鈴已開啟：有病人到診或等候的同意有結果時響起", "响铃已开启：有病人到诊或等候的同意有结果时响起"},
		BellOnDesk:    T{"bell on: it rings when a wait for a consent has ended", "響鈴已開啟：等候的同意有結果時響起", "响铃已开启：等候的同意有结果时响起"},
		QuietTitle:    T{"Quiet hours", "靜音時段", "静音时段"},
		QuietLead:     T{"The bell does not ring from the first time to the second, across midnight too. What waits is counted on the screen all the same. Nothing typed, or twice the same, is no quiet hours.", "由第一個時間至第二個時間不響鈴，可跨越午夜；畫面仍會顯示待處理數目。留空或兩者相同即沒有靜音時段。", "由第一个时间至第二个时间不响铃，可跨越午夜；画面仍会显示待处理数目。留空或两者相同即没有静音时段。"},
		QuietOff:      T{"The bell is off: it rings at no hour (Ctrl+P, \"bell\").", "響鈴已關閉：任何時間均不響起（Ctrl+P「響鈴」）。", "响铃已关闭：任何时间均不响起（Ctrl+P“响铃”）。"},
		QuietFrom:     T{"From", "由", "由"},
		QuietTo:       T{"To", "至", "至"},
		QuietCritical: T{"ring all the same for a critical message of a sealed case when it is my turn to acknowledge it", "如輪到我確認密封個案的危急訊息，仍然響起", "如轮到我确认密封个案的危急信息，仍然响起"},
		QuietBad:      T{"a time like 22:00", "時間如 22:00", "时间如 22:00"},
		QuietKeep:     T{"keep", "儲存", "保存"},
		QuietIs:       T{"quiet from %s to %s: the bell does not ring then", "%s 至 %s 靜音：期間不響鈴", "%s 至 %s 静音：期间不响铃"},
		QuietNone:     T{"no quiet hours", "沒有靜音時段", "没有静音时段"},
		BellOff:       T{"bell off", "響鈴已關閉", "响铃已关闭"},
		MouseOff:      T{"mouse off: the terminal selects text", "滑鼠已關閉：由終端機選取文字", "鼠标已关闭：由终端选取文字"},
		Themes: map[string]T{
			"dark": {"dark", "深色", "深色"}, "light": {"light", "淺色", "浅色"}, "high-contrast": {"high contrast", "高對比", "高对比"},
			"colour-blind": {"colour-blind safe", "色盲適用", "色盲适用"}, "mono": {"none", "單色", "单色"},
		},
		StillRunning: T{"still working: Esc cancels", "仍在處理：Esc 取消", "仍在处理：Esc 取消"},
		Fault:        T{"A fault in the program was caught. Nothing was sent. Press F2 to go on.", "程式發生錯誤，沒有送出任何資料。按 F2 繼續。", "程序发生错误，没有送出任何资料。按 F2 继续。"},
	}
}

// Patient labels the banner.
type Patient struct {
	Born, Died, AgeAtDeath, Gender, HKIC, EHR, NotKnown, Male, Female, Other, Unknown T
}

func patient() Patient {
	return Patient{
		Born: T{"Born", "出生", "出生"}, Died: T{"Died", "已故", "已故"}, AgeAtDeath: T{"Age at Death", "終年", "终年"},
		Gender: T{"Gender", "性別", "性别"}, HKIC: T{"HKIC", "身份證", "身份证"}, EHR: T{"eHR", "健康紀錄號碼", "健康记录号码"},
		NotKnown: T{"Not Known", "不詳", "不详"}, Male: T{"Male", "男", "男"}, Female: T{"Female", "女", "女"},
		Other: T{"Other", "其他", "其他"}, Unknown: T{"Not Known", "不詳", "不详"},
	}
}

// GenderName is the full word for a gender.
func (p *Patient) GenderName(g ehrdesk.Gender) T {
	switch g {
	case ehrdesk.Male:
		return p.Male
	case ehrdesk.Female:
		return p.Female
	case ehrdesk.Other:
		return p.Other
	default:
		return p.Unknown
	}
}

// AgeIn writes an age such as "3y 2m" or "80 or 81" with Chinese units.
func (p *Patient) AgeIn(l Lang, s string) string {
	if low, high, two := strings.Cut(s, " or "); two {
		return low + "或" + high + p.AgeIn(l, "y")
	}
	if l == Hans {
		return strings.NewReplacer("min", "分钟", "hrs", "小时", "y", "岁", "m", "个月", "w", "周", "d", "日", " ", "").Replace(s)
	}
	return strings.NewReplacer("min", "分鐘", "hrs", "小時", "y", "歲", "m", "個月", "w", "週", "d", "日", " ", "").Replace(s)
}

// Role is the name of a profession; one that the table gained later is shown by
// its own word.
func (c *Catalog) Role(p ehrdesk.Profession) T {
	if t, ok := c.Roles[p]; ok {
		return t
	}
	return T{string(p), string(p), string(p)}
}

func roles() map[ehrdesk.Profession]T {
	return map[ehrdesk.Profession]T{
		"doctor": {"doctor", "醫生", "医生"}, "dentist": {"dentist", "牙醫", "牙医"}, "pharmacist": {"pharmacist", "藥劑師", "药剂师"},
		"midwife": {"midwife", "助產士", "助产士"}, "nurse": {"nurse", "護士", "护士"},
		"medical-laboratory-technologist": {"laboratory technologist", "醫務化驗師", "医务化验师"},
		"occupational-therapist":          {"occupational therapist", "職業治療師", "职业治疗师"},
		"optometrist":                     {"optometrist", "視光師", "视光师"}, "radiographer": {"radiographer", "放射技師", "放射技师"},
		"physiotherapist": {"physiotherapist", "物理治療師", "物理治疗师"}, "dental-hygienist": {"dental hygienist", "牙齒衞生員", "牙齿卫生员"},
		"chiropractor": {"chiropractor", "脊醫", "脊医"}, "chinese-medicine-practitioner": {"Chinese medicine practitioner", "中醫師", "中医师"},
		"frontdesk": {"front desk", "登記處", "登记处"}, "officer": {"security officer", "保安主任", "保安主任"},
	}
}
