package client_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// What is for somebody who has signed in at no desk yet waits, says for whom, and goes once they have; with a file too.
func TestWhatWaitsForSomebodysFirstDeskSaysForWhom(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a := j.desk[0]
	a.enrol("drwong", ehrdesk.Doctor)
	wong := ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: a.hcp, Staff: "drwong"}, Name: "Dr drwong"}
	id, err := a.s.BeginCase(t.Context(), ehrdesk.CaseBeginning{Patient: j.who, Purpose: ehrdesk.CaseAlert, Ends: ehrdesk.CaseDestroys, Members: []ehrdesk.CaseMember{wong},
		Says: &ehrdesk.CaseMessage{Critical: true, Body: ehrdesk.CaseBody{Allergy: cefazolin()}}})
	if err != nil {
		t.Fatal(err)
	}
	waits := func(n int, whom ehrdesk.CasePerson) {
		t.Helper()
		if err := a.delivers(); err != nil {
			t.Fatal(err)
		}
		v := a.has(id)
		if len(v.Waits) != n || n > 0 && (v.Waits[0].NoDesk != whom || v.Waits[0].Why != "") {
			t.Fatalf("%+v wait", v.Waits)
		}
	}
	waits(1, wong.CasePerson)
	d := &seat{world: a.world, s: a.signIn("drwong"), me: wong}
	t.Cleanup(func() { _ = d.s.Close() })
	d.sync()
	waits(0, ehrdesk.CasePerson{})
	a.enrol("drho", ehrdesk.Doctor)
	ho := ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: a.hcp, Staff: "drho"}, Name: "Dr drho"}
	if err := a.s.StepCase(t.Context(), id, ehrdesk.CaseJoined, &ho, ""); err != nil {
		t.Fatal(err)
	}
	a.sends(id, "the film", "film.pdf", scan(9000))
	waits(1, ho.CasePerson)
}
