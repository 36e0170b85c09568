// Package followup finds in what a chart's records say together what their clinic has to follow up: bookings
// of its own that nobody came for, referrals of its own that nobody has answered, tests that it ordered and
// that have not come back. It promises to find nothing where the records that would speak against it are not
// all here, nothing that another institution has booked or ordered, and nothing of which it cannot be told
// what it is.
package followup

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// In is what findings are made of.
type In struct {
	Records  [][]ehrdesk.Record // list by list, as a chart has them: nothing is copied
	Today    time.Time          // its date counts, where the clinic is
	Provider string             // the clinic's number
	Name     string             // and its name
	Seen     func(ehrdesk.Kind) bool
}

// Find gives what is to be followed up, and of which kinds it could look at all.
func Find(in In) (found []ehrdesk.LooseEnd, looked []ehrdesk.FollowKind) {
	n := 0
	for _, list := range in.Records {
		n += len(list)
	}
	l := look{In: in, today: civil(in.Today), name: fold.String(in.Name), all: make([]*one, 0, n)}
	all := make([]one, 0, n)
	for _, list := range in.Records {
		for i := range list {
			if r := &list[i]; !r.Restricted && !r.Void() {
				all = append(all, one{Record: r})
				l.all = append(l.all, &all[len(all)-1])
			}
		}
	}
	for _, w := range ehrdesk.FollowKinds() {
		if !l.sees(w) {
			continue
		}
		looked = append(looked, w)
		for _, r := range l.all {
			if f, ok := l.find(w, r); ok {
				found = append(found, f)
			}
		}
	}
	slices.SortFunc(found, func(a, b ehrdesk.LooseEnd) int { return a.Due.Compare(b.Due) })
	return found, looked
}

// one is a record whose facts are read when they are asked for: of most nobody does.
type one struct {
	*ehrdesk.Record
	read *ehrdesk.Facts
}

func (r *one) facts() *ehrdesk.Facts {
	if r.read == nil {
		f := r.Facts()
		r.read = &f
	}
	return r.read
}

type look struct {
	In
	today time.Time
	name  string
	all   []*one
}

// sees reports whether all records are here that would speak against a finding.
func (l *look) sees(w ehrdesk.FollowKind) bool {
	needs := map[ehrdesk.FollowKind][]ehrdesk.Kind{
		ehrdesk.FollowMissed:   {ehrdesk.KindEncounter},
		ehrdesk.FollowReferral: {ehrdesk.KindReferral, ehrdesk.KindEncounter, ehrdesk.KindNote},
		ehrdesk.FollowTest:     {ehrdesk.KindReferral, ehrdesk.KindLaboratory, ehrdesk.KindRadiology, ehrdesk.KindOtherInvestigation},
	}[w]
	return !slices.ContainsFunc(needs, func(k ehrdesk.Kind) bool { return !l.Seen(k) })
}

func (l *look) find(w ehrdesk.FollowKind, r *one) (ehrdesk.LooseEnd, bool) {
	if r.Date.Precision < ehrdesk.ToDay || r.Resource != "Appointment" && r.Resource != "ServiceRequest" || !l.ours(r) {
		return ehrdesk.LooseEnd{}, false
	}
	day := dayOf(r.Date)
	switch w {
	case ehrdesk.FollowMissed:
		if r.Resource != "Appointment" || r.Status != "booked" && r.Status != "noshow" || l.attended(day) {
			return ehrdesk.LooseEnd{}, false
		}
	case ehrdesk.FollowReferral:
		if !l.asks(r, isReferral) || l.referralAnswered(r, day) {
			return ehrdesk.LooseEnd{}, false
		}
	case ehrdesk.FollowTest:
		if !l.asks(r, IsTest) || l.testAnswered(r, day) {
			return ehrdesk.LooseEnd{}, false
		}
	case ehrdesk.FollowUnsaid, ehrdesk.FollowMonitor, ehrdesk.FollowAct, ehrdesk.FollowKnow, ehrdesk.FollowReport: // no record is found to say so
		return ehrdesk.LooseEnd{}, false
	}
	t := timesOf(w, r.facts())
	due := day.AddDate(0, 0, t.days)
	if !l.today.After(due) {
		return ehrdesk.LooseEnd{}, false
	}
	return ehrdesk.LooseEnd{What: w, Ref: r.Ref(), Day: day, Due: due, Old: l.today.After(due.AddDate(0, 0, t.most))}, true
}

// ours reports whether the clinic has made a record, by its number or its name.
func (l *look) ours(r *one) bool {
	is := func(name string) bool { return l.name != "" && fold.String(name) == l.name }
	return is(r.Source) || slices.ContainsFunc(r.facts().Parties, func(p ehrdesk.Party) bool {
		return p.Role != "performer" && (l.Provider != "" && p.Identifier == l.Provider || is(p.Display))
	})
}

// attended reports whether the patient was at the clinic on a day or since, or is booked there once more.
func (l *look) attended(day time.Time) bool {
	return slices.ContainsFunc(l.all, func(r *one) bool {
		visit := r.Resource == "Encounter" || r.Resource == "Appointment"
		if !visit || r.Date.Precision < ehrdesk.ToDay || dayOf(r.Date).Before(day) || !l.ours(r) {
			return false
		}
		switch r.Resource {
		case "Encounter":
			return r.Status != "planned" && r.Status != "cancelled" && r.Status != "unknown"
		case "Appointment":
			again := r.Status == "booked" && !dayOf(r.Date).Before(l.today)
			return again || r.Status == "fulfilled" || r.Status == "arrived" || r.Status == "checked-in"
		}
		return false
	})
}

// asks reports a request in force of a sort.
func (l *look) asks(r *one, sort func(*ehrdesk.Facts) bool) bool {
	if r.Resource != "ServiceRequest" || r.Status != "active" || r.facts().Forbids || r.facts().Altered || !sort(r.facts()) {
		return false
	}
	intent, ok := r.facts().State(ehrdesk.StateIntent)
	return !ok || intent.Code() != "proposal" && intent.Code() != "plan" && intent.Code() != "option"
}

// basedOn reports whether a record says that it is of a request.
func basedOn(r *one, ref ehrdesk.Ref) bool {
	return slices.ContainsFunc(r.facts().Relations, func(x ehrdesk.Relation) bool {
		return x.Ref == ref && (x.Role == "basedOn" || x.Role == "incomingReferral" || x.Role == "replaces")
	})
}

// referralAnswered reports whether anybody has said something of a referral, or the patient was seen since
// by one of those whom it names.
func (l *look) referralAnswered(q *one, day time.Time) bool {
	return slices.ContainsFunc(l.all, func(r *one) bool {
		if r.Ref() == q.Ref() {
			return false
		}
		if basedOn(r, q.Ref()) && r.Status != "proposed" && r.Status != "cancelled" {
			return true
		}
		seen := r.Resource == "Encounter" && r.Status != "planned" && r.Status != "cancelled" && !dayOf(r.Date).Before(day)
		return seen && slices.ContainsFunc(q.facts().Parties, func(p ehrdesk.Party) bool {
			return p.Role == "performer" && p.Display != "" && fold.String(p.Display) == fold.String(r.Source)
		})
	})
}

// testAnswered reports whether a result has come: one that says of which request it is, or of the same test
// since.
func (l *look) testAnswered(q *one, day time.Time) bool {
	return slices.ContainsFunc(l.all, func(r *one) bool {
		switch r.Resource {
		case "DiagnosticReport", "Observation", "ImagingStudy", "DocumentReference", "Media":
		default:
			return false
		}
		if r.Status == "registered" || r.Status == "cancelled" {
			return false
		}
		return basedOn(r, q.Ref()) || !dayOf(r.Date).Before(day) && same(q.facts().Code, r.facts().Code)
	})
}

// same reports whether two concepts share a code of one system, or their words.
func same(a, b ehrdesk.Concept) bool {
	for _, x := range a.Codings {
		if x.System != "" && x.Code != "" && slices.ContainsFunc(b.Codings, func(y ehrdesk.Coding) bool { return x.System == y.System && x.Code == y.Code }) {
			return true
		}
	}
	return a.Words() != "" && fold.String(a.Words()) == fold.String(b.Words())
}

const (
	snomed = "http://snomed.info/sct"
	loinc  = "http://loinc.org"
)

// IsTest reports a request for an examination whose result is written down: by its category, or as its code
// is one of LOINC, which names tests alone.
func IsTest(f *ehrdesk.Facts) bool {
	if isReferral(f) {
		return false
	}
	for _, c := range f.Categories {
		for _, code := range []string{"108252007", "363679005", "103693007"} { // laboratory procedure, imaging, diagnostic procedure
			if c.Has(code, snomed) {
				return true
			}
		}
		for _, k := range c.Codings {
			switch fold.String(k.Code) {
			case "laboratory", "imaging", "lab", "rad":
				return true
			}
		}
	}
	return slices.ContainsFunc(f.Code.Codings, func(k ehrdesk.Coding) bool { return k.System == loinc })
}

// isReferral reports a request that somebody else sees the patient.
func isReferral(f *ehrdesk.Facts) bool {
	return slices.ContainsFunc(append(slices.Clone(f.Categories), f.Code), func(c ehrdesk.Concept) bool {
		return c.Has("3457005", snomed) || c.Has("306206005", snomed) // patient referral, referral to service
	}) || slices.ContainsFunc(f.Categories, func(c ehrdesk.Concept) bool {
		switch fold.String(c.Text) {
		case "referral", "healthcare referral", fold.String("Healthcare referral 醫療轉介"), fold.String("醫療轉介"), fold.String("轉介"):
			return true
		}
		return false
	})
}

// times are how long something has, and how long after that it is found anew.
type times struct{ days, most int }

var table = sync.OnceValue(func() map[string]times {
	out := map[string]times{}
	for _, f := range tables.FollowUps() {
		days, _ := strconv.Atoi(f[2]) // our own file; the test reads every cell
		most, _ := strconv.Atoi(f[3])
		out[f[0]+" "+f[1]] = times{days, most}
	}
	return out
})

func timesOf(w ehrdesk.FollowKind, f *ehrdesk.Facts) times {
	if p, ok := f.State(ehrdesk.StatePriority); ok {
		if t, known := table()[string(w)+" "+p.Code()]; known {
			return t
		}
	}
	return table()[string(w)+" routine"]
}

// dayOf is the day of a date, in Hong Kong.
func dayOf(w ehrdesk.When) time.Time { return civil(w.Begins().In(ehrdesk.HongKong())) }

// civil is the date of a moment, as the moment has it.
func civil(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
