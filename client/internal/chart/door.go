package chart

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

// alerts counts, by kind, what of the records is to be acted on and to be known by who has seen what was there until a
// moment. Several who looked last at one moment are told the same.
func alerts(records []*ehrdesk.Record, now time.Time) func(after time.Time) (act, know map[string]int) {
	type counts struct{ act, know map[string]int }
	had := map[time.Time]counts{}
	return func(after time.Time) (act, know map[string]int) {
		c, ok := had[after]
		if !ok {
			c = counts{map[string]int{}, map[string]int{}}
			for _, a := range unseen.Door(records, after, now) {
				if a.Act {
					c.act[a.Kind.String()]++
				} else {
					c.know[a.Kind.String()]++
				}
			}
			had[after] = c
		}
		return c.act, c.know
	}
}

// abnormal are the abnormal results of a copy, for who asks what waits without opening it.
func abnormal(records []*ehrdesk.Record, now time.Time) (out []copies.Result) {
	list := func(t ehrdesk.RecordType) (of []ehrdesk.Record) { // of most types nobody asks
		for _, r := range records {
			if r.Type() == t {
				of = append(of, *r)
			}
		}
		return of
	}
	for _, x := range unseen.Of(unseen.Given{List: list, Now: now}) {
		one := copies.Result{Mark: x.Mark, Critical: x.Critical, Partial: x.Partial, By: x.By, ByID: x.ByID}
		if !x.Record.Date.IsZero() {
			one.At = x.Record.Date.Begins()
		}
		out = append(out, one)
	}
	return out
}

// InStep is until when, by the centre's clock, a chart's copy was last in step; opened is false of one that was fetched
// before anybody opened it, looked of one at which nobody looks.
func InStep(c *Chart) (until time.Time, opened, looked bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.head.Step, !c.access.Ahead, !c.access.Unseen
}
