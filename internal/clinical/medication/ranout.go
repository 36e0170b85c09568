package medication

import "slices"

// How long a drug that nothing carries on is told among what is taken now, and how long
// one supply has to be for a drug to be one that is taken on and on. A high-risk drug is
// told longer, and after a shorter supply: one that lapsed unseen does more harm.
//
// Source: ours; a pharmacist or a physician has to sign them off.
const (
	lapsed, lapsedRisk = month, 3 * month
	long, longRisk     = 8 * week, 4 * week
)

// ranOut reports a drug that somebody was taking on and on until of late: its last course
// is over, no order follows, and no record says that it was stopped. Whether it is still
// taken nobody can tell, so that it is no past drug yet.
func (t *told) ranOut(d *Drug, lead *entry) bool {
	if d.State != Completed && !d.Remarks.Has(SupplyOut|EndPassed) || d.Remarks&(Forbidden|Proposed|NotTaken|Cancelled|Contradiction) != 0 {
		return false
	}
	if lead.kind == given || !t.unstopped(lead) {
		return false
	}
	within, least := lapsed, long
	if d.HighRisk() {
		within, least = lapsedRisk, longRisk
	}
	end, lasted := t.supplyOf(lead), lead.supply
	if !lead.until.IsZero() {
		end, lasted = lastOf(lead.until), lead.until.Time.Sub(lead.from.Time)
	}
	if end.IsZero() || end.After(t.now) || t.now.Sub(end) > within {
		return false
	}
	times := t.carriedOn(lead)
	if !lead.until.IsZero() && d.State == Completed { // it ended as planned: a lapse only where the plan had always been renewed
		return times >= 2 && !lead.steps
	}
	return times >= 1 || lasted >= least
}

// carriedOn is how often a course followed the one before without a gap, up to the one
// that leads: orders where there are any, else supplies.
func (t *told) carriedOn(lead *entry) (times int) {
	if lead.kind == supply {
		for later, i := lead, slices.Index(t.all, lead)-1; i >= 0; i-- {
			e := t.all[i]
			if e.kind != supply || e.runs.IsZero() || e.from.IsZero() {
				continue
			}
			if later.from.Time.Sub(e.runs) > max(2*week, e.supply) {
				break
			}
			later, times = e, times+1
		}
		return times
	}
	for i := slices.Index(t.orders, lead); i > 0 && t.marks[i] != Begun; i-- {
		if t.marks[i] != Other {
			times++
		}
	}
	return times
}
