package central

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
)

// OnRecord is with whom a card is compared.
func (c *Centre) OnRecord(ctx context.Context, patient string) (out ehrdesk.Patient, err error) {
	err = c.read(ctx, func(q *query) error {
		p, err := q.participant(patient)
		if err == nil {
			out, err = q.onRecord(p)
		}
		return err
	})
	return out, err
}
