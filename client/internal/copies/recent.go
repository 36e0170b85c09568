package copies

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// OpenedBy notes that a person has opened the chart: the list of recent patients is
// read from here, so that it ends when the copy does. What the copy has is not new to them from
// then on.
func (h *Header) OpenedBy(staff string, at time.Time) {
	h.Opened = with(h.Opened, staff, at)
	h.look()
	if !h.Step.IsZero() {
		h.News = with(h.News, staff, News{After: h.Step})
	}
}

// SeenBy notes until when a person has had the chart open and in step.
func (h *Header) SeenBy(staff string, at time.Time, zone *time.Location) {
	last := h.Seen[staff]
	if !last.IsZero() && !sameDay(last, at, zone) {
		h.SeenBefore = with(h.SeenBefore, staff, last)
	}
	h.Seen = with(h.Seen, staff, at)
}

// SeenUntil is what SeenBy has noted: the last moment, and the last one on a day before
// today's.
func (h *Header) SeenUntil(staff string, now time.Time) (last, before time.Time) {
	last, before = h.Seen[staff], h.SeenBefore[staff]
	if !last.IsZero() && !sameDay(last, now, now.Location()) {
		before = last
	}
	return last, before
}

func sameDay(a, b time.Time, zone *time.Location) bool {
	ya, ma, da := a.In(zone).Date()
	yb, mb, db := b.In(zone).Date()
	return ya == yb && ma == mb && da == db
}

// with is m with one entry more: a header may be shared with an open chart.
func with[T any](m map[string]T, staff string, v T) map[string]T {
	m = maps.Clone(m)
	if m == nil {
		m = map[string]T{}
	}
	m[staff] = v
	return m
}

// Recent lists whose charts a person has opened from since on, the last first. A copy
// that cannot be read is left out: whoever opens it is told.
func (s *Copies) Recent(ctx context.Context, staff string, since time.Time) ([]ehrdesk.Recent, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	var out []ehrdesk.Recent
	for _, c := range all {
		h, err := OpenHeader(c.Header)
		if err != nil {
			continue
		}
		if at := h.Opened[staff]; !at.IsZero() && !at.Before(since) {
			out = append(out, ehrdesk.Recent{Patient: h.Patient.Patient(), At: at})
		}
	}
	slices.SortStableFunc(out, func(a, b ehrdesk.Recent) int { return b.At.Compare(a.At) })
	return out, nil
}
