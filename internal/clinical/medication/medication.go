// Package medication makes the list of drugs that a chart's records speak of: what
// somebody takes now and what is past, a line a drug with its history. It promises that
// every record of a drug but what was entered in error is in the history of exactly one, that
// the order in which records come changes nothing, that records which contradict each
// other are never made one, and that a drug nobody can be sure of stays among what is
// taken now, with what is not sure said.
//
// Source of the statuses: HL7 FHIR R4 (4.0.1); of the words they become, NHS CUI MEDv
// (Not Started, Started, Suspended, Completed, Discontinued).
package medication

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// State is how a drug stands.
type State uint8

// The states. Unknown is a word of its own: a status is never blank (NHS CUI MEDv).
const (
	Unknown State = iota
	NotStarted
	Started
	Suspended
	Completed
	Discontinued
)

// Remark is what has to be said beside a state. Several may hold.
type Remark uint16

// The remarks.
const (
	Forbidden     Remark = 1 << iota // the drug must not be given
	Proposed                         // a plan, a proposal or a draft: no order
	NotTaken                         // somebody says that it is not taken
	Cancelled                        // withdrawn before anything was given
	EndPassed                        // Until has passed, and nothing says that it was stopped or completed
	SupplyOut                        // what was supplied lasted until SupplyUntil, and no more is on record: possibly not taken
	SupplyLeft                       // no order runs, but what was supplied lasts until SupplyUntil
	Disagreement                     // a newer record (Newer) says that it has ended
	Contradiction                    // the name contradicts a code, or the linked product another name
	Administered                     // nothing but doses that were given is on record
	RanOut                           // carried on with until of late: the supply has ended, no order followed, and nobody said that it was to end
)

// Has reports a remark.
func (r Remark) Has(x Remark) bool { return r&x != 0 }

// Mark is what a record was in a drug's history.
type Mark uint8

// The marks.
const (
	Other    Mark = iota // neither begins nor changes anything: a refusal, a cancelled order
	Begun                // + started
	Changed              // ~ the dose is another than before
	Repeated             // the same again
	Stopped              // - stopped; the record stands in the history once more, as what began
	Supplied             // handed out
	Given                // a dose given
)

// Event is one line of a drug's history.
type Event struct {
	Mark   Mark
	Record *ehrdesk.Record
	At     ehrdesk.When // when; of Stopped the end that was recorded, which may be none
	State  State        // the record's own
}

// Drug is one line: a drug, by one route.
type Drug struct {
	Lead        *ehrdesk.Record // the record that says how it is taken now, or was last
	Name        string          // as Lead has it, else the newest record that names it
	Substances  []string        // English names, where all of the drug's name is known
	Made        Made            // what is known of what it is made of
	Risks       []string        // high-risk groups, in their order in Risks()
	State       State
	Remarks     Remark
	Since       ehrdesk.When // the present dose, or the last one, from here
	First       ehrdesk.When // first on record
	Until       ehrdesk.When // the end that was planned or recorded
	Step        int          // of a course in steps the one that its days come to now, from 1; 0 for none
	StepSince   ehrdesk.When // the day that the step began on
	StepUntil   ehrdesk.When // the day that the step ends on
	SupplyUntil ehrdesk.When // the day that the supply lasts to
	Source      string       // who says so: Lead's
	Where       string       // where it was supplied last, if that is another
	Before      *ehrdesk.Record
	BeforeUntil ehrdesk.When      // Before's dose was taken until then; Before is nil where the dose never changed
	Also        []*ehrdesk.Record // other records that run too, and say another dose
	Newer       *ehrdesk.Record   // with Disagreement
	History     []Event           // newest first
	Supplies    int
	Repeats     int
	Given       int
}

// Made is what a drug is made of, as far as its records say it: for rules that have to
// judge what is there also where something else may be in it.
type Made struct {
	Terms []*terms.Term // what the table of substances has of the name and of the codes, in the order of the name
	Whole bool          // nothing else is in the name
	Codes []string      // codes of the ATC that the leading record carries, as they were sent
	Route string        // "topical", "eye", "ear", "nasal", "inhaled", "oral" …; "" where nothing says one
}

// HighRisk reports a drug of a high-risk group.
func (d *Drug) HighRisk() bool { return len(d.Risks) > 0 }

// List is all of a chart's drugs.
type List struct {
	Current []Drug // newest start first
	Past    []Drug // newest first
	Said    []Said // that none is taken, or nothing is known: newest first; in neither of the others
	Void    int    // records entered in error, which are in none
}

// Said is a record that speaks of no drug: nothing is taken, or nothing is known.
type Said struct {
	Record *ehrdesk.Record
	None   bool // no known medication; else no information
}

// Len is how many drugs there are.
func (l *List) Len() int { return len(l.Current) + len(l.Past) }

// Of makes the list from records of any kind: those that are no medication, linked
// products and records that are held back are passed over. now is the moment that
// current is meant at. Records are pointed to, and must not change.
func Of(records []ehrdesk.Record, now time.Time) *List {
	entries, said, void := read(records, now)
	out := &List{Said: said, Void: void}
	for _, group := range groups(entries) {
		d, current := course(group, now)
		if current {
			out.Current = append(out.Current, d)
		} else {
			out.Past = append(out.Past, d)
		}
	}
	slices.SortFunc(out.Current, func(a, b Drug) int {
		return cmp.Or(b.Since.Compare(a.Since), compareDrugs(&a, &b))
	})
	slices.SortFunc(out.Past, func(a, b Drug) int {
		return cmp.Or(b.History[0].At.Compare(a.History[0].At), compareDrugs(&a, &b))
	})
	return out
}

// compareDrugs puts drugs of one day in an order that does not depend on how they came.
func compareDrugs(a, b *Drug) int {
	return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), compareRefs(a.Lead, b.Lead))
}

func compareRefs(a, b *ehrdesk.Record) int {
	return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.ID, b.ID))
}
