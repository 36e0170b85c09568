package safety_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
)

// What somebody who reacted to one drug is told of another.
func TestAllergiesAreHeldAgainstWhatIsTaken(t *testing.T) {
	const none = safety.Tier(0)
	for _, c := range []struct {
		to, how, takes string
		tier           safety.Tier
		rule           string
	}{
		{"penicillin", "anaphylaxis", "amoxicillin 500 mg capsule", safety.Stop, "A00"},
		{"penicillin", "rash", "amoxicillin 500 mg capsule", safety.Serious, "A00"},
		{"amoxicillin", "rash", "amoxicillin 500 mg capsule", safety.Stop, "A0"},
		{"amoxicillin", "rash", "cefalexin capsule", safety.Serious, "A2"},
		{"amoxicillin", "rash", "cefuroxime tablet", none, ""},
		{"amoxicillin", "rash", "ceftriaxone injection", none, ""},
		{"amoxicillin", "Stevens-Johnson syndrome", "ceftriaxone injection", safety.Stop, "A1"},
		{"ceftriaxone", "rash", "cefotaxime injection", safety.Serious, "A5"},
		{"ceftriaxone", "rash", "cefalexin capsule", none, ""},
		{"ceftazidime", "rash", "aztreonam injection", safety.Serious, "A6"},
		{"penicillin", "rash", "meropenem injection", safety.Info, "A9"},
		{"sulfamethoxazole", "rash", "sulfasalazine tablet", safety.Serious, "A10"},
		{"sulfamethoxazole", "rash", "furosemide tablet", none, ""},
		{"sulfamethoxazole", "rash", "celecoxib capsule", none, ""},
		{"sulfamethoxazole", "rash", "gliclazide tablet", none, ""},
		{"aspirin", "asthma", "ibuprofen tablet", safety.Serious, "A12"},
		{"aspirin", "angioedema", "celecoxib capsule", none, ""},
		{"aspirin", "angioedema", "paracetamol tablet", none, ""},
		{"ibuprofen", "rash", "naproxen tablet", none, ""},
		{"codeine", "nausea", "codeine tablet", safety.Info, "A0"},
		{"morphine", "vomiting", "codeine tablet", none, ""},
		{"peanut", "anaphylaxis", "amoxicillin capsule", none, ""},
		{"Allergy to penicillin (finding)", "hives", "co-amoxiclav tablet", safety.Stop, "A00"},
		{"青霉素", "蕁麻疹", "阿莫西林膠囊", safety.Stop, "A00"},
	} {
		t.Run(c.to+" and "+c.takes, func(t *testing.T) {
			r := newChart(50).reacted(c.to, c.how).takes(c.takes).check()
			if c.tier == none {
				for _, f := range r.Findings {
					if f.Kind == safety.AllergyMatch {
						t.Errorf("a finding where none should be:\n%s", said(r))
					}
				}
				return
			}
			f := only(t, r, safety.AllergyMatch)
			if f.Tier != c.tier || f.Line.Rule != c.rule {
				t.Errorf("tier %d by rule %s, want %d by %s", f.Tier, f.Line.Rule, c.tier, c.rule)
			}
		})
	}
}

func TestWhoHadTheDrugSinceIsNotAlarmedForItsClass(t *testing.T) {
	supplied := func(r *ehrdesk.Record, _ *ehrdesk.Facts) {
		r.Resource, r.Status, r.Date = "MedicationDispense", "completed", ehrdesk.Day(2025, time.June, 12)
	}
	r := newChart(50).reacted("penicillin", "rash").takes("amoxicillin 500 mg capsule", supplied).takes("amoxicillin 500 mg capsule", since(2026, time.November, 28)).check()
	f := only(t, r, safety.AllergyMatch)
	if f.Tier != safety.Info || f.Tolerated.Date() != "12-Jun-2025" {
		t.Errorf("tier %d, tolerated %s", f.Tier, f.Tolerated.Date())
	}
	r = newChart(50).reacted("amoxicillin", "rash").takes("amoxicillin 500 mg capsule", supplied).takes("amoxicillin 500 mg capsule", since(2026, time.November, 28)).check()
	if f := only(t, r, safety.AllergyMatch); f.Tier != safety.Stop || f.Tolerated.IsZero() {
		t.Errorf("the drug itself: tier %d, tolerated %q", f.Tier, f.Tolerated.Date())
	}
}

func TestWhatIsResolvedRefutedOrOfFoodIsNoAllergyToADrug(t *testing.T) {
	for _, s := range []string{"resolved", "inactive", "refuted", ehrdesk.EnteredInError} {
		r := newChart(50).reacted("amoxicillin", "rash", status(s)).takes("amoxicillin capsule").check()
		if len(r.Findings) != 0 || len(r.Allergies) != 0 {
			t.Errorf("%s:\n%s", s, said(r))
		}
	}
	food := func(_ *ehrdesk.Record, f *ehrdesk.Facts) { f.Categories = []ehrdesk.Concept{{Text: "food"}} }
	if r := newChart(50).reacted("egg", "hives", food).check(); len(r.UncheckedAllergies()) != 0 {
		t.Error("a food is listed as a drug that was not checked")
	}
	if r := newChart(50).reacted("some brand nobody knows", "hives").check(); len(r.UncheckedAllergies()) != 1 {
		t.Error("an allergy that no table has is not counted")
	}
}

func TestTheSameThingTwice(t *testing.T) {
	const none = safety.Tier(0)
	for _, c := range []struct {
		name string
		of   *chart
		tier safety.Tier
		rule string
	}{
		{"amlodipine of two hospitals", newChart(50).takes("amlodipine 5 mg tablet").takes("Amlodipine 5 MG Oral Tablet [Norvasc]", from("Kwai Chung clinic")), safety.Serious, "D1"},
		{"amlodipine ordered again", newChart(50).takes("amlodipine 5 mg tablet").takes("amlodipine 5 mg tablet", since(2026, time.November, 1)), none, ""},
		{"ordered by a hospital, handed out by a pharmacy", newChart(50).takes("amlodipine 5 mg tablet").takes("amlodipine 5 mg tablet", handedOut, from("a pharmacy")), none, ""},
		{"handed out by two pharmacies", newChart(50).takes("amlodipine 5 mg tablet", handedOut).takes("amlodipine 5 mg tablet", handedOut, from("a pharmacy")), safety.Serious, "D1"},
		{"paracetamol in two products", newChart(50).takes("paracetamol 500 mg tablet").takes("paracetamol + codeine tablet"), safety.Precaution, "D6"},
		{"two NSAIDs", newChart(50).takes("ibuprofen tablet").takes("naproxen tablet"), safety.Serious, "D3"},
		{"two benzodiazepines", newChart(50).takes("diazepam tablet").takes("zopiclone tablet"), safety.Serious, "D4"},
		{"two SSRIs", newChart(50).takes("sertraline tablet").takes("fluoxetine capsule"), safety.Serious, "D5"},
		{"basal and bolus", newChart(50).takes("insulin glargine pen").takes("insulin aspart pen"), none, ""},
		{"reliever and controller", newChart(50).takes("salbutamol inhaler").takes("budesonide inhaler"), none, ""},
		{"aspirin and clopidogrel", newChart(50).takes("aspirin 80 mg tablet").takes("clopidogrel tablet"), none, ""},
		{"two statins", newChart(50).takes("simvastatin tablet").takes("atorvastatin tablet"), safety.Precaution, "D7"},
		{"a cream and a tablet", newChart(50).takes("diclofenac tablet").takes("diclofenac gel"), none, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.of.check()
			if c.tier == none {
				for _, f := range r.Findings {
					if f.Kind == safety.Duplicate {
						t.Errorf("a finding where none should be:\n%s", said(r))
					}
				}
				return
			}
			f := only(t, r, safety.Duplicate)
			if f.Tier != c.tier || f.Line.Rule != c.rule || f.Modal() {
				t.Errorf("tier %d by rule %s, modal %v", f.Tier, f.Line.Rule, f.Modal())
			}
		})
	}
}

// handedOut makes a supply of it, that lasts for 90 days of now.
func handedOut(r *ehrdesk.Record, f *ehrdesk.Facts) {
	r.Resource, r.Status, r.Date = "MedicationDispense", "completed", ehrdesk.Day(2026, time.November, 2)
	f.Supply.Days = ehrdesk.Quantity{Number: "90", Code: "d"}
}
