package summary

import (
	"fmt"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// drugs are what is taken now: the drug, how much and how often, the high-risk group in
// a word. A name is never shortened.
func (p *Page) drugs() section {
	e, t := p.b.Env, &p.b.Env.T.Summary
	out := section{name: e.S(t.Medication), to: intent.Intent{ID: intent.Medication}}
	words := p.b.Words()
	for i := range p.data.Drugs {
		d := &p.data.Drugs[i]
		f := words.Open(d.Lead)
		named := words.Drug(d.Lead, &f)
		step := ""
		if n := len(f.Dosages); d.Step > 0 && d.Step <= n && n > 1 { // of a taper the step that it has come to
			step = fmt.Sprintf(e.S(t.Step), d.Step, n)
			f.Dosages = f.Dosages[d.Step-1 : d.Step]
		}
		l := line{rec: *d.Lead, title: named.Before + named.Generic, value: words.ShortDose(&f), flag: words.HighRisk(d), style: theme.Abnormal,
			date: p.since(d), source: ehrdesk.CleanLine(d.Source)}
		l.value = joined(l.value, step)
		if d.State != medication.Started {
			l.value = joined(l.value, words.DrugState(d.State))
		}
		out.lines = append(out.lines, l)
	}
	if p.data.PastDrugs > 0 {
		out.note = p.counted(t.Past, p.data.PastDrugs)
	}
	standing := p.b.Of(ehrdesk.KindMedication)
	if len(out.lines) > 0 {
		return out
	}
	if n := p.data.NoDrugs; n != nil && standing == page.Seen {
		row := p.b.Row(n.Record)
		out.lines = append(out.lines, line{rec: *n.Record, title: row.Title, date: row.Day, source: ehrdesk.CleanLine(n.Record.Source)})
		return out
	}
	if out.why = p.b.Why(standing); out.why == "" {
		out.why = e.S(t.NoCurrent)
	}
	return out
}

// since is when a drug was first taken, as far as is on record; where its dose has
// changed after that, the day of the change with the mark that the medication page has.
func (p *Page) since(d *medication.Drug) string {
	words := p.b.Words()
	if first := words.Date(d.First); first != "" && first != words.Date(d.Since) {
		return "~ " + words.Date(d.Since)
	}
	return words.Date(d.Since)
}

// sparkCells is the width of a sparkline.
const sparkCells = 6

// results are the tests whose newest result is abnormal or that move, the value with
// its unit, its flag in letter and word, and the last values as a sparkline.
func (p *Page) results() section {
	e, t := p.b.Env, &p.b.Env.T.Summary
	out := section{name: e.S(t.Results), to: intent.Intent{ID: intent.PickType, Arg: int(ehrdesk.LaboratoryRadiology) - 1}}
	words := p.b.Words()
	for i := range p.data.Results {
		s := &p.data.Results[i].Series
		last := s.Last()
		value := words.Number(last.Comparator, last.Number, last.Limits.Lower, last.Limits.Upper)
		if u := words.Unit(s.Unit); u != "" {
			value += " " + u
		}
		l := line{rec: *last.Record, title: words.Test(s.Term, s.Name, s.Title), value: value, flag: words.FlagOf(last.Flag), style: theme.Abnormal,
			date: words.Date(last.At), source: ehrdesk.CleanLine(last.Record.Source)}
		if last.Critical() {
			l.style = theme.Critical
		}
		values := make([]float64, len(s.Points))
		for k := range s.Points {
			values[k] = s.Points[k].Value
		}
		l.spark = widget.Spark(values, sparkCells)
		if m := p.data.Results[i].Move; m.Why != results.Still && m.From != nil {
			l.spark = joined(l.spark, fmt.Sprintf(e.S(t.Moved), words.Number(m.From.Comparator, m.From.Number), m.Count))
		}
		out.lines = append(out.lines, l)
	}
	standing := p.b.Of(ehrdesk.KindLaboratory)
	if len(out.lines) > 0 {
		return out
	}
	if out.why = p.b.Why(standing); out.why == "" {
		out.why = e.S(t.NoAbnormal)
	}
	return out
}

func joined(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + "  " + b
}
