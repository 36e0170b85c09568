package ehrdesk

import (
	"context"
	"time"
)

// Deposit is what a clinic writes into a patient's shared record, as it would leave: prepared, and not sent.
type Deposit struct {
	ID      string // of the act: however often it is sent, it counts once
	Patient Patient
	Records []DepositRecord
	LeftOut []DepositLeftOut
	Digest  string // SHA-256 over what would leave, in hex
	// Of what was written by a form:
	Form     string        // its name
	Title    LocalName     // its title
	Approval bool          // a second person approves it before it leaves
	Why      WithdrawalWhy // of a withdrawal
	By       string        // staff id of who wrote it, where another sends it
	// Request is what leaves in the place of records, by a form whose answers are for one provider or the Office: nothing of it
	// becomes part of the shared record.
	Request *Request
}

// DepositRecord is one record of it.
type DepositRecord struct {
	Record Record // as every desk will read it
	Body   []byte // the bytes that leave
	From   string // how the clinic's own system names it
	// Becomes is what it is to the record: the zero value where the centre alone knows.
	Becomes DepositBecomes
}

// DepositBecomes is what a record that leaves is beside what is at the centre.
type DepositBecomes uint8

// What a record becomes. Nothing is ever erased.
const (
	DepositNew       DepositBecomes = iota + 1 // a new record
	DepositVersion                             // a new version of one that is there
	DepositWithdrawn                           // a version that says that it was entered in error
)

// DepositLeftOut is an entry that does not leave.
type DepositLeftOut struct {
	From string
	Why  DepositWhy
}

// DepositWhy is why an entry does not leave.
type DepositWhy string

// DepositScope: outside eHealth's sharable scope.
const DepositScope DepositWhy = "not-sharable"

// DepositState is how far a deposit has come.
type DepositState string

// The states.
const (
	DepositWaits   DepositState = "waits"   // on the disk of this desk, for the line
	DepositSent    DepositState = "sent"    // the centre has it
	DepositRefused DepositState = "refused" // the centre will not have it; nothing of it is there
)

// DepositReceipt is what became of a deposit.
type DepositReceipt struct {
	ID      string
	State   DepositState
	At      time.Time
	Why     Code // of Refused
	Written []DepositWritten
	Refs    []Ref  // all records of it, also while it waits
	By      string // staff id of who signed it first
	Form    string // as Deposit has it
	Title   LocalName
	Reason  WithdrawalWhy
	Asked   RequestParty // of a request: who is asked. What becomes of it is among the requests, under the same id
}

// DepositWritten is one record at the centre.
type DepositWritten struct {
	Ref     Ref
	Version string
	New     bool // it was not there before
}

// Depositor writes records into a patient's shared record. No consent is asked: joining eHealth is leave enough.
// Source: the amended ordinance (Cap. 625, 36 of 2025).
type Depositor interface {
	// PrepareDeposit reads a Bundle of FHIR R4 of one patient and says what would leave. The patient is named by a number in
	// it. Errors: CodeInvalid for what cannot be read or is not of that patient, CodeNotFound for a patient who is not
	// registered, CodeDenied for a profession or a centre that deposits nothing.
	PrepareDeposit(ctx context.Context, bundle []byte) (Deposit, error)
	// Deposit signs what was prepared and sends it. It is on the disk before it is sent; without the line it waits.
	Deposit(ctx context.Context, d Deposit) (DepositReceipt, error)
}
