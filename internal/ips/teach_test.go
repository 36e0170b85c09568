package ips

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
)

// Whatever stands in a record's words, in its ids and in codes of a house's own, none of it is in what teaches.
func TestWhatTeachesHasNoNameNumberDateOrWordOfARecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		canary := "Z" + rapid.StringMatching(`[a-z]{6}`).Draw(t, "word") + "q"
		number := rapid.StringMatching(`[A-Z][0-9]{6}\([0-9A]\)`).Draw(t, "number")
		day := rapid.IntRange(1, 28).Draw(t, "day")
		one := rapid.SampledFrom([]string{
			`"code":{"text":"%[1]s","coding":[{"system":"http://loinc.org","code":"2951-2","display":"%[1]s"}]},"valueQuantity":{"value":4.10,"unit":"%[1]s of %[2]s"}`,
			`"code":{"text":"%[1]s %[2]s"},"valueString":"%[1]s"`,
			`"code":{"coding":[{"system":"urn:hospital:%[1]s","code":"%[1]s"}]},"valueQuantity":{"value":1,"unit":"mmol/L"}`,
			`"code":{"coding":[{"system":"http://loinc.org","code":"%[2]s"}]},"note":[{"text":"%[1]s"}],"valueCodeableConcept":{"text":"%[1]s","coding":[{"system":"http://snomed.info/sct","code":"260385009","display":"%[1]s"}]}`,
			`"code":{"coding":[{"system":"http://loinc.org","code":"%[1]s"},{"system":"http://www.whocc.no/atc","code":"%[1]s"}]},"valueQuantity":{"value":1,"unit":"%[1]s","system":"http://unitsofmeasure.org","code":"%[1]s"}`,
			`"code":{"text":"x"},"performer":[{"display":"%[1]s"}],"valueBoolean":true`,
		}).Draw(t, "form")
		body := fmt.Sprintf(`{"resourceType":"Observation","id":"%s","status":"final","subject":{"reference":"Patient/p1"},"effectiveDateTime":"2019-07-%02d",`+fmt.Sprintf(one, canary, number)+`}`, canary, day)
		s := shelveT(t, body, `{"resourceType":"Observation","id":"first","status":"final","subject":{"reference":"Patient/p1"},"effectiveDateTime":"2019-06-01","code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":120}}`)
		p := ehrdesk.Patient{ID: canary, Name: ehrdesk.Name{Family: canary, Chinese: "陳大文"}, Gender: ehrdesk.Female, Born: ehrdesk.When{Time: time.Date(1950, 3, 4, 0, 0, 0, 0, time.UTC), Precision: ehrdesk.ToDay}}
		l := Teach(p, s.list, nil)
		said := fmt.Sprintf("%+v", l)
		for i := range l.Records {
			if l.Records[i].Day != nil {
				said = strings.ReplaceAll(said, fmt.Sprintf("%p", l.Records[i].Day), "")
			}
		}
		for _, never := range []string{canary, number, "陳", "2019", "1950", "hospital"} {
			if strings.Contains(said, never) {
				t.Fatalf("%q stands in %s", never, said)
			}
		}
		if l.AgeBand != "60-69" || l.Sex != ehrdesk.Female || len(l.Records)+l.LeftOut != 2 {
			t.Fatalf("%s", said)
		}
		if marked := Teach(p, s.list, map[string]bool{"Observation/" + canary: true}); marked.Marked != 1 {
			t.Fatalf("marked: %+v", marked)
		}
	})
}

func TestANumberThatTeachesIsTheOneThatWasWritten(t *testing.T) {
	s := shelve(t, sodium, gout)
	l := Teach(ehrdesk.Patient{}, s.list, nil)
	if len(l.Records) != 1 || l.LeftOut != 1 || l.Records[0].Values[0].Number != "140.0" || l.Records[0].Values[0].Unit != "mmol/L" || l.Records[0].Codes[0].Code != "2951-2" || *l.Records[0].Day != 0 {
		t.Errorf("%+v", l)
	}
	odd := shelve(t, strings.ReplaceAll(sodium, `"mmol/L"`, `"per Mr Chan"`))
	if l := Teach(ehrdesk.Patient{}, odd.list, nil); len(l.Records[0].Values) > 0 {
		t.Errorf("a number without its unit: %+v", l.Records[0].Values)
	}
	if l.AgeBand != "" {
		t.Errorf("an age of nobody: %q", l.AgeBand)
	}
}

func TestWhatIsRestrictedTeachesNobody(t *testing.T) {
	s := shelve(t, sodium)
	for _, list := range s.lists {
		for i := range list {
			list[i].Restricted = true
		}
	}
	if l := Teach(ehrdesk.Patient{}, s.list, map[string]bool{"Observation/o1": true}); len(l.Records)+l.LeftOut > 0 {
		t.Errorf("%+v", l)
	}
}

func TestAnAgeIsGivenInTens(t *testing.T) {
	born := ehrdesk.When{Time: time.Date(1930, 6, 15, 0, 0, 0, 0, time.UTC), Precision: ehrdesk.ToDay}
	for at, want := range map[string]string{"1930-06-15": "0-9", "1940-06-14": "0-9", "1940-06-15": "10-19", "2019-06-15": "80-89", "2020-06-15": "90+", "2040-01-01": "90+", "1930-01-01": ""} {
		day, err := time.Parse(time.DateOnly, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := band(born, day); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}
