package caselog_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// address is a group as somebody has it who has followed it.
type address struct {
	g      ehrdesk.Group
	known  []string
	signed []string
}

// colleagues are people who all work at one provider.
func colleagues(t testing.TB) *people {
	p := newPeople(t)
	for i := range p.who {
		p.who[i].Provider = p.who[0].Provider
	}
	return p
}

// roleKeys are made once: a walk needs many.
func roleKeys(t testing.TB, n int) (out []string) {
	t.Helper()
	for range n {
		k, err := sealed.NewKey()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, k.Public().String())
	}
	return out
}

func (a *address) try(p *people, by int, e ehrdesk.GroupEvent) error {
	e.By, e.Name, e.At = p.who[by], p.who[by].Staff, start.Add(time.Duration(a.g.Events)*time.Minute)
	signed, err := caselog.NextGroup(&a.g, e, p.by(by))
	if err != nil {
		return err
	}
	if a.known, err = caselog.FollowGroup(&a.g, a.known, []string{signed}, p); err == nil {
		a.signed = append(a.signed, signed)
	}
	return err
}

func made(t testing.TB, p *people, key string) *address {
	t.Helper()
	a := &address{}
	if err := a.try(p, 0, ehrdesk.GroupEvent{Group: "g", Kind: ehrdesk.GroupMade, Is: ehrdesk.GroupBoard, Called: "Tumour board", Chinese: "腫瘤會議", Key: key}); err != nil {
		t.Fatal(err)
	}
	return a
}

// Whatever is done to a group, a key is never used in two epochs, nobody who has left is on the staff when the next begins, and whoever
// follows what was signed comes to the same.
func TestAGroupsEpochsFollowItsStaff(t *testing.T) {
	p, keys := colleagues(t), roleKeys(t, 30)
	rapid.Check(t, func(rt *rapid.T) {
		a := made(t, p, keys[0])
		for n := range rapid.IntRange(1, 25).Draw(rt, "steps") {
			e := ehrdesk.GroupEvent{Kind: rapid.SampledFrom([]ehrdesk.GroupEventKind{ehrdesk.GroupJoined, ehrdesk.GroupLeft, ehrdesk.GroupRenewed, ehrdesk.GroupHandedOver, ehrdesk.GroupClosed}).Draw(rt, "kind")}
			by, who := rapid.IntRange(0, 3).Draw(rt, "by"), rapid.IntRange(0, 3).Draw(rt, "who")
			if e.Kind != ehrdesk.GroupRenewed && e.Kind != ehrdesk.GroupClosed {
				e.Person = p.member(who)
			}
			if rapid.Bool().Draw(rt, "key") {
				e.Key = keys[max(0, n+1-3*rapid.IntRange(0, 1).Draw(rt, "old"))]
			}
			before := a.g
			if a.try(p, by, e) != nil {
				if a.g.Events != before.Events {
					rt.Fatal("what is refused changes nothing")
				}
				continue
			}
			now, ok := a.g.Current()
			switch {
			case e.Kind == ehrdesk.GroupLeft && ok && now.N == len(before.Epochs):
				rt.Fatal("somebody left, and the epoch goes on")
			case e.Key != "" && by == who && e.Kind == ehrdesk.GroupLeft:
				rt.Fatal("who left made the key")
			case e.Kind == ehrdesk.GroupJoined && e.Key != "":
				rt.Fatal("an epoch began without a leaving")
			}
			if _, in := a.g.Member(a.g.Keeper); !in {
				rt.Fatal("its keeper is not on the staff")
			}
		}
		used := map[string]bool{}
		for _, e := range a.g.Epochs {
			if used[e.Key] {
				rt.Fatal("a key of two epochs")
			}
			used[e.Key] = true
		}
		var other ehrdesk.Group
		if _, err := caselog.FollowGroup(&other, nil, a.signed, p); err != nil || other.Head != a.g.Head {
			rt.Fatalf("%v", err)
		}
		i := rapid.IntRange(0, len(a.signed)-1).Draw(rt, "spoiled")
		spoiled := slices.Clone(a.signed)
		switch rapid.IntRange(0, 2).Draw(rt, "how") {
		case 0:
			spoiled = slices.Delete(spoiled, i, i+1)
		case 1:
			j := rapid.IntRange(0, len(a.signed)-1).Draw(rt, "with")
			spoiled[i], spoiled[j] = spoiled[j], spoiled[i]
		case 2:
			spoiled = append(spoiled[:i:i], append([]string{forged(t, p, a.signed[i])}, spoiled[i+1:]...)...)
		}
		if slices.Equal(spoiled, a.signed) || i == len(a.signed)-1 && len(spoiled) < len(a.signed) { // a cut at the end is found by the head
			return
		}
		var third ehrdesk.Group
		var broken *caselog.Broken
		if _, err := caselog.FollowGroup(&third, nil, spoiled, p); !errors.As(err, &broken) {
			rt.Fatalf("%v", err)
		}
	})
}

// forged is an event with its author's name on it that somebody else has signed.
func forged(t testing.TB, p *people, signed string) string {
	t.Helper()
	e, err := caselog.PlainGroup(signed)
	if err != nil {
		t.Fatal(err)
	}
	by := 0
	if e.By == p.who[0] {
		by = 1
	}
	out, err := sealed.Sign(&e, sealed.TypeGroupEvent, p.by(by))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// An event of a case is none of a group, and what is no key begins no epoch.
func TestAnEventOfAGroupIsNothingElse(t *testing.T) {
	p, keys := colleagues(t), roleKeys(t, 1)
	a := made(t, p, keys[0])
	e, err := caselog.PlainGroup(a.signed[0])
	if err != nil {
		t.Fatal(err)
	}
	asCase, err := sealed.Sign(&e, sealed.TypeEvent, p.by(0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := caselog.ReadGroup(asCase, p); !errors.Is(err, sealed.ErrForged) {
		t.Errorf("%v", err)
	}
	e.Key = "age1pq1nonsense"
	noKey, err := sealed.Sign(&e, sealed.TypeGroupEvent, p.by(0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := caselog.ReadGroup(noKey, p); !errors.Is(err, sealed.ErrUnreadable) {
		t.Errorf("%v", err)
	}
}

// Who acts for a group in a case was on its staff by its history, which whoever reads it knows; who has left acts for it no more.
func TestWhoActsForAGroupIsOnItsStaff(t *testing.T) {
	p := colleagues(t)
	keys := roleKeys(t, 3)
	a := made(t, p, keys[0])
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(a.try(p, 0, ehrdesk.GroupEvent{Kind: ehrdesk.GroupJoined, Person: p.member(1)}))
	before := ehrdesk.CaseGroupAt{Of: a.g.Person(), N: a.g.Events, Head: a.g.Head}
	must(a.try(p, 0, ehrdesk.GroupEvent{Kind: ehrdesk.GroupLeft, Person: p.member(1), Key: keys[1]}))
	now := ehrdesk.CaseGroupAt{Of: a.g.Person(), N: a.g.Events, Head: a.g.Head}
	groups := caselog.Histories{a.g.ID: {Group: a.g, Hashes: a.known}}

	var h history
	h.do(t, p, 2, ehrdesk.CaseEvent{Case: "c", Kind: ehrdesk.CaseBegun, Patient: "p", Purpose: ehrdesk.CaseBoard, Ends: ehrdesk.CaseDestroys})
	m := a.g.AsMember()
	sign := func(by int, e ehrdesk.CaseEvent, at time.Time) string {
		e.By, e.Name, e.At = p.who[by], p.who[by].Staff, at
		signed, err := caselog.Next(&h.c, e, p.by(by))
		must(err)
		return signed
	}
	joined := sign(2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &m, Groups: []ehrdesk.CaseGroupAt{before}}, start)
	for _, test := range []struct {
		name   string
		groups caselog.Groups
		want   error
	}{
		{"no groups", nil, caselog.ErrGroup},
		{"a group that is not known", caselog.Histories{}, caselog.ErrGroup},
		{"a history that is cut", caselog.Histories{a.g.ID: {Group: a.g, Hashes: a.known[:1]}}, caselog.ErrGroup},
		{"another history", caselog.Histories{a.g.ID: {Group: a.g, Hashes: []string{a.known[0], a.known[0], a.known[2]}}}, caselog.ErrGroup},
	} {
		c := h.c
		if _, err := caselog.Follow(&c, h.known, []string{joined}, p, test.groups); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	known, err := caselog.Follow(&h.c, h.known, []string{joined}, p, groups)
	must(err)
	says := func(at ehrdesk.CaseGroupAt) ehrdesk.CaseEvent {
		return ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, As: a.g.Person(), Groups: []ehrdesk.CaseGroupAt{at}, Envelope: &ehrdesk.CaseEnvelope{ID: "e", Digest: []byte{1}, To: []ehrdesk.CasePerson{p.who[2]}}}
	}
	later := start.Add(24 * time.Hour)
	for _, test := range []struct {
		name string
		by   int
		at   ehrdesk.CaseGroupAt
		when time.Time
		want error
	}{
		{"its keeper", 0, now, later, nil},
		{"who left, by the history of before, later", 1, before, later, caselog.ErrNotStaff},
		{"who left, by that of now", 1, now, start, caselog.ErrNotStaff},
		{"somebody who never was", 3, now, later, caselog.ErrNotStaff},
	} {
		c := h.c
		if _, err := caselog.Follow(&c, known, []string{sign(test.by, says(test.at), test.when)}, p, groups); !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}
