package reading_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/tables"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/reading"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

func of(t *testing.T, resource, body string) reading.Reading {
	t.Helper()
	elements, err := fhir.Elements(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var rec *ehrdesk.Record
	if res, err := fhir.Read([]byte(body)); err == nil {
		r := res.Record()
		rec = &r
	}
	limit := func(n string) ehrdesk.Quantity { return ehrdesk.Quantity{Number: n, Unit: "mmol/L"} }
	facts := ehrdesk.Facts{Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: limit("5.3")}, Ranges: []ehrdesk.Range{{Low: limit("3.5"), High: limit("5.1")}}, Flag: ehrdesk.FlagHigh, Assessed: true}}}
	potassium := ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: "k", Title: "Potassium", Flag: ehrdesk.FlagHigh, Assessed: true, Packed: facts.Pack()}
	r := reading.Of(reading.In{
		Words: catalog.Words(text.English, time.UTC), Record: rec,
		Label: func(el *ehrdesk.Element) string { return el.Label },
		Find:  func(ref ehrdesk.Ref) (ehrdesk.Record, bool) { return potassium, ref == potassium.Ref() },
		Say:   func(r *ehrdesk.Record) string { return r.Title + "  5.3 mmol/L  H ↑ high" },
	}, resource, elements)
	if r.Shown+r.Left != len(elements) {
		t.Errorf("%s: %d elements are said and %d left of %d: some are nowhere", resource, r.Shown, r.Left, len(elements))
	}
	return r
}

func words(r reading.Reading) string {
	var b strings.Builder
	for _, l := range r.Lines {
		if len(l.Cells) > 0 {
			l.Value = strings.Join(l.Cells, " ; ")
		}
		b.WriteString(strings.Repeat("  ", l.Indent) + l.Label + " | " + l.Value + "\n")
	}
	return b.String()
}

func TestAReportIsReadWithItsConclusionAndItsValuesFirst(t *testing.T) {
	got := of(t, "DiagnosticReport", `{"resourceType":"DiagnosticReport","id":"x","meta":{"versionId":"1"},"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"24362-6","display":"Renal panel"}],"text":"Renal function"},
		"subject":{"reference":"Patient/p"},"effectivePeriod":{"start":"2026-11-01","end":"2026-11-02"},"result":[{"reference":"Observation/k","display":"K"},{"reference":"Observation/gone","display":"Sodium"}],
		"conclusion":"Mild hyperkalaemia.","presentedForm":[{"contentType":"text/plain","data":"SGVsbG8=","title":"Report"}]}`)
	want := `Conclusion | Mild hyperkalaemia.
Potassium | 5.3 mmol/L ; 3.5–5.1 ; H ↑ high
Results | Sodium
Report | Hello
Taken | 01-Nov-2026 – 02-Nov-2026
`
	if words(got) != want {
		t.Errorf("%s\nwant\n%s", words(got), want)
	}
	if got.Lines[1].Link.ID != "k" || got.Lines[2].Link.ID != "" {
		t.Errorf("what the chart has can be followed, and nothing else: %+v", got.Lines[1:3])
	}
}

// What an extension adds to a value may turn its meaning round: a value of one line
// does not swallow it.
func TestAnExtensionWithinAValueIsSaid(t *testing.T) {
	got := words(of(t, "Observation", `{"resourceType":"Observation","status":"final","code":{"text":"Weight","extension":[{"url":"http://example.org/negated","valueBoolean":true}]},"valueQuantity":{"value":1.10,"unit":"kg","_value":{"extension":[{"url":"http://example.org/estimated","valueString":"estimated"}]}}}`))
	for _, want := range []string{"1.10 kg", "true", "estimated"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// The standard's own examples, where they are, and people of the territory.
func TestEveryElementOfARecordIsSaidOrCounted(t *testing.T) {
	read := 0
	one := func(body []byte) {
		elements, err := fhir.Elements(bytes.NewReader(body))
		if err != nil || len(elements) == 0 || elements[0].Path != "resourceType" {
			return
		}
		of(t, elements[0].Value, string(body))
		read++
	}
	if dir := os.Getenv("EHRDESK_EXAMPLES"); dir != "" {
		files, err := filepath.Glob(filepath.Join(dir, "*-*.json"))
		if err != nil || len(files) < 500 {
			t.Fatalf("%d examples in the folder: %v", len(files), err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			one(b)
		}
	}
	land := territory.New(territory.Options{Patients: 43, Seed: 1, Now: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)})
	for _, i := range []int{0, 7, 33, 35, 38, 39, 40, 41, 42} { // a story each: tests, drugs, directives, letters, bookings, admissions
		for _, r := range land.Person(i).Resources {
			one(r)
		}
	}
	if read < 1000 {
		t.Errorf("only %d records read", read)
	}
}

// TestTheTableOfDetailsNamesElementsOnce: an element that stands first and last would
// be a rule nobody can follow.
func TestTheTableOfDetailsNamesElementsOnce(t *testing.T) {
	for _, f := range tables.Details() {
		all := append(strings.Split(f[1], ";"), strings.Split(f[2], ";")...)
		for i, name := range all {
			if name == "" || slices.Contains(all[:i], name) {
				t.Errorf("%s: %q stands twice or is empty", f[0], name)
			}
		}
	}
}
