package acts

import (
	"context"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
)

// What came new of somebody on the day's list is a line each, as other reviews are: kept over the day, shared with the
// provider's desks, with whose it is and what came of it in its steps. What it is of is sealed.

// Door is what came new of those on the day's list.
type Door struct{ day *day }

// AtDoor is what came new of those on the list of a session.
func AtDoor(s *Acts) Door { return Door{&s.day} }

// doorList is until when, by the centre's clock, a patient's record was looked through for what came new, by each
// profession: what one is not given another has yet to be told.
const doorList = "door"

// doorName is a patient's record as a profession sees it.
func doorName(d *day, patient string) string {
	return followName(patient, doorList+" "+string(roleOf(d)))
}

// newsName is a record as it stood.
func newsName(record, mark string) string { return record + " " + mark }

// LookedThrough is until when a patient's record was looked through at this desk by the profession of whoever is signed in,
// zero for never.
func (o Door) LookedThrough(ctx context.Context, patient string) (time.Time, error) {
	return until(ctx, o.day, doorList, doorName(o.day, patient))
}

// until is the moment that an item of a list keeps; zero for none, and for one that cannot be read: what is there is no news.
func until(ctx context.Context, d *day, list, name string) (time.Time, error) {
	items, err := d.lists.Items(ctx, list)
	if err != nil {
		return time.Time{}, err
	}
	for _, it := range items {
		if it.ID == name {
			at, _ := time.Parse(time.RFC3339Nano, string(it.Payload)) // zero where it is none
			return at, nil
		}
	}
	return time.Time{}, nil
}

// Through is until when, by the centre's clock, records were looked through. Told is that somebody has seen them: of what
// nobody looked at, somebody who is not on the list yet is told of it once they are.
type Through struct {
	Until time.Time
	Told  bool
}

// Came makes lines of what came new of a patient who is on today's list, each once at whatever desk, concludes those whose
// record gone says is withdrawn, and those in whose place a newer version of the record waits.
func (o Door) Came(ctx context.Context, p ehrdesk.Patient, came []ehrdesk.Call, gone func(ehrdesk.Call) bool, through Through) error {
	d := o.day
	if p.ID == "" || p.Number().IsZero() {
		return nil
	}
	d.turn.Lock()
	defer d.turn.Unlock()
	all, err := d.settled(ctx)
	if err != nil {
		return err
	}
	before, err := followed(ctx, d)
	if err != nil {
		return err
	}
	var out changes
	stand, listed, with := map[string]string{}, false, false
	for _, id := range all.ids {
		r := all.of(id)
		switch {
		case r.gone():
		case r.Kind == ehrdesk.TaskArrival && d.bookingOf(id, r).day == civil(d.now()) && isOf(r, p):
			work := r.work()
			listed = listed || attended(work) || work == ehrdesk.WorkRequested
			with = with || work == ehrdesk.WorkInProgress && r.marked().By == d.staff()
		case !r.Call.What.News() || r.Patient.ID != p.ID:
		case r.line().State().Over():
			before[r.followed()] = true
		case gone(r.call()):
			if err := concludes(d, all, id, ehrdesk.CallGone, &out); err != nil {
				return err
			}
		default:
			stand[r.Call.Record] = id
		}
	}
	for _, c := range came {
		id, replaced := stand[c.Record.String()]
		if replaced && all.of(id).Call.Mark == c.Mark || !replaced && !listed || before[followName(p.ID, newsName(c.Record.String(), c.Mark))] {
			continue
		}
		if err := o.waits(ctx, all, p, c, with, &out); err != nil {
			return err
		}
		if replaced {
			if err := concludes(d, all, id, ehrdesk.CallGone, &out); err != nil {
				return err
			}
		}
	}
	if err := d.write(ctx, &out); err != nil || through.Until.IsZero() || !listed && !through.Told {
		return err
	}
	return d.lists.Put(ctx, doorList, doorName(d, p.ID), []byte(through.Until.UTC().Format(time.RFC3339Nano)))
}

// waits puts down one thing that came new. Whoever is with the patient has it.
func (o Door) waits(ctx context.Context, all records, p ehrdesk.Patient, c ehrdesk.Call, with bool, out *changes) error {
	d := o.day
	name := newsName(c.Record.String(), c.Mark)
	id, ok := d.share.Name(ctx, "news", p.ID, name)
	if !ok {
		id = followName(p.ID, name)
	}
	if all.of(id) != nil {
		return nil
	}
	now := d.now()
	c.Missed, c.Due = now, now
	t := ehrdesk.Task{ID: id, Kind: ehrdesk.TaskReview, State: ehrdesk.TaskOpen, Work: ehrdesk.WorkRequested, Number: p.Number(), Patient: p, Added: now, Staff: d.staff(), Call: c}
	r := saveTask(t)
	if err := d.follow(ctx, &r, id, t, nil); err != nil {
		return err
	}
	if err := begun(&r, c.At); err != nil {
		return err
	}
	if with {
		if err := d.comes(&r, ehrdesk.Step{State: ehrdesk.CallTaken.Work(), Outcome: ehrdesk.CallTaken, Stamp: d.share.Stamp(r.line().Last())}); err != nil {
			return err
		}
	}
	out.put(id, r)
	return nil
}

// concludes has a line come to an outcome.
func concludes(d *day, all records, id string, o ehrdesk.CallOutcome, out *changes) error {
	r := all.of(id)
	if err := d.comes(r, ehrdesk.Step{State: o.Work(), Outcome: o, Stamp: d.share.Stamp(r.line().Last())}); err != nil {
		return err
	}
	out.put(id, *r)
	return nil
}

// isOf reports a line of a patient, by the centre's id or by a number of theirs.
func isOf(r *taskRecord, p ehrdesk.Patient) bool {
	return r.Patient.ID == p.ID || r.Patient.ID == "" && slices.Contains(copies.Keys(p)[1:], copies.Key(r.Number.number()))
}

// News are the lines of what came new of a patient that whoever is signed in is told of: those that wait, and those that
// were concluded in the last days.
func (o Door) News(ctx context.Context, patient string) (out []ehrdesk.Task, err error) {
	d := o.day
	kept, err := d.kept(ctx)
	for _, t := range kept {
		if t, ok := d.toldTo(t); ok && t.Call.What.News() && t.Patient.ID == patient && patient != "" {
			out = append(out, t)
		}
	}
	return out, err
}

// TakeNews notes that whoever is signed in has what waits of a patient.
func (o Door) TakeNews(ctx context.Context, patient string) error {
	n, err := o.answer(ctx, patient, ehrdesk.CallTaken, func(ehrdesk.Task) bool { return true })
	if err == nil && n == 0 {
		return ehrdesk.Errorf("tasks", ehrdesk.CodeNotFound, "nothing new waits of this patient")
	}
	return err
}

// Seen notes that whoever is signed in has taken note of what waits of a patient: of the records as they stood, by their
// marks.
func (o Door) Seen(ctx context.Context, patient string, marks ...string) error {
	_, err := o.answer(ctx, patient, ehrdesk.CallSeen, func(t ehrdesk.Task) bool { return slices.Contains(marks, t.Call.Mark) })
	return err
}

// answer has those lines that wait of a patient, and that are meant, come to an outcome; n is how many wait so.
func (o Door) answer(ctx context.Context, patient string, to ehrdesk.CallOutcome, meant func(ehrdesk.Task) bool) (n int, err error) {
	d := o.day
	d.turn.Lock()
	defer d.turn.Unlock()
	all, err := d.settled(ctx)
	if err != nil {
		return 0, err
	}
	var out changes
	for _, id := range all.ids {
		r := all.of(id)
		if r.gone() || !r.Call.What.News() || r.Patient.ID != patient || r.line().State().Over() {
			continue
		}
		t, ok := d.toldTo(r.task(id))
		if !ok || !meant(t) {
			continue
		}
		n++
		if to == ehrdesk.CallTaken && t.Call.Owner() == d.staff() {
			continue
		}
		if err := concludes(d, all, id, to, &out); err != nil {
			return 0, err
		}
	}
	return n, d.write(ctx, &out)
}

// Ended takes what waits of those whom of means off, as the consent has ended. What it is of is kept no longer, also of what was
// concluded before.
func (o Door) Ended(ctx context.Context, of func(ehrdesk.Patient) bool) error {
	d := o.day
	d.turn.Lock()
	defer d.turn.Unlock()
	all, err := d.settled(ctx)
	if err != nil {
		return err
	}
	var out changes
	for _, id := range all.ids {
		r := all.of(id)
		if r.gone() || !r.Call.What.Came() || !of(r.Patient.Patient()) {
			continue
		}
		if !r.line().State().Over() {
			if err := concludes(d, all, id, ehrdesk.CallGone, &out); err != nil {
				return err
			}
		}
		if err := emptied(ctx, d, id, r, &out); err != nil {
			return err
		}
	}
	return d.write(ctx, &out)
}

// emptied has a line say no more than that there was something, for whom, and what came of it, at this desk and at the others. By a
// name that says nothing it is remembered, so that it is not found again where the consent is given anew.
func emptied(ctx context.Context, d *day, id string, r *taskRecord, out *changes) error {
	if r.Call.Record == "" {
		return nil
	}
	if err := d.lists.Change(ctx, followedList, remembered(r, civil(d.now())), nil); err != nil {
		return err
	}
	t := r.task(id)
	t.Call = ehrdesk.Call{What: t.Call.What, Missed: t.Call.Missed, Due: t.Call.Due, Report: ehrdesk.Report{For: t.Call.Report.For}}
	now := saveTask(t)
	if err := d.follow(ctx, &now, id, t, r); err != nil {
		return err
	}
	*r = now
	out.put(id, now)
	return nil
}

// takenWith has whoever takes a patient in, and reviews records, have what waits of that patient and nobody has taken. It
// gives the ids of the lines, which are to be written.
func takenWith(d *day, all records, arrival *taskRecord) (ids []string, err error) {
	if arrival.work() != ehrdesk.WorkInProgress || !roleOf(d).Reviews() {
		return nil, nil
	}
	for _, id := range all.ids {
		r := all.of(id)
		if r.gone() || !r.Call.What.News() || r.line().State().Over() || r.call().Owner() != "" || !isOf(arrival, r.Patient.Patient()) {
			continue
		}
		if _, ok := d.toldTo(r.task(id)); !ok {
			continue
		}
		if err := d.comes(r, ehrdesk.Step{State: ehrdesk.CallTaken.Work(), Outcome: ehrdesk.CallTaken, Stamp: d.share.Stamp(r.line().Last())}); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
