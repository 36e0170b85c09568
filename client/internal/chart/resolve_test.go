package chart

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// readLinked reads a resource as a sync does.
func readLinked(t *testing.T, resource, id, members string) (ehrdesk.Record, r4.Links) {
	t.Helper()
	r, err := r4.Read([]byte(`{"resourceType":"` + resource + `","id":"` + id + `",` + members + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return r.Project()
}

// besidesOf are the elements that stand beside a record.
func besidesOf(r *ehrdesk.Record) (out string) {
	f := r.Facts()
	for _, b := range f.Besides {
		out += b.Element + " " + b.Concept.Text
	}
	return out
}

// TestADrugIsNamedByWhatItRefersToWheneverThatComes: before, after, or in another
// sync by another name or entered in error.
func TestADrugIsNamedByWhatItRefersToWheneverThatComes(t *testing.T) {
	request := func(display string) (ehrdesk.Record, r4.Links) {
		return readLinked(t, "MedicationRequest", "r", `"status":"active","medicationReference":{"reference":"Medication/m"`+display+`}`)
	}
	product := func(members string) (ehrdesk.Record, r4.Links) { return readLinked(t, "Medication", "m", members) }
	name := func(r *resolver, rec *ehrdesk.Record, l r4.Links) {
		r.came[rec.Ref()] = true
		r.name(rec, l)
	}
	for _, c := range []struct{ display, product, title, beside string }{
		{"", `"code":{"text":"amlodipine 5 mg"}`, "amlodipine 5 mg", ""},
		{"", `"code":{"text":"amlodipine 5 mg"},"status":"entered-in-error"`, "amlodipine 5 mg", ehrdesk.BesideDrugInError + " "},
		{`,"display":"Amlodipine"`, `"code":{"text":"amlodipine 5 mg"}`, "Amlodipine", ""},
		{`,"display":"warfarin"`, `"code":{"text":"amlodipine 5 mg"}`, "warfarin", ehrdesk.BesideLinkedDrug + " amlodipine 5 mg"},
		{"", `"code":{"text":"methotrexate"},"modifierExtension":[{"url":"urn:x"}]`, "methotrexate", ehrdesk.BesideDrugAltered + " "},
		{`,"display":"warfarin"`, `"code":{"text":"warfarin"},"status":"entered-in-error"`, "warfarin", ehrdesk.BesideDrugInError + " "},
	} {
		req, links := request(c.display)
		med, none := product(c.product)
		for _, order := range []string{"before", "after", "later", "was otherwise", "both again"} {
			r, got := newResolver(nil, map[ehrdesk.Ref]bool{}), req
			switch order {
			case "before":
				name(r, &med, none)
				name(r, &got, links)
			case "after":
				name(r, &got, links)
				name(r, &med, none)
			case "later": // only the product comes, in another sync
				name(r, &got, links)
				held := got
				r = newResolver([]*ehrdesk.Record{&held}, map[ehrdesk.Ref]bool{})
				name(r, &med, none)
			case "was otherwise", "both again":
				old, _ := product(`"code":{"text":"digoxin"},"status":"entered-in-error"`)
				name(r, &old, none)
				name(r, &got, links)
				held := got
				r = newResolver([]*ehrdesk.Record{&held, &old}, map[ehrdesk.Ref]bool{})
				if order == "both again" {
					got = req
					name(r, &got, links)
				}
				name(r, &med, none)
			}
			for _, rec := range r.late() {
				if rec.Ref() == got.Ref() {
					got = rec
				}
			}
			if got.Title != c.title || besidesOf(&got) != c.beside {
				t.Errorf("%s %s %s: %q, beside it %q", order, c.display, c.product, got.Title, besidesOf(&got))
			}
		}
	}
}

// TestANameGoesWithTheRecordThatGaveIt: what is withdrawn names nothing any more.
func TestANameGoesWithTheRecordThatGaveIt(t *testing.T) {
	req, links := readLinked(t, "MedicationRequest", "r", `"status":"active","medicationReference":{"reference":"Medication/m"},"encounter":{"reference":"Encounter/e"}`)
	med, none := readLinked(t, "Medication", "m", `"code":{"text":"amlodipine 5 mg"}`)
	enc, of := readLinked(t, "Encounter", "e", `"serviceProvider":{"display":"QMH"}`)
	r := newResolver(nil, map[ehrdesk.Ref]bool{})
	r.name(&med, none)
	r.name(&enc, of)
	r.name(&req, links)
	if req.Title != "amlodipine 5 mg" || req.Source != "QMH" {
		t.Fatalf("%q from %q", req.Title, req.Source)
	}
	r = newResolver([]*ehrdesk.Record{&req, &med, &enc}, map[ehrdesk.Ref]bool{})
	r.forget(med.Ref())
	r.forget(enc.Ref())
	late := r.late()
	if len(late) != 1 || late[0].Title != "" || late[0].Source != "" {
		t.Errorf("%+v", late)
	}
}

func TestAnAssertionOfNoneCoversWhatItSays(t *testing.T) {
	allergy := func(id, members string) ehrdesk.Record {
		r, _ := readLinked(t, "AllergyIntolerance", id, members)
		return r
	}
	coded := func(code, display string) string {
		return `"code":{"coding":[{"system":"http://snomed.info/sct","code":"` + code + `","display":"` + display + `"}]}`
	}
	food := allergy("f", coded("429625007", "No known food allergy")+`,"recordedDate":"2026-02-01"`)
	drug := allergy("d", coded("409137002", "No known drug allergy")+`,"recordedDate":"2020-01-01","verificationStatus":{"coding":[{"code":"unconfirmed"}]}`)
	over := allergy("o", `"code":{"text":"aspirin"},"clinicalStatus":{"coding":[{"code":"resolved"}]}`)
	wrong := allergy("w", `"code":{"text":"aspirin"},"verificationStatus":{"coding":[{"code":"entered-in-error"}]}`)
	latex := allergy("l", `"code":{"text":"latex"},"modifierExtension":[{"url":"urn:x"}]`)

	a := allergiesOf([]ehrdesk.Record{food, drug, over, wrong})
	if a.State != ehrdesk.AllergyNoneKnown || len(a.None) != 2 || a.None[0].Scope != "No known food allergy" || a.None[0].Unconfirmed ||
		a.None[1].Scope != "No known drug allergy" || !a.None[1].Unconfirmed || a.Over != 1 {
		t.Errorf("%+v", a)
	}
	if a := allergiesOf([]ehrdesk.Record{over}); a.State != ehrdesk.AllergyNotRecorded || a.Over != 1 {
		t.Errorf("%+v", a)
	}
	if a := allergiesOf([]ehrdesk.Record{wrong}); a.State != ehrdesk.AllergyNotRecorded || a.Over != 0 {
		t.Errorf("%+v", a)
	}
	if a := allergiesOf([]ehrdesk.Record{food, latex}); a.State != ehrdesk.AllergyListed || len(a.Entries) != 1 || !a.Entries[0].Altered || len(a.None) != 0 {
		t.Errorf("%+v", a)
	}
}

// That nothing is known was written down by somebody, on a day: the banner has them.
func TestThatNothingIsKnownOfAllergiesHasItsDateAndSource(t *testing.T) {
	r, _ := readLinked(t, "AllergyIntolerance", "n", `"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-allergy-info"}],"text":"No information about allergies"},"recordedDate":"2020-03-30","recorder":{"display":"Dr CHEUNG Ka Wai"}`)
	if a := allergiesOf([]ehrdesk.Record{r}); a.State != ehrdesk.AllergyNotRecorded || a.Date.Date() != "30-Mar-2020" || a.Source != "Dr CHEUNG Ka Wai" {
		t.Errorf("%+v", a)
	}
}
