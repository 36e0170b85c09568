package ehrdesk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Draft is text about a patient that is in no record yet: written for a clinician by a program, or by the clinician. It is
// whoever's who asked for it and nobody else's at the desk, and stays until that person discards it. No rule, no search and
// no summary reads it.
type Draft struct {
	ID      string // UUID
	Kind    DraftKind
	Patient string // the centre's logical id
	By      string // staff id
	Made    time.Time
	Changed time.Time
	Source  *DraftSource `json:",omitempty"` // nil: nobody but the person wrote it
	Text    string       // lines that a terminal can show
	Cut     bool         `json:",omitzero"`  // the program wrote more than a draft may have
	Filled  *Filled      `json:",omitempty"` // of DraftForm
}

// DraftKind is what a draft is.
type DraftKind string

// DraftText is plain text.
const DraftText DraftKind = "text"

// DraftSource is the program that wrote a draft, as it was when it did, and what it was given.
type DraftSource struct {
	Name    string
	Version string
	Host    string `json:",omitempty"` // as DraftProgram has it
	Fields  []Kind
}

// DraftProgram is a program of the administrator's that writes a draft from lines of a record. Two that are equal in all of
// this are the same to whoever confirms one.
type DraftProgram struct {
	Name    string
	Version string    // by the administrator's word
	Host    string    // where the text goes, by the administrator's word; "" for this machine
	Held    bool      // the program can reach nothing but its input and its output
	Fields  []Kind    // that it is given, in the order of kinds
	Label   LocalName // what it does; English is Name where nothing is said
}

// Same reports whether two are one program that goes to one place with the same fields.
func (p DraftProgram) Same(o DraftProgram) bool {
	return p.Name == o.Name && p.Version == o.Version && p.Host == o.Host && p.Held == o.Held && slices.Equal(p.Fields, o.Fields)
}

// DraftPart is what a program is given of one kind of record: a line a record, in the words of the screen. Lines[i] says
// Records[i]; the program is given the line alone.
type DraftPart struct {
	Field   Kind
	Records []Ref
	Lines   []string
}

// DraftRequest is what somebody has confirmed: the program as it was shown, and the lines.
type DraftRequest struct {
	Program DraftProgram
	Parts   []DraftPart
}

// Bounds of a draft, and of what is given for one.
const (
	DraftMost      = 64 << 10 // bytes of text
	DraftMostLines = 200      // of one kind of record
	DraftMostKept  = 100      // drafts of one person about one patient
)

// DraftGiven is what a program is given: whom the lines are about by age and sex alone.
type DraftGiven struct {
	Age   int    // in years; -1 where the day of birth is not known
	Sex   Gender // administrative
	Parts []DraftPart
}

// Drafting is a session that keeps drafts.
type Drafting interface {
	// DraftPrograms are those that the administrator has set up; none where drafts are off.
	DraftPrograms() []DraftProgram
	// Drafts are those of whoever is signed in about a patient whose chart is open, the latest first.
	// Errors: CodeDenied where none is, and for a profession that opens no chart.
	Drafts(ctx context.Context, patient string) ([]Draft, error)
	// AskDraft writes down who gives what to which program, runs it and keeps what it writes: it is on the disk when AskDraft
	// returns. Where it fails, is stopped or the session ends meanwhile, nothing is kept.
	// Errors: CodeDenied where no chart of the patient is open, for a field that the profession may not see, a restricted
	// record, and where the policy lets nothing of the record stay; CodeInvalid for what names the patient and for what is not
	// as the administrator has set it up; CodeConflict for a program that is another by now; CodeTimeout; CodeNotFound for one
	// that wrote nothing; CodeOther for one that failed.
	AskDraft(ctx context.Context, patient string, r DraftRequest) (Draft, error)
	// DiscardDraft destroys one. To discard what is not there is no error.
	DiscardDraft(ctx context.Context, patient, id string) error
}

// DraftFailed is the cause of a CodeOther error for a program that ended with an error: its exit status, 0 where it was ended
// by a signal.
type DraftFailed struct{ Status int }

func (f DraftFailed) Error() string {
	if f.Status == 0 {
		return "the program for drafts was ended by a signal"
	}
	return fmt.Sprintf("the program for drafts ended with status %d", f.Status)
}

// Identifies reports a line that has a name of the patient, a number or the day of birth in it. A line of a record has none;
// a sender may have typed one into it, and then a program is not given the line.
func (p Patient) Identifies(line string) bool {
	said := bare(line)
	for _, n := range p.numbers() {
		_, v := n.Identifier()
		if v = bare(v); len(v) > 3 && strings.Contains(said, v) {
			return true
		}
	}
	if slices.ContainsFunc(p.draftNames(), func(n string) bool { return namedIn(line, n) }) {
		return true
	}
	if p.Born.Precision < ToDay {
		return false
	}
	return slices.ContainsFunc(bornForms[:], func(form string) bool { return strings.Contains(said, bare(p.Born.Time.Format(form))) })
}

// bornForms are how a day of birth is written.
var bornForms = [...]string{"02Jan2006", "2Jan2006", "20060102", "02012006", "2006年1月2日"}

// draftNames are the forms in which a name stands in a sentence.
func (p Patient) draftNames() []string {
	return []string{p.Name.Chinese, p.Name.Text, p.Name.Family + " " + p.Name.Given, p.Name.Given + " " + p.Name.Family}
}

// namedIn reports a name in a line, whatever stands between its words.
func namedIn(line, name string) bool {
	words := func(s string) string {
		return " " + strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }), " ") + " "
	}
	n := words(name)
	if strings.ContainsFunc(n, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		n = strings.TrimSpace(n) // Chinese has no spaces between words
		return len([]rune(n)) > 1 && strings.Contains(words(line), n)
	}
	return len(n) > 5 && strings.Contains(words(line), n) // the whole name of some people is one word
}

// bare is a line's letters and digits, in one case.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
