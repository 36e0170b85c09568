package text

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Seen is what a patient is handed of who saw the record.
type Seen struct {
	Title, Number, Made, None, When, Who, Where, What, Purpose, Kinds, Remarks, Operator, Holder, AllKinds, NotStated,
	Refused, Restricted, Offline, Late, Unsure, Pages, Lists, Leave, CaseBegun, InCase, Broken, Whole, Ask T
	Actions map[ehrdesk.AuditAction]T // those that a desk's own log has not
}

func seenBy() Seen {
	return Seen{
		Title:      T{"Who accessed your eHealth record", "誰曾取覽你的醫健通紀錄", "谁曾取览你的医健通记录"},
		Number:     T{"eHR number %s", "電子健康紀錄號碼 %s", "电子健康记录号码 %s"},
		Made:       T{"As of %s, Hong Kong time", "截至 %s（香港時間）", "截至 %s（香港时间）"},
		None:       T{"Nobody is known to have accessed the record.", "沒有取覽紀錄。", "没有取览记录。"},
		When:       T{"When", "時間", "时间"},
		Who:        T{"Who", "取覽者", "取览者"},
		Where:      T{"Where", "地點", "地点"},
		What:       T{"What was done", "動作", "动作"},
		Purpose:    T{"Purpose", "目的", "目的"},
		Kinds:      T{"Kinds of record", "紀錄類別", "记录类别"},
		Remarks:    T{"Remarks", "備註", "备注"},
		Operator:   T{"operator of the central service", "中央系統操作員", "中央系统操作员"},
		Holder:     T{"whoever holds the link", "持有連結的人", "持有链接的人"},
		AllKinds:   T{"all kinds", "所有類別", "所有类别"},
		NotStated:  T{"not stated", "未註明", "未注明"},
		Refused:    T{"refused: nothing was given", "被拒：沒有提供資料", "被拒：没有提供资料"},
		Restricted: T{"restricted records", "受限制紀錄", "受限制记录"},
		Offline:    T{"from a copy, without the line; told to eHealth on %s", "離線時取覽副本；於 %s 通知醫健通", "离线时取览副本；于 %s 通知医健通"},
		Late:       T{"longer without the line than allowed", "離線時間超過限期", "离线时间超过限期"},
		Unsure:     T{"the time is uncertain", "時間不確定", "时间不确定"},
		Pages:      T{"%d page{s}", "共 %d 頁", "共 %d 页"},
		Lists:      T{"received records", "接收紀錄", "接收记录"},
		Leave:      T{"was given leave to see restricted records", "獲准查閱受限制紀錄", "获准查阅受限制记录"},
		CaseBegun:  T{"began a sealed case about this person with clinicians of other providers", "就此人開立加密個案，與其他機構的醫護人員商議", "就此人开立加密个案，与其他机构的医护人员商议"},
		InCase:     T{"took part in a sealed case about this person", "參與有關此人的加密個案", "参与有关此人的加密个案"},
		Broken: T{"The access log of the central service was changed or cut: this list may lack accesses or show others than there were.",
			"中央系統的取覽紀錄曾被更改或刪減：此清單可能有遺漏或不符事實。", "中央系统的取览记录曾被更改或删减：此清单可能有遗漏或不符事实。"},
		Whole: T{"The whole access log was checked when this list was made: nothing in it was changed.", "編製此清單時已核對全部取覽紀錄：並無更改。", "编制此清单时已核对全部取览记录：并无更改。"},
		Ask:   T{"Enquiries: eHR Registration Office, 3467 6300.", "查詢：電子健康紀錄申請及諮詢中心 3467 6300。", "查询：电子健康记录申请及咨询中心 3467 6300。"},
		Actions: map[ehrdesk.AuditAction]T{
			ehrdesk.AuditFind:    {"looked the person up", "查詢此人", "查询此人"},
			ehrdesk.AuditRead:    {"read a record", "閱讀一項紀錄", "阅读一项记录"},
			ehrdesk.AuditOperate: {"worked on the central service", "操作中央系統", "操作中央系统"},
			ehrdesk.AuditShare:   {"made a link to a sealed summary of the record", "為紀錄的加密摘要建立連結", "为记录的加密摘要建立链接"},
			ehrdesk.AuditFetch:   {"whoever holds the link opened the summary", "持有連結的人開啟摘要", "持有链接的人打开摘要"},
			ehrdesk.AuditUnshare: {"ended a link to a summary", "終止摘要的連結", "终止摘要的链接"},
			"one-time-code":      {"had a one-time code sent", "要求發送一次性密碼", "要求发送一次性密码"},
			"release-ended":      {"leave to see restricted records ended", "查閱受限制紀錄的許可結束", "查阅受限制记录的许可结束"},
		},
	}
}

// SeenAction is what was done, said to the patient; one that nobody has a word for is its own.
func (c *Catalog) SeenAction(a ehrdesk.AuditAction, what string) T {
	if a == ehrdesk.AuditRead && what == "$restricted" {
		return c.Log.Actions[ehrdesk.AuditRelease]
	}
	if a == ehrdesk.AuditRead && strings.HasPrefix(what, "$") {
		return c.Seen.Lists
	}
	switch what {
	case "Case", "Envelope", "offered-key":
		if a == ehrdesk.AuditCreate && what == "Case" {
			return c.Seen.CaseBegun
		}
		return c.Seen.InCase
	}
	if a == ehrdesk.AuditRelease {
		return c.Seen.Leave
	}
	if t, ok := c.Seen.Actions[a]; ok {
		return t
	}
	if t, ok := c.Log.Actions[a]; ok {
		return t
	}
	return T{string(a), string(a), string(a)}
}
