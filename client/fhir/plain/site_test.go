package plain

import (
	"testing"

	"github.com/go-json-experiment/json"
)

// A site's file says what its server does not; what is misspelt or half said is refused,
// and without its word on labels no copy outlives its chart.
func TestASitesFileIsReadStrictly(t *testing.T) {
	const whole = `{"hkic":"urn:site:hkic","provider":{"system":"urn:site:org","id":"7","name":"Clinic","organization":"o-1"},
		"categories":[{"system":"http://loinc.org","code":"59284-0"}],"labels":true,"policy":{"mode":"hours","hours":24,"offline_hours":8},
		"terms":["indefinite"],"notices":[{"id":"n","version":"1","title":{"en":"Notice"},"text":{"en":"Text"},"official":true}]}`
	read := func(file string) (s Site, err error) {
		if err = json.Unmarshal([]byte(file), &s); err == nil {
			err = s.Check()
		}
		return s, err
	}
	s, err := read(whole)
	if err != nil || s.HKIC != "urn:site:hkic" || s.Copies().Hours != 24 || len(s.Notices) != 1 || !s.Notices[0].Official {
		t.Fatalf("%+v, %v", s, err)
	}
	s.Labels = false
	if p := s.Copies(); p.Mode != "off" || p.Hours != 0 || p.OfflineHours != 0 {
		t.Errorf("%+v", p)
	}
	for name, file := range map[string]string{
		"nothing":           ``,
		"a folder for id":   `{"provider":{"id":"../7","name":"C"}}`,
		"a kind":            `{"provider":{"id":"7","name":"C"},"policy":{"never":["everything"]}}`,
		"hours before now":  `{"provider":{"id":"7","name":"C"},"policy":{"mode":"hours","hours":-1}}`,
		"misspelt":          `{"provider":{"id":"7","name":"C"},"polcy":{}}`,
		"a mode":            `{"provider":{"id":"7","name":"C"},"policy":{"mode":"always"}}`,
		"a term":            `{"provider":{"id":"7","name":"C"},"terms":["ten_years"]}`,
		"half a category":   `{"provider":{"id":"7","name":"C"},"categories":[{"code":"x"}]}`,
		"a notice, untold":  `{"provider":{"id":"7","name":"C"},"notices":[{"id":"n","version":"1"}]}`,
		"an address for id": `{"provider":{"id":"7","name":"C","organization":"Organization/7"}}`,
	} {
		if _, err := read(file); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
