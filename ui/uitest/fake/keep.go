package fake

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Due is when the next copy has to be gone: DueAt, or never.
func (d *Desk) Due() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.DueAt.IsZero() {
		return Clock().AddDate(100, 0, 0)
	}
	return d.DueAt
}

// Purge destroys every copy, and says that none is due any more.
func (d *Desk) Purge(ctx context.Context) (int, error) {
	err := d.call(ctx, "purge")
	d.mu.Lock()
	defer d.mu.Unlock()
	n := len(d.charts)
	for _, c := range d.charts {
		c.shred()
	}
	d.DueAt = time.Time{}
	return n, err
}

// Gone reports that the copy was destroyed.
func (c *chart) Gone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone
}

// Lock empties every chart.
func (s *session) Lock() error {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if !s.locked {
		s.d.Locked++
	}
	s.locked = true
	for _, c := range s.d.charts {
		c.empty()
	}
	return nil
}

func (s *session) isLocked() bool {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	return s.locked
}

// Resume gives a chart of the same patient, from the copy.
func (s *session) Resume(ctx context.Context, put ehrdesk.Chart) (ehrdesk.Chart, error) {
	if err := s.d.call(ctx, "resume"); err != nil {
		s.d.mu.Lock()
		s.d.Opened = nil // with the copy goes that it was opened
		s.d.mu.Unlock()
		return nil, err
	}
	old, ok := put.(*chart)
	switch {
	case !ok || old.a != s.a || !old.away:
		return nil, ehrdesk.E("fake.resume", ehrdesk.CodeInvalid, nil)
	case old.Gone():
		return nil, ehrdesk.E("fake.resume", ehrdesk.CodeNotFound, nil)
	case !old.p.consent.StateAt(s.d.now()).Allows():
		return nil, ehrdesk.E("fake.resume", ehrdesk.CodeConsentNeeded, nil)
	}
	c := newChart(s.d, s.a, old.p)
	if old.had {
		c.load(len(old.p.records))
		c.got = true
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	s.d.charts = append(s.d.charts, c)
	return c, nil
}

// empty is what a lock does to a chart.
func (c *chart) empty() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away {
		return
	}
	c.away, c.had = true, c.got
	c.by, c.got, c.rel, c.shown = nil, false, ehrdesk.Released{}, nil
}
