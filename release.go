package ehrdesk

import (
	"context"
	"errors"
	"time"
)

// OneTimeCode is the six digits that the centre sends the patient for one
// release of restricted records. It is not the Access Key, which is the
// patient's own, has eight digits, and opens nothing restricted. It is never
// kept, logged or printed.
type OneTimeCode struct{ Secret }

// ParseOneTimeCode takes six digits in any spacing and width. Errors: CodeInvalid.
func ParseOneTimeCode(s string) (OneTimeCode, error) {
	d := squeeze(s)
	if len(d) != 6 || !allDigits(d) {
		return OneTimeCode{}, Errorf("one-time-code", CodeInvalid, "a one-time code has 6 digits")
	}
	return OneTimeCode{NewSecret(d)}, nil
}

// Reason is a reason for seeing restricted records, from the centre's list.
// Text is by language. No official list is published.
type Reason struct {
	Code string
	Text map[string]string
}

// ReleaseReason is the fewest characters that a reason in words has.
const ReleaseReason = 10

// Release asks for restricted records of an open chart: which, why, and what
// shows that the patient agrees to this one look. Source: booklet, "sensitive
// data"; role-based access control page.
type Release struct {
	Kinds     []Kind
	Reason    string        // code of a Reason
	Words     string        // why, in words
	Code      OneTimeCode   // sent to the patient, or
	Card      *CardEvidence // the patient's card over CardChallenge of this request
	RequestID string
}

// Why a one-time code does not serve: causes of CodeDenied.
var (
	ErrCodeExpired = errors.New("the one-time code has expired or was used: send another")
	ErrNoWayToTell = errors.New("the patient has no way to be sent a code: use the patient's card")
)

// Released is what the centre let be seen, and until when.
type Released struct {
	ID       string
	Kinds    []Kind
	Until    time.Time // the centre's clock
	Notified string
}

// CodeSent is how a one-time code went to the patient and how long it is good.
type CodeSent struct {
	By      string // "sms", "email", "post"
	Expires time.Time
}

// Releaser shows restricted records for a short time. They are never kept on the
// desk: with the time, the chart or the line they are gone.
type Releaser interface {
	// SendCode has the centre send the patient a one-time code. Each sending is an
	// act of its own: a second one brings another code.
	// Errors: CodeDenied (no way to reach the patient), CodeLocked (too often).
	SendCode(ctx context.Context) (CodeSent, error)
	// Release asks for restricted records; while it runs they are in List and
	// Search like any other. Errors: CodeInvalid (reason, types), CodeDenied with
	// *WrongKey, CodeLocked with *LockOut, CodeCard, CodeConsentNeeded, CodeOffline.
	Release(ctx context.Context, r Release) (Released, error)
	// Released is the release that runs; its Until is zero for none.
	Released() Released
	// EndRelease ends it before its time.
	EndRelease(ctx context.Context) error
}
