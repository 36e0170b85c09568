package central

import (
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// apiError is a refusal with its place in the wire's table of issues. Its words
// are fixed and never quote a request.
type apiError struct {
	status   int
	issue    string // code of SystemIssue, "" for a plain FHIR one
	text     string
	tries    *int      // tries left with the Access Key
	until    time.Time // when the lock ends
	fields   []string  // what of a card differs from the record, by name
	expected time.Time // when records begin to flow
	rule     string    // which rule about who may consent was not kept
	vouch    string    // what the centre last vouched for of a desk's log, signed
	keep     bool      // what was written down before it must be kept
}

func (f *apiError) Error() string { return f.text }

func refuse(status int, issue, text string) *apiError {
	return &apiError{status: status, issue: issue, text: text}
}

func (f *apiError) kept() *apiError { f.keep = true; return f }

// The refusals of docs/central.md, each with its one text.
func notRegistered() *apiError {
	return refuse(404, "not-registered", "No such participant is registered with eHealth.")
}
func identityUnverified() *apiError {
	return refuse(422, "identity-unverified", "The participant's identity is not yet verified.")
}
func consentNeeded() *apiError {
	return refuse(403, "consent-needed", "There is no active sharing consent to this provider.")
}
func roleMayNot() *apiError {
	return refuse(403, "role", "This profession may not do this.")
}
func invalid(text string) *apiError { return refuse(422, "invalid", text) }
func notFound() *apiError           { return refuse(404, "", "There is no such resource.") }
func malformed(text string) *apiError {
	return refuse(400, "", text)
}

// asFault finds the refusal in err.
func asFault(err error) (*apiError, bool) {
	var f *apiError
	ok := errors.As(err, &f)
	return f, ok
}

// code is the failure's kind for a command line.
func (f *apiError) code() ehrdesk.Code {
	switch f.issue {
	case "consent-needed":
		return ehrdesk.CodeConsentNeeded
	case "key-locked", "code-locked", "code-too-often":
		return ehrdesk.CodeLocked
	case "card-missing", "card-nonce", "card-not-genuine", "card-issuer-unknown", "card-other-person", "card-differs":
		return ehrdesk.CodeCard
	case "wrong-key", "wrong-code", "code-expired", "release-over", "restricted", "role", "deemed", "source":
		return ehrdesk.CodeDenied
	}
	switch f.status {
	case 404, 410:
		return ehrdesk.CodeNotFound
	case 409, 412:
		return ehrdesk.CodeConflict
	case 401:
		return ehrdesk.CodeNotSignedIn
	case 403:
		return ehrdesk.CodeDenied
	default:
		return ehrdesk.CodeInvalid
	}
}

// asError is err for a caller in Go: a refusal becomes an *ehrdesk.Error.
func asError(op string, err error) error {
	if f, ok := asFault(err); ok {
		return ehrdesk.Errorf(op, f.code(), "%s", f.text)
	}
	return err
}
