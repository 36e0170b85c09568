package ehrdesk

import (
	"context"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// Account is one person's account with one provider. The same doctor at two
// providers has two.
type Account struct {
	Staff        string // staff id, unique within the provider
	Name         string
	Role         Profession
	Provider     string // HCP id, 10 digits
	ProviderName string
	Location     string // healthcare service location
	Elsewhere    bool   // works at a FHIR server that is no centre of eHealth's
}

// Enrolment is what registers this desk and a person: the centre's address, the
// User Administrator's one-time code, and the passphrase the person chooses.
type Enrolment struct {
	Central    string // FHIR base, "https://…/fhir"
	Staff      string
	Provider   string // whose code it is meant to be; "" for whoever's it is
	Code       Secret
	Passphrase Secret
	Plain      *PlainServer // nil for a central service that enrols desks
}

// PlainServer is what is to be known to work with a FHIR R4 server that is not eHealth's,
// and says none of it.
type PlainServer struct {
	SignIn   string // "none", or "smart": by its own page, in a browser
	Role     Profession
	Provider string // its name
	// Show is told of the page that asks who signs in; nil where nobody could open it.
	Show func(SignInPage)
	// Approver is a colleague enrolled here who lets the newcomer in; "" for the first.
	Approver           string
	ApproverPassphrase Secret
}

// Desk is what the workstation can do with nobody signed in.
type Desk interface {
	// Accounts lists the people enrolled on this desk.
	Accounts(ctx context.Context) ([]Account, error)
	// Enrol registers this desk for a person. Errors: CodeInvalid, CodeDenied
	// (wrong or used code), CodeConflict (already enrolled), CodeOffline.
	Enrol(ctx context.Context, e Enrolment) (Account, error)
	// SignIn unlocks the person's keys and signs in at the centre; without the
	// line it opens an offline session where the cache policy allows one.
	// Errors: CodeNotSignedIn for a wrong passphrase, CodeDenied.
	SignIn(ctx context.Context, staff string, passphrase Secret) (Session, error)
}

// What a desk, a session and a chart may do beside: asked for by name, so that a desk
// without copies, or a session with nothing to tell, need not have it.
type (
	// CopyKeeper is a desk that has copies to destroy in their time, whoever is there.
	CopyKeeper interface {
		Due() time.Time // when Purge should next be called
		Purge(ctx context.Context) (int, error)
	}
	// PageDesk is a desk at which a server's own page may ask who signs in.
	PageDesk interface {
		// SignInAt is SignIn for whoever has a browser on this machine: show is told of the
		// page, where there is one to open, and the call waits for what comes of it.
		// Errors: as SignIn, with a SignInTrouble.
		SignInAt(ctx context.Context, staff string, passphrase Secret, show func(SignInPage)) (Session, error)
	}
	// Warner is a session that has something to tell, in codes, which has to be read.
	Warner interface{ Warnings() []string }
	// Bounded is a session whose account, professional registration or provider may end.
	Bounded interface {
		Ended() *End // what keeps it from going on, nil for nothing; it waits for nothing
		Ends() []End // what has ended or is to end, as the centre last said
	}
	// DaySharer is a session whose day's list is one for all desks of the provider.
	DaySharer interface {
		// Share brings the list into step with those of the other desks, by way of the
		// centre. Errors: CodeOffline, CodeTimeout.
		Share(ctx context.Context) (changed bool, err error)
		Alone() bool // the centre keeps no list: this desk's is its own
	}
	// Fleeting is a chart whose copy may go while it is open.
	Fleeting interface {
		Gone() bool // the copy's time is over, and it is destroyed
	}
	// Remembering is a chart that knows until when this person had seen it before, by
	// the centre's clock: what changed after last is new to them. before is the last time on
	// an earlier day than this, to which a day's work is held. Zero for never.
	Remembering interface {
		Seen() (last, before time.Time)
	}
	// Recalling is a session that knows whose charts this person has opened at this
	// desk. It knows of those that the desk still keeps, and of nobody else's.
	Recalling interface {
		// Recent lists them from since on, the one opened last first, a patient once.
		Recent(ctx context.Context, since time.Time) ([]Recent, error)
	}
	// Foreseeing is a session that knows of whom this desk keeps a copy, and how much of it
	// this person has not seen. It opens no record to know that.
	Foreseeing interface {
		// Held lists those whose consent is in force, in no order. Errors: CodeDenied for
		// whoever may open no chart.
		Held(ctx context.Context) ([]Held, error)
	}
	// FetchingAhead is a session whose provider's policy may let its desks fetch the records of
	// those who are marked as here before they are opened.
	FetchingAhead interface {
		FetchesAhead() bool // the policy lets it, for this person; it waits for nothing
		// FetchAhead fetches them, one after the other, and gives those that could not be. It
		// goes on where it was broken off: by ctx, by a chart that is opened, by a lock. Nothing
		// of what it fetches is shown before the chart is opened. Errors: CodeOffline,
		// CodeTimeout; CodeLocked while it runs already.
		FetchAhead(ctx context.Context) ([]NotFetched, error)
	}
)

// NotFetched is somebody who is here whose record could not be fetched ahead, and why.
type NotFetched struct {
	Task Task
	Why  Refusal
}

// Recent is a patient whose chart was opened, and when it last was.
type Recent struct {
	Patient Patient
	At      time.Time
}

// LinkState is whether the centre can be reached.
type LinkState uint8

// The states of the link.
const (
	LinkUnknown LinkState = iota
	Online
	Offline
)

// Link is the state of the line to the centre as last seen.
type Link struct {
	State LinkState
	Since time.Time // when the state began
	Last  time.Time // last answer from the centre
	// Hears tells that the centre says by itself when something has changed: an open chart
	// need not ask.
	Hears bool
	Why   LineTrouble // what stands in between, "" where that is not known
}

// Session is one signed-in person at this desk.
type Session interface {
	Account() Account
	Link() Link
	// Find looks a patient up. Errors: CodeInvalid, CodeNotFound (not
	// registered), CodeOffline (and no copy on this desk), CodeDenied.
	Find(ctx context.Context, n Number) (Finding, error)
	// Offer is what may be asked of a patient: terms, notices, channels.
	Offer(ctx context.Context) (Offer, error)
	// CardNonce asks the centre for its part of the challenge that the patient's
	// card is to sign in the act of that request. Errors: CodeOffline, CodeDenied.
	CardNonce(ctx context.Context, requestID string) (CardNonce, error)
	// Grant submits a sharing consent. Errors: CodeInvalid (something missing),
	// CodeCard (the card's evidence does not hold, or came too late: read it
	// again), CodeDenied with *WrongKey, CodeLocked with *LockOut, CodeConflict (active
	// already), CodeOffline, CodeTimeout (outcome unknown: ask with Find).
	Grant(ctx context.Context, g Grant) (Receipt, error)
	// Revoke ends a sharing consent and destroys the desk's copy. Errors as
	// Grant; CodeNotFound where there is none; CodeDenied for a deemed one.
	Revoke(ctx context.Context, w Withdrawal) (Receipt, error)
	// Open asks the centre for leave, writes the access down, and only then
	// gives the chart. Errors: CodeConsentNeeded, CodeDenied, CodeOffline.
	Open(ctx context.Context, n Number, p Purpose, reason string) (Chart, error)
	// AccessLog is this desk's access log, newest first: of what is sealed to
	// others, or damaged, the number alone. Looking at it is logged.
	// Errors: CodeTampered, naming what was changed or cut, with the entries that
	// are there beside it.
	AccessLog(ctx context.Context) ([]LogEntry, error)
	// NextHint waits for the centre to say that something has changed: a reason to
	// ask, and never more. Errors: CodeNotFound where the centre says nothing of
	// the kind, and whatever ends ctx.
	NextHint(ctx context.Context) (Hint, error)
	Worklist
	Registrar
	// Lock drops keys, tokens and charts and keeps the place: whoever signs in next
	// as the same person resumes the charts in a session of their own, and this one
	// is closed after that. It may wait for the answer to an act under way.
	Lock() error
	// Resume opens again a chart that a lock of the same person's session put away.
	// It is the same access going on. Errors: CodeConsentNeeded, CodeNotFound where
	// the copy has gone meanwhile, CodeInvalid.
	Resume(ctx context.Context, c Chart) (Chart, error)
	// Close signs out: keys leave memory, and so does every copy that the
	// policy keeps for the session alone.
	Close() error
}

// Chart is one patient's record, open at this desk.
type Chart interface {
	Patient() Patient
	Consent() SharingConsent
	// Notified is how the patient is normally told of this access, "" if not known.
	Notified() string
	// AsOf is when the copy shown was last in step with the centre; zero before
	// the first sync. Cached is true when the centre was not asked at opening.
	AsOf() (at time.Time, cached bool)
	// RecordsExpected is until when records may take to flow after the patient's
	// identity was verified; zero where nothing is waited for.
	RecordsExpected() time.Time
	// Sync brings the copy into step, reporting progress as it goes. What
	// arrived before an error is kept. Errors: CodeOffline, CodeTimeout,
	// CodeConsentNeeded (ended meanwhile: the copy is gone and the chart with
	// it), CodeTampered (data of another patient, broken bundle).
	Sync(ctx context.Context, progress func(Progress)) (SyncReport, error)
	// Summary is a line for each of the eleven types.
	Summary() []TypeSummary
	// List is one type's records, newest first, linked resources last. The slice
	// is shared and must not be changed.
	List(t RecordType) []Record
	// Truth is what is known to be lacking in what is shown.
	Truth() Truth
	// Allergies is the state of the allergy line.
	Allergies() Allergies
	// Search finds records of any type whose words hold every term of query, the best
	// first: of their overviews, and of their bodies as far as those have been read.
	// Upper and lower case, accents, width, Traditional and Simplified Chinese are the
	// same, and so are the names of a drug, a test or a disease.
	Search(query string) []Record
	// SearchKept finds what Search leaves out because there is more text than memory
	// holds (Unread.TooMuch): on the disk, in what is kept there of searched records.
	// Errors: whatever ends ctx, CodeLocked, CodeTampered.
	SearchKept(ctx context.Context, query string) (found []Record, searched int, err error)
	// Excerpt is where a record has what query looks for, about so many cells of it;
	// empty where it does not.
	Excerpt(query string, r Ref, cells int) Excerpt
	// ReadTexts reads notes, attachments and narratives for Search, each once, into
	// memory that goes with the chart. progress hears of it now and then. Errors:
	// CodeConsentNeeded, CodeLocked, and whatever ends ctx.
	ReadTexts(ctx context.Context, progress func(done, total int)) error
	// Unread is what Search does not find because it is not read.
	Unread() Unread
	// Detail opens one record: every element, readably.
	Detail(ctx context.Context, r Ref) (Detail, error)
	// Raw is the record's exact bytes as received.
	Raw(ctx context.Context, r Ref) ([]byte, error)
	Releaser
	Close() error
}

// HintKind is what a hint is about.
type HintKind string

// The kinds of hint.
const (
	HintConsent HintKind = "consent"
	HintRecord  HintKind = "record"
	HintDay     HintKind = "day"     // the provider's list of the day, and nobody in particular
	HintRequest HintKind = "request" // what the provider asks of others, or is asked, and nobody in particular
	HintCase    HintKind = "case"    // a sealed case that whoever listens is in, and nobody in particular
)

// Hint is the centre's word that something about a patient has changed.
type Hint struct {
	Kind    HintKind
	Patient string // logical id at the centre
}

// Profession is the role of an account: one of the thirteen statutory groups,
// the front desk, the security officer, or one that a later table adds. It is a word, not an enum:
// the amended ordinance of December 2025 lets the list grow.
type Profession string

// The professions that the program itself names.
const (
	Doctor     Profession = "doctor"
	Nurse      Profession = "nurse"
	Pharmacist Profession = "pharmacist"
	FrontDesk  Profession = "frontdesk"
	Officer    Profession = "officer" // reads access logs, of everybody at the provider; takes no consent
)

// Access is what a profession may do with a kind of record.
type Access uint8

// The levels of access. The zero value is the careful one.
const (
	Restricted Access = iota // needs a reason and the patient's additional consent
	General                  // seen with sharing consent
	NoAccess                 // never
)

// String is the level's name in the table.
func (a Access) String() string {
	switch a {
	case General:
		return "general"
	case NoAccess:
		return "none"
	default:
		return "restricted"
	}
}

type accessRules struct {
	order []Profession
	cells map[Profession]map[Kind]Access
}

var access = sync.OnceValue(func() accessRules {
	rules := accessRules{cells: map[Profession]map[Kind]Access{}}
	head, rows := tables.Access()
	for _, f := range rows {
		row := map[Kind]Access{}
		for i := 1; i < len(f) && i < len(head); i++ {
			k, err := ParseKind(head[i])
			if err != nil {
				panic("access.csv: " + head[i]) // our own file; the test reads every cell
			}
			switch f[i] {
			case "general":
				row[k] = General
			case "none":
				row[k] = NoAccess
			}
		}
		rules.order = append(rules.order, Profession(f[0]))
		rules.cells[Profession(f[0])] = row
	}
	return rules
})

// Professions lists those the table knows, in its order.
func Professions() []Profession { return append([]Profession(nil), access().order...) }

// Valid reports whether the table knows p.
func (p Profession) Valid() bool { _, ok := access().cells[p]; return ok }

// Clinical reports whether p may be shown clinical content at all.
func (p Profession) Clinical() bool { return p.Valid() && p != FrontDesk && p != Officer }

// ReadsLogs reports whether p is who looks into what others have accessed.
func (p Profession) ReadsLogs() bool { return p == Officer }

// TakesConsent reports whether p takes consents and verifies identities: everybody but who
// reads the logs, who does nothing that stands in them.
func (p Profession) TakesConsent() bool { return p.Valid() && !p.ReadsLogs() }

// AccessOf is what p may do with records of kind k. A profession or cell the
// table does not know is Restricted, never open and never hidden.
func AccessOf(p Profession, k Kind) Access { return access().cells[p][k] }
