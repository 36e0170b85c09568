package ips

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func now() time.Time { return time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC) }

// examples are the guide's own, where they are at hand: EHRDESK_IPS names their folder.
func examples(t testing.TB) map[string][]byte {
	t.Helper()
	dir := os.Getenv("EHRDESK_IPS")
	if dir == "" {
		t.Skip("SKIP summaries of the guide: EHRDESK_IPS=folder reads them")
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(names) < 5 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	out := map[string][]byte{}
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(n)] = b
	}
	return out
}

func TestTheGuidesOwnSummariesOpenWhole(t *testing.T) {
	sections := map[string]int{"Bundle-IPS-examples-Bundle-01.json": 6, "Bundle-IPS-examples-Bundle-with-immunization.json": 7, "Bundle-bundle-ips-all-sections.json": 16, "Bundle-bundle-minimal.json": 3, "Bundle-bundle-no-info-required-sections.json": 4}
	for name, raw := range examples(t) {
		d, err := Read(raw, now())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !d.Summary || d.Patient.Name.Banner() == "" || len(d.Authors) == 0 || d.Lost != 0 || len(d.Sections) != sections[name] {
			t.Errorf("%s: summary %t, of %q by %d, %d sections, %d lost", name, d.Summary, d.Patient.Name.Banner(), len(d.Authors), len(d.Sections), d.Lost)
		}
		for _, s := range d.Sections {
			if s.Text == "" && len(s.Entries) == 0 && s.Empty == "" {
				t.Errorf("%s: %s says nothing", name, s.Title)
			}
			for _, e := range s.Entries {
				if len(e.Elements) == 0 || e.Record.Title == "" {
					t.Errorf("%s: %s: %s has no words", name, s.Title, e.Record.Ref())
				}
			}
		}
	}
}

// brought is a small summary with a section of what stands in.
func brought(section, rest string) string {
	return `{"resourceType":"Bundle","type":"document","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Composition","id":"c","type":{"coding":[{"system":"http://loinc.org","code":"60591-5"}]},"title":"Summary","date":"2026-11-01","subject":{"reference":"urn:uuid:2"},"author":[{"display":"A clinic"}],"section":[` + section + `]}},{"fullUrl":"urn:uuid:2","resource":{"resourceType":"Patient","id":"p","name":[{"family":"Chan","given":["Tai Man"]}],"birthDate":"1950-01-02"}}` + rest + `]}`
}

func TestAMedicationIsCalledByWhatItRefersTo(t *testing.T) {
	raw := brought(`{"title":"Medication","entry":[{"reference":"urn:uuid:3"}]}`,
		`,{"fullUrl":"urn:uuid:3","resource":{"resourceType":"MedicationStatement","id":"m","status":"active","subject":{"reference":"urn:uuid:2"},"medicationReference":{"reference":"urn:uuid:4"}}},{"fullUrl":"urn:uuid:4","resource":{"resourceType":"Medication","id":"d","code":{"text":"Warfarin 1 mg"}}}`)
	d, err := Read([]byte(raw), now())
	if err != nil || len(d.Sections) != 1 || len(d.Sections[0].Entries) != 1 || d.Sections[0].Entries[0].Record.Title != "Warfarin 1 mg" {
		t.Errorf("%+v, %v", d.Sections, err)
	}
}

func TestWhatIsNoSummaryIsRefusedByName(t *testing.T) {
	for name, c := range map[string]struct{ raw, says string }{
		"nothing":             {"  ", "nothing in it"},
		"a page":              {"<html>", "XML or HTML"},
		"half of it":          {brought("", "")[:80], "damaged"},
		"another resource":    {`{"resourceType":"Patient","id":"p"}`, "of type Patient"},
		"another Bundle":      {`{"resourceType":"Bundle","type":"transaction","entry":[]}`, "of type transaction"},
		"an odd type":         {`{"resourceType":"Bundle","type":"\u001b[2J","entry":[]}`, "another type"},
		"empty":               {`{"resourceType":"Bundle","type":"document"}`, "no entry"},
		"no Composition":      {`{"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":"Patient","id":"p"}}]}`, "Composition"},
		"of nobody":           {strings.Replace(brought("", ""), `"urn:uuid:2"},"author"`, `"urn:uuid:9"},"author"`, 1), "of whom"},
		"a member twice":      {`{"resourceType":"Bundle","resourceType":"Bundle","type":"document"}`, "damaged"},
		"too long":            {brought("", "") + strings.Repeat(" ", MostBytes) + "x", "longer than"},
		"too deep":            {strings.Repeat(`{"a":`, 10000), "damaged"},
		"not even JSON":       {"IPS", "damaged"},
		"a smart health card": {`{"verifiableCredential":["eyJ"]}`, "damaged"},
	} {
		_, err := Read([]byte(c.raw), now())
		if ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%s: what was read reaches the terminal", name)
		}
	}
}

func TestWhatLeadsNowhereIsCountedAndStopsNothing(t *testing.T) {
	d, err := Read([]byte(brought(`{"title":"A","entry":[{"reference":"urn:uuid:7"},{"reference":"Condition/k"}],"section":[{"title":"B","text":{"div":"<div>in words \u001b[31mred</div>"}}]}`,
		`,{"fullUrl":"urn:uuid:8","resource":{"resourceType":"Condition","id":"k","code":{"text":"Gout\u001b[2J"},"subject":{"reference":"urn:uuid:2"}}},{"resource":{"resourceType":"Condition"}},{"resource":{"id":"x"}}`)), now())
	if err != nil || d.Lost != 1 || len(d.Sections) != 2 || len(d.Sections[0].Entries) != 1 || d.Sections[1].Depth != 1 {
		t.Fatalf("%+v, %v", d, err)
	}
	if got := d.Sections[0].Entries[0].Record.Title + d.Sections[1].Text; strings.Contains(got, "\x1b") || !strings.Contains(got, "in words") {
		t.Errorf("%q", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(brought(`{"title":"A","entry":[{"reference":"urn:uuid:2"}]}`, "")))
	f.Add([]byte(`{"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":"Composition"}}]}`))
	f.Add([]byte("<"))
	f.Add([]byte(brought(`{"title":"A\u001b","text":{"div":"<p>\u202e</p>"},"entry":[{"reference":"urn:uuid:5"}]}`, `,{"fullUrl":"urn:uuid:5","resource":{"resourceType":"MedicationStatement","status":"\u009b","medicationCodeableConcept":{"text":"x\u0007"},"informationSource":{"display":"\u001b[2J"}}}`)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := Read(raw, now())
		if err != nil {
			if ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
				t.Fatal(err)
			}
			return
		}
		words := d.Title + d.Text + strings.Join(d.Authors, "") + d.Patient.Name.Banner() + string(d.Patient.Gender)
		for _, s := range d.Sections {
			words += s.Title + s.Code + s.Text + s.Empty
			for _, e := range s.Entries {
				words += e.Record.Title + e.Record.Source + e.Record.Status
				for _, el := range e.Elements {
					words += el.Value + el.Label
				}
			}
		}
		if strings.ContainsAny(words, "\x1b\x07\u202e\u009b") {
			t.Fatalf("%q reaches the terminal", words)
		}
	})
}
