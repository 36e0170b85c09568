package apart

import (
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// differences are collected aspect by aspect.
type differences []Difference

// both notes an aspect of which each side may say something: of what one does not, that it is silent.
func (d *differences) both(a Aspect, ours, others bool, hold func() likeness) {
	switch {
	case ours && others:
		switch hold() {
		case unlike:
			*d = append(*d, Difference{a, Differs})
		case untold:
			*d = append(*d, Difference{a, Unclear})
		case alike:
		}
	case ours:
		*d = append(*d, Difference{a, OnlyOurs})
	case others:
		*d = append(*d, Difference{a, OnlyOthers})
	}
}

func (d *differences) concept(a Aspect, x, y ehrdesk.Concept) {
	d.both(a, x.Words() != "", y.Words() != "", func() likeness { return concepts(&x, &y) })
}

func (d *differences) state(a Aspect, e ehrdesk.StateElement, x, y *ehrdesk.Facts) {
	s, _ := x.State(e)
	t, _ := y.State(e)
	d.both(a, s.Concept.Words() != "", t.Concept.Words() != "", func() likeness { return states(s, t) })
}

// states holds two states against each other by FHIR's codes; words that stand for none cannot be told.
func states(a, b ehrdesk.State) likeness {
	x, y := a.Codes(), b.Codes()
	if slices.ContainsFunc(x, func(c string) bool { return slices.Contains(y, c) }) {
		return alike
	}
	if len(a.Concept.Codings) == 0 || len(b.Concept.Codings) == 0 {
		return untold
	}
	return unlike
}

// month is how far dates are apart that are of one beginning as somebody remembers it. It wants a physician's sign-off.
const month = 31 * 24 * time.Hour

// began is what a record says of a beginning or an end: a date, an age, or words.
type began struct {
	at   ehrdesk.When
	age  string // digits and unit
	text string
}

func (b began) says() bool { return !b.at.IsZero() || b.age != "" || b.text != "" }

func beganOf(f *ehrdesk.Facts, name string) (b began) {
	for i := range f.Times {
		if t := &f.Times[i]; t.Name == name && !b.says() {
			b.at, b.text = t.From, written(t.Text)
		}
	}
	for i := range f.Ages {
		if a := &f.Ages[i]; a.Name == name && !b.says() && a.High.IsZero() && a.Low.Number != "" {
			b.age = a.Low.Comparator + a.Low.Number + " " + a.Low.System + "|" + a.Low.Code + written(a.Low.Unit)
		}
	}
	return b
}

// time notes a beginning or an end. Dates are held against each other as precisely as the less precise of them is.
func (d *differences) time(a Aspect, name string, x, y *ehrdesk.Facts) {
	p, q := beganOf(x, name), beganOf(y, name)
	slight := false
	n := len(*d)
	d.both(a, p.says(), q.says(), func() likeness {
		switch {
		case !p.at.IsZero() && !q.at.IsZero():
			if within(p.at, q.at) || within(q.at, p.at) {
				return alike
			}
			if p.at.Precision >= ehrdesk.ToDay && q.at.Precision >= ehrdesk.ToDay {
				slight = p.at.Time.Sub(q.at.Time).Abs() <= month
			}
			return unlike
		case p.at.IsZero() && q.at.IsZero() && p == q:
			return alike
		}
		return untold
	})
	if slight && len(*d) > n {
		(*d)[n].How = Slight
	}
}

// within reports a date that lies within what another may mean.
func within(a, b ehrdesk.When) bool {
	return !a.Begins().Before(b.Begins()) && (a.Begins().Before(b.Ends()) || a.Begins().Equal(b.Begins()))
}

// conditions are the diagnoses.
func conditions(all []ehrdesk.Record, ours func(*ehrdesk.Record) bool) (out []Thing) {
	for _, group := range together(read(all, Problem, disease)) {
		t := divided(Problem, named(group), recordsOf(group), ours)
		t.paired(func(a, b *ehrdesk.Record) (d []Difference) {
			x, y := a.Facts(), b.Facts()
			if episodes(a, b, &x, &y) || episodes(b, a, &y, &x) {
				return nil
			}
			l := differences{}
			l.state(Status, ehrdesk.StateClinical, &x, &y)
			l.state(Verification, ehrdesk.StateVerification, &x, &y)
			l.concept(Severity, x.Severity, y.Severity)
			l.sites(&x, &y)
			l.time(Onset, "onset", &x, &y)
			l.time(End, "abatement", &x, &y)
			if past(a) && past(b) { // how and when it ended is for the detail
				l.slight(Status, Onset, End)
			}
			return l
		})
		out = append(out, t)
	}
	return out
}

// past reports a diagnosis that is over.
func past(r *ehrdesk.Record) bool { return r.Status == "resolved" || r.Status == "inactive" }

// episodes reports a diagnosis that was over before the other began, of what comes and goes: two of them, each by itself. Of a
// disease that lasts the one says that it is over and the other that it is not.
func episodes(a, b *ehrdesk.Record, x, y *ehrdesk.Facts) bool {
	if !past(a) || terms.CourseOf(&x.Code) == terms.Lasting || terms.CourseOf(&y.Code) == terms.Lasting {
		return false
	}
	end, begin := beganOf(x, "abatement").at, beganOf(y, "onset").at
	if end.IsZero() {
		end = a.Date
	}
	if begin.IsZero() {
		begin = b.Date
	}
	return !end.IsZero() && !begin.IsZero() && end.Compare(begin) < 0
}

// slight turns what differs of aspects into what stands in the detail alone.
func (d differences) slight(aspects ...Aspect) {
	for i := range d {
		if slices.Contains(aspects, d[i].Aspect) && (d[i].How == Differs || d[i].How == Unclear) {
			d[i].How = Slight
		}
	}
}

func (d *differences) sites(x, y *ehrdesk.Facts) {
	d.both(Site, len(x.Sites) > 0, len(y.Sites) > 0, func() likeness { return sets(x.Sites, y.Sites) })
}

// named reports records of which it is known what they are of.
func named(group []*known) bool {
	return slices.ContainsFunc(group, func(x *known) bool { return x.term != "" || len(x.codes) > 0 })
}

func recordsOf(group []*known) (out []*ehrdesk.Record) {
	for _, x := range group {
		out = append(out, x.rec)
	}
	return out
}

// sensitivities are the allergies, and the assertions that there is none.
func sensitivities(all []ehrdesk.Record, ours func(*ehrdesk.Record) bool) (out []Thing) {
	var listed, none []ehrdesk.Record
	for i := range all {
		switch r := &all[i]; {
		case kindOf(r) != Allergy:
		case r.Flag == ehrdesk.FlagNoneKnown, r.Flag == ehrdesk.FlagNoneText, r.Flag == ehrdesk.FlagNoInformation:
			none = append(none, *r)
		default:
			listed = append(listed, *r)
		}
	}
	for _, group := range together(read(listed, Allergy, substance)) {
		t := divided(Allergy, named(group), recordsOf(group), ours)
		t.paired(allergies)
		out = append(out, t)
	}
	return append(out, denied(out, none, ours)...)
}

func allergies(a, b *ehrdesk.Record) []Difference {
	x, y := a.Facts(), b.Facts()
	l := differences{}
	l.state(Status, ehrdesk.StateClinical, &x, &y)
	l.state(Verification, ehrdesk.StateVerification, &x, &y)
	l.concept(Severity, x.Severity, y.Severity)
	r, s := reactions(&x), reactions(&y)
	l.both(Reaction, len(r) > 0, len(s) > 0, func() likeness { return sets(r, s) })
	m, n := worst(&x), worst(&y)
	l.both(Reacted, m > 0, n > 0, func() likeness {
		if m == n {
			return alike
		}
		return unlike
	})
	l.time(Onset, "onset", &x, &y)
	return l
}

// reactions are what an allergy does.
func reactions(f *ehrdesk.Facts) (out []ehrdesk.Concept) {
	for i := range f.Reactions {
		x := &f.Reactions[i]
		out = append(out, x.Manifestations...)
		if len(x.Manifestations) == 0 && x.Text != "" {
			out = append(out, ehrdesk.Concept{Text: x.Text})
		}
	}
	return slices.DeleteFunc(out, func(c ehrdesk.Concept) bool { return c.Words() == "" })
}

// worst is how bad the worst reaction was, from 1; 0 where it is not said.
func worst(f *ehrdesk.Facts) (n int) {
	for i := range f.Reactions {
		n = max(n, 1+slices.Index([]string{"mild", "moderate", "severe"}, strings.ToLower(f.Reactions[i].Severity)))
	}
	return n
}

// denied are the assertions that there is no allergy. One that stands is held against the newest entry that stands of each source
// of the other side, where what it covers may have it: an entry that came after it has ended it, and that is no disagreement. The
// pair stands with both.
func denied(listed []Thing, none []ehrdesk.Record, ours func(*ehrdesk.Record) bool) (out []Thing) {
	for i := range none {
		n := none[i]
		t := divided(Allergy, true, []*ehrdesk.Record{&n}, ours)
		if stands(&n) && n.Flag != ehrdesk.FlagNoInformation { // which says nothing
			for k := range listed {
				x := &listed[k]
				against := x.Others
				if len(t.Others) > 0 {
					against = x.Ours
				}
				for _, r := range bySource(against) {
					if !stands(r) || !covers(&n, r) || n.Date.Compare(r.Date) < 0 && !n.Date.IsZero() {
						continue
					}
					p := Pair{Ours: &n, Other: r, Differences: []Difference{{NoneKnown, Differs}}}
					if len(t.Others) > 0 {
						p.Ours, p.Other = r, &n
					}
					t.Pairs, x.Pairs = append(t.Pairs, p), append(x.Pairs, p)
				}
			}
		}
		slices.SortFunc(t.Pairs, func(a, b Pair) int {
			if n := newer(a.Other, b.Other); n != 0 {
				return n
			}
			return newer(a.Ours, b.Ours)
		})
		out = append(out, t)
	}
	return out
}

// stands reports an entry that nobody has taken back.
func stands(r *ehrdesk.Record) bool {
	return !slices.Contains([]string{"inactive", "resolved", "refuted"}, r.Status)
}

// covers reports an assertion whose scope may have an allergy: one of all, of drugs for what may be
// one, of foods for what is said to be one; one in words alone may be of all.
func covers(none, r *ehrdesk.Record) bool {
	f, g := none.Facts(), r.Facts()
	drug := substance(&g.Code) != "" || categorised(&g, "medication")
	for i := range f.Code.Codings {
		switch f.Code.Codings[i].Code {
		case "no-known-medication-allergies", "409137002":
			return drug || !categorised(&g, "food") && !categorised(&g, "environment")
		case "no-known-food-allergies", "429625007":
			return !drug && categorised(&g, "food")
		case "no-known-environmental-allergies", "428607008", "no-known-latex-allergies", "1003774007":
			return !drug && !categorised(&g, "food")
		}
	}
	return true
}

func categorised(f *ehrdesk.Facts, code string) bool {
	return slices.ContainsFunc(f.Categories, func(c ehrdesk.Concept) bool {
		return slices.ContainsFunc(c.Codings, func(k ehrdesk.Coding) bool { return strings.EqualFold(k.Code, code) })
	})
}
