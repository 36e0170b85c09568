package client

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// A desk that is never switched off purges as one that starts does: within the
// hour, and at the moment at which a copy it has seen has to be gone, with somebody
// signed in, locked, or with nobody there.

const (
	purgeEvery = time.Hour
	purgeAgain = time.Minute // after one that failed
)

// Due is when Purge should next be called. It waits for nothing.
func (d *Desk) Due() time.Time {
	now := d.opt.Now()
	if !d.mu.TryLock() {
		return now.Add(time.Second) // somebody opens the stores, which purges too
	}
	defer d.mu.Unlock()
	if now.Before(d.purged) { // the clock was set back
		d.purged = now
	}
	due := d.purged.Add(purgeEvery)
	for _, s := range d.stores {
		if t := s.Due(); !t.IsZero() && t.Before(due) {
			due = t
		}
	}
	if d.unclean { // what could not be destroyed is past its moment
		due = d.purged.Add(purgeAgain)
	}
	return due
}

// Purge removes copies past their time from every store, and closes the charts that
// show them; nobody needs to be signed in. Opening a store does it too, by the day.
// A store that does not open, or not let go, keeps no other from being purged; its
// error is given at the end.
func (d *Desk) Purge(ctx context.Context) (int, error) {
	d.mu.Lock()
	failed := d.tryAll(ctx)
	d.purged = d.opt.Now()
	stores, sessions := maps.Clone(d.stores), maps.Clone(d.sessions)
	d.mu.Unlock()
	for s := range sessions {
		s.expire(ctx)
	}
	n := 0
	for _, hcp := range sortedKeys(stores) {
		k, err := stores[hcp].Purge(ctx)
		if n += k; err != nil {
			failed = cmp.Or(failed, atProvider(hcp, err))
		}
	}
	d.mu.Lock()
	d.unclean = failed != nil
	d.mu.Unlock()
	return n, failed
}

// expire destroys what the policy or the consent's end no longer allows, and
// closes the charts whose copies have to be gone.
func (s *Session) expire(ctx context.Context) {
	if s.isLocked() {
		return // its charts are away, and opened again under the policy of then
	}
	_ = s.tryTighten(ctx) // told, and tried again the next time
	s.mu.Lock()
	open := slices.Collect(maps.Keys(s.charts))
	s.mu.Unlock()
	for _, c := range open { // the store may wait for its disk; the screen does not
		if _, err := s.vault.Copies().Get(ctx, c.copyID()); ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound {
			c.blank()
		}
	}
}

// setClock takes the centre's word on the time: what a clock that ran ahead has
// left behind would destroy every copy that is fetched from now on.
func (s *Session) setClock(ctx context.Context, centre time.Time) {
	if centre.IsZero() {
		return
	}
	ahead, err := s.vault.CentreTime(ctx, centre)
	if err == nil && ahead > 0 {
		err = s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditIncident, Detail: fmt.Sprintf("this desk's clock had run ahead, by %s at most", ahead.Round(time.Minute))})
	}
	if err != nil {
		s.desk.opt.Log.Warn("clock not set right", "code", string(ehrdesk.CodeOf(err)))
	}
}

// Gone reports that the chart shows nothing any more: its copy has been destroyed.
func (c *Chart) Gone() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.ended
}
