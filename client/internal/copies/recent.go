package copies

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// OpenedBy notes that a person has opened the chart: the list of recent patients is
// read from here, so that it ends when the copy does.
func (h *Header) OpenedBy(staff string, at time.Time) {
	opened := maps.Clone(h.Opened) // a header may be shared with an open chart
	if opened == nil {
		opened = map[string]time.Time{}
	}
	opened[staff] = at
	h.Opened = opened
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
