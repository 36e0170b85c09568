package medication_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

func TestANameIsTakenApartWhereItIsPlainHow(t *testing.T) {
	for name, want := range map[string]medication.Parts{
		"Warfarin Sodium 5 MG Oral Tablet":                  {Generic: "Warfarin Sodium", Strength: "5 MG", Form: "Oral Tablet"},
		"warfarin tablet 1 mg":                              {Generic: "warfarin", Strength: "1 mg", Form: "tablet"},
		"insulin isophane human injection 100 units per mL": {Generic: "insulin isophane human", Strength: "100 units per mL", Form: "injection"},
		"morphine 5 mg in 5 mL oral solution":               {Generic: "morphine", Strength: "5 mg in 5 mL", Form: "oral solution"},
		"Lasix 40mg":                                        {Generic: "furosemide", Brand: "Lasix", Strength: "40mg"},
		"Acetaminophen":                                     {Generic: "Acetaminophen"},
		"Ultraproct - cinchocaine 0.5%":                     {Generic: "Ultraproct - cinchocaine", Strength: "0.5%"},
		"A 325 MG / B 5 MG Oral Tablet":                     {Generic: "A 325 MG + B 5 MG Oral Tablet"},
		"120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler":  {Generic: "Fluticasone propionate", Strength: "0.044 MG/ACTUAT", Form: "120 ACTUAT Metered Dose Inhaler"},
		"24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]": {Generic: "metoprolol succinate", Brand: "Toprol", Strength: "100 MG", Form: "24 HR Extended Release Oral Tablet"},
		"華法林":  {Generic: "華法林"},
		"5 mg": {Generic: "5 mg"},
		"":     {},
	} {
		if got := medication.Name(name); got != want {
			t.Errorf("%q is %+v, want %+v", name, got, want)
		}
	}
}

func TestNoWordOfANameIsLost(t *testing.T) {
	word := rapid.SampledFrom([]string{"Warfarin", "5", "MG", "tablet", "/", "+", "[Toprol]", "oral", "Lasix", "x", "40mg", "0.5%", "per", "mL", "24", "HR", "injection"})
	rapid.Check(t, func(rt *rapid.T) {
		name := strings.Join(rapid.SliceOfN(word, 0, 8).Draw(rt, "words"), " ")
		p := medication.Name(name)
		left := strings.Fields(strings.Join([]string{p.Generic, p.Brand, p.Strength, p.Form}, " "))
		for _, w := range strings.Fields(name) {
			i := slices.IndexFunc(left, func(l string) bool { return strings.Trim(l, "[]") == strings.Trim(w, "[]") || w == "/" && l == "+" })
			if i < 0 {
				rt.Fatalf("%q has no %q: %+v", name, w, p)
			}
			left = slices.Delete(left, i, i+1)
		}
	})
}
