package ehrdesk

import (
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// CaseBody is what an envelope of a case holds: sealed by its author's desk, and read by nobody but those whom it is for. The bytes of
// its file come after it.
type CaseBody struct {
	Text     string       `json:"text,omitempty"`
	Records  []CaseRecord `json:"records,omitempty"`
	File     *CaseFile    `json:"file,omitempty"`
	ViewOnly bool         `json:"view_only,omitempty"` // whose desk opens it copies, prints, saves and exports nothing of it; a photograph nobody prevents
	Marked   bool         `json:"marked,omitempty"`    // a watermark stands on it: CaseMark
	Fact     *CaseFact    `json:"fact,omitempty"`      // of a passing message
	Allergy  *CaseAllergy `json:"allergy,omitempty"`
	Meeting  *CaseMeeting `json:"meeting,omitempty"`
	Approve  CaseApproves `json:"approve,omitempty"` // what the one whom its event names is to approve
}

// CaseRecord is a record by reference, in the version that its author's desk had: the record is not in the envelope, and whether whoever
// reads this may read it their provider's consent says.
type CaseRecord struct {
	Ref     Ref    `json:"ref"`
	Version string `json:"version,omitempty"` // meta.versionId; "" where the centre gives none
	Digest  []byte `json:"digest"`            // SHA-256 of its bytes as that desk has them
}

// CaseFile is what a message brings with it.
type CaseFile struct {
	Name  string `json:"name"`  // no folder, and nothing that a shell or a terminal takes for more than a name
	Media string `json:"media"` // as its author's desk calls it, "application/octet-stream" for what it does not know
	Size  int64  `json:"size"`  // bytes
}

// CaseFact is where the clinical fact of a passing message stands, or by whose word there is none in it.
type CaseFact struct {
	Record Ref       `json:"record,omitzero"` // of the author's provider, in this patient's record
	None   bool      `json:"none,omitempty"`
	By     string    `json:"by,omitempty"` // of None: who says so, as they are called
	At     time.Time `json:"at,omitzero"`
}

// CaseMeeting is a time proposed for looking at a case together: whoever it is said to accepts it (CaseAcknowledged) or declines.
type CaseMeeting struct {
	At      time.Time `json:"at"`
	Minutes int       `json:"minutes"`
	Place   string    `json:"place"` // a room, a number, how to join: whatever those who come need
}

// CaseApproves is what a named person is asked to approve.
type CaseApproves string

// The things that are approved.
const (
	CaseExport        CaseApproves = "export"        // of the record, out of eHealth
	CaseMinutes       CaseApproves = "minutes"       // of a meeting, a draft
	CaseTranscription CaseApproves = "transcription" // of what was dictated, a draft
	CaseFormFilled    CaseApproves = "form"
)

// Bounds of what an envelope holds.
const (
	MostCaseText    = 64 << 10 // bytes of words
	MostCaseRecords = 50
	MostCaseFile    = 24 << 20 // bytes of a file
	mostCaseLine    = 200      // characters of a name, a substance, a reaction
	mostMeeting     = 24 * 60  // minutes
)

// Clean makes what came from outside safe to show: words are cleaned, a file has a name that is only a name.
func (b *CaseBody) Clean() {
	b.Text = strings.TrimSpace(CleanText(b.Text))
	for i := range b.Records {
		r := &b.Records[i]
		r.Ref, r.Version = Ref{CleanLine(r.Ref.Resource), CleanLine(r.Ref.ID)}, CleanLine(r.Version)
	}
	if f := b.File; f != nil {
		f.Name, f.Media = CaseFileName(f.Name), CleanLine(f.Media)
	}
	if f := b.Fact; f != nil {
		f.Record, f.By = Ref{CleanLine(f.Record.Resource), CleanLine(f.Record.ID)}, CleanLine(f.By)
	}
	if m := b.Meeting; m != nil {
		m.Place = CleanLine(m.Place)
	}
	if a := b.Allergy; a != nil {
		a.clean()
	}
}

// Check says what of a body is too much, or missing. Errors: CodeInvalid.
func (b *CaseBody) Check() error {
	const op = "case.body"
	wrong := func(why string) error { return Errorf(op, CodeInvalid, "%s", why) }
	switch {
	case b.Text == "" && len(b.Records) == 0 && b.File == nil && b.Allergy == nil && b.Meeting == nil:
		return wrong("there is nothing in it")
	case len(b.Text) > MostCaseText:
		return wrong("a message has 64 KiB of words at most")
	case len(b.Records) > MostCaseRecords || slices.ContainsFunc(b.Records, func(r CaseRecord) bool { return !r.whole() }):
		return wrong("a message names 50 records at most, each by type, id, and what its bytes were")
	case b.File != nil && (b.File.Name == "" || b.File.Name != CaseFileName(b.File.Name) || b.File.Size <= 0 || b.File.Size > MostCaseFile || !shortLine(b.File.Media)):
		return wrong("a file has a name, and 24 MiB at most")
	case b.Fact != nil && (b.Fact.None == b.Fact.Record.named() || b.Fact.None && (b.Fact.By == "" || b.Fact.At.IsZero())):
		return wrong("a passing message names the record of its clinical fact, or who says that there is none in it")
	case b.Fact != nil && (b.File != nil || b.Allergy != nil || b.Meeting != nil || b.Approve != "" || len(b.Records) > 0):
		return wrong("what passes is words alone")
	case b.Meeting != nil && (b.Meeting.At.IsZero() || b.Meeting.Minutes <= 0 || b.Meeting.Minutes > mostMeeting || !shortLine(b.Meeting.Place)):
		return wrong("a meeting has a time, and lasts a day at most")
	case b.Approve != "" && !slices.Contains([]CaseApproves{CaseExport, CaseMinutes, CaseTranscription, CaseFormFilled}, b.Approve):
		return wrong("what is to be approved is one of the things there are")
	case b.Allergy != nil && b.ViewOnly:
		return wrong("an alert is there to be recorded: it is not to be viewed only")
	case b.Allergy != nil:
		return b.Allergy.Check()
	}
	return nil
}

func (r *CaseRecord) whole() bool {
	return r.Ref.named() && shortLine(r.Ref.String()) && shortLine(r.Version) && len(r.Digest) == 32
}

func (r Ref) named() bool { return r.Resource != "" && r.ID != "" }

func shortLine(s string) bool { return utf8.RuneCountInString(s) <= mostCaseLine }

// CaseFileName is the name of a file that came from outside as it may stand in a folder: without one of its own, with nothing that
// hides it or begins an option, at most 120 characters; "file" where nothing is left.
func CaseFileName(name string) string {
	name = path.Base(strings.ReplaceAll(CleanLine(name), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|$`+"`", r) || r == utf8.RuneError {
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(strings.TrimLeft(name, ".-~ "), " .")
	const most = 120
	if all := []rune(name); len(all) > most {
		ext := []rune(path.Ext(name))
		if len(ext) > 10 {
			ext = nil
		}
		name = strings.TrimRight(string(all[:most-len(ext)]), " .") + string(ext)
	}
	if name == "" {
		return "file"
	}
	return name
}

// CaseReading is something that was opened. What passes is to be gone from wherever it is shown by Until.
type CaseReading struct {
	Body  CaseBody
	Until time.Time // zero for what stays
}
