package client_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func (d *seat) reseals(id string, event int, to ...ehrdesk.CasePerson) error {
	return d.s.SayInCase(d.t.Context(), ehrdesk.CaseMessage{Case: id, Reseals: event, To: to})
}

func event(d *seat, id string, n int) int { return d.has(id).Said[n].Event }

// Whoever joins a case later reads what a member seals for them of what was said before, with its file; its author is told, and reads it.
func TestWhoJoinsLaterReadsWhatAMemberSealsAnew(t *testing.T) {
	j := newJoint(t, "drlee", "drchan", "drwong")
	a, b, c := j.desk[0], j.desk[1], j.desk[2]
	id, err := a.s.BeginCase(t.Context(), ehrdesk.CaseBeginning{Patient: j.who, Purpose: ehrdesk.CaseOpinion, Ends: ehrdesk.CaseDestroys, Members: []ehrdesk.CaseMember{b.me}})
	if err != nil {
		t.Fatal(err)
	}
	a.sync()
	b.sync()
	a.sends(id, "as seen on admission", "admission.pdf", scan(3000))
	if err := a.delivers(); err != nil {
		t.Fatal(err)
	}
	b.sync()
	first := event(b, id, 0)
	if err := b.reseals(id, first, c.me.CasePerson); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("of what was not opened: %v", err)
	}
	b.reads(id, "as seen on admission")
	if err := b.s.StepCase(t.Context(), id, ehrdesk.CaseJoined, &c.me, ""); err != nil {
		t.Fatal(err)
	}
	b.sync()
	c.sync()
	if _, err := c.s.OpenInCase(t.Context(), id, first); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("who joined later reads what was said before: %v", err)
	}
	c.sync() // it has a key for the case now
	b.line.set(true, nil)
	if err := b.reseals(id, first, c.me.CasePerson); err != nil {
		t.Fatal(err)
	}
	b.line.set(false, nil)
	if err := b.delivers(); err != nil {
		t.Fatal(err)
	}
	a.sync()
	c.sync()
	c.reads(id, "as seen on admission")
	got, f, err := c.saved(id, event(c, id, 1))
	if err != nil || f.Name != "admission.pdf" || !bytes.Equal(got, scan(3000)) {
		t.Errorf("%+v of %d bytes, %v", f, len(got), err)
	}
	v := wantOne(t, id, a, b, c)
	if anew := v.Said[1]; anew.Reseals != first || anew.By != b.me.CasePerson || !slices.Contains(anew.To, a.me.CasePerson) {
		t.Errorf("its author is not told: %+v", anew)
	}
	a.reads(id, "as seen on admission")
	if left := v.ResealedFor(first); len(left) != 0 {
		t.Errorf("sealed for all, %+v are left", left)
	}
}

// What its author lets be viewed only is sealed for nobody else by another, and what passes by nobody; nothing is said besides.
func TestWhatIsNotSealedAnew(t *testing.T) {
	j := newJoint(t, "drlee", "drchan", "drwong")
	a, b, c := j.desk[0], j.desk[1], j.desk[2]
	id := j.begin(ehrdesk.CaseDestroys)
	if err := a.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: id, Text: "for your eyes", To: []ehrdesk.CasePerson{b.me.CasePerson}, Body: ehrdesk.CaseBody{ViewOnly: true}}); err != nil {
		t.Fatal(err)
	}
	a.sync()
	b.sync()
	b.reads(id, "for your eyes")
	n := event(b, id, 0)
	if err := b.reseals(id, n, c.me.CasePerson); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("what is view-only: %v", err)
	}
	if err := c.reseals(id, n, c.me.CasePerson); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("what was not for them: %v", err)
	}
	if err := b.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: id, Reseals: n, Text: "and more", To: []ehrdesk.CasePerson{c.me.CasePerson}}); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("with other words: %v", err)
	}
	if err := a.reseals(id, n, c.me.CasePerson); err != nil {
		t.Fatalf("its own author: %v", err)
	}
	a.sync()
	c.sync()
	v := c.has(id)
	r, err := c.s.OpenInCase(t.Context(), id, v.Said[1].Event)
	if err != nil || r.Body.Text != "for your eyes" || !r.Body.ViewOnly {
		t.Errorf("%+v, %v", r.Body, err)
	}
	a.passes(id, "gone in a moment")
	a.sync()
	b.sync()
	if _, err := b.opensLast(id); err != nil {
		t.Fatal(err)
	}
	if err := b.reseals(id, event(b, id, 2), c.me.CasePerson); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("what passes: %v", err)
	}
}
