package store

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// HCP is a healthcare provider.
type HCP struct {
	ID         string // 10 digits; made where empty
	Name       string
	Chinese    string
	Kind       string            // what sort of provider, free text of the registry
	CacheHours int               // how long its desks may keep a copy; 0: nothing past the session
	CacheNever []ehrdesk.Kind    // kinds of record that its desks keep in memory alone
	Handout    []ehrdesk.Handout // ways in which its desks may hand records out; none by default
	Ahead      bool              // its desks fetch the records of who is marked as here before they are opened
	Deemed     bool              // consent is given by joining: the Hospital Authority, the Department of Health and the like
	NoView     bool              // it has not agreed to look into records
	NoDeposit  bool              // it has not agreed to deposit
	Second     []ehrdesk.OneWord // the acts that a second person of its own has to approve
}

// Account is who asks: somebody's account with a provider, at a desk.
type Account struct {
	Client, HCP, Staff string
	Name, Location     string
	Role               ehrdesk.Profession
	Provider           HCP
	Closed             bool
	Administrator      bool          // of the accounts of the provider
	Ends               []ehrdesk.End // that count: of the account, its person and the provider; past or to come
}

// Paper is a supporting document of a provider that was seen, and until when it is good, 0
// where it has no end.
type Paper struct {
	Document    string
	Seen, Until int64
}

// StaffKey is an account with one of the keys that its person is enrolled by, JWK as
// text, "" for none.
type StaffKey struct {
	Staff, Name string
	Role        ehrdesk.Profession
	Closed      bool
	Key         string
}

// Accounts are the providers, their people, and the codes to enrol by.
type Accounts interface {
	// Directory is what everybody is told of providers and their people.
	Directory() Directory

	Provider(id string) *HCP // nil for none
	AddProvider(h *HCP)
	SetCache(h *HCP) // CacheHours, CacheNever, Handout and Ahead

	Providers() []HCP               // by id
	People(hcp string) []Account    // by provider and staff id, closed ones too; of all where hcp is ""
	Get(hcp, staff string) *Account // nil for none; without a desk
	Add(a *Account)
	Open(hcp, staff string)
	Close(hcp, staff string)                            // with its tokens, its keys on every desk, and the codes not yet used
	Staff(hcp string, each func(*StaffKey) error) error // by staff id, closed ones too

	// Ends are those that count, of an account and of its provider, or of the provider alone
	// where staff is "", by when; EndsAt what was known to count at an instant.
	Ends(hcp, staff string) []ehrdesk.End
	EndsAt(hcp, staff string, at int64) []ehrdesk.End
	// SetEnds are those of one kind that count of an account, by when: with own those that the
	// provider's own administrator has set, else the operator's.
	SetEnds(hcp, staff string, of ehrdesk.EndOf, own bool) []ehrdesk.End
	// AddEnd keeps an end; own says that it is the provider's own administrator's.
	AddEnd(hcp, staff string, e ehrdesk.End, own bool)
	// LiftEnd has the ends of a kind count no more, with own those alone that the provider's own
	// administrator has set; found is false where none did.
	LiftEnd(hcp, staff string, of ehrdesk.EndOf, own bool) (found bool)
	SetAdministrator(hcp, staff string, on bool)

	SetKind(hcp, kind string)
	// Papers are the documents of a provider that were seen; SetPaper notes one, in the place
	// of what was noted of it before, and DropPaper takes it off.
	Papers(hcp string) []Paper
	SetPaper(hcp string, p Paper)
	DropPaper(hcp, document string) (found bool)

	SetCode(digest []byte, hcp, staff string, expires time.Time) // codes not yet used are gone
	Code(digest []byte, staff string, most int) (hcp string)     // of one that is good, with fewer than so many wrong tries; "" for none
	CodeOpen(hcp, staff string, most int) bool                   // whether there is such a one of somebody
	UseCode(digest []byte)
	WrongCode(hcp, staff string) // counted against a code of that person not yet used
}

// Desk is an installation, known by its key.
type Desk struct {
	Client, HCP, Install string
	Print                string // thumbprint of Key
	Key                  []byte // JWK
}

// Enrolment is one of somebody's desk keys: since when they are enrolled by it, and when
// that ended, 0 where it has not. Log is the access log that the desk speaks for by it, ""
// before its first checkpoint: keys of one log are of one desk.
type Enrolment struct {
	Client, Log  string
	Since, Ended int64
}

// DeskKey is somebody's key on a desk, as the operator sees it.
type DeskKey struct {
	Client, HCP, Staff, Name, Log string // Log is the desk's, before its first checkpoint as it said at the enrolment
	Role                          ehrdesk.Profession
	Since, Ended, Seen            int64 // Seen is when the centre last heard of it
	SignedIn                      bool  // a token of it is good now
}

// Desks are the installations, who is enrolled on each, and who is signed in.
type Desks interface {
	// Days are the lists that a provider's desks keep in step.
	Days() Days
	Inbox() Inbox // what providers ask of each other
	// Links are sealed files that desks keep here for whoever has a link.
	Links() Links
	// Cases are sealed cases; Envelopes what is sealed in them, and OfferedKeys the keys that it is sealed to.
	Cases() Cases
	Envelopes() Envelopes
	OfferedKeys() OfferedKeys
	Groups() Groups

	Get(client string) *Desk // nil for none
	ByKey(hcp, print string) (client string)
	Add(d *Desk)

	// PersonKey is the key that somebody is, or was, enrolled by at a desk: "" for none.
	// ended says that their account was closed since.
	PersonKey(client, staff string) (print string, key []byte, ended bool)
	Counting(client string) []PublicKey                   // of people on a desk
	SetPersonKey(client, staff, print string, key []byte) // their tokens at that desk are gone
	// Enrolments are somebody's at a provider, by since when, those that have ended too.
	Enrolments(hcp, staff string) []Enrolment

	// AddToken keeps a token with the thumbprint of the key that it is bound to; those that
	// have ended are gone.
	AddToken(digest []byte, who *Account, key string, expires time.Time)
	Token(digest []byte) (who *Account, key string) // nil for none, one that ended, and for a closed account
	EndToken(digest []byte)
	// EachKey gives the keys of a provider's people on its desks, by person and since when.
	EachKey(hcp string, each func(*DeskKey) error) error
	// Holder is who was enrolled last by a desk's key; nil for nobody.
	Holder(client string) *DeskKey
	// EndKey ends a desk's key with its tokens, as the closing of an account does; found is
	// false where there is none that has not ended.
	EndKey(client string) (found bool)
	// Once notes a one-time id and reports whether it is new; those that ended before
	// forget are gone.
	Once(digest []byte, expires, forget time.Time) bool
}

// Nonce is what proofs are made with, as the centre gave it out, and when it was made.
type Nonce struct {
	Value string
	At    int64
}

// Proofs is what is known of the proofs that requests come with: the nonces given out and
// the ids used with each. A nonce that is gone was given out once and does not come back.
type Proofs interface {
	Newest() *Nonce // nil for none
	Add(n Nonce)    // the newest from now on
	Keep(newest int)
	Known(nonce string) bool
	// Use notes an id with a nonce, and reports whether it is new with one that is known.
	Use(nonce string, id []byte) (fresh bool)
}

// Participant is somebody registered with eHealth.
type Participant struct {
	Patient string // logical id
	EHR     string // 12 digits
	HKIC    string // compact, "" for none
	State   ehrdesk.Participation
	Notify  string // "sms", "email", "post", "" for declined
	Key     []byte // keyed digest of the Access Key
	Person  []byte // keyed digest of name and birth date; before an engine one of each name

	Verified, Expected int64 // when a desk verified the identity, and when records begin to flow
}

// Waiting is whether the identity was verified so lately that no records flow.
func (p *Participant) Waiting(now time.Time) bool { return p.Expected > now.UnixMicro() }

// Number is a number of the index, in its one spelling.
type Number struct{ System, Value string }

// Participants is the index of who is registered, and by which numbers.
type Participants interface {
	Get(patient string) *Participant // nil for none
	All() []string
	Any() bool
	ByNumber(n Number) (patient string) // "" for none
	Numbers(patient string) []Number    // by system
	// Meant are all whom a withdrawal by a number is of, first who was registered by it: before an engine
	// one person may have been registered under several ids, and has withdrawn under each.
	Meant(n Number) (patients []string)
	Add(p *Participant, numbers []Number) // numbers that are nobody else's
	// Follow keeps EHR, HKIC and Person, and the numbers in the place of those there were.
	Follow(p *Participant, numbers []Number)
	// Unlike is why who is on record under an id is not to be taken for who was registered by it, in
	// words for who asks; "" where they are the same.
	Unlike(patient string) (why string)
	// Verify keeps State, Notify, Verified and Expected, and by whom and what (a
	// method, and a document's type) the identity was verified.
	Verify(p *Participant, who *Account, method, document string)
}

// Renewed is the state of a consent that another took the place of before its end:
// history, and never the one that counts.
const Renewed ehrdesk.ConsentState = "renewed"

// Consent is how a participant's sharing consent to a provider stands.
type Consent struct {
	ehrdesk.SharingConsent
	Seq    int64
	Proof  string // of one by card, as the centre judged it; "" for none
	Closed string // why it opens nothing though nobody has ended it, in words; given, and not taken
}

// Taken is how a consent was taken, as it is kept with it in JSON.
type Taken struct {
	CannotAct bool              `json:"cannot_act,omitempty"` // of who acts for an adult: it was stated
	Versions  map[string]string `json:"versions"`             // of the notices, by id
	Read      string            `json:"read"`                 // when, an instant
	Telephone bool              `json:"telephone,omitempty"`  // the notices were read out, and no document was seen
	Signed    string            `json:"signed,omitempty"`     // the form: a day
}

// Ending is a consent that ends soon, by its place in the list.
type Ending struct {
	Patient    string
	Until, Seq int64
}

// Consents are the sharing consents, and the acts that they rest on.
type Consents interface {
	Last(patient, hcp string) *Consent                               // that was not renewed, as it was written; nil for none
	Stood(patient, hcp string, at int64) bool                        // whether one was in force at an instant
	Providers(patient string) []string                               // deemed ones, and those that a consent was given to
	ID(patient, hcp string) string                                   // of the consent that is about to be given
	Add(patient, hcp string, c ehrdesk.SharingConsent, taken string) // a Taken
	Set(c *Consent, changed bool)                                    // State and Ended; changed says that desks are to hear of it
	// Ending are the active ones of a provider that end after from and up to to, after
	// a place in the list, at most so many; total counts them all.
	Ending(hcp string, from, to time.Time, after Ending, most int) (out []Ending, total int)

	Act(hcp, request string) (print, answer []byte) // of an act done; nil for none
	AddAct(hcp, request string, print, answer []byte)
	UseForm(hcp, reference string) (fresh bool)
}

// Secret is what somebody may try too often.
type Secret int

const (
	AccessKey Secret = iota
	OneTimeCode
)

// Code is the last one-time code sent to a patient for a provider.
type Code struct {
	Digest  []byte
	Expires int64
	Used    bool
}

// Contact is a way of reaching somebody, "sms", "email" or "post", and where.
type Contact struct{ Way, To string }

// CodeContact is where a patient is told of accesses and one-time codes go, a letter being a
// contact that takes none. Next is what stands on record in its
// place since an instant and gets none yet; Since is 0 where nothing does.
type CodeContact struct {
	Contact
	Next  Contact
	Since int64
}

// Tries are the wrong tries of a provider at a patient's secrets, and the codes sent.
type Tries interface {
	Get(of Secret, patient, hcp string) (wrong int, until int64)
	Set(of Secret, patient, hcp string, wrong int, until int64)
	Clear(of Secret, patient, hcp string)

	Code(patient, hcp string) *Code // nil for none
	SetCode(patient, hcp string, c Code)
	Contact(patient string) *CodeContact // nil before the first code, or change of contact data
	SetContact(patient string, c CodeContact)
	Sent(patient, hcp string, after int64) (n int, first int64)
	AddSent(patient, hcp string, at, forget int64) // those up to forget are gone
}

// Issuer is a key whose cards are believed, as PEM.
type Issuer struct {
	Name  string
	Key   []byte
	Since int64
}

// EvidenceOf is what evidence is of: a consent or a release.
type EvidenceOf int

const (
	OfConsent EvidenceOf = iota
	OfRelease
)

// Cards are the issuers believed, the nonces of cards yet to be read, and what acts by
// card rest on.
type Cards interface {
	Issuers() []Issuer // by name
	AddIssuer(i Issuer)
	RemoveIssuer(name string) (found bool)

	SetNonce(hcp, request string, nonce []byte, expires time.Time) // those that have ended are gone
	TakeNonce(hcp, request string) []byte                          // nil for none that is good; it is gone

	KeepEvidence(of EvidenceOf, id string, e *ehrdesk.CardEvidence, issuer string)
}

// Release is a person's leave, at one desk, to see restricted records of some kinds.
type Release struct {
	ID, Patient            string
	Kinds                  []string
	Reason, Words, Channel string
	At, Until, Ended       int64
}

// Releases are the patients' leaves.
type Releases interface {
	Add(r *Release, who *Account)
	Of(id, patient string, who *Account) *Release // ID, Kinds, Until, Ended; nil for none of theirs
	End(id string, at int64)
}

// OfferedReason is why restricted records are needed, with its words by language.
type OfferedReason struct {
	Code string            `json:"code"`
	Text map[string]string `json:"text"`
}

// Offer is what may be put to a patient, in the order to offer it.
type Offer interface {
	Terms() []ehrdesk.Term
	SetTerms(terms []ehrdesk.Term)
	Notices() []ehrdesk.Notice                                // the last version of each
	Notice(id, version string) (n *ehrdesk.Notice, last bool) // nil for none
	AddNotice(n ehrdesk.Notice)                               // these only grow
	Reasons() []OfferedReason
	SetReasons(reasons []OfferedReason)
}
