package medication

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// A drug is high-risk or not whether its name or its code says what it is.
func TestADrugsGroupIsThatOfItsATCClass(t *testing.T) {
	list := terms.Substances().Terms
	for i := range list {
		term := &list[i]
		if strings.Contains(term.English, " + ") {
			continue // marked by what it is made of
		}
		want := risk(0)
		for _, code := range term.ATC() {
			want |= riskOfCode(&ehrdesk.Coding{System: atc, Code: code})
		}
		if got := riskOf(term.Group); want != 0 && got != want {
			t.Errorf("%s is in %q; its codes %v are of another", term.English, term.Group, term.ATC())
		}
	}
}
