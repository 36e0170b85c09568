package links

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// sweepEvery is how long an ended file may lie before it is deleted; it is given to nobody meanwhile.
const sweepEvery = time.Minute

// Sweeping deletes what has ended, now and from then on, until ctx ends. told hears of what could not be done.
func (l *Links) Sweeping(ctx context.Context, told func(error)) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := l.Sweep(ctx); err != nil && ctx.Err() == nil {
			told(err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Sweep deletes what has ended by now. Errors: the store's.
func (l *Links) Sweep(ctx context.Context) error {
	some := false
	err := l.store.Read(ctx, func(tx *store.Tx) error {
		some = tx.Desks.Links().Ended(tx.Now.UnixMicro())
		return nil
	})
	if err != nil || !some {
		return err
	}
	return l.store.Write(ctx, func(tx *store.Tx) error {
		tx.Desks.Links().Sweep(tx.Now.UnixMicro())
		return nil
	})
}
