package mailbox

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// sweepEvery is how long an envelope that is over may lie before it is deleted; it is given to nobody meanwhile.
const sweepEvery = 5 * time.Second

// Sweeping deletes the envelopes that are over, now and from then on, until ctx ends. told hears of what could not be done.
func (m *Mailbox) Sweeping(ctx context.Context, told func(error)) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := m.Sweep(ctx); err != nil && ctx.Err() == nil {
			told(err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Sweep deletes the envelopes that are over by now: passing messages that were opened or that nobody opened in their time, and what
// was brought and never said. Errors: the store's.
func (m *Mailbox) Sweep(ctx context.Context) error {
	some := false
	err := m.store.Read(ctx, func(tx *store.Tx) error {
		some = tx.Desks.Envelopes().Ended(tx.Now.UnixMicro())
		return nil
	})
	if err != nil || !some {
		return err
	}
	return m.store.Write(ctx, func(tx *store.Tx) error {
		tx.Desks.Envelopes().Sweep(tx.Now.UnixMicro())
		return nil
	})
}
