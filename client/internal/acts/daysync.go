package acts

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
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

func (d *day) exchange(ctx context.Context) (more, changed bool, err error) {
	had, err := d.records(ctx)
	if err != nil {
		return false, false, err
	}
	var tell []ehrdesk.DayLine
	for _, refused := range [...]bool{false, true} { // what the centre did not take before is told last
		for _, id := range had.ids {
			if r := had.of(id); r.Untold && r.Untaken != "" == refused && len(tell) < ehrdesk.MaxDayLines {
				tell = append(tell, r.line())
			}
		}
	}
	var broken error
	told, news, err := d.share.Exchange(ctx, tell, func(id string) []byte {
		b, err := had.of(id).words()
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
	var out changes
	touched := map[string]bool{}
	for _, l := range told {
		r := had.of(l.ID)
		if r == nil {
			continue
		}
		mine := r.line()
		if mine.Sealed.Stamp.Compare(l.Sealed.Stamp) == 0 {
			mine.Sealed = l.Sealed
		}
		changed = changed || r.Untaken != ""
		r.Untold, r.Untaken = !mine.Equal(l), ""
		if r.Line, err = r4.MarshalDayLine(mine); err != nil {
			return false, false, err
		}
		touched[l.ID] = true
	}
	for _, l := range news.Lines {
		r := had.of(l.ID)
		if r == nil {
			r = &taskRecord{Kind: l.Kind, Added: l.Booked.Stamp.At}
			had.ids, had.by[l.ID] = append(had.ids, l.ID), r
		}
		mine := l
		if len(r.Line) > 0 {
			mine = r.line().Merge(l)
			if mine.Equal(r.line()) && !r.Untold {
				continue
			}
		}
		before := *r
		if err := d.take(ctx, r, mine); err != nil {
			return false, false, err
		}
		if r.Untold = l.Adds(mine); !r.Untold {
			r.Untaken = ""
		}
		touched[l.ID] = true
		changed = changed || !bytes.Equal(before.Line, r.Line)
	}
	for id, why := range news.Untaken {
		if r := had.of(id); r != nil && r.Untold && r.Untaken != why {
			r.Untaken, touched[id], changed = why, true, true
		}
	}
	if news.Keys { // what did not open may open now
		for _, id := range had.ids {
			if r := had.of(id); len(r.Line) > 0 && !touched[id] {
				if err := d.take(ctx, r, r.line()); err != nil {
					return false, false, err
				}
				touched[id], changed = true, true
			}
		}
	}
	if news.Behind {
		for _, id := range had.ids {
			r := had.of(id)
			if r.Untold || slices.ContainsFunc(news.Lines, func(l ehrdesk.DayLine) bool { return l.ID == id }) || !isShared(r.Kind) || stale(r.task(id), d.now()) {
				continue
			}
			if len(r.Line) == 0 { // of before lists were shared
				if err := d.follow(ctx, r, id, r.task(id), nil); err != nil {
					return false, false, err
				}
			}
			r.Untold, touched[id], more = true, true, true
		}
	}
	called, err := d.arrived(had) // a desk that was apart may have closed the day without knowing who came
	if err != nil {
		return false, false, err
	}
	for _, id := range called {
		touched[id], changed, more = true, true, true
	}
	for id := range touched {
		if r := had.of(id); r.gone() && !r.Untold {
			out.off = append(out.off, id)
		} else {
			out.put(id, *r)
		}
	}
	slices.SortFunc(out.items, func(a, b cache.WorklistItem) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
	if err := out.write(ctx, d.lists); err != nil {
		return false, false, err
	}
	return more || news.More || len(tell) == ehrdesk.MaxDayLines && len(told) > 0, changed, news.Done(ctx)
}

// take has a record say what its line says.
func (d *day) take(ctx context.Context, r *taskRecord, l ehrdesk.DayLine) error {
	line, err := r4.MarshalDayLine(l)
	if err != nil {
		return err
	}
	held := r.kept
	if words, ok := d.share.Open(ctx, l); ok {
		var said taskRecord
		if json.Unmarshal(words, &said) == nil && said.Kind == l.Kind {
			*r = said.clean()
		}
	}
	r.kept = kept{Line: line, Untold: held.Untold, Untaken: held.Untaken, Of: d.share.Place()}
	r.Kind, r.Number, r.At = l.Kind, saveNumber(l.Booked.Number), l.Booked.At
	r.Booking.ID = ehrdesk.CleanLine(l.Booked.Booking)
	if day, err := time.ParseInLocation(time.DateOnly, l.Booked.Day, d.now().Location()); err == nil && l.Kind == ehrdesk.TaskArrival {
		r.Booking.Day = day
	}
	switch state := l.State(); {
	case state.Over() && l.Kind != ehrdesk.TaskArrival:
		r.State = ehrdesk.TaskEnded
	case r.State == "" || l.Kind == ehrdesk.TaskWait || l.Kind == ehrdesk.TaskCall:
		r.State = ehrdesk.TaskOpen
	}
	return nil
}

// clean is a record whose words came from another desk.
func (r taskRecord) clean() taskRecord {
	r.kept = kept{}
	n := &r.Patient.Name
	for _, s := range []*string{&r.Staff, &r.Reference, &r.Form, &r.Booking.Name, &r.Call.Missed, &r.Patient.ID, &n.Family, &n.Given, &n.Title, &n.Suffix, &n.Chinese, &n.Text} {
		*s = ehrdesk.CleanLine(*s)
	}
	for i := range r.Patient.Documents {
		d := &r.Patient.Documents[i]
		d.Type, d.Issuer, d.Number = ehrdesk.CleanLine(d.Type), ehrdesk.CleanLine(d.Issuer), ehrdesk.CleanLine(d.Number)
	}
	return r
}
