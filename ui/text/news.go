package text

// News are the words of what came new of somebody on the day's list and waits to be acknowledged by name. On the list none
// of them says what it is.
type News struct {
	Owner, Nobody, Stays, Taken, Hint, // on the list
	Title, Act, Know, Since, Whose, Key, KeyAll, Kept, KeptAll, None, NoKnow, NotSeen, NotReviews T // in the chart
}

func newsPhrases() News {
	return News{
		Owner:      T{"%s has it", "由 %s 跟進", "由 %s 跟进"},
		Nobody:     T{"nobody has it yet: T", "未有人跟進：T", "未有人跟进：T"},
		Stays:      T{"it leaves the list once it is acknowledged in the chart", "須於病歷中確認後才會移除", "须于病历中确认后才会移除"},
		Taken:      T{"you have what waits of this patient", "已由你跟進此病人的待確認事項", "已由你跟进此病人的待确认事项"},
		Hint:       T{"open what is new", "開啟新紀錄", "打开新记录"},
		Title:      T{"To acknowledge", "待確認", "待确认"},
		Act:        T{"TO ACT ON", "待處理", "待处理"},
		Know:       T{"to know", "待知悉", "待知悉"},
		Since:      T{"here for %s", "已等候 %s", "已等候 %s"},
		Whose:      T{"%s has it", "由 %s 跟進", "由 %s 跟进"},
		Key:        T{"y acknowledges one", "y 確認一項", "y 确认一项"},
		KeyAll:     T{"Y all that is to be known", "Y 確認全部待知悉項目", "Y 确认全部待知悉项目"},
		Kept:       T{"acknowledged by you, and written in the access log", "已由你確認，並已記入取覽記錄", "已由你确认，并已记入取览记录"},
		KeptAll:    T{"%d acknowledged by you, and written in the access log", "已由你確認 %d 項，並已記入取覽記錄", "已由你确认 %d 项，并已记入取览记录"},
		None:       T{"nothing that waits to be acknowledged is in focus", "沒有選取待確認的項目", "没有选取待确认的项目"},
		NoKnow:     T{"nothing that is to be known waits", "沒有待知悉的項目", "没有待知悉的项目"},
		NotReviews: T{"what came new is for who sees referrals and results", "只供可查閱轉介及結果的人員", "只供可查阅转介及结果的人员"},
		NotSeen:    T{"a record that cannot be seen here now", "本站現時看不到的紀錄", "本站现时看不到的记录"},
	}
}
