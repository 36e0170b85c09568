package summary

import (
	"fmt"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	clinical "github.com/ehrdesk/ehrdesk/internal/clinical/summary"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// section is one section: its lines, or why there are none.
type section struct {
	name  string
	lines []line
	note  string        // behind the name: what is not among the lines
	why   string        // where there is no line, or something is missing among them
	to    intent.Intent // the page or type that has all of it
}

// line is a line of a section: what it says, and the record that Enter opens. A line
// without a record leads to a page.
type line struct {
	section int
	rec     ehrdesk.Record
	to      intent.Intent
	title   string
	value   string // behind the title
	aside   bool   // value only explains the title
	flag    string
	spark   string      // behind the flag: the values before
	style   paint.Style // of the flag
	date    string
	source  string
	struck  bool
}

// sections are all sections in the order of IPS, in words.
func (p *Page) sections() []section {
	t := &p.b.Env.T.Summary
	s := p.b.Env.S
	types := func(x ehrdesk.RecordType) intent.Intent {
		return intent.Intent{ID: intent.PickType, Arg: int(x) - 1}
	}
	problems := p.records(s(t.Problems), ehrdesk.KindDiagnosis, p.data.Problems, types(ehrdesk.DiagnosisProcedureMedication), p.problem)
	if p.data.PastProblems > 0 {
		problems.note = p.counted(t.Past, p.data.PastProblems)
	}
	if n := p.data.NoProblems; n != nil {
		l := p.line(n)
		l.title, l.value = s(t.NoKnownProblems), ""
		problems.lines, problems.why = []line{l}, ""
	}
	out := []section{
		problems,
		p.allergies(types(ehrdesk.AllergyADR)),
		p.drugs(),
		p.results(),
		p.records(s(t.Immunisations), ehrdesk.KindImmunisation, p.data.Immunised, types(ehrdesk.BirthImmunisation), p.vaccine),
		p.records(s(t.Encounters), ehrdesk.KindEncounter, p.data.Encounters, types(ehrdesk.Encounters), p.visit),
		p.records(s(t.Coming), ehrdesk.KindEncounter, p.data.Coming, types(ehrdesk.Encounters), p.line),
		p.records(s(t.Referrals), ehrdesk.KindReferral, p.data.Referrals, types(ehrdesk.Referral), p.line),
		p.records(s(t.Documents), ehrdesk.KindNote, p.data.Documents, types(ehrdesk.ClinicalNote), p.line),
	}
	for i := range out {
		for k := range out[i].lines {
			out[i].lines[k].section = i
		}
	}
	return out
}

// records is a section of one kind of record.
func (p *Page) records(name string, k ehrdesk.Kind, items []clinical.Item, to intent.Intent, say func(*clinical.Item) line) section {
	out := section{name: name, to: to}
	for i := range items {
		out.lines = append(out.lines, say(&items[i]))
	}
	standing := p.b.Of(k)
	if out.why = p.b.Why(standing); out.why == "" && len(items) == 0 {
		out.why = p.b.Env.S(p.b.Env.T.Summary.None)
	}
	if standing == page.SomeLacking && len(items) > 0 { // the status line has it
		out.why = ""
	}
	return out
}

// line is a record in its own words.
func (p *Page) line(i *clinical.Item) line {
	r := &i.Record
	words := p.b.Row(r)
	l := line{rec: *r, title: words.Title, value: words.Value, flag: words.Status, style: theme.Muted, date: words.Day, source: ehrdesk.CleanLine(r.Source), struck: words.InError}
	if words.Standout {
		l.style = theme.Abnormal
	}
	l.aside = true
	return l
}

// problem says since when; how bad it is stands in the record.
func (p *Page) problem(i *clinical.Item) line {
	l := p.line(i)
	l.value = ""
	if !i.Since.IsZero() {
		l.date = fmt.Sprintf(p.b.Env.S(p.b.Env.T.Summary.Since), p.b.Words().Date(i.Since))
	}
	return l
}

// visit says what a visit was for, and after it what kind it was.
func (p *Page) visit(i *clinical.Item) line {
	l := p.line(i)
	var why []string
	for _, k := range i.Why {
		if w := p.b.Words().Concept(k); w != "" {
			why = append(why, w)
		}
	}
	if len(why) == 0 {
		l.value, l.aside = p.b.Env.S(p.b.Env.T.Summary.NoReason), true
		return l
	}
	l.title, l.value, l.aside = strings.Join(why, " · "), l.title, true
	return l
}

// vaccine says what is due.
func (p *Page) vaccine(i *clinical.Item) line {
	l := p.line(i)
	l.aside = true
	if i.Record.Resource == "ImmunizationRecommendation" {
		l.date = p.b.Words().Date(i.Since)
		if i.Due {
			l.flag, l.style = p.b.Env.S(p.b.Env.T.Summary.Due), theme.Abnormal
		}
	}
	return l
}

// allergies are the entries of the allergy line, or which of the other states it is in.
func (p *Page) allergies(to intent.Intent) section {
	t := &p.b.Env.T.Chart
	s := p.b.Env.S
	out := section{name: s(p.b.Env.T.Summary.Allergies), to: to}
	all := p.b.Chart.Allergies()
	held := map[ehrdesk.Ref]ehrdesk.Record{}
	for _, r := range p.b.Chart.List(ehrdesk.AllergyADR) {
		held[r.Ref()] = r
	}
	switch all.State {
	case ehrdesk.AllergyListed:
		said := p.b.Words()
		for _, en := range all.Entries {
			r := held[en.Ref]
			l := line{rec: r, date: p.b.Row(&r).Day, source: ehrdesk.CleanLine(r.Source)}
			l.title, l.value = said.Allergy(en)
			l.title, l.value = ehrdesk.CleanLine(l.title), ehrdesk.CleanLine(l.value)
			if l.value == "" {
				l.value = p.b.Env.S(p.b.Env.T.Summary.NoReaction)
			}
			l.value = "– " + l.value
			if en.Unconfirmed {
				l.flag, l.style = s(t.Unconfirmed), theme.Muted
			}
			out.lines = append(out.lines, l)
		}
	case ehrdesk.AllergyNoneKnown:
		for _, n := range all.None {
			r := held[n.Ref]
			l := line{rec: r, title: s(p.b.Env.T.Summary.NoKnownAllergies), value: ehrdesk.CleanLine(n.Scope), date: p.b.Words().Date(n.Date), source: ehrdesk.CleanLine(n.Source)}
			out.lines = append(out.lines, l)
		}
	case ehrdesk.AllergyNotRecorded:
		out.why = s(t.NotRecorded)
	case ehrdesk.AllergyCannotKnow:
		if out.why = p.b.Why(p.b.Of(ehrdesk.KindAllergy)); out.why == "" {
			out.why = s(t.CannotSync)
		}
	}
	if all.Withheld > 0 {
		out.note = fmt.Sprintf(s(t.MoreRestricted), all.Withheld)
	}
	return out
}
