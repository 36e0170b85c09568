package terms

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func names(list []*Term) string {
	var out []string
	for _, t := range list {
		out = append(out, t.English)
	}
	return strings.Join(out, " + ")
}

func TestTheSubstancesOfAProductsName(t *testing.T) {
	for _, c := range []struct {
		name, want string
		whole      bool
	}{
		{"Warfarin Sodium 5 MG Oral Tablet", "warfarin", true},
		{"warfarin tablet 1 mg", "warfarin", true},
		{"insulin glargine 100 UNT/ML", "insulin glargine", true},
		{"insulin isophane human injection 100 units per mL", "insulin isophane", true},
		{"amoxicillin + clavulanate", "amoxicillin + clavulanic acid", true},
		{"Augmentin 1 g tablets", "amoxicillin + clavulanic acid", true},
		{"Acetaminophen 325 MG / HYDROcodone Bitartrate 7.5 MG Oral Tablet", "paracetamol + hydrocodone", true},
		{"24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]", "metoprolol", true},
		{"Abuse-Deterrent 12 HR Oxycodone Hydrochloride 15 MG Extended Release Oral Tablet", "oxycodone", true},
		{"cyclosporine, modified 25 MG Oral Capsule", "ciclosporin", true},
		{"sodium bicarbonate tablet 300 mg", "sodium bicarbonate", true}, // and not a salt of nothing
		{"losartan potassium 50mg", "losartan", true},
		{"Lasix 40mg", "furosemide", true},
		{"oral rehydration salts powder 1 sachet", "oral rehydration salts", true},
		{"華法林片 1 毫克", "warfarin", true},
		{"甘精胰岛素注射液", "insulin glargine", true},
		{"維生素B12", "cyanocobalamin", true},
		{"异维A酸胶囊", "isotretinoin", true},
		{"干擾素α2b注射液", "interferon alfa-2b", true},
		{"華法林10mg", "warfarin", true},
		{"阿士匹靈ec片100mg", "aspirin", true},
		{"阿士匹靈yy片", "aspirin", false},
		{"erythromycin ethylsuccinate 400 mg tablet", "erythromycin", true},
		{"Actifed tablets", "pseudoephedrine + triprolidine", true},
		{"Biktarvy", "bictegravir + emtricitabine + tenofovir alafenamide", true},
		{"warfarin and somethingelse", "warfarin", false}, // something else may be in it
		{"no warfarin", "", false},
		{"warfarin-free", "", false},
		{"insulin pen needle 4 mm", "", false},
		{"停用華法林", "", false},
		{"Sodium", "", false},
		{"", "", false},
		{"unknownium 5 mg", "", false},
	} {
		got, whole := Substances().In(c.name)
		if names(got) != c.want || whole != c.whole {
			t.Errorf("%q is %q, whole %v; want %q, %v", c.name, names(got), whole, c.want, c.whole)
		}
	}
}

func TestABrandIsToldFromAnotherNameOfTheSubstance(t *testing.T) {
	for name, want := range map[string]bool{"coumadin": true, "LASIX": true, "acetaminophen": false, "frusemide": false, "paracetamol": false} {
		if term := Substances().Named(name); term == nil || term.Brand(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

// A code that stood in two lines would name either, as the order has it.
func TestNoCodeStandsInTwoLinesOfATable(t *testing.T) {
	for kind, table := range map[string]*Table{"substances": Substances(), "analytes": Analytes(), "diseases": Diseases()} {
		for i := range table.Terms {
			for _, c := range table.Terms[i].Codes {
				system, code, _ := strings.Cut(c, ":")
				if system == classed {
					continue // says itself that others have it
				}
				if got := table.byCode[keyOf(system, code, c)]; got != &table.Terms[i] {
					t.Errorf("%s: %s of %s is also of %s", kind, c, table.Terms[i].English, got.English)
				}
			}
		}
	}
}

func TestTheTableOfSubstancesIsWhole(t *testing.T) {
	table := Substances()
	if n := len(table.Terms); n < 250 {
		t.Errorf("only %d substances", n)
	}
	groups := map[string]int{}
	for i := range table.Terms {
		term := &table.Terms[i]
		groups[term.Group]++
		if strings.Contains(term.English, " + ") {
			if n := strings.Count(term.English, " + ") + 1; len(table.Parts(term)) != n {
				t.Errorf("%s: a part has no line", term.English)
			}
			continue
		}
		if got, _ := table.In(term.English + " 5 mg tablet"); names(got) != term.English {
			t.Errorf("%s is found as %q", term.English, names(got))
		}
		for _, han := range []string{term.Hant, term.Hans} {
			if got, whole := table.In(han); !whole || names(got) != term.English {
				t.Errorf("%s is found as %q", han, names(got))
			}
		}
	}
	for _, g := range []string{"anticoagulant", "insulin", "opioid", "immunosuppressant", "lithium", "methotrexate"} {
		if groups[g] == 0 {
			t.Errorf("no %s", g)
		}
		delete(groups, g)
	}
	if delete(groups, ""); len(groups) > 0 {
		t.Errorf("other groups: %v", groups)
	}
}

func TestASignWithinANameIsNoWord(t *testing.T) {
	if found, _ := Substances().In("folic / acid"); len(found) != 1 || found[0].English != "folic acid" {
		t.Errorf("%v", found)
	}
}

// What is found stands in the name: nothing is guessed.
func TestASubstanceThatIsFoundStandsInTheName(t *testing.T) {
	word := rapid.SampledFrom([]string{"warfarin", "sodium", "5", "mg", "tablet", "x", "no", "insulin", "glargine", "華法林", "/", "+", "Lasix", "12.5", "acid", "folic"})
	rapid.Check(t, func(rt *rapid.T) {
		name := strings.Join(rapid.SliceOfN(word, 0, 6).Draw(rt, "words"), " ")
		found, _ := Substances().In(name)
		without := strings.Join(strings.Fields(strings.NewReplacer("/", " ", "+", " ").Replace(strings.ToLower(name))), " ") // signs are no words, also within a name
		for _, term := range found {
			ok := false
			for _, n := range term.Names() {
				ok = ok || n != "" && strings.Contains(without, strings.ToLower(n))
			}
			if !ok {
				rt.Fatalf("%q holds no %s", name, term.English)
			}
		}
	})
}
