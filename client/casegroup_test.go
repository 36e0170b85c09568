package client_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/casearchive"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
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

// ends has a case be closed and ended by its owner, and everybody hear of it.
func (s *staff) ends(owner *seat, id string) {
	s.t.Helper()
	if err := owner.s.StepCase(s.t.Context(), id, ehrdesk.CaseCloses, nil, ""); err != nil {
		s.t.Fatal(err)
	}
	owner.sync()
	s.clock.advance(73 * time.Hour)
	for _, d := range append([]*seat{s.other}, s.all...) {
		_ = d.s.Close()
		d.s = d.signIn(d.me.Staff)
		d.sync()
	}
	if err := owner.s.StepCase(s.t.Context(), id, ehrdesk.CaseEnded, nil, ""); err != nil {
		s.t.Fatal(err)
	}
	s.inStep()
}

// With a case that has ended the epoch ends in which something was said in it, and no desk of the staff has its key any more once no other
// case needs it: a copy of what was sealed opens by no key that there is.
func TestTheKeyOfAnEpochGoesWithTheCasesInWhichItOpened(t *testing.T) {
	s := newStaff(t, "drlee", "drchan")
	a, b, far := s.all[0], s.all[1], s.other
	group, first := s.withGroup(ehrdesk.CaseDestroys)
	second, err := far.s.BeginCase(t.Context(), ehrdesk.CaseBeginning{Patient: s.who, Purpose: ehrdesk.CaseBoard, Ends: ehrdesk.CaseDestroys, Members: []ehrdesk.CaseMember{group}})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{first, second} {
		far.say(id, "troponin 900", group.CasePerson)
	}
	s.inStep()
	a.reads(first, "troponin 900")
	id := group.Group()
	a.opens(id, 1)
	s.ends(far, first)
	for range 3 {
		s.clock.advance(20 * time.Minute)
		s.inStep()
	}
	for _, d := range s.all {
		d.opens(id, 1, 2) // the other case goes on, and is read by the first
		if v := d.has(first); len(v.Words) != 0 || v.State != ehrdesk.CaseDestroyed {
			t.Errorf("%s: %s, %v", d.me.Staff, v.State, v.Words)
		}
	}
	b.reads(second, "troponin 900")
	far.say(second, "by the second epoch", group.CasePerson)
	s.inStep()
	b.reads(second, "by the second epoch")
	s.ends(far, second)
	for range 3 {
		s.clock.advance(20 * time.Minute)
		s.inStep()
	}
	for _, d := range s.all {
		d.opens(id, 3)
	}
}

// An archived case has the histories of its groups in it: whoever opens it sees that who acted for one was on its staff.
func TestAnArchivedCaseHasTheHistoriesOfItsGroups(t *testing.T) {
	s := newStaff(t, "drlee", "drchan")
	a, b, far := s.all[0], s.all[1], s.other
	file := far.archives()
	far.again()
	group, id := s.withGroup(ehrdesk.CaseArchives)
	far.say(id, "troponin 900", group.CasePerson)
	s.inStep()
	b.reads(id, "troponin 900")
	b.say(id, "send them now")
	s.inStep()
	far.reads(id, "send them now")
	a.steps(group.Group(), ehrdesk.GroupLeft, b)
	s.ends(far, id)
	far.sync()
	all, err := far.s.CaseArchives(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	var buf bytes.Buffer
	if err := far.s.CaseArchive(t.Context(), all[0].Name, &buf); err != nil {
		t.Fatal(err)
	}
	key, err := casearchive.OpenKey(file, []byte(pass))
	if err != nil {
		t.Fatal(err)
	}
	got, err := casearchive.Open(buf.Bytes(), key)
	if err != nil || len(got.Said) != 2 || len(got.Groups) != 1 {
		t.Fatalf("%d said, %d groups, %v", len(got.Said), len(got.Groups), err)
	}
	h, err := got.History()
	if err != nil || h.State != ehrdesk.CaseArchived || h.Said[1].As != group.CasePerson || h.Said[1].Name != "Dr drchan" {
		t.Errorf("%+v, %v", h.Said, err)
	}
	got.Groups = nil
	if _, err := got.History(); !errors.Is(err, caselog.ErrGroup) {
		t.Errorf("without the history of the group: %v", err)
	}
}

// A centre that tells a desk another history of a group than others is found by the first event of a case that names it: nothing more is sent
// there until the true one comes.
func TestACentreThatTellsAnotherHistoryOfAGroupIsFoundInACase(t *testing.T) {
	s := newStaff(t, "drlee", "drchan")
	a, b, far := s.all[0], s.all[1], s.other
	group, id := s.withGroup(ehrdesk.CaseDestroys)
	far.line.set(false, editing(t, "$group-events", func(v map[string]any) { // as it was before drho came
		v["parameter"] = slices.DeleteFunc(v["parameter"].([]any), func(p any) bool { return p.(map[string]any)["name"] == "event" }) //nolint:forcetypeassert // an answer of the centre's
	}))
	c := s.another("drho")
	a.steps(group.Group(), ehrdesk.GroupJoined, c)
	b.sync()
	b.say(id, "by the history that there is")
	b.sync()
	before := far.incidents("history breaks")
	for range 2 {
		s.clock.advance(2 * time.Second)
		_ = far.s.SyncCases(t.Context())
	}
	if v := far.has(id); v.Broken == "" || len(v.Said) != 0 {
		t.Errorf("%q, %d said", v.Broken, len(v.Said))
	}
	if n := far.incidents("history breaks"); n == before {
		t.Error("nothing is written down")
	}
	far.line.set(false, nil)
	b.say(id, "and what follows")
	b.sync()
	a.sync()
	far.sync()
	far.reads(id, "and what follows")
	wantOne(t, id, a, b, far)
}

// What is said to a group waits while it has no key, as somebody has left by themselves, and says for whom; it goes once a colleague's desk has
// begun the next epoch.
func TestWhatIsForAGroupWaitsWhileItHasNoKey(t *testing.T) {
	s := newStaff(t, "drlee", "drchan")
	a, b, far := s.all[0], s.all[1], s.other
	group, id := s.withGroup(ehrdesk.CaseDestroys)
	b.steps(group.Group(), ehrdesk.GroupLeft, b)
	far.say(id, "is anybody there", group.CasePerson)
	far.sync()
	far.sync()
	if w := far.has(id).Waits; len(w) != 1 || w[0].NoDesk != group.CasePerson || w[0].Why != "" {
		t.Fatalf("%+v", w)
	}
	a.sync() // begins the next epoch
	far.sync()
	a.sync()
	a.reads(id, "is anybody there")
	if v := b.has(id); !v.Left {
		t.Errorf("%+v", v)
	}
}

// What is said to all of a case leaves out a group that is closed, whose staff nobody is any more.
func TestAGroupThatIsClosedHoldsNothingUp(t *testing.T) {
	s := newStaff(t, "drlee", "drchan")
	a, b, far := s.all[0], s.all[1], s.other
	group, id := s.withGroup(ehrdesk.CaseDestroys)
	if err := far.s.StepCase(t.Context(), id, ehrdesk.CaseJoined, &a.me, ""); err != nil {
		t.Fatal(err)
	}
	s.inStep()
	a.steps(group.Group(), ehrdesk.GroupClosed, nil)
	s.inStep()
	far.say(id, "who is left")
	s.inStep()
	if v := far.has(id); len(v.Waits) != 0 || len(v.Said) != 1 || !slices.Equal(v.Said[0].To, []ehrdesk.CasePerson{a.me.CasePerson}) {
		t.Errorf("%+v, %+v", v.Waits, v.Said)
	}
	a.reads(id, "who is left")
	if v := b.has(id); !v.Left {
		t.Error("who answered for it is in the case no more")
	}
}
