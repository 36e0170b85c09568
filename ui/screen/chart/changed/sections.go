package changed

import (
	"cmp"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/changes"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// sections are what changed, in words, in the order of what a doctor asks first.
func (p *Page) sections() []sections.Section {
	t, s := &p.b.Env.T.Changed, p.b.Env.T.Summary
	out := []sections.Section{
		p.drugs(),
		p.results(),
		p.vitals(),
		p.records(s.Problems, p.data.Problems, p.problem, ehrdesk.KindDiagnosis),
		p.records(s.Allergies, p.data.Allergies, p.line, ehrdesk.KindAllergy),
		p.records(t.Visits, p.data.Visits, p.visit, ehrdesk.KindEncounter),
		p.records(t.Reports, p.data.Reports, p.line, ehrdesk.KindNote, ehrdesk.KindRadiology, ehrdesk.KindOtherInvestigation, ehrdesk.KindCertificate),
		p.records(t.Unkept, p.data.Unkept, p.line, ehrdesk.KindEncounter),
		p.records(t.Ahead, p.data.Ahead, p.line, ehrdesk.KindEncounter, ehrdesk.KindReferral),
		p.records(t.Others, p.data.Others, p.line, ehrdesk.KindProcedure, ehrdesk.KindImmunisation),
	}
	if w, ok := p.waits(); ok {
		out = append([]sections.Section{w}, out...)
	}
	return out
}

// records is a section of records as they are, of some kinds.
func (p *Page) records(name text.T, all []ehrdesk.Record, say func(*ehrdesk.Record) sections.Line, kinds ...ehrdesk.Kind) sections.Section {
	out := sections.Section{Name: p.b.Env.S(name)}
	for i := range all {
		out.Lines = append(out.Lines, say(&all[i]))
	}
	out.Why = p.why(len(out.Lines), kinds...)
	return out
}

// why says that nothing came, where nothing did, or why that is not known.
func (p *Page) why(n int, kinds ...ehrdesk.Kind) string {
	for _, k := range kinds {
		if s := p.b.Of(k); s != page.Seen {
			return p.b.Why(s)
		}
	}
	if n > 0 {
		return ""
	}
	return p.b.Env.S(p.b.Env.T.Changed.Nothing)
}

func (p *Page) line(r *ehrdesk.Record) sections.Line { return sections.Record(p.b, r) }

// problem says nothing of how bad it is: that stands in the record.
func (p *Page) problem(r *ehrdesk.Record) sections.Line {
	l := p.line(r)
	l.Value = ""
	return l
}

// visit says what a visit was for, and after it what kind it was.
func (p *Page) visit(r *ehrdesk.Record) sections.Line {
	l := p.line(r)
	f := r.Facts()
	for i := range f.Reasons {
		if w := p.b.Words().Concept(f.Reasons[i]); w != "" {
			l.Title, l.Value = w, sections.Joined(l.Title, l.Value)
			break
		}
	}
	return l
}

// drugs say with a mark and a word what became of each: + started, ~ changed with the
// dose before, - stopped, · ended.
func (p *Page) drugs() sections.Section {
	e, t := p.b.Env, &p.b.Env.T.Changed
	out := sections.Section{Name: e.S(e.T.Chart.Medication), To: intent.Intent{ID: intent.Medication}}
	words := p.b.Words()
	for i := range p.data.Drugs {
		c := &p.data.Drugs[i]
		d := &c.Drug
		f := words.Open(d.Lead)
		named := words.Drug(d.Lead, &f)
		mark, said := "+", t.Started
		switch c.Mark {
		case medication.Changed:
			mark, said = "~", t.Dose
		case medication.Stopped:
			mark, said = "-", t.Stopped
		case changes.Ended:
			mark, said = "-", t.Ended
		case medication.Begun, medication.Other, medication.Repeated, medication.Supplied, medication.Given:
		}
		l := sections.Line{Rec: *d.Lead, Title: p.b.Own(d.Lead, mark+" "+named.Before+named.Generic), Flag: words.HighRisk(d), Style: theme.Abnormal, Date: words.Date(c.At),
			Source: ehrdesk.CleanLine(d.Lead.Source)}
		l.Value = e.S(said)
		if c.Mark == changes.Ended {
			l.Value = cmp.Or(words.RanOut(d), l.Value)
		}
		if dose := words.DoseNow(d, &f); dose != "" && c.Mark != medication.Stopped && c.Mark != changes.Ended {
			l.Value += " " + dose
		}
		if c.From != nil {
			l.Value = strings.Join(append([]string{l.Value}, p.doses(c, words.DoseNow(d, &f))...), " · ")
		}
		out.Lines = append(out.Lines, l)
	}
	out.Why = p.why(len(out.Lines), ehrdesk.KindMedication)
	return out
}

// doses say what a drug's dose was before it was changed: the last one, and where there
// were several the one that was in force when the period began.
func (p *Page) doses(c *changes.Drug, now string) (out []string) {
	e, t, words := p.b.Env, &p.b.Env.T.Changed, p.b.Words()
	dose := func(r *ehrdesk.Record) string {
		if r == nil {
			return ""
		}
		f := words.Open(r)
		return words.LastDose(&f)
	}
	say := func(how text.T, dose string) { out = append(out, text.Sprintf(e.S(how), dose)) }
	last, from := dose(c.Last), dose(c.From)
	switch {
	case last == "" || last == from:
		last, from = from, ""
	case from == now: // changed, and changed back
		say(t.Between, last)
		return out
	}
	if last != "" && last != now {
		say(t.Before, last)
	}
	if from != "" && from != now {
		say(t.Earlier, from)
	}
	return out
}

// results are the tests that are abnormal, or were and no longer are, with the values
// before; the others are counted on a line that leads to the laboratory.
func (p *Page) results() sections.Section {
	e, t := p.b.Env, &p.b.Env.T.Changed
	lab := intent.Intent{ID: intent.PickType, Arg: int(ehrdesk.LaboratoryRadiology) - 1}
	out := sections.Section{Name: e.S(e.T.Summary.Results), To: lab}
	for i := range p.data.Results {
		r := &p.data.Results[i]
		l := sections.Result(p.b, &r.Series)
		if last := r.Series.Last(); !last.Abnormal() {
			l.Flag, l.Style = sections.Joined(e.S(t.InRange), e.S(e.T.Laboratory.Stage(last.Stage))), theme.Good
		}
		l.Spark, l.Before = sections.Joined(p.before(r), l.Spark), ""
		out.Lines = append(out.Lines, l)
	}
	if p.data.Quiet+p.data.Unjudged > 0 {
		words := ""
		if p.data.Quiet > 0 {
			words = text.Sprintf(e.S(t.Quiet), p.data.Quiet)
		}
		if p.data.Unjudged > 0 {
			if words != "" {
				words += " · "
			}
			words += text.Sprintf(e.S(t.Unjudged), p.data.Unjudged)
		}
		out.Lines = append(out.Lines, sections.Line{Title: words, To: lab})
	}
	out.Why = p.why(len(out.Lines), ehrdesk.KindLaboratory)
	return out
}

// before says what a test was before its newest value: the value before it, the one that
// was known when the period began, and the gravest that came between.
func (p *Page) before(r *changes.Result) string {
	e, t, words := p.b.Env, &p.b.Env.T.Changed, p.b.Words()
	var out []string
	say := func(how text.T, x *results.Point, more ...any) {
		value := sections.Value(p.b, &r.Series, x)
		if x.Critical() || x == r.Worst {
			value = sections.Joined(value, words.FlagOf(x.Flag))
		}
		out = append(out, text.Sprintf(e.S(how), append([]any{value}, more...)...))
	}
	if r.Before != nil {
		say(t.Before, r.Before)
	}
	if r.Worst != nil && r.Worst != r.Before {
		say(t.Worst, r.Worst, words.Date(r.Worst.At))
	}
	if r.Earlier != nil {
		say(t.Earlier, r.Earlier)
	}
	return strings.Join(out, " · ")
}

// vitals are the vital signs that were measured anew, in digits: the blood pressure as one
// value, the others each with the value before.
func (p *Page) vitals() sections.Section {
	e, t := p.b.Env, &p.b.Env.T.Summary
	out := sections.Section{Name: e.S(t.Vitals), To: intent.Intent{ID: intent.PickType, Arg: int(ehrdesk.ObservationLifestyle) - 1}}
	v := &p.data.Vitals
	if v.Pressure != nil {
		l := p.line(v.Pressure)
		l.Title, l.Aside = e.S(t.Pressure), false
		if v.Before != nil {
			l.Spark = text.Sprintf(e.S(e.T.Changed.Before), p.line(v.Before).Value)
		}
		out.Lines = append(out.Lines, l)
	}
	for i := range v.Series {
		l := sections.Result(p.b, &v.Series[i].Series)
		l.Spark, l.Before = sections.Joined(p.before(&v.Series[i]), l.Spark), ""
		out.Lines = append(out.Lines, l)
	}
	out.Why = p.why(len(out.Lines), ehrdesk.KindObservation)
	return out
}
