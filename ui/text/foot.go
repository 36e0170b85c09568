package text

// Foot are the words of keys in the footer of a chart, where the catalogue's would say less, and
// those of what stands under its rail.
type Foot struct {
	Years, Period, Dates, Sources, Reference, Rows, Laboratory, AsList, Time, List, Next, Whose, Count, One T
}

func foot() Foot {
	return Foot{
		Years:      T{"year", "年份", "年份"},
		Period:     T{"period", "時段", "时段"},
		Dates:      T{"dates", "日期", "日期"},
		Sources:    T{"institution", "機構", "机构"},
		Reference:  T{"reference", "參照", "参照"},
		Rows:       T{"choose", "選擇", "选择"},
		Laboratory: T{"lab", "化驗", "化验"},
		AsList:     T{"as a list", "列表", "列表"},
		Time:       T{"time", "時間線", "时间线"},
		List:       T{"to the list", "往列表", "往列表"},
		Whose:      T{"Whose records", "紀錄來源", "记录来源"},
		Count:      T{"%s record{s}", "%s 項", "%s 项"},
		One:        T{"1 record", "1 項", "1 项"},
		Next:       T{"next patient", "下一位病人", "下一位病人"},
	}
}
