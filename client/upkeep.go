package client

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk/client/internal/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

// VerifyLogs checks every provider's access log on this desk, its chain and its
// signatures, and calls each; nobody has to be signed in. The keys are those
// that stand beside the people's names: who could change them is found out when
// that person next signs in.
//
// Errors: CodeTampered, naming the provider and the entry, and whatever kept a
// provider's store from opening: of the others each is told first.
func (d *Desk) VerifyLogs(ctx context.Context, each func(hcp string, l accesslog.State) error) error {
	stores, failed := d.Stores(ctx)
	for _, hcp := range slices.Sorted(maps.Keys(stores)) {
		l, err := accesslog.Verify(ctx, stores[hcp])
		if err != nil {
			failed = cmp.Or(failed, atProvider(hcp, err))
			continue
		}
		if err := each(hcp, l); err != nil {
			return err
		}
	}
	return failed
}

// CentreHeads calls each for every word of the centre that the desk keeps of each provider's
// log, oldest first: each says too how long the centre's own log was, and its last hash.
// Nobody has to be signed in, and they name nobody. Errors: as VerifyLogs.
func (d *Desk) CentreHeads(ctx context.Context, each func(hcp, signed string) error) error {
	stores, failed := d.Stores(ctx)
	for _, hcp := range slices.Sorted(maps.Keys(stores)) {
		all, err := stores[hcp].Checkpoints(ctx)
		if err != nil {
			failed = cmp.Or(failed, atProvider(hcp, err))
			continue
		}
		for _, c := range all {
			if c.Vouched == "" {
				continue
			}
			if err := each(hcp, c.Vouched); err != nil {
				return err
			}
		}
	}
	return failed
}

// CheckReport holds a signed report against the keys that this desk knows: its own, with any
// provider, and those of the centres. Nobody has to be signed in.
func (d *Desk) CheckReport(ctx context.Context, b []byte) (report.Checked, error) {
	stores, failed := d.Stores(ctx)
	best := report.Check(b, func(string) []any { return nil })
	for _, hcp := range slices.Sorted(maps.Keys(stores)) {
		found := accesslog.CheckReport(stores[hcp], b)
		if found.Finding == report.OK {
			return found, nil
		}
		if best.Finding == report.OtherKey || found.LineEnds {
			best = found
		}
	}
	return best, failed
}

// CheckFiles reads every page of every provider's store.
// Errors: CodeTampered, naming the provider and the file.
func (d *Desk) CheckFiles(ctx context.Context) error {
	stores, failed := d.Stores(ctx)
	for _, hcp := range slices.Sorted(maps.Keys(stores)) {
		if err := stores[hcp].CheckFiles(ctx); err != nil {
			failed = cmp.Or(failed, atProvider(hcp, err))
		}
	}
	return failed
}

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
	for s := range d.sessions {
		if t := s.endsAt(now); !t.IsZero() && t.Before(due) {
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
	for _, hcp := range slices.Sorted(maps.Keys(stores)) {
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
