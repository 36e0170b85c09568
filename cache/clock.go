package cache

import (
	"context"
	"sync/atomic"
	"time"
)

// Purges and look-ups go by a time that never goes back: this machine's clock, or
// the latest moment that the store knows of where that is later. It knows of the
// newest sync, which is the centre's clock (records.db), and of the newest entry
// of the access log and the newest purge, which are this machine's (journal.db).
//
// A clock that ran ahead leaves such a moment behind it. Only the centre can tell
// it from a clock that was set back since, so only the centre's word takes it back.

// clockLeeway is how far two clocks may be apart and still agree.
const clockLeeway = 5 * time.Minute

// clock is this machine's, and the latest moment known to be past.
type clock struct {
	now    func() time.Time
	latest atomic.Int64 // in nanoseconds since 1970
}

// Now is this machine's time.
func (c *clock) Now() time.Time { return c.now() }

// Advance takes up a moment that is past.
func (c *clock) Advance(t time.Time) {
	for {
		was := c.latest.Load()
		if t.UnixNano() <= was || c.latest.CompareAndSwap(was, t.UnixNano()) {
			return
		}
	}
}

// Time is the time that the store goes by.
func (c *clock) Time() time.Time {
	now := c.now()
	c.Advance(now)
	if high := time.Unix(0, c.latest.Load()); high.After(now) {
		return high.In(now.Location())
	}
	return now
}

// recallClock takes up what the files know, in seconds.
func (s *files) recallClock(ctx context.Context) error {
	seen, err := s.journal.Seen(ctx)
	if err != nil {
		return err
	}
	if !seen.IsZero() {
		s.clock.Advance(seen)
	}
	synced, err := s.records.Seen(ctx)
	if err == nil && !synced.IsZero() {
		s.clock.Advance(synced)
	}
	return err
}
