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
		p, err := tx.Participants.Get(patient)
		if err == nil {
			out, err = registry.OnRecord(tx, p)
		}
		return err
	})
	return out, err
}
