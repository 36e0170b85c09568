package central

import (
	"strings"
	"unicode"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// humanName is a FHIR HumanName as far as a card can be compared with it.
type humanName struct {
	Use    string   `json:"use"`
	Text   string   `json:"text"`
	Family string   `json:"family"`
	Given  []string `json:"given"`
}

// onRecord is who a participant is by the centre's own record: the numbers of
// the index, and name, birth date and gender of the Patient.
func (q *query) onRecord(p *participant) (ehrdesk.Patient, error) {
	out := ehrdesk.Patient{ID: p.patient, Gender: ehrdesk.Unknown}
	if p.hkic != "" {
		h, err := ehrdesk.ParseHKIC(p.hkic)
		if err != nil {
			return out, errStore
		}
		out.HKIC = h
	}
	s, err := q.record("Patient", p.patient)
	if err != nil || s == nil {
		return out, err
	}
	f, err := scan(s.body)
	if err != nil {
		return out, err
	}
	var born, gender string
	_ = jsonv2.Unmarshal(f.members["birthDate"], &born) // a shape that does not fit counts as not recorded
	_ = jsonv2.Unmarshal(f.members["gender"], &gender)
	out.Name = nameOf(namesIn(f.members["name"]))
	if w, err := ehrdesk.ParseWhen(born); err == nil {
		out.Born = w
	}
	switch g := ehrdesk.Gender(gender); g {
	case ehrdesk.Male, ehrdesk.Female, ehrdesk.Other:
		out.Gender = g
	}
	return out, nil
}

// namesIn reads a list of names, or one that stands alone, as far as each is one.
func namesIn(raw []byte) []humanName {
	var list []jsontext.Value
	if jsonv2.Unmarshal(raw, &list) != nil {
		list = []jsontext.Value{raw}
	}
	var out []humanName
	for _, v := range list {
		var n humanName
		if len(v) > 0 && jsonv2.Unmarshal(v, &n) == nil {
			out = append(out, n)
		}
	}
	return out
}

// nameOf takes the official name before the usual one before any other, and the
// Chinese name from wherever it stands, as the desk does.
func nameOf(names []humanName) ehrdesk.Name {
	var out ehrdesk.Name
	best := -1
	for _, n := range names {
		given := strings.Join(n.Given, " ")
		if han(n.Text) || han(n.Family) {
			if out.Chinese == "" {
				if out.Chinese = ehrdesk.CleanLine(n.Text); out.Chinese == "" {
					out.Chinese = ehrdesk.CleanLine(n.Family + strings.Join(n.Given, ""))
				}
			}
			continue
		}
		if rank := map[string]int{"official": 3, "usual": 2, "": 1, "old": -2, "maiden": -2}[n.Use]; rank > best {
			best = rank
			out.Family, out.Given, out.Text = ehrdesk.CleanLine(n.Family), ehrdesk.CleanLine(given), ehrdesk.CleanLine(n.Text)
		}
	}
	return out
}

func han(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
}
