package client

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// centre is what a session asks of any centre, whatever that speaks. An adapter
// promises an answer that is held against what was asked, and errors by code: that the
// line is down is CodeOffline or CodeTimeout, and CodeConsentNeeded is the centre's
// own word.
type centre interface {
	Find(ctx context.Context, n ehrdesk.Number) (ehrdesk.Finding, error)
	Open(ctx context.Context, patient string, p ehrdesk.Purpose, reason string) (fhir.Decision, error)
	// Changes begins a feed of who's record. ctx is that of all of it.
	Changes(ctx context.Context, who *fhir.Person, from fhir.From) Feed
	Offer(ctx context.Context) (ehrdesk.Offer, error)
	// Can reports whether the centre takes a kind of act.
	Can(op ehrdesk.AuditAction) bool
	// Act submits an act. An error that is not fhir.ErrOutcomeUnknown says that nothing
	// was recorded.
	Act(ctx context.Context, a fhir.Act) (ehrdesk.Receipt, error)
	// Settle asks what became of an act whose answer never came, with what is kept of it.
	Settle(ctx context.Context, a fhir.Act) (ehrdesk.Receipt, error)
	// ReportAccess deposits an access that happened without the line: however often, it
	// counts once.
	ReportAccess(ctx context.Context, e ehrdesk.AuditEvent) error
}

// Feed is what has changed of one patient's record since a mark, page by page. It
// belongs to one goroutine.
type Feed interface {
	// Next gives the next page, and ends the one before. Errors: io.EOF after the last.
	Next(ctx context.Context) (fhir.Page, error)
	// Again reads one record that was kept aside, when all pages have come. Errors:
	// CodeNotFound where it is gone, CodeDenied.
	Again(ctx context.Context, ref ehrdesk.Ref) (fhir.Page, error)
	// Gone is what was withdrawn since the mark; nothing where everything comes.
	Gone(ctx context.Context) ([]fhir.Tombstone, error)
	// Expect holds what has come against what the centre claims. missing is how many
	// more there are.
	Expect(ctx context.Context, came fhir.Tally) (missing int, err error)
	// Mark is where the next feed begins, of what had come by at, the centre's clock.
	// Errors: CodeConflict while Expect is not met.
	Mark(at time.Time) (fhir.Mark, error)
	Close()
}

// What not every centre does: asked for by name, and told as CodeNotFound where it is
// lacking.
type (
	registrar interface {
		Registration(ctx context.Context, n ehrdesk.Number) (ehrdesk.Registration, error)
		// Endings are the consents that run out within a time.
		Endings(ctx context.Context, within time.Duration) ([]ehrdesk.Ending, error)
	}
	releaser interface {
		SendOneTimeCode(ctx context.Context, patient, requestID string) (ehrdesk.CodeSent, error)
		ReleaseRestricted(ctx context.Context, patient string, r ehrdesk.Release) (ehrdesk.Released, error)
		Restricted(ctx context.Context, who *fhir.Person, release string) *fhir.Pages
		EndRelease(ctx context.Context, patient, release string) error
	}
	cards interface {
		CardNonce(ctx context.Context, requestID string) (ehrdesk.CardNonce, error)
	}
	roster interface {
		Staff(ctx context.Context) ([]fhir.StaffMember, error)
	}
	countersigner interface {
		// Checkpoint gives the centre's signature for the desk's. Errors: *fhir.Refusal.
		Checkpoint(ctx context.Context, signed string, entries [][]byte) (string, error)
	}
	hinter interface {
		Events(ctx context.Context, after string) (*fhir.Events, error)
	}
)

// optional is c as what not every centre is. Errors: CodeNotFound.
func optional[T any](op string, c centre) (T, error) {
	t, ok := c.(T)
	if !ok {
		return t, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "not at the central service")
	}
	return t, nil
}
