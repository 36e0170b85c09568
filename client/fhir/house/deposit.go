package house

import (
	"context"

	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Deposit writes records, as a whole or not at all. The ids are the desk's, so that what is sent twice is there once. An error
// that is not fhir.ErrOutcomeUnknown says that nothing was recorded.
func (c *Centre) Deposit(ctx context.Context, transaction []byte, n int) ([]fhir.Written, error) {
	return c.wire.Transaction(ctx, "deposit", transaction, n)
}
