package fhir

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Labelled reports whether the record is restricted by its own security label: R
// or V of v3-Confidentiality, however that is spelled. The careful reading is the
// right one: a code without its system counts, and so does what stands among the
// labels and cannot be read. Who somebody is has been told by the look-up: a
// Patient is not.
func (r Resource) Labelled() (labelled bool) {
	if r.Type == "Patient" {
		return false
	}
	Each(ObjectOf(r.Raw("meta")).Raw("security"), func(v jsontext.Value) { labelled = labelled || restricts(v) })
	return labelled
}

// restricts reports a label by which a record is restricted.
func restricts(label jsontext.Value) bool {
	switch label.Kind() {
	case 'n':
		return false
	case '{':
	default:
		return true // it is there, and no label
	}
	o := ObjectOf(label)
	if code := o.Raw("code"); code != nil && code.Kind() != '"' {
		return true
	}
	code := inCapitals(o.Text("code"))
	if code == "" {
		code = inCapitals(o.Text("display"))
	}
	system := strings.ToLower(strings.TrimSpace(o.Text("system")))
	switch {
	case system == "":
		return code == "R" || code == "V" || code == "RESTRICTED" || code == "VERY RESTRICTED"
	case ofConfidentiality(system):
		return !open[code]
	}
	return false
}

func inCapitals(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), " ")) }

// open are the codes of v3-Confidentiality, and their words, that restrict nothing. Of that system any
// other does: nobody knows what a sender means by it.
var open = map[string]bool{"U": true, "L": true, "M": true, "N": true, "UNRESTRICTED": true, "LOW": true, "MODERATE": true, "NORMAL": true}

// ofConfidentiality reports a name of HL7's v3-Confidentiality, in small letters: today's, FHIR's former
// one, the OID, with a version or a slash behind it, or that of a value set of its codes.
func ofConfidentiality(system string) bool {
	system, _, _ = strings.Cut(system, "|")
	return strings.Contains(system, "confidentiality") || strings.HasSuffix(strings.TrimRight(system, "/"), "2.16.840.1.113883.5.25")
}
