package ips

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// shelf is a chart of records by their bytes.
type shelf struct {
	bodies map[ehrdesk.Ref]string
	lists  map[ehrdesk.RecordType][]ehrdesk.Record
	in     standing.In
}

func shelve(t testing.TB, bodies ...string) *shelf {
	t.Helper()
	return shelveT(t, bodies...)
}

func shelveT(t interface {
	Helper()
	Fatalf(string, ...any)
}, bodies ...string) *shelf {
	t.Helper()
	s := &shelf{bodies: map[ehrdesk.Ref]string{}, lists: map[ehrdesk.RecordType][]ehrdesk.Record{}, in: standing.In{Role: ehrdesk.Doctor, AsOf: now()}}
	for _, b := range bodies {
		r, err := fhir.Read([]byte(b))
		if err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		rec := r.Record()
		s.bodies[rec.Ref()] = b
		s.lists[rec.Type()] = append(s.lists[rec.Type()], rec)
	}
	return s
}

func (s *shelf) list(t ehrdesk.RecordType) []ehrdesk.Record { return s.lists[t] }

func (s *shelf) given() Given {
	return Given{
		Patient: ehrdesk.Patient{ID: "p1", Name: ehrdesk.Name{Family: "Chan", Given: "Tai Man", Chinese: "陳大文"}, Gender: ehrdesk.Male},
		By:      ehrdesk.Account{Provider: "1234567890", ProviderName: "Clinic <A>"}, Sections: Select(Chart{s.list, s.in}, now()), LeftOut: LeftOut(s.in), InStep: now().Add(-time.Hour),
		Body: func(r ehrdesk.Ref) ([]byte, error) {
			b, ok := s.bodies[r]
			if !ok {
				return nil, ehrdesk.Errorf("raw", ehrdesk.CodeNotFound, "no such record")
			}
			return []byte(b), nil
		},
		Beside: func(r ehrdesk.Ref) bool { _, ok := s.bodies[r]; return ok },
		Words:  func(r *ehrdesk.Record) []string { return []string{r.Title, r.Date.String()} },
		Why:    func(l Lack) string { return l.Why.String() },
	}
}

const (
	gout     = `{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"code":{"text":"Gout <b>&"}}`
	warfarin = `{"resourceType":"MedicationRequest","id":"m1","status":"active","intent":"order","subject":{"reference":"Patient/p1"},"authoredOn":"2026-10-01","medicationReference":{"reference":"Medication/d1"},"dosageInstruction":[{"doseAndRate":[{"doseQuantity":{"value":1.10,"unit":"mg"}}]}],"requester":{"reference":"Practitioner/away"}}`
	tablet   = `{"resourceType":"Medication","id":"d1","code":{"text":"Warfarin 1 mg"}}`
	peanut   = `{"resourceType":"AllergyIntolerance","id":"a1","patient":{"reference":"Patient/p1"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},"code":{"text":"Peanut"}}`
	noneKnow = `{"resourceType":"AllergyIntolerance","id":"a2","patient":{"reference":"Patient/p1"},"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-known-allergies"}]}}`
	wrong    = `{"resourceType":"Condition","id":"c9","subject":{"reference":"Patient/p1"},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"entered-in-error"}]},"code":{"text":"Somebody else's"}}`
	sodium   = `{"resourceType":"Observation","id":"o1","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"2951-2"}],"text":"Sodium"},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-11-01","valueQuantity":{"value":140.0,"unit":"mmol/L"}}`
)

// bundle is a document as a test looks at it.
type bundle struct {
	ResourceType, Type, Timestamp string
	Meta                          meta
	Identifier                    identifier
	Entry                         []struct {
		FullURL  string `json:"fullUrl"`
		Resource jsontext.Value
	}
	doc composition
}

func madeOf(t interface {
	Helper()
	Fatal(...any)
}, g Given) (b bundle, raw []byte) {
	t.Helper()
	d, err := Make(g, now())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(d.Bytes, &b, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b.Entry[0].Resource, &b.doc); err != nil {
		t.Fatal(err)
	}
	return b, d.Bytes
}

func (b *bundle) section(code string) *section {
	for i := range b.doc.Section {
		if b.doc.Section[i].Code.Coding[0].Code == code {
			return &b.doc.Section[i]
		}
	}
	return nil
}

// Cardinalities of IPS 2.0.0: Bundle-uv-ips, Composition-uv-ips, Patient-uv-ips.
func TestASummaryHasWhatTheGuideRequires(t *testing.T) {
	for name, s := range map[string]*shelf{"of nothing": shelve(t), "of records": shelve(t, gout, warfarin, tablet, peanut, sodium)} {
		b, raw := madeOf(t, s.given())
		switch {
		case b.ResourceType != "Bundle" || b.Type != "document" || b.Identifier.System == "" || b.Identifier.Value == "" || b.Timestamp == "" || b.Meta.Profile[0] != profile+"Bundle-uv-ips":
			t.Errorf("%s: %s", name, raw[:200])
		case b.doc.Status != "final" || b.doc.Type.Coding[0].Code != "60591-5" || b.doc.Subject.Reference == "" || b.doc.Date == "" || len(b.doc.Author) < 1 || b.doc.Title == "" || b.doc.Text.Div == "":
			t.Errorf("%s: %+v", name, b.doc)
		}
		full := map[string]jsontext.Value{}
		for _, e := range b.Entry {
			if full[e.FullURL] != nil || !strings.HasPrefix(e.FullURL, "urn:uuid:") {
				t.Errorf("%s: %q stands twice, or is no name", name, e.FullURL)
			}
			full[e.FullURL] = e.Resource
		}
		var who patient
		if json.Unmarshal(full[b.doc.Subject.Reference], &who) != nil || who.ResourceType != "Patient" || len(who.Name) != 2 || who.BirthDate == "" && who.NoBirthDate == nil {
			t.Errorf("%s: of %+v", name, who)
		}
		for _, code := range []string{codeProblems, codeAllergies, codeMedications} {
			if b.section(code) == nil {
				t.Errorf("%s: no section %s", name, code)
			}
		}
		for _, sec := range b.doc.Section {
			if sec.Title == "" || sec.Code.Coding[0].System != systemLOINC || !strings.HasPrefix(sec.Text.Div, `<div xmlns="http://www.w3.org/1999/xhtml"`) || (len(sec.Entry) == 0) == (sec.EmptyReason == nil) {
				t.Errorf("%s: %+v", name, sec)
			}
			for _, e := range sec.Entry {
				if full[e.Reference] == nil {
					t.Errorf("%s: %s leads nowhere", name, e.Reference)
				}
			}
		}
	}
}

func TestNumbersAndWordsOfARecordStayAsTheirSenderWroteThem(t *testing.T) {
	s := shelve(t, gout, warfarin, tablet, peanut, sodium)
	b, _ := madeOf(t, s.given())
	all := map[string]string{}
	for _, e := range b.Entry {
		all[e.FullURL] = string(e.Resource)
	}
	drug := all[b.section(codeMedications).Entry[0].Reference]
	if !strings.Contains(drug, `"value":1.10,`) || strings.Contains(drug, `"Patient/p1"`) || strings.Contains(drug, `"Medication/d1"`) || !strings.Contains(drug, `"Practitioner/away"`) {
		t.Errorf("%s", drug)
	}
	if sodium := all[b.section(codeResults).Entry[0].Reference]; !strings.Contains(sodium, `"value":140.0,`) {
		t.Errorf("%s", sodium)
	}
	if div := b.section(codeProblems).Text.Div; !strings.Contains(div, "Gout &lt;b&gt;&amp;") || strings.Contains(div, "<b>") {
		t.Errorf("%s", div)
	}
	i := slices.IndexFunc(b.Entry, func(e struct {
		FullURL  string `json:"fullUrl"`
		Resource jsontext.Value
	}) bool {
		return strings.Contains(string(e.Resource), `"Warfarin 1 mg"`)
	})
	if i < 0 || !strings.Contains(drug, b.Entry[i].FullURL) {
		t.Error("what was given does not stand beside the record of it")
	}
}

func TestNoSectionSaysThatThereIsNoneUnlessARecordDoes(t *testing.T) {
	empty, _ := madeOf(t, shelve(t).given())
	for _, code := range []string{codeProblems, codeAllergies, codeMedications} {
		sec := empty.section(code)
		if sec.EmptyReason.Coding[0].Code != "unavailable" || !strings.Contains(sec.Text.Div, "not known") {
			t.Errorf("%s: %+v", code, sec)
		}
	}
	asserted, _ := madeOf(t, shelve(t, noneKnow).given())
	if sec := asserted.section(codeAllergies); len(sec.Entry) != 1 || sec.EmptyReason != nil {
		t.Errorf("an assertion: %+v", sec)
	}
	both, _ := madeOf(t, shelve(t, noneKnow, peanut).given())
	if sec := both.section(codeAllergies); len(sec.Entry) != 1 {
		t.Errorf("beside an allergy: %+v", sec)
	}
	// An allergy may be among what is held back: nobody may read "none known" there.
	s := shelve(t, noneKnow)
	s.in.Types = []ehrdesk.TypeSummary{{Type: ehrdesk.AllergyADR, Restricted: 1, Held: []ehrdesk.Kind{ehrdesk.KindAllergy}}}
	held, _ := madeOf(t, s.given())
	sec := held.section(codeAllergies)
	if len(sec.Entry) != 0 || sec.EmptyReason.Coding[0].Code != "withheld" || held.Meta.Tag[0].Code != "SUBSETTED" || !strings.Contains(held.doc.Text.Div, "allergy") {
		t.Errorf("held back: %+v", sec)
	}
}

func TestNothingRestrictedReleasedOrInErrorStandsInASummary(t *testing.T) {
	s := shelve(t, gout, wrong, peanut, sodium)
	for _, list := range s.lists {
		for i := range list {
			list[i].Restricted = list[i].ID == "a1"
			list[i].Released = list[i].ID == "o1"
		}
	}
	_, raw := madeOf(t, s.given())
	for _, never := range []string{"Peanut", "Sodium", "Somebody else's"} {
		if strings.Contains(string(raw), never) {
			t.Errorf("%s stands in it", never)
		}
	}
	if !strings.Contains(string(raw), `"id":"c1"`) {
		t.Error("what may leave is not there")
	}
}

// What is made is read back: the same sections, the same records, whatever words and numbers they have.
func TestWhatIsMadeIsReadBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		word := rapid.StringOfN(rapid.RuneFrom([]rune(`ab<>&"'\ é陳`)), 1, 12, -1)
		var bodies []string
		want := map[string]string{}
		for i := range rapid.IntRange(0, 6).Draw(rt, "problems") {
			title, err := jsontext.AppendQuote(nil, word.Draw(rt, "title"))
			if err != nil {
				rt.Fatal(err)
			}
			id := "c" + string(rune('a'+i))
			num := rapid.StringMatching(`[1-9][0-9]?\.[0-9]0`).Draw(rt, "number")
			want[id] = `"value":` + num
			bodies = append(bodies, `{ "resourceType":"Condition", "id":"`+id+`","extension":[{"url":"x","valueQuantity":{"value":`+num+`}}],"subject":{"reference":"Patient/p1"},"clinicalStatus":{"coding":[{"code":"active"}]},"code":{"text":`+string(title)+`,"coding":[{"system":"x","code":"`+id+`"}]}}`)
		}
		s := shelve(t, bodies...)
		d, err := Make(s.given(), now())
		if err != nil {
			rt.Fatal(err)
		}
		got, err := Read(d.Bytes, now())
		if err != nil || got.Lost != 0 || !got.Summary || got.Sections[0].Code != codeProblems || len(got.Sections[0].Entries) != len(want) {
			rt.Fatalf("%+v, %v", got, err)
		}
		for _, e := range got.Sections[0].Entries {
			if !strings.Contains(string(d.Bytes), want[e.Record.ID]) {
				rt.Fatalf("%s: its number changed", e.Record.ID)
			}
		}
	})
}

func TestTwoSummariesOfOneChartHaveNoNameInCommon(t *testing.T) {
	s := shelve(t, gout)
	a, _ := madeOf(t, s.given())
	b, _ := madeOf(t, s.given())
	for i := range a.Entry {
		if a.Entry[i].FullURL == b.Entry[i].FullURL {
			t.Errorf("%s is in both", a.Entry[i].FullURL)
		}
	}
}
