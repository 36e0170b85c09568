package ehrdesk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// board is a group at the provider of doctor 2, who keeps it with two colleagues of theirs.
func board(t interface{ Fatal(...any) }) *ehrdesk.Group {
	g := &ehrdesk.Group{}
	at := caseStart.Add(-time.Hour)
	for i, e := range []ehrdesk.GroupEvent{
		{Kind: ehrdesk.GroupMade, Is: ehrdesk.GroupHotline, Called: "Cardiac referral", Chinese: "心臟科轉介", Key: "k1"},
		{Kind: ehrdesk.GroupJoined, Person: colleague(1)},
		{Kind: ehrdesk.GroupJoined, Person: colleague(2)},
		{Kind: ehrdesk.GroupLeft, Person: colleague(1), Key: "k2"},
	} {
		e.Group, e.N, e.Before, e.By, e.Name, e.At = "g", i+1, g.Head, doctor(2), "Dr", at.Add(time.Duration(i)*time.Minute)
		if err := g.Step(&e, string(rune('a'+i))); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

func colleague(n int) *ehrdesk.CaseMember {
	return &ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: doctor(2).Provider, Staff: "colleague-" + string(rune('0'+n))}, Name: "Dr"}
}

func at(g *ehrdesk.Group) []ehrdesk.CaseGroupAt {
	return []ehrdesk.CaseGroupAt{{Of: g.Person(), N: g.Events, Head: g.Head}}
}

func TestAGroupStandsWhereAPersonDoes(t *testing.T) {
	g := board(t)
	if p := g.Person(); p.Group() != "g" || p.Provider != doctor(2).Provider || doctor(2).Group() != "" || g.AsMember().Name != "Cardiac referral" {
		t.Errorf("%+v", p)
	}
}

func TestWhoWasOnAStaffWhen(t *testing.T) {
	g := board(t)
	left := g.Changes[3].At
	for _, c := range []struct {
		name string
		n    int
		who  ehrdesk.CasePerson
		at   time.Time
		want bool
	}{
		{"keeper", 4, doctor(2), caseStart, true},
		{"who is on it", 4, colleague(2).CasePerson, caseStart, true},
		{"before they came", 2, colleague(2).CasePerson, left, false},
		{"who left, by the history since", 4, colleague(1).CasePerson, left, false},
		{"who left, before it", 3, colleague(1).CasePerson, left.Add(-time.Minute), true},
		{"who left, a moment after, as clocks differ", 3, colleague(1).CasePerson, left.Add(ehrdesk.GroupApart), true},
		{"who left, later, by the history of before", 3, colleague(1).CasePerson, left.Add(ehrdesk.GroupApart + time.Second), false},
		{"no such history", 5, doctor(2), caseStart, false},
		{"none", 0, doctor(2), caseStart, false},
		{"somebody else", 4, doctor(1), caseStart, false},
	} {
		if got := g.StaffedAt(c.n, c.who, c.at); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	closed := ehrdesk.GroupEvent{Group: "g", N: 5, Before: g.Head, Kind: ehrdesk.GroupClosed, By: doctor(2), Name: "Dr", At: caseStart}
	if err := g.Step(&closed, "closed"); err != nil {
		t.Fatal(err)
	}
	if g.StaffedAt(5, doctor(2), caseStart) || g.StaffedAt(4, doctor(2), caseStart.Add(time.Hour)) || !g.StaffedAt(4, doctor(2), caseStart) || len(g.OnStaff()) != 0 {
		t.Error("of a group that is closed nobody is")
	}
}

// withBoard is a case of two with a group; the first is the owner.
func withBoard(t interface{ Fatal(...any) }) (*ehrdesk.Case, *ehrdesk.Group) {
	c, g := &ehrdesk.Case{}, board(t)
	step(t, c, 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseBegun, Patient: "p1", Purpose: ehrdesk.CaseOpinion, Ends: ehrdesk.CaseDestroys})
	step(t, c, 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &ehrdesk.CaseMember{CasePerson: doctor(1), Name: "Dr"}})
	m := g.AsMember()
	step(t, c, 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &m, Groups: at(g)})
	return c, g
}

func TestWhatNamesAGroupSaysByWhichHistory(t *testing.T) {
	c, g := withBoard(t)
	of, other := at(g), []ehrdesk.CaseGroupAt{{Of: g.Person(), N: 3, Head: "c"}}
	to := func(people ...ehrdesk.CasePerson) *ehrdesk.CaseEnvelope {
		return &ehrdesk.CaseEnvelope{ID: "e1", Digest: []byte{1}, To: people}
	}
	passing, approved, critical := to(g.Person()), to(g.Person(), doctor(1)), to(g.Person())
	passing.Passes = caseStart.Add(time.Hour)
	approved.Approver = g.Person()
	critical.Critical, critical.Turns, critical.Within = true, []ehrdesk.CasePerson{g.Person()}, 30
	m := g.AsMember()
	for _, test := range []struct {
		name string
		by   int
		e    ehrdesk.CaseEvent
		want ehrdesk.Code
	}{
		{"to a group", 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: to(g.Person()), Groups: of}, ""},
		{"critical, its turn", 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: critical, Groups: of}, ""},
		{"without its history", 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: to(g.Person())}, ehrdesk.CodeInvalid},
		{"with one of a group that is not named", 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: to(doctor(0)), Groups: of}, ehrdesk.CodeInvalid},
		{"by a history of before", 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: to(g.Person()), Groups: other}, ehrdesk.CodeConflict},
		{"by another of as many events", 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: to(g.Person()), Groups: []ehrdesk.CaseGroupAt{{Of: g.Person(), N: 4, Head: "x"}}}, ehrdesk.CodeConflict},
		{"what passes", 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: passing, Groups: of}, ehrdesk.CodeInvalid},
		{"to be approved by a group", 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: approved, Groups: of}, ehrdesk.CodeInvalid},
		{"for a group", 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: to(doctor(0)), As: g.Person(), Groups: of}, ""},
		{"for a group, to it", 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: to(g.Person()), As: g.Person(), Groups: of}, ehrdesk.CodeDenied},
		{"for a group of another provider", 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: to(doctor(0)), As: g.Person(), Groups: of}, ehrdesk.CodeInvalid},
		{"by no member, for nobody", 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: to(doctor(0))}, ehrdesk.CodeDenied},
		{"for a person", 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: to(doctor(0)), As: colleague(2).CasePerson}, ehrdesk.CodeInvalid},
		{"handed over to a group", 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseHandedOver, Person: &m}, ehrdesk.CodeInvalid},
		{"closed for a group", 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseCloses, Until: caseStart.Add(ehrdesk.CaseCooling), As: g.Person(), Groups: of}, ehrdesk.CodeDenied},
		{"a group leaves", 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: &m, As: g.Person(), Groups: of}, ""},
		{"taken out by another", 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: &m}, ehrdesk.CodeDenied},
		{"twice in a case", 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &m, Groups: of}, ehrdesk.CodeConflict},
		{"who answers for it comes too", 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &ehrdesk.CaseMember{CasePerson: doctor(2), Name: "Dr"}, As: g.Person(), Groups: of}, ""},
	} {
		had := *c
		had.Members, had.Said, had.Groups = slices.Clone(c.Members), slices.Clone(c.Said), slices.Clone(c.Groups)
		if err := try(&had, test.by, test.e); ehrdesk.CodeOf(err) != test.want {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}

// What is critical and for a group waits on the lists of all who answer for it, until one of them answers for all; a person's own answer is
// theirs alone.
func TestOneAnswersForAGroup(t *testing.T) {
	c, g := withBoard(t)
	of := at(g)
	v := &ehrdesk.CaseEnvelope{ID: "e1", Digest: []byte{1}, To: []ehrdesk.CasePerson{g.Person(), doctor(1)}, Critical: true, Turns: []ehrdesk.CasePerson{g.Person(), doctor(1)}, Within: 30}
	step(t, c, 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: v, Groups: of})
	sees := func(groups ...ehrdesk.CasePerson) *ehrdesk.CaseView {
		return &ehrdesk.CaseView{Case: *c, Answers: groups}
	}
	said := c.Said[0].Event
	keeper, colleague := doctor(2), colleague(2).CasePerson
	for _, p := range []ehrdesk.CasePerson{keeper, colleague} {
		if v := sees(g.Person()); !v.Owes(&v.Said[0], p) || !v.Unread(&v.Said[0], p, caseStart) || !v.CanRead(&v.Said[0], p) {
			t.Errorf("%s owes it", p.Staff)
		}
		if v := sees(); v.Owes(&v.Said[0], p) || v.CanRead(&v.Said[0], p) {
			t.Errorf("%s answers for no group", p.Staff)
		}
	}
	step(t, c, 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: said, As: g.Person(), Groups: of})
	mine, theirs := sees(g.Person()), sees(g.Person())
	if mine.Unread(&mine.Said[0], keeper, caseStart) || !theirs.Unread(&theirs.Said[0], colleague, caseStart) {
		t.Error("each opens it by themselves")
	}
	if err := try(c, 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: said, As: g.Person(), Groups: of}); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("opened twice by one: %v", err)
	}
	step(t, c, 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseDeclined, Reason: ehrdesk.CaseNotAvailable, Of: said, As: g.Person(), Groups: of})
	if turn, ok := c.Said[0].Turn(caseStart.Add(time.Minute)); !ok || turn.Who != doctor(1) {
		t.Errorf("it is the next one's: %+v", turn)
	}
	theirs = sees(g.Person())
	if theirs.Owes(&theirs.Said[0], colleague) || theirs.Unread(&theirs.Said[0], colleague, caseStart) || !theirs.Answered(&theirs.Said[0], colleague) {
		t.Error("a colleague has answered for them")
	}
	step(t, c, 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseAcknowledged, Of: said})
	if r, ok := c.Said[0].Settled(); !ok || r.By != doctor(1) || r.As != (ehrdesk.CasePerson{}) {
		t.Errorf("%+v", r)
	}
}

// What somebody says for a group and nobody acknowledges is back with all who answer for it.
func TestWhatWasSaidForAGroupComesBackToIt(t *testing.T) {
	c, g := withBoard(t)
	v := &ehrdesk.CaseEnvelope{ID: "e1", Digest: []byte{1}, To: []ehrdesk.CasePerson{doctor(1)}, Critical: true, Turns: []ehrdesk.CasePerson{doctor(1)}, Within: 30}
	step(t, c, 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: v, As: g.Person(), Groups: at(g)})
	view := &ehrdesk.CaseView{Case: *c, Answers: []ehrdesk.CasePerson{g.Person()}}
	if n := view.Count(colleague(2).CasePerson, caseStart.Add(time.Hour)); n.Back != 1 || n.Unread != 0 {
		t.Errorf("%+v", n)
	}
	if n := view.Count(colleague(2).CasePerson, caseStart); n.Back != 0 {
		t.Errorf("%+v", n)
	}
	m := g.AsMember()
	step(t, c, 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: &m})
	if turn, _ := c.Said[0].Turn(caseStart.Add(time.Hour)); turn.Who != (ehrdesk.CasePerson{}) {
		t.Errorf("a group that has left: it is the owner's of the case, not %+v", turn.Who)
	}
}

// A group whose keeper has done nothing in it for 90 days can be taken over by any of its staff, for themselves, and nobody sooner.
func TestAGroupWhoseKeeperIsSilentIsTakenOver(t *testing.T) {
	g := board(t)
	from := g.Changes[3].At.Add(ehrdesk.GroupKeeperSilent)
	takes := func(by ehrdesk.CasePerson, whom ehrdesk.CaseMember, at time.Time) error {
		return g.MayStep(&ehrdesk.GroupEvent{Group: "g", N: 5, Before: g.Head, Kind: ehrdesk.GroupHandedOver, By: by, Name: "Dr", At: at, Person: &whom})
	}
	on, left := colleague(2), colleague(1)
	if !g.TakenFrom().Equal(from) {
		t.Errorf("from %s", g.TakenFrom())
	}
	if err := takes(on.CasePerson, *on, from); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"sooner":            takes(on.CasePerson, *on, from.Add(-time.Second)),
		"for another":       takes(on.CasePerson, ehrdesk.CaseMember{CasePerson: doctor(2), Name: "Dr"}, from),
		"by who has left":   takes(left.CasePerson, *left, from),
		"by somebody else":  takes(doctor(1), ehrdesk.CaseMember{CasePerson: doctor(1), Name: "Dr"}, from),
		"by the keeper too": takes(doctor(2), ehrdesk.CaseMember{CasePerson: doctor(2), Name: "Dr"}, from),
	} {
		if err == nil {
			t.Errorf("%s: it was taken", name)
		}
	}
	e := ehrdesk.GroupEvent{Group: "g", N: 5, Before: g.Head, Kind: ehrdesk.GroupHandedOver, By: on.CasePerson, Name: "Dr", At: from, Person: on}
	if err := g.Step(&e, "taken"); err != nil || g.Keeper != on.CasePerson || !g.TakenFrom().Equal(from.Add(ehrdesk.GroupKeeperSilent)) {
		t.Errorf("%v, kept by %s", err, g.Keeper.Staff)
	}
}
