package central

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
)

// OnRecord is with whom a card is compared.
func (c *Centre) OnRecord(ctx context.Context, patient string) (out ehrdesk.Patient, err error) {
	err = c.read(ctx, func(q *tx) error {
		p, err := q.participant(patient)
		if err == nil {
			out, err = q.onRecord(p)
		}
		return err
	})
	return out, err
}

// Filed is a record as the centre has filed it, by columns of its own.
type Filed struct {
	Ref              ehrdesk.Ref
	Patient          string
	Kind             ehrdesk.Kind
	Linked, Labelled bool
	Body             []byte
}

// Filed are all records that stand.
func (c *Centre) Filed(ctx context.Context) (out []Filed, err error) {
	err = c.read(ctx, func(q *tx) error {
		return q.rows("SELECT type, id, patient, kind, linked, labelled, body FROM record WHERE deleted = 0", nil, func(scanRow func(...any) error) error {
			var f Filed
			err := scanRow(&f.Ref.Resource, &f.Ref.ID, &f.Patient, &f.Kind, &f.Linked, &f.Labelled, &f.Body)
			out = append(out, f)
			return err
		})
	})
	return out, err
}
