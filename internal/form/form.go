// Package form holds forms as data: FHIR R4 Questionnaires. It reads one, says by
// name what of it is not supported, holds the answers while somebody fills it in,
// checks them, and writes and reads the QuestionnaireResponse. It does no I/O, has
// no clock and no words for a screen, and keeps numbers as they were written.
//
// Sources: HL7 FHIR R4 (4.0.1), Questionnaire and QuestionnaireResponse; HL7
// Structured Data Capture 4.0.0-ballot for the extensions. docs/forms.md says
// which parts.
package form

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form/path"
)

// Form is a Questionnaire that was read. Nothing of it changes afterwards.
type Form struct {
	Head
	Items       []*Item // the items of the first level, in order
	Unsupported []Unsupported
	Approval    bool // a second person approves it before it leaves
	To          To   // whom it is for
	Extracts    Extracts
	byLink      map[string]*Item
	variables   []variable
	rules       []rule
	reckons     bool // some expression depends on the answers
}

// Head is what a form says of itself.
type Head struct {
	URL, Version, ID string
	Name, Status     string
	Title            Text
	Description      Text
	Subjects         []string // resource types the form may be about; none is any
	Codes            []ehrdesk.Coding
}

// Item is a line of a form: a group, a question or words.
type Item struct {
	Link string
	Type Type
	Wording
	Manner
	Meaning
	Answering
	Asking
	Reckoning
	Parent *Item
	Items  []*Item
	Depth  int // 0 for the first level
}

// Wording is how an item is shown.
type Wording struct {
	Text, Prefix Text
	Short        Text   // fewer words for a narrow screen
	Format       Text   // an example of what to type
	Control      string // how its author would show it: check-box, drop-down …
	Step         string // of a slider
}

// Manner is how an item is answered.
type Manner struct {
	Required, Repeats, ReadOnly, Hidden bool
	Open                                bool // of a choice: words in the place of an option are an answer
	Closed                              bool // it cannot be answered here: Unsupported says why
	About                               bool // its answer says whom the answers beside it are about, who is not the form's subject
}

// Meaning is what an item stands for outside the form.
type Meaning struct {
	Codes      []ehrdesk.Coding
	Definition string
	Extracts   Extracts
}

// Answering is what an item takes for an answer.
type Answering struct {
	Options  []Option
	Initial  []Value
	Limits   Limits
	Unit     ehrdesk.Coding   // of a decimal or an integer: what it is counted in
	Units    []ehrdesk.Coding // of a quantity: those to choose from
	UnitOpen bool             // another unit than Units may be typed
	Refers   []string         // of a reference: the types it may name
}

// Asking is when an item is asked.
type Asking struct {
	When    []Condition
	Any     bool       // one condition of When is enough
	askedIf expression // beside When
}

// Reckoning is what of an item is found by expressions.
type Reckoning struct {
	Populate   Populate
	Calculated string // what the answer is reckoned by, "" for none: nobody types it
	calculates *path.Expr
	variables  []variable
	rules      []rule
}

// expression is FHIRPath as written, and as read.
type expression struct {
	text string
	read *path.Expr
}

// variable is a name that expressions below it may use.
type variable struct {
	name, text string
	read       *path.Expr
}

// rule is what has to be true of the answers.
type rule struct {
	what  string // the extension
	text  string
	human Text
	warns bool
	read  *path.Expr
}

// Type is the type of an item.
type Type uint8

// The types of FHIR R4. An open choice is Choice with Open.
const (
	Group Type = iota + 1
	Display
	Boolean
	Decimal
	Integer
	Date
	DateTime
	Time
	String
	LongText
	URL
	Choice
	Attachment
	Reference
	Quantity
)

// Asks reports a question: neither a group nor words.
func (t Type) Asks() bool { return t != Group && t != Display }

// Option is an answer to choose.
type Option struct {
	Value     Value
	Words     Text   // what it is called
	Prefix    string // "A."
	Score     string // its ordinal value, as written
	Exclusive bool   // chosen, it is the only answer
	Selected  bool   // chosen at the beginning
}

// Limits are what an answer is held against. Numbers and dates are as written; ""
// is none.
type Limits struct {
	Min, Max             Value // of the item's type, or a quantity; NoValue is none
	MinLength, MaxLength int   // characters; 0 is none
	Pattern              string
	Places               int // decimal places at most, -1 where any number will do
	MinOccurs, MaxOccurs int // 0 is none
	MaxSize              int // bytes of an attachment, 0 is none
	Media                []string
}

// Condition is one enableWhen.
type Condition struct {
	Question string
	Operator Operator
	Answer   Value
	asked    *Item
}

// Operator is how a Condition compares.
type Operator uint8

// The operators of FHIR R4.
const (
	Exists Operator = iota + 1
	Equal
	NotEqual
	Greater
	Less
	AtLeast
	AtMost
)

// Populate says what an item begins with, beside its fixed initial values.
type Populate struct {
	Expression string         // FHIRPath, as written; "" is none
	Context    string         // of a group: what its items are asked of
	Name       string         // what the expressions below call it
	Period     ehrdesk.Coding // how old an Observation of the item's code may be: number in Code, UCUM in System; zero is none
}

// Extracts says what becomes of the answers of an item, or of the form.
type Extracts struct {
	Observation bool             // answers become Observations
	Withheld    bool             // they do not, though those of what they stand in do
	Categories  []ehrdesk.Coding // of those Observations
	Resource    string           // the type that the answers below are elements of, "" for none
	Definition  string           // canonical of its profile, as written
}

// Text is words with their translations.
type Text struct {
	Said  string
	Other []Translation
}

// Translation is words in one language (BCP 47).
type Translation struct{ Language, Words string }

// In is the text in a language, as near to it as there is: the language itself, one of
// the same beginning ("zh-Hant" for "zh-Hant-HK"), a region of the same script, the
// author's own.
func (t Text) In(language string) string {
	for want := language; want != ""; want = shorter(want) {
		for _, o := range t.Other {
			if script(o.Language) == script(want) {
				return o.Words
			}
		}
	}
	return t.Said
}

// Weight is how much an Unsupported weighs.
type Weight uint8

// The weights.
const (
	NotUsed Weight = iota + 1 // the form is filled in as if it were not there
	Closes                    // the item cannot be answered; the form is filled in without it
	Refuses                   // the form cannot be filled in here
)

// Unsupported is something in a form that is not supported.
type Unsupported struct {
	Link   string // "" for the form itself
	What   string // the name of the element, or of the extension
	Why    Reason
	Weight Weight
}

// Reason says what is wrong with an Unsupported, in a fixed word.
type Reason string

// The reasons.
const (
	Unknown     Reason = "not-supported" // the element is not known here, or nothing is done with it
	Missing     Reason = "missing"       // an element that has to be there
	Malformed   Reason = "malformed"     // of another shape or value than the standard has
	Twice       Reason = "twice"         // a link that stands twice
	NoQuestion  Reason = "no-question"   // it asks for an item that is not there, or does not ask
	Circle      Reason = "circle"        // whether it is asked depends on its own answer
	NoSet       Reason = "no-answer-set" // the set of answers is not at this desk
	EmptySet    Reason = "empty"         // a set of answers without one
	Expression  Reason = "expression"    // an expression beyond those of docs/forms.md
	Contradicts Reason = "contradicts"   // two elements that cannot both hold
	TooMuch     Reason = "too-much"      // more than a form may have here
)

// Refused reports a form that cannot be filled in here.
func (f *Form) Refused() bool {
	for _, u := range f.Unsupported {
		if u.Weight == Refuses {
			return true
		}
	}
	return false
}

// Item finds an item by its linkId.
func (f *Form) Item(link string) (*Item, bool) {
	it, ok := f.byLink[link]
	return it, ok
}

// Each calls fn for every item, parents first, in the order of the form.
func (f *Form) Each(fn func(*Item)) { each(f.Items, fn) }

func each(items []*Item, fn func(*Item)) {
	for _, it := range items {
		fn(it)
		each(it.Items, fn)
	}
}
