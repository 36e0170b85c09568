package store

import "github.com/ehrdesk/ehrdesk"

// Service is what a provider offers, of a specialty, since when, and when that ended, 0 while it does.
type Service struct {
	ID, HCP, Specialty, Name string
	Since, Ended             int64
}

// PublicKey is a key that somebody is, or was, enrolled by, by its thumbprint (RFC 7638): of a desk where Staff is "".
type PublicKey struct {
	HCP, Staff, Print string
	Key               []byte // JWK
	Since, Ended      int64  // Ended is 0 while it counts
}

// EndOf is an end that counts, and of whom: of a provider where Staff is "".
type EndOf struct {
	HCP, Staff string
	ehrdesk.End
}

// KeyChange is an entry of the log of whose keys count: its text as it is told, and the hash of all up to it (internal/keylog).
type KeyChange struct {
	N, At int64
	Hash  []byte
	Text  string
}

// OnCall is what somebody last said of whether they are on call: until when, which is At where they are not, as they signed it.
type OnCall struct {
	HCP, Staff string
	At, Until  int64
	Signed     string
}

// Directory is what the centre says of providers and their people to everybody.
type Directory interface {
	Services() []Service // by id, those that have ended too
	AddService(s *Service)
	EndService(hcp, id string) (found bool)
	Keys() []PublicKey // by provider, person and since when, those that have ended or were replaced too
	Ends() []EndOf     // by when
	// LastChange is the last entry of the log of keys, n 0 for none; the log only grows. Changes are the texts of those after one,
	// so many at most.
	LastChange() (n, at int64, hash []byte)
	AddChange(c *KeyChange)
	Changes(after int64, most int) []string
	// OnCall is what everybody last said of themselves, by provider and person; SetOnCall keeps another in its place.
	OnCall() []OnCall
	SetOnCall(o *OnCall)
	// SetAgreement keeps whether a provider has agreed to look in and to deposit: NoView and NoDeposit.
	SetAgreement(h *HCP)
	// SetSecond keeps which acts a second person of a provider has to approve: Second.
	SetSecond(h *HCP)
}
