// Package refusal is what the wire is told of a failure: an HTTP status, the code of
// a table of issues, and fixed words that never quote a request. Every rule of the
// centre refuses with one, and what is none is answered without its cause.
package refusal

import (
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Error is a refusal with its place in the wire's table of issues. Its words
// are fixed and never quote a request.
type Error struct {
	Status   int
	Issue    string // code of SystemIssue, "" for a plain FHIR one
	Text     string
	Tries    *int         // tries left with the Access Key
	Until    time.Time    // when the lock ends, or when to ask again
	Fields   []string     // what of a card differs from the record, by name
	Expected time.Time    // when records begin to flow
	Rule     string       // which rule about who may consent was not kept
	Head     string       // of a case that has moved on: the hash of its last event
	Vouch    string       // what the centre last vouched for of a desk's log, signed
	Proof    string       // of a 401: what is wrong with the token or its proof, as RFC 9449 names it
	End      *ehrdesk.End // what ended, of who asks
	Keep     bool         // what was written down before it must be kept
}

func (f *Error) Error() string { return f.Text }

// New is a refusal with a status, an issue ("" for a plain FHIR one) and its words.
func New(status int, issue, text string) *Error {
	return &Error{Status: status, Issue: issue, Text: text}
}

// Kept has the transaction keep what was written before the refusal: a wrong key
// counted, an event of the access log.
func (f *Error) Kept() *Error { f.Keep = true; return f }

// The refusals of docs/central.md, each with its one text.
func NotRegistered() *Error {
	return New(404, "not-registered", "No such participant is registered with eHealth.")
}
func IdentityUnverified() *Error {
	return New(422, "identity-unverified", "The participant's identity is not yet verified.")
}
func ConsentNeeded() *Error {
	return New(403, "consent-needed", "There is no active sharing consent to this provider.")
}
func InvalidProof() *Error {
	return &Error{Status: 401, Text: "The proof that this token is the desk's own is missing or wrong.", Proof: "invalid_dpop_proof"}
}
func UseNonce() *Error {
	return &Error{Status: 401, Text: "The proof is to be made with the nonce given.", Proof: "use_dpop_nonce"}
}

// Ended refuses whom an end concerns.
func Ended(e *ehrdesk.End) *Error {
	f := New(403, EndIssue(e.Of), map[ehrdesk.EndOf]string{ehrdesk.AccountEnds: "This account has ended.", ehrdesk.RegistrationEnds: "This person's professional registration has ended.",
		ehrdesk.ProviderSuspended: "This provider is suspended.", ehrdesk.ProviderWithdrawn: "This provider has left eHealth.", ehrdesk.ProviderLapses: "This provider's registration has ended."}[e.Of])
	f.End = e
	return f
}

// EndIssue is what an end is called among the issues.
func EndIssue(of ehrdesk.EndOf) string {
	if of.OfProvider() {
		return "provider-" + string(of)
	}
	return string(of) + "-ended"
}

// Unclear is what the refusal of a number is called that stands for nobody who could be meant.
const Unclear = "person-unclear"

// NumberAsID refuses a patient whom the engine names by the number of a document.
func NumberAsID() *Error {
	return New(409, "number-as-id", "The engine names this patient's record by the number of a document: it has to be put right there.")
}

func PersonUnclear(text string) *Error { return New(409, Unclear, text) }

// NotAgreed refuses what a provider has not agreed to: to view, or to deposit.
func NotAgreed(what string) *Error {
	return New(403, what+"-agreement", "This provider has not agreed to "+what+".")
}

func RoleMayNot() *Error           { return New(403, "role", "This profession may not do this.") }
func Invalid(text string) *Error   { return New(422, "invalid", text) }
func NotFound() *Error             { return New(404, "", "There is no such resource.") }
func Malformed(text string) *Error { return New(400, "", text) }

// As finds the refusal in err.
func As(err error) (*Error, bool) {
	var f *Error
	ok := errors.As(err, &f)
	return f, ok
}

// Code is the failure's kind for a command line.
func (f *Error) Code() ehrdesk.Code {
	switch f.Issue {
	case "consent-needed":
		return ehrdesk.CodeConsentNeeded
	case "key-locked", "code-locked", "code-too-often", "contact-new", "too-often":
		return ehrdesk.CodeLocked
	case "card-missing", "card-nonce", "card-not-genuine", "card-issuer-unknown", "card-other-person", "card-differs":
		return ehrdesk.CodeCard
	case "wrong-key", "wrong-code", "code-expired", "release-over", "restricted", "role", "deemed", "source":
		return ehrdesk.CodeDenied
	}
	switch f.Status {
	case 404, 410:
		return ehrdesk.CodeNotFound
	case 409, 412:
		return ehrdesk.CodeConflict
	case 401:
		return ehrdesk.CodeNotSignedIn
	case 403:
		return ehrdesk.CodeDenied
	case 502, 503:
		return ehrdesk.CodeOffline
	case 504:
		return ehrdesk.CodeTimeout
	default:
		return ehrdesk.CodeInvalid
	}
}

// OnWire is an error of ours as the wire is told of it: what was asked for cannot be, or is not
// there. Any other stays as it is.
func OnWire(err error) error {
	switch ehrdesk.CodeOf(err) {
	case ehrdesk.CodeInvalid:
		return Invalid("What was asked for is not possible.")
	case ehrdesk.CodeNotFound:
		return NotFound()
	}
	return err
}

// InGo is err for a caller in Go: a refusal becomes an *ehrdesk.Error.
func InGo(op string, err error) error {
	if f, ok := As(err); ok {
		return ehrdesk.Errorf(op, f.Code(), "%s", f.Text)
	}
	return err
}
