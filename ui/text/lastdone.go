package text

import (
	"strconv"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/lastdone"
)

// LastDone are the words of when a test, an examination or a vaccine was last done. There is
// none for "never": a desk knows what it read.
type LastDone struct {
	Title, Ask, Making, Last, None, Elsewhere, Seen, Lacking, Times, Repeats, Order, Result, NoPlace T
}

func lastDone() LastDone {
	return LastDone{
		Title:     T{"Last done", "上次進行", "上次进行"},
		Ask:       T{"Test, image or vaccine", "檢驗、造影或疫苗", "检验、影像或疫苗"},
		Making:    T{"Looking for what was done…", "正在查找已進行的項目…", "正在查找已进行的项目…"},
		Last:      T{"last done %s", "上次於 %s", "上次于 %s"},
		None:      T{"None in what was read: %s", "在已讀取的紀錄中沒有：%s", "在已读取的记录中没有：%s"},
		Elsewhere: T{"It may have been done elsewhere.", "可能曾在其他地方進行。", "可能曾在其他地方进行。"},
		Seen:      T{"all records of these kinds that are shared were read", "已讀取此等類別的全部互通紀錄", "已读取此等类别的全部互通记录"},
		Lacking:   T{"not all seen: %s", "未能全部查閱：%s", "未能全部查阅：%s"},
		Times:     T{"%s record{s}", "%s 項紀錄", "%s 项记录"},
		Repeats:   T{"Possible duplicate orders", "可能重複的檢驗單", "可能重复的检验单"},
		Order:     T{"ordered %s as well, %s day{s} before; rule: within %s", "%[2]s 日前已開單（%[1]s）；規則：%[3]s 日內", "%[2]s 日前已开单（%[1]s）；规则：%[3]s 日内"},
		Result:    T{"result of %s, %s day{s} before; rule: within %s", "%[2]s 日前已有結果（%[1]s）；規則：%[3]s 日內", "%[2]s 日前已有结果（%[1]s）；规则：%[3]s 日内"},
		NoPlace:   T{"place not recorded", "沒有記錄地點", "没有记录地点"},
	}
}

// Done is what something that was done is called: a test and a vaccine of the tables in the
// screen's language, an examination as its sender wrote it.
func (w Words) Done(t *lastdone.Thing) string {
	if term := t.Test(); term != nil && t.Last.Kind != ehrdesk.KindImmunisation {
		return w.Test(term, t.Name, t.Last.Title)
	}
	if s := w.Concept(t.Name); s != "" {
		return s
	}
	return ehrdesk.CleanLine(t.Last.Title)
}

// RepeatOf says what an order follows, and by which rule it is named.
func (w Words) RepeatOf(r *lastdone.Repeat) string {
	how := w.c.LastDone.Order
	if r.Result {
		how = w.c.LastDone.Result
	}
	return Sprintf(w.t(how), w.Date(r.Before.Date), strconv.Itoa(r.Days), strconv.Itoa(r.Within))
}
