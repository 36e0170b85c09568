package fhir

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ehrdesk/ehrdesk"
)

// unclean gives a text inside v that is not one clean line, "" for none.
func unclean(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); ehrdesk.CleanLine(s) != s {
			return s
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if s := unclean(v.Index(i)); s != "" {
				return s
			}
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[ehrdesk.When]() {
			return ""
		}
		for i := range v.NumField() {
			if s := unclean(v.Field(i)); s != "" {
				return s
			}
		}
	}
	return ""
}

var sameWhen = cmp.Comparer(func(a, b ehrdesk.When) bool { return a.SameTime(b) && a.String() == b.String() })

// FuzzRead feeds outside bytes to the reader. What reads gives an overview, facts
// and a detail whose words are safe for a terminal, and facts that come back as
// they were packed; what does not is refused with fixed words.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		`{"resourceType":"Observation","id":"a","status":"final","code":{"text":"K \u001b[2J"},"valueQuantity":{"value":1.10,"unit":"mmol/L"},"interpretation":[{"coding":[{"code":"HH"}]}],"referenceRange":[{"low":{"value":1},"high":{"value":2},"appliesTo":[{"text":"x"}]}],"component":[{"code":{"text":"c"},"valueRatio":{"numerator":{"value":1},"denominator":{"value":160}}}]}`,
		`{"resourceType":"MedicationRequest","id":"a","status":"active","intent":"order","medicationReference":{"reference":"#m"},"contained":[{"resourceType":"Medication","id":"m","ingredient":[{"itemCodeableConcept":{"text":"x"},"strength":{"numerator":{"value":5,"unit":"mg"}}}]}],"dosageInstruction":[{"sequence":2,"text":"x","timing":{"event":["2026"],"repeat":{"frequency":1,"period":4,"periodUnit":"h","when":["AC"]}},"doseAndRate":[{"doseRange":{"low":{"value":1}}}],"maxDosePerPeriod":{"numerator":{"value":8},"denominator":{"value":1}}}]}`,
		`{"resourceType":"AllergyIntolerance","id":"a","code":{"text":"無已知過敏"},"verificationStatus":{"coding":[{"code":"refuted"}]},"reaction":[{"manifestation":[{"text":"x"}],"onset":"2020-01-01T00:00:00+24:30"}]}`,
		`{"resourceType":"Condition","id":"a","onsetAge":{"value":61},"abatementString":"then","onsetPeriod":{"start":"2019","end":"x"},"\u001bPeriod":{"start":"2020"},"we ird":{"reference":"Patient/p","display":"x  y"},"bodySite":[{"text":"left"}],"note":["a",{"text":"b"}]}`,
		`{"resourceType":"Practitioner","id":"a","name":[{"family":"HO","given":["Chi"],"prefix":["Dr."]},{"text":"何志強"}]}`,
		`{"resourceType":"DocumentReference","id":"a","docStatus":"amended","content":[{"attachment":{"contentType":"text/plain","data":"QUJD"}}],"text":{"div":"<div>a<br/>b</div>"}}`,
		`{"resourceType":"Immunization","id":"a","occurrenceString":"x","protocolApplied":[{"doseNumberPositiveInt":1}],"doseQuantity":{"value":1}}`,
		`{"resourceType":"Basic","id":"a","":[1,2],"a":1}`, `{"resourceType":"Basic","id":"a","a":1,"a":2}`, `{"resourceType":"Basic","id":"a_"}`, `{"resourceType":"7","id":" "}`, `{"resourceType":"Encounter","id":"e","effectiveTiming":{"event":["2026"]},"status":["x",7]}`,
		`{"resourceType":"Appointment","id":"a","participant":[{"actor":{"reference":"Patient/p","display":"x"},"status":"accepted"}],"start":"2026-01-01T00:00"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Read(data)
		if err != nil {
			var refused *Fault
			if !errors.As(err, &refused) || refused.Reason == "" {
				t.Fatalf("an error that is no refusal: %v", err)
			}
			if r.Type != "" && !ValidType(r.Type) || r.ID != "" && !ValidID(r.ID) {
				t.Fatalf("what is refused is called %q %q", r.Type, r.ID)
			}
			return
		}
		if !ValidType(r.Type) || !ValidID(r.ID) || !bytes.Equal(r.Bytes, data) {
			t.Fatalf("%q %q", r.Type, r.ID)
		}
		rec, _ := r.Project()
		if s := unclean(reflect.ValueOf(struct{ Title, Status, Source string }{rec.Title, rec.Status, rec.Source})); s != "" {
			t.Fatalf("an overview with %q", s)
		}
		facts := r.Facts()
		if s := unclean(reflect.ValueOf(facts)); s != "" {
			t.Fatalf("facts with %q of %s", s, data)
		}
		again, err := facts.Pack().Open()
		if err != nil {
			t.Fatalf("the facts do not open: %s", data)
		}
		if d := cmp.Diff(facts, again, sameWhen, cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
		if opened, err := rec.Packed.Open(); err != nil || opened.Unread {
			t.Fatalf("the overview's facts: %v", err)
		}
		list, err := Elements(bytes.NewReader(data))
		if err != nil || len(list) == 0 {
			t.Fatalf("what reads has no detail: %v of %s", err, data)
		}
		for _, e := range list {
			if e.Label != ehrdesk.CleanLine(e.Label) || e.Path != ehrdesk.CleanLine(e.Path) || e.Value != ehrdesk.CleanText(e.Value) && e.Value != ehrdesk.CleanColumns(e.Value) {
				t.Fatalf("a line of %+v", e)
			}
		}
		r.Whose(Person{ID: "p", Base: "https://c/fhir/"})
		l := r.Layout()
		for _, ref := range l.References {
			if Text(data[ref.Start:ref.End]) != ref.Value {
				t.Fatalf("%q does not stand where it is said to", ref.Value)
			}
		}
	})
}

// FuzzParseBundle feeds outside bytes as a page. Its parts are the bytes received,
// and where no entry has a fault a reader that knows nothing of entries sees the
// same resources.
func FuzzParseBundle(f *testing.F) {
	for _, s := range []string{
		pageText(goodA, goodB), pageText(goodA, `{"resource":{"resourceType":"Basic","id":"x","id":"y"}}`), pageText("{\"resource\":{\"resourceType\":\"Basic\",\"id\":\"x\",\"t\":\"\xff\"}}", goodB),
		pageText(`{"resource":null}`, `{"resource":[1]}`, `{}`), `{"resourceType":"Bundle","\u0065ntry":[{"\u0072esource":{"id":"\u0061","resourceType":"Basic"}}]}`,
		`{"resourceType":"Bundle","link":[{"relation":"next","url":"http://c/2"}],"entry":[]}`, `{"link":[{"relation":"next","url":"a"},{"relation":"next","url":"b"}],"resourceType":"Bundle"}`,
		pageText(`{"resource":{"resourceType":"Basic","id":"x"},"resource":{}}`), ` {"entry" : [ { "resource" : { } } ] , "resourceType" : "Bundle" } `,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ParseBundle(data)
		if err != nil {
			var refused *Fault
			if !errors.As(err, &refused) {
				t.Fatalf("an error that is no refusal: %v", err)
			}
			return
		}
		if next, known := NextBeforeEntries(data); known && next != b.Next {
			t.Fatalf("the next page is %q, and was %q before the page was split: %s", b.Next, next, data)
		}
		faults := false
		for _, e := range b.Entries {
			r := e.Resource
			if r.Bytes == nil {
				continue
			}
			if !bytes.Equal(data[e.At:e.At+len(r.Bytes)], r.Bytes) {
				t.Fatalf("an entry is not where it is said to be: %s", data)
			}
			alone, err := Read(r.Bytes)
			if e.Fault == nil && (err != nil || alone.Type != r.Type || alone.ID != r.ID || len(alone.Object) != len(r.Object)) {
				t.Fatalf("in a page it is read, alone it is %v: %s", err, r.Bytes)
			}
			faults = faults || e.Fault != nil
			if e.Fault == nil {
				r.Record()
			}
		}
		strict, err := Parse(data)
		if faults || err != nil {
			return
		}
		if strict.Text("type") != b.Type {
			t.Fatalf("of type %q and %q", strict.Text("type"), b.Type)
		}
		n := 0
		Each(strict.Raw("entry"), func(v Value) {
			if raw := ObjectOf(v).Raw("resource"); !bytes.Equal(raw, b.Entries[n].Resource.Bytes) {
				t.Fatalf("entry %d is %s, and was read as %s", n, raw, b.Entries[n].Resource.Bytes)
			}
			n++
		})
		if n != len(b.Entries) {
			t.Fatalf("%d entries, and %d were read: %s", n, len(b.Entries), data)
		}
	})
}

// FuzzPatient feeds outside bytes as somebody's identity.
func FuzzPatient(f *testing.F) {
	for _, s := range []string{
		`"name":[{"use":"official","family":"CHAN","given":["Tai Man"],"text":"CHAN Tai Man 陳大文","period":{"end":"2026"}}],"birthDate":"1984-07-15","_birthDate":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthTime","valueDateTime":"1984-07-14T22:05:00Z"}]}`,
		`"identifier":[{"system":"urn:example:hk:hkic","value":"A123456(3)"},{"system":"urn:example:hk:document:passport:GB\u001b","value":"1"}],"deceasedDateTime":"2021","link":[{"type":"replaced-by","other":{"reference":"Patient/b"}}]`,
		`"telecom":[{"system":"phone","value":"\u001b[31m1"}],"address":[{"line":["a","b"]}],"communication":[{"language":{"text":"x"}}],"active":false`,
	} {
		f.Add([]byte(`{"resourceType":"Patient","id":"a",` + s + `}`))
	}
	now := time.Date(2026, 4, 8, 1, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Patient(data, now)
		if err != nil {
			return
		}
		if s := unclean(reflect.ValueOf(struct {
			ID, Banner, Phone, Email, Address, Language string
			Name                                        ehrdesk.Name
			Documents                                   []ehrdesk.Document
			To                                          ehrdesk.Ref
		}{p.ID, p.Name.Banner(), p.Phone, p.Email, p.Address, p.Language, p.Name, p.Documents, p.MergedTo})); s != "" {
			t.Fatalf("%q in %s", s, data)
		}
		if p.Born.Precision > ehrdesk.ToDay && len(p.Born.Date()) != 11 || !ValidID(p.ID) || p.Deceased == false && !p.Died.IsZero() {
			t.Fatalf("%+v", p)
		}
		if r, err := Read(data); err != nil || strings.Contains(r.Record().Title, "\n") {
			t.Fatalf("the same bytes as a record: %v", err)
		}
	})
}
