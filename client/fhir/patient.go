package fhir

import (
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Patient reads a Patient resource. Errors: CodeTampered.
func Patient(raw []byte) (ehrdesk.Patient, error) {
	f, err := parseFields(raw)
	if err != nil || f.text("resourceType") != "Patient" || !validID(f.text("id")) {
		return ehrdesk.Patient{}, ehrdesk.E("fhir.patient", ehrdesk.CodeTampered, errBroken)
	}
	return patientFrom(f), nil
}

func patientFrom(f fields) ehrdesk.Patient {
	p := ehrdesk.Patient{ID: f.text("id"), Gender: gender(f.text("gender")), Born: f.when("birthDate")}
	if t := extension(f.raw("_birthDate"), "http://hl7.org/fhir/StructureDefinition/patient-birthTime"); t.IsZero() == false {
		p.Born = t
	}
	switch d := f.raw("deceasedDateTime"); {
	case len(d) > 0:
		p.Deceased, p.Died = true, f.when("deceasedDateTime")
	default:
		p.Deceased = string(f.raw("deceasedBoolean")) == "true"
	}
	readIdentifiers(&p, f.raw("identifier"))
	p.Name = readName(f.raw("name"))
	each(f.raw("telecom"), func(v jsontext.Value) {
		var t struct{ System, Value string }
		t.System, t.Value = member(v, "system"), member(v, "value")
		switch {
		case t.System == "phone" && p.Phone == "":
			p.Phone = ehrdesk.CleanLine(t.Value)
		case t.System == "email" && p.Email == "":
			p.Email = ehrdesk.CleanLine(t.Value)
		}
	})
	each(f.raw("address"), func(v jsontext.Value) {
		var a struct {
			Text     string   `json:"text"`
			Line     []string `json:"line"`
			District string   `json:"district"`
			City     string   `json:"city"`
			State    string   `json:"state"`
			Country  string   `json:"country"`
		}
		if !into(v, &a) || p.Address != "" {
			return
		}
		if p.Address = ehrdesk.CleanLine(a.Text); p.Address == "" {
			p.Address = ehrdesk.CleanLine(joined(", ", append(a.Line, a.District, a.City, a.State, a.Country)...))
		}
	})
	each(f.raw("communication"), func(v jsontext.Value) {
		if c, err := inner(v); err == nil && p.Language == "" {
			if codes := codesOf(c.raw("language")); len(codes) > 0 {
				p.Language = ehrdesk.CleanLine(codes[0])
			}
		}
	})
	return p
}

func member(v jsontext.Value, name string) string {
	out := ""
	eachMember(v, func(n []byte, v jsontext.Value) bool {
		if string(n) != name {
			return true
		}
		out = textOf(v)
		return false
	})
	return out
}

func joined(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if strings.TrimSpace(p) != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}

func gender(s string) ehrdesk.Gender {
	switch g := ehrdesk.Gender(s); g {
	case ehrdesk.Male, ehrdesk.Female, ehrdesk.Other:
		return g
	}
	return ehrdesk.Unknown
}

// extension is the dateTime value of one extension of a primitive element.
func extension(v jsontext.Value, url string) ehrdesk.When {
	var found ehrdesk.When
	f, err := inner(v)
	if err != nil {
		return found
	}
	each(f.raw("extension"), func(e jsontext.Value) {
		if x, err := inner(e); err == nil && x.text("url") == url {
			found = x.when("valueDateTime")
		}
	})
	return found
}

func readIdentifiers(p *ehrdesk.Patient, v jsontext.Value) {
	each(v, func(e jsontext.Value) {
		system, value := member(e, "system"), member(e, "value")
		switch {
		case system == ehrdesk.SystemHKIC:
			if h, err := ehrdesk.ParseHKIC(value); err == nil {
				p.HKIC = h
			}
		case system == ehrdesk.SystemEHR:
			if n, err := ehrdesk.ParseEHRNumber(value); err == nil {
				p.EHR = n
			}
		case strings.HasPrefix(system, ehrdesk.SystemDocument):
			kind, issuer, _ := strings.Cut(strings.TrimPrefix(system, ehrdesk.SystemDocument), ":")
			p.Documents = append(p.Documents, ehrdesk.Document{Type: ehrdesk.CleanLine(kind), Issuer: ehrdesk.CleanLine(issuer), Number: ehrdesk.CleanLine(value)})
		}
	})
}

// readName takes the official or usual Latin name, and the Chinese one from
// wherever it stands: a name entry of its own, or its text.
func readName(v jsontext.Value) ehrdesk.Name {
	var out ehrdesk.Name
	rank := -1
	each(v, func(e jsontext.Value) {
		var n humanName
		if !into(e, &n) {
			return
		}
		if han(n.Text) || han(n.Family) {
			if out.Chinese == "" {
				if out.Chinese = ehrdesk.CleanLine(n.Text); out.Chinese == "" {
					out.Chinese = ehrdesk.CleanLine(n.Family + strings.Join(n.Given, ""))
				}
			}
			return
		}
		r := map[string]int{"official": 3, "usual": 2, "": 1, "old": -2, "maiden": -2}[n.Use]
		if r <= rank {
			return
		}
		rank = r
		out.Family = ehrdesk.CleanLine(n.Family)
		out.Given = ehrdesk.CleanLine(strings.Join(n.Given, " "))
		out.Title = ehrdesk.CleanLine(strings.TrimSuffix(strings.Join(n.Prefix, " "), "."))
		out.Text = ehrdesk.CleanLine(n.Text)
	})
	return out
}

func han(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
}
