package client

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/accesslog"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// centre is what a session asks of any centre, whatever that speaks: Find, Offer, Can,
// Act, Settle and ReportAccess for acts, Changes for open charts, and Open. An adapter
// promises an answer that is held against what was asked, and errors by code: that the
// line is down is CodeOffline or CodeTimeout, and CodeConsentNeeded is the centre's
// own word.
type centre interface {
	acts.Centre
	chart.Centre
	// Open asks for leave to open a patient's chart.
	Open(ctx context.Context, patient string, p ehrdesk.Purpose, reason string) (fhir.Decision, error)
}

// What not every centre does: a room has nil where it is lacking, and says so as
// CodeNotFound.
type (
	registrar     = acts.Registrar
	cards         = acts.Cards
	releaser      = chart.Releaser
	countersigner = accesslog.Countersigner
	hinter        = line.Hinter
	// roster is a centre that says who works for a provider.
	roster interface {
		Staff(ctx context.Context) ([]fhir.StaffMember, error)
	}
)

// as is c as what not every centre is, nil where it is not.
func as[T any](c centre) T {
	t, _ := c.(T)
	return t
}
