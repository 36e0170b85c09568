package ehrdesk

import (
	"context"
	"time"
)

// FormOffer is a form that somebody may fill in about a patient: a FHIR Questionnaire as its maker wrote it. docs/forms.md
// says what of one is read.
type FormOffer struct {
	Name    string // of the file it is in, without ".json": drafts know it by this
	URL     string // Questionnaire.url
	Version string
	Title   LocalName
	Site    bool // the site's own, from a folder that is root's; not one that every desk has
	Raw     []byte
	Sets    map[string][]byte `json:"-"` // ValueSets of the site, by canonical URL without version
	Second  bool              // this provider has a second person approve it, also where the form does not say so
}

// DraftForm is a form that is being filled in: Draft.Filled is set, and Text is empty.
const DraftForm DraftKind = "form"

// Filled is what somebody has entered into a form so far.
type Filled struct {
	Form     string      // FormOffer.Name
	Version  string      // of the form that Response answers
	Response []byte      // QuestionnaireResponse, in-progress: valid or not, all that was entered
	Language string      // BCP 47: in which documents are written that are made of it
	Began    []BeganWith `json:",omitempty"` // what it began with of the record
	Corrects Ref         `json:",omitzero"`  // the response at the centre of which this becomes a version
	// Of one that came back: why the centre, by a code, or a second person, in words, would not have it; and who that was.
	Refused Code   `json:",omitempty"`
	Refusal string `json:",omitempty"`
	Refuser string `json:",omitempty"`
	Instead string `json:",omitempty"` // the deposit that was refused
	// Signed is when it was signed; it is kept until the centre has it, and is not among the drafts.
	Signed time.Time `json:",omitzero"`
	Told   *ToldIn   `json:",omitempty"` // the message of a sealed case that it was made of; nil for none
}

// ToldIn is a message of a sealed case.
type ToldIn struct {
	Case  string
	Event int
}

// BeganWith is an answer that a form began with, and the record it was taken from.
type BeganWith struct {
	Link, Rows string // the place, as form.Place has it
	Record     Ref
}

// Words why one's own record is withdrawn: fixed, as the central service is told them.
const (
	WithdrawWrongPatient WithdrawalWhy = "wrong-patient"
	WithdrawWrongContent WithdrawalWhy = "wrong-content"
	WithdrawDuplicate    WithdrawalWhy = "duplicate"
)

// WithdrawalWhy is why a record is withdrawn.
type WithdrawalWhy string

// Approval is something written by one person that waits for another.
type Approval struct {
	Deposit Deposit
	Form    string
	Title   LocalName
	By      string // staff id of the author
	ByName  string
	At      time.Time
}

// DepositApproval: signed by its author, and on the disk of this desk until a second person approves it.
const DepositApproval DepositState = "approval"

// Writing is a session that writes by forms. Everything but Forms asks for an open chart of the patient and a profession that
// treats: else CodeDenied. patient is the centre's logical id.
type Writing interface {
	// Forms are those of the site and of every desk, in that order; those that cannot be filled in here are not among them.
	Forms(ctx context.Context) ([]FormOffer, error)
	// BeginWriting makes a draft of a form, begun with what the record says. It is on the disk when it returns.
	BeginWriting(ctx context.Context, patient, form, language string) (Draft, error)
	// KeepWriting puts what has been entered in the place of what was kept: on the disk when it returns. A draft that was
	// discarded or signed meanwhile is CodeConflict.
	KeepWriting(ctx context.Context, patient string, d Draft) error
	// PreviewWriting checks a draft and says exactly what would leave: the response and the records that are made of it, or what
	// is asked of whom. Errors: CodeInvalid with *NotComplete where the form is not complete; of a query CodeDenied for this
	// provider's own records and restricted ones, CodeNotFound with *NoContributor.
	PreviewWriting(ctx context.Context, patient, id string) (Deposit, error)
	// SignWriting signs what was shown and sends it, or keeps it for a second person; the draft is gone with that, in one step:
	// however often it is asked, it counts once. Errors: CodeConflict where the draft is another than what was shown.
	SignWriting(ctx context.Context, patient string, d Deposit) (DepositReceipt, error)
	// Correct makes a draft of a record that was written by this provider: of the response that it was made of.
	// Errors: CodeDenied for others' records, CodeNotFound where it was not made by a form that is here.
	Correct(ctx context.Context, patient string, r Ref) (Draft, error)
	// Query makes a draft of the form by which whoever wrote a record is asked to look at it, begun with that record.
	// Errors: CodeDenied for this provider's own records and restricted ones, CodeNotFound where there is no such form.
	Query(ctx context.Context, patient string, r Ref, language string) (Draft, error)
	// PrepareWithdrawal says what would leave if a record of this provider's is withdrawn: a version of each record that was
	// made with it, marked as entered in error. Nothing is erased. SignWriting sends it.
	PrepareWithdrawal(ctx context.Context, patient string, r Ref, why WithdrawalWhy) (Deposit, error)
	// Deposits are what became of what this desk wrote about the patient, the latest first.
	Deposits(ctx context.Context, patient string) ([]DepositReceipt, error)
	// Approvals are what waits at this desk about the patient for a second person.
	Approvals(ctx context.Context, patient string) ([]Approval, error)
	// Approve signs as the second person and sends. Errors: CodeDenied for the author.
	Approve(ctx context.Context, patient, id string) (DepositReceipt, error)
	// Refuse gives it back to its author as a draft, with a reason. Errors: CodeDenied for the author.
	Refuse(ctx context.Context, patient, id, reason string) error
}

// NoContributor is the cause of a CodeNotFound error where no provider of the directory is known to have written a record: nobody
// can be asked about it.
type NoContributor struct{ Source string }

func (NoContributor) Error() string {
	return "no provider of the directory is known to have written this record"
}

// NotComplete is the cause of a CodeInvalid error for a form with answers that are missing or will not do: how many. What and
// where is the form's to say.
type NotComplete struct{ Problems int }

func (NotComplete) Error() string { return "the form is not complete" }
