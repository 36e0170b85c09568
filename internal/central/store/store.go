// Package store is what the rules of the centre ask of a store: transactions, and in
// each a view a subject, with the rows that it gives and takes. It holds no rule, no
// statement and no byte of HTTP; internal/central/sqlstore has the engines that
// the program has, and another one implements the same interfaces.
//
// Instants are microseconds since 1970, 0 for none, unless a time.Time says otherwise.
package store

import (
	"context"
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Time is an instant as a time, zero for none.
func Time(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// Store gives transactions. What fn does with the views is bound to ctx, and they are
// of no use once fn has returned.
//
// Read shows one snapshot. Write is the one writing transaction: what it changed is
// durable when it returns nil. Where fn gives an error all is undone, unless that is a
// *refusal.Error marked Keep: then it is durable all the same.
//
// A view that cannot do what it is asked aborts the transaction: fn does not go on, all
// is undone, and Read or Write gives the error. So no rule can take a failure for "there
// is none": no consent, no label, no lock. A view that lists by a function gives its
// error back instead, as who lists may have begun to answer.
//
// Proofs is a transaction of its own, beside the others: it waits for none of them and none
// waits for it, every process sees it, and it outlives the process, but may be lost with the
// power.
//
// fn may be run more than once, each time in a transaction that knows nothing of those before:
// what it gives out it makes anew.
//
// Refusals and *ehrdesk.Error come back as fn gave them; for every other error there
// are fixed words, since those of an engine may quote a value.
type Store interface {
	Read(ctx context.Context, fn func(*Tx) error) error
	Write(ctx context.Context, fn func(*Tx) error) error
	Proofs(ctx context.Context, fn func(Proofs) error) error
	Close() error
}

// Listed gives each what read finds, once the transaction is over: who takes a list may be as
// slow as a terminal that nobody scrolls, and no snapshot is held for them. It is for what is
// few; the log goes a page at a time.
func Listed[T any](ctx context.Context, s Store, read func(tx *Tx, found func(T) error) error, each func(T) error) error {
	var all []T
	err := s.Read(ctx, func(tx *Tx) error {
		all = nil // a transaction may be begun again
		return read(tx, func(v T) error { all = append(all, v); return nil })
	})
	for i := 0; err == nil && i < len(all); i++ {
		err = each(all[i])
	}
	return err
}

// Err is a store that cannot be read or written, or holds what no rule has put there.
var Err = errors.New("the store could not be read or written")

// Tx is a transaction, by subject. A rule that needs one of the views is given that.
type Tx struct {
	Now          time.Time // the clock when it began
	Changes      Changes
	Accounts     Accounts
	Desks        Desks
	Participants Participants
	Consents     Consents
	Tries        Tries
	Rates        Rates
	Cards        Cards
	Releases     Releases
	Offer        Offer
	Records      Records
	Charts       Charts
	Log          Log
	Checkpoints  Checkpoints
}

// Changes is the order in which everything here happened.
type Changes interface {
	// Next hands out the next change: a number one higher and an instant later than
	// all before it in this store.
	Next() (seq, at int64)
	Last() (seq int64) // as it stands
	// Consents are hints of consents to a provider that an act changed after seq;
	// Ended of those that ended by themselves after from and up to to.
	Consents(hcp string, seq int64) []Hint
	Ended(hcp string, from, to time.Time) []Hint
	// Records are hints of records of the patients that a provider may know, changed
	// after seq; Flowed of those whose records began to flow after from and up to to.
	Records(h *HCP, seq int64) []Hint
	Flowed(h *HCP, from, to time.Time) []Hint
}

// Hint is that something changed about a patient, under which change number: 0 where
// it came about by itself.
type Hint struct {
	Seq     int64
	Patient string
}

// LogEntry is an event of the access log.
type LogEntry struct {
	ID      string
	At      int64
	Action  ehrdesk.AuditAction
	Account // whose ids, role and location are kept
	Patient string
	EHR     string // the patient's eHR number; given, and not taken
	Purpose string
	Reason  string
	Kinds   []string
	Outcome string // a code, "" for success
	Proof   string // of an act by card
	Access  string // the event whose list this is a further page of
	What    string // Type/id, or a type
	Told
	Place
}

// Again is of an incident that was found more than once: how often in all, and when last.
// It stands beside the log, which takes no change.
type Again struct {
	Times int
	Last  int64
}

// Incident is something found at a desk that somebody has to look into, and the event that
// tells of it. Desk is its log, or its client id before it speaks for one; Reason and What
// are what was found, the one in a word.
type Incident struct{ Event, Desk, Reason, What string }

// Told is of what a desk told later: by whom, where that is somebody else than who acted,
// and when it was done.
type Told struct {
	Reporter string
	Acted    int64
	Marks    []string // why an officer looks at it
	Again    Again    // given, and not taken
}

// Place is where an event stands in the log: its number, from 1 without a gap, and the hash
// of all up to it.
type Place struct {
	Seq  int64
	Hash []byte
}

// LogHead is how long the log was at an instant, with its last hash, as the centre signed
// it.
type LogHead struct {
	N, At  int64
	Signed string
}

// Notice is what a patient was told. Channel is "sms", "email" or "post", Contact where it
// goes, "" for wherever the patient is told by that channel.
type Notice struct {
	Seq, At                              int64 // Seq is given, and not taken
	Patient, EHR, Channel, Contact, Text string
}

// MarkSampled is of an event that was drawn for an officer to look at, whatever it is.
const MarkSampled = "sampled"

// Log is the access log, which only grows, and what patients were told of it.
type Log interface {
	Last() (n int64, head []byte) // how many events there are, and the hash of the last
	Add(e *LogEntry)              // the next one, by Follow
	Has(id string) bool
	// Each gives the events about a patient, of everybody where patient is "", after the event of
	// a number, oldest first.
	Each(patient string, after int64, each func(*LogEntry) error) error
	// Contact is when the centre last heard of a desk, by whosever key, up to an instant.
	Contact(client string, until int64) (at int64)
	// Unusual gives the events that are marked as more than drawn, and the incidents, after the
	// event of a number, oldest first; Sampled those that were drawn.
	Unusual(after int64, each func(*LogEntry) error) error
	Sampled(each func(*LogEntry) error) error
	Event(id string) *LogEntry     // nil for none
	Review(event string) *LogEntry // the last that was written of it; nil for none
	Sample() (percent int)         // how many of a hundred acts on one person's word are drawn
	SetSample(percent int)
	// OfProvider gives the events at a provider's desks from an instant on, and the incidents
	// that were found again from then on, in their order, after the event of a number.
	OfProvider(hcp string, from, after int64, each func(*LogEntry) error) error
	// Visit is when the patient was last told that somebody at a desk is in their record, 0 for
	// never; ahead that it was fetched then before it was opened, and has not been opened since.
	Visit(who *Account, patient string) (at int64, ahead bool)
	SetVisit(who *Account, patient string, at int64, ahead bool)
	// EachFrom gives the events after n, of everybody, in their order.
	EachFrom(n int64, each func(*LogEntry) error) error
	// Guarded reports that the engine still takes no change of an event or a head, and has
	// never held more events than it does.
	Guarded() bool
	// KeyMark is what the centre's key is known by, nil before it was set: SetKeyMark, once.
	KeyMark() []byte
	SetKeyMark(mark []byte)
	AddHead(h LogHead)
	LastHead() *LogHead                       // nil before the first
	EachHead(each func(*LogHead) error) error // oldest first
	AddNotice(n Notice)
	Owed() Owed                                                             // what an engine is yet to be told of it
	EachNotice(patient string, after int64, each func(*Notice) error) error // likewise, after the notice of a number
}

// DeskLog is how far the centre vouches for one desk's access log.
type DeskLog struct {
	ehrdesk.AuditCheckpoint
	HCP, Client string
	At          int64
	Incidents   int // refusals of checkpoints of its desk keys; given, and not taken
}

// Checkpoints is what the centre vouches for of the desks' access logs, and the incidents at
// desks, of each of which one event tells however often it is found.
type Checkpoints interface {
	// Incident is the event of an incident that is not settled, "" for none.
	Incident(desk, reason, what string) (event string)
	// IncidentsSince counts a desk's incidents of a reason that are not settled and began at an
	// instant or later, and gives the event of the newest.
	IncidentsSince(desk, reason string, from int64) (n int, event string)
	AddIncident(i Incident, at int64)
	IncidentAgain(event string, at int64)  // found once more
	SettleIncidents(desk string)           // what is found there from now on is new
	Writer(client string) (log string)     // the one log that a desk speaks for, "" before its first
	Of(hcp, log string) *DeskLog           // nil for none
	Set(d *DeskLog)                        // its desk speaks for it from now on
	Keep(d *DeskLog, staff, signed string) // as the desk signed it; these only grow
	Forget(hcp, log string) (found bool)
	Each(each func(*DeskLog) error) error // in the order of providers
}
