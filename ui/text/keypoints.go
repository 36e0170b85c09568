package text

import (
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/changes"
	"github.com/ehrdesk/ehrdesk/internal/clinical/keypoints"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
)

// KeyPoints are the words of the three key points: a template a kind of clause, into which
// facts are set as they are recorded. None has a word that says why.
type KeyPoints struct {
	Now, Changed, Looked, ToDo, Said, Label, Whole, More, Nothing, Unavailable, Which, NoSuch, OfConsent T
	Coverage, Records, Sources, Notes, Hidden, Partly, Lacking, NotSynced                                T
	Allergy, Started, Dose, DoseChanged, Was, Stopped, Ended, Diagnosis, Admission, Emergency, Trend,
	Referral, Stop, Warning, Unrepeated, Conflict, NoAllergies, Missed, Unanswered, Awaited, Repeated, Disagreement, Contradiction, Future, Ending T
}

func keyPoints() KeyPoints {
	return KeyPoints{
		Now:           T{"NOW", "現況", "现况"},
		Changed:       T{"CHANGED", "改變", "改变"},
		Looked:        T{"since %s", "自 %s", "自 %s"},
		ToDo:          T{"TO DO", "待辦", "待办"},
		Said:          T{"%s: %s", "%s：%s", "%s：%s"},
		Label:         T{"Automatic extract, rules v%s; not a clinical opinion", "自動摘錄（規則 v%s），並非臨床意見", "自动摘录（规则 v%s），并非临床意见"},
		Whole:         T{"all key points", "全部要點", "全部要点"},
		More:          T{"+ %s more (v)", "另有 %s 項（v）", "另有 %s 项（v）"},
		Nothing:       T{"Nothing found in what was read", "在已讀取的紀錄中沒有發現", "在已读取的记录中没有发现"},
		Unavailable:   T{"not all seen: %s", "未能全部查閱：%s", "未能全部查阅：%s"},
		Which:         T{"Open record number", "開啟紀錄編號", "打开记录编号"},
		NoSuch:        T{"no record has that number here", "此處沒有該編號的紀錄", "此处没有该编号的记录"},
		OfConsent:     T{"[consent]", "[同意]", "[同意]"},
		Coverage:      T{"Coverage", "涵蓋", "涵盖"},
		Records:       T{"%s record{s}", "%s 項紀錄", "%s 项记录"},
		Sources:       T{"%s source{s}", "%s 個來源", "%s 个来源"},
		Notes:         T{"%s free-text document{s} not read", "%s 份文件內文沒有讀取", "%s 份文件正文没有读取"},
		Hidden:        T{"%s type{s} hidden for your role", "%s 類因職系不顯示", "%s 类因职系不显示"},
		Partly:        T{"%s type{s} seen in part", "%s 類只見部分", "%s 类只见部分"},
		Lacking:       T{"%s record{s} kept aside or not received", "%s 項擱置或未收到", "%s 项搁置或未收到"},
		NotSynced:     T{"never synchronised", "未曾同步", "未曾同步"},
		Allergy:       T{"allergy %s", "過敏 %s", "过敏 %s"},
		Started:       T{"started %s", "開始 %s", "开始 %s"},
		Dose:          T{"%s now %s", "%s 現為 %s", "%s 现为 %s"},
		DoseChanged:   T{"%s changed", "%s 已更改", "%s 已更改"},
		Was:           T{"before %s", "之前 %s", "之前 %s"},
		Stopped:       T{"stopped %s", "停用 %s", "停用 %s"},
		Ended:         T{"ended %s", "完結 %s", "完结 %s"},
		Diagnosis:     T{"new diagnosis %s", "新診斷 %s", "新诊断 %s"},
		Admission:     T{"admitted %s", "入院 %s", "入院 %s"},
		Emergency:     T{"emergency visit %s", "急症求診 %s", "急诊就诊 %s"},
		Trend:         T{"(%[1]s result{s}, %[2]s month{s})", "（%[1]s 次，%[2]s 個月）", "（%[1]s 次，%[2]s 个月）"},
		Referral:      T{"referred %s", "轉介 %s", "转介 %s"},
		Stop:          T{"STOP %s + %s", "停 %s + %s", "停 %s + %s"},
		Warning:       T{"WARNING %s + %s", "警告 %s + %s", "警告 %s + %s"},
		Unrepeated:    T{"no repeat on record", "沒有覆檢紀錄", "没有复检记录"},
		Conflict:      T{"allergies disagree: %s / none known %s", "過敏紀錄不一致：%s／沒有已知過敏 %s", "过敏记录不一致：%s／没有已知过敏 %s"},
		NoAllergies:   T{"allergies not recorded", "沒有過敏紀錄", "没有过敏记录"},
		Missed:        T{"not come %s", "未應診 %s", "未应诊 %s"},
		Unanswered:    T{"referral without reply %s", "轉介未有回覆 %s", "转介未有回复 %s"},
		Awaited:       T{"ordered, no result %s", "已開單未有結果 %s", "已开单未有结果 %s"},
		Repeated:      T{"possible duplicate order %s", "可能重複的檢驗單 %s", "可能重复的检验单 %s"},
		Disagreement:  T{"records disagree on %s", "紀錄不一致：%s", "记录不一致：%s"},
		Contradiction: T{"name and code disagree: %s", "名稱與編碼不一致：%s", "名称与编码不一致：%s"},
		Future:        T{"dated in the future: %s", "日期在將來：%s", "日期在将来：%s"},
		Ending:        T{"consent ends %s", "同意於 %s 結束", "同意于 %s 结束"},
	}
}

// KeyPoint says a clause of the key points: facts as they are recorded in a sentence of the
// language. short makes the name of an institution fit; nil leaves it as it is.
func (w Words) KeyPoint(c *keypoints.Clause, short func(string) string) string {
	return ehrdesk.CleanLine(w.keyPoint(c, short))
}

func (w Words) keyPoint(c *keypoints.Clause, short func(string) string) string {
	t, name := &w.c.KeyPoints, w.Concept(c.Name)
	dated := func(s string) string { return join(" ", s, w.Date(c.At)) }
	sourced := func(s string) string { return join(", ", s, w.from(c, short)) }
	switch c.Kind {
	case keypoints.Problem, keypoints.MoreProblem:
		return name
	case keypoints.Allergy:
		return w.put(t.Allergy, w.reacted(c.Allergy))
	case keypoints.HighRisk:
		return join(" ", w.drugOf(&c.Drug.Drug), w.highRisk(&c.Drug.Drug))
	case keypoints.Started:
		return sourced(w.put(t.Started, join(" ", w.drugOf(&c.Drug.Drug), w.amountOf(c.Drug.Drug.Lead, &c.Drug.Drug))))
	case keypoints.Changed:
		return sourced(w.doseChanged(c.Drug))
	case keypoints.Stopped:
		return sourced(w.put(t.Stopped, w.drugOf(&c.Drug.Drug)))
	case keypoints.Ended:
		return sourced(w.put(t.Ended, w.drugOf(&c.Drug.Drug)))
	case keypoints.Diagnosis:
		return sourced(w.put(t.Diagnosis, name))
	case keypoints.Admission:
		return sourced(w.put(t.Admission, name))
	case keypoints.Emergency:
		return sourced(w.put(t.Emergency, name))
	case keypoints.NewReferral:
		return sourced(w.put(t.Referral, name))
	case keypoints.Critical, keypoints.Abnormal:
		return dated(w.latest(c.Series))
	case keypoints.Trend:
		return dated(w.moved(c))
	case keypoints.Unrepeated:
		return join(", ", dated(w.latest(c.Series)), w.t(t.Unrepeated))
	case keypoints.Alerted:
		how := t.Warning
		if c.Alert.Tier == 1 {
			how = t.Stop
		}
		return w.put(how, c.Alert.Names[0], c.Alert.Names[1])
	case keypoints.Conflict:
		return w.put(t.Conflict, w.reacted(c.Allergy), w.Date(c.At))
	case keypoints.NoAllergies:
		return w.t(t.NoAllergies)
	case keypoints.Missed:
		return dated(w.put(t.Missed, name))
	case keypoints.Unanswered:
		return dated(w.put(t.Unanswered, name))
	case keypoints.Awaited:
		return dated(w.put(t.Awaited, name))
	case keypoints.Repeated:
		return dated(w.put(t.Repeated, name))
	case keypoints.Disagreement:
		return dated(w.put(t.Disagreement, w.drugOf(&c.Drug.Drug)))
	case keypoints.Contradiction:
		return w.put(t.Contradiction, w.drugOf(&c.Drug.Drug))
	case keypoints.Future:
		return dated(w.put(t.Future, name))
	case keypoints.Ending:
		return w.put(t.Ending, w.Date(ehrdesk.At(c.Ends)))
	}
	return ""
}

// from is the institution and the day of what a clause cites first.
func (w Words) from(c *keypoints.Clause, short func(string) string) string {
	if len(c.Records) == 0 {
		return ""
	}
	source := ehrdesk.CleanLine(c.Records[0].Source)
	if short != nil {
		source = short(source)
	}
	return join(" ", source, w.Date(c.At))
}

// reacted is an allergy with what it does.
func (w Words) reacted(en ehrdesk.AllergyEntry) string {
	substance, reaction := w.Allergy(en)
	return join(" – ", substance, reaction)
}

// drugOf is a drug by its generic name, whole.
func (w Words) drugOf(d *medication.Drug) string {
	f := w.Open(d.Lead)
	line := w.Drug(d.Lead, &f)
	return line.Before + line.Generic
}

// highRisk are the high-risk groups of a drug.
func (w Words) highRisk(d *medication.Drug) string {
	var out []string
	for _, g := range d.Risks {
		if word := w.Group(g); !strings.EqualFold(word, d.Name) {
			out = append(out, word)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "(" + strings.Join(out, ", ") + ")"
}

// amountOf is how much of a drug is taken at a time, in the sender's digits; where he coded
// no amount what he wrote. How often is not said here: "twice a day" may be a code without a
// digit. d is nil for an order that is no longer in force.
func (w Words) amountOf(r *ehrdesk.Record, d *medication.Drug) string {
	f := w.Open(r)
	n := len(f.Dosages)
	if n == 0 {
		return ""
	}
	at := &f.Dosages[0]
	switch {
	case n > 1 && d != nil && d.Step > 0 && d.Step <= n:
		at = &f.Dosages[d.Step-1]
	case n > 1 && d == nil:
		at = &f.Dosages[n-1]
	case n > 1:
		return ""
	}
	if amount := w.doses(at.Doses); amount != "" {
		return amount
	}
	return at.Text
}

// doseChanged is a dose and the one before it. Where both amounts are one, it is taken at
// other times, which the records say.
func (w Words) doseChanged(d *changes.Drug) string {
	t, name := &w.c.KeyPoints, w.drugOf(&d.Drug)
	now, was := w.amountOf(d.Drug.Lead, &d.Drug), ""
	if d.From != nil {
		was = w.amountOf(d.From, nil)
	}
	if now == "" || now == was {
		return w.put(t.DoseChanged, name)
	}
	said := w.put(t.Dose, name, now)
	if was != "" {
		said = join(", ", said, w.put(t.Was, was))
	}
	return said
}

// latest is a test with its newest value, unit and flag.
func (w Words) latest(s *results.Series) string {
	last := s.Last()
	value := join(" ", w.Number(last.Comparator, last.Number, last.Limits.Lower, last.Limits.Upper), w.Unit(s.Unit))
	stage := w.t(w.c.Laboratory.Stage(last.Stage))
	return join(" ", join(" ", w.Test(s.Term, s.Name, s.Title), value), join(" ", w.FlagOf(last.Flag), stage))
}

// moved is a test from the first value of its course to the last, with how many they are
// and over how long.
func (w Words) moved(c *keypoints.Clause) string {
	m, s := c.Move, c.Series
	span := w.put(w.c.KeyPoints.Trend, strconv.Itoa(m.Count), strconv.Itoa(results.Months(m.From.At, m.To.At.Time)))
	course := w.Number(m.From.Comparator, m.From.Number) + "→" + w.Number(m.To.Comparator, m.To.Number)
	return join(" ", join(" ", join(" ", w.Test(s.Term, s.Name, s.Title), course), w.Unit(s.Unit)), join(" ", span, w.FlagOf(s.Last().Flag)))
}

// KeyCoverage is what the key points were taken from, part by part.
func (w Words) KeyCoverage(c *keypoints.Coverage) (out []string) {
	t := &w.c.KeyPoints
	add := func(n int, how T) {
		if n > 0 {
			out = append(out, Sprintf(w.t(how), thousands(strconv.Itoa(n))))
		}
	}
	out = append(out, Sprintf(w.t(t.Records), thousands(strconv.Itoa(c.Records))))
	add(c.Sources, t.Sources)
	if from, to := w.Date(c.From), w.Date(c.To); from != "" {
		if from != to {
			from += " – " + to
		}
		out = append(out, from)
	}
	add(c.Notes, t.Notes)
	add(len(c.Hidden), t.Hidden)
	add(len(c.Partly), t.Partly)
	add(c.Lacking, t.Lacking)
	if c.AsOf.IsZero() {
		out = append(out, w.t(t.NotSynced))
	}
	return out
}
