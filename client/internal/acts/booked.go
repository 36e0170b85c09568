package acts

import (
	"context"
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// Booked lists the arrivals of today and of the days to come.
func (d *day) Booked(ctx context.Context) ([]ehrdesk.Task, error) {
	kept, err := d.fresh(ctx, nil)
	return slices.DeleteFunc(kept, func(t ehrdesk.Task) bool { return t.Kind != ehrdesk.TaskArrival }), err
}

// Book keeps arrivals and takes others off: all of it or nothing. What is no arrival is
// not taken off by it.
func (d *day) Book(ctx context.Context, put []ehrdesk.Task, off []string) error {
	kept, err := d.kept(ctx)
	if err != nil {
		return err
	}
	taken, arrivals := ids(kept), map[string]bool{}
	for _, t := range kept {
		arrivals[t.ID] = t.Kind == ehrdesk.TaskArrival
	}
	whole := make([]ehrdesk.Task, 0, len(put))
	for _, t := range put {
		if t.Kind != ehrdesk.TaskArrival {
			return ehrdesk.Errorf("tasks", ehrdesk.CodeInvalid, "only arrivals are booked")
		}
		t, err := d.byHand(ctx, t, taken)
		if err != nil {
			return err
		}
		taken[t.ID] = true
		whole = append(whole, t)
	}
	off = slices.DeleteFunc(slices.Clone(off), func(id string) bool { return !arrivals[id] })
	return d.byPerson(ctx, whole, off)
}
