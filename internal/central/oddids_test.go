package central_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// oddFile is a Bundle of one patient with an id that FHIR does not allow, and
// records with such ids that name one another in every form that a reference has.
func oddFile(kind, patient, record string) string {
	plain := func(json string) string { return strings.Trim(json, `"`) }
	return `{"resourceType":"Bundle","type":"` + kind + `","entry":[
	{"fullUrl":"https://src/fhir/Patient/` + plain(patient) + `","resource":{"resourceType":"Patient","id":` + patient + `,"name":[{"family":"LING","given":["Yuk"]}],"birthDate":"1958-04-04"}},
	{"fullUrl":"https://src/fhir/Encounter/` + plain(record) + `","resource":{"resourceType":"Encounter","id":` + record + `,"subject":{"reference":"Patient/` + plain(patient) + `"}}},
	{"fullUrl":"urn:uuid:` + uuidB + `","resource":{"resourceType":"Practitioner","id":` + record + `,"name":[{"family":"HO"}]}},
	{"fullUrl":"https://src/fhir/Observation/one","resource":{"resourceType":"Observation","id":"one","subject":{"reference":"https://src/fhir/Patient/` + plain(patient) + `"},
		"encounter":{"reference":"Encounter/` + plain(record) + `/_history/2"},"performer":[{"reference":"urn:uuid:` + uuidB + `"},{"reference":"#held_in"}],
		"contained":[{"resourceType":"Organization","id":"held_in","name":"O"}],"focus":[{"reference":"https://src/fhir/Encounter/` + plain(record) + `#part"}]}},
	{"fullUrl":"https://src/fhir/Bundle/doc","resource":{"resourceType":"Bundle","id":"doc","type":"document","entry":[
		{"fullUrl":"https://src/fhir/Composition/in_side","resource":{"resourceType":"Composition","id":"in_side","subject":{"reference":"Patient/` + plain(patient) + `"},"encounter":{"reference":"Encounter/in_side"}}},
		{"fullUrl":"https://src/fhir/Encounter/in_side","resource":{"resourceType":"Encounter","id":"in_side","subject":{"reference":"https://src/fhir/Patient/` + plain(patient) + `"}}}]}}]}`
}

// TestAnIDThatFHIRDoesNotAllowIsWrittenAnewWithAllThatPointsToIt: what is imported
// reaches every desk, still in one piece.
func TestAnIDThatFHIRDoesNotAllowIsWrittenAnewWithAllThatPointsToIt(t *testing.T) {
	long := `"` + strings.Repeat("T", 65) + `"`
	for name, ids := range map[string][2]string{"an underscore": {`"p_1"`, `"e_1"`}, "65 characters": {long, long}, "a number": {`17`, `18`}, "a space": {`"p 1"`, `"e 1"`}, "letters of another script": {`"病"`, `"診"`}} {
		for _, kind := range []string{"collection", "document", "transaction", "history"} {
			t.Run(name+" in a "+kind, func(t *testing.T) {
				w := newWorld(t)
				file := oddFile(kind, ids[0], ids[1])
				reports := w.importText(file)
				if len(reports) != 1 || len(reports[0].Rejected) > 0 || reports[0].Changed != 5 || !fhir.ValidID(reports[0].Patient) {
					t.Fatalf("%+v", reports)
				}
				if again := w.importText(file); again[0].Changed != 0 || again[0].Patient != reports[0].Patient {
					t.Errorf("read twice: %+v", again)
				}
				id := reports[0].Patient
				all, _ := w.reader().all("/Patient/" + id + "/$everything")
				refs := map[string]bool{}
				for _, raw := range all {
					r, err := fhir.Read([]byte(raw))
					if err != nil {
						t.Fatalf("%v: %s", err, raw)
					}
					refs[r.Ref().String()] = true
				}
				if len(all) != 5 || !refs["Observation/one"] || !refs["Bundle/doc"] || !refs["Patient/"+id] {
					t.Fatalf("%d records: %v", len(all), refs)
				}
				for _, raw := range all {
					r, _ := fhir.Read([]byte(raw))
					for _, x := range r.Layout().References {
						inner := r.Type == "Bundle" && strings.Contains(x.Value, "in_side")
						plain, _, _ := strings.Cut(x.Value, "#")
						if x.Value != "#held_in" && !inner && !refs[plain] {
							t.Errorf("%s refers to %s, which is not there", r.Ref(), x.Value)
						}
					}
				}
			})
		}
	}
}

// TestTwoSourcesWithOneOddIDStayApart: a relative reference is of its own source.
func TestTwoSourcesWithOneOddIDStayApart(t *testing.T) {
	w := newWorld(t)
	part := func(source, family string) string {
		return `{"fullUrl":"https://` + source + `/Patient/p_1","resource":{"resourceType":"Patient","id":"p_1","name":[{"family":"` + family + `"}],"birthDate":"1960"}},
		{"fullUrl":"https://` + source + `/Condition/c_1","resource":{"resourceType":"Condition","id":"c_1","code":{"text":"of ` + family + `"},"subject":{"reference":"Patient/p_1"}}}`
	}
	reports := w.importText(`{"resourceType":"Bundle","type":"collection","entry":[` + part("a", "CHAN") + `,` + part("b", "LEE") + `]}`)
	if len(reports) != 2 {
		t.Fatalf("%+v", reports)
	}
	d := w.reader()
	for i, family := range []string{"CHAN", "LEE"} {
		all, _ := d.all("/Patient/" + reports[i].Patient + "/$everything")
		if len(all) != 2 || !strings.Contains(all[0]+all[1], "of "+family) {
			t.Errorf("%s has %v", family, all)
		}
	}
	// Two people with one name and one birth date and different ids are two.
	reports = w.importText(`{"resourceType":"Bundle","type":"collection","entry":[` + entry(`{"resourceType":"Patient","id":"x_1","name":[{"family":"CHAN"}],"birthDate":"1970"}`) + `,` +
		entry(`{"resourceType":"Patient","id":"x_2","name":[{"family":"CHAN"}],"birthDate":"1970"}`) + `]}`)
	if len(reports) != 2 || reports[0].Patient == reports[1].Patient {
		t.Errorf("%+v", reports)
	}
}

// TestWhatCannotBeReadIsRefusedByName: at import the others are kept; a deposit is
// all or nothing.
func TestWhatCannotBeReadIsRefusedByName(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200)
	var wide strings.Builder
	for i := range 1001 {
		fmt.Fprintf(&wide, `,"m%d":1`, i)
	}
	for name, c := range map[string]struct{ resource, named string }{
		"too deep":                  {`{"resourceType":"Condition","id":"bad","subject":{"reference":"Patient/` + uuidA + `"},"extension":` + deep + `}`, "Condition/bad"},
		"too many members":          {`{"resourceType":"Condition","id":"bad","subject":{"reference":"Patient/` + uuidA + `"}` + wide.String() + `}`, "Condition/bad"},
		"an object for an id":       {`{"resourceType":"Condition","id":{"a":1},"subject":{"reference":"Patient/` + uuidA + `"}}`, "Condition/"},
		"meta of no shape":          {`{"resourceType":"Condition","id":"bad","meta":[],"subject":{"reference":"Patient/` + uuidA + `"}}`, "Condition/bad"},
		"no type":                   {`{"id":"bad"}`, "/bad"},
		"a patient nobody knows":    {`{"resourceType":"Condition","id":"od_d","subject":{"reference":"Patient/no_body"}}`, "Condition/od_d"},
		"a patient in a long word":  {`{"resourceType":"Condition","id":"` + strings.Repeat("_", 300) + `","subject":{"reference":"Patient/x"}}`, "Condition/" + strings.Repeat("_", 80) + " …"},
		"the patient in no element": {`{"resourceType":"Observation","id":"bad","subject":{"reference":"Device/d"},"performer":[{"reference":"Patient/` + uuidA + `"}]}`, "Observation/bad"},
	} {
		w := newWorld(t)
		r := w.importText(patientBundle(uuidA, "CHAN", entry(`{"resourceType":"Condition","id":"good","subject":{"reference":"Patient/`+uuidA+`"}}`), entry(c.resource)))
		var rejected []central.Rejected
		for _, one := range r {
			rejected = append(rejected, one.Rejected...)
		}
		if len(rejected) != 1 || rejected[0].Resource+"/"+rejected[0].ID != c.named || rejected[0].Reason == "" || r[0].Changed != 2 {
			t.Errorf("%s: %+v", name, r)
		}
		d := w.reader()
		all, _ := d.all("/Patient/" + uuidA + "/$everything")
		if len(all) != 2 {
			t.Errorf("%s: %d records", name, len(all))
		}
		status, _ := d.do("POST", "", `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Condition","id":"x","subject":{"reference":"Patient/`+uuidA+`"}},"request":{"method":"POST","url":"Condition"}},
			{"resource":`+c.resource+`,"request":{"method":"POST","url":"`+firstOf(c.named)+`"}}]}`)
		if after, _ := d.all("/Patient/" + uuidA + "/$everything"); status < 400 || len(after) != 2 {
			t.Errorf("%s: a deposit of it is answered with %d, and %d records are there", name, status, len(after))
		}
	}
}

func firstOf(ref string) string {
	kind, _, _ := strings.Cut(ref, "/")
	if kind == "" {
		return "Basic"
	}
	return kind
}

// TestADepositWithOddIDsIsReadable: the centre gives ids of its own, also to what
// points to them.
func TestADepositWithOddIDsIsReadable(t *testing.T) {
	w := newWorld(t)
	w.importText(patientBundle(uuidA, "CHAN"))
	d := w.desk(w.hcp(central.HCP{Name: "H", Deemed: true}), ehrdesk.Doctor)
	post := `,"request":{"method":"POST","url":"`
	d.want(200, "POST", "", `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Encounter","id":"e_1","subject":{"reference":"Patient/`+uuidA+`"}}`+post+`Encounter"}},
		{"resource":{"resourceType":"Observation","id":7,"subject":{"reference":"Patient/`+uuidA+`"},"encounter":{"reference":"Encounter/e_1"}}`+post+`Observation"}},
		{"resource":{"resourceType":"Condition","id":"","subject":{"reference":"Patient/`+uuidA+`"},"evidence":[{"detail":[{"reference":"Observation/7"}]}]}`+post+`Condition"}}]}`)
	all, _ := d.all("/Patient/" + uuidA + "/$everything")
	var refs, named []string
	for _, raw := range all {
		r, err := fhir.Read([]byte(raw))
		if err != nil {
			t.Fatalf("%v: %s", err, raw)
		}
		refs = append(refs, r.Ref().String())
		for _, x := range r.Layout().References {
			named = append(named, x.Value)
		}
	}
	for _, n := range named {
		if !slices.Contains(refs, n) {
			t.Errorf("%s is named, and is none of %v", n, refs)
		}
	}
	if len(all) != 4 || len(named) != 5 {
		t.Errorf("%d records, %v", len(all), named)
	}
}

// TestARecordIsItsPatientsWhateverTheOrderOfTheFileAndWhoElseItNames: the Patient
// may come last, and the actors of an appointment that are no patients are named in
// any form. A desk reads each as this patient's.
func TestARecordIsItsPatientsWhateverTheOrderOfTheFileAndWhoElseItNames(t *testing.T) {
	const patient = `{"resource":{"resourceType":"Patient","id":"p1","identifier":[{"system":"urn:hosp","value":"MRN-1"}],"name":[{"family":"WONG"}],"birthDate":"1970-01-01"}}`
	const practitioner = `{"fullUrl":"urn:uuid:` + uuidB + `","resource":{"resourceType":"Practitioner","id":"pr_1","name":[{"family":"LEE"}]}}`
	record := func(body string) string { return `{"resource":` + body + `}` }
	actors := func(list ...string) string {
		return record(`{"resourceType":"Appointment","id":"a","status":"booked","participant":[{"actor":{"reference":"` + strings.Join(list, `"},"status":"accepted"},{"actor":{"reference":"`) + `"},"status":"accepted"}]}`)
	}
	byIdentifier := record(`{"resourceType":"Condition","id":"a","code":{"text":"Gout"},"subject":{"identifier":{"system":"urn:hosp","value":"MRN-1"}}}`)
	for name, c := range map[string]struct {
		entries []string
		kept    bool
	}{
		"named by an identifier, the Patient last":  {[]string{byIdentifier, patient}, true},
		"named by an identifier, the Patient first": {[]string{patient, byIdentifier}, true},
		"a practitioner by urn:uuid":                {[]string{actors("Patient/p1", "urn:uuid:"+uuidB), practitioner, patient}, true},
		"a practitioner by an odd id":               {[]string{patient, actors("Patient/p1", "Practitioner/pr_1"), practitioner}, true},
		"a practitioner by a search":                {[]string{patient, actors("Patient/p1", "Practitioner?identifier=urn:x|7")}, true},
		"somebody by urn:uuid who is not there":     {[]string{patient, actors("Patient/p1", "urn:uuid:"+uuidB)}, false},
		"another patient by a search":               {[]string{patient, actors("Patient/p1", "Patient?identifier=urn:x|7")}, false},
	} {
		w := newWorld(t)
		reports := w.importText(`{"resourceType":"Bundle","type":"collection","entry":[` + strings.Join(c.entries, ",") + `]}`)
		if len(reports) != 1 || len(reports[0].Rejected) > 0 == c.kept {
			t.Errorf("%s: %+v", name, reports)
			continue
		}
		all, _ := w.reader().all("/Patient/p1/$everything")
		if n := slices.IndexFunc(all, func(raw string) bool { return strings.Contains(raw, `"id":"a"`) }); n >= 0 != c.kept {
			t.Errorf("%s: at %d of %d records", name, n, len(all))
		} else if c.kept {
			r, err := fhir.Read([]byte(all[n]))
			who := fhir.Person{ID: "p1"}
			who.Know([]fhir.Identifier{{System: "urn:hosp", Value: "MRN-1"}})
			if whose := r.Whose(who); err != nil || whose != fhir.Theirs {
				t.Errorf("%s: a desk reads it as %v, %v: %s", name, whose, err, all[n])
			}
		}
	}
}
