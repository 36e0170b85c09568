package ehrdesk

import "context"

// Contact is how a participant is reached, as given at registration.
// Source: registration form RE(C)01.
type Contact struct {
	Phone      string
	PhoneOther string
	Email      string
	Address    string
	Language   string // "en", "zh-Hant", "zh-Hans"
	Notify     string // "sms", "email", "post", "none"
}

// Registration is what a participant has registered with: enough to check it
// with the person, and nothing clinical.
type Registration struct {
	Patient       Patient
	Participation Participation
	Contact       Contact
}

// VerifyMethod is how an identity was verified. Source: booklet, "identity
// verification": the smart identity card in the reader, or the document seen.
type VerifyMethod string

// The methods.
const (
	VerifyByCard     VerifyMethod = "card"
	VerifyByDocument VerifyMethod = "document"
)

// Verification is the identity of somebody who registered online, by fax or by
// post, verified at the desk together with contact data and sharing consent: one
// act, on record as a whole or not at all.
type Verification struct {
	Grant
	Method           VerifyMethod
	DocumentType     string // code of a DocumentType, with VerifyByDocument
	Contact          Contact
	ContactConfirmed bool // the person has confirmed what Contact says
}

// Registrar verifies identities.
type Registrar interface {
	// Registration is what a participant has registered with.
	// Errors: CodeNotFound, CodeOffline, CodeDenied.
	Registration(ctx context.Context, n Number) (Registration, error)
	// Verify submits a verification. Errors as Session.Grant; CodeConflict where
	// the identity is verified already.
	Verify(ctx context.Context, v Verification) (Receipt, error)
}
