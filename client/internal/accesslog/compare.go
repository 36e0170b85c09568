package accesslog

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// Overseen is a centre that tells a security officer what it wrote down itself.
type Overseen interface {
	// AccessEvents gives the centre's events of the officer's own provider from an instant
	// on, oldest first. Errors: CodeDenied for anybody else, CodeNotFound where the centre
	// keeps no such list, CodeOffline, CodeTimeout.
	AccessEvents(ctx context.Context, from time.Time) ([]ehrdesk.CentreEntry, error)
}

// compared are the actions of which desk and centre each write an entry for one act. Looking
// up is none: a desk asks more often than somebody looks, while it waits for a consent.
var compared = [...]ehrdesk.AuditAction{ehrdesk.AuditOpen, ehrdesk.AuditOpenCached, ehrdesk.AuditGrant, ehrdesk.AuditRevoke, ehrdesk.AuditVerify, ehrdesk.AuditRelease, ehrdesk.AuditSetAside}

const (
	near = 2 * time.Minute // an act and its answer, with two clocks that are right
	far  = time.Hour       // what is further apart is no one act
)

// Compare holds the entries of this desk against the events of the centre in a period: those
// of a report by its id, the others by who did what to whom for what, the nearest in time.
// waiting are the reports that the desk has not sent yet; log is the desk's own.
func Compare(here []ehrdesk.LogEntry, centre []ehrdesk.CentreEntry, waiting map[string]bool, log string, since, until time.Time) ehrdesk.LogComparison {
	c := comparison{here: here, centre: centre, taken: make([]bool, len(centre)), with: make([]int, len(here)), log: log}
	out := ehrdesk.LogComparison{Since: since, Until: until}
	for i := range here {
		c.with[i] = none
		if a := here[i].Action; a == ehrdesk.AuditSealed || a == ehrdesk.AuditDamaged {
			out.Unreadable++
		}
	}
	c.byID()
	for _, answered := range [...]bool{true, false} { // an act that waited for its answer has two entries here, and the later is the centre's
		c.pair(near, true, answered)
		c.pair(near, false, answered)
		c.pair(far, true, answered)
	}
	c.pairUnnamed()
	told := c.answers()
	within := func(at time.Time) bool { return !at.Before(since) && at.Before(until) }
	for i := range here {
		e := &here[i]
		if !slices.Contains(compared[:], e.Action) || goesOn(e) || told[i] || !within(e.At) {
			continue
		}
		row := ehrdesk.Compared{Here: e}
		if c.with[i] == none {
			row.Difference = alone(e, waiting)
		} else {
			row.Centre = &centre[c.with[i]]
			row.By = row.Centre.At.Sub(e.At)
			row.Difference = differ(e, row.Centre, row.By)
		}
		out.Rows = append(out.Rows, row)
	}
	for i := range centre {
		e := &centre[i]
		if within(e.At) || within(e.Last) {
			out.Centre = append(out.Centre, *e)
		}
		if c.taken[i] || !slices.Contains(compared[:], e.Action) || ended(e) || !within(e.At) {
			continue
		}
		row := ehrdesk.Compared{Centre: e, Difference: ehrdesk.OtherDesk}
		if e.Log == log {
			row.Difference = ehrdesk.NotInThisLog
		}
		out.Rows = append(out.Rows, row)
	}
	slices.SortStableFunc(out.Rows, func(a, b ehrdesk.Compared) int { return a.At().Compare(b.At()) })
	return out
}

// none is the place of an event that there is not.
const none = -1

// comparison is which events of the centre are of which entries of the desk.
type comparison struct {
	here   []ehrdesk.LogEntry
	centre []ehrdesk.CentreEntry
	taken  []bool // of centre
	with   []int  // of here: a place in centre, or none
	log    string
}

// byID pairs what the desk reported: both sides bear the desk's id.
func (c *comparison) byID() {
	at := map[string]int{}
	for j := range c.centre {
		if slices.Contains(compared[:], c.centre[j].Action) {
			at[c.centre[j].ID] = j
		}
	}
	for i := range c.here {
		if j, ok := at[c.here[i].ID]; ok && c.here[i].ID != "" && !c.taken[j] {
			c.with[i], c.taken[j] = j, true
		}
	}
}

// act is what one act is told from others by.
type act struct {
	action         ehrdesk.AuditAction
	staff, patient string
}

// pair gives each entry that has none yet the nearest event of the same act within a time:
// those to which the centre's answer came, or the others.
func (c *comparison) pair(within time.Duration, samePurpose, answered bool) {
	key := func(e *ehrdesk.AuditEvent) act { return act{e.Action, e.Staff, e.Patient} }
	c.nearest(key, func(e *ehrdesk.LogEntry, o *ehrdesk.CentreEntry) bool {
		return unheard(e.Outcome) != answered && (!samePurpose || o.Purpose == e.Purpose) && sameOutcome(e, o) && o.At.Sub(e.At).Abs() <= within
	})
}

// pairUnnamed does so for acts that came to nothing and in which one of the two could not name
// the patient: of a number whose copy it has destroyed a desk has no id, and a refusal tells
// it none.
func (c *comparison) pairUnnamed() {
	key := func(e *ehrdesk.AuditEvent) act { return act{e.Action, e.Staff, ""} }
	c.nearest(key, func(e *ehrdesk.LogEntry, o *ehrdesk.CentreEntry) bool {
		return unnamed(e, o) && e.Outcome != "" && sameOutcome(e, o) && o.Purpose == e.Purpose && o.At.Sub(e.At).Abs() <= near
	})
}

// unnamed is whether one of the two names no patient.
func unnamed(e *ehrdesk.LogEntry, o *ehrdesk.CentreEntry) bool {
	return (e.Patient == "") != (o.Patient == "")
}

// nearest gives each entry that has none yet the nearest event in time of those that have the
// same key and may be of it.
func (c *comparison) nearest(key func(*ehrdesk.AuditEvent) act, may func(*ehrdesk.LogEntry, *ehrdesk.CentreEntry) bool) {
	open := map[act][]int{}
	for j := range c.centre {
		e := &c.centre[j]
		if !c.taken[j] && slices.Contains(compared[:], e.Action) && !ended(e) && (e.Log == c.log || e.Log == "") {
			k := key(&e.AuditEvent)
			open[k] = append(open[k], j)
		}
	}
	for i := range c.here {
		e := &c.here[i]
		if c.with[i] != none || !slices.Contains(compared[:], e.Action) || goesOn(e) {
			continue
		}
		best := none
		for _, j := range open[key(&e.AuditEvent)] {
			o := &c.centre[j]
			if c.taken[j] || !may(e, o) {
				continue
			}
			if best == none || o.At.Sub(e.At).Abs() < c.centre[best].At.Sub(e.At).Abs() {
				best = j
			}
		}
		if best != none {
			c.with[i], c.taken[best] = best, true
		}
	}
}

// answers are the entries of consents, withdrawals and verifications that waited for an answer
// which a later entry has: that one is the act's.
func (c *comparison) answers() map[int]bool {
	waits := map[act][]int{}
	out := map[int]bool{}
	for i := range c.here {
		e := &c.here[i]
		if e.Action != ehrdesk.AuditGrant && e.Action != ehrdesk.AuditRevoke && e.Action != ehrdesk.AuditVerify {
			continue
		}
		k := act{e.Action, e.Staff, e.Patient}
		switch open := waits[k]; {
		case unheard(e.Outcome) && c.with[i] == none:
			waits[k] = append(open, i)
		case !unheard(e.Outcome) && c.with[i] != none && len(open) > 0:
			out[open[0]], waits[k] = true, open[1:]
		}
	}
	return out
}

// sameOutcome is whether both were done or both were not; of an act whose answer never came
// the desk does not know.
func sameOutcome(e *ehrdesk.LogEntry, o *ehrdesk.CentreEntry) bool {
	return (e.Outcome == "") == (o.Outcome == "") || unheard(e.Outcome)
}

func unheard(c ehrdesk.Code) bool { return c == ehrdesk.CodeOffline || c == ehrdesk.CodeTimeout }

// AfterLock is said of an opening that goes on where a lock had ended it: the centre is not
// asked for it again.
const AfterLock = "goes on after a lock"

func goesOn(e *ehrdesk.LogEntry) bool { return e.Detail == AfterLock }

// ended is whether an event is the end of a leave, which the desk's log has not.
func ended(e *ehrdesk.CentreEntry) bool {
	return e.Action == ehrdesk.AuditRelease && strings.HasPrefix(e.Reason, "ended: ")
}

// alone is what an entry of the desk is of which the centre has no event.
func alone(e *ehrdesk.LogEntry, waiting map[string]bool) ehrdesk.Difference {
	switch {
	case waiting[e.ID]:
		return ehrdesk.OnlyWaiting
	case e.Reported() || e.Outcome == "":
		return ehrdesk.OnlyHere
	default:
		return ehrdesk.OnlyRefused
	}
}

// differ is how two entries of one act are not the same.
func differ(e *ehrdesk.LogEntry, o *ehrdesk.CentreEntry, by time.Duration) ehrdesk.Difference {
	switch {
	case e.Staff != o.Staff, e.Patient != o.Patient && (e.Outcome == "" || e.Reported() || !unnamed(e, o)):
		return ehrdesk.OtherPerson
	case e.Purpose != o.Purpose:
		return ehrdesk.OtherPurpose
	case by.Abs() > near:
		return ehrdesk.OtherTime
	}
	return ehrdesk.NoDifference
}

// Compare holds this desk's log of a period against the centre's. Nobody but a security
// officer is given it; that it was asked for is written down first, whoever asks.
func (l *Log) Compare(ctx context.Context, since, until time.Time, waiting func(context.Context) (map[string]bool, error)) (ehrdesk.LogComparison, error) {
	const op = "audit.compare"
	var out ehrdesk.LogComparison
	if !l.Self.Account().Role.ReadsLogs() {
		return out, l.refuse(ctx, op, "compare")
	}
	if err := l.LogUsed(ctx, "compare"); err != nil {
		return out, err
	}
	if l.overseen == nil {
		return out, fhir.NotThere(op)
	}
	queued, err := waiting(ctx) // before the centre is asked: what is delivered meanwhile is at the centre
	if err != nil {
		return out, err
	}
	var here []ehrdesk.LogEntry
	err = l.EachAccess(ctx, func(seq int64, e ehrdesk.AuditEvent) error {
		if e.At.IsZero() || !e.At.Before(since.Add(-far)) && e.At.Before(until.Add(far)) {
			here = append(here, ehrdesk.LogEntry{Seq: seq, AuditEvent: e})
		}
		return ctx.Err()
	})
	if err != nil {
		return out, err
	}
	centre, err := line.Ask(ctx, l.Line, line.ActWait, func(ctx context.Context) ([]ehrdesk.CentreEntry, error) {
		return l.overseen.AccessEvents(ctx, since.Add(-far))
	})
	if err != nil {
		return out, err
	}
	return Compare(here, centre, queued, l.Store.Install(), since, until), nil
}
