package keypoints

import (
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/changes"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	"github.com/ehrdesk/ehrdesk/internal/clinical/followup"
	"github.com/ehrdesk/ehrdesk/internal/clinical/lastdone"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

const (
	criticalFor = 90 * 24 * time.Hour // how long a critical result that nobody repeated is told
	endsWithin  = 30 * 24 * time.Hour // the consent
	answers     = 15                  // months: how old a request may be that is followed up, with what has to answer it
)

// todo is what the safety rules found, what waits for somebody, and what does not agree.
func (p *points) todo() (out Line) {
	p.told = map[ehrdesk.Ref]bool{}
	for _, c := range [][]Clause{p.alerts(), p.critical(), p.allergies(), p.followups(), p.orders(), p.disagreements(), p.future(), p.consent()} {
		out.Clauses = append(out.Clauses, c...)
	}
	out.Clauses = ordered(out.Clauses)
	slices.SortStableFunc(out.Clauses, func(a, b Clause) int { return a.urgency() - b.urgency() })
	out.First = len(out.Clauses)
	out.Unseen = p.unseen(ehrdesk.KindMedication, ehrdesk.KindLaboratory, ehrdesk.KindEncounter, ehrdesk.KindReferral)
	if p.Allergies.State == ehrdesk.AllergyCannotKnow || p.Allergies.Withheld > 0 {
		out.Unseen = append(out.Unseen, ehrdesk.KindAllergy)
	}
	return out
}

// urgency puts findings of the first tier before critical results, and all others behind.
func (c *Clause) urgency() int {
	switch {
	case c.Kind == Alerted && c.Alert.Tier == 1:
		return 0
	case c.Kind == Unrepeated:
		return 1
	}
	return 2
}

// alerts are the findings of the safety rules whose records are all here.
func (p *points) alerts() (out []Clause) {
	if len(p.Alerts) == 0 {
		return nil
	}
	by := map[ehrdesk.Ref]*ehrdesk.Record{}
	for _, t := range ehrdesk.RecordTypes() {
		all := p.List(t)
		for i := range all {
			by[all[i].Ref()] = &all[i]
		}
	}
	for _, a := range p.Alerts {
		if a.Tier > 2 {
			continue
		}
		c := Clause{Kind: Alerted, Alert: a}
		var records []*ehrdesk.Record
		for _, ref := range a.Records {
			if r := by[ref]; r != nil && counts(r) {
				records = append(records, r)
			}
		}
		if c.Records = cited(records...); len(a.Records) > 0 && len(records) == len(a.Records) {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Clause) int { return a.Alert.Tier - b.Alert.Tier })
	return out
}

// critical are the critical results of the last 90 days after which none of the test came, and which nobody here has
// acknowledged as they stand. One that is not complete cannot have been.
func (p *points) critical() (out []Clause) {
	for i := range p.Sections.Results {
		s := &p.Sections.Results[i].Series
		last := s.Last()
		if !last.Critical() || !counts(last.Record) || last.At.IsZero() || !p.been(last.At) || p.Now.Sub(last.At.Time) > criticalFor {
			continue
		}
		if len(p.Said) > 0 && last.Stage != results.Preliminary && p.Said[unseen.MarkOf(last.Record)] {
			continue
		}
		p.told[last.Record.Ref()] = true
		out = append(out, Clause{Kind: Unrepeated, Series: s, At: last.At, Records: cited(last.Record)})
	}
	return out
}

// allergies says that nothing is recorded, where all that there is is seen; and that two
// sources disagree, where an assertion that there is none is no older than an allergy.
func (p *points) allergies() (out []Clause) {
	seen := p.Stands(ehrdesk.KindAllergy) == standing.Seen
	switch p.Allergies.State {
	case ehrdesk.AllergyNotRecorded:
		if seen && p.Allergies.Withheld == 0 {
			out = append(out, Clause{Kind: NoAllergies, Records: p.unknown()})
		}
		return out
	case ehrdesk.AllergyListed:
	case ehrdesk.AllergyCannotKnow, ehrdesk.AllergyNoneKnown:
		return nil
	}
	var none *ehrdesk.Record
	all := p.List(ehrdesk.AllergyADR)
	for i := range all { // newest first
		r := &all[i]
		if (r.Flag == ehrdesk.FlagNoneKnown || r.Flag == ehrdesk.FlagNoneText) && counts(r) && p.been(r.Date) && (none == nil || newer(r, none) < 0) {
			none = r
		}
	}
	if none == nil || none.Date.IsZero() {
		return nil
	}
	for _, en := range p.Allergies.Entries {
		if r := p.allergy(en.Ref); r != nil && none.Date.Compare(r.Date) >= 0 && none.Source != r.Source {
			out = append(out, Clause{Kind: Conflict, Allergy: en, At: none.Date, Records: cited(none, r)})
		}
	}
	return out
}

// unknown is the newest record by which somebody says that nothing is known of allergies;
// none where nobody does.
func (p *points) unknown() []ehrdesk.Record {
	var found *ehrdesk.Record
	all := p.List(ehrdesk.AllergyADR)
	for i := range all {
		if r := &all[i]; r.Flag == ehrdesk.FlagNoInformation && counts(r) && (found == nil || newer(r, found) < 0) {
			found = r
		}
	}
	return cited(found)
}

// followups are what the clinic has to follow up, of the last fifteen months.
func (p *points) followups() (out []Clause) {
	could := p.answering()
	if could == nil {
		return nil
	}
	since := p.Now.AddDate(0, -answers, 0)
	var records []ehrdesk.Record
	for _, t := range asking {
		all := p.List(t)
		for i := range all {
			if r := &all[i]; (r.Date.IsZero() || r.Date.Time.After(since)) && could.answer(r) {
				records = append(records, *r)
			}
		}
	}
	found, _ := followup.Find(followup.In{Records: [][]ehrdesk.Record{records}, Today: p.Now, Provider: p.Provider, Name: p.Clinic,
		Seen: func(k ehrdesk.Kind) bool { return p.Stands(k) == standing.Seen }})
	by := map[ehrdesk.Ref]*ehrdesk.Record{}
	for i := range records {
		by[records[i].Ref()] = &records[i]
	}
	kinds := map[ehrdesk.FollowKind]Kind{ehrdesk.FollowMissed: Missed, ehrdesk.FollowReferral: Unanswered, ehrdesk.FollowTest: Awaited}
	for _, f := range found {
		r, k := by[f.Ref], kinds[f.What]
		if r == nil || k == 0 || f.Old {
			continue
		}
		facts := r.Facts()
		out = append(out, Clause{Kind: k, Name: named(r, &facts), At: r.Date, Records: cited(r)})
	}
	return out
}

// asking are the types that requests, bookings and what answers them stand in.
var asking = [...]ehrdesk.RecordType{ehrdesk.Encounters, ehrdesk.Referral, ehrdesk.LaboratoryRadiology, ehrdesk.OtherInvestigation, ehrdesk.ClinicalNote}

// answering is by what a result may turn out to answer a request, told without opening it:
// of most results nobody asks.
type answering struct {
	codes  map[string]bool
	titles map[string]bool // folded
	folded map[string]bool // titles that were folded, and whether they are among those
}

// answering is nil where there is nothing that might have to be followed up.
func (p *points) answering() *answering {
	if p.Provider == "" && p.Clinic == "" {
		return nil
	}
	var out *answering
	since := p.Now.AddDate(0, -answers, 0)
	for _, t := range asking {
		all := p.List(t)
		for i := range all {
			r := &all[i]
			open := r.Resource == "Appointment" && (r.Status == "booked" || r.Status == "noshow") || r.Resource == "ServiceRequest" && r.Status == "active"
			if !open || !r.Date.Time.After(since) || !p.been(r.Date) {
				continue
			}
			if out == nil {
				out = &answering{codes: map[string]bool{}, titles: map[string]bool{}, folded: map[string]bool{}}
			}
			f := r.Facts()
			out.titles[fold.String(r.Title)], out.titles[fold.String(f.Code.Words())] = true, true
			for _, k := range f.Code.Codings {
				out.codes[k.Code] = true
			}
		}
	}
	return out
}

// answer reports what may answer one of the requests, and all that is no result.
func (a *answering) answer(r *ehrdesk.Record) bool {
	switch r.Resource {
	case "Observation", "DiagnosticReport", "ImagingStudy", "DocumentReference", "Media":
	default:
		return true
	}
	is, known := a.folded[r.Title]
	if !known {
		is = a.titles[fold.String(r.Title)]
		a.folded[r.Title] = is
	}
	if is || strings.Contains(string(r.Packed), "basedOn") {
		return true
	}
	for code := range a.codes {
		if code != "" && strings.Contains(string(r.Packed), code) {
			return true
		}
	}
	return false
}

// disagreements are drugs of which two records say different things.
func (p *points) disagreements() (out []Clause) {
	for i := range p.Sections.Drugs {
		d := &p.Sections.Drugs[i]
		switch {
		case d.Remarks.Has(medication.Disagreement) && d.Newer != nil:
			out = append(out, drugClause(Disagreement, changes.Drug{Drug: *d}, d.Newer.Date, d.Newer))
		case d.Remarks.Has(medication.Contradiction):
			out = append(out, drugClause(Contradiction, changes.Drug{Drug: *d}, ehrdesk.When{}))
		}
	}
	return out
}

// happened are the resources that tell of what was: one of them that is of a day to come
// is a slip of somebody's.
var happened = [...]string{"Observation", "DiagnosticReport", "Condition", "Procedure", "Immunization", "MedicationAdministration", "MedicationDispense", "AllergyIntolerance", "ImagingStudy"}

// future are the records of a day that is to come, of something that was.
func (p *points) future() (out []Clause) {
	tomorrow := p.Now.Add(24 * time.Hour)
	for _, t := range ehrdesk.RecordTypes() {
		all := p.List(t)
		for i := range all {
			r := &all[i]
			if r.Linked || r.Date.IsZero() || !r.Date.Begins().After(p.Now) {
				break // newest first
			}
			if counts(r) && r.Date.Begins().After(tomorrow) && slices.Contains(happened[:], r.Resource) && r.Status != "not-done" {
				f := r.Facts()
				out = append(out, Clause{Kind: Future, Name: named(r, &f), At: r.Date, Records: cited(r)})
			}
		}
	}
	return out
}

// consent is told of in the last 30 days of it.
func (p *points) consent() []Clause {
	if p.Ends.IsZero() || !p.Ends.After(p.Now) || p.Ends.Sub(p.Now) > endsWithin {
		return nil
	}
	return []Clause{{Kind: Ending, Ends: p.Ends}}
}

// orders are those of what was ordered or done shortly before.
func (p *points) orders() (out []Clause) {
	for _, r := range lastdone.Repeats(p.List, p.Now) {
		out = append(out, Clause{Kind: Repeated, Name: r.Name, At: r.Order.Date, Records: cited(&r.Order, &r.Before)})
	}
	return out
}
