package client_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// An approval lets one's own export of that patient leave for a day: not before it is given, not of minutes, not by somebody of another
// provider, not a day later; and the log says who gave it.
func TestAnExportLeavesByTheApprovalThatIsGivenForIt(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	a.letLeave(ehrdesk.HandoutCopy)
	_ = a.s.Close() // it is told at the sign-in
	a.s = a.signIn("drlee")
	t.Cleanup(func() { _ = a.s.Close() })
	a.enrol("drwong", ehrdesk.Doctor)
	wong := &seat{world: a.world, s: a.signIn("drwong"), me: ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: a.hcp, Staff: "drwong"}, Name: "Dr drwong"}}
	t.Cleanup(func() { _ = wong.s.Close() })
	wong.sync()
	id, err := a.s.BeginCase(t.Context(), ehrdesk.CaseBeginning{Patient: j.who, Purpose: ehrdesk.CaseElse, Ends: ehrdesk.CaseDestroys, Members: []ehrdesk.CaseMember{wong.me, b.me}})
	if err != nil {
		t.Fatal(err)
	}
	puts := func(what ehrdesk.CaseApproves, who *seat) *ehrdesk.CaseApproval {
		t.Helper()
		if err := a.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: id, Text: "she moves abroad", Approver: who.me.CasePerson, Body: ehrdesk.CaseBody{Approve: what}}); err != nil {
			t.Fatal(err)
		}
		a.sync()
		v := a.has(id)
		return &ehrdesk.CaseApproval{Case: id, Event: v.Said[len(v.Said)-1].Event}
	}
	approves := func(x *ehrdesk.CaseApproval, who *seat) {
		t.Helper()
		who.sync()
		if _, err := who.s.OpenInCase(t.Context(), id, x.Event); err != nil {
			t.Fatal(err)
		}
		if err := who.s.AnswerInCase(t.Context(), id, x.Event, ehrdesk.CaseAcknowledged, ""); err != nil {
			t.Fatal(err)
		}
		who.sync()
		a.sync()
	}
	c, ok := ehrdesk.Chart(a.chart(a.s, j.n)).(ehrdesk.Exporting)
	if !ok {
		t.Fatal("it exports nothing")
	}
	leaves := func(x *ehrdesk.CaseApproval) error {
		sent := false
		err := c.Export(t.Context(), ehrdesk.Export{What: "ips-file", Reason: "moves abroad", Records: 1, Approval: x}, func(context.Context) error { sent = true; return nil })
		if sent != (err == nil) {
			t.Errorf("sent %t, %v", sent, err)
		}
		return err
	}
	refused := func(what string, x *ehrdesk.CaseApproval) {
		t.Helper()
		if err := leaves(x); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := leaves(nil); err != nil { // no rule of this site's
		t.Fatal(err)
	}
	good, minutes, elsewhere := puts(ehrdesk.CaseExport, wong), puts(ehrdesk.CaseMinutes, wong), puts(ehrdesk.CaseExport, b)
	refused("not approved yet", good)
	for x, who := range map[*ehrdesk.CaseApproval]*seat{good: wong, minutes: wong, elsewhere: b} {
		approves(x, who)
	}
	refused("minutes", minutes)
	refused("by another provider's", elsewhere)
	refused("of no case", &ehrdesk.CaseApproval{Case: "none", Event: 3})
	refused("of no message", &ehrdesk.CaseApproval{Case: id, Event: 99})
	if err := leaves(good); err != nil {
		t.Fatal(err)
	}
	log := accesses(t, a.s)
	if last := log[len(log)-1]; !strings.Contains(last.Detail, "approved by drwong") {
		t.Errorf("the log ends with %+v", last)
	}
	a.clock.advance(ehrdesk.ExportApproved + time.Minute)
	_ = a.s.Close()
	a.s = a.signIn("drlee")
	t.Cleanup(func() { _ = a.s.Close() })
	if c, ok = ehrdesk.Chart(a.chart(a.s, j.n)).(ehrdesk.Exporting); !ok {
		t.Fatal("it exports nothing")
	}
	refused("a day later", good)
}
