package terms_test

import (
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// A name that the table does not have has those beside it that it may be meant for; one that is in it, or is short, has none.
func TestANameIsLikeThoseASlipAway(t *testing.T) {
	all := terms.Substances()
	for typed, want := range map[string]string{"cefazolne": "cefazolin", "penicilamine": "penicillamine", "amoxycilin": "amoxicillin", "warfarn": "warfarin", "ibuprof": "ibuprofen"} {
		if got := all.Like(typed, 3); !slices.Contains(got, want) || len(got) > 3 {
			t.Errorf("%s: %v, want %s", typed, got, want)
		}
	}
	for _, typed := range []string{"warfarin", "Cefazolin", "xx", "", "peanut butter sandwich"} {
		if got := all.Like(typed, 3); len(got) != 0 {
			t.Errorf("%s: %v", typed, got)
		}
	}
}
