package summary

import (
	"fmt"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	clinical "github.com/ehrdesk/ehrdesk/internal/clinical/summary"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// sections are all sections in the order of IPS, in words.
func (p *content) sections() []sections.Section {
	t := &p.b.Env.T.Summary
	s := p.b.Env.S
	types := func(x ehrdesk.RecordType) intent.Intent {
		return intent.Intent{ID: intent.PickType, Arg: int(x) - 1}
	}
	problems := p.records("problems", s(t.Problems), ehrdesk.KindDiagnosis, p.data.Problems, types(ehrdesk.DiagnosisProcedureMedication), p.problem)
	if p.data.PastProblems > 0 {
		problems.Note = p.counted(t.Past, p.data.PastProblems)
	}
	if problems.Empty == none && p.data.PastProblems == 0 {
		problems.Empty = notRecorded
	}
	if n := p.data.NoProblems; n != nil {
		l := p.line(n)
		l.Title, l.Value = s(t.NoKnownProblems), ""
		problems.Lines, problems.Why, problems.Empty = []sections.Line{l}, "", knownNone
	}
	out := []sections.Section{
		problems,
		p.allergies(types(ehrdesk.AllergyADR)),
		p.drugs(),
		p.results(),
		p.vitals(types(ehrdesk.ObservationLifestyle)),
		p.immunised(types(ehrdesk.BirthImmunisation)),
		p.records("encounters", s(t.Encounters), ehrdesk.KindEncounter, p.data.Encounters, types(ehrdesk.Encounters), p.visit),
		p.directives(types(ehrdesk.ClinicalNote)),
		p.records("appointments", s(t.Coming), ehrdesk.KindEncounter, p.data.Coming, types(ehrdesk.Encounters), p.line),
		p.referrals(types(ehrdesk.Referral)),
		p.records("documents", s(t.Documents), ehrdesk.KindNote, p.data.Documents, types(ehrdesk.ClinicalNote), p.line),
	}
	if all := p.letters(); len(all.Lines) > 0 {
		out = append(out, all)
	}
	return out
}

// referrals are those that are open. Where there are others and none of them is, the section
// says so: nothing open is not nothing recorded.
func (p *content) referrals(to intent.Intent) sections.Section {
	t := &p.b.Env.T.Summary
	out := p.records("referrals", p.b.Env.S(t.Referrals), ehrdesk.KindReferral, p.data.Referrals, to, p.line)
	if n := p.data.PastReferrals; n > 0 {
		out.Note = p.counted(t.Past, n)
		if out.Empty == none {
			out.Why = p.b.Env.S(t.NoneOpen)
		}
	}
	return out
}

// letters are the risk letters of the banner in words; Enter goes where each comes from.
func (p *content) letters() sections.Section {
	out := sections.Section{ID: "risk", Name: p.b.Env.S(p.b.Env.T.Summary.Risk)}
	to := map[string]intent.Intent{"R": {ID: intent.Release}}
	for letter, t := range map[string]ehrdesk.RecordType{"A": ehrdesk.AllergyADR, "C": ehrdesk.LaboratoryRadiology, "D": ehrdesk.ClinicalNote} {
		to[letter] = intent.Intent{ID: intent.PickType, Arg: int(t) - 1}
	}
	for _, l := range p.b.Risks(p.risks) {
		out.Lines = append(out.Lines, sections.Line{To: to[l.Letter], Title: l.Letter, Value: l.Words})
	}
	return out
}

// records is a section of one kind of record.
func (p *content) records(id, name string, k ehrdesk.Kind, items []clinical.Item, to intent.Intent, say func(*clinical.Item) sections.Line) sections.Section {
	out := sections.Section{ID: id, Name: name, To: to}
	for i := range items {
		out.Lines = append(out.Lines, say(&items[i]))
	}
	standing := p.stands(&out, k, p.b.Env.T.Summary.None)
	if standing == page.SomeLacking && len(items) > 0 { // the status line has it
		out.Why = ""
	}
	return out
}

// What commands print of a section without an entry, where all of it is seen.
const (
	none          = "none"
	notRecorded   = "not-recorded" // where somebody might take none for a finding
	knownNone     = "known-none"
	noInformation = "no-information"
	unavailable   = "unavailable"
)

// stands says whether all records of a section are seen, and if there is no line why.
func (p *content) stands(s *sections.Section, k ehrdesk.Kind, nothing text.T) page.Standing {
	s.Standing = p.b.Of(k)
	if s.Why = p.b.Why(s.Standing); s.Why == "" && len(s.Lines) == 0 {
		s.Why, s.Empty = p.b.Env.S(nothing), none
	}
	return s.Standing
}

// line is a record in its own words.
func (p *content) line(i *clinical.Item) sections.Line { return sections.Record(p.b, &i.Record) }

// problem says since when; how bad it is stands in the record.
func (p *content) problem(i *clinical.Item) sections.Line {
	l := p.line(i)
	l.Value = ""
	if l.Since = i.Since; !i.Since.IsZero() {
		l.Date = text.Sprintf(p.b.Env.S(p.b.Env.T.Summary.Since), p.b.Words().Date(i.Since))
	}
	return l
}

// visit says what a visit was for, and after it what kind it was.
func (p *content) visit(i *clinical.Item) sections.Line {
	l := p.line(i)
	var why []string
	for _, k := range i.Why {
		if w := p.b.Words().Concept(k); w != "" {
			why = append(why, w)
		}
	}
	if len(why) == 0 {
		l.Value, l.Aside = p.b.Env.S(p.b.Env.T.Summary.NoReason), true
		return l
	}
	l.Title, l.Value, l.Aside = strings.Join(why, " · "), l.Title, true
	return l
}

// immunised are the last doses, and under them the vaccines that no record is of: said
// only where all records of the kind are here.
func (p *content) immunised(to intent.Intent) sections.Section {
	t, s := &p.b.Env.T.Summary, p.b.Env.S
	out := p.records("immunisations", s(t.Immunisations), ehrdesk.KindImmunisation, p.data.Immunised, to, p.vaccine)
	who := p.b.Chart.Patient()
	if p.b.Of(ehrdesk.KindImmunisation) != page.Seen || who.Deceased {
		return out
	}
	var names []string
	for _, v := range clinical.Unrecorded(p.b.Chart.List(ehrdesk.BirthImmunisation), who.Born, p.b.Env.Now()) {
		names = append(names, s(t.Vaccines[string(v)]))
	}
	if len(names) > 0 {
		out.Below = text.Sprintf(s(t.Unrecorded), strings.Join(names, " · "))
		if len(out.Lines) == 0 { // one sentence says both
			out.Why, out.Below = out.Why+" · "+out.Below, ""
		}
	}
	return out
}

// vitals are the last blood pressure as one value, weight and pulse with their course.
func (p *content) vitals(to intent.Intent) sections.Section {
	t, s := &p.b.Env.T.Summary, p.b.Env.S
	out := sections.Section{ID: "vitals", Name: s(t.Vitals), To: to}
	if i := p.data.Vitals.Pressure; i != nil {
		l := p.line(i)
		l.Title, l.Aside, l.Ago = s(t.Pressure), false, sections.Ago(p.b, i.Record.Date)
		out.Lines = append(out.Lines, l)
	}
	for i := range p.data.Vitals.Series {
		out.Lines = append(out.Lines, sections.Result(p.b, &p.data.Vitals.Series[i]))
	}
	if p.stands(&out, ehrdesk.KindObservation, t.None); len(out.Lines) > 0 { // the status line has it
		out.Why = ""
	}
	return out
}

// vaccine says what is due.
func (p *content) vaccine(i *clinical.Item) sections.Line {
	l := p.line(i)
	l.Aside = true
	if i.Record.Resource == "ImmunizationRecommendation" {
		l.Date, l.Since = p.b.Words().Date(i.Since), i.Since
		if i.Due {
			l.Flag, l.Style = p.b.Env.S(p.b.Env.T.Summary.Due), theme.Abnormal
		}
	}
	return l
}

// allergies are the entries of the allergy line, or which of the other states it is in.
func (p *content) allergies(to intent.Intent) sections.Section {
	t := &p.b.Env.T.Chart
	s := p.b.Env.S
	out := sections.Section{ID: "allergies", Name: s(p.b.Env.T.Summary.Allergies), To: to}
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
			l := sections.Line{Rec: r, Date: p.b.Row(&r).Day, Source: ehrdesk.CleanLine(r.Source)}
			l.Title, l.Value = said.Allergy(en)
			l.Title, l.Value, l.Apart = p.b.Own(&r, ehrdesk.CleanLine(l.Title)), ehrdesk.CleanLine(l.Value), sections.Apart(p.b, &r)
			if l.Value == "" {
				l.Value = p.b.Env.S(p.b.Env.T.Summary.NoReaction)
			}
			l.Value = "– " + l.Value
			if en.Unconfirmed {
				l.Flag, l.Style = s(t.Unconfirmed), theme.Muted
			}
			out.Lines = append(out.Lines, l)
		}
	case ehrdesk.AllergyNoneKnown:
		out.Empty = knownNone
		for _, n := range all.None {
			r := held[n.Ref]
			l := sections.Line{Rec: r, Title: p.b.Own(&r, s(p.b.Env.T.Summary.NoKnownAllergies)), Apart: sections.Apart(p.b, &r), Value: ehrdesk.CleanLine(n.Scope), Date: p.b.Words().Date(n.Date), Source: ehrdesk.CleanLine(n.Source)}
			if text.OfAllAllergies(l.Value) { // the title says no less
				l.Value = ""
			}
			out.Lines = append(out.Lines, l)
		}
	case ehrdesk.AllergyNotRecorded:
		out.Why, out.Empty = s(t.NotRecorded), notRecorded
		if !all.Date.IsZero() { // somebody wrote down that nothing is known: when, and who
			from := p.b.Words().Date(all.Date)
			if src := ehrdesk.CleanLine(all.Source); src != "" {
				from += ", " + src
			}
			out.Why, out.Empty = text.Sprintf(s(t.NoInformation), from), noInformation
		}
	case ehrdesk.AllergyCannotKnow:
		out.Empty = unavailable
		if out.Why = p.b.Why(p.b.Of(ehrdesk.KindAllergy)); out.Why == "" {
			out.Why = s(t.CannotSync)
		}
	}
	if len(out.Lines) > 0 && p.b.Of(ehrdesk.KindAllergy) == page.SomeLacking { // of the others the state of the allergies tells
		out.Standing = page.SomeLacking
	}
	if all.Withheld > 0 {
		out.Note = text.Sprintf(s(t.MoreRestricted), all.Withheld)
	}
	return out
}

// counted is a number with its words.
func (p *content) counted(t text.T, n int) string { return text.Sprintf(p.b.Env.S(t), fmt.Sprint(n)) }
