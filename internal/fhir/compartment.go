package fhir

import (
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// apart are the types of which a search by patient gives nothing that is a patient's
// record, or that name other people beside one.
var apart = []string{"Group", "Person", "ResearchSubject"}

// PatientTypes are the resource types of a patient's record, by name: those with an
// element that says whose a resource is, of the sharable scope.
func PatientTypes() (out []string) {
	for resource, row := range owners() {
		if len(row.paths) > 0 && !slices.Contains(apart, resource) && ehrdesk.Place(resource, nil, nil).Sharable {
			out = append(out, resource)
		}
	}
	slices.Sort(out)
	return out
}

// PatientParameter is the search parameter by which a type's resources of one patient
// are found: every type of the patient compartment has one, mostly of this name.
func PatientParameter(resource string) string {
	switch resource {
	case "AdverseEvent", "SupplyRequest":
		return "subject"
	}
	return "patient"
}
