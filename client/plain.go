package client

import (
	"context"

	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/plain"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
)

// anyServer is any FHIR R4 server as a session's centre: nothing of what not every centre does.
type anyServer struct{ *plain.Centre }

var _ centre = anyServer{}

// Changes begins a feed.
func (o anyServer) Changes(ctx context.Context, who *fhir.Person, from fhir.From) chart.Feed {
	return o.Centre.Changes(ctx, who, from)
}
