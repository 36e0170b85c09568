package text_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk/ui/text"
)

// "None known" is not said twice; what it is of is never left out.
func TestAScopeThatIsNoneIsNotRepeated(t *testing.T) {
	for scope, want := range map[string]bool{
		"No known allergies": true, "No known allergies 無已知過敏": true, "No known allergy (situation)": true, "": false,
		"No known food allergy": false, "NKDA": false, "No known allergies to drugs": false, "No known allergies, latex not asked": false,
	} {
		if got := text.OfAllAllergies(scope); got != want {
			t.Errorf("%q is of all: %v", scope, got)
		}
	}
}
