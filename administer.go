package ehrdesk

import (
	"context"
	"errors"
	"time"
)

// Why the centre does not do what a User Administrator asks for.
var (
	ErrOwnAccount      = errors.New("nobody administers their own account")
	ErrClosed          = errors.New("the account is closed: a new activation code opens it")
	ErrDayPast         = errors.New("that day is past: nothing is extended to it")
	ErrNoEnd           = errors.New("nothing of it has ended or is to end")
	ErrOperatorsEnd    = errors.New("the centre's operator has set an end that stays, and is the one to take it back")
	ErrOfficersAccount = errors.New("a security officer's account and desks are the centre's operator's to end")
)

// StaffAccount is an account of a provider as its User Administrator sees it.
type StaffAccount struct {
	Staff         string     `json:"staff"`
	Name          string     `json:"name"`
	Role          Profession `json:"role"`
	State         string     `json:"state"` // active, closed, or what has ended
	Administrator bool       `json:"user_administrator,omitzero"`
	Ends          []End      `json:"ends,omitempty"`
	Desks         []DeskKey  `json:"desks,omitempty"`
}

// DeskKey is somebody's key on a desk, by which they sign in there and are put out.
type DeskKey struct {
	Key      string    `json:"key"`
	Since    time.Time `json:"since"`
	Seen     time.Time `json:"seen,omitzero"` // when the centre last heard of it
	SignedIn bool      `json:"signed_in"`
}

// RegistrationPaper is a document that a provider shows to be registered, and how it stands:
// missing, seen, ends (within 30 days) or ended.
type RegistrationPaper struct {
	Name  string `json:"name"`
	State string `json:"state"`
}

// ProviderAccounts are the accounts of a provider, and what of its documents was seen; Known is
// whether it is known which its kind of establishment has to show.
type ProviderAccounts struct {
	Accounts      []StaffAccount
	Establishment string
	Known         bool
	Papers        []RegistrationPaper
}

// AccountAct is what an administrator does to an account of their own provider. Act is expire,
// extend, close or end-desk.
type AccountAct struct {
	Act    string
	Staff  string
	Of     EndOf     // AccountEnds or RegistrationEnds; of expire and extend
	Since  time.Time // zero: expire now, extend without an end
	Reason string
	Desk   string // of end-desk: the key
}

// Administrator is a session of whoever may administer their provider's accounts. The centre
// says whether they may. Errors: CodeDenied, CodeNotFound, CodeInvalid, CodeOffline.
type Administrator interface {
	ProviderAccounts(ctx context.Context) (ProviderAccounts, error)
	Administer(ctx context.Context, a AccountAct) error
}

// Appointed is a session that knows from the sign-in on whether its person administers their
// provider's accounts; said is false where the centre has not said so.
type Appointed interface {
	Administers() (may, said bool)
}
