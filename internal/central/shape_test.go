package central_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// shape is one generated resource, and what its maker meant by it.
type shape struct {
	no       int
	resource string // its type
	owner    string // the name of its way to say whose it is
	whose    string // "p", "q", or "" for nobody that the file knows
	id       string // as JSON, "" for none
	raw      string
	fullURL  string
}

// mark is what a shape is known by wherever it comes: no reader of ours looks at it.
func mark(no int) string { return "urn:shape:" + strconv.Itoa(no) }

// maker makes shapes from a seed.
type maker struct {
	*rand.Rand
	types []string
}

func pick[T any](m *maker, list ...T) T { return list[m.IntN(len(list))] }

// codes are those that placement.csv decides by, and some that it does not know.
var shapeCodes = []string{"laboratory", "imaging", "procedure", "birth", "vital-signs", "certificate", "referral", "RAD", "CT", "NMR", "CUS", "OTH", "PHY", "34117-2", "LP29684-5",
	"57133-1", "18748-4", "11502-2", "medical-certificate", "8339-4", "9272-6", "AMB", "X", "", "LAB"}

func (m *maker) code() string {
	c := pick(m, shapeCodes...)
	switch m.IntN(6) {
	case 0:
		return strings.ToUpper(c)
	case 1:
		return strings.ToLower(c)
	}
	return c
}

func (m *maker) coding() string {
	return pick(m, `{"system":"urn:s","code":"%s"}`, `{"code":"%s","display":"d"}`, `{"system":"http://loinc.org","code":"%s"}`, `{"code":["%s"]}`, `{"display":"%s"}`, `"%s"`)
}

// concept is a code in one of the shapes that senders give one.
func (m *maker) concept() string {
	fill := func(form string) string {
		for strings.Contains(form, "%s") {
			form = strings.Replace(form, "%s", m.code(), 1)
		}
		return form
	}
	switch m.IntN(14) {
	case 0, 1, 2, 3:
		return fill(`[{"coding":[` + m.coding() + `]}]`)
	case 4:
		return fill(`{"coding":[` + m.coding() + `,` + m.coding() + `],"text":"t"}`)
	case 5:
		return fill(`[{"coding":[{"system":"urn:s","code":"%s"},{"system":"urn:s","code":"%s"}]},{"coding":` + m.coding() + `}]`)
	case 6:
		return fill(m.coding())
	case 7:
		return fill(`[` + m.coding() + `,` + m.coding() + `]`)
	case 8:
		return fill(`"%s"`)
	case 9:
		return fill(`["%s","%s"]`)
	case 10:
		return fill(`[[{"coding":[{"code":"%s"}]}]]`)
	case 11:
		return fill(`{"coding":[{"coding":[{"code":"%s"}],"code":"%s"}]}`)
	case 12:
		return fill(`{"text":"%s"}`)
	default:
		return pick(m, `null`, `7`, `true`, `[]`, `{}`)
	}
}

var shapeDates = []string{"effectiveDateTime", "effectivePeriod", "occurrenceDateTime", "performedPeriod", "authoredOn", "period", "start", "date", "recordedDate", "recorded", "onsetDateTime", "issued", "created", "sent", "whenHandedOver", "started"}

func (m *maker) date() string {
	at := pick(m, `"2026"`, `"2026-03"`, `"2026-03-02"`, `"2026-03-02T06:40:00Z"`, `"2026-03-02T06:40:00.123456+08:00"`, `"2026-03-02T06:40"`, `"2026-03-02T06:40:00+0800"`, `"2026-02-30"`, `"then"`, `""`, `7`, `null`, `"2026-03-02T06:40:00+24:30"`)
	if m.IntN(3) == 0 {
		return pick(m, `{"start":`+at+`}`, `{"end":`+at+`}`, `{"start":`+at+`,"end":"2027"}`, `{}`, `[`+at+`]`)
	}
	return at
}

// ways are how a resource says whose it is. Of a file with both patients, p and q.
var ways = []struct{ name, value, whose string }{
	{"relative", `{"reference":"Patient/P"}`, "p"},
	{"of the other", `{"reference":"Patient/Q","display":"x"}`, "q"},
	{"with a version", `{"reference":"Patient/P/_history/4"}`, "p"},
	{"absolute", `{"reference":"https://src/fhir/Patient/P","type":"Patient"}`, "p"},
	{"by a uuid", `{"reference":"urn:uuid:UUIDQ"}`, "q"},
	{"by a query", `{"reference":"Patient?identifier=https://clinic/mrn|MRN-P"}`, "p"},
	{"by an identifier", `{"identifier":{"system":"https://clinic/mrn","value":"MRN-P"},"type":"Patient"}`, "p"},
	{"contained", `{"reference":"#me_1"}`, "p"},
	{"absolute elsewhere", `{"reference":"https://elsewhere/fhir/Patient/P"}`, ""},
	{"nobody here", `{"reference":"Patient/nobody"}`, ""},
	{"another's identifier", `{"identifier":{"system":"https://other/mrn","value":"MRN-P"}}`, ""},
	{"a name alone", `{"display":"CHAN Tai Man"}`, ""},
	{"a device", `{"reference":"Device/d"}`, ""},
	{"a bare string", `"Patient/P"`, ""},
	{"nothing", ``, ""},
}

func (m *maker) id(no int) string {
	plain := fmt.Sprintf("s%d-%d", no, m.IntN(1e6))
	switch m.IntN(10) {
	case 0:
		return `"` + strings.Replace(plain, "-", "_", 1) + `"`
	case 1:
		return `"` + plain + strings.Repeat("x", 65) + `"`
	case 2:
		return strconv.Itoa(1e9 + no)
	case 3:
		return pick(m, ``, `""`, `null`)
	case 4:
		return `"` + plain + `.A"`
	}
	return `"` + plain + `"`
}

// shape makes one for the patients p and q.
func (m *maker) shape(no int, p, q, uuidQ string) shape {
	s := shape{no: no, resource: pick(m, m.types...), id: m.id(no)}
	if m.IntN(3) == 0 { // those that the table of placements looks into
		s.resource = pick(m, "Observation", "DiagnosticReport", "Composition", "DocumentReference")
	}
	way := ways[m.IntN(len(ways))]
	if m.IntN(2) == 0 {
		way = ways[m.IntN(3)]
	}
	s.owner, s.whose = way.name, way.whose
	value := strings.NewReplacer("UUIDQ", uuidQ, "MRN-P", "MRN-"+p, "Patient/P", "Patient/"+p, "Patient/Q", "Patient/"+q).Replace(way.value)
	var members []string
	add := func(name, value string) {
		if value != "" {
			members = append(members, `"`+name+`":`+value)
		}
	}
	add("id", s.id)
	add("implicitRules", `"`+mark(no)+`"`)
	if m.IntN(8) == 0 {
		code := pick(m, "R", "V", "N", "X")
		add("meta", `{"security":`+pick(m, `[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"`+code+`"}]`, `{"code":"`+code+`"}`, `[{"system":"urn:x","code":"`+code+`"}]`)+`}`)
	}
	if way.name == "contained" {
		add("contained", `[{"resourceType":"Patient","id":"me_1","identifier":[{"system":"https://clinic/mrn","value":"MRN-`+p+`"}]}]`)
	}
	element, inner := ownerPath(s.resource)
	switch {
	case inner != "" && value != "":
		add(element, `[{"`+inner+`":`+value+`},{"`+inner+`":{"reference":"Practitioner/d"}}]`)
	case m.IntN(12) == 0 && value != "":
		add(element, `[`+value+`]`)
	default:
		add(element, value)
	}
	for _, name := range []string{"category", "class", "code", "type"} {
		if m.IntN(2) == 0 && name != element && !(s.resource == "Bundle" && name == "type") {
			add(name, m.concept())
		}
	}
	seen := map[string]bool{element: true}
	for range m.IntN(3) {
		if name := pick(m, shapeDates...); !seen[name] {
			seen[name] = true
			add(name, m.date())
		}
	}
	m.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	at := m.IntN(len(members) + 1)
	members = append(members[:at], append([]string{`"resourceType":"` + s.resource + `"`}, members[at:]...)...)
	s.raw = `{` + strings.Join(members, ",") + `}`
	if id := strings.Trim(s.id, `"`); m.IntN(3) == 0 && id != "" && id != "null" {
		s.fullURL = "https://src/fhir/" + s.resource + "/" + id
	}
	return s
}

// ownerPath is the element in which a type names its patient, in one step or two;
// of a type that has none, some element in which another record may stand.
func ownerPath(resource string) (element, inner string) {
	if e := fhir.OwnerElement(resource); e != "" {
		return e, ""
	}
	switch resource {
	case "Appointment":
		return "participant", "actor"
	case "Group":
		return "member", "entity"
	case "Person":
		return "link", "target"
	}
	return "focus", ""
}

// needsOwner reports a type that has to name its patient.
func needsOwner(resource string) bool {
	r, _ := fhir.Read([]byte(`{"resourceType":"` + resource + `","id":"a"}`))
	_, needed := r.Claims()
	return needed
}

// shapeTypes are all types of FHIR R4 but the patient's own.
func shapeTypes(table string) (out []string) {
	for line := range strings.Lines(table) {
		if name, _, ok := strings.Cut(line, ","); ok && !strings.HasPrefix(name, "#") && name != "Patient" {
			out = append(out, name)
		}
	}
	return out
}

// placed is where a resource goes, as a desk reads it from its bytes.
func placed(raw string) (fhir.Resource, ehrdesk.Placement) {
	r, _ := fhir.Read([]byte(raw)) // an id of another form hinders nothing here
	return r, r.Place()
}
