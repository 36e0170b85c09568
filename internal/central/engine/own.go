package engine

import (
	"bytes"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// TagSystem is of the tag on all that a gate writes at its engine: it is no record of anybody's
// health, and goes to no desk.
const TagSystem = "urn:example:hk:gate"

// HeadID is how the id of a Basic begins that says how far a gate's log has come.
const HeadID = "ehrcentral-head-"

// Own reports whether a gate has written a resource. The tag alone does not say so, as whoever writes at
// the engine could hide a record from clinicians by it: it has to be of a type that gates write,
// under an id such as theirs, and to say what theirs say. An advance directive is a Consent too, and
// what clinicians tell one another a Communication.
func Own(r fhir.Resource) bool {
	switch r.Type {
	case "AuditEvent":
	case "Consent":
		if !gatesID(r.ID) || !says(r, "scope", "patient-privacy") {
			return false
		}
	case "Communication":
		if !gatesID(r.ID) || r.Text("status") != "preparation" || r.Raw("category") != nil || r.Raw("sender") != nil {
			return false
		}
	case "Basic", "Patient":
		if !slices.Contains(probes[:], r.ID) && (r.Type != "Basic" || !strings.HasPrefix(r.ID, HeadID)) {
			return false
		}
	default:
		return false
	}
	meta := r.Raw("meta")
	own := false
	if bytes.Contains(meta, []byte(TagSystem)) {
		fhir.Each(fhir.ObjectOf(meta).Raw("tag"), func(v fhir.Value) { own = own || fhir.TextAt(v, "system") == TagSystem })
	}
	return own
}

// gatesID reports whether an id is one of those that gates make.
func gatesID(id string) bool { return len(id) == 36 && uuid.Validate(id) == nil }

// says reports whether a concept of a resource has a code.
func says(r fhir.Resource, element, code string) (found bool) {
	fhir.Each(fhir.ObjectOf(r.Raw(element)).Raw("coding"), func(v fhir.Value) { found = found || fhir.TextAt(v, "code") == code })
	return found
}
