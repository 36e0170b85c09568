package text

// Summary are the words of the chart's summary.
type Summary struct {
	Problems, Allergies, Medication, Results, Immunisations, Encounters, Coming, Referrals, Documents                                                                                                                                                                                                                   T
	None, Since, Due, Past, NoReason, More, Making, NoKnownProblems, NoKnownAllergies, NoCurrent, NoAbnormal, NoResults, Moved, Step, NoReaction, Vitals, Pressure, Unrecorded, Awaited, Before, WeeksAgo, MonthsAgo, YearsAgo, Unrepeated, NoDay, Older, Directives, DirectivesShort, Read, NotInForce, NoneOpen, Risk T
	Vaccines                                                                                                                                                                                                                                                                                                            map[string]T // by what clinical/summary calls them
}

func summary() Summary {
	return Summary{
		Problems:         T{"Problems", "健康問題", "健康问题"},
		Allergies:        T{"Allergies", "過敏", "过敏"},
		Medication:       T{"Medication", "現用藥物", "现用药物"},
		Results:          T{"Results", "檢查結果", "检查结果"},
		Immunisations:    T{"Immunisation", "疫苗接種", "疫苗接种"},
		Encounters:       T{"Last visits", "最近就診", "最近就诊"},
		Coming:           T{"To come", "預約", "预约"},
		Referrals:        T{"Referrals", "未完成轉介", "未完成转介"},
		Documents:        T{"Documents", "文件", "文件"},
		None:             T{"None recorded", "沒有紀錄", "没有记录"},
		NoneOpen:         T{"None open", "沒有未完成的轉介", "没有未完成的转介"},
		Risk:             T{"Risk", "風險", "风险"},
		NoKnownProblems:  T{"No known problems", "沒有已知健康問題", "没有已知健康问题"},
		NoKnownAllergies: T{"No known allergies", "沒有已知過敏", "没有已知过敏"},
		Since:            T{"since %s", "自 %s", "自 %s"},
		NoCurrent:        T{"No current medication recorded", "沒有現用藥物紀錄", "没有现用药物记录"},
		NoResults:        T{"None recorded", "沒有紀錄", "没有记录"},
		NoAbnormal:       T{"No latest result is flagged; one without a range is not assessed (3 shows all)", "最新結果沒有異常標示；沒有參考範圍者未經評估（按 3 看全部）", "最新结果没有异常标示；没有参考范围者未经评估（按 3 看全部）"},
		Step:             T{"step %d of %d", "第 %d 步，共 %d 步", "第 %d 步，共 %d 步"},
		NoReaction:       T{"reaction not recorded", "沒有記錄反應", "没有记录反应"},
		Moved:            T{"from %s in %d month{s} (%d result{s})", "%[2]d 個月內由 %[1]s 起，共 %[3]d 次", "%[2]d 个月内由 %[1]s 起，共 %[3]d 次"},
		Due:              T{"due", "到期", "到期"},
		Past:             T{"%s past", "過去 %s 項", "过去 %s 项"},
		NoReason:         T{"reason not recorded", "沒有記錄原因", "没有记录原因"},
		More:             T{"▼ %s more", "▼ 另有 %s 項", "▼ 另有 %s 项"},
		Vitals:           T{"Vital signs", "生命表徵", "生命表征"},
		Pressure:         T{"Blood pressure", "血壓", "血压"},
		Unrecorded:       T{"not recorded here: %s", "此處未有記錄：%s", "此处未有记录：%s"},
		Unrepeated:       T{"no repeat on record in %s day{s}", "%s 日內沒有覆檢紀錄", "%s 日内没有复检记录"},
		Awaited:          T{"more to come", "尚有結果待報", "尚有结果待报"},
		Before:           T{"before %s", "上次 %s", "上次 %s"},
		WeeksAgo:         T{"%s week{s} ago", "%s 星期前", "%s 星期前"},
		MonthsAgo:        T{"%s month{s} ago", "%s 個月前", "%s 个月前"},
		YearsAgo:         T{"%s year{s} ago", "%s 年前", "%s 年前"},
		NoDay:            T{"date not recorded", "沒有日期紀錄", "没有日期记录"},
		Directives:       T{"Advance directives", "預設醫療指示", "预设医疗指示"},
		DirectivesShort:  T{"Directives", "預設指示", "预设指示"},
		Read:             T{"see the document", "請閱文件", "请阅文件"},
		NotInForce:       T{"%s not in force", "%s 項不生效", "%s 项不生效"},
		Older:            T{"%s older than %s year{s}, not repeated since", "%s 項逾 %s 年未覆查", "%s 项逾 %s 年未复查"},
		Vaccines:         map[string]T{"tetanus": {"tetanus", "破傷風", "破伤风"}, "influenza": {"influenza", "流感", "流感"}, "pneumococcal disease": {"pneumococcal disease", "肺炎球菌", "肺炎球菌"}},
		Making:           T{"Putting the summary together…", "正在整理摘要…", "正在整理摘要…"},
	}
}
