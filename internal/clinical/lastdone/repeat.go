package lastdone

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/followup"
	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// Repeat is an order of what was ordered, or done, shortly before.
type Repeat struct {
	Order  ehrdesk.Record // the later one
	Before ehrdesk.Record // the order before it, or the result
	Result bool           // Before is a result
	Name   ehrdesk.Concept
	Days   int // between the two
	Within int // the rule's

	name *called
}

var within = sync.OnceValue(func() map[string]int {
	out := map[string]int{}
	for _, f := range tables.Repeats() {
		out[f[0]], _ = strconv.Atoi(f[1]) // our own file; the test reads every cell
	}
	return out
})

// limit is within how many days an order is a repeat, of an order or of a result.
func limit(imaging, result bool) int {
	what := "order"
	if result {
		what = "result"
	}
	if imaging {
		what = "imaging " + what
	}
	return within()[what]
}

// order is one that nobody has answered.
type order struct {
	record  *ehrdesk.Record
	name    *called
	imaging bool
}

// Repeats are the open orders of one test, each of which follows another open one within
// the days of the rule, or a result of it. What was ordered on purpose is no slip: it is
// named and no more.
func Repeats(list func(ehrdesk.RecordType) []ehrdesk.Record, now time.Time) (out []Repeat) {
	orders := openOrders(list, now)
	if len(orders) == 0 {
		return nil
	}
	results := resultsFor(orders, list, now)
	for i, o := range orders {
		if answered(o, results) {
			continue
		}
		var best *Repeat
		take := func(before *ehrdesk.Record, result bool) {
			days, most := int(dayOf(o.record).Sub(dayOf(before)).Hours()/24), limit(o.imaging, result)
			if days < 0 || days > most || best != nil && newer(&best.Before, before) <= 0 {
				return
			}
			best = &Repeat{Order: *o.record, Before: *before, Result: result, Name: o.name.name, Days: days, Within: most, name: o.name}
		}
		for k, p := range orders {
			if k != i && p.name.key == o.name.key && newer(o.record, p.record) < 0 && !answered(p, results) {
				take(p.record, false)
			}
		}
		for _, res := range results {
			if res.name.key == o.name.key && dayOf(res.record).Before(dayOf(o.record)) {
				take(res.record, true)
			}
		}
		if best != nil {
			out = append(out, *best)
		}
	}
	slices.SortFunc(out, func(a, b Repeat) int { return newer(&a.Order, &b.Order) })
	return out
}

// openOrders are the requests of tests in force, of the last fifteen months.
func openOrders(list func(ehrdesk.RecordType) []ehrdesk.Record, now time.Time) (out []order) {
	n, since := newNamer(), now.AddDate(0, -15, 0)
	for _, t := range ehrdesk.RecordTypes() {
		all := list(t)
		for i := range all {
			r := &all[i]
			if r.Resource != "ServiceRequest" || r.Status != "active" || r.Linked || r.Restricted || r.Date.Precision < ehrdesk.ToDay || r.Date.Time.Before(since) || r.Date.Begins().After(now) {
				continue
			}
			f := r.Facts()
			intent, ok := f.State(ehrdesk.StateIntent)
			if f.Forbids || f.Altered || !followup.IsTest(&f) || ok && (intent.Code() == "proposal" || intent.Code() == "plan" || intent.Code() == "option") {
				continue
			}
			as, imaging := *r, isImaging(&f)
			as.Kind = ehrdesk.KindLaboratory // named as the test that it asks for
			if imaging {
				as.Kind = ehrdesk.KindRadiology
			}
			out = append(out, order{r, n.of(&as, &f), imaging})
		}
	}
	return out
}

func isImaging(f *ehrdesk.Facts) bool {
	return slices.ContainsFunc(f.Categories, func(c ehrdesk.Concept) bool {
		return c.Has("363679005", "http://snomed.info/sct") || slices.ContainsFunc(c.Codings, func(k ehrdesk.Coding) bool {
			return strings.EqualFold(k.Code, "imaging") || strings.EqualFold(k.Code, "RAD")
		})
	})
}

// result is one of a test, and of which order it says that it is.
type result struct {
	record *ehrdesk.Record
	name   *called
	of     []ehrdesk.Ref
}

// resultsFor are the results of the tests that are ordered, from the days before the first of
// the orders on. What the first record of a title is of, the others of it are: facts are opened
// for what says of which order it is.
func resultsFor(orders []order, list func(ehrdesk.RecordType) []ehrdesk.Record, now time.Time) (out []result) {
	n := newNamer()
	first := dayOf(orders[0].record)
	for _, o := range orders {
		if d := dayOf(o.record); d.Before(first) {
			first = d
		}
	}
	first = first.AddDate(0, 0, -max(limit(true, true), limit(false, true)))
	soonest := first.AddDate(0, 0, -1) // a day of whatever zone
	asked := map[string]bool{}
	for _, o := range orders {
		asked[o.name.key] = true
	}
	type title struct {
		kind ehrdesk.Kind
		name string
	}
	names := map[title]*called{}
	var open ehrdesk.Opener
	for _, t := range []ehrdesk.RecordType{ehrdesk.LaboratoryRadiology, ehrdesk.OtherInvestigation} {
		all := list(t)
		for i := range all {
			r := &all[i]
			if r.Date.Precision < ehrdesk.ToDay || r.Date.Time.Before(soonest) || !Done(r, now) {
				continue
			}
			is, based := title{r.Kind, r.Title}, strings.Contains(string(r.Packed), "basedOn")
			if names[is] != nil && !based {
				if asked[names[is].key] {
					out = append(out, result{record: r, name: names[is]})
				}
				continue
			}
			f := open.Open(r)
			res := result{record: r, name: n.of(r, f)}
			if names[is] == nil {
				names[is] = res.name
			}
			if !based && !asked[res.name.key] {
				continue
			}
			for _, rel := range f.Relations {
				if rel.Role == "basedOn" {
					res.of = append(res.of, rel.Ref)
				}
			}
			out = append(out, res)
		}
	}
	return out
}

// answered reports a result of an order: one that says so, or of the test since.
func answered(o order, results []result) bool {
	return slices.ContainsFunc(results, func(r result) bool {
		return slices.Contains(r.of, o.record.Ref()) || len(r.of) == 0 && r.name.key == o.name.key && !dayOf(r.record).Before(dayOf(o.record))
	})
}

// dayOf is the day of a record in Hong Kong.
func dayOf(r *ehrdesk.Record) time.Time {
	y, m, d := r.Date.Begins().In(ehrdesk.HongKong()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Thing is what was ordered, to be found by its names.
func (r *Repeat) Thing() Thing {
	return Thing{Terms: r.name.terms, Last: r.Order, Name: r.Name, key: r.name.key, words: r.name.words}
}
