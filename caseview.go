package ehrdesk

import (
	"context"
	"io"
	"io/fs"
	"time"
)

// CaseView is a sealed case as this desk has it for whoever is signed in.
type CaseView struct {
	Case
	Words  map[string]string   // what was said in words, by envelope, of what was opened or written here; of Case alone
	Bodies map[string]CaseBody // the same, whole

	Reported map[string]time.Time // by envelope: when they sent a record of the allergy that it tells of; of Case alone
	Given    []CaseGiven
	Waits    []CaseWaiting // what whoever is signed in has yet to send, or was refused
	Left     bool          // they are in it no more
	Closed   string        // why the centre gives nothing of it, a code; "" where it does
	Broken   string        // where its history is not one, in words; nothing is sent then
	Asked    time.Time     // when the centre was asked last

	Whom Patient // whom it is about, as the centre says it; zero where it has not, or there is no consent now

	Answers []CasePerson // the groups among its members for which they answer
	Since   []time.Time  // and since when, of each

	Archived time.Time // when it was sealed to the organisation's archive key, and went from this desk; zero where it was not

	NewKeys []CaseNewKey // of Case alone: colleagues in it whose key is another than it was, lately
}

// CaseNewKey is a colleague who was enrolled anew, or at another desk: whoever did it signs as them, and reads what is sealed to them.
type CaseNewKey struct {
	Of    CasePerson
	Since time.Time
}

// CaseKeyNew is for how long that is shown.
const CaseKeyNew = 30 * 24 * time.Hour

// CaseGiven is an envelope that was fetched for somebody, and when.
type CaseGiven struct {
	Envelope string
	To       CasePerson
	At       time.Time
}

// CaseWaiting is an event that waits for the line, or that is not sent any more as the centre, or the case, has refused it.
type CaseWaiting struct {
	ID       string
	Kind     CaseEventKind
	Text     string // of what is to be said
	Body     CaseBody
	To       []CasePerson
	Reply    int
	Reseals  int // of what is to be sealed for others: the event in which it was said
	Critical bool
	Of       int        // of a receipt: what it is of
	Person   CaseMember // whom it is about; zero for nobody
	At       time.Time
	Why      Refusal
	NoDesk   CasePerson // somebody whom it is for and who has no desk that can read it yet, for which it waits; zero for nobody
}

// CaseBeginning is a case about to be opened for a patient under care.
type CaseBeginning struct {
	Patient string // the centre's logical id
	Purpose CasePurpose
	Ends    CaseEnding
	Members []CaseMember // besides who opens it, as the directory names them
	Says    *CaseMessage // said in it at once: its Case is the new one; nil for nothing
}

// CaseMessage is something to be said in a case.
type CaseMessage struct {
	Case     string
	Text     string       // its words: Body.Text
	Body     CaseBody     // what else is in it; its File is made of what File is, its Records of the patient's open chart
	File     fs.File      // goes with it, and is read before SayInCase or BeginCase returns, which do not close it; nil for none
	To       []CasePerson // members; none for all
	Reply    int          // the event that it answers, 0 for none
	Critical bool         // one of Turns has to acknowledge it
	Turns    []CasePerson // its owner first, then who is next; none for all whom it is for, in their order
	Within   int          // minutes after which it is the next one's turn; 0 for CaseTurnUsual
	Approver CasePerson   // who approves or refuses what is in it; zero for nobody
	Reseals  int          // the event whose words are sealed for To too, as they are: nothing else is said then but To; 0 for none
	Passing  bool         // gone CaseShown after it was opened; Body.Fact says where its clinical fact stands
}

// Casing is the sealed cases of whoever is signed in. All of it but Sync, Deliver and the first Open of something works without the line:
// what is written waits on the disk.
type Casing interface {
	// Cases lists them, without words, and when the centre was asked last.
	Cases(ctx context.Context) ([]CaseView, time.Time, error)
	// Case is one of them with the words that are here. Errors: CodeNotFound.
	Case(ctx context.Context, id string) (CaseView, error)
	// SyncCases brings them into step with the centre and sends what waits. Errors: CodeOffline, CodeTimeout, CodeNotFound where the
	// centre has no mailbox, CodeDenied for the front desk.
	SyncCases(ctx context.Context) error
	// FetchCases fetches what was said to whoever is signed in and lies at the centre, sealed as it is: it can be opened without the line
	// then, and its author hears that it was delivered. What cannot be had now it asks for another time.
	FetchCases(ctx context.Context) error
	// CaseEndings are what a case that is begun here can become, in the order to offer them: one is archived where the organisation has
	// named an archive key.
	CaseEndings() []CaseEnding
	BeginCase(ctx context.Context, b CaseBeginning) (id string, err error)
	// SayInCase says something. Errors: CodeInvalid, CodeNotFound.
	SayInCase(ctx context.Context, m CaseMessage) error
	// OpenInCase gives what was said in an event; that it was opened is told to its author.
	OpenInCase(ctx context.Context, id string, event int) (CaseReading, error)
	// SendCaseFiles sends what waits with a file, which SyncCases begins to and does not wait for. It returns when none waits that can be
	// sent. Errors: those of SyncCases.
	SendCaseFiles(ctx context.Context) error
	// SaveCaseFile gives the file of a message that was opened here, from this desk: that it is saved is written down, and it is known to
	// be whole, before send is called. Errors: CodeDenied for what is view-only, CodeNotFound for what has no file or was not opened here,
	// CodeTampered; send's.
	SaveCaseFile(ctx context.Context, id string, event int, send func(f CaseFile, from io.Reader) error) error
	// CaseRecords holds records that a message names against the chart of the patient, where it is open here.
	CaseRecords(ctx context.Context, patient string, all []CaseRecord) ([]CaseRecordSeen, error)
	// DraftAllergy makes a draft of the form by which an allergy is reported of one that was told in a case and opened here:
	// unconfirmed, with who told it. The patient's chart is open, and it leaves as any other is signed. Errors: CodeNotFound,
	// CodeDenied.
	DraftAllergy(ctx context.Context, id string, event int, language string) (Draft, error)
	// CaseMark is the watermark that stands on something that was said, and whether the message or the site's policy wants it.
	CaseMark(said *CaseSaid, b *CaseBody) (m CaseMark, wanted bool)
	// AnswerInCase acknowledges or declines what was said to whoever is signed in.
	AnswerInCase(ctx context.Context, id string, event int, kind CaseEventKind, why CaseReason) error
	// StepCase adds or takes out somebody, hands the case over, closes it, puts its end off, opens it again or ends it.
	StepCase(ctx context.Context, id string, kind CaseEventKind, who *CaseMember, why CaseReason) error
	// GiveUpInCase takes what waits off: it is never sent.
	GiveUpInCase(ctx context.Context, id string) error
}
