package ehrdesk

import (
	"context"
	"crypto"
	"time"
)

// Provider is a healthcare provider as the centre's directory has it.
type Provider struct {
	ID       string // its 10-digit number
	Name     string
	Chinese  string
	Active   bool // it takes part now
	Deposits bool // it has agreed to deposit
	Views    bool // it has agreed to look in
	Services []Service
	People   []Person
}

// Service is what a provider offers, of a specialty.
type Service struct {
	ID        string
	Specialty string // a code of Specialties
	Name      string
	Active    bool
}

// Person is somebody with an account at a provider.
type Person struct {
	Staff  string // unique within the provider
	Name   string
	Role   Profession
	Active bool
	Ended  time.Time // since when they are not; zero where they are, or it is not said
	Keys   []PublicKey

	OnCall time.Time // until when they have said that they are on call; zero where they are not
}

// PublicKey is a key by which somebody signs.
type PublicKey struct {
	ID    string // its thumbprint (RFC 7638), by which signatures name it: another key has another
	Key   crypto.PublicKey
	Since time.Time
	Until time.Time // zero while it counts
}

// Directory is the centre's directory of providers as this desk has it: a copy, made anew while the centre can be asked.
type Directory interface {
	// Providers are those whose name, one of whose services' or people's names has what is asked for, with a service of a
	// specialty where one is given, by name; all where both are "". Of each its people and services come whole. asOf is when
	// the centre said so. Errors: CodeNotFound where the centre has no directory, CodeOffline where it cannot be asked and
	// there is no copy, CodeInvalid for no such specialty.
	Providers(ctx context.Context, query, specialty string) (found []Provider, asOf time.Time, err error)
	// KeyChanges is what a centre has said of a key otherwise than before, since this desk has known it, oldest first. The
	// desk goes by what it knew.
	KeyChanges(ctx context.Context) ([]KeyChange, error)
}

// KeyChange is a key of which the centre has said something else than before.
type KeyChange struct {
	Key   string       // its id; "" of the log of keys as a whole
	Owner string       // whose it is, as this desk knows it: the name, staff id and provider
	What  KeyDifferent // what is different
	At    time.Time    // when this desk was told
}

// KeyDifferent is what a centre says otherwise of a key.
type KeyDifferent string

// What can be different. Each of them but KeyInYourName is one that a centre never has reason for.
const (
	KeyOtherOwner KeyDifferent = "owner"     // somebody else is said to have it
	KeyOtherTime  KeyDifferent = "time"      // it is said to have begun at another time, or its end was moved or taken back
	KeyMissing    KeyDifferent = "missing"   // it is not there any more, though keys that have ended stay
	KeyNotItsName KeyDifferent = "not-named" // the bytes are another key than its id says
	KeyOtherInLog KeyDifferent = "log"       // the log of keys does not have it, or says otherwise of whether it counts
	// Of the log as a whole: it is not the one that this desk has followed, or that somebody else was shown; it is shorter than it was,
	// or gone; it cannot be read, or the centre has not signed it.
	KeyLogForked    KeyDifferent = "log-forked"
	KeyLogShortened KeyDifferent = "log-shortened"
	KeyLogUnread    KeyDifferent = "log-unreadable"
	// In the name of whoever is signed in, of another desk than this, and they have not said that it is theirs. A centre has reason for
	// that where somebody works at two desks.
	KeyInYourName KeyDifferent = "in-your-name"
)
