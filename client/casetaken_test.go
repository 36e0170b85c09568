package client_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// A case whose owner comes no more is taken over by a member and closed; before its time the centre refuses that.
func TestACaseWhoseOwnerComesNoMoreIsTakenOverAndClosed(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	b := j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	takes := func() {
		t.Helper()
		if err := b.s.StepCase(t.Context(), id, ehrdesk.CaseHandedOver, &b.me, ""); err != nil {
			t.Fatal(err)
		}
		b.sync()
	}
	takes()
	v := b.has(id)
	if len(v.Waits) != 1 || v.Waits[0].Why == "" || v.Owner == b.me.CasePerson {
		t.Fatalf("too soon: %+v of %+v", v.Waits, v.Owner)
	}
	if err := b.s.GiveUpInCase(t.Context(), v.Waits[0].ID); err != nil {
		t.Fatal(err)
	}
	b.clock.advance(ehrdesk.CaseOwnerSilent + time.Minute)
	_ = b.s.Close()
	b.s = b.signIn("drchan")
	t.Cleanup(func() { _ = b.s.Close() })
	takes()
	if err := b.s.StepCase(t.Context(), id, ehrdesk.CaseCloses, nil, ""); err != nil {
		t.Fatal(err)
	}
	b.sync()
	if v := b.has(id); v.Owner != b.me.CasePerson || v.State != ehrdesk.CaseClosing || len(v.Waits) != 0 {
		t.Errorf("%+v is its owner, it is %s, %+v wait", v.Owner, v.State, v.Waits)
	}
}
