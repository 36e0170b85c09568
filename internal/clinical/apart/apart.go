// Package apart holds what one provider wrote of a diagnosis, an allergy or a drug beside what others hold of the same. It
// promises that every record of these kinds is in exactly one thing, as it came; that what is said of two sides is the same
// whichever is called ours; that nothing is decided: two records differ, or it cannot be told, and neither is right; and that
// words without a code that our tables know are never taken for the same thing, nor amounts in units that cannot be compared for
// the same amount.
package apart

import (
	"cmp"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

// Kind is what a thing is.
type Kind uint8

// The kinds.
const (
	Problem Kind = iota + 1
	Allergy
	Drug
)

// Aspect is of what two sides say something.
type Aspect uint8

// The aspects, in the order in which they are told.
const (
	NoneKnown    Aspect = iota + 1 // one asserts that there is no allergy, the other has one
	Forbidden                      // one says that the drug must not be given, the other that it is taken
	Status                         // active, resolved; of a drug how it stands
	Verification                   // confirmed, refuted
	Severity                       // of a diagnosis; of an allergy its criticality
	Reaction                       // what an allergy does
	Reacted                        // how bad that was
	Dose                           // how much, and how often
	Site                           // where in the body
	Onset                          // since when
	End                            // until when
)

// How is in what way two sides say something of an aspect.
type How uint8

// The ways.
const (
	Differs    How = iota + 1
	Unclear        // both say something, and whether that is the same cannot be told
	Slight         // dates not more than a month apart, or of what is over by both
	OnlyOurs       // the other says nothing of it
	OnlyOthers     // we say nothing of it
)

// Difference is one aspect of which two sides do not say the same.
type Difference struct {
	Aspect Aspect
	How    How
}

// Pair is the newest of ours of a thing, and the newest of another source.
type Pair struct {
	Ours, Other         *ehrdesk.Record
	OursDrug, OtherDrug *medication.Drug // how a drug stands by the records of each side alone; nil for another thing
	Differences         []Difference     // in the order of the aspects; none where nothing differs
}

// Tells reports a pair of which somebody has to know who sees one of the two: that dates are a little apart, or one side is
// silent, stands beside both in the detail, but for what others know of an allergy's reaction and we do not.
func (p *Pair) Tells() bool {
	return slices.ContainsFunc(p.Differences, func(d Difference) bool { return d.Tells() })
}

// Tells is Pair.Tells of one difference.
func (d Difference) Tells() bool {
	return d.How == Differs || d.How == Unclear || d.How == OnlyOthers && (d.Aspect == Reaction || d.Aspect == Reacted || d.Aspect == Severity)
}

// Told are the differences that Tells counts.
func (p *Pair) Told() (out []Difference) {
	for _, d := range p.Differences {
		if d.Tells() {
			out = append(out, d)
		}
	}
	return out
}

// Thing is a diagnosis, an allergy or a drug, with every record of it.
type Thing struct {
	Kind   Kind
	Known  bool              // by a code, or a name that our tables have; another is held against nothing
	Ours   []*ehrdesk.Record // newest first
	Others []*ehrdesk.Record // newest first
	Pairs  []Pair            // one for each other source that holds it too, the newest first
}

// Differs reports a thing of which the two sides do not say the same.
func (t *Thing) Differs() bool {
	return t != nil && slices.ContainsFunc(t.Pairs, func(p Pair) bool { return p.Tells() })
}

// Report is all of a chart's things.
type Report struct {
	Things []Thing
	at     map[ehrdesk.Ref]int
}

// Of is the thing that a record is of; nil for a record of another kind, or where nothing of ours is in the chart.
func (r *Report) Of(ref ehrdesk.Ref) *Thing {
	if r == nil {
		return nil
	}
	if i, ok := r.at[ref]; ok {
		return &r.Things[i]
	}
	return nil
}

// Has reports that the chart has something of a kind of ours, and of others.
func (r *Report) Has(k Kind) (ours, others bool) {
	if r == nil {
		return false, false
	}
	for i := range r.Things {
		if t := &r.Things[i]; t.Kind == k {
			ours, others = ours || len(t.Ours) > 0, others || len(t.Others) > 0
		}
	}
	return ours, others
}

// Lists gives the records of a type.
type Lists func(ehrdesk.RecordType) []ehrdesk.Record

// Of holds the records of a chart against each other. own reports those that we wrote; where there is none of these kinds,
// nothing is made. Records are pointed to, and must not change. What was entered in error is in no thing.
func Of(list Lists, own func(ehrdesk.Ref) bool, now time.Time) *Report {
	diagnoses, allergies := list(ehrdesk.DiagnosisProcedureMedication), list(ehrdesk.AllergyADR)
	mine := map[ehrdesk.Ref]bool{}
	for _, all := range [...][]ehrdesk.Record{diagnoses, allergies} {
		for i := range all {
			if r := &all[i]; kindOf(r) != 0 && own(r.Ref()) {
				mine[r.Ref()] = true
			}
		}
	}
	out := &Report{at: map[ehrdesk.Ref]int{}}
	if len(mine) == 0 {
		return out
	}
	ours := func(r *ehrdesk.Record) bool { return mine[r.Ref()] }
	out.Things = append(out.Things, conditions(diagnoses, ours)...)
	out.Things = append(out.Things, sensitivities(allergies, ours)...)
	out.Things = append(out.Things, drugs(diagnoses, ours, now)...)
	for i := range out.Things {
		t := &out.Things[i]
		for _, side := range [...][]*ehrdesk.Record{t.Ours, t.Others} {
			for _, r := range side {
				out.at[r.Ref()] = i
			}
		}
	}
	return out
}

// kindOf is what a record is held against others as, 0 for nothing: what was entered in error is none, nor what is held back.
func kindOf(r *ehrdesk.Record) Kind {
	switch {
	case r.Linked || r.ID == "" || r.Void() || r.Restricted && !r.Released:
		return 0
	case r.Kind == ehrdesk.KindDiagnosis && r.Resource == "Condition":
		return Problem
	case r.Kind == ehrdesk.KindAllergy && r.Resource == "AllergyIntolerance":
		return Allergy
	case r.Kind == ehrdesk.KindMedication:
		return Drug
	}
	return 0
}

// divided parts the records of a thing, newest first.
func divided(k Kind, known bool, all []*ehrdesk.Record, ours func(*ehrdesk.Record) bool) Thing {
	t := Thing{Kind: k, Known: known}
	all = slices.Clone(all)
	slices.SortFunc(all, newer)
	for _, r := range all {
		if ours(r) {
			t.Ours = append(t.Ours, r)
		} else {
			t.Others = append(t.Others, r)
		}
	}
	return t
}

func newer(a, b *ehrdesk.Record) int {
	return cmp.Or(b.Date.Compare(a.Date), b.Updated.Compare(a.Updated), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.ID, b.ID))
}

// bySource are the newest of each source, the newest first.
func bySource(all []*ehrdesk.Record) (out []*ehrdesk.Record) {
	had := map[string]bool{}
	for _, r := range all {
		if !had[r.Source] {
			had[r.Source] = true
			out = append(out, r)
		}
	}
	return out
}

// paired holds the newest of ours against the newest of each other source.
func (t *Thing) paired(hold func(ours, other *ehrdesk.Record) []Difference) {
	if len(t.Ours) == 0 {
		return
	}
	for _, r := range bySource(t.Others) {
		t.Pairs = append(t.Pairs, Pair{Ours: t.Ours[0], Other: r, Differences: hold(t.Ours[0], r)})
	}
}
