package store

// CaseRow is a sealed case as it stands: what of it is not sealed.
type CaseRow struct {
	ID, Patient string
	State       string
	N           int    // events
	Head        string // the hash of the last
	Seq         int64  // the change that it came into its state with
	Changed     int64
	Closes      int64 // when it may be ended, 0 while it is not closing
}

// CaseEventRow is an event of a case as its author signed it.
type CaseEventRow struct {
	N        int
	Hash     string
	At       int64
	Envelope string // its id, "" for none
	Head     string // the envelope's, signed
	Signed   string
}

// CaseMembership is somebody in a case, from one event to another; Left is 0 while they are in it.
type CaseMembership struct {
	HCP, Staff   string
	Joined, Left int
}

// CaseOf is a case as somebody has it who is or was in it: up to which event, and the change that they were last told of it with.
type CaseOf struct {
	CaseRow
	Left int
	Seen int64
}

// CaseReport is that a member reported what somebody did in a case, without a word of it.
type CaseReport struct {
	ID, Case   string
	N          int // the event
	At         int64
	HCP, Staff string // who did it
	By, Person string // the provider and the person that reported it
	Why        string // a code
	Settled    int64
}

// Cases are the sealed cases.
type Cases interface {
	Get(id string) *CaseRow // nil for none
	Put(c *CaseRow)
	AddEvent(of string, e *CaseEventRow)
	// Events are those after one, in their order, so many at most.
	Events(of string, after, most int) []CaseEventRow
	Members(of string) []CaseMembership // by when they joined
	Join(of string, m *CaseMembership)
	Leave(of string, m *CaseMembership) // Left of who is in it
	// Told is that all who are in a case are told of a change; who leaves with it, by Leave after that.
	Told(of string, seq int64)
	// ToldOne is that one of a case is told of a change, who is in it.
	ToldOne(of, hcp, staff string, seq int64)
	// Of are the cases that somebody, or a group that they answer for, is or was in and was told of after seq, in that order, so many at most.
	Of(hcp, staff string, seq int64, most int) []CaseOf
	Last(hcp, staff string) (seq int64) // 0 for none
	AddReport(r *CaseReport)
	Reports() []CaseReport // by when
	SettleReport(id string) (found bool)
}

// Envelope is what is sealed to some members of a case. N is the event that it came with, 0 while there is none: then nobody is given it.
type Envelope struct {
	ID, Case           string
	N                  int
	HCP, Staff, Client string // who brought it
	Size               int64  // bytes, once all of them came
	Digest             []byte // SHA-256 of them
	Whole              bool
	Made, Until        int64 // Until is when it is deleted, 0 for with the case
}

// Delivery is how far an envelope has come to somebody whom it is for: when they were given it, and opened it; 0 for not yet.
type Delivery struct {
	Envelope, HCP, Staff      string
	Delivered, Opened, Change int64
}

// Envelopes are what is sealed, in pieces. It is no record.
type Envelopes interface {
	Get(id string) *Envelope // nil for none
	Begin(e *Envelope)       // what was there of an envelope without an event is gone
	Add(id string, n int, piece []byte)
	Piece(id string, n int) []byte // nil after the last
	Whole(e *Envelope)             // Size and Digest
	Drop(id string)                // one without an event
	Post(e *Envelope, to []Delivery)
	Under(hcp, staff string) int // of somebody, without an event
	Held(hcp string) int64       // bytes of a provider's
	For(id string) []Delivery
	Reach(d *Delivery) // Delivered, Opened and Change
	// Reached are deliveries in a case that changed after one, in that order.
	Reached(of string, change int64) []Delivery
	SetUntil(id string, until int64)
	EndOf(of string)      // deletes those of a case
	Ended(now int64) bool // whether there is any to delete
	Sweep(now int64)
}

// OfferedKey is a key that a person's desk offers to be sealed to.
type OfferedKey struct {
	Name               string // the key's
	Client, HCP, Staff string
	Kind               string // once, last or case
	Case               string
	Print              string // of who signed it
	Signed             string
	Made               int64
}

// OfferedKeys are the keys that desks offer: those of desks and people whose enrolment counts.
type OfferedKeys interface {
	// Add takes one; of the last resort and of a case's the one before of the desk is gone. fresh is false for a key that was there.
	Add(o *OfferedKey) (fresh bool)
	Left(client, staff string) (once int, last bool)
	Desks(hcp, staff string) (clients []string)
	Of(client, staff, kind, of string) *OfferedKey // of the last resort, or of a case; nil for none
	Given(client, staff, hcp, to string, since int64) int
	// Take gives one that was given to nobody, and notes to whom; nil for none.
	Take(client, staff, hcp, to string, at int64) *OfferedKey
	EndOf(of string)
	EndFor(of, hcp, staff string) // those that somebody offered for a case
	Forget(before int64)          // that keys were given before
}
