package text

import (
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Codes are the words for the codes of one code system. A code that is not among
// them is shown as it was sent: the sender's own letters say more than nothing.
type Codes map[string]T

// of gives the words of a code, the code itself where there are none.
func (c Codes) of(code string) T {
	if t, ok := c[code]; ok {
		return t
	}
	return T{code, code, code}
}

// codes reads a table: a line a code, "code | English | 繁體中文 | 简体中文". With
// no third Chinese column both are written alike.
func codes(rows ...string) Codes {
	out := Codes{}
	for _, table := range rows {
		for line := range strings.Lines(table) {
			f := strings.Split(strings.TrimSpace(line), " | ")
			switch len(f) {
			case 3:
				out[f[0]] = T{f[1], f[2], f[2]}
			case 4:
				out[f[0]] = T{f[1], f[2], f[3]}
			}
		}
	}
	return out
}

// Facts are the words for what a record says: the projection holds codes and
// numbers, and here is what a screen calls them.
type Facts struct {
	Statuses        Codes // by code, or by resource type and code where one kind of record calls it otherwise
	Verifications   Codes // before a diagnosis
	Intents         Codes
	Priorities      Codes
	Availability    Codes
	Absent          Codes // data-absent-reason
	Interpretations Codes // v3-ObservationInterpretation
	RangeKinds      Codes // referencerange-meaning
	Severities      Codes
	DoseTypes       Codes
	Events          Codes // event-timing
	AfterEvents     Codes // the same as the point that an offset is counted from
	Timings         Codes // GTSAbbreviation
	Days            Codes
	TimeUnits       Codes // UCUM: singular
	ManyUnits       Codes // plural
	DoseUnits       Codes // units of a dose whose abbreviations are dangerous, in words
	Categories      Codes // v3-ActCode classes, observation, condition and allergy categories
	Times           Codes // the element that a time stands in
	Resources       Codes // FHIR resource types
	Titles          Codes // of address; of one that stands for several callings there is no word
	Routes          Codes // of a drug, by SNOMED CT, EDQM and English words
	Besides         Codes // elements that qualify a record: a phrase with what it says in it, and without
	Documents       Codes // LOINC's for what a document is
	UnitWords       Codes // English words in units
	Details         Codes // FHIR's own codes that stand in the detail alone

	Phrases Phrases
}

// Phrases join facts to lines.
type Phrases struct {
	More, Unread, SeeDetail, Hyphen, Range, RangeTo, From, Until, AtMost, AtLeast,
	NoDosage, DoseNote, DoseNoteWords, Coded, Step, Then, Also, Patient,
	Once, Twice, Times, TimesFrom, TimesUpTo, TimesAtMost, EachPeriod, EveryPeriod, EveryOne, PerPeriod, NoPeriod, NoUnitOfTime, NoNumber,
	OnDays, AtTimes, And, Offset, OffsetNowhere, ForLong, FromTo, Since, Ends, InAll, InAllFrom, InAllUpTo, Over, OverFrom, OverUpTo, OnEvents,
	AsNeeded, AsNeededFor, MaxIn, MaxPer, MaxOnce, MaxLifetime, Rate, Per, PerNumber, OfType, NoUnit, CodedUnit,
	Yes, No, NoValue, NotMeasured, NotMeasuredPlain, WithRange, UnitsDiffer, NotAssessed, NoRange, NotCoded, AgeRange, Years,
	Panel, Refuted, DoNotGive, DoNotDo, NotGiven, NotDone, Subpotent, InError, NoOrder, Unnamed, UnnamedNowhere, NoStatus, Reason,
	Supply, SupplyDays, Repeats, Substitution, Dose, DoseOf, Lot, Outcome, At, Ended, NoZone, SentAs,
	Altered, AlteredPatient, Died, Born, Note, MoreNotes, LimitAt, SourceSays, About, AboutOther, Specimen, OthersInList, RiskOf, NotNamed,
	Empty, Attached, Broken, Cut, Guessed, ImageOnly, NoPoppler, NoSandbox, Unreadable, Merged, MergedTo, Inactive, Formerly, OfRange, NoFrequency, SentCount, SentMost, SentUnit, NoReaction, NotSettled, WasBooked, WasPlanned, HasNote T
}

func facts() Facts {
	return Facts{
		Statuses: statuses(), Verifications: verifications(), Intents: intents(), Priorities: priorities(), Availability: availability(),
		Absent: absentReasons(), Interpretations: interpretations(), RangeKinds: rangeKinds(), Severities: severities(), DoseTypes: doseTypes(),
		Events: events(), AfterEvents: eventPoints(), Timings: timings(), Days: daysOfWeek(), TimeUnits: timeUnits(), ManyUnits: manyUnits(), DoseUnits: doseUnits(),
		Categories: categories(), Documents: documentTypes(), UnitWords: unitWords(), Times: timeNames(), Resources: resources(), Details: detailCodes(), Besides: besides(), Routes: routes(), Titles: titles(), Phrases: phrases(),
	}
}

// Words says facts in one language, times in the zone of the desk.
type Words struct {
	c    *Catalog
	lang Lang
	zone *time.Location
	site *ehrdesk.LocalCodes
	now  time.Time // zero where nothing is past
}

// Words are the catalogue's words in a language.
func (c *Catalog) Words(l Lang, zone *time.Location) Words { return Words{c: c, lang: l, zone: zone} }

// With are the words with a site's own names for codes; nil for none.
func (w Words) With(codes *ehrdesk.LocalCodes) Words {
	w.site = codes
	return w
}

// At are the words at a moment: what was booked for a day before it, was.
func (w Words) At(now time.Time) Words {
	w.now = now
	return w
}

// Past reports a record that is dated on a day before this one, by the desk's clock.
func (w Words) Past(r *ehrdesk.Record) bool {
	if w.now.IsZero() || r.Date.IsZero() || r.Date.Precision < ehrdesk.ToDay {
		return false
	}
	now := w.now.In(w.zone)
	return r.Date.In(w.zone).Time.Before(time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, w.zone))
}

// naming puts the site's own names to codes that were sent without words, the code
// behind each: "Essential hypertension (D-401)". nil where the site has none.
func (w Words) naming() func(*ehrdesk.Concept) {
	if w.site.Len() == 0 {
		return nil
	}
	return func(k *ehrdesk.Concept) {
		if name, code, ok := w.site.Of(*k); ok {
			k.Codings = slices.Clone(k.Codings)
			for i := range k.Codings {
				if k.Codings[i] == code {
					k.Codings[i].Display = T{name.English, name.Hant, name.Hans}[w.lang] + " (" + code.Code + ")"
				}
			}
		}
	}
}

// Allergy is an entry of the allergy line: its substance and what it does.
func (w Words) Allergy(en ehrdesk.AllergyEntry) (substance, reaction string) {
	substance, reaction = en.Substance, en.Reaction
	if substance == "" {
		substance = w.t(w.c.Facts.Phrases.NotNamed)
	}
	if en.Altered {
		substance = w.put(w.c.Facts.Phrases.Altered, substance)
	}
	name := w.naming()
	if name == nil {
		return substance, reaction
	}
	if _, _, ok := w.site.Of(en.Code); ok {
		name(&en.Code)
		substance = en.Code.Words()
		if en.Altered {
			substance = w.put(w.c.Facts.Phrases.Altered, substance)
		}
	}
	var words []string
	for _, k := range en.Reactions {
		name(&k)
		if s := k.Words(); s != "" {
			words = append(words, s)
		}
	}
	if len(words) > 0 {
		reaction = strings.Join(words, ", ")
	}
	return substance, reaction
}

func (w Words) t(t T) string { return t[w.lang] }

// Concept is a concept's words as its author wrote them, cleaned; where it has no
// more than a code, the site's name for it.
func (w Words) Concept(k ehrdesk.Concept) string {
	if name := w.naming(); name != nil {
		name(&k)
	}
	return ehrdesk.CleanLine(w.concept(k))
}

// concept is a concept's words as its author wrote them; where it has no more
// than a code, ours for it.
func (w Words) concept(k ehrdesk.Concept, tables ...Codes) string {
	if k.Text != "" {
		return k.Text
	}
	if word, ok := w.known(k, tables...); ok {
		return word
	}
	return k.Words()
}

// known is the word of ours for one of the concept's codes: of a system that has
// those codes. "work" of a clinic's own list is no place of work.
func (w Words) known(k ehrdesk.Concept, tables ...Codes) (string, bool) {
	for _, c := range k.Codings {
		if !ours(c.System) {
			continue
		}
		for _, t := range tables {
			if word, ok := t[c.Code]; ok {
				return w.t(word), true
			}
		}
	}
	return "", false
}

// ours reports a system whose codes the tables are of: HL7's, and SNOMED CT, whose
// codes are like no other's. A code without its system counts.
func ours(system string) bool {
	return system == "" || system == "http://snomed.info/sct" || strings.HasPrefix(system, "http://terminology.hl7.org/") ||
		strings.HasPrefix(system, "http://hl7.org/fhir/") || strings.HasPrefix(system, "urn:oid:2.16.840.1.113883.5.")
}

// join puts the parts that are not empty one after another.
func join(sep string, parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(sep)
		}
		b.WriteString(p)
	}
	return b.String()
}

// list joins words with commas and a last "and" or "or".
func (w Words) list(last T, words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	comma := "、"
	if w.lang == English {
		comma = ", "
	}
	n := len(words) - 1
	return strings.Join(words[:n], comma) + w.t(last) + words[n]
}
