package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// Of somebody who is booked by number the list shows the name of an earlier visit, as that, and asks
// nobody for it; of one whose consent has ended it shows none.
func TestTheListNamesWhomTheDeskKnewAtAnEarlierVisit(t *testing.T) {
	for _, who := range []int{doctor, clerk} {
		d := fake.New()
		awaited(d)
		p := signIn(play(t, d, "en", 200, 60), who).Press("ctrl+t")
		p.Want("09:51 …456 · SUBRAMANIAM-FERNANDES, Maria Alexandrina Concepcion Teresa (Mrs) · as known on 12-Nov-2026", "10:01 …456  ", "10:11 …754  ")
		if d.Calls["find"] != 0 || d.Calls["open"] != 0 {
			t.Errorf("asked: %v", d.Calls)
		}
		p.Press("/").Type("subramaniam").Want("09:51 …456").Deny("10:01").Press("esc")
		p.Press("ctrl+l").Deny("SUBRAMANIAM").Type(fake.Passphrase).Press("enter").Want("as known on 12-Nov-2026")
	}
}

// What is known goes with the consent: when the centre says that one has changed, the list looks again.
func TestANameThatIsKnownNoMoreLeavesTheList(t *testing.T) {
	d := fake.New()
	awaited(d)
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t").Want("SUBRAMANIAM-FERNANDES", "as known on 12-Nov-2026")
	d.Change("p3", func(f fake.Facts) { f.Consent.State = ehrdesk.ConsentWithdrawn })
	p.Send(p.M.(*ui.Model).Hint(ehrdesk.HintConsent, "p3"))
	p.Deny("known on", "SUBRAMANIAM")
	d.Fail["known"] = ehrdesk.E("test", ehrdesk.CodeTampered, nil)
	d.Change("p3", func(f fake.Facts) { f.Consent.State = ehrdesk.ConsentActive })
	p.Press("f2", "ctrl+t").Want("09:51 …456").Deny("known on")
}
