package acts

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// Whoever writes a kind of giver that there is none of is told the kinds, and not that somebody
// has to be named.
func TestAnUnknownKindOfGiverIsToldTheKinds(t *testing.T) {
	n, err := ehrdesk.ParseNumber("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"mother", "Parent"} {
		g := ehrdesk.Grant{Patient: n, Channel: ehrdesk.ByForm, FormReference: "F-1", NoticeRead: true, DocumentSighted: true, Term: ehrdesk.Indefinite, Giver: ehrdesk.Giver{Kind: kind}}
		w := ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "F-1", DocumentSighted: true, Giver: g.Giver}
		for name, err := range map[string]error{"consent": checkGrant(g), "revoke": checkWithdrawal(&w)} {
			if ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid || !strings.Contains(err.Error(), strings.Join(ehrdesk.GiverKinds(), ", ")) || strings.Contains(err.Error(), kind) {
				t.Errorf("%s by a %s: %v", name, kind, err)
			}
		}
	}
}
