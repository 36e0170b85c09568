package central

import (
	"context"

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
