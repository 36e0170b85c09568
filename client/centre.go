package client

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
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

// What not every centre does is an interface of the room that asks for it, which tells
// it as CodeNotFound where it is lacking: acts.Registrar, acts.Cards, chart.Releaser,
// accesslog.Countersigner, accesslog.Overseen, line.Hinter and, here, foresighted (ahead.go) and roster: a centre that says who works
// for a provider.
type roster interface {
	Staff(ctx context.Context) ([]fhir.StaffMember, error)
}

// as is c as what not every centre is, nil where it is not.
func as[T any](c centre) T {
	t, _ := c.(T)
	return t
}
