package fhir

import "testing"

// TestAResourceWithoutANameOfItsOwnIsCalledByWhatStandsInIt
func TestAResourceWithoutANameOfItsOwnIsCalledByWhatStandsInIt(t *testing.T) {
	for name, c := range map[string][3]string{
		"a diet":            {"NutritionOrder", `"oralDiet":{"type":[{"text":"Diabetic"},{"text":"low salt"}]}`, "Diabetic"},
		"a supplement":      {"NutritionOrder", `"supplement":[{"productName":"Ensure"}]`, "Ensure"},
		"a vaccine to give": {"ImmunizationRecommendation", `"recommendation":[{"vaccineCode":[{"text":"MMR"}],"targetDisease":{"text":"measles"}}]`, "MMR"},
		"a lens":            {"VisionPrescription", `"lensSpecification":[{"product":{"text":"contact"},"eye":"right"}]`, "contact"},
		"a delivery":        {"SupplyDelivery", `"suppliedItem":{"itemCodeableConcept":{"text":"tubes"}}`, "tubes"},
		"a request":         {"SupplyRequest", `"itemCodeableConcept":{"text":"gloves"}`, "gloves"},
		"a device wanted":   {"DeviceRequest", `"codeCodeableConcept":{"text":"pump"}`, "pump"},
		"a device named":    {"DeviceRequest", `"codeReference":{"reference":"Device/d","display":"pump"}`, "pump"},
		"a device":          {"Device", `"deviceName":[{"name":"Pacemaker X","type":"model-name"}],"type":{"text":"pacemaker"}`, "Pacemaker X"},
		"an event":          {"AdverseEvent", `"actuality":"potential","event":{"text":"fall"}`, "fall"},
		"a message":         {"Communication", `"payload":[{"contentString":"please call"}]`, "please call"},
		"a slot":            {"Slot", `"serviceCategory":[{"text":"General"}]`, "General"},
		"a lesion":          {"BodyStructure", `"morphology":{"text":"tumour"},"description":"2 cm"`, "tumour"},
		"a visit":           {"Encounter", `"class":{"code":"AMB"},"type":[{"text":"Consultation"}]`, "Consultation"},
		"a letter":          {"DocumentReference", `"description":"To the GP","type":{"text":"Letter"}`, "To the GP"},
		"nothing":           {"CarePlan", `"status":"active"`, ""},
	} {
		if rec, _ := readAs(t, c[0], c[1]); rec.Title != c[2] {
			t.Errorf("%s: %q, want %q", name, rec.Title, c[2])
		}
	}
	_, f := readAs(t, "NutritionOrder", `"oralDiet":{"type":[{"text":"Diabetic"},{"text":"low salt"}]}`)
	if words(f.Categories) != "low salt" {
		t.Errorf("%+v", f.Categories)
	}
	if _, f := readAs(t, "AdverseEvent", `"actuality":"potential"`); words(f.Categories) != "potential" {
		t.Errorf("%+v", f.Categories)
	}
}
