package fhir

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// asked is the patient whose record was asked for.
func asked() Person {
	return Person{ID: "p", Base: "https://centre/fhir/", Identifiers: []Identifier{{"https://clinic/mrn", "MRN-7"}, {ehrdesk.SystemHKIC, "A1234563"}, {ehrdesk.SystemEHR, "912345678901"}},
		Called: map[string]string{"urn:hospital:ehr": ehrdesk.SystemEHR}}
}

func (o Ownership) String() string {
	return [...]string{"unclear", "theirs", "another's", "nobody's"}[o]
}

// TestWhoseARecordIs: by what its own bytes say, held against one person. Whatever
// cannot be told is unclear, and never theirs.
func TestWhoseARecordIs(t *testing.T) {
	hkic := func(v string) string {
		return `{"identifier":{"system":"` + ehrdesk.SystemHKIC + `","value":"` + v + `"}}`
	}
	held := func(identifier string) string {
		return `"contained":[{"resourceType":"Patient","id":"me"` + identifier + `},{"resourceType":"Device","id":"d"}],"subject":`
	}
	for _, c := range []struct {
		resource, members string
		want              Ownership
	}{
		{"Observation", `"subject":{"reference":"Patient/p"}`, Theirs},
		{"Observation", `"subject":{"reference":"Patient/p/_history/3"}`, Theirs},
		{"Observation", `"subject":{"reference":"https://centre/fhir/Patient/p"}`, Theirs},
		{"Observation", `"subject":{"reference":"https://centre/fhir/Patient/p","type":"Patient"}`, Theirs},
		{"Observation", `"subject":{"reference":"Patient/q"}`, Anothers},
		{"Observation", `"subject":{"reference":"https://centre/fhir/Patient/q"}`, Anothers},
		{"Observation", `"subject":{"reference":"https://elsewhere/fhir/Patient/p"}`, Unclear},
		{"Observation", `"subject":{"reference":"http://centre/fhir/Patient/p"}`, Unclear},
		{"Observation", `"subject":{"reference":"https://centre/fhir/x/Patient/p"}`, Unclear},
		{"Observation", `"subject":{"reference":"patient/p"}`, Unclear},
		{"Observation", `"subject":{"reference":"Patient/"}`, Unclear},
		{"Observation", `"subject":{"reference":"Patient/p_"}`, Unclear},
		{"Observation", `"subject":{"reference":"p"}`, Unclear},
		{"Observation", `"subject":{"reference":"urn:uuid:0190a8f2-7c0e-4b54-9f53-0f2b1d6f6a10"}`, Unclear},
		{"Observation", `"subject":{"reference":"urn:uuid:p","identifier":{"system":"https://clinic/mrn","value":"MRN-7"}}`, Theirs},
		{"Observation", `"subject":{"reference":"Patient/q","identifier":{"system":"https://clinic/mrn","value":"MRN-7"}}`, Anothers},
		// Who is named by two numbers, or by an id and another's number, is nobody that can be told.
		{"Observation", `"subject":{"reference":"Patient/p","identifier":{"system":"` + ehrdesk.SystemHKIC + `","value":"A123456(3)"}}`, Theirs},
		{"Observation", `"subject":{"reference":"Patient/p","identifier":{"system":"` + ehrdesk.SystemHKIC + `","value":"C1234569"}}`, Unclear},
		{"Observation", `"subject":{"reference":"https://centre/fhir/Patient/p","identifier":{"system":"urn:hospital:ehr","value":"912345678911"}}`, Unclear},
		{"Observation", `"subject":{"reference":"Patient/p","identifier":{"system":"` + ehrdesk.SystemHKIC + `","value":"A123XXX(X)"}}`, Theirs},
		{"Observation", `"subject":{"reference":"Patient/p","identifier":{"system":"https://clinic/mrn","value":"MRN-8"}}`, Theirs}, // of these one may have several
		{"Observation", `"subject":{"identifier":{"system":"urn:hospital:ehr","value":"9123 4567 8901"}}`, Theirs},
		{"Observation", held(`,"identifier":[{"system":"`+ehrdesk.SystemHKIC+`","value":"A1234563"},{"system":"`+ehrdesk.SystemEHR+`","value":"912345678911"}]`) + `{"reference":"#me"}`, Unclear},
		{"Observation", held(`,"identifier":[{"system":"https://clinic/mrn","value":"MRN-7"}]`) + `{"reference":"#me","identifier":{"system":"` + ehrdesk.SystemHKIC + `","value":"C1234569"}}`, Unclear},
		{"Observation", held(`,"identifier":[{"system":"https://clinic/mrn","value":"MRN-7"}]`) + `{"reference":"#me"}`, Theirs},
		{"Observation", held(`,"identifier":[{"system":"https://clinic/mrn","value":"MRN-8"}]`) + `{"reference":"#me"}`, Unclear},
		{"Observation", held(`,"identifier":[{"system":"`+ehrdesk.SystemHKIC+`","value":"C123456(9)"}]`) + `{"reference":"#me"}`, Anothers},
		{"Observation", held(``) + `{"reference":"#me"}`, Unclear},
		{"Observation", held(``) + `{"reference":"#d"}`, Unclear},
		{"Observation", held(``) + `{"reference":"#gone"}`, Unclear},
		{"Observation", `"subject":` + hkic("A1234563"), Theirs},
		{"Observation", `"subject":` + hkic("a123456(3)"), Theirs},
		{"Observation", `"subject":` + hkic("C1234569"), Anothers},
		{"Observation", `"subject":{"identifier":{"system":"https://clinic/mrn","value":"MRN-7"},"type":"Patient"}`, Theirs},
		{"Observation", `"subject":{"identifier":{"system":"https://clinic/mrn","value":"MRN-8"},"type":"Patient"}`, Unclear},
		{"Observation", `"subject":{"identifier":{"system":"https://other/mrn","value":"MRN-7"}}`, Unclear},
		{"Observation", `"subject":{"identifier":{"value":"MRN-7"}}`, Unclear},
		{"Observation", `"subject":{"display":"CHAN Tai Man"}`, Unclear},
		{"Observation", `"subject":{"reference":"Group/g"}`, Unclear},
		{"Observation", `"subject":{"reference":"Device/d"}`, Unclear},
		{"Observation", `"subject":{"reference":"Location/l","type":"Location"}`, Unclear},
		{"Observation", `"status":"final"`, Unclear},
		{"Observation", `"subject":null`, Unclear},
		{"Observation", `"subject":"Patient/p"`, Unclear},
		{"Observation", `"subject":{}`, Unclear},
		{"Observation", `"subject":[{"reference":"Patient/p"},{"reference":"Patient/p"}]`, Theirs},
		{"Observation", `"subject":[{"reference":"Patient/p"},{"reference":"Patient/q"}]`, Anothers},
		{"Observation", `"subject":[{"reference":"Patient/p"},{"display":"x"}]`, Unclear},
		{"Observation", `"subject":[]`, Unclear},
		{"Observation", `"patient":{"reference":"Patient/p"}`, Unclear}, // not where FHIR has it
		{"Observation", `"subject":{"reference":"Patient/p"},"performer":[{"reference":"Patient/q"}]`, Theirs},
		{"AllergyIntolerance", `"patient":{"reference":"Patient/p"}`, Theirs},
		{"AllergyIntolerance", `"subject":{"reference":"Patient/p"}`, Unclear},
		{"Appointment", `"participant":[{"actor":{"reference":"Patient/p"}},{"actor":{"reference":"Practitioner/d"}},{"actor":{"reference":"Location/l"}}]`, Theirs},
		{"Appointment", `"participant":[{"actor":{"reference":"Patient/p"}},{"actor":{"reference":"Patient/q"}}]`, Anothers},
		{"Appointment", `"participant":[{"actor":{"reference":"Patient/q"}}]`, Anothers},
		{"Appointment", `"participant":[{"actor":{"reference":"Practitioner/d"}}]`, Unclear},
		{"Appointment", `"participant":{"actor":{"reference":"Patient/p"}}`, Theirs},
		{"AppointmentResponse", `"actor":{"reference":"Patient/p"}`, Theirs},
		{"Task", `"for":{"reference":"Patient/p"},"owner":{"reference":"Patient/q"}`, Theirs},
		{"Task", `"for":{"reference":"Patient/q"}`, Anothers},
		{"Task", `"focus":{"reference":"Patient/p"}`, Unclear},
		{"Coverage", `"beneficiary":{"reference":"Patient/p"},"subscriber":{"reference":"Patient/q"}`, Theirs},
		{"Coverage", `"beneficiary":{"reference":"Patient/q"}`, Anothers},
		{"Group", `"member":[{"entity":{"reference":"Patient/p"}}]`, Theirs},
		{"Group", `"member":[{"entity":{"reference":"Patient/p"}},{"entity":{"reference":"Patient/q"}}]`, Anothers},
		{"Group", `"member":[{"entity":{"reference":"Device/d"}}]`, Nobodys},
		{"Group", `"name":"ward"`, Nobodys},
		{"Device", `"patient":{"reference":"Patient/p"}`, Theirs},
		{"Device", `"patient":{"reference":"Patient/q"}`, Anothers},
		{"Device", `"type":{"text":"analyser"}`, Nobodys},
		{"ResearchSubject", `"individual":{"reference":"Patient/p"}`, Theirs},
		{"EnrollmentRequest", `"candidate":{"reference":"Patient/p"}`, Theirs},
		{"Person", `"link":[{"target":{"reference":"Patient/q"}}]`, Anothers},
		{"SupplyRequest", `"deliverTo":{"reference":"Location/ward"}`, Nobodys},
		{"RelatedPerson", `"patient":{"reference":"Patient/p"}`, Theirs},
		{"Organization", `"name":"H"`, Nobodys},
		{"Provenance", `"target":[{"reference":"Patient/q"}]`, Nobodys},
		{"Binary", `"securityContext":{"reference":"Patient/q"}`, Nobodys},
		{"Patient", `"name":[]`, Anothers}, // its id is another
		{"Invented", `"subject":{"reference":"Patient/p"}`, Theirs},
		{"Invented", `"patient":{"reference":"Patient/q"}`, Anothers},
		{"Invented", `"code":{}`, Unclear},
	} {
		r, err := Read([]byte(`{"resourceType":"` + c.resource + `","id":"r",` + c.members + `}`))
		if err != nil {
			t.Fatalf("%s: %v", c.members, err)
		}
		if got := r.Whose(asked()); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.resource, c.members, got, c.want)
		}
		// Whoever knows nothing of the person takes nothing for theirs that another would not be held to.
		if got := r.Whose(Person{ID: "somebody"}); got == Theirs {
			t.Errorf("%s %s is somebody's", c.resource, c.members)
		}
	}
	r, _ := Read([]byte(`{"resourceType":"Patient","id":"p"}`))
	if r.Whose(asked()) != Theirs {
		t.Error("their own Patient is not theirs")
	}
}

// TestTheTableOfOwnersHasEveryTypeOnce, in an order that a person finds a type in,
// and each of its elements is followed.
func TestTheTableOfOwnersHasEveryTypeOnce(t *testing.T) {
	last, types := "", 0
	for line := range strings.Lines(ownersTable) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "#") {
			continue
		}
		name, rest, ok := strings.Cut(line, ",")
		if !ok || !ValidType(name) || name <= last {
			t.Errorf("a line %q after %s", line, last)
		}
		last = name
		types++
		paths, needed, known := ownersOf(name)
		if !known {
			t.Errorf("%s is not found", name)
		}
		if (len(paths) == 0) != (rest == "-") || needed != (rest != "-" && rest[0] != '?') {
			t.Errorf("%s: %v %v", name, paths, needed)
		}
		for _, path := range paths {
			top, inner, two := strings.Cut(path, ".")
			member := fmt.Sprintf(`"%s":{"reference":"Patient/q"}`, top)
			if two {
				member = fmt.Sprintf(`"%s":[{"%s":{"reference":"Patient/q"}}]`, top, inner)
			}
			r, err := Read([]byte(`{"resourceType":"` + name + `","id":"r",` + member + `}`))
			if err != nil || r.Whose(asked()) != Anothers {
				t.Errorf("%s by its %s: %v", name, path, err)
			}
		}
	}
	if types != 146 { // HL7 FHIR R4 (4.0.1): the resources that can be instantiated
		t.Errorf("%d types", types)
	}
}
