package ehrdesk

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// AuditAction is what an audit event records.
type AuditAction string

// The actions.
const (
	AuditEnrol       AuditAction = "enrol"
	AuditSignIn      AuditAction = "sign-in"
	AuditSignOut     AuditAction = "sign-out"
	AuditFind        AuditAction = "find"
	AuditGrant       AuditAction = "grant"
	AuditRevoke      AuditAction = "revoke"
	AuditVerify      AuditAction = "verify"  // an identity
	AuditRelease     AuditAction = "release" // restricted records, for a short time
	AuditOpen        AuditAction = "open"
	AuditOpenCached  AuditAction = "open-cached" // from the desk's copy, the centre not asked
	AuditRead        AuditAction = "read"
	AuditQuery       AuditAction = "query"   // a search; at the centre
	AuditCreate      AuditAction = "create"  // a record deposited; at the centre
	AuditUpdate      AuditAction = "update"  // the same, in a new version
	AuditDelete      AuditAction = "delete"  // withdrawn by who deposited it
	AuditOperate     AuditAction = "operate" // by the centre's operator
	AuditClose       AuditAction = "close"
	AuditIncident    AuditAction = "incident"    // data of another patient, a broken bundle, tampering
	AuditSetAside    AuditAction = "set-aside"   // a record that arrived is kept from store and screen; Detail names it and why
	AuditView        AuditAction = "view"        // a document, in another program
	AuditCopy        AuditAction = "copy"        // a record or the summary as text
	AuditPrint       AuditAction = "print"       // the same
	AuditAcknowledge AuditAction = "acknowledge" // a safety finding; Detail names the rule and its version, Reason says why
	AuditDraft       AuditAction = "draft"       // lines of the record to a program that writes a draft; Detail names it, where it runs and the kinds of record
	AuditShare       AuditAction = "share"       // a sealed summary, put at the centre for whoever has its link
	AuditFetch       AuditAction = "fetch"       // such a summary, by whoever has the link; at the centre
	AuditUnshare     AuditAction = "unshare"     // a link ended by who made it
	AuditReceive     AuditAction = "receive"     // events or an envelope of a sealed case; at the centre
	AuditLog         AuditAction = "log"         // this log was listed, exported or looked at
)

// What stands in the place of an action that cannot be read. Nobody writes these.
const (
	AuditSealed  AuditAction = "sealed"  // to others on this desk
	AuditDamaged AuditAction = "damaged" // with CodeTampered for its outcome
)

// Reported tells whether the centre has to hear of an action: it is in the outbox
// with its entry in the access log.
func (e AuditEvent) Reported() bool {
	return e.Action == AuditOpenCached || e.Action == AuditSetAside || e.Action == AuditIncident && e.Aside != nil
}

// AuditEvent is one entry of the access log. Person and provider are always
// there; Patient is the centre's logical id, never a number of the person.
type AuditEvent struct {
	ID       string // UUID
	At       time.Time
	Action   AuditAction
	Staff    string
	Role     Profession
	Provider string // HCP id
	Location string
	Patient  string
	Purpose  Purpose
	Reason   string // in words, where the purpose needs one
	Outcome  Code   // "" for success
	Detail   string
	// TimeUncertain marks that At may be wrong: the desk's clock was more than five
	// minutes from the centre's, or had never been held against it.
	TimeUncertain bool          `json:",omitzero"`
	Aside         *Aside        `json:",omitempty"` // of a record that was kept aside: its name, and nothing it says
	Card          *CardEvidence // of a consent by card; without its face, so it names nobody
}

// LogEntry is one entry of a desk's access log; they are numbered from 1.
type LogEntry struct {
	Seq int64
	AuditEvent
}

// Purpose is why a chart is opened. The codes are those of the desk; the wire
// carries HL7 v3-ActReason TREAT with them.
type Purpose string

// The purposes offered. No official list is published.
const (
	Consultation  Purpose = "consultation"
	Preparation   Purpose = "preparation"   // before the clinic
	FollowUp      Purpose = "follow-up"     // after the clinic
	Referring     Purpose = "referral"      // writing or receiving a referral
	PatientAsked  Purpose = "patient-asked" // the patient asked about the record
	Dispensing    Purpose = "dispensing"    // pharmacist
	OtherPurposes Purpose = "other"         // free text is required
)

// Purposes lists those offered, in order.
func Purposes() []Purpose {
	return []Purpose{Consultation, Preparation, FollowUp, Referring, PatientAsked, Dispensing, OtherPurposes}
}

// FetchedAhead is the reason of an access by which a record was fetched before anybody opened it, as
// its patient had come.
const FetchedAhead = "fetched ahead: the patient is here"

// ParsePurpose reads a purpose's name. Errors: CodeInvalid.
func ParsePurpose(s string) (Purpose, error) {
	for _, p := range Purposes() {
		if string(p) == s {
			return p, nil
		}
	}
	return "", Errorf("purpose", CodeInvalid, "no such purpose of access")
}

// AuditCheckpoint says how long a desk's access log is and what its last hash
// is. Signed by the desk and countersigned by the centre it is what a log cut
// at its end, or a restored desk, is found by.
type AuditCheckpoint struct {
	Log        string // the desk's store, a UUID that names nobody
	N          int64  // entries
	Head       []byte // SHA-256 of the last entry's chain, 32 bytes
	Generation uint64 // of the desk's copies; it only rises
}

// AuditGenesis is the hash before a log's first entry, 32 bytes: one desk's
// log does not continue another's.
func AuditGenesis(log string) []byte {
	const cell = "audit.genesis"
	b := binary.BigEndian.AppendUint32(nil, 1) // the journal's format
	for _, part := range [...]string{log, cell} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	h := sha256.Sum256(b)
	return h[:]
}

// AuditNext is the hash of entry n over its sealed bytes:
// SHA-256(before || n as 8 bytes || sealed).
func AuditNext(before []byte, n int64, sealed []byte) []byte {
	h := sha256.New()
	h.Write(before)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
	h.Write(sealed)
	return h.Sum(nil)
}
