package ehrdesk

import (
	"context"
	"time"
)

// Acknowledgement is what somebody said to a safety finding that they have seen: that they go on all the same and why, or
// that something is to be measured and when. It is of one finding as it stood: of the rule as it was written, the records,
// doses and prescribers that it rests on. When one of these changes the finding is another, and is told anew.
type Acknowledgement struct {
	Mark    string    // what it is of, as the rules name it; it says nothing of the patient
	Rule    string    // "1a"
	Version string    // of the rules: "2026.11"
	Records []Ref     // that the finding rests on
	Reason  string    // in the person's words; at least AcknowledgeReason characters where Needs
	Again   time.Time // the day by which something is to be measured, which goes on the day's list; its date counts. Zero for none
	By      string    // staff id
	At      time.Time
}

// AcknowledgeReason is how many characters a reason to go on with what a rule stops has at least.
const AcknowledgeReason = 5

// AcknowledgeMost is how many characters it has at most.
const AcknowledgeMost = 200

// Acknowledging is a session that keeps what people have said to safety findings. It outlives the copy of the record, as the
// access log does: it is what this clinic decided.
type Acknowledging interface {
	// Acknowledged are those of a patient whose chart is open, oldest first.
	// Errors: CodeDenied where none is.
	Acknowledged(ctx context.Context, patient string) ([]Acknowledgement, error)
	// Acknowledge keeps one; By and At are filled in. It is on the disk, and in the access log, when it returns.
	// Errors: CodeDenied for a profession that does not decide on drugs and where no chart of the patient is open,
	// CodeInvalid for one without a mark or with a reason that is too long.
	Acknowledge(ctx context.Context, patient string, a Acknowledgement) error
}

// DecidesOnDrugs reports whether a profession prescribes or dispenses, and so says what becomes of a finding about drugs.
// Others who see medicines read the findings; whoever sees none is told of none.
// The rule is ours, to be confirmed: role tailoring was the most effective way to fewer alerts (PSNet).
func (p Profession) DecidesOnDrugs() bool { return p == Doctor || p == "dentist" || p == Pharmacist }
