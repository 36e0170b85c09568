package fhir

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Resource is one resource as received, with what was read of it at once.
type Resource struct {
	Record   ehrdesk.Record
	Body     []byte // the exact bytes; nil where Long has them
	Long     *Long  // of a resource with a long document, from a page that was read with spools
	Patient  string // logical id of the patient it says it is about, "" if it says none
	Sharable bool   // false: outside eHealth's sharable scope
	members  fields
}

// Project reads one resource: its identity, its place among the eleven types,
// and the overview a list shows. A member of an unexpected shape leaves only
// its own part of the overview empty. Errors: CodeTampered where the bytes are
// no FHIR resource at all; the text quotes nothing.
func Project(raw []byte) (Resource, error) {
	f, err := parseFields(raw)
	if err != nil {
		return Resource{}, ehrdesk.E("fhir.project", ehrdesk.CodeTampered, err)
	}
	return project(raw, f)
}

// project reads a resource whose bytes have been checked, alone or with the
// bundle they came in.
func project(raw []byte, f fields) (Resource, error) {
	r := Resource{Body: raw, members: f}
	rec := &r.Record
	rec.Resource, rec.ID = f.text("resourceType"), f.text("id")
	if !validType(rec.Resource) || !validID(rec.ID) {
		return Resource{}, ehrdesk.Errorf("fhir.project", ehrdesk.CodeTampered, "a resource without a type or id")
	}
	var m meta
	m.read(f.raw("meta"))
	rec.Version, rec.Updated = m.version, m.updated
	place := ehrdesk.Place(rec.Resource, categoriesOf(f), codesOfAny(f, "code", "type"))
	rec.Kind, rec.Linked, r.Sharable = place.Kind, place.Linked, place.Sharable
	r.Patient = patientOf(rec.Resource, rec.ID, f)
	rec.Status = statusOf(f)
	rec.Source = sourceOf(f)
	rec.Date = dateOf(rec.Resource, f)
	describe(rec, f)
	if rec.Title == "" {
		rec.Title = rec.Resource
	}
	return r, nil
}

func categoriesOf(f fields) []string {
	out := codesOf(f.raw("category"))
	if f.text("resourceType") == "Encounter" {
		return out
	}
	return append(out, codesOf(f.raw("class"))...)
}

func codesOfAny(f fields, names ...string) []string {
	var out []string
	for _, n := range names {
		out = append(out, codesOf(f.raw(n))...)
	}
	return out
}

// patientMembers are the elements that say whose record a resource is, from the
// R4 patient compartment definition.
var patientMembers = [...]string{"subject", "patient", "for", "individual", "beneficiary", "sourcePatient"}

func patientOf(resource, id string, f fields) string {
	if resource == "Patient" {
		return id
	}
	for _, name := range patientMembers {
		found := ""
		each(f.raw(name), func(v jsontext.Value) {
			var r reference
			if r.read(v); r.target().Resource == "Patient" && found == "" {
				found = r.target().ID
			}
		})
		if found != "" {
			return found
		}
	}
	return ""
}

func statusOf(f fields) string {
	for _, name := range [...]string{"clinicalStatus", "status", "lifecycleStatus"} {
		v := f.raw(name)
		if v.Kind() == '"' {
			return ehrdesk.CleanLine(textOf(v))
		}
		if c := conceptOf(v); len(c.Coding) > 0 {
			return ehrdesk.CleanLine(c.Coding[0].Code)
		}
	}
	return ""
}

// sourceOf is the institution or person a record came from, in the words the
// record itself carries.
func sourceOf(f fields) string {
	for _, name := range [...]string{"serviceProvider", "custodian", "managingOrganization", "performer", "author", "asserter", "recorder", "requester", "informationSource", "participant"} {
		found := ""
		each(f.raw(name), func(v jsontext.Value) {
			if found != "" {
				return
			}
			var back backing
			back.read(v)
			for _, r := range [...]reference{back.reference, back.actor, back.individual} {
				if r.Display != "" && r.target().Resource != "Patient" {
					found = ehrdesk.CleanLine(r.Display)
					return
				}
			}
		})
		if found != "" {
			return found
		}
	}
	return ""
}

func dateOf(resource string, f fields) ehrdesk.When {
	switch resource {
	case "Patient", "Organization", "Practitioner", "PractitionerRole", "Medication", "Location", "Device":
		return ehrdesk.When{}
	case "Condition":
		if w := f.when("onsetDateTime", "onsetPeriod"); !w.IsZero() {
			return w
		}
		return f.when("recordedDate")
	case "AllergyIntolerance":
		if w := f.when("recordedDate"); !w.IsZero() {
			return w
		}
		return f.when("onsetDateTime", "lastOccurrence")
	}
	return f.when("effectiveDateTime", "effectivePeriod", "effectiveInstant", "occurrenceDateTime", "occurrencePeriod",
		"performedDateTime", "performedPeriod", "authoredOn", "whenHandedOver", "whenPrepared", "dateAsserted", "started",
		"period", "start", "date", "dateTime", "created", "recordedDate", "recorded", "startDate", "servicedDate",
		"servicedPeriod", "timingDateTime", "timingPeriod", "createdDateTime", "createdPeriod", "issued", "collectedDateTime",
		"receivedTime", "sent")
}

func validType(s string) bool {
	if len(s) < 2 || len(s) > 64 || s[0] < 'A' || s[0] > 'Z' {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return !(r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') }) < 0
}

// validID is FHIR's id type: 1 to 64 of A-Z a-z 0-9 - and dot.
func validID(s string) bool {
	if len(s) < 1 || len(s) > 64 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.')
	}) < 0
}
