package reading_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/reading"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

const ips = `{"resourceType":"Composition","id":"c","status":"final","type":{"coding":[{"system":"http://loinc.org","code":"60591-5","display":"Patient summary Document"}]},"subject":{"reference":"Patient/p"},"date":"2026-11-02",
	"author":[{"display":"Dr YIP Kwok Wah"}],"title":"Patient summary","custodian":{"display":"Queen Mary Hospital"},
	"section":[
		{"title":"Results","code":{"coding":[{"system":"http://loinc.org","code":"30954-2"}]},"text":{"status":"generated","div":"<div>Potassium <b>5.3</b><script>alert(1)</script></div>"},"entry":[{"reference":"Observation/k"},{"reference":"Observation/gone"},{"reference":"Observation/lost"}]},
		{"title":"Problems","code":{"coding":[{"system":"http://loinc.org","code":"11450-4"}]},"text":{"status":"additional","div":"<div>Nothing of note.</div>"},"emptyReason":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/list-empty-reason","code":"nilknown"}]}},
		{"code":{"coding":[{"system":"http://loinc.org","code":"48765-2","display":"Allergies"}]},"entry":[{"reference":"AllergyIntolerance/h"},{"reference":"Condition/x","display":"Hay fever"}],"section":[{"title":"Of food","mode":"working","text":{"status":"generated","div":"<div>None.</div>"}}]}]}`

func document(t *testing.T, lang text.Lang, body string) reading.Reading {
	t.Helper()
	elements, err := fhir.Elements(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := fhir.Read([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	rec := res.Record()
	one := ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "5.3", Unit: "mmol/L"}}, Flag: ehrdesk.FlagHigh, Assessed: true}
	potassium := ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: "k", Title: "Potassium", Flag: ehrdesk.FlagHigh, Assessed: true, Packed: (&ehrdesk.Facts{Results: []ehrdesk.Result{one}}).Pack()}
	held := ehrdesk.Record{Kind: ehrdesk.KindAllergy, Resource: "AllergyIntolerance", ID: "h", Title: "Penicillin", Restricted: true}
	r := reading.Of(reading.In{Words: catalog.Words(lang, time.UTC), Record: &rec, Label: func(el *ehrdesk.Element) string { return el.Label },
		Find: func(ref ehrdesk.Ref) (ehrdesk.Record, bool) {
			for _, r := range []ehrdesk.Record{potassium, held} {
				if r.Ref() == ref {
					return r, true
				}
			}
			return ehrdesk.Record{}, false
		},
		Say: func(r *ehrdesk.Record) string { return r.Title }}, "Composition", elements)
	if r.Shown+r.Left != len(elements) {
		t.Errorf("%d elements are said and %d left of %d: some are nowhere", r.Shown, r.Left, len(elements))
	}
	return r
}

// A document is read as its author ordered it: each section with its text, then the
// records it names, of which the chart's own can be followed.
func TestADocumentIsReadInItsAuthorsOrder(t *testing.T) {
	got := document(t, text.English, ips)
	want := `Author | Dr YIP Kwok Wah
Results | 
   | Potassium 5.3
Potassium | 5.3 mmol/L ;  ; H ↑ high
   | 2 entries are not in this record
Problems | 
   | Nothing of note.
  Empty | none known
Allergies | 
   | Hay fever (a record that is not here)
   | 1 entry is restricted
  Of food | 
     | None.
`
	if said := words(got); !strings.HasPrefix(said, want) {
		t.Errorf("%s\nwant\n%s", said, want)
	}
	if got.Head.Title != "Patient summary" || got.Head.When != "02-Nov-2026" || got.Head.Source != "Queen Mary Hospital" {
		t.Errorf("the head says %+v", got.Head)
	}
	links := 0
	for _, l := range got.Lines {
		if l.Link.ID != "" {
			links++
		}
	}
	if links != 1 {
		t.Errorf("%d lines can be followed, want the one that the chart shows", links)
	}
}

// What is restricted is counted and never named, whatever the sender's own text has.
func TestARestrictedEntryOfADocumentIsCountedAndNotNamed(t *testing.T) {
	for _, l := range text.Langs() {
		if said := words(document(t, l, ips)); strings.Contains(said, "Penicillin") || !strings.Contains(said, catalog.Words(l, time.UTC).Lacking(1, true)) {
			t.Errorf("%s:\n%s", l.Tag(), said)
		}
	}
}

func TestWhyASectionIsEmptyIsSaidInEachLanguage(t *testing.T) {
	for lang, want := range map[text.Lang]string{text.English: "none known", text.Hant: "已知沒有", text.Hans: "已知没有"} {
		if said := words(document(t, lang, ips)); !strings.Contains(said, want) || strings.Contains(said, "nilknown") {
			t.Errorf("%s: no %s in\n%s", lang.Tag(), want, said)
		}
	}
	own := strings.Replace(ips, `"code":"nilknown"}]`, `"code":"withheld"}],"text":"kept by the sender"`, 1)
	if said := words(document(t, text.Hant, own)); !strings.Contains(said, "不予提供 (kept by the sender)") {
		t.Errorf("%s", said)
	}
}
