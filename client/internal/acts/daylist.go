package acts

import (
	"context"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// isShared reports what all desks of a provider have on their lists: acts under way and reports
// are one desk's alone.
func isShared(k ehrdesk.TaskKind) bool {
	return k != ehrdesk.TaskAct && k != ehrdesk.TaskReport
}

// line is the shared line of a record, zero where there is none.
func (r taskRecord) line() ehrdesk.DayLine {
	if len(r.Line) > 0 && len(r.read) == len(r.Line) && &r.read[0] == &r.Line[0] {
		return r.parsed
	}
	l, err := r4.ParseDayLine(r.Line)
	if err != nil {
		return ehrdesk.DayLine{}
	}
	return l
}

func (r taskRecord) work() ehrdesk.WorkState {
	if len(r.Line) == 0 {
		if r.Kind == ehrdesk.TaskArrival {
			return ehrdesk.WorkRequested
		}
		return ""
	}
	return r.line().State()
}

func (r taskRecord) saidLast() ehrdesk.Stamp { return r.line().Last() }

// marked is when and by whom its state was said.
func (r taskRecord) marked() ehrdesk.Stamp {
	steps := r.line().Steps
	if len(steps) == 0 {
		return ehrdesk.Stamp{}
	}
	return steps[len(steps)-1].Stamp
}

// gone reports a line that was taken off the list, and is kept until the centre knows.
func (r taskRecord) gone() bool { return len(r.Line) > 0 && r.line().State() == ehrdesk.WorkInError }

// workOf is how far a task has come.
func workOf(t ehrdesk.Task) ehrdesk.WorkState {
	switch {
	case t.Kind == ehrdesk.TaskDone, t.State == ehrdesk.TaskEnded:
		return ehrdesk.WorkCompleted
	case (t.Kind == ehrdesk.TaskArrival || t.Kind.Called()) && t.Work.Known():
		return t.Work
	}
	return ehrdesk.WorkRequested
}

// bookedOf is what a task says of the booking, without a stamp. A day is one where the desk is.
func bookedOf(t ehrdesk.Task, where *time.Location) ehrdesk.Booked {
	b := ehrdesk.Booked{Number: t.Number, Booking: t.Booking.ID}
	if !t.At.IsZero() {
		b.At = t.At.UTC().Truncate(time.Millisecond)
	}
	of := t.Added
	switch {
	case t.Kind.Called():
		b.Day = civil(t.Call.Due)
		return b
	case !t.Booking.Day.IsZero():
		of = t.Booking.Day
	case !t.At.IsZero() && t.Kind != ehrdesk.TaskDone:
		of = t.At
	}
	b.Day = of.In(where).Format(time.DateOnly)
	return b
}

// follow brings the line of a record into step with what the record says now; had is the record
// of before.
func (d *day) follow(ctx context.Context, r *taskRecord, id string, t ehrdesk.Task, had *taskRecord) error {
	if !isShared(t.Kind) {
		return nil
	}
	l := ehrdesk.DayLine{ID: id, Kind: t.Kind}
	if had != nil {
		r.kept = had.kept
		if len(had.Line) > 0 {
			l = had.line()
		}
	}
	var stamp ehrdesk.Stamp
	now := func() ehrdesk.Stamp {
		if stamp.IsZero() {
			stamp = d.share.Stamp(l.Last())
		}
		return stamp
	}
	before := l
	booked := bookedOf(t, d.now().Location())
	if was := l.Booked; was.Stamp.IsZero() {
		booked.Stamp = now()
		l.Booked = booked
	} else {
		booked.Stamp, booked.Named = was.Stamp, was.Named
		if booked.Number != was.Number || booked.Day != was.Day || !booked.At.Equal(was.At) {
			booked.Stamp = now()
			if booked.Named.IsZero() {
				booked.Named = was.Stamp
			}
		}
		if booked.Booking != was.Booking {
			booked.Named = now()
		}
		l = l.Book(booked)
	}
	// How far somebody has come is said by Mark alone, and of a call by NoteCall: whoever puts a line down again may have
	// looked at it before a colleague marked it.
	if work := workOf(t); len(l.Steps) == 0 || l.State() == ehrdesk.WorkInError || t.Kind != ehrdesk.TaskArrival && !t.Kind.Called() && l.State() != work {
		l = l.Come(ehrdesk.Step{State: work, Stamp: now()})
	}
	var err error
	if l, err = r.says(l, t, had, d.share.Opens(ctx, l), now); err != nil {
		return err
	}
	if before.Equal(l) {
		return nil
	}
	r.Of, r.Untold = d.share.Place(), d.share.Kept()
	r.Line, err = r4.MarshalDayLine(l)
	return err
}

// Mark says how far somebody who comes has come. Errors: CodeNotFound, CodeConflict where that does
// not follow what a desk said last.
func (d *day) Mark(ctx context.Context, id string, to ehrdesk.WorkState) (ehrdesk.Task, error) {
	const op = "tasks"
	d.turn.Lock()
	defer d.turn.Unlock()
	had, err := d.settled(ctx)
	if err != nil {
		return ehrdesk.Task{}, err
	}
	r := had.of(id)
	if r == nil || r.Kind != ehrdesk.TaskArrival || r.gone() {
		return ehrdesk.Task{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such arrival")
	}
	if len(r.Line) == 0 { // of before lists were shared
		if err := d.follow(ctx, r, id, r.task(id), nil); err != nil {
			return ehrdesk.Task{}, err
		}
	}
	l := r.line()
	switch {
	case l.State() == to:
		return r.task(id), nil
	case !l.State().Becomes(to) || to == ehrdesk.WorkInError:
		return r.task(id), ehrdesk.Errorf(op, ehrdesk.CodeConflict, "it cannot become that from what it is")
	}
	l = l.Come(ehrdesk.Step{State: to, Stamp: d.share.Stamp(l.Last())})
	if r.Line, err = r4.MarshalDayLine(l); err != nil {
		return ehrdesk.Task{}, err
	}
	r.Untold = d.share.Kept()
	called, err := d.arrived(had)
	if err != nil {
		return ehrdesk.Task{}, err
	}
	taken, err := takenWith(d, had, r)
	if err != nil {
		return ehrdesk.Task{}, err
	}
	var out changes
	for _, id := range append(append(called, taken...), id) {
		out.put(id, *had.of(id))
	}
	return r.task(id), d.write(ctx, &out)
}

// put keeps tasks.
func (d *day) put(ctx context.Context, tasks ...ehrdesk.Task) error { return d.change(ctx, tasks, nil) }

// again keeps a task that is on the list still.
func (d *day) again(ctx context.Context, t ehrdesk.Task) error {
	kept, err := d.kept(ctx)
	if err != nil || !ids(kept)[t.ID] {
		return err
	}
	return d.put(ctx, t)
}

// change keeps tasks and takes others off: all of it or nothing. What other desks have too is kept
// as taken off until the centre knows.
func (d *day) change(ctx context.Context, put []ehrdesk.Task, off []string) error {
	return d.putDown(ctx, put, off, func(t ehrdesk.Task, _ *taskRecord) ehrdesk.Task { return t })
}

// byPerson is change of what a person puts down.
func (d *day) byPerson(ctx context.Context, put []ehrdesk.Task, off []string) error {
	return d.putDown(ctx, put, off, learnt)
}

// learnt is somebody who comes with what was learnt of them last. Whoever puts a line down again has
// looked at it, and has asked the centre, before something was done for that person, and may come to
// write it down after that.
func learnt(t ehrdesk.Task, had *taskRecord) ehrdesk.Task {
	if had == nil || had.Kind != ehrdesk.TaskArrival || had.gone() || had.Checked.IsZero() || t.Checked.After(had.Checked) || had.Number.number() != t.Number {
		return t
	}
	t.Patient, t.Participation, t.Consent, t.Checked = had.Patient.Patient(), had.Participation, had.Consent, had.Checked
	return t
}

func (d *day) putDown(ctx context.Context, put []ehrdesk.Task, off []string, as func(ehrdesk.Task, *taskRecord) ehrdesk.Task) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	had, err := d.settled(ctx)
	if err != nil {
		return err
	}
	var out changes
	for _, t := range put {
		t = as(t, had.of(t.ID))
		r := saveTask(t)
		if err := d.follow(ctx, &r, t.ID, t, had.of(t.ID)); err != nil {
			return err
		}
		out.put(t.ID, r)
	}
	for _, id := range off {
		r := had.of(id)
		if r == nil || len(r.Line) == 0 {
			out.off = append(out.off, id)
			continue
		}
		l := r.line()
		l = l.Come(ehrdesk.Step{State: ehrdesk.WorkInError, Stamp: d.share.Stamp(l.Last())})
		gone := taskRecord{Kind: r.Kind, State: ehrdesk.TaskEnded, Number: r.Number, At: r.At, Added: r.Added, taskBooking: taskBooking{Booking: ehrdesk.Booking{ID: r.Booking.ID, Day: r.Booking.Day}}}
		if gone.Line, err = r4.MarshalDayLine(l); err != nil {
			return err
		}
		if gone.Of, gone.Untold = d.share.Place(), d.share.Kept(); !gone.Untold {
			out.off = append(out.off, id)
			continue
		}
		out.put(id, gone)
	}
	return d.write(ctx, &out)
}

// changes are what is to be written to the list, all at once.
type changes struct {
	items []cache.WorklistItem
	off   []string
	err   error
}

func (c *changes) put(id string, r taskRecord) {
	b, err := json.Marshal(r)
	if err != nil {
		c.err = ehrdesk.Errorf("tasks", ehrdesk.CodeOther, "the task cannot be written")
		return
	}
	c.items = append(c.items, cache.WorklistItem{ID: id, Payload: b})
}

// write writes changes, after which the list is read anew by every session of the desk.
func (d *day) write(ctx context.Context, c *changes) error {
	if c.err != nil || len(c.items)+len(c.off) == 0 {
		return c.err
	}
	defer d.desk.writes.Add(1)
	return d.lists.Change(ctx, taskList, c.items, c.off)
}

// records are all that is kept, what was taken off too, in the order in which it was added.
type records struct {
	ids []string
	by  map[string]*taskRecord
}

func (r records) of(id string) *taskRecord { return r.by[id] }

func (d *day) records(ctx context.Context) (records, error) {
	out := records{by: map[string]*taskRecord{}}
	d.share.Settle()
	read, err := d.memo.read(d.desk.writes.Load, func() ([]cache.WorklistItem, error) { return d.lists.Items(ctx, taskList) })
	if err != nil {
		return out, err
	}
	for _, r := range read {
		if r.wrong {
			return out, ehrdesk.Errorf("tasks", ehrdesk.CodeTampered, "a line of the desk's list cannot be read")
		}
		one := r.record
		if one.Of != "" && one.Of != d.share.Place() {
			continue // another provider's
		}
		if len(one.Line) > 0 {
			d.share.Heard(one.saidLast())
		}
		out.ids, out.by[r.id] = append(out.ids, r.id), &one
	}
	return out, nil
}

// settled are the records, with what this desk has said while its clock was ahead said by the centre's,
// where nobody else has heard of it. The caller holds the turn.
func (d *day) settled(ctx context.Context) (records, error) {
	all, err := d.records(ctx)
	if err != nil {
		return all, err
	}
	var out changes
	for _, id := range all.ids {
		r := all.of(id)
		if !r.Untold || len(r.Line) == 0 {
			continue
		}
		l, again := d.share.Restamp(r.line())
		if !again {
			continue
		}
		if r.Line, err = r4.MarshalDayLine(l); err != nil {
			return all, err
		}
		d.share.Heard(l.Last())
		out.put(id, *r)
	}
	return all, d.write(ctx, &out)
}

// kept lists the tasks that are on the list.
func (d *day) kept(ctx context.Context) ([]ehrdesk.Task, error) {
	all, err := d.records(ctx)
	if err != nil {
		return nil, err
	}
	var out []ehrdesk.Task
	for _, id := range all.ids {
		if r := all.of(id); !r.gone() {
			out = append(out, r.task(id))
		}
	}
	return out, nil
}

// fresh is what is kept, without what belongs to an earlier day: that is forgotten, unless the
// centre has yet to hear of it, or it came to nothing and nobody has closed its day. mark, where there
// is one, is given each line with its record.
func (d *day) fresh(ctx context.Context, mark func(*ehrdesk.Task, *taskRecord)) ([]ehrdesk.Task, error) {
	all, err := d.records(ctx)
	if err != nil {
		return nil, err
	}
	now := d.now()
	var out []ehrdesk.Task
	var off []string
	var done []cache.WorklistItem // what was followed up: it is not found again
	var open map[string]bool      // the calls that are to be made
	waits := waits(d, all)
	for _, id := range all.ids {
		r := all.of(id)
		switch t := r.task(id); {
		case stale(t, now):
			if open == nil {
				open = ids(d.toCall(all))
			}
			stays := r.Kind == ehrdesk.TaskArrival && !r.gone() && (open[callID(id)] || waits && attended(r.work()))
			if !r.Untold && !stays {
				off = append(off, id)
				done = append(done, remembered(r, civil(now))...)
			}
		case !r.gone():
			if mark != nil {
				mark(&t, r)
			}
			out = append(out, t)
		}
	}
	if len(off) == 0 {
		return out, nil
	}
	if err := d.lists.Change(ctx, followedList, done, nil); err != nil {
		return out, err
	}
	return out, d.write(ctx, &changes{off: off})
}
