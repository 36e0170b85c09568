// Package central is a small, faithful reference of a central record service:
// FHIR R4 over HTTP above a store in a file or in a PostgreSQL database, with the consent, access and
// notification rules of Hong Kong's eHealth enforced where the records lie.
//
// The wire is described in docs/central.md. The rules that matter most:
//
//   - No record is served without an active or deemed sharing consent of its
//     patient to the asking provider, checked in the same snapshot as the data.
//   - What a profession may not see is left out, never masked.
//   - A resource is served as the bytes it came as; only its id, its version and
//     time, and references within its bundle are ever edited.
//   - An acknowledged write survives the loss of the process.
//   - No number, name, key or clinical word reaches the log.
package central

import (
	"cmp"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/day"
	"github.com/ehrdesk/ehrdesk/internal/central/directory"
	"github.com/ehrdesk/ehrdesk/internal/central/events"
	"github.com/ehrdesk/ehrdesk/internal/central/filing"
	"github.com/ehrdesk/ehrdesk/internal/central/inbox"
	"github.com/ehrdesk/ehrdesk/internal/central/links"
	"github.com/ehrdesk/ehrdesk/internal/central/mailbox"
	"github.com/ehrdesk/ehrdesk/internal/central/records"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/sharing"
	"github.com/ehrdesk/ehrdesk/internal/central/signin"
	"github.com/ehrdesk/ehrdesk/internal/central/sqlstore"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Options say how a centre is opened.
type Options struct {
	Dir string // state folder, made with mode 0700 where missing
	// Store is the address of a PostgreSQL database that has the store, as libpq has it; "" for a
	// file in Dir, which then has the key alone. Centres with one store have one key.
	Store string
	Held  bool             // nothing is made: a folder without a store is refused, since a name that was mistyped is no empty centre
	Now   func() time.Time // the clock; time.Now where nil
	// Passphrase gives that of a centre's key which is sealed; it is asked for none other.
	Passphrase func() ([]byte, error)
	Log        *slog.Logger // requests as method, route, status and time; nothing where nil
	Base       string       // FHIR base as clients see it, "https://host/fhir"; found from the listener where empty

	TLS *TLS // that the centre itself speaks; nil where it ends in front, or on this machine

	RecordsAfter time.Duration // how long records take to flow once a desk has verified an identity; 30 minutes where zero

	Connections rest.Connections // how many are kept, in all and from one address; rest.DefaultConnections where zero

	// Upstream makes the centre a gate before an engine that keeps the records: it is looked at when
	// the centre is opened, and the folder is a gate's from then on. nil for what the folder is.
	Upstream *Upstream
	Serves   bool // a gate looks at its engine anew; else what it was last seen to do counts

	EventsEvery time.Duration // how often the event stream looks for changes; a second where zero
	EventsAlive time.Duration // how often it says that it is alive; 15 seconds where zero
}

// Centre is an open central service: the rooms over one store. It is safe for use by
// many goroutines, and several processes may have the same folder open, or the same
// database. What the operator may do are the methods of the rooms.
type Centre struct {
	*accesslog.Log
	*signin.Accounts
	*sharing.Operator
	brought

	Key     *Key
	store   store.Store
	rest    *rest.Server
	logs    *accesslog.Desks
	signIn  *signin.SignIn
	sharing *sharing.Sharing
	records served
	events  *events.Stream
	told
	before *gateway // nil for a centre that keeps its records

	door struct {
		connections rest.Connections
		tls         *TLS
	}
}

// brought is what the operator brings in: records, and what is said of providers.
type brought struct {
	*filing.Files
	*directory.Kept
}

// told is what is told of providers alone: to each its day and what it is asked, to the operator what the Office is asked, to all
// the directory.
type told struct {
	*inbox.Office
	*mailbox.Desk

	days   *day.Lists
	people *directory.Directory
	asked  *inbox.Inbox
	links  *links.Links     // which its desks have sealed
	cases  *mailbox.Mailbox // between clinicians, sealed
}

// served are the records of a centre, its own or an engine's.
type served interface {
	Routes() map[string]rest.Handler
	Search(w http.ResponseWriter, r *http.Request, who *store.Account, kind string, form url.Values) error
}

// What a room is asked for by another, held against who does it.
var (
	_ sharing.Charts = (*filing.Deposits)(nil)
	_ records.Intake = (*filing.Deposits)(nil)
)

// What the rooms name, for who wires a centre.
type (
	HCP           = store.HCP
	CachePolicy   = signin.CachePolicy
	Access        = accesslog.Access
	Notice        = accesslog.Notice
	DeskLog       = accesslog.DeskLog
	Review        = accesslog.Review
	Reviewed      = accesslog.Reviewed
	DeskKey       = signin.DeskKey
	Ending        = signin.Ending
	HCPState      = signin.HCPState
	Checklist     = signin.Checklist
	Service       = directory.Service
	Agreement     = directory.Agreement
	AccountState  = signin.AccountState
	Standing      = accesslog.Standing
	AuditFault    = accesslog.Fault
	AuditLine     = accesslog.Line
	ForPatient    = accesslog.ForPatient
	Select        = accesslog.Select
	Participant   = sharing.Participant
	GivenConsent  = sharing.GivenConsent
	ConsentOffer  = sharing.ConsentOffer
	OfferedReason = store.OfferedReason
	CardIssuer    = sharing.CardIssuer
	ImportReport  = filing.ImportReport
	Rejected      = filing.Rejected
	RecordChange  = filing.RecordChange
	Population    = filing.Population
	Provider      = filing.Provider
	Person        = filing.Person
	PersonConsent = filing.PersonConsent
	RequestLine   = inbox.Line
	RequestWhole  = inbox.Whole
	CaseReport    = mailbox.Report
)

// Why an officer looks at what a desk reported.
const (
	MarkLate    = accesslog.MarkLate
	MarkConsent = accesslog.MarkConsent
	MarkClosed  = accesslog.MarkClosed
	MarkEnded   = accesslog.MarkEnded
)

// Drawn is whether an officer's sample by a seed has an event.
func Drawn(seed []byte, event string, percent int) bool {
	return accesslog.Drawn(seed, event, percent)
}

// Findings are what an officer may find of an act.
func Findings() []string { return accesslog.Findings() }

// HongKong is the clock that days and notices go by.
var HongKong = accesslog.HongKong

// Day is when a day begins by the clock that notices go by.
func Day(s string) (time.Time, error) {
	return time.ParseInLocation(time.DateOnly, s, accesslog.HongKong)
}

// recordsAfter is how long records take to flow once an identity is verified,
// unless Options say otherwise.
const recordsAfter = 30 * time.Minute

// The files of a state folder: the centre's key and its store.
const keyFile, storeFile = "centre.key", "centre.db"

// Open opens the store in o.Dir and makes it where there is none.
// Errors: CodeNotFound for none where o.Held is set, CodeLocked where the key is sealed and its passphrase is not given, CodeTampered for a store that is damaged, from a later program or made with another key, CodeOffline for a database that does not answer.
func Open(ctx context.Context, o Options) (*Centre, error) {
	const op = "central.open"
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Held && o.Store == "" && !holds(o.Dir, keyFile) && !holds(o.Dir, storeFile) {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "there is no centre in the state folder")
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the state folder cannot be made")
	}
	if err := private(o.Dir); err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeInvalid, err)
	}
	st, err := o.open(ctx)
	if err != nil {
		return nil, err
	}
	c, err := o.wire(ctx, st)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return c, nil
}

// open opens the store.
func (o *Options) open(ctx context.Context) (store.Store, error) {
	if o.Store != "" {
		return sqlstore.OpenServer(ctx, o.Store, o.Held, o.Now, sharing.SeedOffer)
	}
	return sqlstore.Open(ctx, filepath.Join(o.Dir, storeFile), o.Now, sharing.SeedOffer)
}

// wire is the rooms over a store.
func (o *Options) wire(ctx context.Context, st store.Store) (*Centre, error) {
	const op = "central.open"
	key, err := keyOf(ctx, st, filepath.Join(o.Dir, keyFile), o.Passphrase)
	if err != nil {
		return nil, err
	}
	var cursor, linked []byte
	keys := &registry.Keys{}
	for info, to := range map[string]*[]byte{"access key made": &keys.Access, "access key kept": &keys.Key, "cursor": &cursor, "link": &linked, "person": &keys.Person, "sample": &keys.Sample} {
		if *to, err = hkdf.Key(sha256.New, key.secret, nil, "ehrcentral "+info, 32); err != nil {
			return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
		}
	}
	answers, err := rest.New(o.Now, o.Log, cursor, o.Base)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	before, err := gatewayOf(ctx, *o, st, answers, keys, key.secret)
	if err != nil {
		return nil, err
	}
	if before != nil {
		st = before.store
	}
	log, err := accesslog.New(st, key.secret, keys.Sample)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	c := &Centre{Log: log, before: before, Key: key, store: st, rest: answers, Accounts: signin.NewAccounts(st), brought: brought{filing.New(st, keys), directory.Keep(st)}, told: told{inbox.OfficeOf(st), mailbox.DeskOf(st), day.New(answers, st), directory.New(answers, st, log), inbox.New(answers, st), links.New(answers, st, linked), mailbox.New(answers, st)}}
	c.door.connections, c.door.tls = o.Connections, o.TLS
	c.logs = accesslog.ForDesks(answers, c.Log)
	deposits := filing.NewDeposits(st, keys)
	deposits.Corrected = inbox.Corrected
	c.signIn = signin.New(answers, st)
	c.sharing = sharing.New(answers, st, keys, deposits, cmp.Or(o.RecordsAfter, recordsAfter), before == nil)
	c.Operator = c.sharing.Operator()
	if c.records = records.New(answers, st, deposits); before != nil {
		c.records = before.relay
	}
	c.events = events.New(answers, st, c.signIn.Still, before == nil, o.EventsEvery, o.EventsAlive)
	return c, nil
}

// Close lets go of the store. A gate tells its engine before what it can still be told.
func (c *Centre) Close() error {
	if c.before != nil {
		c.before.parting()
	}
	return c.store.Close()
}
