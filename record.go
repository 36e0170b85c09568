package ehrdesk

import "time"

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
	RemarkEmpty    RemarkKind = iota + 1 // a list or object without members
	RemarkAttached                       // an attachment that is not text: Size bytes of type Word
	RemarkBroken                         // an attachment that cannot be read: Size characters
	RemarkCut                            // the beginning of a longer text: Size characters in all
	RemarkGuessed                        // text whose charset was not said, or not true: read as Word
)

// Detail is one record opened.
type Detail struct {
	Record   Record
	Elements []Element
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
	Away   bool // of this type something is never kept on this desk, and has not come yet: Count is less than there is
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
	Date    When           // of the newest entry or of the assertion
	Source  string
	Reason  string // for AllergyCannotKnow: "offline", "role", "not_synced", "restricted", "aside" (one is kept aside)
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
