package text

// Timeline are the words of all records by time.
type Timeline struct {
	Making, Alone, Booked, Unfold, Copies, Drugs, Results, Abnormal, Diagnoses, Reports, Others T
}

func timelines() Timeline {
	return Timeline{
		Making:    T{"Putting the records in order…", "正在排列紀錄…", "正在排列记录…"},
		Alone:     T{"no other record is folded under this one", "此紀錄之下沒有摺疊其他紀錄", "此记录之下没有折叠其他记录"},
		Booked:    T{"by appointment", "按預約", "按预约"},
		Unfold:    T{"unfold", "展開", "展开"},
		Copies:    T{"%d more source{s} {says|say} the same", "另有 %d 個來源相同", "另有 %d 个来源相同"},
		Drugs:     T{"drugs %d", "藥物 %d", "药物 %d"},
		Results:   T{"results %d", "結果 %d", "结果 %d"},
		Abnormal:  T{"%d abnormal", "%d 項異常", "%d 项异常"},
		Diagnoses: T{"diagnoses %d", "診斷 %d", "诊断 %d"},
		Reports:   T{"reports %d", "報告 %d", "报告 %d"},
		Others:    T{"others %d", "其他 %d", "其他 %d"},
	}
}
