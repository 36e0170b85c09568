package keypoints

import (
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/changes"
	"github.com/ehrdesk/ehrdesk/internal/clinical/followup"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
)

// changed is what came since this person last looked: drugs, diagnoses, stays, results,
// referrals.
func (p *points) changed() (out Line) {
	out.Clauses = append(out.Clauses, p.drugs()...)
	dx := p.List(ehrdesk.DiagnosisProcedureMedication)
	for i := range dx {
		if r := &dx[i]; r.Resource == "Condition" && p.came(r) && r.Status != "refuted" {
			f := r.Facts()
			out.Clauses = append(out.Clauses, Clause{Kind: Diagnosis, Name: named(r, &f), At: r.Date, Records: cited(r)})
		}
	}
	for _, s := range p.stays {
		if !p.came(s.record) {
			continue
		}
		k := Admission
		if s.emergency {
			k = Emergency
		}
		out.Clauses = append(out.Clauses, Clause{Kind: k, Name: s.why, At: s.record.Date, Records: cited(s.record)})
	}
	out.Clauses = append(out.Clauses, p.results()...)
	refs := p.List(ehrdesk.Referral)
	for i := range refs {
		if r := &refs[i]; (r.Resource == "ServiceRequest" || r.Resource == "ReferralRequest") && r.Status == "active" && p.came(r) {
			f := r.Facts()
			if followup.IsTest(&f) { // an order, which is told of while it waits
				continue
			}
			out.Clauses = append(out.Clauses, Clause{Kind: NewReferral, Name: named(r, &f), At: r.Date, Records: cited(r)})
		}
	}
	out.Clauses = ordered(out.Clauses)
	out.First = len(out.Clauses)
	out.Unseen = p.unseen(ehrdesk.KindDiagnosis, ehrdesk.KindMedication, ehrdesk.KindLaboratory, ehrdesk.KindEncounter, ehrdesk.KindReferral)
	return out
}

// came reports a record that is fresh, and of a day that has come.
func (p *points) came(r *ehrdesk.Record) bool {
	return counts(r) && p.been(r.Date) && p.fresh(r, r.Date)
}

// drugs are those that were started, stopped or changed.
func (p *points) drugs() (out []Clause) {
	for _, d := range changes.Drugs(p.Sections.Drugs, p.Sections.Over, p.fresh, p.Now) {
		if !p.been(d.At) {
			continue
		}
		k := Started
		switch d.Mark {
		case medication.Changed:
			k = Changed
		case medication.Stopped:
			k = Stopped
		case changes.Ended:
			k = Ended
		case medication.Begun, medication.Other, medication.Repeated, medication.Supplied, medication.Given:
		}
		out = append(out, drugClause(k, d, d.At, d.From))
	}
	return out
}

// results are the tests whose newest result is fresh, and abnormal or moving.
func (p *points) results() (out []Clause) {
	for i := range p.Sections.Results {
		l := &p.Sections.Results[i]
		last := l.Series.Last()
		if !counts(last.Record) || !p.been(last.At) || !p.fresh(last.Record, last.At) || p.told[last.Record.Ref()] {
			continue
		}
		c := Clause{Kind: Abnormal, Series: &l.Series, At: last.At, Records: cited(last.Record)}
		switch {
		case last.Critical():
			c.Kind = Critical
		case l.Move.Why != results.Still && l.Move.From != nil && l.Move.To == last:
			c.Kind, c.Move = Trend, l.Move
			c.Records = cited(last.Record, l.Move.From.Record)
		case !last.Abnormal():
			continue
		}
		out = append(out, c)
	}
	return out
}

// stay is an admission, or a visit to an emergency department, of the last two years or
// fresh.
type stay struct {
	record    *ehrdesk.Record
	emergency bool
	why       ehrdesk.Concept
	reasons   []ehrdesk.Concept
	of        []ehrdesk.Ref // the diagnoses that it names
}

// isFor reports whether somebody stayed for a problem: by the visit that recorded it, by
// the diagnosis that the stay names, or by its reason.
func (s *stay) isFor(problem ehrdesk.Ref, visits []ehrdesk.Ref, code *ehrdesk.Concept) bool {
	return slices.Contains(visits, s.record.Ref()) || slices.Contains(s.of, problem) ||
		slices.ContainsFunc(s.reasons, func(c ehrdesk.Concept) bool { return same(&c, code) })
}

// visits finds the stays. Source of the codes: HL7 v3 ActCode, encounter classes.
func (p *points) visits() {
	since := p.Now.AddDate(0, -months24, 0)
	all := p.List(ehrdesk.Encounters)
	var open ehrdesk.Opener
	for i := range all {
		r := &all[i]
		if r.Resource != "Encounter" || !counts(r) || r.Status == "planned" || r.Status == "cancelled" || !p.been(r.Date) {
			continue
		}
		if r.Date.Time.Before(since) && !p.fresh(r, r.Date) {
			continue
		}
		f := open.Open(r)
		class := classOf(f)
		if class == 0 {
			continue
		}
		s := stay{record: r, emergency: class == emergency}
		for _, c := range f.Reasons {
			s.reasons = append(s.reasons, ehrdesk.Concept{Text: c.Text, Codings: slices.Clone(c.Codings)})
		}
		if len(s.reasons) > 0 {
			s.why = s.reasons[0]
		} else {
			s.why = named(r, f)
		}
		for _, rel := range f.Relations {
			if rel.Ref.Resource == "Condition" {
				s.of = append(s.of, rel.Ref)
			}
		}
		p.stays = append(p.stays, s)
	}
}

const (
	admitted  = 1
	emergency = 2
)

// classOf is which kind of stay a visit was, 0 for none.
func classOf(f *ehrdesk.Facts) int {
	found := 0
	look := func(c *ehrdesk.Concept) {
		for i := range c.Codings {
			switch c.Codings[i].Code {
			case "IMP", "ACUTE", "NONAC", "SS":
				found = admitted
			case "EMER":
				found = emergency
			}
		}
	}
	for i := range f.Categories {
		look(&f.Categories[i])
	}
	look(&f.Code)
	return found
}
