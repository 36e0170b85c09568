package medication

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

const (
	week  = 7 * 24 * time.Hour
	month = 30 * 24 * time.Hour
)

// told is a drug's records in their order, and what comes of them.
type told struct {
	all      []*entry // every record
	orders   []*entry // those that say how it is taken
	marks    []Mark   // of orders
	replaced map[ehrdesk.Ref]bool
	supplied *entry // the last supply that was handed out
	given    *entry // the last dose
	now      time.Time
}

// course makes one drug of its records, and reports whether it is current.
func course(list []*entry, now time.Time) (Drug, bool) {
	inTime(list)
	t := told{all: list, now: now, replaced: map[ehrdesk.Ref]bool{}}
	for _, e := range list {
		switch {
		case e.kind == order:
			t.orders = append(t.orders, e)
			if e.remarks&(Cancelled|NotTaken) == 0 {
				for _, ref := range e.prior {
					t.replaced[ref] = true
				}
			}
		case e.kind == given:
			t.given = e
		case e.state == Completed || e.state == Started || e.state == Unknown:
			t.supplied = e
		}
	}
	t.mark()
	var d Drug
	lead, current := t.lead(&d)
	t.describe(&d, lead)
	t.history(&d)
	if !current && t.ranOut(&d, lead) {
		d.Remarks |= RanOut
		current = true
	}
	return d, current
}

// mark says what each order was to the one before it.
func (t *told) mark() {
	t.marks = make([]Mark, len(t.orders))
	var prev *entry
	dose := uint64(0)
	for i, e := range t.orders {
		if e.state == NotStarted && e.remarks&(Cancelled|NotTaken) != 0 {
			continue
		}
		switch {
		case prev == nil || t.broken(prev, e):
			t.marks[i] = Begun
		case e.dose != 0 && dose != 0 && e.dose != dose:
			t.marks[i] = Changed
		default:
			t.marks[i] = Repeated
		}
		if t.marks[i] == Begun || e.dose != 0 {
			dose = e.dose
		}
		prev = e
	}
}

// broken reports that a course had ended when the next order came: what was supplied had
// been over for longer than it lasted, and for two weeks.
func (t *told) broken(prev, e *entry) bool {
	if slices.Contains(e.prior, prev.rec.Ref()) || e.from.IsZero() || prev.from.IsZero() {
		return false
	}
	end := prev.runs
	if !prev.until.IsZero() {
		end = lastOf(prev.until)
	}
	if end.IsZero() {
		return prev.state == Discontinued && e.from.Time.Sub(prev.from.Time) > 2*week
	}
	return e.from.Time.Sub(end) > max(2*week, prev.supply)
}

// running reports an order that holds now, for all that is known.
func (t *told) running(e *entry) bool {
	switch {
	case e.remarks&(Cancelled|NotTaken|EndPassed) != 0, t.replaced[e.rec.Ref()]:
		return false
	}
	return e.state == Started || e.state == Suspended || e.state == NotStarted || e.state == Unknown
}

// lead finds the record that a drug's line rests on, and how the drug stands by it.
func (t *told) lead(d *Drug) (lead *entry, current bool) {
	for i := len(t.orders) - 1; i >= 0; i-- {
		if e := t.orders[i]; lead == nil && t.running(e) {
			lead = e
		}
	}
	if lead != nil {
		d.State, d.Remarks = lead.state, lead.remarks
		t.beside(d, lead)
		return lead, true
	}
	if n := len(t.orders); n > 0 {
		lead = t.orders[n-1]
	}
	if s := t.supplied; s != nil && t.unstopped(s) {
		left := s.runs.After(t.now)
		if lead == nil {
			lead = s
			// Nothing says for how long: of late it may still be taken.
			current = left || s.runs.IsZero() && !s.from.IsZero() && t.now.Sub(s.from.Time) < 3*month
			d.Remarks = lead.remarks
			switch {
			case left:
				d.State, d.Remarks = Started, d.Remarks|SupplyLeft
			case !s.runs.IsZero():
				d.Remarks |= SupplyOut
			}
			return lead, current
		}
		if left {
			d.State, d.Remarks = Started, lead.remarks&^EndPassed|SupplyLeft
			return lead, true
		}
	}
	if g := t.given; lead == nil && g != nil {
		d.State, d.Remarks = g.state, g.remarks|Administered
		return g, g.state == Started || g.state == Suspended
	}
	if lead == nil {
		lead = t.all[len(t.all)-1]
	}
	d.State, d.Remarks = lead.state, lead.remarks
	return lead, lead.kind == supply && lead.state == NotStarted && lead.remarks&(Cancelled|NotTaken) == 0
}

// unstopped reports that nothing said after a supply, or of the order that it was handed
// out under, that the drug is not taken any more.
func (t *told) unstopped(s *entry) bool {
	for _, e := range t.orders {
		ended := e.state == Discontinued || e.remarks.Has(NotTaken)
		if ended && (e.from.Compare(s.from) >= 0 || slices.Contains(s.links, e.rec.Ref()) || e.over(t.now) && e.until.Compare(s.from) >= 0) {
			return false
		}
	}
	return true
}

// beside says what stands against a drug that runs: other orders that run as well,
// newer ones that say it has ended, a supply that has been used up.
func (t *told) beside(d *Drug, lead *entry) {
	seen := []uint64{lead.dose}
	for i := len(t.orders) - 1; i >= 0; i-- {
		e := t.orders[i]
		ended := e.state == Discontinued || e.state == Completed || e.remarks.Has(NotTaken)
		switch {
		case e == lead:
		case ended && d.Newer == nil && e.from.Compare(lead.from) > 0:
			d.Newer, d.Remarks = e.rec, d.Remarks|Disagreement
		case t.running(e) && (e.state != lead.state || e.dose != 0 && !slices.Contains(seen, e.dose)):
			d.Also = append(d.Also, e.rec)
			seen = append(seen, e.dose)
		}
	}
	if runs := t.supplyOf(lead); lead.state == Started && !runs.IsZero() && t.now.Sub(runs) > month {
		d.Remarks |= SupplyOut
	}
}

// supplyOf is until when what was supplied lasts, by an order and what came after it;
// zero where none of that says for how long.
func (t *told) supplyOf(lead *entry) (runs time.Time) {
	for _, e := range t.all {
		if e.runs.After(runs) && e.from.Compare(lead.from) >= 0 && (e == lead || e.state != NotStarted) {
			runs = e.runs
		}
	}
	return runs
}

// describe fills what the line says of its times and places.
func (t *told) describe(d *Drug, lead *entry) {
	d.Lead, d.Name, d.Source, d.Until = lead.rec, lead.product.name, lead.rec.Source, lead.until
	if lead.product.whole {
		d.Substances = englishOf(lead.product.terms)
	}
	if lead.steps && lead.state == Started {
		f := lead.rec.Facts()
		d.Step, d.StepSince, d.StepUntil = step(f.Dosages, lead.from, t.now)
	}
	d.Made = Made{Terms: lead.made, Whole: lead.product.whole, Codes: lead.atc}
	risks, route := risk(0), ""
	for _, e := range t.all {
		risks |= e.risks
		if !vague(e.route) {
			route = e.route
		}
		if d.First.IsZero() || !e.from.IsZero() && e.from.Compare(d.First) < 0 {
			d.First = e.from
		}
		if e.kind == supply && e.rec.Source != "" && e.rec.Source != d.Source {
			d.Where = e.rec.Source
		}
	}
	d.Risks, d.Made.Route = risks.on(route), route
	at := 0
	if lead.kind == supply {
		d.Since = t.suppliedSince(lead)
	} else {
		d.Since, at = t.since(lead)
	}
	if at > 0 && t.marks[at] == Changed {
		for b := at - 1; b >= 0; b-- {
			if t.marks[b] != Other && t.orders[b].dose != 0 {
				d.Before, d.BeforeUntil = t.orders[b].rec, d.Since
				break
			}
		}
	}
	if runs := t.supplyOf(lead); !runs.IsZero() {
		d.SupplyUntil = dayOf(runs)
	}
}

// since is when an order's dose was first taken as it is, and which order that was.
func (t *told) since(lead *entry) (ehrdesk.When, int) {
	at := slices.Index(t.orders, lead)
	since := lead.from
	if at < 0 || t.marks[at] == Other {
		return since, 0
	}
	for i := at; i > 0 && t.marks[at] == Repeated; {
		if i--; t.marks[i] == Other {
			continue
		}
		if at = i; !t.orders[i].from.IsZero() {
			since = t.orders[i].from
		}
	}
	return since, at
}

// suppliedSince is when a drug that nothing but supplies speak of was first handed out
// without a gap.
func (t *told) suppliedSince(lead *entry) ehrdesk.When {
	since, later := lead.from, lead
	for i := len(t.all) - 1; i >= 0; i-- {
		e := t.all[i]
		if e.kind != supply || e.at >= later.at || e.from.IsZero() {
			continue
		}
		if e.runs.IsZero() || later.from.Time.Sub(e.runs) > max(2*week, e.supply) {
			break
		}
		since, later = e.from, e
	}
	return since
}

// history lists every record, newest first. A course that was stopped has a line for
// its end as well.
func (t *told) history(d *Drug) {
	d.History = make([]Event, 0, len(t.all)+1)
	n := len(t.orders)
	for i := len(t.all) - 1; i >= 0; i-- {
		e := t.all[i]
		ev := Event{Record: e.rec, At: e.from, State: e.state}
		switch e.kind {
		case supply:
			if e.remarks&(Cancelled|NotTaken) == 0 && e.state != NotStarted {
				ev.Mark = Supplied
				d.Supplies++
			}
		case given:
			if !e.remarks.Has(NotTaken) {
				ev.Mark = Given
				d.Given++
			}
		case order:
			n--
			if ev.Mark = t.marks[n]; ev.Mark == Repeated {
				d.Repeats++
			}
			if e.state == Discontinued && t.ended(n) {
				d.History = append(d.History, Event{Mark: Stopped, Record: e.rec, At: e.until, State: e.state})
			}
		}
		d.History = append(d.History, ev)
	}
}

// ended reports an order that no other goes on from.
func (t *told) ended(n int) bool {
	for _, m := range t.marks[n+1:] {
		if m != Other {
			return m == Begun
		}
	}
	return true
}
