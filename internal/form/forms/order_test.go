package forms_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/extract"
	"github.com/ehrdesk/ehrdesk/internal/form/forms"
	"github.com/ehrdesk/ehrdesk/internal/form/formtest"
)

// order are the elements of a type as FHIR R4 (4.0.1) has them.
func order(resource string) []string {
	return strings.Fields("resourceType id " + map[string]string{
		"QuestionnaireResponse": "language extension questionnaire status subject encounter authored author source item",
		"Observation":           "status category code subject encounter effective issued performer value dataAbsentReason interpretation note bodySite method derivedFrom component",
		"AllergyIntolerance":    "clinicalStatus verificationStatus type category criticality code patient encounter onset recordedDate recorder asserter lastOccurrence note reaction",
		"Immunization":          "status statusReason vaccineCode patient encounter occurrence recorded primarySource reportOrigin location manufacturer lotNumber expirationDate site route doseQuantity performer note reasonCode isSubpotent protocolApplied",
		"DocumentReference":     "status docStatus type category subject date author description content context",
	}[resource])
}

// What leaves has its elements where the standard has them, each once.
func TestWhatLeavesIsInTheOrderOfTheStandard(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range forms.Names() {
		a := form.New(read(t, name))
		formtest.Fill(t, a)
		records, _ := extract.Records(a, given())
		all := [][]byte{a.Response(given().Header)}
		for _, r := range records {
			all = append(all, r.JSON)
		}
		for _, raw := range all {
			r, err := fhir.Read(raw)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			seen[r.Type] = true
			at := -1
			for _, m := range r.Object {
				i := slices.IndexFunc(order(r.Type), func(e string) bool {
					rest, ok := strings.CutPrefix(string(m.Name), e)
					return ok && (rest == "" || rest[0] >= 'A' && rest[0] <= 'Z')
				})
				if i <= at {
					t.Errorf("%s: %s.%s stands elsewhere", name, r.Type, m.Name)
				}
				at = i
			}
		}
	}
	if len(seen) != 5 {
		t.Errorf("%v", seen)
	}
}
