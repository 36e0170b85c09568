// Package house is our own central service as a centre that desks work with: the one
// adapter between what a session asks of any centre and the operations of
// docs/central.md. It promises that an act is asked about and never sent blindly
// again, that a feed's mark is given only when all that the centre counts has come,
// and that what the centre does not offer is CodeNotFound. No state.
package house

import (
	"context"

	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Centre is our own central service as one provider's desks see it.
type Centre struct {
	wire     *fhir.Client
	provider string // whose consents count
}

// New is the centre at the other end of wire, for a provider.
func New(wire *fhir.Client, provider string) *Centre { return &Centre{wire, provider} }

// Events opens the stream of hints, from after the event of an id, or from now.
// Errors: CodeNotFound where the centre has none.
func (c *Centre) Events(ctx context.Context, after string) (*fhir.Events, error) {
	return c.wire.Events(ctx, "$events", after)
}
