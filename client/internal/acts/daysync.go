package acts

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	shared "github.com/ehrdesk/ehrdesk/client/internal/day"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Share tells the provider's other desks, by way of the centre, what this one has to say of the
// day, and takes over what they have said. changed reports whether anything here is other than
// before. At a centre that keeps no list nothing is done.
// Errors: CodeOffline, CodeTimeout.
func (d *day) Share(ctx context.Context) (changed bool, err error) {
	if !d.share.Kept() {
		return false, nil
	}
	for {
		more, one, err := d.exchange(ctx)
		if !d.share.Kept() {
			return changed, nil // the centre has just said so
		}
		if changed = changed || one; err != nil || !more {
			return changed, err
		}
	}
}

// Alone reports that the list is this desk's alone, as the centre keeps none.
func (d *day) Alone() bool { return !d.share.Kept() }

// exchange tells the centre once what this desk has to say, and takes over what comes back. more
// reports that there is more to say or to hear.
func (d *day) exchange(ctx context.Context) (more, changed bool, err error) {
	d.turn.Lock()
	had, err := d.settled(ctx)
	d.turn.Unlock()
	if err != nil {
		return false, false, err
	}
	tell := had.untold()
	var broken error
	told, news, err := d.share.Exchange(ctx, tell, func(id string, part ehrdesk.WordsPart) []byte {
		b, err := had.of(id).words(part)
		if err != nil {
			broken = err
		}
		return b
	})
	if err == nil {
		err = broken
	}
	if err != nil {
		return false, false, err
	}
	d.turn.Lock()
	defer d.turn.Unlock()
	if had, err = d.records(ctx); err != nil { // as it is now: somebody may have worked meanwhile
		return false, false, err
	}
	x := taking{d: d, had: had, touched: map[string]bool{}}
	for _, step := range [...]func() error{
		func() error { return x.told(told) },
		func() error { return x.heard(ctx, news.Lines) },
		func() error { x.untaken(news.Untaken); return nil },
		func() error { return x.opened(ctx, news) },
		func() error { return x.behind(ctx, news) },
		x.arrived,
	} {
		if err := step(); err != nil {
			return false, false, err
		}
	}
	if err := x.write(ctx); err != nil {
		return false, false, err
	}
	return x.more || news.More || len(tell) == ehrdesk.MaxDayLines && len(told) > 0, x.changed, news.Done(ctx)
}

// untold are the lines that the centre is to be told, as many as it takes at a time: what it did not
// take before is told last.
func (r records) untold() (tell []ehrdesk.DayLine) {
	for _, refused := range [...]bool{false, true} {
		for _, id := range r.ids {
			if one := r.of(id); one.Untold && one.Untaken != "" == refused && len(tell) < ehrdesk.MaxDayLines {
				tell = append(tell, one.line())
			}
		}
	}
	return tell
}

// taking is what an exchange has brought, being taken over.
type taking struct {
	d       *day
	had     records
	touched map[string]bool // by id, what is to be written
	changed bool            // anything here is other than before
	more    bool            // there is more to be told
}

// told notes what the centre has now: of what was said meanwhile it has yet to hear.
func (x *taking) told(lines []ehrdesk.DayLine) (err error) {
	for _, l := range lines {
		r := x.had.of(l.ID)
		if r == nil {
			continue
		}
		mine := r.line().Merge(l) // as it is sealed now
		x.changed = x.changed || r.Untaken != ""
		r.Untold, r.Untaken = !mine.Equal(l), ""
		if r.Line, err = r4.MarshalDayLine(mine); err != nil {
			return err
		}
		x.touched[l.ID] = true
	}
	return nil
}

// heard takes over what others have said.
func (x *taking) heard(ctx context.Context, lines []ehrdesk.DayLine) error {
	for _, l := range lines {
		r := x.had.of(l.ID)
		if r == nil {
			r = &taskRecord{Kind: l.Kind, Added: l.Booked.Stamp.At}
			x.had.ids, x.had.by[l.ID] = append(x.had.ids, l.ID), r
		}
		mine := l
		if len(r.Line) > 0 {
			mine = r.line().Merge(l)
			if mine.Equal(r.line()) && !r.Untold {
				continue
			}
		}
		before := *r
		if err := x.d.take(ctx, r, mine); err != nil {
			return err
		}
		if r.Untold = l.Adds(mine); !r.Untold {
			r.Untaken = ""
		}
		if !before.gone() {
			again, err := sayAgain(x.d, r, mine)
			if err != nil {
				return err
			}
			x.more = x.more || again
		}
		x.touched[l.ID] = true
		x.changed = x.changed || !bytes.Equal(before.Line, r.Line)
	}
	return nil
}

// untaken notes why lines stay at this desk.
func (x *taking) untaken(why map[string]ehrdesk.Unshared) {
	for id, why := range why {
		if r := x.had.of(id); r != nil && r.Untold && r.Untaken != why {
			r.Untaken, x.touched[id], x.changed = why, true, true
		}
		if r := x.had.of(id); r != nil && why == ehrdesk.UnsharedClock {
			_, again := x.d.share.Restamp(r.line()) // the centre's clock is known now
			x.more = x.more || again
		}
	}
}

// opened reads anew what did not open before, where there are keys that were not here then.
func (x *taking) opened(ctx context.Context, news shared.News) error {
	if !news.Keys {
		return nil
	}
	for _, id := range x.had.ids {
		if r := x.had.of(id); len(r.Line) > 0 { // what was told too: it was changed here without its words
			if err := x.d.take(ctx, r, r.line()); err != nil {
				return err
			}
			x.touched[id], x.changed = true, true
		}
	}
	return nil
}

// behind has all be told again that a centre which was set back has lost.
func (x *taking) behind(ctx context.Context, news shared.News) error {
	if !news.Behind {
		return nil
	}
	for _, id := range x.had.ids {
		r := x.had.of(id)
		if r.Untold || slices.ContainsFunc(news.Lines, func(l ehrdesk.DayLine) bool { return l.ID == id }) || !isShared(r.Kind) || stale(r.task(id), x.d.now()) {
			continue
		}
		if len(r.Line) == 0 { // of before lists were shared
			if err := x.d.follow(ctx, r, id, r.task(id), nil); err != nil {
				return err
			}
		}
		r.Untold, x.touched[id], x.more = true, true, true
	}
	return nil
}

// arrived concludes the calls to those who came after all: a desk that was apart may have closed the
// day without knowing.
func (x *taking) arrived() error {
	called, err := x.d.arrived(x.had)
	for _, id := range called {
		x.touched[id], x.changed, x.more = true, true, true
	}
	return err
}

// write puts all of it on the disk at once.
func (x *taking) write(ctx context.Context) error {
	var out changes
	for _, id := range slices.Sorted(maps.Keys(x.touched)) {
		if r := x.had.of(id); r.gone() && !r.Untold {
			out.off = append(out.off, id)
		} else {
			out.put(id, *r)
		}
	}
	return x.d.write(ctx, &out)
}

// take has a record say what its line says.
func (d *day) take(ctx context.Context, r *taskRecord, l ehrdesk.DayLine) error {
	line, err := r4.MarshalDayLine(l)
	if err != nil {
		return err
	}
	held := r.kept
	d.open(ctx, r, l)
	r.kept = kept{Line: line, Named: namesBefore(ctx, d, l), Untold: held.Untold, Untaken: held.Untaken, Of: d.share.Place()}
	r.Kind, r.Number, r.At = l.Kind, saveNumber(l.Booked.Number), l.Booked.At
	r.Booking.ID = ehrdesk.CleanLine(l.Booked.Booking)
	if day, err := time.ParseInLocation(time.DateOnly, l.Booked.Day, d.now().Location()); err == nil && l.Kind == ehrdesk.TaskArrival {
		r.Booking.Day = day
	}
	switch state := l.State(); {
	case state.Over() && l.Kind != ehrdesk.TaskArrival:
		r.State = ehrdesk.TaskEnded
	case r.State == "" || l.Kind == ehrdesk.TaskWait || l.Kind.Called():
		r.State = ehrdesk.TaskOpen
	}
	return nil
}

// clean is a record whose words came from another desk.
func (r taskRecord) clean() taskRecord {
	r.kept = kept{}
	n := &r.Patient.Name
	for _, s := range []*string{&r.Staff, &r.Reference, &r.Form, &r.Booking.Name, &r.Call.Missed, &r.Call.Record, &r.Call.Kind, &r.Call.Mark, &r.Patient.ID, &n.Family, &n.Given, &n.Title, &n.Suffix, &n.Chinese, &n.Text} {
		*s = ehrdesk.CleanLine(*s)
	}
	r.Call.Report = r.Call.Report.clean()
	for i := range r.Patient.Documents {
		d := &r.Patient.Documents[i]
		d.Type, d.Issuer, d.Number = ehrdesk.CleanLine(d.Type), ehrdesk.CleanLine(d.Issuer), ehrdesk.CleanLine(d.Number)
	}
	return r
}
