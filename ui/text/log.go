package text

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Log is the access log of the desk.
type Log struct {
	Title, Loading, Entries, Narrow, Empty, NoneMatch, Keys, Broken, Unbroken,
	Done, Who, Role, Where, Patient, Purpose, Reason, Outcome, Detail, Card, Entry, Time, Unsure T
	Filters     [4]T // all, today, refused or failed, this patient
	Actions     map[ehrdesk.AuditAction]T
	Differences map[ehrdesk.Difference]T
}

// Difference says how desk and centre differ about one act.
func (l *Log) Difference(c *ehrdesk.Compared, purpose func(ehrdesk.Purpose) string, lang Lang) string {
	words := l.Differences[c.Difference].In(lang)
	if c.Difference == ehrdesk.OtherTime {
		return Sprintf(words, c.By.Abs().Round(time.Second))
	}
	if c.Difference == ehrdesk.OtherPurpose {
		return Sprintf(words, purpose(c.Here.Purpose), purpose(c.Centre.Purpose))
	}
	return words
}

func accessLog() Log {
	return Log{
		Title:     T{"Access log of this desk", "此工作站的取覽記錄", "此工作站的取览记录"},
		Loading:   T{"checking the chain and opening the log", "正在核對及開啟記錄", "正在核对及打开记录"},
		Entries:   T{"%d of %d entr{y|ies}", "%d／%d 項", "%d／%d 项"},
		Narrow:    T{"Narrow", "篩選", "筛选"},
		Empty:     T{"Nothing has been logged yet.", "尚未有任何記錄。", "尚未有任何记录。"},
		NoneMatch: T{"No entry fits. Tab changes the selection, clearing the field shows more.", "沒有符合的項目。按 Tab 轉換範圍，或清除篩選。", "没有符合的项目。按 Tab 转换范围，或清除筛选。"},
		Keys:      T{"Type to narrow · Tab other selection · ↑ ↓ entry · Esc back", "輸入以篩選 · Tab 轉換範圍 · ↑ ↓ 選擇 · Esc 返回", "输入以筛选 · Tab 转换范围 · ↑ ↓ 选择 · Esc 返回"},
		Broken:    T{"The log was changed or cut: an entry does not fit the chain. Tell the security officer; ehrdesk audit verify names it.", "記錄曾被更改或刪減，鏈結不符。請通知保安主任；ehrdesk audit verify 可指出該項。", "记录曾被更改或删减，链结不符。请通知保安主任；ehrdesk audit verify 可指出该项。"},
		Unbroken:  T{"chain unbroken", "鏈結完整", "链结完整"},
		Done:      T{"done", "完成", "完成"},
		Who:       T{"Who", "使用者", "使用者"},
		Role:      T{"Role", "職責", "职责"},
		Where:     T{"Where", "地點", "地点"},
		Patient:   T{"Patient", "病人", "病人"},
		Purpose:   T{"Purpose", "目的", "目的"},
		Reason:    T{"Reason", "原因", "原因"},
		Outcome:   T{"Outcome", "結果", "结果"},
		Detail:    T{"Detail", "詳情", "详情"},
		Card:      T{"Card", "證件", "证件"},
		Time:      T{"Time", "時間", "时间"},
		Unsure:    T{"uncertain: this desk's clock was not known to be right", "不確定：當時未能確定工作站時鐘準確", "不确定：当时未能确定工作站时钟准确"},
		Entry:     T{"Entry", "項目", "项目"},
		Filters: [4]T{
			{"all", "全部", "全部"}, {"today", "今日", "今日"}, {"refused or failed", "被拒或失敗", "被拒或失败"}, {"this patient", "此病人", "此病人"},
		},
		Actions: map[ehrdesk.AuditAction]T{
			ehrdesk.AuditEnrol:      {"enrolment on this desk", "工作站登記", "工作站登记"},
			ehrdesk.AuditSignIn:     {"signed in", "登入", "登入"},
			ehrdesk.AuditSignOut:    {"signed out", "登出", "登出"},
			ehrdesk.AuditFind:       {"looked up", "查詢", "查询"},
			ehrdesk.AuditGrant:      {"took a consent", "取得同意", "取得同意"},
			ehrdesk.AuditRevoke:     {"withdrew a consent", "撤銷同意", "撤销同意"},
			ehrdesk.AuditVerify:     {"verified an identity", "核實身份", "核实身份"},
			ehrdesk.AuditRelease:    {"saw restricted records", "查閱受限制紀錄", "查阅受限制记录"},
			ehrdesk.AuditOpen:       {"opened the record", "開啟紀錄", "打开记录"},
			ehrdesk.AuditOpenCached: {"opened the copy", "開啟副本", "打开副本"},
			ehrdesk.AuditRead:       {"read an entry", "閱讀項目", "阅读项目"},
			ehrdesk.AuditClose:      {"closed the record", "關閉紀錄", "关闭记录"},
			ehrdesk.AuditSetAside:   {"kept aside", "擱置紀錄", "搁置记录"},
			ehrdesk.AuditIncident:   {"incident", "事故", "事故"},
			ehrdesk.AuditView:       {"opened a document in another program", "以其他程式開啟文件", "以其他程序打开文件"},
			ehrdesk.AuditCopy:       {"copied as text", "複製為文字", "复制为文字"},
			ehrdesk.AuditPrint:      {"printed", "列印", "打印"},
			ehrdesk.AuditOperate:    {"account administered", "管理帳戶", "管理账户"},
			ehrdesk.AuditLog:        {"read this log", "查閱此記錄", "查阅此记录"},
			ehrdesk.AuditSealed:     {"sealed to others on this desk", "只有此工作站的其他人可開啟", "只有此工作站的其他人可开启"},
			ehrdesk.AuditDamaged:    {"damaged entry", "項目已損毀", "项目已损毁"},
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
