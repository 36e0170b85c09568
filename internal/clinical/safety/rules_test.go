package safety

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/tables"
)

var noon = time.Date(2026, time.November, 30, 4, 0, 0, 0, time.UTC)

// samples are drugs of a class, one for each of its members: by a code of the ATC that no table of ours has to know.
func (c *Class) samples() (out []ehrdesk.Concept) {
	for _, m := range c.members {
		switch {
		case m.out:
		case m.name != "":
			out = append(out, ehrdesk.Concept{Text: m.name})
		default:
			code := m.code
			for len(code) < wholeCode {
				code += string("A00AA01"[len(code)])
				if len(code) == 3 && strings.HasSuffix(code, "0") {
					code = code[:2] + "1"
				}
			}
			if in := (&Substance{Codes: []string{code}}); c.matches(in) > 0 {
				out = append(out, ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: "http://www.whocc.no/atc", Code: code, Display: "product " + code}}})
			}
		}
	}
	return out
}

// ordered is a running order of a drug.
func ordered(id string, c ehrdesk.Concept, dose string, more ...func(*ehrdesk.Facts)) ehrdesk.Record {
	f := ehrdesk.Facts{Code: c}
	if dose != "" {
		f.Dosages = []ehrdesk.Dosage{{Timing: ehrdesk.Timing{Frequency: "1", Period: "1", PeriodUnit: "d"},
			Doses: []ehrdesk.DoseRate{{Dose: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: dose, Unit: "mg", Code: "mg"}}}}}}
	}
	for _, m := range more {
		m(&f)
	}
	return ehrdesk.Record{Kind: ehrdesk.KindMedication, Resource: "MedicationRequest", ID: id, Status: "active", Title: c.Words(), Source: "clinic " + id, Date: ehrdesk.Day(2026, time.January, 5), Packed: f.Pack()}
}

func checkOf(years int, records ...ehrdesk.Record) *Report {
	var on [Checks]bool
	for i := range on {
		on[i] = true
	}
	by := map[ehrdesk.RecordType][]ehrdesk.Record{}
	for _, r := range records {
		by[r.Type()] = append(by[r.Type()], r)
	}
	return Built().Check(Given{List: func(t ehrdesk.RecordType) []ehrdesk.Record { return by[t] }, Years: years, Now: noon, Available: on})
}

// fired are the findings of two drugs in which a rule stands.
func fired(r *Report, rule string) (n int, tier Tier) {
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Kind != Interaction {
			continue
		}
		for _, l := range append([]*Line{f.Line}, f.Also...) {
			if l.Rule == rule {
				n, tier = n+1, f.Tier
			}
		}
	}
	return n, tier
}

// Each rule fires once for every two members of its classes, whichever comes first and from whatever institution, and
// names both records.
func TestEachRuleFiresOnceInBothOrders(t *testing.T) {
	know := Built()
	if know.Rules() != 56 {
		t.Fatalf("%d rules", know.Rules())
	}
	pairs := 0
	for i := range know.interactions {
		x := &know.interactions[i]
		t.Run(x.Name(), func(t *testing.T) {
			any := false
			for _, a := range x.a.samples() {
				for _, b := range x.b.samples() {
					if slices.Equal(a.Codings, b.Codings) && a.Text == b.Text {
						continue
					}
					first := checkOf(50, ordered("one", a, "500"), ordered("two", b, "500"))
					second := checkOf(50, ordered("one", b, "500"), ordered("two", a, "500"))
					n, tier := fired(first, x.Rule)
					m, other := fired(second, x.Rule)
					if n != 1 || m != 1 || tier != other {
						t.Errorf("%s and %s: %d times of tier %d, %d times of tier %d in the other order", a.Words(), b.Words(), n, tier, m, other)
					}
					pairs++
					any = true
				}
			}
			if !any {
				t.Error("no two drugs to try it on")
			}
		})
	}
	if pairs < 400 {
		t.Errorf("%d pairs", pairs)
	}
}

// What stays on the skin or in the eye is not held against what is taken, but where a rule names it.
func TestNoRuleFiresForFormsThatStayThere(t *testing.T) {
	onSkin := func(f *ehrdesk.Facts) {
		f.Dosages = []ehrdesk.Dosage{{Route: ehrdesk.Concept{Text: "topical"}}}
	}
	for _, name := range []string{"ketoconazole", "fusidic acid", "diclofenac", "prednisolone", "ibuprofen", "ciprofloxacin", "timolol", "tacrolimus", "metronidazole", "erythromycin"} {
		for i := range Built().interactions {
			x := &Built().interactions[i]
			for _, c := range append(x.a.samples(), x.b.samples()...) {
				r := checkOf(50, ordered("one", ehrdesk.Concept{Text: name + " cream"}, "", onSkin), ordered("two", c, ""))
				n, tier := fired(r, x.Rule)
				if x.Rule == "1" && tier == Info { // an anti-inflammatory gel is named: for information
					continue
				}
				if n != 0 {
					t.Errorf("rule %s fires for %s cream and %s", x.Name(), name, c.Words())
				}
			}
		}
	}
}

// What is named instead is held against the same patient, and is never in the rules' way in somebody who takes the two
// drugs alone.
func TestWhatIsNamedInsteadDoesNoHarmByTheSameRules(t *testing.T) {
	for i := range Built().interactions {
		x := &Built().interactions[i]
		if len(x.instead) == 0 {
			continue
		}
		a, b := x.a.samples()[0], x.b.samples()[0]
		if len(x.b.samples()) > 1 && slices.Equal(a.Codings, b.Codings) {
			b = x.b.samples()[1]
		}
		r := checkOf(50, ordered("one", a, "500"), ordered("two", b, "500"))
		for j := range r.Findings {
			f := &r.Findings[j]
			if f.Kind != Interaction || f.Line.Rule != x.Rule {
				continue
			}
			for _, alt := range f.Instead {
				if len(alt.Terms) == 0 {
					t.Errorf("rule %s names something that no table has", x.Name())
				} else if alt.Against != nil {
					t.Errorf("rule %s: %s instead, against which stands rule %s", x.Name(), alt.Terms[0].English, alt.Against.Line.Name())
				}
			}
		}
	}
}

func TestAnAlternativeThatThePatientReactedToIsNotOffered(t *testing.T) {
	allergy := ehrdesk.Record{Kind: ehrdesk.KindAllergy, Resource: "AllergyIntolerance", ID: "a", Status: "active", Title: "paracetamol",
		Packed: (&ehrdesk.Facts{Code: ehrdesk.Concept{Text: "paracetamol"}, Reactions: []ehrdesk.Reaction{{Text: "urticaria"}}}).Pack()}
	r := checkOf(40, ordered("one", ehrdesk.Concept{Text: "warfarin tablet"}, ""), ordered("two", ehrdesk.Concept{Text: "ibuprofen tablet"}, ""), allergy)
	for _, f := range r.Findings {
		if f.Kind != Interaction {
			continue
		}
		if a := f.Instead[0]; a.Against == nil || a.Against.Kind != AllergyMatch {
			t.Errorf("paracetamol is offered to who reacted to it: %+v", a)
		}
		if a := f.Instead[1]; a.Against != nil {
			t.Errorf("a gel is refused: rule %s", a.Against.Line.Name())
		}
	}
}

// Every line of the tables is there in three languages, and says who has reviewed it, or nobody.
func TestTheTablesAreWhole(t *testing.T) {
	know, err := Parse(tables.Knowledge())
	if err != nil {
		t.Fatal(err)
	}
	for i := range know.interactions {
		x := &know.interactions[i]
		for _, w := range []Text{x.Effect, x.Action} {
			if w.English == "" || w.Hant == "" || w.Hans == "" {
				t.Errorf("rule %s lacks a language: %+v", x.Name(), w)
			}
		}
		if i > 0 && ruleNumber(x.Rule) < ruleNumber(know.interactions[i-1].Rule) {
			t.Errorf("rule %s stands behind %s", x.Name(), know.interactions[i-1].Name())
		}
	}
	if len(know.crossings) < 10 || len(know.doses) < 10 || len(know.limits) < 15 || len(know.quiet) < 28 || len(know.doubles) < 10 || len(know.duties) < 8 {
		t.Error("a table is short")
	}
}

func TestAWrongLineIsRefusedByFileAndLine(t *testing.T) {
	for _, c := range []struct{ file, old, with, says string }{
		{"interactions.csv", "vka,nsaid", "vka,no such class", "no class"},
		{"interactions.csv", "age>65&", "height>65&", "no value"},
		{"interactions.csv", "paracetamol;topical", "moonshine;topical", "no substance"},
		{"allergies.csv", ",severe-delayed,", ",sneezing,", "reaction"},
		{"doses.csv", "egfr<30", "egfr~30", "condition"},
		{"values.csv", "potassium", "phlogiston", "no test"},
		{"monitoring.csv", "finding:diabetes", "finding:scrofula", "no finding"},
		{"classes.csv", "vka,", "doac,", "already"},
	} {
		in := copyOf(t)
		changed := strings.Replace(string(in[c.file].Data), c.old, c.with, 1)
		if changed == string(in[c.file].Data) {
			t.Fatalf("%s has no %q", c.file, c.old)
		}
		in[c.file].Data = []byte(changed)
		_, err := Parse(in)
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.file+" line ") {
			t.Errorf("%s with %q: %v", c.file, c.with, err)
		}
	}
}

func (c *Class) String() string { return fmt.Sprint(c.members) }
