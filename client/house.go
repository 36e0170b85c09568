package client

import (
	"context"

	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/house"
	"github.com/ehrdesk/ehrdesk/client/internal/accesslog"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// ours is our own central service as a session's centre.
type ours struct{ *house.Centre }

var _ interface {
	centre
	acts.Registrar
	acts.Cards
	chart.Releaser
	accesslog.Countersigner
	accesslog.Overseen
	line.Hinter
	roster
} = ours{}

// Changes begins a feed.
func (o ours) Changes(ctx context.Context, who *fhir.Person, from fhir.From) chart.Feed {
	return o.Centre.Changes(ctx, who, from)
}

// connect is the centre at the other end of a wire, for a provider.
func connect(wire *fhir.Client, provider string) centre { return ours{house.New(wire, provider)} }
