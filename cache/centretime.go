package cache

import (
	"context"
	"time"
)

// Time is the time that the store goes by: this machine's clock, or what the store
// knows to be past where that is later.
func (v *Vault) Time() time.Time { return v.s.clock.Time() }

// recallLog takes up the time of the newest entry of the access log that opens.
func (v *Vault) recallLog(ctx context.Context) error {
	at, err := v.s.journal.LastEntry(ctx, v.held.Journal)
	if err == nil && !at.IsZero() {
		v.s.clock.Advance(at)
	}
	return err
}

// CentreTime is the centre's word on what time it is. Where this machine's clock
// agrees with it, and the store knows of a later moment, the clock had run ahead:
// what it left behind is taken back. ahead is by how much, 0 where it had not.
// Errors: CodeLocked.
func (v *Vault) CentreTime(ctx context.Context, centre time.Time) (ahead time.Duration, err error) {
	err = v.changing(ctx, "cache.clock", func(s *Store) error {
		now := s.clock.Now()
		by := time.Unix(0, s.clock.latest.Load()).Sub(centre)
		if by <= clockLeeway || now.Sub(centre).Abs() > clockLeeway {
			return nil
		}
		if err := s.records.TakeBack(ctx, centre); err != nil {
			return err
		}
		if err := s.journal.TakeBack(ctx, centre); err != nil {
			return err
		}
		s.clock.latest.Store(centre.UnixNano())
		ahead = by
		return nil
	})
	return ahead, err
}
