package text

import (
	"fmt"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Log is the access log of the desk.
type Log struct {
	Loading, Comparing, Entries, Narrow, NoneMatch, NoneOfOne, NoDifference, NoFault, Broken, Unbroken,
	Officer, Week, Unreadable, Differs, Marks, Told, AtCentre, Restricted, ThisPatient, Days7, SetIt, EndIt, Save, SaveKeys, Saving, Saved, NowhereToSave,
	Done, Who, Role, Where, Patient, Purpose, Reason, Outcome, Detail, Card, Entry, Time, Unsure, Act, Found, FoundAgain, Times, LookInto T
	Filters     [4]T         // all, today, refused or failed, this patient
	Titles      [3]T         // of the views: this desk, what is unusual at the centre, the two beside each other
	Views       [3]T         // their names, beside one another
	Empty       [3]T         // there is nothing in them
	Compared    [3]T         // differences, to look into, all
	Why         map[string]T // an event is marked
	Actions     map[ehrdesk.AuditAction]T
	Differences map[ehrdesk.Difference]T
	Shortly     map[ehrdesk.Difference]T // the same where a row has no room for it
	Incidents   map[string][2]T          // what was found at a desk, by its reason: for a row, and in full
}

// Difference says how desk and centre differ about one act.
func (l *Log) Difference(c *ehrdesk.Compared, purpose func(ehrdesk.Purpose) string, lang Lang) string {
	words := l.Differences[c.Difference].In(lang)
	if c.Difference == ehrdesk.OtherTime {
		by := c.By.Abs().Round(time.Second)
		return Sprintf(words, fmt.Sprintf("%d:%02d:%02d", int(by.Hours()), int(by.Minutes())%60, int(by.Seconds())%60))
	}
	if c.Difference == ehrdesk.OtherPurpose {
		return Sprintf(words, purpose(c.Here.Purpose), purpose(c.Centre.Purpose))
	}
	return words
}

func accessLog() Log {
	return Log{
		Loading:       T{"checking the chain and opening the log", "正在核對及開啟記錄", "正在核对及打开记录"},
		Entries:       T{"%d of %d entr{y|ies}", "%d／%d 項", "%d／%d 项"},
		Narrow:        T{"Narrow", "篩選", "筛选"},
		NoneMatch:     T{"No entry fits. Tab, f and / change what is shown.", "沒有符合的項目。可按 Tab、f 或 / 更改範圍。", "没有符合的项目。可按 Tab、f 或 / 更改范围。"},
		NoneOfOne:     T{"No entry fits. f and / change what is shown.", "沒有符合的項目。可按 f 或 / 更改範圍。", "没有符合的项目。可按 f 或 / 更改范围。"},
		NoDifference:  T{"The two logs do not differ: %d act{s} {is|are} the same at both. Tab shows all.", "兩邊記錄沒有差異：%d 項相同。按 Tab 可查看全部。", "两边记录没有差异：%d 项相同。按 Tab 可查看全部。"},
		NoFault:       T{"No difference that somebody has to look into. Tab shows all.", "沒有須跟進的差異。按 Tab 可查看全部。", "没有须跟进的差异。按 Tab 可查看全部。"},
		Act:           T{"Act", "行為", "行为"},
		Found:         T{"Found", "發現次數", "发现次数"},
		FoundAgain:    T{"%d time{s}, last %s", "%d 次，最近一次 %s", "%d 次，最近一次 %s"},
		Times:         T{"%d×", "%d 次", "%d 次"},
		LookInto:      T{"somebody has to look into it", "須有人跟進", "须有人跟进"},
		Comparing:     T{"asking eHealth what it wrote down", "正在查詢醫健通的記錄", "正在查询医健通的记录"},
		Officer:       T{"what others accessed is for a security officer", "其他人的取覽記錄只供保安主任查閱", "其他人的取览记录只供保安主任查阅"},
		Week:          T{"the last 7 days", "過去 7 日", "过去 7 日"},
		Unreadable:    T{"%d entr{y|ies} of this desk cannot be read", "此工作站有 %d 項無法讀取", "此工作站有 %d 项无法读取"},
		Differs:       T{"Difference", "差異", "差异"},
		Marks:         T{"Marked", "標記", "标记"},
		Told:          T{"Told", "通報時間", "通报时间"},
		AtCentre:      T{"At the centre", "中央系統", "中央系统"},
		Restricted:    T{"restricted records", "受限制紀錄", "受限制记录"},
		ThisPatient:   T{"this patient", "此病人", "此病人"},
		Days7:         T{"7 days", "7 日內", "7 日内"},
		SetIt:         T{"set or end", "設定或取消", "设定或取消"},
		EndIt:         T{"done", "完成", "完成"},
		Save:          T{"Write a report to a file? It has the %d entr{y|ies} shown, is signed by this desk and not encrypted: whoever has the file reads who accessed what.", "把報告寫入檔案？報告包括所顯示的 %d 項，由此工作站簽署，沒有加密：取得檔案的人可看到誰曾取覽甚麼。", "把报告写入文件？报告包括所显示的 %d 项，由此工作站签署，没有加密：取得文件的人可看到谁曾取览什么。"},
		SaveKeys:      T{"Enter writes it · Esc does not", "Enter 寫入 · Esc 取消", "Enter 写入 · Esc 取消"},
		Saving:        T{"writing the report", "正在寫入報告", "正在写入报告"},
		Saved:         T{"%d entr{y|ies} written: %s", "已寫入 %d 項：%s", "已写入 %d 项：%s"},
		NowhereToSave: T{"reports are written by ehrdesk audit export", "請以 ehrdesk audit export 匯出報告", "请以 ehrdesk audit export 导出报告"},
		Broken:        T{"The log was changed or cut: an entry does not fit the chain. Tell the security officer; ehrdesk audit verify names it.", "記錄曾被更改或刪減，鏈結不符。請通知保安主任；ehrdesk audit verify 可指出該項。", "记录曾被更改或删减，链结不符。请通知保安主任；ehrdesk audit verify 可指出该项。"},
		Unbroken:      T{"chain unbroken", "鏈結完整", "链结完整"},
		Done:          T{"done", "完成", "完成"},
		Who:           T{"Who", "使用者", "使用者"},
		Role:          T{"Role", "職責", "职责"},
		Where:         T{"Where", "地點", "地点"},
		Patient:       T{"Patient", "病人", "病人"},
		Purpose:       T{"Purpose", "目的", "目的"},
		Reason:        T{"Reason", "原因", "原因"},
		Outcome:       T{"Outcome", "結果", "结果"},
		Detail:        T{"Detail", "詳情", "详情"},
		Card:          T{"Card", "證件", "证件"},
		Time:          T{"Time", "時間", "时间"},
		Unsure:        T{"uncertain: this desk's clock was not known to be right", "不確定：當時未能確定工作站時鐘準確", "不确定：当时未能确定工作站时钟准确"},
		Entry:         T{"Entry", "項目", "项目"},
		Filters: [4]T{
			{"all", "全部", "全部"}, {"today", "今日", "今日"}, {"refused or failed", "被拒或失敗", "被拒或失败"}, {"this patient", "此病人", "此病人"},
		},
		Titles: [3]T{
			{"Access log of this desk", "此工作站的取覽記錄", "此工作站的取览记录"},
			{"Unusual in the centre's log", "中央系統記錄的異常項目", "中央系统记录的异常项目"},
			{"This desk's log beside the centre's", "此工作站與中央系統的記錄比較", "此工作站与中央系统的记录比较"},
		},
		Empty: [3]T{
			{"Nothing has been logged yet.", "尚未有任何記錄。", "尚未有任何记录。"},
			{"The centre has marked nothing of this provider in the last 7 days.", "過去 7 日，中央系統沒有標記本機構的任何項目。", "过去 7 日，中央系统没有标记本机构的任何项目。"},
			{"Neither log has an opening, a consent, a verification or a release in the last 7 days.", "過去 7 日，兩邊均沒有開啟紀錄、同意、核實身份或查閱受限制紀錄的記錄。", "过去 7 日，两边均没有打开记录、同意、核实身份或查阅受限制记录的记录。"},
		},
		Views:    [3]T{{"this desk", "此工作站", "此工作站"}, {"unusual at the centre", "中央系統的異常項目", "中央系统的异常项目"}, {"beside the centre", "與中央系統比較", "与中央系统比较"}},
		Compared: [3]T{{"differences", "有差異", "有差异"}, {"to look into", "須跟進", "须跟进"}, {"all", "全部", "全部"}},
		Why: map[string]T{
			"late": {"too long without the line", "離線時間超過限期", "离线时间超过限期"}, "clock": {"by a clock that may be wrong", "時鐘可能不準", "时钟可能不准"},
			"no-consent": {"no consent stood then", "當時沒有同意", "当时没有同意"}, "closed": {"account closed by then", "當時戶口已關閉", "当时账户已关闭"}, "ended": {"after its end", "終止之後", "终止之后"},
			"desk": {"not shown to be of that desk", "未能確定屬該工作站", "未能确定属该工作站"}, "many-look-ups": {"many look-ups", "查詢次數多", "查询次数多"},
			"many-identities": {"many identities", "核實身份次數多", "核实身份次数多"}, "many-forms": {"many forms", "表格數目多", "表格数目多"}, "many-withdrawals": {"many withdrawals", "撤銷次數多", "撤销次数多"},
			"many-links": {"many links", "連結數目多", "链接数目多"}, "many-fetches": {"a link opened too often", "連結開啟次數過多", "链接打开次数过多"},
			"many-cases": {"many sealed cases", "加密個案數目多", "加密个案数目多"}, "much-in-cases": {"very much in sealed cases", "加密個案內動作過多", "加密个案内动作过多"},
			"many-wrong-codes": {"many wrong codes", "密碼錯誤次數多", "密码错误次数多"}, "many-unknown-numbers": {"many unknown numbers", "不明號碼多", "不明号码多"},
			"form-without-number": {"a form without a number", "表格沒有編號", "表格没有编号"}, "same-surname": {"same name as the patient", "與病人同姓", "与病人同姓"},
			"out-of-hours": {"at night", "深夜", "深夜"}, "officer": {"tried to oust an officer", "試圖終止保安主任", "试图终止安全主任"}, "sampled": {"drawn for review", "抽查", "抽查"},
		},
		Actions: map[ehrdesk.AuditAction]T{
			ehrdesk.AuditEnrol:       {"enrolment on this desk", "工作站登記", "工作站登记"},
			ehrdesk.AuditSignIn:      {"signed in", "登入", "登入"},
			ehrdesk.AuditSignOut:     {"signed out", "登出", "登出"},
			ehrdesk.AuditFind:        {"looked up", "查詢", "查询"},
			ehrdesk.AuditGrant:       {"took a consent", "取得同意", "取得同意"},
			ehrdesk.AuditRevoke:      {"withdrew a consent", "撤銷同意", "撤销同意"},
			ehrdesk.AuditVerify:      {"verified an identity", "核實身份", "核实身份"},
			ehrdesk.AuditRelease:     {"saw restricted records", "查閱受限制紀錄", "查阅受限制记录"},
			ehrdesk.AuditOpen:        {"opened the record", "開啟紀錄", "打开记录"},
			ehrdesk.AuditOpenCached:  {"opened the copy", "開啟副本", "打开副本"},
			ehrdesk.AuditRead:        {"read an entry", "閱讀項目", "阅读项目"},
			ehrdesk.AuditClose:       {"closed the record", "關閉紀錄", "关闭记录"},
			ehrdesk.AuditSetAside:    {"kept aside", "擱置紀錄", "搁置记录"},
			ehrdesk.AuditIncident:    {"incident", "事故", "事故"},
			ehrdesk.AuditView:        {"opened a document in another program", "以其他程式開啟文件", "以其他程序打开文件"},
			ehrdesk.AuditCopy:        {"copied as text", "複製為文字", "复制为文字"},
			ehrdesk.AuditPrint:       {"printed", "列印", "打印"},
			ehrdesk.AuditAcknowledge: {"acknowledged a safety finding", "已確認安全提示", "已确认安全提示"},
			ehrdesk.AuditDraft:       {"gave a program lines for a draft, or discarded one", "向程式提供資料撰寫草稿，或捨棄草稿", "向程序提供资料撰写草稿，或舍弃草稿"},
			ehrdesk.AuditShare:       {"made a link to a sealed summary", "建立加密摘要連結", "建立加密摘要链接"},
			ehrdesk.AuditFetch:       {"opened a link", "開啟連結", "打开链接"},
			ehrdesk.AuditUnshare:     {"ended a link", "終止連結", "终止链接"},
			ehrdesk.AuditReceive:     {"received what was said in a sealed case", "接收加密個案的內容", "接收加密个案的内容"},
			ehrdesk.AuditOperate:     {"account administered", "管理帳戶", "管理账户"},
			ehrdesk.AuditLog:         {"read this log", "查閱此記錄", "查阅此记录"},
			ehrdesk.AuditSealed:      {"sealed to others on this desk", "只有此工作站的其他人可開啟", "只有此工作站的其他人可开启"},
			ehrdesk.AuditQuery:       {"searched the record", "搜尋紀錄", "搜索记录"},
			ehrdesk.AuditCreate:      {"added a record", "新增紀錄", "新增记录"},
			ehrdesk.AuditUpdate:      {"changed a record", "更新紀錄", "更新记录"},
			ehrdesk.AuditDelete:      {"took a record back", "撤回紀錄", "撤回记录"},
			"wrong-code":             {"tried wrong codes", "輸入錯誤密碼", "输入错误密码"},
			"review":                 {"looked at an act that was drawn", "覆核抽查的項目", "复核抽查的项目"},
			ehrdesk.AuditDamaged:     {"damaged entry", "項目已損毀", "项目已损毁"},
		},
		Shortly: map[ehrdesk.Difference]T{
			ehrdesk.OnlyWaiting:  {"not yet reported", "尚未通報", "尚未通报"},
			ehrdesk.OnlyRefused:  {"refused or failed at this desk", "在此工作站被拒或失敗", "在此工作站被拒或失败"},
			ehrdesk.OnlyHere:     {"not in the centre's log", "中央系統沒有記錄", "中央系统没有记录"},
			ehrdesk.OtherDesk:    {"at the centre, by another desk", "由另一工作站", "由另一工作站"},
			ehrdesk.NotInThisLog: {"from this desk, not in its log", "由此工作站，但此處沒有記錄", "由此工作站，但此处没有记录"},
			ehrdesk.OtherPurpose: {"purpose differs", "目的不同", "目的不同"},
			ehrdesk.OtherPerson:  {"another person or patient", "使用者或病人不同", "使用者或病人不同"},
		},
		Incidents: map[string][2]T{
			"audit-behind":                        {{"log cut short", "記錄曾被刪減", "记录曾被删减"}, {"the desk's log is shorter than what the centre has vouched for", "工作站的記錄比中央系統已確認的短", "工作站的记录比中央系统已确认的短"}},
			"audit-differs":                       {{"log is another one", "記錄不符", "记录不符"}, {"the desk's log does not continue what the centre has vouched for", "工作站的記錄與中央系統已確認的不符", "工作站的记录与中央系统已确认的不符"}},
			"copies-behind":                       {{"copies of an earlier day", "副本屬較早日期", "副本属较早日期"}, {"the desk's copies are older than they were", "工作站的副本比先前的舊", "工作站的副本比先前的旧"}},
			"audit-log":                           {{"key spoke for another log", "屬另一記錄", "属另一记录"}, {"the desk's key spoke for the log of another desk", "工作站的密匙用於另一工作站的記錄", "工作站的密钥用于另一工作站的记录"}},
			"report-of-a-stranger":                {{"report of a stranger", "通報的人不屬該站", "通报的人不属该站"}, {"reported an access by somebody who is not enrolled on the desk: refused", "通報的使用者沒有在該工作站登記：已拒絕", "通报的使用者没有在该工作站登记：已拒绝"}},
			"report-of-a-profession-that-may-not": {{"report of who may not open", "通報的職責不可取覽", "通报的职责不可取览"}, {"reported an access by a profession that opens no records: refused", "通報的職責不可開啟紀錄：已拒絕", "通报的职责不可打开记录：已拒绝"}},
			"report-without-any-consent":          {{"report without any consent", "通報時從無同意", "通报时从无同意"}, {"reported an access to a patient who never consented to the provider: refused", "通報取覽的病人從未向機構給予同意：已拒絕", "通报取览的病人从未向机构给予同意：已拒绝"}},
		},
		Differences: map[ehrdesk.Difference]T{
			ehrdesk.NoDifference: {"the same at both", "兩邊相同", "两边相同"},
			ehrdesk.OnlyWaiting:  {"only here: not yet reported", "只在此處：尚未通報", "只在此处：尚未通报"},
			ehrdesk.OnlyRefused:  {"only here: refused or failed at this desk", "只在此處：在此工作站被拒或失敗", "只在此处：在此工作站被拒或失败"},
			ehrdesk.OnlyHere:     {"only here: the centre's log has no such entry", "只在此處：中央系統沒有此項記錄", "只在此处：中央系统没有此项记录"},
			ehrdesk.OtherDesk:    {"only at the centre: by another desk", "只在中央系統：由另一工作站", "只在中央系统：由另一工作站"},
			ehrdesk.NotInThisLog: {"only at the centre, from this desk: not in this desk's log", "只在中央系統、由此工作站：此工作站沒有此項記錄", "只在中央系统、由此工作站：此工作站没有此项记录"},
			ehrdesk.OtherTime:    {"times differ by %s", "時間相差 %s", "时间相差 %s"},
			ehrdesk.OtherPurpose: {"purpose differs: %s here, %s at the centre", "目的不同：此處為%s，中央系統為%s", "目的不同：此处为%s，中央系统为%s"},
			ehrdesk.OtherPerson:  {"one report, and another person or patient at the centre", "同一通報，中央系統記錄的使用者或病人不同", "同一通报，中央系统记录的使用者或病人不同"},
		},
	}
}
