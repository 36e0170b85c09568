package consent

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// Whatever screen leads here, no step is taken for somebody who has died.
func TestNoStepForThePersonWhoDied(t *testing.T) {
	d := fake.New()
	session, err := d.SignIn(t.Context(), "cmei", ehrdesk.NewSecret(fake.Passphrase))
	if err != nil {
		t.Fatal(err)
	}
	e := &screen.Env{Desk: d, Session: session, T: text.New(), Now: fake.Clock}
	s, cmd := New(e, screen.ToConsent{Finding: ehrdesk.Finding{Patient: ehrdesk.Patient{ID: "p1", Deceased: true}}})
	s.Update(cmd())
	for _, id := range []intent.ID{intent.Agree, intent.Tick, intent.Accept, intent.Accept, intent.Submit} {
		s.Handle(intent.Intent{ID: id})
	}
	if words, bad := e.TakeSay(); s.step != stepNotice || words == "" || !bad {
		t.Errorf("at step %d, saying %q", s.step, words)
	}
}
