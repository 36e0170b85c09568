// Package records is FHIR REST: read, versions and history, search, $everything with its
// tombstones, the restricted records that a leave opens, and what a provider deposits.
// Every read goes through internal/central/gate, once to be let in and once more in the
// snapshot that it answers from. A resource goes out as the bytes that are stored; what
// a profession may not see is left out, never masked.
package records

import (
	"context"

	"github.com/ehrdesk/ehrdesk/internal/central/filing"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Intake is what takes the resources that a provider deposits.
type Intake interface {
	// One takes one resource as a request says, or withdraws one where body is nil.
	One(ctx context.Context, who *store.Account, req filing.Request, body []byte) (filing.Deposited, error)
	// Bundle takes a transaction or a batch; kind is which it was.
	Bundle(ctx context.Context, who *store.Account, body []byte) (kind string, out []filing.Deposited, err error)
}

// Records is the records of a store, for desks.
type Records struct {
	rest   *rest.Server
	store  store.Store
	intake Intake
}

// New is the records of a store.
func New(rest *rest.Server, store store.Store, intake Intake) *Records {
	return &Records{rest, store, intake}
}
