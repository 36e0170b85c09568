package acts

import (
	"context"
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// Booked lists the arrivals of today and of the days to come.
func (s *Acts) Booked(ctx context.Context) ([]ehrdesk.Task, error) {
	kept, err := s.day.fresh(ctx)
	return slices.DeleteFunc(kept, func(t ehrdesk.Task) bool { return t.Kind != ehrdesk.TaskArrival }), err
}

// Book keeps arrivals and takes others off: all of it or nothing. What is no arrival any
// more when it is to be taken off stays.
func (s *Acts) Book(ctx context.Context, put []ehrdesk.Task, off []string) error {
	now := s.Now()
	whole := make([]ehrdesk.Task, 0, len(put))
	for _, t := range put {
		if t.Kind != ehrdesk.TaskArrival {
			return ehrdesk.Errorf("tasks", ehrdesk.CodeInvalid, "only arrivals are booked")
		}
		t, err := s.byHand(t, now)
		if err != nil {
			return err
		}
		whole = append(whole, t)
	}
	kept, err := s.day.kept(ctx)
	if err != nil {
		return err
	}
	arrivals := map[string]bool{}
	for _, t := range kept {
		arrivals[t.ID] = t.Kind == ehrdesk.TaskArrival
	}
	off = slices.DeleteFunc(slices.Clone(off), func(id string) bool { return !arrivals[id] })
	return s.day.change(ctx, whole, off)
}
