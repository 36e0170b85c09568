package acts

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// How long what a booking that came to nothing needs is kept at this desk.
const (
	closable  = 7 * 24 * time.Hour  // after its day, while nobody has closed that
	callsKept = 14 * 24 * time.Hour // a call that was concluded: longer, so that it is not made again
)

// callRecord is what a call says beside whom: which booking came to nothing. By when somebody
// calls, and what came of it, is in its line, where two desks may say it apart.
type callRecord struct {
	Missed string    `json:"missed"` // YYYY-MM-DD
	At     time.Time `json:"at,omitzero"`

	What   ehrdesk.FollowKind `json:"what,omitempty"`
	Record string             `json:"record,omitempty"` // "ServiceRequest/abc"

	Kind  string    `json:"kind,omitempty"` // of what came new: the record's
	Mark  string    `json:"mark,omitempty"`
	Until time.Time `json:"until,omitzero"`

	Report savedReport `json:"report,omitzero"`
}

func saveCall(c ehrdesk.Call) callRecord {
	r := callRecord{Missed: civil(c.Missed), At: c.At, What: c.What, Kind: c.Kind.String(), Mark: c.Mark, Until: c.Until, Report: saveReport(c.Report)}
	if c.Record != (ehrdesk.Ref{}) {
		r.Record = c.Record.String()
	}
	return r
}

func (r taskRecord) call() (c ehrdesk.Call) {
	if !r.Kind.Called() {
		return c
	}
	l := r.line()
	c = ehrdesk.Call{At: r.Call.At, History: slices.Clone(l.Steps), What: r.Call.What, Mark: r.Call.Mark, Until: r.Call.Until, Report: r.Call.Report.report()}
	c.Kind, _ = ehrdesk.ParseKind(r.Call.Kind) // of one that cannot be read nobody is told
	c.Record.Resource, c.Record.ID, _ = strings.Cut(r.Call.Record, "/")
	c.Missed, _ = time.Parse(time.DateOnly, r.Call.Missed)
	c.Due, _ = time.Parse(time.DateOnly, l.Booked.Day)
	if len(c.History) > 0 && c.What != "" && !c.What.Came() { // a report says when it came, and others who found it
		c.History[0].Stamp = putDown(l)
	}
	return c
}

// putDown is who put a line down, and when. Of one that begins earlier, with what it is of (begun), its booking says so.
func putDown(l ehrdesk.DayLine) ehrdesk.Stamp {
	first, said := l.Steps[0].Stamp, l.Booked.Stamp
	if len(l.Before) > 0 {
		said = l.Before[0].Stamp
	}
	if said.At.After(first.At) && (len(l.Steps) == 1 || !said.At.After(l.Steps[1].Stamp.At)) {
		return said
	}
	return first
}

// civil is a day as it is kept, "" for none.
func civil(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}

// callID is the id of the call that a booking may lead to: the same at each desk, so that two
// which close the day apart make one.
func callID(booking string) string {
	of, err := uuid.Parse(booking)
	if err != nil {
		of = uuid.NewSHA1(uuid.Nil, []byte(booking))
	}
	return uuid.NewSHA1(of, []byte("ehrdesk call")).String()
}

// missing is what the bookings on a desk's list came to, by person and day.
type missing struct {
	came   map[string]string // by person, the last day on which they were here
	last   map[string]*booking
	called map[string]bool
}

// booking is an arrival as closing the day looks at it.
type booking struct {
	id  string
	r   *taskRecord
	day string
	at  time.Time
}

// people are the names by which the list may know whom a line is about: somebody who was looked
// up is known by the centre's id too, whatever number stands in a line.
func (r *taskRecord) people() []string {
	out := []string{"number " + r.Number.number().Printed()}
	if r.Patient.ID != "" {
		out = append(out, "patient "+r.Patient.ID)
	}
	return out
}

// attended reports whether somebody who was booked was here.
func attended(w ehrdesk.WorkState) bool {
	return slices.Contains([]ehrdesk.WorkState{ehrdesk.WorkAccepted, ehrdesk.WorkInProgress, ehrdesk.WorkOnHold, ehrdesk.WorkCompleted}, w)
}

func (d *day) bookingOf(id string, r *taskRecord) *booking {
	of := ehrdesk.Task{Kind: r.Kind, At: r.At, Added: r.Added, Booking: r.Booking}
	return &booking{id: id, r: r, day: bookedOf(of, d.now().Location()).Day, at: r.At}
}

// missing looks through all that is kept.
func (d *day) missing(all records) missing {
	m := missing{came: map[string]string{}, last: map[string]*booking{}, called: map[string]bool{}}
	for _, id := range all.ids {
		r := all.of(id)
		if r.gone() {
			continue
		}
		switch r.Kind {
		case ehrdesk.TaskCall:
			if !cameAfterAll(r) && r.Call.What != ehrdesk.FollowReferral {
				for _, p := range r.people() {
					m.called[p+" "+r.Call.Missed] = true
				}
			}
		case ehrdesk.TaskArrival:
			m.add(d.bookingOf(id, r))
		case ehrdesk.TaskWait, ehrdesk.TaskExpected, ehrdesk.TaskAct, ehrdesk.TaskDone, ehrdesk.TaskReport, ehrdesk.TaskReview:
		}
	}
	return m
}

func (m missing) add(b *booking) {
	work := b.r.work()
	for _, p := range b.r.people() {
		if attended(work) {
			m.came[p] = max(m.came[p], b.day)
		}
		if had := m.last[p+" "+b.day]; !work.Over() || work == ehrdesk.WorkFailed {
			if had == nil || cmp.Or(had.at.Compare(b.at), cmp.Compare(had.id, b.id)) < 0 {
				m.last[p+" "+b.day] = b
			}
		}
	}
}

// cameAfterAll reports a call that was concluded by the patient's coming.
func cameAfterAll(r *taskRecord) bool {
	l := r.line()
	return l.State().Over() && len(l.Steps) > 0 && l.Steps[len(l.Steps)-1].Outcome == ehrdesk.CallCame
}

// nothing reports whether a booking came to nothing, and asks for a call: nobody was here that day
// or since, no booking of that person follows on that day, and nobody has put the call down.
func (m missing) nothing(all records, b *booking, now time.Time) bool {
	today := now.Format(time.DateOnly)
	switch work := b.r.work(); {
	case b.day > today || b.r.Number.number().IsZero():
		return false
	case work == ehrdesk.WorkRequested && b.day == today && b.at.After(now):
		return false // they may come yet
	case work != ehrdesk.WorkRequested && work != ehrdesk.WorkFailed:
		return false
	}
	if c := all.of(callID(b.id)); c != nil && !cameAfterAll(c) {
		return false
	}
	for _, p := range b.r.people() {
		if m.came[p] >= b.day || m.last[p+" "+b.day].id != b.id || m.called[p+" "+b.day] {
			return false
		}
	}
	return true
}

// toCall are the calls that closing the day makes, by when the bookings were.
func (d *day) toCall(all records) (out []ehrdesk.Task) {
	m, now := d.missing(all), d.now()
	for _, id := range all.ids {
		r := all.of(id)
		if r.Kind != ehrdesk.TaskArrival || r.gone() {
			continue
		}
		b := d.bookingOf(id, r)
		if !m.nothing(all, b, now) {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, b.day, now.Location())
		if err != nil || now.Sub(day) > closable {
			continue
		}
		t := ehrdesk.Task{ID: callID(id), Kind: ehrdesk.TaskCall, State: ehrdesk.TaskOpen, Work: ehrdesk.WorkRequested, Number: r.Number.number(), Patient: r.Patient.Patient(),
			Booking: ehrdesk.Booking{Name: r.Booking.Name}, Added: now, Staff: d.staff()}
		t.Call = ehrdesk.Call{Missed: day, At: b.at, Due: later(ehrdesk.WorkingDayAfter(day), now)}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b ehrdesk.Task) int {
		return cmp.Or(a.Call.Missed.Compare(b.Call.Missed), a.Call.At.Compare(b.Call.At))
	})
	return out
}

// waits reports whether a booking of a day that is over has yet to be told to the centre: until
// then who was here that day is known too, else it would seem to have come to nothing.
func waits(d *day, all records) bool {
	today := civil(d.now())
	return slices.ContainsFunc(all.ids, func(id string) bool {
		r := all.of(id)
		return r.Untold && r.Kind == ehrdesk.TaskArrival && !r.gone() && d.bookingOf(id, r).day < today
	})
}

// later is the day of a or that of b, whichever is later.
func later(a, b time.Time) time.Time {
	if civil(a) < civil(b) {
		return b
	}
	return a
}

// Missed lists the calls that closing the day would make.
func (d *day) Missed(ctx context.Context) ([]ehrdesk.Task, error) {
	all, err := d.records(ctx)
	if err != nil {
		return nil, err
	}
	return d.toCall(all), nil
}

// CloseDay makes those of the calls that are to be made still.
func (d *day) CloseDay(ctx context.Context, wanted []string) (made []ehrdesk.Task, err error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	all, err := d.settled(ctx)
	if err != nil {
		return nil, err
	}
	var out changes
	for _, t := range d.toCall(all) {
		if !slices.Contains(wanted, t.ID) {
			continue
		}
		r := saveTask(t)
		had := all.of(t.ID) // of one who had come, and then had not
		if err := d.follow(ctx, &r, t.ID, t, had); err != nil {
			return nil, err
		}
		if had != nil {
			if err := d.comes(&r, ehrdesk.Step{State: ehrdesk.WorkRequested, Stamp: d.share.Stamp(r.line().Last())}); err != nil {
				return nil, err
			}
		}
		out.put(t.ID, r)
		made = append(made, r.task(t.ID))
	}
	return made, d.write(ctx, &out)
}

// comes has a line come to a step, which the other desks are to hear of.
func (d *day) comes(r *taskRecord, s ehrdesk.Step) (err error) {
	l := r.line().Come(s)
	r.State = ehrdesk.TaskOpen
	if l.State().Over() {
		r.State = ehrdesk.TaskEnded
	}
	r.Line, err = r4.MarshalDayLine(l)
	r.Untold = d.share.Kept()
	return err
}

// noteCall notes what came of a call.
func noteCall(ctx context.Context, d *day, id string, outcome ehrdesk.CallOutcome, due time.Time) (ehrdesk.Task, error) {
	const op = "tasks"
	again := outcome == ehrdesk.CallTaken || outcome == ehrdesk.CallNoAnswer
	switch {
	case !slices.Contains(ehrdesk.CallOutcomes(), outcome):
		return ehrdesk.Task{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "that is no outcome of a call")
	case !due.IsZero() && !again:
		return ehrdesk.Task{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a call that is concluded is not due on another day")
	case !due.IsZero() && civil(due) < civil(d.now()):
		return ehrdesk.Task{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a call is not due on a day that is over")
	case !due.IsZero() && due.Sub(d.now()) > maxCallAhead:
		return ehrdesk.Task{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a call is due within a year")
	}
	d.turn.Lock()
	defer d.turn.Unlock()
	all, err := d.settled(ctx)
	if err != nil {
		return ehrdesk.Task{}, err
	}
	r := all.of(id)
	if r == nil || !r.Kind.Called() || r.gone() || r.Call.What.News() {
		return ehrdesk.Task{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such call")
	}
	if _, told := d.toldTo(r.task(id)); !told {
		return ehrdesk.Task{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such call")
	}
	if !slices.Contains(r.Call.What.Offers(), outcome) {
		return r.task(id), ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "that is no outcome of a look at a report")
	}
	from, to := r.line().State(), outcome.Work()
	// A call that nobody answers is made again, and taken over from one by another: its state is
	// then the same, said anew.
	if same := from == to && again; !same && !from.Becomes(to) {
		return r.task(id), ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the call is concluded: take it over first")
	}
	if due.IsZero() && outcome == ehrdesk.CallTaken && from == to && r.call().Owner() == d.staff() {
		return r.task(id), nil
	}
	if due.IsZero() && outcome == ehrdesk.CallNoAnswer {
		due = ehrdesk.WorkingDayAfter(d.now())
	}
	l, stamp := r.line(), d.share.Stamp(r.line().Last())
	if !due.IsZero() {
		if day := civil(due); day != l.Booked.Day {
			b := l.Booked
			b.Named, b.Day, b.Stamp = b.Stamp, day, stamp
			l = l.Book(b)
		}
	}
	if r.Line, err = r4.MarshalDayLine(l); err != nil {
		return ehrdesk.Task{}, err
	}
	if err := d.comes(r, ehrdesk.Step{State: to, Outcome: outcome, Stamp: stamp}); err != nil {
		return ehrdesk.Task{}, err
	}
	var out changes
	out.put(id, *r)
	t, _ := d.toldTo(r.task(id))
	return t, d.write(ctx, &out)
}

// maxCallAhead is within what time a call is due: the centre keeps no line that is further off.
const maxCallAhead = 366 * 24 * time.Hour

// arrived concludes the calls to those who came after all, on the day of the booking or since, and
// gives their ids.
func (d *day) arrived(all records) (ids []string, err error) {
	var m missing
	for _, id := range all.ids {
		r := all.of(id)
		if r.Kind != ehrdesk.TaskCall || r.Call.What == ehrdesk.FollowReferral || r.gone() || r.line().State().Over() || r.call().Reopened() {
			continue
		}
		if m.came == nil {
			m = d.missing(all)
		}
		came := slices.ContainsFunc(r.people(), func(p string) bool {
			return r.Call.Missed != "" && m.came[p] >= r.Call.Missed
		})
		if !came {
			continue
		}
		if err := d.comes(r, ehrdesk.Step{State: ehrdesk.CallCame.Work(), Outcome: ehrdesk.CallCame, Stamp: d.share.Stamp(r.line().Last())}); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// Calls lists the calls that nobody has concluded, those due first at the top, and those concluded
// in the last days.
func (d *day) Calls(ctx context.Context) ([]ehrdesk.Task, error) {
	kept, err := d.fresh(ctx, nil)
	var calls []ehrdesk.Task
	for _, t := range kept {
		if t, ok := d.toldTo(t); ok && t.Kind.Called() && !t.Call.What.News() {
			calls = append(calls, t)
		}
	}
	slices.SortStableFunc(calls, func(a, b ehrdesk.Task) int {
		over := func(t ehrdesk.Task) int {
			if t.Work.Over() {
				return 1
			}
			return 0
		}
		return cmp.Or(over(a)-over(b), a.Call.Due.Compare(b.Call.Due), a.Call.Missed.Compare(b.Call.Missed), a.Call.At.Compare(b.Call.At))
	})
	return calls, err
}
