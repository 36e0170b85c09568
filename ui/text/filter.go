package text

// Filter are the words of what a list is narrowed to.
type Filter struct {
	All, Period, Kind, Source, Status, Programme, Who, Ours, Others, Differs, OursAlone, OthersAlone, Month, HalfYear, OneYear, FiveYears, Showing, NoList, Empty T
}

func filters() Filter {
	return Filter{
		All:         T{"everything", "全部", "全部"},
		Period:      T{"Period", "時段", "时段"},
		Kind:        T{"Kind", "類別", "类别"},
		Source:      T{"Institution", "機構", "机构"},
		Status:      T{"Status", "狀況", "状况"},
		Programme:   T{"Programme", "計劃", "计划"},
		Who:         T{"Who wrote it", "由誰寫入", "由谁写入"},
		Ours:        T{"◆ this provider", "◆ 本機構", "◆ 本机构"},
		Others:      T{"others", "其他機構", "其他机构"},
		Differs:     T{"≠ another source says otherwise", "≠ 其他來源說法不同", "≠ 其他来源说法不同"},
		OursAlone:   T{"this provider alone", "只有本機構", "只有本机构"},
		OthersAlone: T{"others alone", "只有其他機構", "只有其他机构"},
		Month:       T{"30 days", "30 日內", "30 日内"},
		HalfYear:    T{"6 months", "6 個月內", "6 个月内"},
		OneYear:     T{"1 year", "1 年內", "1 年内"},
		FiveYears:   T{"5 years", "5 年內", "5 年内"},
		Showing:     T{"showing %d of %d", "顯示 %d／%d 項", "显示 %d／%d 项"},
		NoList:      T{"lists alone are filtered; this page has all of its records", "只有列表可以篩選；此頁顯示全部紀錄", "只有列表可以筛选；此页显示全部记录"},
		Empty:       T{"Nothing passes the filter. f changes it, and \"everything\" ends it.", "沒有符合篩選的紀錄。按 f 更改，選「全部」取消。", "没有符合筛选的记录。按 f 更改，选“全部”取消。"},
	}
}
