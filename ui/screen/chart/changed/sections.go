package changed

import (
	"fmt"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/changes"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// sections are what changed, in words, in the order of what a doctor asks first.
func (p *Page) sections() []sections.Section {
	t, s := &p.b.Env.T.Changed, p.b.Env.T.Summary
	return []sections.Section{
		p.drugs(),
		p.results(),
		p.records(s.Problems, p.data.Problems, p.problem, ehrdesk.KindDiagnosis),
		p.records(s.Allergies, p.data.Allergies, p.line, ehrdesk.KindAllergy),
		p.records(t.Visits, p.data.Visits, p.visit, ehrdesk.KindEncounter),
		p.records(t.Reports, p.data.Reports, p.line, ehrdesk.KindNote, ehrdesk.KindRadiology, ehrdesk.KindOtherInvestigation, ehrdesk.KindCertificate),
		p.records(t.Ahead, p.data.Ahead, p.line, ehrdesk.KindEncounter, ehrdesk.KindReferral),
		p.records(t.Others, p.data.Others, p.line, ehrdesk.KindProcedure, ehrdesk.KindImmunisation),
	}
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
		l := sections.Line{Rec: *d.Lead, Title: mark + " " + named.Before + named.Generic, Flag: words.HighRisk(d), Style: theme.Abnormal, Date: words.Date(c.At),
			Source: ehrdesk.CleanLine(d.Lead.Source)}
		l.Value = e.S(said)
		if dose := words.ShortDose(&f); dose != "" && c.Mark != medication.Stopped && c.Mark != changes.Ended {
			l.Value += " " + dose
		}
		if c.From != nil {
			before, how, now := words.Open(c.From), t.Before, words.ShortDose(&f)
			if words.ShortDose(&before) == now && c.Last != nil { // changed, and changed back
				before, how = words.Open(c.Last), t.Between
			}
			if dose := words.ShortDose(&before); dose != "" && dose != now {
				l.Value += " · " + fmt.Sprintf(e.S(how), dose)
			}
		}
		out.Lines = append(out.Lines, l)
	}
	out.Why = p.why(len(out.Lines), ehrdesk.KindMedication)
	return out
}

// results are the tests that are abnormal or no longer are, with the value before; the
// others are counted on a line that leads to the laboratory.
func (p *Page) results() sections.Section {
	e, t := p.b.Env, &p.b.Env.T.Changed
	lab := intent.Intent{ID: intent.PickType, Arg: int(ehrdesk.LaboratoryRadiology) - 1}
	out := sections.Section{Name: e.S(e.T.Summary.Results), To: lab}
	for i := range p.data.Results {
		r := &p.data.Results[i]
		l := sections.Result(p.b, &r.Series)
		if !r.Series.Last().Abnormal() {
			l.Flag, l.Style = e.S(t.InRange), theme.Good
		}
		if r.Before != nil {
			l.Spark = sections.Joined(fmt.Sprintf(e.S(t.Before), sections.Value(p.b, &r.Series, r.Before)), l.Spark)
		}
		out.Lines = append(out.Lines, l)
	}
	if p.data.Quiet+p.data.Unjudged > 0 {
		words := ""
		if p.data.Quiet > 0 {
			words = fmt.Sprintf(e.S(t.Quiet), p.data.Quiet)
		}
		if p.data.Unjudged > 0 {
			if words != "" {
				words += " · "
			}
			words += fmt.Sprintf(e.S(t.Unjudged), p.data.Unjudged)
		}
		out.Lines = append(out.Lines, sections.Line{Title: words, To: lab})
	}
	out.Why = p.why(len(out.Lines), ehrdesk.KindLaboratory)
	return out
}
