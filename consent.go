package ehrdesk

import (
	"context"
	"errors"
	"time"
)

// Participation is how somebody stands with eHealth itself, before any question
// of sharing with a provider.
type Participation string

// The states of participation.
const (
	NotRegistered Participation = "not_registered"
	Unverified    Participation = "unverified" // registered online, by fax or post; identity not yet verified
	Registered    Participation = "registered"
	Left          Participation = "withdrawn" // withdrew from eHealth
	// KnownHere is of somebody whom a server that is not eHealth's has: whether they have
	// joined it cannot say.
	KnownHere Participation = "known_here"
)

// ErrNotAtServer is the cause of a CodeNotFound error of a server that is not eHealth's:
// it has nobody of a number, which says nothing of eHealth.
var ErrNotAtServer = errors.New("nobody with this number at this server")

// NotifiedUnknown is the way in which a patient is told where the server does not say
// whether they are.
const NotifiedUnknown = "unknown"

// Sharing reports whether a sharing consent is the next question.
func (p Participation) Sharing() bool { return p == Registered || p == KnownHere }

// ConsentState is how the sharing consent to this provider stands. Consent is
// to the provider as an organisation, never to one doctor.
type ConsentState string

// The states of a sharing consent. ConsentUnknown is for a desk that has not
// been able to ask for too long.
const (
	ConsentNone      ConsentState = "none"
	ConsentPending   ConsentState = "pending" // waits for the patient (app, telephone) or for the centre
	ConsentActive    ConsentState = "active"
	ConsentExpired   ConsentState = "expired"
	ConsentWithdrawn ConsentState = "withdrawn"
	ConsentDeemed    ConsentState = "deemed" // given by joining: HA, DH, Primary Healthcare Commission and the like
	ConsentUnknown   ConsentState = "unknown"
)

// Allows reports whether records may be viewed in this state.
func (s ConsentState) Allows() bool { return s == ConsentActive || s == ConsentDeemed }

// Channel is the way a sharing consent is given: any one of the booklet's five.
type Channel string

// The channels.
const (
	ByCard      Channel = "card"
	ByAccessKey Channel = "access-key"
	ByForm      Channel = "form"
	ByApp       Channel = "app"
	ByIVRS      Channel = "ivrs"
)

// Channels lists the five in the booklet's order.
func Channels() []Channel { return []Channel{ByCard, ByApp, ByAccessKey, ByIVRS, ByForm} }

// AtDesk reports whether the desk itself submits a consent by this channel; the
// others happen between the patient and eHealth.
func (c Channel) AtDesk() bool { return c == ByCard || c == ByAccessKey || c == ByForm }

// Term is how long a consent runs. The centre offers the list: one-year
// consents appear to have ended with the amendment of December 2025, while
// older ones still run out.
type Term string

// The terms known.
const (
	Indefinite Term = "indefinite"
	OneYear    Term = "one_year"
)

// Giver is who gave the consent: the patient or a substitute decision maker.
type Giver struct {
	Kind     string `json:"kind"`               // "patient", "parent", "guardian", … (booklet; SDM page)
	Name     string `json:"name,omitempty"`     // of the substitute decision maker
	Document string `json:"document,omitempty"` // kind of document seen
	// DocumentNumber is what stands on that document, as whoever looked at it wrote it down. It goes
	// to the centre with the act; the centre keeps it behind Document and gives it to nobody.
	DocumentNumber string `json:"document_number,omitempty"`
	// CannotAct: it was stated that the patient, who is 16 or over, cannot act: is mentally
	// incapacitated, cannot manage their own affairs, or cannot give a consent now.
	CannotAct bool `json:"cannot_act,omitempty"`
	// NoneBefore: it was stated that nobody of an earlier rank can act.
	NoneBefore bool `json:"none_before,omitempty"`
	// Declaration is the reference of the provider's Letter of Declaration; the
	// provider is then the giver, and Name the professional's who signs.
	Declaration string `json:"declaration,omitempty"`
}

// SelfGiver is the patient.
const SelfGiver = "patient"

// SharingConsent is a patient's consent to one provider as the centre holds it.
type SharingConsent struct {
	ID        string // the centre's reference
	State     ConsentState
	Term      Term
	Channel   Channel
	Giver     Giver
	Since     time.Time
	Until     time.Time // zero for an indefinite one
	Ended     time.Time // when it was withdrawn
	Telephone bool      // of one by Access Key: given by telephone
	Signed    When      // of one by form: the date beside the signature, where it was said
}

// ConsentSlack is how far a consent's beginning may lie ahead of the clock: one
// given just now at a centre whose clock is a little ahead.
const ConsentSlack = 5 * time.Minute

// StateAt is the state at a moment: an active consent whose end has come has
// expired, whatever was last heard. now must be the later of the desk's clock
// and the last time the centre told, so that a clock set back revives nothing.
func (c SharingConsent) StateAt(now time.Time) ConsentState {
	if c.State.Allows() && c.Since.After(now.Add(ConsentSlack)) {
		return ConsentPending
	}
	if c.State == ConsentActive && !c.Until.IsZero() && !now.Before(c.Until) {
		return ConsentExpired
	}
	if c.State == "" {
		return ConsentNone
	}
	return c.State
}

// Finding is the answer to a look-up: who it is and whether the provider may
// see the record. It never holds clinical content.
type Finding struct {
	Participation Participation
	Patient       Patient // zero unless registered
	Consent       SharingConsent
	Checked       time.Time // when the centre last said so
	Cached        bool      // the centre could not be asked: the answer is the desk's own copy
	// RecordsExpected is until when records may take to flow after the identity
	// was verified; zero where nothing is waited for.
	RecordsExpected time.Time
	// KeyLocked is until when the patient's Access Key is refused at this provider, after wrong
	// ones; zero where it is not.
	KeyLocked time.Time
	// Untold: the patient has declined notices of accesses. Of consents they are told.
	Untold            bool
	NoDeposit, NoView Bar // why the provider may deposit or look in with nobody here; "" where it may
	// Waiting is the act of this desk that the centre has not answered: a consent
	// that waits for the line opens nothing, a withdrawal counts at once.
	Waiting AuditAction
	Second  bool // it waits for a second person to approve it, and not for the line
}

// Bar is why a provider may deposit or look in with nobody at a centre, whoever the patient is.
type Bar string

// The bars.
const (
	BarAgreement Bar = "agreement" // the provider has not agreed to it with eHealth
	BarGate      Bar = "gate"      // the centre is a gate before where the records are kept, and takes none
	BarServer    Bar = "server"    // a server that is not eHealth's, and takes none from a desk
)

// Why a provider may not: the cause of a CodeDenied.
var (
	ErrNotAgreedToView    = errors.New("this provider has not agreed with eHealth to look into records")
	ErrNotAgreedToDeposit = errors.New("this provider has not agreed with eHealth to deposit records")
	ErrGateTakesNone      = errors.New("this central service is a gate before where the records are kept, and takes none")
	ErrServerTakesNone    = errors.New("this server takes no records from a desk")
)

// DepositError is why nothing is deposited for a bar; nil for none.
func (b Bar) DepositError() error {
	switch b {
	case BarAgreement:
		return ErrNotAgreedToDeposit
	case BarGate:
		return ErrGateTakesNone
	case BarServer:
		return ErrServerTakesNone
	}
	return nil
}

// MayDeposit reports whether a provider may send records in: joining eHealth is
// leave enough since 1 December 2025, and looking in is another matter.
// Source: the amended ordinance (Cap. 625, 36 of 2025).
func (f Finding) MayDeposit() bool { return f.Participation == Registered && f.NoDeposit == "" }

// MayView reports whether this provider may look in, as of now.
func (f Finding) MayView(now time.Time) bool {
	return f.NoView == "" && f.Participation.Sharing() && f.Waiting != AuditRevoke && f.Consent.StateAt(now).Allows()
}

// Notice is a text the patient must have read before consenting.
type Notice struct {
	ID       string // "participant-information-notice", "personal-information-collection-statement"
	Version  string
	Title    map[string]string // by language: "en", "zh-Hant", "zh-Hans"
	Text     map[string]string
	Official bool // false: a summary for training, not the Government's text
}

// Offer is what the centre lets this provider ask a patient: terms, notices,
// the channels it takes, and the reasons it knows for restricted records.
type Offer struct {
	Terms    []Term
	Notices  []Notice
	Channels []Channel
	Reasons  []Reason
	Second   []OneWord // the acts that a second person has to approve first
}

// Grant is a sharing consent about to be submitted.
type Grant struct {
	Patient         Number
	Channel         Channel
	Term            Term
	Giver           Giver
	NoticeRead      bool
	NoticeVersions  map[string]string // notice ID to the version shown
	NoticeReadAt    time.Time
	DocumentSighted bool
	// Telephone is ByAccessKey only: the patient is on the telephone, as when they book. No
	// document can be sighted; who they are is asked, and the notices are read out to them.
	Telephone     bool
	IdentityAsked bool      // with Telephone: name, birth date and number were asked for, and agree
	AccessKey     AccessKey // ByAccessKey only
	FormReference string    // ByForm only: the signed form's own reference
	Signed        When      // ByForm only: the date beside the signature
	// Card is ByCard only: what shows that the patient's genuine card was there,
	// over CardChallenge of this request. Less than a genuine chip is "card
	// seen", not "identity verified", and is refused.
	Card *CardEvidence
	// Renew lets a consent that runs out soon run on: the one case in which a
	// consent is taken while another is active.
	Renew     bool
	RequestID string // UUID, chosen once per act: the same act sent twice counts once
}

// ErrFormUsed is the cause of a CodeConflict: the number of a signed form is on
// record already, of another act of this provider.
var ErrFormUsed = errors.New("the signed form's reference is on record already")

// ErrNoConsent is the cause of a CodeNotFound: there is no sharing consent to
// withdraw, or no more.
var ErrNoConsent = errors.New("there is no sharing consent to withdraw")

// ErrPersonUnclear is the cause of a CodeConflict: whom a number stands for is not clear where the
// records are kept, as of two people, or of a record that was merged or taken over.
var ErrPersonUnclear = errors.New("who has this number is not clear where the records are kept")

// ErrNumberAsID is the cause of a CodeConflict: where the records are kept the patient's record is
// named by the number of a card or of another document, which would stand in addresses and logs.
var ErrNumberAsID = errors.New("where the records are kept this patient's record is named by the number of a document: it has to be put right there")

// Withdrawal is the end of a sharing consent at the patient's wish.
type Withdrawal struct {
	Patient         Number
	Channel         Channel
	Giver           Giver
	DocumentSighted bool
	AccessKey       AccessKey
	FormReference   string
	Signed          When // ByForm only: the date beside the signature
	RequestID       string
}

// Receipt is the centre's word that an act has been recorded.
type Receipt struct {
	Reference string // to be quoted to the patient or the office
	Consent   SharingConsent
	Patient   Patient
	At        time.Time // the centre's clock
	Notified  string    // how the patient is told: "sms", "email", "post", ""
	Untold    bool      // as Finding.Untold
	// RecordsExpected is set where records begin to flow only now (identity just
	// verified): about thirty minutes. Waiting is not an error.
	RecordsExpected time.Time
	// Queued is of an act that is kept on this desk, to be sent when the line is
	// back: there is no reference yet, and no record opens by it.
	Queued bool
	// Second is of one that is kept, Queued too, and goes nowhere before a second person approves it.
	Second bool
	// Confirmed is on how many contacts, all that are known, the patient is told of an act
	// that rests on one person's word; 0 of any other.
	Confirmed int
	// CodesFrom is from when one-time codes go to contact data that the act has changed: a
	// day later, zero where there is nothing to wait for.
	CodesFrom time.Time
}

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
	// NewFrom is set where the contact data were changed lately: it went to the contact of
	// before, and from then on codes go to the new one.
	NewFrom time.Time
}

// Releaser shows restricted records for a short time. They are never kept on the
// desk: with the time, the chart or the line they are gone.
type Releaser interface {
	// SendCode has the centre send the patient a one-time code. Each sending is an
	// act of its own: a second one brings another code.
	// Errors: CodeDenied (no way to reach the patient), CodeLocked (too often, or with a
	// NewContact where the only contact data are new).
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
