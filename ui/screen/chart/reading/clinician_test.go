package reading_test

import (
	"bytes"
	"regexp"
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

func TestEveryElementOfTheTableHasAClinicianWordInThreeLanguages(t *testing.T) {
	for _, f := range tables.Details() {
		for _, name := range append(strings.Split(f[1], ";"), strings.Split(f[2], ";")...) {
			for _, l := range text.Langs() {
				word := catalog.Words(l, time.UTC).Label(f[0], name)
				if word == "" {
					t.Errorf("%s: %s.%s has no word", l.Tag(), f[0], name)
				}
				if l != text.English && strings.ContainsAny(word, "abcdefghijklmnopqrstuvwxyz") {
					t.Errorf("%s: %s.%s is %q", l.Tag(), f[0], name, word)
				}
			}
		}
	}
}

var catalog = text.New()

var (
	rawTime = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d`)
	address = regexp.MustCompile(`\b[A-Z][A-Za-z]+/[0-9a-f]{8}-[0-9a-f]{4}`)
)

// people are the persons of the synthetic territory that have a story each.
func people(t *testing.T, each func(resource string, body []byte)) {
	t.Helper()
	land := territory.New(territory.Options{Patients: 43, Seed: 1, Now: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)})
	for i := 33; i <= 42; i++ {
		for _, r := range land.Person(i).Resources {
			elements, err := fhir.Elements(bytes.NewReader(r))
			if err != nil {
				t.Fatal(err)
			}
			each(elements[0].Value, r)
		}
	}
}

func TestNoElementIsCalledByItsNameInFHIRAndNoTimeIsRaw(t *testing.T) {
	bare := map[string]bool{}
	people(t, func(resource string, body []byte) {
		elements, err := fhir.Elements(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := fhir.Read(body)
		if err != nil {
			t.Fatal(err)
		}
		rec := res.Record()
		got := reading.Of(reading.In{Words: catalog.Words(text.English, time.UTC), Record: &rec,
			Label: func(el *ehrdesk.Element) string { bare[resource+"."+el.Path] = true; return el.Label },
			Find:  func(ehrdesk.Ref) (ehrdesk.Record, bool) { return ehrdesk.Record{}, false }, Say: func(*ehrdesk.Record) string { return "" },
		}, resource, elements)
		for _, l := range got.Lines {
			if rawTime.MatchString(l.Value) || address.MatchString(l.Value) {
				t.Errorf("%s: %q", l.Label, l.Value)
			}
			if l.Value == "LAB" || l.Value == "N" || l.Label == "Category" || strings.HasPrefix(l.Label, "Extension") {
				t.Errorf("%q: %q", l.Label, l.Value)
			}
		}
	})
	for name := range bare {
		t.Errorf("no clinician's word for %s", name)
	}
}

func TestADosageIsOneSentence(t *testing.T) {
	got := words(of(t, "MedicationRequest", `{"resourceType":"MedicationRequest","id":"m","status":"active","intent":"order","priority":"routine","subject":{"reference":"Patient/p"},"authoredOn":"2026-11-24T10:05:00+08:00","medicationCodeableConcept":{"text":"methotrexate tablet 2.5 mg"},
		"dosageInstruction":[{"text":"tablet – DOSE 12.5 mg – oral – once a week on Monday","route":{"text":"oral"},"timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"wk","dayOfWeek":["mon"]}},"doseAndRate":[{"doseQuantity":{"value":12.5,"unit":"mg"}}]}],
		"dispenseRequest":{"expectedSupplyDuration":{"value":84,"unit":"days","code":"d"}}}`))
	want := "How taken | DOSE 12.5 mg — oral — once a week on Monday\nSupply | supply for 84 days\n"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestWhatTheHeadSaysIsNotSaidAgain(t *testing.T) {
	r := of(t, "Observation", `{"resourceType":"Observation","id":"o","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"INR"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2026-11-24","performer":[{"display":"Queen Mary Hospital"}],
		"valueQuantity":{"value":2.6,"unit":"1"},"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"H"}]}],"referenceRange":[{"low":{"value":0.8},"high":{"value":1.2}}]}`)
	if len(r.Lines) > 0 {
		t.Errorf("%s", words(r))
	}
	if h := r.Head; h.Title != "INR" || h.Status != "final" || h.When != "24-Nov-2026" || h.Value != "2.6" || h.Flag != "H ↑ high" || h.Range == "" || strings.Contains(h.Value, "unit") {
		t.Errorf("%+v", h)
	}
}

func TestBloodPressureIsOneValueWhereItIsOpened(t *testing.T) {
	r := of(t, "Observation", `{"resourceType":"Observation","id":"o","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],"code":{"text":"Blood pressure"},"effectiveDateTime":"2026-11-24",
		"component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}],"text":"Systolic"},"valueQuantity":{"value":123,"unit":"mmHg"}},{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}],"text":"Diastolic"},"valueQuantity":{"value":89,"unit":"mmHg"}}]}`)
	if r.Head.Value != "123/89 mmHg" || r.Head.Flag != "" || len(r.Lines) > 0 {
		t.Errorf("%+v\n%s", r.Head, words(r))
	}
}

func TestAVaccineIsReadBySeriesAndAForeignTreeStaysInTheTree(t *testing.T) {
	got := words(of(t, "Immunization", `{"resourceType":"Immunization","id":"i","status":"completed","vaccineCode":{"text":"Hepatitis B","coding":[{"code":"1","display":"Hepatitis B","_display":{"extension":[{"extension":[{"url":"lang","valueCode":"fr-LU"},{"url":"content","valueString":"Hépatite B"}],"url":"http://hl7.org/fhir/StructureDefinition/translation"}]}}]},
		"patient":{"reference":"Patient/p"},"occurrenceDateTime":"2019-03-02","lotNumber":"AX1","protocolApplied":[{"series":"primary","targetDisease":[{"text":"hepatitis B"}],"doseNumberPositiveInt":2,"seriesDosesPositiveInt":3}]}`))
	want := "Series | dose 2 of 3, primary, against hepatitis B\nLot | AX1\n"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestAVisitIsReadWithItsReasonDiagnosesAndLengthOfStay(t *testing.T) {
	got := words(of(t, "Encounter", `{"resourceType":"Encounter","id":"e","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},"type":[{"text":"Admission"}],"subject":{"reference":"Patient/p"},
		"participant":[{"individual":{"display":"Dr YIP Kwok Wah","reference":"Practitioner/x"}}],"serviceProvider":{"display":"Tuen Mun Hospital"},"period":{"start":"2026-11-02","end":"2026-11-06"},"reasonCode":[{"text":"Pneumonia"}],"diagnosis":[{"condition":{"reference":"Condition/none"}}],"hospitalization":{"dischargeDisposition":{"text":"home"}}}`))
	for _, want := range []string{"Reason | Pneumonia\n", "Diagnosis | a record that is not here\n", "Setting | inpatient\n", "Time | until 06-Nov-2026 (4 days)\n", "Discharged to | home\n", "Seen by | Dr YIP Kwok Wah\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if !strings.HasPrefix(got, "Reason | ") {
		t.Errorf("the reason stands first:\n%s", got)
	}
}
