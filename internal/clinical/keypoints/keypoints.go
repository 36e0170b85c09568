// Package keypoints takes three key points out of a chart, by rules and without a guess:
// what stands now, what has changed, what is at risk or to be done. Each is a list of
// clauses; a clause copies facts of records and cites them, and has no word of its own, so
// that every language says the same. It promises that the same records give the same
// clauses in whatever order they come, that a clause goes with a record that it cites,
// that what is left out of a line is counted, and that nothing is said to be absent where
// it is not all seen.
//
// Source of the rules: the key points of the display rules, docs/display-rules.md. Their
// thresholds wait for a physician's sign-off.
package keypoints

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/changes"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
	"github.com/ehrdesk/ehrdesk/internal/clinical/summary"
)

// Version is of the rules: it changes with any rule or threshold of them, and stands
// beside what they give.
const Version = "2026.11"

// Alert is a finding of the safety rules, of the tiers 1 and 2.
type Alert struct {
	Tier    int
	Names   [2]string // of the two things that do not go together, as the records write them
	Records []ehrdesk.Ref
}

// In is what the key points are made of.
type In struct {
	List     func(ehrdesk.RecordType) []ehrdesk.Record // each newest first
	Sections summary.Sections                          // of the same lists at the same moment
	Now      time.Time
	Since    time.Time // when this person last looked on an earlier day; zero: the last 90 days count
	Stands   func(ehrdesk.Kind) standing.Standing
	Lacking  int       // records that are kept aside, or are known not to have come
	AsOf     time.Time // zero where nothing was ever synchronised

	Allergies ehrdesk.Allergies
	Ends      time.Time // of the consent, zero for one without an end
	Alerts    []Alert
	Said      map[string]bool // results that somebody here has acknowledged, each as it stood: by unseen.MarkOf
	Provider  string          // the number of the clinic that looks, and its name: what it has to follow up
	Clinic    string
}

// Kind is what a clause says.
type Kind uint8

// The kinds, in the order in which a key point says them.
const (
	Problem     Kind = iota + 1 // an active problem
	Allergy                     // a known allergy that was severe
	HighRisk                    // a drug of a high-risk group
	MoreProblem                 // a problem behind the first four

	Critical    // a result that is critical; in CHANGED where it is new and was repeated since
	Started     // a drug
	Changed     // the dose of one
	Stopped     // a drug
	Ended       // a drug whose course or supply is over
	Diagnosis   // recorded
	Admission   // a stay
	Emergency   // a visit to an emergency department
	Abnormal    // a result that is abnormal
	Trend       // a result that moves
	NewReferral // recorded

	Alerted       // a finding of the safety rules
	Unrepeated    // a critical result that is the newest of its test
	Conflict      // one source has an allergy, another says that there is none
	NoAllergies   // whether there are allergies is not recorded
	Missed        // a booking that nobody came for
	Unanswered    // a referral without a reply
	Awaited       // a test that was ordered and has not come back
	Repeated      // a test that was ordered twice, or right after its result
	Disagreement  // of a drug a newer record says that it has ended
	Contradiction // the name of a drug contradicts its code
	Future        // a record of a day that is to come, of something that was
	Ending        // the sharing consent
)

// Clause is one thing that a key point says: facts, and the records that they are copied
// from, the newest first. A clause without a record is of the consent, or of what is not
// recorded.
type Clause struct {
	Kind    Kind
	Records []ehrdesk.Record

	Name    ehrdesk.Concept      // what it is about
	At      ehrdesk.When         // the day that is said
	Drug    *changes.Drug        // of a drug
	Series  *results.Series      // of a result
	Move    results.Move         // of Trend
	Allergy ehrdesk.AllergyEntry // of Allergy and Conflict
	Alert   Alert
	Ends    time.Time // of Ending
}

// Line is one of the three key points.
type Line struct {
	Clauses []Clause       // all of them, in their order
	First   int            // how many of them belong on the line; the others are counted
	Unseen  []ehrdesk.Kind // the kinds that it goes by and that are not all seen, in their order
}

// Points are the three key points, in their order, and what they were taken from.
type Points struct {
	Now, Changed, ToDo Line
	Since              time.Time // what CHANGED counts from
	Looked             bool      // it is when this person last looked
	Coverage           Coverage
}

// period is how long CHANGED looks back for whoever has not looked before.
const period = 90 * 24 * time.Hour

// Of gives the key points.
func Of(in In) Points {
	p := &points{In: in, by: map[ehrdesk.Ref]*ehrdesk.Record{}}
	p.fresh, p.from, p.looked = changes.Come(in.Since), in.Since, true
	if in.Since.IsZero() {
		p.from, p.looked = in.Now.Add(-period), false
		p.fresh = changes.Since(p.from)
	}
	p.visits()
	out := Points{Since: p.from, Looked: p.looked, Coverage: p.coverage()}
	out.ToDo = p.todo() // what is to be done about is not said to have changed as well
	out.Now = p.now()
	out.Changed = p.changed()
	return out
}

// points is what the rules share while they work.
type points struct {
	In
	fresh  changes.Fresh
	from   time.Time
	looked bool
	stays  []stay
	by     map[ehrdesk.Ref]*ehrdesk.Record // allergies and what alerts name
	told   map[ehrdesk.Ref]bool            // results that are to be done about
}

// counts reports a record that a clause may be made of.
func counts(r *ehrdesk.Record) bool { return !r.Linked && !r.Restricted && !r.Void() }

// been reports a record of a day that has come. One without a day counts.
func (p *points) been(at ehrdesk.When) bool { return at.IsZero() || !at.Begins().After(p.Now) }

// unseen are those of the kinds that are not all seen here.
func (p *points) unseen(kinds ...ehrdesk.Kind) (out []ehrdesk.Kind) {
	for _, k := range kinds {
		if p.Stands(k) != standing.Seen {
			out = append(out, k)
		}
	}
	return out
}

// cited is a list of records without one twice, the newest first.
func cited(records ...*ehrdesk.Record) (out []ehrdesk.Record) {
	for _, r := range records {
		if r != nil && !slices.ContainsFunc(out, func(o ehrdesk.Record) bool { return o.Ref() == r.Ref() }) {
			out = append(out, *r)
		}
	}
	slices.SortFunc(out, func(a, b ehrdesk.Record) int { return newer(&a, &b) })
	return out
}

func newer(a, b *ehrdesk.Record) int {
	return cmp.Or(b.Date.Compare(a.Date), strings.Compare(a.Resource, b.Resource), strings.Compare(a.ID, b.ID))
}

// ordered sorts the clauses of a line by their kinds, of one kind the newest first.
func ordered(all []Clause) []Clause {
	slices.SortStableFunc(all, func(a, b Clause) int {
		if n := cmp.Compare(a.Kind, b.Kind); n != 0 || len(a.Records) == 0 || len(b.Records) == 0 {
			return n
		}
		return cmp.Or(first(a.highRisk(), b.highRisk()), b.At.Compare(a.At), newer(&a.Records[0], &b.Records[0]))
	})
	return all
}

// named is what a record is called.
func named(r *ehrdesk.Record, f *ehrdesk.Facts) ehrdesk.Concept {
	if f.Code.Words() == "" {
		return ehrdesk.Concept{Text: r.Title}
	}
	return ehrdesk.Concept{Text: f.Code.Text, Codings: slices.Clone(f.Code.Codings)}
}

// drugClause is a clause of a drug, citing the record that its day is of, what it was compared
// with, and the record that says how it is taken.
func drugClause(k Kind, d changes.Drug, at ehrdesk.When, and ...*ehrdesk.Record) Clause {
	return Clause{Kind: k, Drug: &d, At: at, Records: cited(append(append([]*ehrdesk.Record{d.By}, and...), d.Drug.Lead)...)}
}

// highRisk reports a clause of a drug of a high-risk group, which comes before others.
func (c *Clause) highRisk() bool { return c.Drug != nil && highRisk(&c.Drug.Drug) }

func highRisk(d *medication.Drug) bool {
	return d.HighRisk() && !d.Remarks.Has(medication.Forbidden|medication.NotTaken)
}

// group is which of the things a line tells a clause is of.
func (k Kind) group() int {
	switch k {
	case Problem, MoreProblem, Alerted:
		return 0
	case Allergy, Unrepeated, Critical:
		return 1
	case HighRisk, Started, Changed, Stopped, Ended, Conflict, NoAllergies:
		return 2
	case Diagnosis, Missed, Unanswered, Awaited:
		return 3
	case Admission, Emergency, Repeated:
		return 4
	case Abnormal, Trend, Disagreement, Contradiction:
		return 5
	case NewReferral, Future, Ending:
	}
	return 6
}

// Pick is which n of the clauses are shown where no more have room, in their order: the
// first of each of what the line tells, then the second of each. One long list of drugs does
// not hide a result.
func (l *Line) Pick(n int) (out []int) {
	taken := map[int]int{}
	type place struct{ at, round int }
	var all []place
	for i := range l.Clauses[:l.First] {
		g := l.Clauses[i].Kind.group()
		all = append(all, place{i, taken[g]})
		taken[g]++
	}
	slices.SortStableFunc(all, func(a, b place) int { return cmp.Or(a.round-b.round, a.at-b.at) })
	for _, p := range all[:min(n, len(all))] {
		out = append(out, p.at)
	}
	slices.Sort(out)
	return out
}
