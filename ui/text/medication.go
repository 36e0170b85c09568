package text

import (
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

// Medication are the words of the list of drugs.
type Medication struct {
	Title, Current, Past, Showing, None, NoneCurrent, NonePast, NoneKnown, NoInformation, Asserted, Others,
	Above, Below, Lines, Dose, HighRisk, Since, StartedOn, LastOn, SuppliedOn, GivenOn, SinceNever, Until, First, SinceFirst, Was, Supplies, Given, Repeats, Also, Newer, Where,
	Proposed, NotTaken, Cancelled, EndPassed, EndPassedNever, SupplyOut, SupplyLeft, Administered, Contradiction,
	Step, Undated, Dated, Begun, InForce, Began, Changed, Stopped, StoppedNever, Again, Supplied, GivenOnce, InErrorCount,
	ShowPast, ShowCurrent, Unfold, FoldUp, NoDrug, OfThese, SameGroup, SuppliedTo, RanOut, SupplyEnded, NotRenewed, Lapsed T
	States [6]T // by medication.State
	Groups Codes
}

func medications() Medication {
	return Medication{
		Title:         T{"MEDICATION", "藥物", "药物"},
		Current:       T{"Current %s", "現用 %s", "现用 %s"},
		Past:          T{"Past %s", "過往 %s", "过往 %s"},
		Showing:       T{"showing %s of %s", "顯示 %[2]s 項中的 %[1]s 項", "显示 %[2]s 项中的 %[1]s 项"},
		None:          T{"No medication recorded.", "沒有藥物紀錄。", "没有药物记录。"},
		NoneCurrent:   T{"No current medication recorded. Past: %s.", "沒有現用藥物紀錄。過往：%s。", "没有现用药物记录。过往：%s。"},
		NonePast:      T{"No past medication recorded. Current: %s.", "沒有過往藥物紀錄。現用：%s。", "没有过往药物记录。现用：%s。"},
		NoneKnown:     T{"No known medication", "沒有已知用藥", "没有已知用药"},
		NoInformation: T{"No information about medication", "沒有用藥資料", "没有用药资料"},
		Asserted:      T{"%s: %s", "%s：%s", "%s：%s"},
		Others:        T{"but drugs are recorded below", "但下列有藥物紀錄", "但下列有药物记录"},
		Above:         T{"▲ %s more", "▲ 另有 %s 項", "▲ 另有 %s 项"},
		Below:         T{"▼ %s more", "▼ 另有 %s 項", "▼ 另有 %s 项"},
		Lines:         T{"▼ %s more line{s} of this: Enter opens it", "▼ 此項另有 %s 行：Enter 開啟", "▼ 此项另有 %s 行：Enter 打开"},
		Dose:          T{"DOSE %s", "劑量 %s", "剂量 %s"},
		HighRisk:      T{"high risk: %s", "高危：%s", "高危：%s"},
		Since:         T{"%s since %s", "%s，自 %s", "%s，自 %s"},
		StartedOn:     T{"%s %s", "%s，自 %s", "%s，自 %s"},
		LastOn:        T{"%s, last %s", "%s，最近一次 %s", "%s，最近一次 %s"},
		SuppliedOn:    T{"supplied %s", "配藥 %s", "配药 %s"},
		GivenOn:       T{"given %s", "給藥 %s", "给药 %s"},
		SinceNever:    T{"start not recorded", "沒有記錄開始日期", "没有记录开始日期"},
		Until:         T{"until %s", "至 %s", "至 %s"},
		First:         T{"+ first %s", "+ 首次 %s", "+ 首次 %s"},
		SinceFirst:    T{"%s, this dose since %s", "%s；現劑量自 %s", "%s；现剂量自 %s"},
		Was:           T{"~ %s until %s", "~ %[2]s 前為 %[1]s", "~ %[2]s 前为 %[1]s"},
		Supplies:      T{"supplied %s time{s}", "配藥 %s 次", "配药 %s 次"},
		Given:         T{"given %s time{s}", "給藥 %s 次", "给药 %s 次"},
		Repeats:       T{"repeated %s time{s}", "續方 %s 次", "续方 %s 次"},
		Also:          T{"recorded as running as well: %s (%s)", "另有仍生效的紀錄：%s（%s）", "另有仍生效的记录：%s（%s）"},
		Newer:         T{"a newer record says %s (%s)", "較新的紀錄為：%s（%s）", "较新的记录为：%s（%s）"},
		Where:         T{"supplied by %s", "配藥：%s", "配药：%s"},
		Proposed:      T{"no order", "並非醫囑", "并非医嘱"},
		NotTaken:      T{"recorded as not taken", "紀錄為沒有服用", "记录为没有服用"},
		Cancelled:     T{"cancelled before anything was given", "用藥前已取消", "用药前已取消"},
		EndPassed:     T{"planned to end %s; end not recorded", "原定 %s 完結；沒有完結紀錄", "原定 %s 完结；没有完结记录"},
		EndPassedNever: T{"planned end has passed; end not recorded",
			"原定療程已過；沒有完結紀錄", "原定疗程已过；没有完结记录"},
		SupplyOut:     T{"supply to %s and none since: possibly not taken", "藥量至 %s，其後沒有配藥：可能已停用", "药量至 %s，其后没有配药：可能已停用"},
		SupplyLeft:    T{"no order runs; supply to %s: possibly taken", "沒有生效醫囑；藥量至 %s：可能仍在使用", "没有生效医嘱；药量至 %s：可能仍在使用"},
		Administered:  T{"doses given, no order recorded", "只有給藥紀錄，沒有醫囑", "只有给药记录，没有医嘱"},
		Contradiction: T{"the record contradicts itself about which drug: open it", "紀錄對藥名自相矛盾：請開啟查看", "记录对药名自相矛盾：请打开查看"},
		Step:          T{"by its dates now step %s of %s: %s until %s", "按日期現為第 %s 步（共 %s 步）：%s 至 %s", "按日期现为第 %s 步（共 %s 步）：%s 至 %s"},
		Undated:       T{"%s, on a day not recorded", "%s，沒有記錄日期", "%s，没有记录日期"},
		Dated:         T{"dated %s", "日期 %s", "日期 %s"},
		Begun:         T{"begun %s", "始於 %s", "始于 %s"},
		InForce:       T{"In force", "生效中", "生效中"},
		Began:         T{"+ started", "+ 開始", "+ 开始"},
		Changed:       T{"~ changed", "~ 更改", "~ 更改"},
		Stopped:       T{"- stopped", "- 停止", "- 停止"},
		StoppedNever:  T{"day not recorded", "沒有記錄日期", "没有记录日期"},
		Again:         T{"= repeated", "= 續方", "= 续方"},
		Supplied:      T{"· supplied", "· 配藥", "· 配药"},
		GivenOnce:     T{"· given", "· 給藥", "· 给药"},
		InErrorCount:  T{"%s entered in error, not counted", "%s 項錯誤輸入，不計算在內", "%s 项错误输入，不计算在内"},
		OfThese:       T{"of these %s", "當中 %s", "当中 %s"},
		SameGroup:     T{"%s current drug{s} of one group: %s", "%s 種現用藥物屬同一類別：%s", "%s 种现用药物属同一类别：%s"},
		SuppliedTo:    T{"supplied to %s", "藥量至 %s", "药量至 %s"},
		RanOut:        T{"ended %s, no new order", "已於 %s 完結，沒有新醫囑", "已于 %s 完结，没有新医嘱"},
		SupplyEnded:   T{"supply ended %s, no new order", "藥量至 %s 已完，沒有新醫囑", "药量至 %s 已完，没有新医嘱"},
		NotRenewed:    T{"not renewed", "項未續方", "项未续方"},
		Lapsed:        T{"Not renewed: possibly still taken", "未續方：可能仍在使用", "未续方：可能仍在使用"},
		ShowPast:      T{"past", "過往", "过往"},
		ShowCurrent:   T{"current", "現用", "现用"},
		Unfold:        T{"history", "歷史", "历史"},
		FoldUp:        T{"fold", "收起", "收起"},
		NoDrug:        T{"no drug is selected", "沒有選定藥物", "没有选定药物"},
		States: [6]T{
			medication.Unknown: {"Unknown", "狀況不詳", "状况不详"}, medication.NotStarted: {"Not started", "尚未開始", "尚未开始"}, medication.Started: {"Started", "使用中", "使用中"},
			medication.Suspended: {"Suspended", "暫停", "暂停"}, medication.Completed: {"Completed", "已完成", "已完成"}, medication.Discontinued: {"Discontinued", "已停用", "已停用"},
		},
		Groups: codes(`
			anticoagulant | anticoagulant | 抗凝血藥 | 抗凝血药
			insulin | insulin | 胰島素 | 胰岛素
			opioid | opioid | 鴉片類 | 阿片类
			immunosuppressant | immunosuppressant | 免疫抑制劑 | 免疫抑制剂
			lithium | lithium | 鋰 | 锂
			methotrexate | methotrexate | 甲氨蝶呤
		`),
	}
}
