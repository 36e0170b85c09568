package text

// Changed are the words of what is different in a chart since a moment.
type Changed struct {
	Title, Since, Never, Making, Nothing, Looked, Visit, Quarter, Year                       T
	Started, Dose, Stopped, Ended, Before, Earlier, Between, Worst, InRange, Quiet, Unjudged T
	Visits, Reports, Unkept, Ahead, Others                                                   T
}

func changed() Changed {
	return Changed{
		Title:    T{"What changed", "有何改變", "有何改变"},
		Since:    T{"count from", "由何時起", "由何时起"},
		Never:    T{"you have not looked here on an earlier day", "你之前未曾在此查閱", "你之前未曾在此查阅"},
		Making:   T{"Looking for what changed…", "正在查找改變…", "正在查找改变…"},
		Nothing:  T{"nothing", "沒有", "没有"},
		Looked:   T{"since you looked, %s", "你上次查閱後（%s）", "你上次查阅后（%s）"},
		Visit:    T{"since last visit anywhere %s", "最近一次就診起（任何機構，%s）", "最近一次就诊起（任何机构，%s）"},
		Quarter:  T{"in 90 days", "90 日內", "90 日内"},
		Year:     T{"in 1 year", "1 年內", "1 年内"},
		Started:  T{"started", "開始", "开始"},
		Dose:     T{"now", "現為", "现为"},
		Stopped:  T{"stopped", "已停用", "已停用"},
		Ended:    T{"ended", "療程完結", "疗程完结"},
		Before:   T{"before %s", "之前 %s", "之前 %s"},
		Between:  T{"in between %s, before that as now", "其間 %s，之前與現時相同", "其间 %s，之前与现时相同"},
		Earlier:  T{"earlier %s", "更早 %s", "更早 %s"},
		Worst:    T{"in between %s, %s", "其間 %s（%s）", "其间 %s（%s）"},
		InRange:  T{"in range again", "已回復正常範圍", "已恢复正常范围"},
		Quiet:    T{"%d other test{s} in range", "其他 %d 項在範圍內", "其他 %d 项在范围内"},
		Unjudged: T{"%d other{s} not assessed", "其他 %d 項未經評估", "其他 %d 项未经评估"},
		Visits:   T{"Visits", "就診", "就诊"},
		Reports:  T{"Reports", "報告紀錄", "报告记录"},
		Unkept:   T{"Not kept", "未有應診", "未有应诊"},
		Ahead:    T{"Ahead", "預約轉介", "预约转介"},
		Others:   T{"Others", "其他", "其他"},
	}
}
