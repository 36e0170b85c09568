// Package summary puts a patient's records together as the sections of a patient
// summary, in the order of HL7's International Patient Summary (IPS): problems,
// allergies, medication, results, immunisations, encounters, what is to come,
// documents. It promises that every line of it names a record, that the same records
// give the same summary in whatever order they come, and that what was entered in
// error counts nowhere. It has no words and no clock of its own.
package summary

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
)

// Item is one line: the record it stands for, and what the line says beside that
// record's own title and date.
type Item struct {
	Record ehrdesk.Record
	Since  ehrdesk.When      // when it began, where that is said
	Why    []ehrdesk.Concept // of an encounter: its reasons, and the diagnoses made at it
	Times  int               // how many records say the same
	Visits []ehrdesk.Ref     // of a problem: the visits at which it was recorded, in the order of their ids
	Due    bool              // of what is to come: it is due, or lies before now and is still open
}

// Sections are what the lists of a chart say together.
type Sections struct {
	Problems      []Item // active, in the order of what matters
	PastProblems  int
	NoProblems    *Item             // somebody asserts that there is none; nil where nobody does
	Drugs         []medication.Drug // taken now
	Over          []medication.Drug // no longer taken
	PastDrugs     int
	NoDrugs       *medication.Said // somebody says that none is taken, or that nothing is known
	Results       []results.Latest // abnormal, or moving; what speaks for today first
	Awaited       []ehrdesk.Record // reports of the last days that are not complete
	Older         []results.Latest // abnormal years ago, and not repeated since
	Vitals        Vitals
	Immunised     []Item // the last dose of each vaccine, and what is due
	Encounters    []Item // newest first
	Coming        []Item // appointments, the next first
	Referrals     []Item // open, newest first
	PastReferrals int    // of which something says that they are over
	Documents     []Item // newest first
}

// Of gives the sections. list gives the records of a type, newest first.
func Of(list func(ehrdesk.RecordType) []ehrdesk.Record, now time.Time) Sections {
	var s Sections
	conditions := conditionsOf(list(ehrdesk.DiagnosisProcedureMedication))
	s.Problems, s.PastProblems, s.NoProblems = problems(conditions, now)
	drugs := medication.Of(list(ehrdesk.DiagnosisProcedureMedication), now)
	s.Drugs, s.Over, s.PastDrugs = drugs.Current, drugs.Past, len(drugs.Past)
	if len(drugs.Said) > 0 {
		s.NoDrugs = &drugs.Said[0]
	}
	s.Results, s.Older = results.Apart(results.Abnormal(list, watched(s.Drugs)...), now)
	s.Awaited = results.Awaited(list, now)
	s.Vitals = VitalsOf(list(ehrdesk.ObservationLifestyle))
	s.Immunised = immunised(list(ehrdesk.BirthImmunisation), now)
	s.Encounters, s.Coming = encounters(list(ehrdesk.Encounters), conditions, now)
	s.Referrals, s.PastReferrals = referrals(list(ehrdesk.Referral))
	s.Documents = documents(list(ehrdesk.ClinicalNote))
	return s
}

// monitoring are the tests that a drug or its high-risk group is followed by: they stand
// in the summary whatever they say. The list wants a pharmacist's sign-off.
var monitoring = map[string][]string{
	"warfarin": {"INR"}, "methotrexate": {"white cell count", "ALT", "creatinine"}, "lithium": {"lithium level", "creatinine"}, "lithium carbonate": {"lithium level", "creatinine"},
	"levothyroxine": {"TSH"}, "insulin": {"HbA1c"}, "immunosuppressant": {"white cell count", "creatinine"},
}

// watched are the tests by which the drugs that are taken are followed.
func watched(drugs []medication.Drug) (out []string) {
	for i := range drugs {
		for _, name := range append(slices.Clone(drugs[i].Substances), drugs[i].Risks...) {
			for _, test := range monitoring[name] {
				if !slices.Contains(out, test) {
					out = append(out, test)
				}
			}
		}
	}
	return out
}

// newest orders items newest first, and by id where the time is one.
func newest(items []Item) {
	slices.SortStableFunc(items, func(a, b Item) int { return newer(&a.Record, &b.Record) })
}

func newer(a, b *ehrdesk.Record) int {
	return cmp.Or(b.Date.Compare(a.Date), strings.Compare(a.Resource, b.Resource), strings.Compare(a.ID, b.ID))
}

// timed is a time of the facts by the name of its element.
func timed(f *ehrdesk.Facts, names ...string) ehrdesk.When {
	for _, n := range names {
		for _, t := range f.Times {
			if t.Name == n && !t.From.IsZero() {
				return t.From
			}
		}
	}
	return ehrdesk.When{}
}

// keys are what two records that speak of one thing have in common: a code with its
// system, and without any the words in lower case.
func keys(c *ehrdesk.Concept, title string) (out []string) {
	for _, k := range c.Codings {
		if k.Code != "" && k.System != "" {
			out = append(out, k.System+"|"+k.Code)
		}
	}
	if len(out) == 0 {
		out = append(out, strings.ToLower(strings.TrimSpace(title)))
	}
	return out
}
