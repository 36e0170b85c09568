package central_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/google/go-cmp/cmp"
)

// reader imports and gives a doctor of a provider with deemed consent.
func (w *world) reader() *desk {
	return w.desk(w.hcp(central.HCP{Name: "Hospital", Deemed: true}), ehrdesk.Doctor)
}

func TestImportKeepsTheBytes(t *testing.T) {
	w := newWorld(t)
	w.importText(patientBundle(uuidA, "CHAN", `{"fullUrl":"urn:uuid:`+uuidB+`","resource":{
		"resourceType" : "Observation", "meta":{"profile":["http://p"],"versionId":"77"}, "status":"final", "_status":{"extension":[{"url":"http://e","valueString":"x"}]},
		"contained":[{"resourceType":"Device","id":"dev","note":[{"text":"見 \u7121 \/ <b>"}]}],
		"subject":{"reference":"urn:uuid:`+uuidA+`","display":"urn:uuid:`+uuidA+`"}, "device":{"reference":"#dev"},
		"valueQuantity":{"value": 1.10, "unit":"mmol\/L"}, "referenceRange":[{"low":{"value":1.0E+2},"high":{"value":-0.0}}]}}`))
	d := w.reader()
	got := d.want(200, "GET", "/Observation/"+uuidB, "")
	i := strings.Index(got, `"lastUpdated":"`) + len(`"lastUpdated":"`)
	got = got[:i] + "T" + got[strings.Index(got[i:], `"`)+i:]
	want := `{"resourceType":"Observation","id":"` + uuidB + `","meta":{"lastUpdated":"T","profile":["http://p"],"versionId":"1"},"status":"final","_status":{"extension":[{"url":"http://e","valueString":"x"}]},` +
		`"contained":[{"resourceType":"Device","id":"dev","note":[{"text":"見 \u7121 \/ <b>"}]}],` +
		`"subject":{"reference":"Patient/` + uuidA + `","display":"urn:uuid:` + uuidA + `"},"device":{"reference":"#dev"},` +
		`"valueQuantity":{"value":1.10,"unit":"mmol\/L"},"referenceRange":[{"low":{"value":1.0E+2},"high":{"value":-0.0}}]}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	everything, _ := d.all("/Patient/" + uuidA + "/$everything")
	if len(everything) != 2 || !strings.Contains(everything[1], `"value":1.10,`) {
		t.Errorf("everything: %v", everything)
	}
}

func TestImportTwiceChangesNothing(t *testing.T) {
	w := newWorld(t)
	text := patientBundle(uuidA, "CHAN", entry(`{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/`+uuidA+`"}}`),
		entry(`{"resourceType":"Basic","subject":{"reference":"Patient/`+uuidA+`"}}`), entry(`{"resourceType":"Organization","id":"o","name":"O"}`))
	first, again := w.importText(text), w.importText(text)
	if first[0].Changed != 4 || again[0].Changed != 0 {
		t.Errorf("changed %d and %d, want 4 and 0", first[0].Changed, again[0].Changed)
	}
	again[0].Changed = first[0].Changed
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
	// A newer version in between is not undone by the older file.
	w.importText(strings.Replace(text, `"id":"c",`, `"id":"c","note":[{"text":"newer"}],`, 1))
	if r := w.importText(text); r[0].Changed != 0 {
		t.Errorf("an old file changed %d", r[0].Changed)
	}
	d := w.reader()
	if got := d.want(200, "GET", "/Condition/c", ""); !strings.Contains(got, "newer") || !strings.Contains(got, `"versionId":"2"`) {
		t.Errorf("the newer version is gone: %s", got)
	}
}

func TestTwoPeopleWithOneID(t *testing.T) {
	w := newWorld(t)
	bundle := func(family, drug string) string {
		return patientBundle(uuidA, family, entry(`{"resourceType":"MedicationStatement","id":"m","subject":{"reference":"urn:uuid:`+uuidA+`"},"medicationReference":{"reference":"Medication/drug"}}`),
			entry(`{"resourceType":"Medication","id":"drug","code":{"text":"`+drug+`"}}`))
	}
	one, two := w.importText(bundle("CHAN", "aspirin"))[0], w.importText(bundle("LEE", "warfarin"))[0]
	if one.Patient == two.Patient || one.EHR == two.EHR || one.HKIC == two.HKIC {
		t.Fatalf("two people became one: %+v %+v", one, two)
	}
	if r := w.importText(bundle("LEE", "warfarin"))[0]; r.Patient != two.Patient || r.Changed != 0 {
		t.Errorf("the second person again: %+v", r)
	}
	d := w.reader()
	for patient, want := range map[string][2]string{one.Patient: {"aspirin", "warfarin"}, two.Patient: {"warfarin", "aspirin"}} {
		all, _ := d.all("/Patient/" + patient + "/$everything")
		text := strings.Join(all, "\n")
		if len(all) != 3 || !strings.Contains(text, want[0]) || strings.Contains(text, want[1]) {
			t.Errorf("record of %s: %s", want[0], text)
		}
		refs := 0
		for _, res := range all {
			var m struct{ MedicationReference struct{ Reference string } }
			if json.Unmarshal([]byte(res), &m); m.MedicationReference.Reference != "" {
				refs++
				if got := d.want(200, "GET", "/"+m.MedicationReference.Reference, ""); !strings.Contains(got, want[0]) {
					t.Errorf("%s refers to %s", m.MedicationReference.Reference, got)
				}
			}
		}
		if refs != 1 {
			t.Errorf("%d medication references", refs)
		}
	}
}

func TestImportNamesWhatItDoesNotKeep(t *testing.T) {
	w := newWorld(t)
	r := w.importText(patientBundle(uuidA, "CHAN",
		entry(`{"resourceType":"Claim","id":"x","patient":{"reference":"urn:uuid:`+uuidA+`"}}`),
		entry(`{"resourceType":"Coverage","id":"y","beneficiary":{"reference":"urn:uuid:`+uuidA+`"}}`),
		entry(`{"resourceType":"Condition","id":"stray","subject":{"reference":"Patient/somebody-else"}}`),
		entry(`{"resourceType":"Binary","id":"b","contentType":"text/plain","data":"eA=="}`),
		entry(`{"resourceType":"DocumentReference","id":"d","status":"current","content":[{"attachment":{"url":"Binary/b"}}]}`),
		entry(`{"resourceType":"SomethingNew","id":"n"}`)))[0]
	want := central.ImportReport{File: "test", Patient: uuidA, EHR: r.EHR, HKIC: r.HKIC, AccessKey: r.AccessKey,
		Resources: map[string]int{"Patient": 1, "Binary": 1, "DocumentReference": 1}, OutOfScope: map[string]int{"Claim": 1, "Coverage": 1},
		Linked: map[string]int{}, Changed: 3, Rejected: []central.Rejected{{Resource: "Condition", ID: "stray", Reason: "its patient is not a participant"},
			{Resource: "SomethingNew", ID: "n", Reason: "whose it is does not stand in it where FHIR has it"}}}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
	if h, err := ehrdesk.ParseHKIC(r.HKIC); err != nil || h.Printed() != r.HKIC {
		t.Errorf("the number made is none: %v", err)
	}
	if k, err := ehrdesk.ParseAccessKey(r.AccessKey); err != nil || k.Empty() {
		t.Errorf("the key made is none: %v", err)
	}
}

func TestARecordNamedByIdentifierGoesToNobodyElse(t *testing.T) {
	w := newWorld(t)
	other := w.importText(`{"resourceType":"Patient","id":"lee","name":[{"family":"LEE"}]}`)[0]
	named := func(id, value string) string {
		return entry(`{"resourceType":"Condition","id":"` + id + `","subject":{"identifier":{"system":"` + ehrdesk.SystemEHR + `","value":"` + value + `"}}}`)
	}
	r := w.importText(patientBundle(uuidA, "CHAN", named("stray", "000000000000"), named("hers", other.EHR)))
	if len(r) != 2 || r[0].Resources["Condition"] != 0 || len(r[0].Rejected) != 1 || r[0].Rejected[0].ID != "stray" || r[1].Patient != "lee" || r[1].Resources["Condition"] != 1 {
		t.Errorf("reports: %+v", r)
	}
}

func TestNDJSONOfSeveralPatients(t *testing.T) {
	w := newWorld(t)
	line := func(p, family string) string {
		return `{"resourceType":"Patient","id":"` + p + `","name":[{"family":"` + family + `"}]}` + "\n" +
			`{"resourceType":"Condition","id":"c-` + p + `","subject":{"reference":"Patient/` + p + `"}}` + "\n" +
			`{"resourceType":"Provenance","id":"v-` + p + `","target":[{"reference":"Condition/c-` + p + `"}]}` + "\n"
	}
	r := w.importText(line("p1", "CHAN") + line("p2", "LEE") + `{"resourceType":"Basic","id":"nobody"}` + "\n")
	if len(r) != 3 || r[0].Resources["Provenance"] != 1 || r[1].Resources["Provenance"] != 1 || len(r[2].Rejected) != 1 || r[2].Patient != "" {
		t.Errorf("reports: %+v", r)
	}
}

func TestSharedResourcesComeWithWhatRefersToThem(t *testing.T) {
	w := newWorld(t)
	w.importText(`{"resourceType":"Bundle","type":"collection","entry":[` + strings.Join([]string{
		entry(`{"resourceType":"Organization","id":"top","name":"Top","identifier":[{"system":"s","value":"top"}]}`),
		entry(`{"resourceType":"Organization","id":"part","name":"Part","identifier":[{"system":"s","value":"part"}],"partOf":{"reference":"Organization/top"}}`),
		entry(`{"resourceType":"Organization","id":"stranger","name":"Stranger"}`)}, ",") + `]}`)
	w.importText(patientBundle(uuidA, "CHAN", entry(`{"resourceType":"Encounter","id":"e","subject":{"reference":"Patient/`+uuidA+`"},"serviceProvider":{"reference":"Organization?identifier=s|part"}}`)))
	d := w.reader()
	b := parse(t, d.want(200, "GET", "/Patient/"+uuidA+"/$everything", ""))
	modes := map[string]string{}
	for _, e := range b.Entry {
		modes[strings.TrimPrefix(e.FullURL, w.base+"/")] = e.Search.Mode
	}
	want := map[string]string{"Patient/" + uuidA: "match", "Encounter/e": "match", "Organization/part": "include", "Organization/top": "include"}
	if diff := cmp.Diff(want, modes); diff != "" {
		t.Error(diff)
	}
	if b.Total != 4 {
		t.Errorf("total %d", b.Total)
	}
	if got := d.want(200, "GET", "/Encounter/e", ""); !strings.Contains(got, `"reference":"Organization/part"`) {
		t.Errorf("conditional reference: %s", got)
	}
}

func TestBadFilesAreRefusedWhole(t *testing.T) {
	w := newWorld(t)
	for name, text := range map[string]string{
		"empty": "", "cut": `{"resourceType":"Patient"`, "array": `[]`, "twice": `{"resourceType":"Patient","id":"a","id":"b"}`,
		"utf8": "{\"resourceType\":\"Patient\",\"id\":\"a\",\"x\":\"\xff\"}", "no type": `{"id":"a"}`, "bad type": `{"resourceType":"../Patient"}`,
		"entry": `{"resourceType":"Bundle","type":"collection","entry":{}}`, "deep": strings.Repeat(`{"a":`, 20000),
		"late": patientBundle(uuidA, "CHAN") + "\n{",
	} {
		if _, err := w.c.Import(t.Context(), strings.NewReader(text), name); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if empty, err := w.c.Empty(t.Context()); err != nil || !empty {
		t.Errorf("a refused file left something: %v", err)
	}
}

func TestEightMegabytesInOneGo(t *testing.T) {
	w := newWorld(t)
	w.importText(patientBundle(uuidA, "CHAN"))
	d := w.reader()
	var entries []string
	pad := strings.Repeat("文字", 500)
	for i := range 2800 {
		entries = append(entries, fmt.Sprintf(`{"fullUrl":"urn:uuid:%08d-0000-4000-8000-000000000000","resource":{"resourceType":"Observation","status":"final","subject":{"reference":"Patient/%s"},"valueString":"%s"},"request":{"method":"POST","url":"Observation"}}`, i, uuidA, pad))
	}
	body := `{"resourceType":"Bundle","type":"transaction","entry":[` + strings.Join(entries, ",") + `]}`
	if len(body) < 8<<20 {
		t.Fatalf("only %d bytes", len(body))
	}
	b := parse(t, d.want(200, "POST", "", body))
	if len(b.Entry) != 2800 || b.Entry[0].Response.Status != "201" || !strings.HasPrefix(b.Entry[2799].Response.Location, "Observation/") {
		t.Fatalf("%d answers", len(b.Entry))
	}
	all, first := d.all("/Patient/" + uuidA + "/$everything?_count=1000")
	if len(all) != 2801 || first.Total != 2801 {
		t.Errorf("%d records, total %d", len(all), first.Total)
	}
}
