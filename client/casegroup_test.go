package client_test

import (
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// inStep brings all desks into step, twice: what one does the others hear of.
func (s *staff) inStep() {
	s.t.Helper()
	for range 2 {
		for _, d := range append([]*seat{s.other}, s.all...) {
			d.sync()
		}
	}
}

// withGroup has the other provider's desk open a case with a group that two answer, and all know of it.
func (s *staff) withGroup(ends ehrdesk.CaseEnding) (group ehrdesk.CaseMember, id string) {
	s.t.Helper()
	g := s.all[0].makes("Cardiac referral")
	for _, d := range s.all[1:] {
		s.all[0].steps(g, ehrdesk.GroupJoined, d)
	}
	s.inStep()
	of := s.other.group(g)
	group = of.AsMember()
	id, err := s.other.s.BeginCase(s.t.Context(), ehrdesk.CaseBeginning{Patient: s.who, Purpose: ehrdesk.CaseOpinion, Ends: ends, Members: []ehrdesk.CaseMember{group}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.inStep()
	return group, id
}

func (d *seat) answers(id string, event int, kind ehrdesk.CaseEventKind) {
	d.t.Helper()
	if err := d.s.AnswerInCase(d.t.Context(), id, event, kind, ""); err != nil {
		d.t.Fatal(err)
	}
}

// What is critical and for a group all who answer for it have on their list; one of them acknowledges it for all, by name, and its author
// sees who.
func TestWhatIsForAGroupOneOfItsStaffAnswersForAll(t *testing.T) {
	s := newStaff(t, "drlee", "drchan")
	a, b, far := s.all[0], s.all[1], s.other
	group, id := s.withGroup(ehrdesk.CaseDestroys)
	if err := far.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: id, Text: "troponin 900", To: []ehrdesk.CasePerson{group.CasePerson}, Critical: true}); err != nil {
		t.Fatal(err)
	}
	s.inStep()
	for _, d := range s.all {
		v := d.has(id)
		if n := v.Count(d.me.CasePerson, d.clock.now()); n.Critical != 1 || n.Unread != 1 || n.Asked != 1 || !slices.Equal(v.Answers, []ehrdesk.CasePerson{group.CasePerson}) {
			t.Fatalf("%s: %+v, answers for %v", d.me.Staff, n, v.Answers)
		}
	}
	b.reads(id, "troponin 900")
	b.answers(id, far.has(id).Said[0].Event, ehrdesk.CaseAcknowledged)
	s.inStep()
	for _, d := range []*seat{a, b, far} {
		v := d.has(id)
		r, ok := v.Said[0].Settled()
		if !ok || r.By != b.me.CasePerson || r.As != group.CasePerson || r.Name != "Dr drchan" {
			t.Errorf("%s: %+v, %v", d.me.Staff, r, ok)
		}
		if n := v.Count(d.me.CasePerson, d.clock.now()); n.Critical != 0 || n.Unread != 0 {
			t.Errorf("%s: %+v", d.me.Staff, n)
		}
	}
	if v := far.has(id); len(v.Given) != 1 || v.Given[0].To != group.CasePerson {
		t.Errorf("delivered %+v", v.Given)
	}
	a.reads(id, "troponin 900") // what a colleague has answered is there to be read
	if err := a.s.AnswerInCase(t.Context(), id, far.has(id).Said[0].Event, ehrdesk.CaseDeclined, ehrdesk.CaseNotMine); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("a second answer for a group: %v", err)
	}
	b.say(id, "send them now")
	s.inStep()
	far.reads(id, "send them now")
	a.reads(id, "send them now") // their colleagues read what is said for them
	if said := far.has(id).Said[1]; said.From() != group.CasePerson || said.By != b.me.CasePerson {
		t.Errorf("%+v", said)
	}
	wantOne(t, id, a, b, far)
}

// Who leaves the staff reads nothing that is said later, and keeps nothing of the case; what they do for the group afterwards nobody takes.
func TestWhoLeavesAGroupIsInItsCasesNoMore(t *testing.T) {
	s := newStaff(t, "drlee", "drchan")
	a, b, far := s.all[0], s.all[1], s.other
	group, id := s.withGroup(ehrdesk.CaseDestroys)
	far.say(id, "before", group.CasePerson)
	s.inStep()
	b.reads(id, "before")
	s.inStep()
	b.line.set(true, nil)
	b.say(id, "written without the line") // and sent when they answer for it no more
	a.steps(group.Group(), ehrdesk.GroupLeft, b)
	b.line.set(false, nil)
	a.sync()
	far.sync()
	far.say(id, "after", group.CasePerson)
	far.sync()
	a.sync()
	a.reads(id, "after")
	_ = b.s.SyncCases(t.Context())
	b.sync()
	v := b.has(id)
	if !v.Left || len(v.Words) != 0 || len(v.Said) != 1 {
		t.Errorf("left %v, %d said, words %v", v.Left, len(v.Said), v.Words)
	}
	if w := v.Waits; len(w) != 1 || w[0].Why == "" {
		t.Errorf("%+v", w)
	}
	if got := far.has(id).Said; len(got) != 2 || slices.ContainsFunc(got, func(s ehrdesk.CaseSaid) bool { return s.As == group.CasePerson }) {
		t.Errorf("%+v", got)
	}
	wantOne(t, id, a, far)
}

// Who comes to a group later is told of its cases, and opens what was sealed to it in the epoch that is current.
func TestWhoComesToAGroupReadsItsCases(t *testing.T) {
	s := newStaff(t, "drlee", "drchan")
	group, id := s.withGroup(ehrdesk.CaseDestroys)
	s.other.say(id, "for all of you", group.CasePerson)
	s.inStep()
	c := s.another("drho")
	s.all[0].steps(group.Group(), ehrdesk.GroupJoined, c)
	s.all = append(s.all, c)
	s.inStep()
	c.reads(id, "for all of you")
	wantOne(t, id, s.all[0], c, s.other)
}

// What is written for a group goes to the epoch that there is when it is sent, also what lay with a file.
func TestWhatIsForAGroupIsSealedToTheEpochThatThereIs(t *testing.T) {
	s := newStaff(t, "drlee", "drchan")
	a, b, far := s.all[0], s.all[1], s.other
	group, id := s.withGroup(ehrdesk.CaseDestroys)
	far.line.set(true, nil)
	far.say(id, "written before", group.CasePerson)
	far.line.set(false, nil)
	a.steps(group.Group(), ehrdesk.GroupLeft, b)
	far.sync() // hears that the group has moved on, and seals anew
	a.sync()
	a.reads(id, "written before")
	if v := far.has(id); len(v.Waits) != 0 {
		t.Errorf("%+v", v.Waits)
	}
}
