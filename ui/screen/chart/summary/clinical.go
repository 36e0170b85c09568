package summary

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// drugs are what is taken now: the drug, how much and how often, the high-risk group in
// a word. A name is never shortened.
func (p *content) drugs() sections.Section {
	e, t := p.b.Env, &p.b.Env.T.Summary
	out := sections.Section{ID: "medication", Name: e.S(t.Medication), Ahead: true, To: intent.Intent{ID: intent.Medication}}
	words := p.b.Words()
	for i := range p.data.Drugs {
		d := &p.data.Drugs[i]
		f := words.Open(d.Lead)
		named := words.Drug(d.Lead, &f)
		l := sections.Line{Rec: *d.Lead, Title: p.b.Own(d.Lead, named.Before+named.Generic), Apart: sections.Apart(p.b, d.Lead), Value: words.DoseNow(d, &f), Flag: words.HighRisk(d), Style: theme.Abnormal,
			Date: p.since(d), Source: ehrdesk.CleanLine(d.Source), Since: d.Since, Altered: p.altered(d)}
		if d.Step > 1 { // its dose is of the step, not of the order
			l.Since, l.Altered, l.Date = d.StepSince, true, "~ "+words.Date(d.StepSince)
		}
		if d.Before != nil && d.HighRisk() && d.Step == 0 {
			before := words.Open(d.Before)
			if dose := words.LastDose(&before); dose != "" {
				l.Before = text.Sprintf(e.S(t.Before), dose)
			}
		}
		if n := len(f.Dosages); d.Step > 0 && d.Step <= n && n > 1 {
			l.Value = sections.Joined(l.Value, text.Sprintf(e.S(t.Step), d.Step, n))
		}
		switch out := words.RanOut(d); {
		case out != "":
			l.Value = sections.Joined(l.Value, out)
		case d.State != medication.Started:
			l.Value = sections.Joined(l.Value, words.DrugState(d.State))
		}
		out.Lines = append(out.Lines, l)
	}
	if p.data.PastDrugs > 0 {
		out.Note = p.counted(t.Past, p.data.PastDrugs)
	}
	if p.stands(&out, ehrdesk.KindMedication, t.NoCurrent); len(out.Lines) > 0 { // the status line has it
		out.Why = ""
		return out
	}
	if out.Empty == none && p.data.PastDrugs == 0 {
		out.Empty = notRecorded
	}
	if n := p.data.NoDrugs; n != nil && out.Standing == page.Seen {
		out.Why, out.Empty = "", noInformation
		if n.None {
			out.Empty = knownNone
		}
		row := p.b.Row(n.Record)
		out.Lines = append(out.Lines, sections.Line{Rec: *n.Record, Title: row.Title, Date: row.Day, Source: ehrdesk.CleanLine(n.Record.Source)})
	}
	return out
}

// since is when a drug was first taken, as far as is on record; where its dose has
// changed after that, the day of the change with the mark that the medication page has.
func (p *content) since(d *medication.Drug) string {
	words := p.b.Words().Date(d.Since)
	if p.altered(d) {
		return "~ " + words
	}
	return words
}

// altered reports a drug whose dose is another since a day after the first.
func (p *content) altered(d *medication.Drug) bool {
	words := p.b.Words()
	first := words.Date(d.First)
	return first != "" && first != words.Date(d.Since)
}

// results are the tests whose newest result is abnormal or that move, the value with
// its unit, its flag in letter and word, and the last values as a sparkline.
func (p *content) results() sections.Section {
	e, t := p.b.Env, &p.b.Env.T.Summary
	out := sections.Section{ID: "results", Name: e.S(t.Results), To: intent.Intent{ID: intent.PickType, Arg: int(ehrdesk.LaboratoryRadiology) - 1}}
	words, gravest := p.b.Words(), 0
	for i := range p.data.Results {
		s := &p.data.Results[i].Series
		l := sections.Result(p.b, s)
		if m := p.data.Results[i].Move; m.Why != results.Still && m.From != nil {
			l.Course = text.Sprintf(e.S(t.Moved), words.Number(m.From.Comparator, m.From.Number), results.Months(m.From.At, m.To.At.Time), m.Count)
		}
		if p.data.Results[i].Watched && l.Ago == "" {
			l.Ago = sections.Followed(p.b, s.Last().At)
		}
		if last := s.Last(); last.Critical() && results.Recent(last.At, e.Now()) {
			gravest = len(out.Lines) + 1
		}
		out.Lines = append(out.Lines, l)
	}
	out.Lines = slices.Insert(out.Lines, gravest, p.awaited()...)
	if len(p.data.Older) > 0 {
		out.Lines = append(out.Lines, p.older(out.To))
	}
	nothing := t.NoAbnormal
	if !slices.ContainsFunc(p.b.Chart.List(ehrdesk.LaboratoryRadiology), func(r ehrdesk.Record) bool { return r.Kind == ehrdesk.KindLaboratory && !r.Linked && !r.Void() }) {
		nothing = t.NoResults
	}
	if len(p.data.Results) == 0 && len(out.Lines) > 0 { // what is old, or to come, does not say it
		out.Below = e.S(nothing)
	}
	if p.stands(&out, ehrdesk.KindLaboratory, nothing); len(out.Lines) > 0 { // the status line has it
		out.Why = ""
	}
	return out
}

// awaited are the reports of late that are not complete. They stand behind what is critical,
// since somebody may take what has come for all there is.
func (p *content) awaited() (out []sections.Line) {
	for i := range p.data.Awaited {
		r := &p.data.Awaited[i]
		l := sections.Record(p.b, r)
		l.Style, l.Ago = theme.Abnormal, p.b.Env.S(p.b.Env.T.Summary.Awaited)
		out = append(out, l)
	}
	return out
}

// older are the tests that were abnormal years ago and that nobody repeated, in one line:
// each with its value, its flag and its year.
func (p *content) older(to intent.Intent) sections.Line {
	words := p.b.Words()
	var names []string
	for i := range p.data.Older {
		s := &p.data.Older[i].Series
		last := s.Last()
		said := words.Test(s.Term, s.Name, s.Title) + " " + sections.Value(p.b, s, last)
		if f := words.FlagOf(last.Flag); f != "" {
			said += " " + f
		}
		names = append(names, fmt.Sprintf("%s (%d)", said, last.At.In(p.b.Env.Now().Location()).Time.Year()))
	}
	return sections.Line{To: to, Rest: true, Title: text.Sprintf(p.b.Env.S(p.b.Env.T.Summary.Older), fmt.Sprint(len(names)), fmt.Sprint(results.OlderYears)), Value: strings.Join(names, " · ")}
}
