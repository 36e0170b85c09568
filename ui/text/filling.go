package text

// Filling are the words of a form that is filled in: what an answer lacks, and how one is given. A form's own words are its
// author's.
type Filling struct {
	Yes, No, None, Pair, Unit, Row, Required, From, NotHere, Reckoned, NoMatch, Own, Pick, More, Add, Typing, Lines,
	AsNumber, AsWhole, AsDate, AsDateTime, AsTime, AsURL, AsChoice, AsRecord,
	MustAnswer, TooFew, TooMany, NotNumber, NotWhole, NotDate, NotDateTime, NotTime, NotURL, NotThat, NoOption, TooLow, TooHigh, TooShort, TooLong,
	Pattern, Places, WrongUnit, NoUnit, Alone, Again, TooBig, Rule, WrongKind T
}

func filling() Filling {
	return Filling{
		Yes:         T{"yes", "是", "是"},
		No:          T{"no", "否", "否"},
		None:        T{"–", "–", "–"},
		Pair:        T{"%s: %s", "%s：%s", "%s：%s"},
		Unit:        T{"unit", "單位", "单位"},
		Row:         T{"%s %d of %d", "%s（第 %d 項，共 %d 項）", "%s（第 %d 项，共 %d 项）"},
		Required:    T{"* has to be answered", "* 必須填寫", "* 必须填写"},
		From:        T{"from the record: %s", "取自紀錄：%s", "取自记录：%s"},
		NotHere:     T{"cannot be answered on this desk", "此工作站未能填寫", "此工作站未能填写"},
		Reckoned:    T{"worked out by the form", "由表格計算", "由表格计算"},
		NoMatch:     T{"nothing to choose is called that", "沒有相符的選項", "没有相符的选项"},
		Own:         T{"in your own words: %s", "自行填寫：%s", "自行填写：%s"},
		Pick:        T{"type to find, ↑ ↓ and Enter choose", "輸入以尋找，↑ ↓ 及 Enter 選擇", "输入以查找，↑ ↓ 及 Enter 选择"},
		More:        T{"%d more below", "下面還有 %d 項", "下面还有 %d 项"},
		Add:         T{"Ctrl+N another", "Ctrl+N 加一項", "Ctrl+N 加一项"},
		Typing:      T{"→ or Enter chooses", "→ 或 Enter 選擇", "→ 或 Enter 选择"},
		Lines:       T{"Enter new line · Tab next", "Enter 換行 · Tab 下一項", "Enter 换行 · Tab 下一项"},
		AsNumber:    T{"a number", "數字", "数字"},
		AsWhole:     T{"a whole number", "整數", "整数"},
		AsDate:      T{"as 5-Nov-2026, Nov-2026 or 2026", "如 5-Nov-2026、Nov-2026 或 2026", "如 5-Nov-2026、Nov-2026 或 2026"},
		AsDateTime:  T{"as 5-Nov-2026 09:30, or a date", "如 5-Nov-2026 09:30，或日期", "如 5-Nov-2026 09:30，或日期"},
		AsTime:      T{"as 09:30", "如 09:30", "如 09:30"},
		AsURL:       T{"an address", "網址", "网址"},
		AsChoice:    T{"← →, its digit or its first letters", "← →、選項號碼或首字", "← →、选项号码或首字"},
		AsRecord:    T{"a record of this chart", "此病歷的紀錄", "此病历的记录"},
		MustAnswer:  T{"has to be answered", "必須填寫", "必须填写"},
		TooFew:      T{"%d more {has|have} to be answered", "還須填寫 %d 項", "还须填写 %d 项"},
		TooMany:     T{"more than %d", "多於 %d 項", "多于 %d 项"},
		NotNumber:   T{"is no number", "不是數字", "不是数字"},
		NotWhole:    T{"is no whole number", "不是整數", "不是整数"},
		NotDate:     T{"is no date as 5-Nov-2026", "不是如 5-Nov-2026 的日期", "不是如 5-Nov-2026 的日期"},
		NotDateTime: T{"is no date and time as 5-Nov-2026 09:30", "不是如 5-Nov-2026 09:30 的日期及時間", "不是如 5-Nov-2026 09:30 的日期及时间"},
		NotTime:     T{"is no time as 09:30", "不是如 09:30 的時間", "不是如 09:30 的时间"},
		NotURL:      T{"is no address", "不是網址", "不是网址"},
		NotThat:     T{"will not do as an answer", "不能作為答案", "不能作为答案"},
		NoOption:    T{"is none of those to choose from", "並非選項之一", "并非选项之一"},
		TooLow:      T{"is less than %s, or before it", "小於或早於 %s", "小于或早于 %s"},
		TooHigh:     T{"is more than %s, or after it", "大於或遲於 %s", "大于或迟于 %s"},
		TooShort:    T{"has fewer than %d character{s}", "少於 %d 個字", "少于 %d 个字"},
		TooLong:     T{"has more than %d character{s}", "多於 %d 個字", "多于 %d 个字"},
		Pattern:     T{"is not written as the form asks", "格式不符表格要求", "格式不符表格要求"},
		Places:      T{"has more than %d decimal place{s}", "多於 %d 個小數位", "多于 %d 个小数位"},
		WrongUnit:   T{"is in a unit that is not asked for", "單位不符", "单位不符"},
		NoUnit:      T{"needs its unit", "須選擇單位", "须选择单位"},
		Alone:       T{"goes with no other answer", "不能與其他答案並存", "不能与其他答案并存"},
		Again:       T{"stands there twice", "重複", "重复"},
		TooBig:      T{"is bigger than %d byte{s}", "大於 %d 位元組", "大于 %d 字节"},
		Rule:        T{"does not agree with the other answers", "與其他答案不符", "与其他答案不符"},
		WrongKind:   T{"is of another kind than %s", "類別並非 %s", "类别并非 %s"},
	}
}
