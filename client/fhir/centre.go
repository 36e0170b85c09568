package fhir

import (
	"iter"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Decision is a centre's leave to open a chart.
type Decision struct {
	Access   string // id of the centre's AuditEvent
	Consent  ehrdesk.SharingConsent
	Notified string
	Kinds    []KindAccess
	At       time.Time
	// Expected is until when records may take to flow; zero for now.
	Expected time.Time
}

// KindAccess is what the person may see of one kind of record.
type KindAccess struct {
	Kind       ehrdesk.Kind
	Access     ehrdesk.Access
	Count      int
	Restricted int // of a kind seen in general: records restricted one by one; not in Count
	// Unasked are types of such records that the centre cannot ask its source for: whether there are any
	// nobody knows. LeftOut stands among them where there are records that are not given.
	Unasked []string
}

// LeftOut is no type: there are records of a kind of which the centre cannot tell whose they are. What is
// gone of those that are given is told all the same.
const LeftOut = "left-out"

// Act is an act for the centre. A consent that is given has its Grant in Verification,
// of which nothing else counts then.
type Act struct {
	Op           ehrdesk.AuditAction // AuditGrant, AuditVerify or AuditRevoke
	Verification ehrdesk.Verification
	Withdrawal   ehrdesk.Withdrawal
	Taken        *Taken // who took it, where another has approved it and sends it
}

// Taken is an act as the person who took it signed it: the bytes, and their signature (JWS, detached, over
// the canonical form of FHIR R4).
type Taken struct {
	Body []byte
	JWS  string
}

// Mark is how far a feed had come when all of it was there: where the next one
// begins. What it says is its adapter's alone; "" begins with everything.
type Mark string

// From is where a feed begins.
type From struct {
	Mark Mark
	// Counted is what the centre counted when it gave leave to open the chart, by
	// kind, so long Ago.
	Counted map[ehrdesk.Kind]KindAccess
	Ago     time.Duration
	Open    OpenSpool // for long documents; nil keeps them in memory
	// Held are the records that this desk has of the patient, for a centre that does
	// not tell what it has withdrawn; nil for none.
	Held iter.Seq[*ehrdesk.Record]
}

// Tally is what has come of a feed.
type Tally struct {
	Records int                  // different ones, those kept aside with them
	Kept    map[ehrdesk.Kind]int // that are the patient's and may be shown, by kind
	Aside   int
}

// Tombstone is a record withdrawn at the centre.
type Tombstone struct {
	Ref ehrdesk.Ref
	At  time.Time // the centre's clock when it went; zero where the same version may come back, or nobody said
}

// StaffMember is an account of the asking provider at the centre.
type StaffMember struct {
	Staff  string
	Name   string
	Role   ehrdesk.Profession
	Closed bool  // the person is gone
	Keys   []Key // one for each desk the person is enrolled on
}
