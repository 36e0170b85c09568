package ehrdesk

import (
	"slices"
	"strings"
	"time"
)

// Flag is a laboratory or observation flag as the source gave it or as its own
// reference range says; empty is "in range" only where Assessed.
type Flag string

// The flags shown, letter first (display rules: never colour alone).
const (
	FlagNone         Flag = ""
	FlagLow          Flag = "L"
	FlagHigh         Flag = "H"
	FlagCriticalLow  Flag = "LL"
	FlagCriticalHigh Flag = "HH"
	FlagAbnormal     Flag = "A"
	FlagCritical     Flag = "AA" // critical, and to which side was not said

	// FlagDoNot is of a request that forbids (doNotPerform).
	FlagDoNot Flag = "do-not"

	// Of allergy records: an assertion that there is none, a statement that
	// nothing is known, and an entry nobody has confirmed.
	FlagNoneKnown     Flag = "none-known"
	FlagNoneText      Flag = "none-known-text" // asserted in words, without a code
	FlagNoInformation Flag = "no-information"
	FlagUnconfirmed   Flag = "unconfirmed"
)

// Record is the overview of one resource: what a list shows. It is made once,
// when the record arrives, and sealed apart from the body; a list never decodes
// a body.
type Record struct {
	Kind       Kind
	Resource   string // FHIR resource type, "Observation"
	ID         string // logical id at the centre
	Version    string // meta.versionId
	Updated    time.Time
	Date       When   // the clinically relevant date
	Title      string // what it is, in the source's own words
	Flag       Flag
	Assessed   bool        // a flag or range said something; false is "not assessed", never "normal"
	Status     string      // FHIR status or clinical status
	Source     string      // institution or person it came from
	Restricted bool        // needs a reason and the patient's additional consent
	Released   bool        // restricted, and shown for a short time under a release; never kept
	Linked     bool        // a resource that records refer to
	Packed     PackedFacts // what it says: Facts opens them
}

// Type is the one of the eleven types the record shows under.
func (r Record) Type() RecordType { return r.Kind.Type() }

// Ref names a record within a patient.
func (r Record) Ref() Ref { return Ref{r.Resource, r.ID} }

// Ref is a resource type and logical id.
type Ref struct{ Resource, ID string }

// String is FHIR's relative form, "Observation/abc".
func (r Ref) String() string { return r.Resource + "/" + r.ID }

// Element is one line of a record's detail: every element of the resource is
// one, in the order sent, nothing left out. It holds the sender's words and codes;
// what is to be said about them in a language is the screen's.
type Element struct {
	Depth  int
	Path   string // FHIR path, "valueQuantity.value"
	Label  string // the element's name in English words, "Value"
	Value  string // cleaned for display, as it was sent; "" for a heading
	When   When   // of an element that is a date or a time: what Value says
	Coded  bool   // Value is a code that FHIR itself defines: a status, a unit of time, a day of the week
	Remark Remark // what the reader has to say of it
}

// Remark is what a reader of bytes says of an element beside its value.
type Remark struct {
	Kind RemarkKind
	Size int64  // bytes of what was attached, or characters of what was cut
	Word string // the charset or media type that was made out
}

// RemarkKind says what a remark is about.
type RemarkKind uint8

// The kinds of remark. The zero value is none.
const (
	RemarkEmpty      RemarkKind = iota + 1 // a list or object without members
	RemarkAttached                         // an attachment that is not text: Size bytes of type Word
	RemarkBroken                           // an attachment that cannot be read: Size characters
	RemarkCut                              // the beginning of a longer text: Size characters in all
	RemarkGuessed                          // text whose charset was not said, or not true: read as Word
	RemarkImage                            // an attachment of pictures alone, Size bytes of type Word: nobody has read it
	RemarkNoPoppler                        // a PDF of Size bytes, and Poppler, which reads PDF, is not on this desk
	RemarkNoSandbox                        // a PDF of Size bytes, and this system cannot confine what would read it
	RemarkUnreadable                       // a PDF of Size bytes that cannot be read: damaged, locked, or too much of it
)

// Unread reports an attachment of which no word was read.
func (k RemarkKind) Unread() bool {
	switch k {
	case RemarkAttached, RemarkBroken, RemarkImage, RemarkNoPoppler, RemarkNoSandbox, RemarkUnreadable:
		return true
	case RemarkEmpty, RemarkCut, RemarkGuessed:
	}
	return false
}

// Off reports an attachment that would be read if this desk had what it takes.
func (k RemarkKind) Off() bool { return k == RemarkNoPoppler || k == RemarkNoSandbox }

// Detail is one record opened.
type Detail struct {
	Record   Record
	Elements []Element
	// Signatures are those on it, oldest first; none where nobody has signed it, or this person may not see who has.
	Signatures []Signature
	Links      int // addresses of images or documents at other systems: an Attachment each, after those that the record holds
}

// TypeSummary is a line of the rail.
type TypeSummary struct {
	Type       RecordType
	Count      int
	Newest     When
	Restricted int // how many the profession may see only with additional consent; they are not in Count
	// Held are the kinds that those are of: what a release can ask for.
	Held   []Kind
	Hidden bool
	// Unasked are the kinds of which the source has records that it cannot be asked for, or does not give: of these Count
	// is less than there may be, for as long as that is so.
	Unasked []Kind
	Away    bool // of this type something is never kept on this desk, and has not come yet: Count is less than there is
}

// AllergyState is one of the four states an allergy line can be in; exactly one
// is shown and each is dated. Source: NHS CUI PAB-0064 to 0072, IPS codes.
type AllergyState uint8

// The four states.
const (
	AllergyCannotKnow AllergyState = iota // offline without a copy, hidden for the role, not synced: never shown as "none"
	AllergyNotRecorded
	AllergyNoneKnown // asserted by somebody, on a date
	AllergyListed
)

// Allergies is what the allergy line says.
type Allergies struct {
	State   AllergyState
	Entries []AllergyEntry // for AllergyListed
	Date    When           // of the newest entry or of the assertion; for AllergyNotRecorded of the record that says that nothing is known, if there is one
	Source  string
	Reason  string // for AllergyCannotKnow: "offline", "role", "not_synced", "restricted", "aside" (one is kept aside), "not_asked" (the source cannot be asked, or does not give all)
	// Withheld is how many allergy records are restricted and not shown: with any,
	// none of the states may be read as the whole truth.
	Withheld int
	// None are the assertions that there is none, newest first: each covers what it
	// says (any, drugs, food) and no more. For AllergyNoneKnown.
	None []AllergyNone
	// Over is how many are resolved, inactive or refuted: they are in the list.
	Over int
}

// AllergyNone is somebody's assertion that there is no known allergy.
type AllergyNone struct {
	Scope       string // what it covers, in the source's words
	Date        When
	Source      string
	Uncoded     bool // it is in words alone, without a code
	Unconfirmed bool
	Altered     bool // an extension stands in it that may turn its meaning round
	Ref         Ref
}

// AllergyEntry is one allergy or adverse reaction.
type AllergyEntry struct {
	Substance   string
	Reaction    string
	Code        Concept   // what Substance is the words of
	Reactions   []Concept // what Reaction is the words of, where no text stands in it
	Unconfirmed bool
	Altered     bool // an extension stands in it that may turn its meaning round
	Ref         Ref
}

// Progress is how far a sync has come. Total is 0 while unknown.
type Progress struct {
	Done, Total int
}

// SyncReport is what a sync did.
type SyncReport struct {
	Received  int            // resources that arrived
	Changed   int            // of them new or newer
	Deleted   int            // withdrawn at the centre
	OutOfType map[string]int // received though outside the sharable scope: counted, named, not kept
	Aside     []Aside        // kept aside, newly
	Missing   int            // the centre counts so many more than came: they are asked for again next time
	At        time.Time      // the centre's clock
	Full      bool
}

// AsideReason says why a record that arrived is kept from the store and the
// screen: a fixed word, for the truth line, the access log and the centre.
type AsideReason string

// The reasons.
const (
	AsideDuplicate AsideReason = "duplicate-member" // a member stands twice in one object: two readers could see two records
	AsideText      AsideReason = "not-text"         // bytes that are no UTF-8
	AsideShape     AsideReason = "shape"            // no JSON object, or a member of a shape that FHIR does not allow it
	AsideType      AsideReason = "type"             // no resource type of FHIR R4
	AsideID        AsideReason = "id"               // no id, or one of another form than FHIR's
	AsideTooLarge  AsideReason = "too-large"        // too long or too deep
	AsideAnother   AsideReason = "another-patient"  // it names another patient: an incident
	AsideUnclear   AsideReason = "patient-unclear"  // whose it is cannot be told
	AsideLabelled  AsideReason = "restricted-label" // restricted by its own label, and sent without a release
	AsideRole      AsideReason = "role"             // of a kind that the person's profession may not see, and sent all the same
)

// AsideReasons lists all.
func AsideReasons() []AsideReason {
	return []AsideReason{AsideDuplicate, AsideText, AsideShape, AsideType, AsideID, AsideTooLarge, AsideAnother, AsideUnclear, AsideLabelled, AsideRole}
}

// Incident reports a reason that concerns somebody else's privacy.
func (r AsideReason) Incident() bool { return r == AsideAnother }

// Aside is one record that is kept aside. It names a record and holds nothing
// that the record says.
type Aside struct {
	Resource string // FHIR resource type, "" where it could not be read
	ID       string // logical id, "" where it could not be read
	Source   string // institution, where the record could be read and is this patient's or nobody's
	Reason   AsideReason
}

// Words name the record and the reason in fixed words and an id: for a log.
func (a Aside) Words() string {
	name := "a record"
	if a.Resource != "" {
		name = a.Resource
	}
	if a.ID != "" {
		name += "/" + a.ID
	}
	return name + ": " + string(a.Reason)
}

// Truth is what a copy is known to lack.
type Truth struct {
	Aside   []Aside // kept from the store and the screen
	Missing int     // records that the centre counts and that have not come
}

// Unread is what a search of an open chart cannot find, because nobody has read it:
// with any of it, "nothing found" is not "it is not there".
type Unread struct {
	Hidden     int // of the eleven types, those of which the profession may not see all
	Restricted int // records that need a reason and the patient's additional consent
	Away       int // of the eleven types, those of which something is not kept here and has not come yet, or cannot be had
	Lacking    int // records that are kept aside, or that the centre counts and that have not come
	Pending    int // records whose documents and notes are not read yet
	Textless   int // attachments without text that can be read: pictures, scans, what lies elsewhere or is damaged
	Cut        int // records of which the beginning alone was read
	TooMuch    int // records whose documents and notes are not read, as there is too much of them
}

// HitPlace is where in a record a search found its words.
type HitPlace uint8

// The places.
const (
	InTitle    HitPlace = iota
	InValue             // what a list says of it: values, codes, states, people
	InElement           // an element that the detail alone shows
	InNote              // a note
	InDocument          // the text of an attachment, or the narrative
)

// Mark is bytes of an excerpt's text, From to To, that a word stands in.
type Mark struct{ From, To int }

// Excerpt is where a record has what a search looked for, in the text as recorded,
// one line; "…" stands where it goes on. Marks are in order and do not overlap.
type Excerpt struct {
	Place HitPlace
	Text  string
	Marks []Mark
}

// EnteredInError is FHIR's status of a record that should never have been: it is
// struck through, and counts nowhere.
const EnteredInError = "entered-in-error"

// Void reports a record that was entered in error.
func (r *Record) Void() bool { return r.Status == EnteredInError }

// Codes are the state's codes in FHIR's spelling. A code counts where FHIR
// defines its system, or no system is given; a state in words alone counts where
// the words are a code's ("Entered in error").
func (s State) Codes() []string {
	var out []string
	for _, k := range s.Concept.Codings {
		if k.fhirs() {
			out = append(out, strings.ToLower(k.Code))
		}
	}
	if len(out) == 0 {
		if words := s.Concept.Words(); words != "" {
			out = append(out, spelled(words))
		}
	}
	return out
}

// spelled is words in the spelling of a code: "Entered in error" is entered-in-error.
func spelled(words string) string {
	if !strings.ContainsAny(words, " _-.") {
		return strings.ToLower(words)
	}
	return strings.Join(strings.FieldsFunc(strings.ToLower(words), func(r rune) bool { return r == ' ' || r == '_' || r == '-' || r == '.' }), "-")
}

// says reports a code among the state's, or its words as text or display of any:
// what takes a record back counts wherever it stands.
func (s State) says(code string) bool {
	for i := range s.Concept.Codings {
		if k := &s.Concept.Codings[i]; k.fhirs() && strings.EqualFold(k.Code, code) || spelled(k.Display) == code {
			return true
		}
	}
	return spelled(s.Concept.Text) == code || !slices.ContainsFunc(s.Concept.Codings, Coding.fhirs) && spelled(s.Concept.Words()) == code
}

// fhirs reports a code of a system that FHIR defines, or of none.
func (k Coding) fhirs() bool {
	return k.Code != "" && (k.System == "" || strings.HasPrefix(k.System, "http://terminology.hl7.org/") || strings.HasPrefix(k.System, "http://hl7.org/fhir/"))
}

// deciding are the elements that a record's one status comes from, the first that
// is there. What is in error or refuted in any of them decides before.
var deciding = [...]StateElement{StateClinical, StateStatus, StateLifecycle, StateDocument, StateVerification}

// spoken are statuses that senders write out ("Resolved", "In remission").
var spoken = [...]string{"active", "inactive", "resolved", "remission", "recurrence", "relapse", "refuted", EnteredInError}

// Status is the one code that decides how a record stands: entered in error in
// whatever element, then refuted, then its clinical status, its status. A state
// that is no code of FHIR's comes back in the sender's words, "" where there is
// none.
func (f *Facts) Status() string {
	for _, code := range [...]string{EnteredInError, "refuted"} {
		for _, s := range f.States {
			if slices.Contains(deciding[:], s.Element) && s.says(code) {
				return code
			}
		}
	}
	for _, e := range deciding[:len(deciding)-1] {
		s, ok := f.State(e)
		if !ok {
			continue
		}
		if codes := s.Codes(); len(codes) > 0 && (slices.ContainsFunc(s.Concept.Codings, Coding.fhirs) || slices.Contains(spoken[:], codes[0])) {
			return codes[0]
		}
		return s.Concept.Words()
	}
	return ""
}
