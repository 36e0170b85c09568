package central

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// OnRecord is with whom a card is compared.
func (c *Centre) OnRecord(ctx context.Context, patient string) (out ehrdesk.Patient, err error) {
	err = c.store.Read(ctx, func(tx *store.Tx) error {
		out, err = registry.OnRecord(tx, tx.Participants.Get(patient))
		return err
	})
	return out, err
}

// GivenBy is who gave the consent to a provider, as it is kept.
func (c *Centre) GivenBy(ctx context.Context, ehr, hcp string) (g ehrdesk.Giver, err error) {
	err = c.store.Read(ctx, func(tx *store.Tx) error {
		g = tx.Consents.Last(tx.Participants.ByNumber(store.Number{System: ehrdesk.SystemEHR, Value: ehr}), hcp).Giver
		return nil
	})
	return g, err
}

// TellEngine tells a gate's engine what waits.
func (c *Centre) TellEngine(ctx context.Context) error { return c.before.store.Tell(ctx) }

// SetFresh is how old a gate takes its engine's word on a consent.
func (c *Centre) SetFresh(d time.Duration) { c.before.relay.Fresh = d }

// SetPatience is how long a gate waits for its engine.
func (c *Centre) SetPatience(d time.Duration) { c.before.engine.Wait(d) }
