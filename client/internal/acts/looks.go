package acts

import (
	"context"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// lookList is what each person has looked at of the day's list at this desk.
const lookList = "looks"

// look is what one person has looked at.
type look struct {
	At    time.Time        `json:"at"` // when they last did
	Lines map[string]sight `json:"lines"`
}

// sight is a line as somebody has seen it.
type sight struct {
	Step          time.Time             `json:"step"` // the stamp of the state that it had come to
	At            time.Time             `json:"at,omitzero"`
	Day           string                `json:"day"`
	Participation ehrdesk.Participation `json:"participation,omitempty"`
	Consent       ehrdesk.ConsentState  `json:"consent,omitempty"`
}

func sightOf(t ehrdesk.Task, l ehrdesk.DayLine) sight {
	s := sight{At: t.At, Day: l.Booked.Day, Participation: t.Participation, Consent: t.Consent.State}
	if n := len(l.Steps); n > 0 {
		s.Step = l.Steps[n-1].Stamp.At
	}
	return s
}

// lookName is whose look is meant: people of one desk may work for several providers.
func lookName(d *day) string { return d.share.Place() + " " + d.staff() }

// lookedAt is what whoever is signed in has looked at. ok is false before they ever did, and where what
// is kept of it cannot be read: then nothing is said to have changed.
func lookedAt(ctx context.Context, d *day) (l look, ok bool, err error) {
	items, err := d.lists.Items(ctx, lookList)
	if err != nil {
		return l, false, err
	}
	i := slices.IndexFunc(items, func(it cache.WorklistItem) bool { return it.ID == lookName(d) })
	ok = i >= 0 && json.Unmarshal(items[i].Payload, &l) == nil && l.Lines != nil
	if !ok {
		l = look{Lines: map[string]sight{}}
	}
	return l, ok, nil
}

func keepLook(ctx context.Context, d *day, l look) error {
	l.At = d.now()
	b, err := json.Marshal(l)
	if err != nil {
		return ehrdesk.Errorf("tasks", ehrdesk.CodeOther, "what was looked at cannot be written")
	}
	return d.lists.Change(ctx, lookList, []cache.WorklistItem{{ID: lookName(d), Payload: b}}, nil)
}

// Looked notes that whoever is signed in has looked at lines, of all where no id is given, as they are
// now. Lines that are on the list no more are forgotten.
func (d *day) Looked(ctx context.Context, ids ...string) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	l, known, err := lookedAt(ctx, d)
	if err != nil {
		return err
	}
	all, err := d.records(ctx)
	if err != nil {
		return err
	}
	now := look{Lines: map[string]sight{}}
	for _, id := range all.ids {
		r := all.of(id)
		t := r.task(id)
		had, seen := l.Lines[id]
		switch {
		case r.gone() || !t.Booking.On(d.now()) || !isShared(t.Kind):
		case !known || len(ids) == 0 || slices.Contains(ids, id):
			now.Lines[id] = sightOf(t, r.line())
		case seen:
			now.Lines[id] = had
		}
	}
	return keepLook(ctx, d, now)
}

// own reports whether whoever is signed in has said something at this desk: it is no news to them.
func (d *day) own(s ehrdesk.Stamp) bool { return s.By == d.staff() && d.share.Mine(s) }

// newsOf is what others have said of a line since somebody saw it; seen is false where they have
// not seen it at all. What was said before since is no news of a line that they have not seen: those
// booked for today were put down on other days.
func newsOf(t ehrdesk.Task, l ehrdesk.DayLine, saw sight, seen bool, since time.Time, own func(ehrdesk.Stamp) bool) (out []ehrdesk.DayChange) {
	if t.Kind != ehrdesk.TaskArrival && t.Kind != ehrdesk.TaskWait && !t.Kind.Called() || len(l.Steps) == 0 || t.Call.What.News() {
		return nil // what came new waits anyhow; an act on record is no line that changes
	}
	steps := slices.Clone(l.Steps)
	if t.Kind.Called() {
		steps[0].Stamp = putDown(l)
	}
	known := -1 // the last state that they know of: seen, or said by themselves
	for i, s := range steps {
		if own(s.Stamp) || seen && !s.Stamp.At.After(saw.Step) || !seen && s.Stamp.At.Before(since) {
			known = i
		}
	}
	switch {
	case known >= 0:
	case seen: // as it began, before it was put down
		known = 0
	default:
		known = 0
		out = append(out, ehrdesk.DayChange{What: ehrdesk.ChangeAdded, By: steps[0].Stamp})
	}
	from, to := steps[known], steps[len(steps)-1]
	if from.Stamp.Compare(to.Stamp) < 0 && (from.State != to.State || to.Outcome != "") {
		out = append(out, ehrdesk.DayChange{What: ehrdesk.ChangeState, By: to.Stamp, From: from.State, To: to.State, Outcome: to.Outcome})
	}
	if !seen {
		return out
	}
	if !own(l.Booked.Stamp) {
		day := func(s string) time.Time { at, _ := time.Parse(time.DateOnly, s); return at }
		switch {
		case t.Kind.Called() && saw.Day != l.Booked.Day:
			out = append(out, ehrdesk.DayChange{What: ehrdesk.ChangeDue, By: l.Booked.Stamp, FromAt: day(saw.Day), ToAt: day(l.Booked.Day)})
		case t.Kind == ehrdesk.TaskArrival && !saw.At.Equal(t.At):
			out = append(out, ehrdesk.DayChange{What: ehrdesk.ChangeTime, By: l.Booked.Stamp, FromAt: saw.At, ToAt: t.At})
		}
	}
	if standing, _ := l.Said(ehrdesk.WordsStanding); !own(standing.Stamp) && t.Kind == ehrdesk.TaskArrival && (saw.Consent != t.Consent.State || saw.Participation != t.Participation) {
		out = append(out, ehrdesk.DayChange{What: ehrdesk.ChangeConsent, By: standing.Stamp, FromConsent: saw.Consent, ToConsent: t.Consent.State, ToParticipation: t.Participation})
	}
	return out
}

// marking is what has changed since whoever is signed in last looked, of each line as it is read. The
// first time that they look nothing has: what there is then is noted, by done.
func marking(ctx context.Context, d *day) (mark func(*ehrdesk.Task, *taskRecord), done func() error, err error) {
	l, known, err := lookedAt(ctx, d)
	if err != nil {
		return nil, nil, err
	}
	y, m, day := d.now().Date()
	midnight := time.Date(y, m, day, 0, 0, 0, 0, d.now().Location())
	mark = func(t *ehrdesk.Task, r *taskRecord) {
		saw, seen := l.Lines[t.ID]
		since := midnight
		if t.Kind != ehrdesk.TaskArrival && l.At.Before(since) {
			since = l.At // it is of no day
		}
		if known {
			t.Changed = newsOf(*t, r.line(), saw, seen, since, d.own)
		}
	}
	return mark, func() error {
		if known {
			return nil
		}
		return d.Looked(ctx)
	}, nil
}
