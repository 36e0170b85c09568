package safety

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// Certainty is how sure it is that somebody takes a drug.
type Certainty uint8

// The certainties.
const (
	Taken    Certainty = iota
	Possibly           // its end has passed or is not known, or its supply has run out of late
	Stopped            // it was stopped and still acts
	Planned            // drafted or proposed of late: about to be taken
	Undated            // handed out, and nothing says when: no sign that it is over
)

// Medicine is one drug that somebody takes, as the rules see it.
type Medicine struct {
	Drug       *medication.Drug
	Substances []Substance // what of it the tables know
	Whole      bool        // nothing else is in it
	On         Certainty
	Daily      Daily
	Prescriber string // who ordered it, where a record names them; "" for nobody

	sides []side // of each interaction rule, in their order
}

// side is what a rule sees of a medicine: its substances in the rule's two classes, and the length of the codes by
// which they are.
type side struct{ a, b held }

type held struct {
	list   []*Substance
	length int
}

// Substance is one thing in a medicine.
type Substance struct {
	Term  *terms.Term // nil where a code alone says what it is
	Codes []string    // of the ATC, those that fit the way it is taken
}

// key tells substances apart.
func (s *Substance) key() string {
	if s.Term != nil {
		return s.Term.English
	}
	return s.Codes[0]
}

// Where is who the medicine comes from: an institution or a person.
func (m *Medicine) Where() string { return m.Drug.Source }

// Ref is the record that says how it is taken.
func (m *Medicine) Ref() ehrdesk.Ref { return m.Drug.Lead.Ref() }

// Checked reports a medicine of which the rules know everything.
func (m *Medicine) Checked() bool { return m.Whole && len(m.Substances) > 0 }

// Allergy is a record of what somebody reacted to.
type Allergy struct {
	Record      *ehrdesk.Record
	Substances  []Substance
	Classes     []*Class // of drugs, where it names one: "penicillins"
	Reaction    string   // severe-delayed, airway-or-skin or ""
	Intolerance bool     // nausea and alike, or said to be an intolerance: shown, and no alert
	Grave       bool     // severe, at once or late, or said to be of high risk
	Unconfirmed bool
}

// Diagnosis is a record of a disease that a rule asks for.
type Diagnosis struct{ Record *ehrdesk.Record }

// Value is a number that a rule compares.
type Value struct {
	Record *ehrdesk.Record
	Sent   ehrdesk.Quantity // as it was sent
	Number float64
	At     ehrdesk.When

	limit *limit      // it is compared with
	term  *terms.Term // the test; nil where no table has it
}

// Given is what the findings are made from.
type Given struct {
	List      func(ehrdesk.RecordType) []ehrdesk.Record // newest first
	Drugs     *medication.List                          // of List; nil for one to be made
	Years     int                                       // the patient's age, -1 where it is not known
	Now       time.Time
	Available [Checks]bool // which checks have what they need, in the order of Check
	Partial   [Checks]bool // of those, which lack a part of it: what they say counts, and is not all
}

// Patient is what the rules ask about.
type Patient struct {
	Years     int
	Now       time.Time
	Medicines []Medicine
	Allergies []Allergy

	know      *Knowledge
	list      func(ehrdesk.RecordType) []ehrdesk.Record
	past      []medication.Drug
	values    map[string]*Value      // the newest of each, by key
	tests     map[*terms.Term]*Value // the newest of each test that a table asks for
	diagnoses map[string]*Diagnosis
}

// patient reads what is given.
func (k *Knowledge) patient(g *Given) *Patient {
	p := &Patient{Years: g.Years, Now: g.Now, know: k, list: g.List}
	drugs := g.Drugs
	if drugs == nil {
		drugs = medication.Of(g.List(ehrdesk.DiagnosisProcedureMedication), g.Now)
	}
	for i := range drugs.Current {
		if d := &drugs.Current[i]; !d.Remarks.Has(medication.Forbidden) {
			p.Medicines = append(p.Medicines, p.medicine(d, p.certainty(d)))
		}
	}
	p.past = drugs.Past
	for i := range drugs.Past {
		p.lately(&drugs.Past[i])
	}
	slices.SortStableFunc(p.Medicines, func(a, b Medicine) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Drug.Name), strings.ToLower(b.Drug.Name)), strings.Compare(a.Ref().String(), b.Ref().String()))
	})
	p.Allergies = k.allergies(g.List(ehrdesk.AllergyADR))
	return p
}

// certainty is how sure it is that somebody takes a drug of the list of current ones. A draft is what a check
// is for: whoever is to sign it has to be stopped before, not after. One that has lain there for months may be over.
func (p *Patient) certainty(d *medication.Drug) Certainty {
	switch {
	case d.Remarks&(medication.EndPassed|medication.SupplyOut|medication.Disagreement|medication.RanOut|medication.NotTaken) != 0,
		d.State == medication.Unknown, d.State == medication.Suspended:
		return Possibly
	case d.Remarks.Has(medication.Proposed) && !d.Lead.Date.IsZero() && p.Now.Sub(d.Lead.Date.Ends()) > plannedFor:
		return Possibly
	case d.Remarks.Has(medication.Proposed):
		return Planned
	}
	return Taken
}

// plannedFor is for how long a draft is about to be signed. Own rule: professional knowledge, to be confirmed.
const plannedFor = 90 * day

// carriedOn is for how long after a supply has ended a drug may still be taken.
// Source: the carry-over of CPRS Remote Data Interoperability, 30 days.
const carriedOn = 30 * day

// lately adds a past drug that may still be taken, or that still acts.
func (p *Patient) lately(d *medication.Drug) {
	if d.Remarks&(medication.Forbidden|medication.Proposed|medication.NotTaken|medication.Cancelled) != 0 {
		return
	}
	end := d.Until
	if end.IsZero() || !d.SupplyUntil.IsZero() && d.SupplyUntil.Compare(end) > 0 {
		end = d.SupplyUntil
	}
	if end.IsZero() && len(d.History) > 0 {
		end = d.History[0].At
	}
	if end.IsZero() && d.Lead.Status == "completed" && len(d.History) > 0 && d.History[0].Mark == medication.Supplied {
		p.Medicines = append(p.Medicines, p.medicine(d, Undated)) // that it was handed out says nothing of its end
		return
	}
	if end.IsZero() || end.Time.After(p.Now) {
		return
	}
	ago := p.Now.Sub(end.Ends())
	if d.State != medication.Discontinued && !d.SupplyUntil.IsZero() && ago <= carriedOn {
		p.Medicines = append(p.Medicines, p.medicine(d, Possibly))
		return
	}
	if ago > 100*day { // the longest of the tails
		return
	}
	m := p.medicine(d, Stopped)
	for i := range p.know.tails {
		if s, _ := p.know.tails[i].class.has(&m); s != nil && ago <= time.Duration(p.know.tails[i].days)*day {
			m.Substances = []Substance{*s}
			m.sides = p.know.sides(m.Substances)
			p.Medicines = append(p.Medicines, m)
			return
		}
	}
}

func (p *Patient) medicine(d *medication.Drug, on Certainty) Medicine {
	m := Medicine{Drug: d, On: on, Whole: d.Made.Whole}
	known := map[string]bool{}
	for _, t := range d.Made.Terms {
		codes := t.ATC()
		for _, c := range codes {
			known[c] = true
		}
		m.Substances = append(m.Substances, Substance{t, byRoute(codes, d.Made.Route, d.Name)})
	}
	for _, c := range d.Made.Codes {
		if c = strings.ToUpper(c); len(c) >= 5 && isCode(c) && !known[c] && !within(d.Made.Terms, c) {
			m.Substances = append(m.Substances, Substance{Codes: []string{c}})
			m.Whole = m.Whole || len(c) == wholeCode && len(d.Made.Terms) == 0
		}
	}
	f := d.Lead.Facts()
	m.Daily = dailyOf(&f, d, &m)
	for i := range f.Parties {
		if r := f.Parties[i].Role; (r == "requester" || r == "prescriber" || r == "performer" || r == "informationSource") && f.Parties[i].Display != "" {
			m.Prescriber = f.Parties[i].Display
			break
		}
	}
	m.sides = p.know.sides(m.Substances)
	return m
}

// within reports a code that says no more than the terms do: that of a combination of them, or the group of one.
func within(list []*terms.Term, code string) bool {
	if len(list) > 1 {
		return true // of a combination the code is its own; its parts have theirs
	}
	return len(list) == 1 && slices.ContainsFunc(list[0].ATC(), func(c string) bool { return strings.HasPrefix(c, code[:min(len(code), 5)]) })
}

// local are the groups of the ATC whose drugs stay where they are put.
func local(code string) bool {
	for _, g := range [...]string{"D", "S", "M02A", "G01", "C05A", "N01B", "R01A", "P03"} {
		if strings.HasPrefix(code, g) {
			return true
		}
	}
	return false
}

// byRoute leaves of a substance's codes those that fit the way it is taken: of a gel those for the skin, of a tablet
// those for the body. Where nothing says the way, or none fits, it is taken to be in the body.
func byRoute(codes []string, route, name string) []string {
	onSite := route == "topical" || route == "eye" || route == "ear" || strings.Contains(route, "vagin")
	if onSite && inMouth(name) {
		if of := filter(codes, func(c string) bool { return strings.HasPrefix(c, "A01A") }); len(of) > 0 {
			return of
		}
	}
	switch {
	case onSite:
		return filter(codes, local)
	case route == "inhaled":
		if of := filter(codes, func(c string) bool { return strings.HasPrefix(c, "R03") }); len(of) > 0 {
			return of
		}
	case route == "nasal":
		if of := filter(codes, func(c string) bool { return strings.HasPrefix(c, "R01A") }); len(of) > 0 {
			return of
		}
	}
	if of := filter(codes, func(c string) bool { return !local(c) }); len(of) > 0 {
		return of
	}
	return codes
}

func inMouth(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "oral") || strings.Contains(name, "buccal") || strings.Contains(name, "口腔")
}

func filter(codes []string, keep func(string) bool) (out []string) {
	for _, c := range codes {
		if keep(c) {
			out = append(out, c)
		}
	}
	return out
}
