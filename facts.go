package ehrdesk

import (
	"strings"
)

// Facts are what a record says, as its sender coded and wrote it: codes, numbers
// as their own digits, times as precise as sent. They hold no word of ours, so a
// screen can say them in any language and a rule can compare them. They are read
// once, when the record arrives, and travel packed (PackedFacts) in its overview.
//
// A list says of a record what its Facts say; whatever else the resource holds
// stands in the detail. Source of the elements: HL7 FHIR R4 (4.0.1).
type Facts struct {
	Code       Concept   // what it is: code, medication, vaccineCode, type
	Categories []Concept // category, class, and the type beside a code
	Text       string    // the sender's own sentence: conclusion, description, title
	States     []State   // every status element that is there, in the order of StateElements
	Forbids    bool      // doNotPerform: the thing must not be done

	Results   []Result    // Observation.value[x] first, with Code empty; then its components
	Dosages   []Dosage    // in the order of their sequence
	Supply    Supply      // what was prescribed or handed out
	Doses     []DoseGiven // Immunization.protocolApplied
	Lot       string      // lotNumber
	Besides   []Beside    // what qualifies the record, of elements that few types have
	Severity  Concept     // Condition.severity, AllergyIntolerance.criticality
	Reactions []Reaction  // AllergyIntolerance.reaction
	Reasons   []Concept   // why: reasonCode, statusReason stands in States
	Outcomes  []Concept   // conclusionCode, outcome
	Sites     []Concept   // bodySite, site, laterality
	Parts     []Concept   // an imaging study's modalities, a document's kinds of content

	DateFrom  string     // the element that the record's date stands in, "" for effectiveDateTime or none
	Times     []Timed    // every time element but the record's own date
	Ages      []Aged     // onsetAge, abatementAge, as numbers or words
	Parties   []Party    // who and where: performer, author, organisation, location
	Relations []Relation // members, encounter, based on, derived from, part of, replaces
	Unnamed   Unnamed    // of a drug whose name is in no place that could be read
	Notes     int        // notes in the detail
	NoteText  string     // the first note, where a line of the list needs it (a dose written there)
	Altered   bool       // a modifierExtension or implicitRules stands in it: what it says may mean something else
	More      bool       // something of the elements above was left out here: it stands in the detail
	Unread    bool       // an element above had a shape that FHIR does not allow
}

// Beside is what an element says that qualifies a record: a complication, a
// prohibition in a plan, the risk of a prediction. Element is FHIR's name of it;
// where nothing of it has words, it stands in the detail.
type Beside struct {
	Element string
	Concept Concept
	Values  []Value
}

// What stands beside a record and is in no element of that name.
const (
	BesideCoded       = "coded"       // a code that contradicts what the record is called
	BesideAlso        = "alsoSays"    // of an allergy, words that say there is none
	BesideLinkedDrug  = "linkedDrug"  // the Medication that is referred to has another name
	BesideDrugAltered = "drugAltered" // something in the Medication that is referred to may turn its meaning round
	BesideDrugInError = "drugInError" // the Medication that is referred to was entered in error
	BesideProgramme   = "programme"   // the public-private programme under which it was made
)

// Concept is a CodeableConcept or Coding: what the author wrote, and the codes
// beside it.
type Concept struct {
	Text    string
	Codings []Coding
}

// Coding is one code of a system.
type Coding struct{ System, Code, Display string }

// IsZero reports whether nothing was sent.
func (c Concept) IsZero() bool { return c.Text == "" && len(c.Codings) == 0 }

// Words are the concept's words for people: what the source itself wrote first,
// a code's display after it, the bare code last.
func (c Concept) Words() string {
	if c.Text != "" {
		return c.Text
	}
	for _, k := range c.Codings {
		if k.Display != "" {
			return k.Display
		}
	}
	for _, k := range c.Codings {
		if k.Code != "" {
			return k.Code
		}
	}
	return ""
}

// Has reports whether the concept carries a code of one of the systems. A code
// without its system counts.
func (c Concept) Has(code string, systems ...string) bool {
	for _, k := range c.Codings {
		if !strings.EqualFold(k.Code, code) {
			continue
		}
		if k.System == "" {
			return true
		}
		for _, s := range systems {
			if k.System == s {
				return true
			}
		}
	}
	return false
}

// Quantity is a FHIR Quantity. Number is as it was sent, digit by digit ("1.10");
// it is empty where there is no value, and then the rest may still say something.
type Quantity struct {
	Number     string
	Comparator string // "<", "<=", ">=", ">"
	Unit       string // words
	System     string // of Code
	Code       string // usually UCUM
}

// IsZero reports whether nothing was sent.
func (q Quantity) IsZero() bool { return q == Quantity{} }

// ValueKind is which FHIR type a value is of.
type ValueKind uint8

// The kinds of value.
const (
	NoValue     ValueKind = iota
	IsQuantity            // Quantity, Age, Duration, Count, Distance, Money: Low
	IsConcept             // CodeableConcept, Coding: Concept; Text is a coding that contradicts its words
	IsText                // string, markdown, code, uri: Text
	IsTruth               // boolean: Text is "true" or "false"
	IsNumber              // integer, decimal: Low.Number
	IsRange               // Low to High, either may be empty
	IsRatio               // Low : High
	IsPeriod              // From to Until, either may be empty
	IsWhen                // date, dateTime, instant: From; what is no date of FHIR's is in Text
	IsTimeOfDay           // time: Text
	IsSampled             // SampledData: it stands in the detail
	IsAttached            // Attachment: Text is its title
	IsReference           // Reference: Text is its display
	IsOther               // any other type: it stands in the detail
)

// Value is a value[x] of any type; Kind says which parts hold it.
type Value struct {
	Kind        ValueKind
	Low, High   Quantity
	Concept     Concept
	Text        string
	From, Until When
}

// IsZero reports whether nothing was sent.
func (v Value) IsZero() bool { return v.Kind == NoValue }

// Result is a measured or asserted value, with all that judges it.
type Result struct {
	Code            Concept // of a component; empty for the record's own value
	Value           Value
	Absent          Concept   // dataAbsentReason
	Interpretations []Concept // all that were sent
	Ranges          []Range   // all that were sent
	Flag            Flag      // the gravest of what the interpretations and the ranges say
	Disputed        bool      // the source calls it normal, or of the other side, and its own ranges do not
	Assessed        bool      // false: nothing that could be read judges the value
	UnitsDiffer     bool      // a range is in another unit than the value: nothing was compared
}

// Range is an Observation.referenceRange.
type Range struct {
	Low, High       Quantity
	Text            string
	Type            Concept   // normal where it is empty; else therapeutic, treatment, critical …
	AppliesTo       []Concept // a population
	AgeLow, AgeHigh Quantity
}

// StateElement names the element that a state was said in.
type StateElement uint8

// The elements that hold a status, in the order in which a record's are kept.
const (
	StateStatus StateElement = iota + 1
	StateClinical
	StateVerification
	StateDocument // docStatus
	StateLifecycle
	StateIntent
	StatePriority
	StateReason    // statusReason: why it is as it is
	StateSubpotent // isSubpotent
	StateSubpotentReason
	StateBusiness  // Task.businessStatus, Task.output
	StateAvailable // ImagingStudy, Media: availability
)

// State is what one status element says.
type State struct {
	Element StateElement
	Concept Concept // a code element has one coding without a system
}

// Code is the first code of the state, "" where it is text alone.
func (s State) Code() string {
	if len(s.Concept.Codings) > 0 {
		return s.Concept.Codings[0].Code
	}
	return ""
}

// State gives what an element says.
func (f *Facts) State(e StateElement) (State, bool) {
	for _, s := range f.States {
		if s.Element == e {
			return s, true
		}
	}
	return State{}, false
}

// Supply is what was prescribed, dispensed or delivered.
type Supply struct {
	Quantity     Quantity
	Days         Quantity // expectedSupplyDuration, daysSupply
	Repeats      string   // numberOfRepeatsAllowed
	Substitution Concept
}

// DoseGiven is one Immunization.protocolApplied: "2 of 3 of a series", as sent.
type DoseGiven struct{ Series, Number, Of string }

// Reaction is one AllergyIntolerance.reaction.
type Reaction struct {
	Substance      Concept
	Manifestations []Concept
	Text           string
	Severity       string // mild, moderate, severe
	Onset          When
}

// Timed is a time, a period, or a day that was only described.
type Timed struct {
	Name        string // the element: "onset", "abatement", "recordedDate", "issued" …
	From, Until When
	Text        string // where it is words, or what is no date of FHIR's
}

// Aged is an age at which something began or ended.
type Aged struct {
	Name      string // "onset", "abatement"
	Low, High Quantity
}

// Party is a person, institution or place that an element names.
type Party struct {
	Role       string // the element: "performer", "author", "serviceProvider" …
	Ref        Ref
	Display    string
	Identifier string // value of a logical reference
}

// Relation is another record that an element refers to.
type Relation struct {
	Role    string // the element: "encounter", "hasMember", "basedOn", "derivedFrom" …
	Ref     Ref
	Display string
}

// Unnamed says why a drug has no name.
type Unnamed struct {
	Is         bool
	Identifier string // what the reference says in its place, "" where it leads nowhere
	Ref        Ref    // the resource that has the name, where one is named
}

// Dosage is an R4 Dosage, whole; of a MedicationAdministration, its one dose.
// Numbers are as they were sent.
type Dosage struct {
	Sequence    string
	Text        string
	Additional  []Concept
	Patient     string // patientInstruction
	Timing      Timing
	AsNeeded    bool
	AsNeededFor []Concept
	Site        Concept
	Route       Concept
	Method      Concept
	Doses       []DoseRate
	MaxPeriod   Value // maxDosePerPeriod, a ratio
	MaxOnce     Quantity
	MaxLifetime Quantity
}

// DoseRate is one Dosage.doseAndRate.
type DoseRate struct {
	Type Concept // ordered, calculated
	Dose Value   // a quantity or a range
	Rate Value   // a quantity, a range or a ratio
}

// Timing is an R4 Timing with its repeat. Units are UCUM's: s min h d wk mo a.
type Timing struct {
	Events                              []When
	Bounds                              Value // a duration, a range or a period
	Count, CountMax                     string
	Duration, DurationMax, DurationUnit string
	Frequency, FrequencyMax             string
	Period, PeriodMax, PeriodUnit       string
	Days                                []string // mon tue …
	Times                               []string // 08:00:00
	When                                []string // AC, PCM, HS …
	Offset                              string   // minutes from When
	Code                                Concept  // BID, TID, QOD … or words
}

// IsZero reports whether nothing was sent.
func (t *Timing) IsZero() bool {
	scalars := t.Count + t.CountMax + t.Duration + t.DurationMax + t.DurationUnit + t.Frequency + t.FrequencyMax + t.Period + t.PeriodMax + t.PeriodUnit + t.Offset
	return scalars == "" && len(t.Events)+len(t.Days)+len(t.Times)+len(t.When) == 0 && t.Bounds.IsZero() && t.Code.IsZero()
}
