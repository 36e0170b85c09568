package text

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// Laboratory are the words of the laboratory table, of its list by report, and of the
// trend of a test.
type Laboratory struct {
	Title, Table, Reports, Newest, Older, Newer, Making, None, NoReports, WordsPanel, OtherPanel, ReportNamed,
	NotAssessed, Partial, Pending, Corrected, Unsure, Critical, NoDate, Several, Results, Result, Sources, HintTable, HintReports, HintOlder, HintNewer,
	OtherPatient, Above, Below, Lacking, NoNumber, NoOlder, NoNewer, Earlier, NoTrend T
	Panels map[string]T // groups of the table of tests

	Trend, Last, Before, Range, InRange, RangesDiffer, NoRanges, OtherUnit, OtherSeries, Month, HalfYear, Year, FiveYears, All,
	OlderNotShown, HintLonger, HintShorter, HintSeries, Longest, Shortest, OneSeries, Undated, Behind, BloodPressure, Marks T
}

func laboratory() Laboratory {
	return Laboratory{
		Title:        T{"Laboratory", "化驗", "化验"},
		Table:        T{"table", "表", "表"},
		Reports:      T{"reports", "報告", "报告"},
		Newest:       T{"newest at the right", "最新在右", "最新在右"},
		Older:        T{"%s older: [", "另有 %s 次較舊：按 [", "另有 %s 次较旧：按 ["},
		Newer:        T{"%s newer: ]", "另有 %s 次較新：按 ]", "另有 %s 次较新：按 ]"},
		Making:       T{"Putting results together…", "正在整理結果…", "正在整理结果…"},
		None:         T{"No laboratory results recorded in what is shared.", "互通紀錄中沒有化驗結果。", "互通记录中没有化验结果。"},
		NoReports:    T{"No reports recorded in what is shared.", "互通紀錄中沒有報告。", "互通记录中没有报告。"},
		WordsPanel:   T{"In words", "文字結果", "文字结果"},
		OtherPanel:   T{"Other tests", "其他化驗", "其他化验"},
		ReportNamed:  T{"Report", "報告", "报告"},
		NotAssessed:  T{"not assessed", "未評定", "未评定"},
		Partial:      T{"PARTIAL", "部分結果", "部分结果"},
		Pending:      T{"pending", "待報", "待报"},
		Corrected:    T{"CORRECTED", "已更正", "已更正"},
		Unsure:       T{"NOT FINAL", "未確定", "未确定"},
		Critical:     T{"CRITICAL", "危急", "危急"},
		NoDate:       T{"no date", "沒有日期", "没有日期"},
		Several:      T{"several", "多個範圍", "多个范围"},
		Results:      T{"%s result{s}", "%s 項結果", "%s 项结果"},
		Result:       T{"%s result", "%s 項結果", "%s 项结果"},
		Sources:      T{"%s source{s}", "%s 個來源", "%s 个来源"},
		HintTable:    T{"table", "表", "表"},
		HintReports:  T{"reports", "報告", "报告"},
		HintOlder:    T{"older", "較舊", "较旧"},
		HintNewer:    T{"newer", "較新", "较新"},
		OtherPatient: T{"not of the patient", "並非病人本人", "并非病人本人"},
		Above:        T{"▲ %s above", "▲ 上方 %s 項", "▲ 上方 %s 项"},
		Below:        T{"▼ %s more", "▼ 另有 %s 項", "▼ 另有 %s 项"},
		Lacking:      T{"%s result{s} of it {is|are} not here", "其中 %s 項結果不在此處", "其中 %s 项结果不在此处"},
		NoNumber:     T{"a result in words has no trend", "文字結果沒有走勢", "文字结果没有走势"},
		Earlier:      T{"%s earlier", "另有 %s 次較早", "另有 %s 次较早"},
		NoOlder:      T{"the oldest results are shown", "已顯示最舊結果", "已显示最旧结果"},
		NoNewer:      T{"the newest results are shown", "已顯示最新結果", "已显示最新结果"},
		NoTrend:      T{"there is no number to show a trend of", "沒有可顯示走勢的數值", "没有可显示走势的数值"},
		Panels:       panels(),

		Trend:         T{"Trend", "走勢", "走势"},
		Last:          T{"last %s", "最近 %s", "最近 %s"},
		Before:        T{"before %s", "上次 %s", "上次 %s"},
		Range:         T{"range %s", "參考範圍 %s", "参考范围 %s"},
		InRange:       T{"in range", "參考範圍內", "参考范围内"},
		RangesDiffer:  T{"ranges differ between results: no band", "各次參考範圍不同：不顯示範圍帶", "各次参考范围不同：不显示范围带"},
		NoRanges:      T{"no range given", "沒有參考範圍", "没有参考范围"},
		OtherUnit:     T{"%s more in %s: v", "另有 %s 項以 %s 為單位：按 v", "另有 %s 项以 %s 为单位：按 v"},
		OtherSeries:   T{"v %s", "v %s", "v %s"},
		Month:         T{"1m", "1月", "1月"},
		HalfYear:      T{"6m", "6月", "6月"},
		Year:          T{"1y", "1年", "1年"},
		FiveYears:     T{"5y", "5年", "5年"},
		All:           T{"all", "全部", "全部"},
		Marks:         T{"▀●▄ top, middle, foot of row", "▀●▄ 位於該行上、中、下", "▀●▄ 位于该行上、中、下"},
		OlderNotShown: T{"%s older not in this period: [", "另有 %s 項較舊，不在此時段：按 [", "另有 %s 项较旧，不在此时段：按 ["},
		HintLonger:    T{"longer period", "較長時段", "较长时段"},
		HintShorter:   T{"shorter period", "較短時段", "较短时段"},
		HintSeries:    T{"other unit or test", "其他單位或化驗", "其他单位或化验"},
		Longest:       T{"this is the longest period", "已是最長時段", "已是最长时段"},
		Shortest:      T{"this is the shortest period", "已是最短時段", "已是最短时段"},
		OneSeries:     T{"there is no other number of this record or test", "此紀錄或化驗沒有其他數值", "此记录或化验没有其他数值"},
		Undated:       T{"%s without a date are not drawn", "%s 項沒有日期，不顯示於圖上", "%s 项没有日期，不显示于图上"},
		Behind:        T{"%s behind others: all are below", "%s 項與其他重疊：全部列於下方", "%s 项与其他重叠：全部列于下方"},
		BloodPressure: T{"Blood pressure", "血壓", "血压"},
	}
}

func panels() map[string]T {
	return map[string]T{
		"diabetes": {"Diabetes", "糖尿病", "糖尿病"}, "kidney": {"Kidney", "腎功能", "肾功能"}, "electrolytes": {"Electrolytes", "電解質", "电解质"},
		"liver": {"Liver", "肝功能", "肝功能"}, "lipids": {"Lipids", "血脂", "血脂"}, "blood": {"Blood count", "血球計數", "血细胞计数"},
		"iron": {"Iron and vitamins", "鐵質及維生素", "铁质及维生素"}, "coagulation": {"Coagulation", "凝血", "凝血"}, "bone": {"Bone", "骨質", "骨质"},
		"cardiac": {"Heart", "心臟", "心脏"}, "thyroid": {"Thyroid", "甲狀腺", "甲状腺"}, "hormones": {"Hormones", "荷爾蒙", "荷尔蒙"},
		"inflammation": {"Inflammation and immunity", "炎症及免疫", "炎症及免疫"}, "tumour": {"Tumour markers", "腫瘤標記", "肿瘤标记"},
		"hepatitis": {"Viruses", "病毒", "病毒"}, "urine": {"Urine", "尿液", "尿液"}, "drugs": {"Drug levels", "藥物水平", "药物水平"},
		"gases": {"Blood gases", "血氣", "血气"}, "vitals": {"Vital signs", "生命表徵", "生命表征"}, "body": {"Body measures", "身體量度", "身体量度"},
		"lung": {"Lung function", "肺功能", "肺功能"}, "scores": {"Scores", "評分", "评分"},
	}
}

// Test is the name of a test in the screen's language, where the table has it; else its
// words as its sender wrote them. In Chinese the letters that doctors read stand before
// it: INR 國際標準化比值.
func (w Words) Test(t *terms.Term, sent ehrdesk.Concept, title string) string {
	if t != nil {
		switch w.lang {
		case Hant:
			return lettered(t.English, t.Hant)
		case Hans:
			return lettered(t.English, t.Hans)
		case English:
		}
		if first, _, _ := strings.Cut(t.English, " "); first == strings.ToLower(first) {
			return strings.ToUpper(t.English[:1]) + t.English[1:]
		}
		return t.English
	}
	if s := w.Concept(sent); s != "" {
		return s
	}
	return ehrdesk.CleanLine(title)
}

// lettered is a Chinese name with the abbreviation of its English one, which is a word
// with two capitals at least, before it where it does not have it itself.
func lettered(english, chinese string) string {
	var letters []string
	for _, word := range strings.Fields(english) {
		capitals := strings.Count(strings.Map(func(r rune) rune {
			if r >= 'A' && r <= 'Z' {
				return 'A'
			}
			return 'a'
		}, word), "A")
		if word = strings.Trim(word, "(),"); capitals > 1 && word != "VIII" && !strings.Contains(strings.ToUpper(chinese), strings.ToUpper(word)) {
			letters = append(letters, word)
		}
	}
	return strings.Join(append(letters, chinese), " ")
}

// Stage is how far a result has come, empty where it is final.
func (l *Laboratory) Stage(s results.Stage) T {
	switch s {
	case results.Preliminary:
		return l.Partial
	case results.Corrected:
		return l.Corrected
	case results.Unsure:
		return l.Unsure
	case results.Final:
	}
	return T{}
}

// Number is a result's number as rows have it: with its comparator, digits as sent.
func (w Words) Number(sign, number string, limits ...string) string {
	return ehrdesk.CleanLine(comparator(sign) + short(number, limits))
}

// Unit is a unit as it was sent, readable.
func (w Words) Unit(q ehrdesk.Quantity) string { return ehrdesk.CleanLine(w.unit(q)) }

// FlagOf are the letter, arrow and word of a flag, "" for none.
func (w Words) FlagOf(f ehrdesk.Flag) string { return w.flagWords(f) }

// StatusOf is a FHIR status in words.
func (w Words) StatusOf(resource, code string) string {
	return ehrdesk.CleanLine(w.status(resource, code))
}
