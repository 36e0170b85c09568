package ehrdesk_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
)

var caseStart = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)

func doctor(n int) ehrdesk.CasePerson {
	return ehrdesk.CasePerson{Provider: fmt.Sprint("hcp-", n), Staff: fmt.Sprint("dr-", n)}
}

// ofFive is a case of five, with a critical message of the first to the next three, who have twenty minutes each.
func ofFive(t interface{ Fatal(...any) }) *ehrdesk.Case {
	c := &ehrdesk.Case{}
	step(t, c, 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseBegun, Patient: "p1", Purpose: ehrdesk.CaseAlert, Ends: ehrdesk.CaseArchives})
	for n := 1; n < 5; n++ {
		step(t, c, 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &ehrdesk.CaseMember{CasePerson: doctor(n), Name: "Dr"}})
	}
	step(t, c, 0, criticalOf("e1", 1, 2, 3))
	return c
}

func criticalOf(id string, turns ...int) ehrdesk.CaseEvent {
	v := &ehrdesk.CaseEnvelope{ID: id, Digest: []byte{1}, Critical: true, Within: 20}
	for n := 1; n < 5; n++ {
		v.To = append(v.To, doctor(n))
	}
	for _, n := range turns {
		v.Turns = append(v.Turns, doctor(n))
	}
	return ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: v}
}

func step(t interface{ Fatal(...any) }, c *ehrdesk.Case, by int, e ehrdesk.CaseEvent) {
	if err := try(c, by, e); err != nil {
		t.Fatal(e.Kind, err)
	}
}

func try(c *ehrdesk.Case, by int, e ehrdesk.CaseEvent) error {
	e.Case, e.N, e.Before, e.By, e.Name = "c1", c.Events+1, c.Head, doctor(by), "Dr"
	if e.At.IsZero() {
		e.At = caseStart
	}
	return c.Step(&e, fmt.Sprint("hash-", e.N))
}

func minutes(n int) time.Time { return caseStart.Add(time.Duration(n) * time.Minute) }

// A critical message is its owner's first, and the next one's after the minutes of a turn, or at once as somebody declines or leaves;
// after the last it is with its author again, and anybody of them ends it.
func TestACriticalMessageGoesToTheNextInItsTime(t *testing.T) {
	for name, tt := range map[string]struct {
		do    []ehrdesk.CaseEvent // each by Of-1 below
		by    []int
		turns map[int]int // whose turn it is after so many minutes; 0 for its author's
	}{
		"nobody does anything": {turns: map[int]int{0: 1, 19: 1, 20: 2, 39: 2, 40: 3, 59: 3, 60: 0, 600: 0}},
		"the owner declines": {
			do: []ehrdesk.CaseEvent{{Kind: ehrdesk.CaseDeclined, Of: 6, Reason: ehrdesk.CaseNotAvailable, At: minutes(5)}}, by: []int{1},
			turns: map[int]int{4: 1, 5: 2, 24: 2, 25: 3, 45: 0},
		},
		"the second declined before it was theirs": {
			do: []ehrdesk.CaseEvent{{Kind: ehrdesk.CaseDeclined, Of: 6, Reason: ehrdesk.CaseNotMine, At: minutes(5)}}, by: []int{2},
			turns: map[int]int{5: 1, 19: 1, 20: 3, 40: 0},
		},
		"the owner is taken out": {
			do: []ehrdesk.CaseEvent{{Kind: ehrdesk.CaseLeft, Person: &ehrdesk.CaseMember{CasePerson: doctor(1), Name: "Dr"}, At: minutes(7)}}, by: []int{0},
			turns: map[int]int{6: 1, 7: 2, 27: 3},
		},
		"somebody who has no turn acknowledges": {
			do: []ehrdesk.CaseEvent{{Kind: ehrdesk.CaseAcknowledged, Of: 6, At: minutes(5)}}, by: []int{4},
			turns: map[int]int{5: 1, 20: 2},
		},
		"it was opened": {
			do: []ehrdesk.CaseEvent{{Kind: ehrdesk.CaseOpened, Of: 6, At: minutes(5)}}, by: []int{1},
			turns: map[int]int{5: 1, 20: 2},
		},
	} {
		c := ofFive(t)
		for i, e := range tt.do {
			step(t, c, tt.by[i], e)
		}
		for at, want := range tt.turns {
			got, ok := c.Said[0].Turn(minutes(at))
			if !ok || got.Who != doctor(want) || got.N != want || got.Since.After(minutes(at)) || want > 0 != got.Until.After(minutes(at)) {
				t.Errorf("%s: after %d minutes %+v, %v; want %d", name, at, got, ok, want)
			}
		}
	}
	for _, by := range []int{1, 3} { // in their turn or not
		c := ofFive(t)
		step(t, c, by, ehrdesk.CaseEvent{Kind: ehrdesk.CaseAcknowledged, Of: 6, At: minutes(25)})
		if got, ok := c.Said[0].Turn(minutes(26)); ok {
			t.Errorf("acknowledged, and still %+v's", got)
		}
	}
}

// It is on the list of all of them until one acknowledges it, of who declined no more, and until its author says it anew.
func TestACriticalMessageStaysOnTheListUntilItIsAcknowledged(t *testing.T) {
	c := ofFive(t)
	owe := func(want ...int) {
		t.Helper()
		for n := range 5 {
			if owes := c.Said[0].Owes(doctor(n)); owes != slices.Contains(want, n) {
				t.Errorf("%d owes it: %v", n, owes)
			}
		}
	}
	owe(1, 2, 3)
	step(t, c, 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseDeclined, Of: 6, Reason: ehrdesk.CaseNotMine})
	owe(2, 3)
	again := criticalOf("e2", 4)
	again.Envelope.Reply = 6
	step(t, c, 0, again)
	owe()
	if turn, ok := c.Said[0].Turn(minutes(1)); ok || c.Said[0].Anew != c.Said[1].Event {
		t.Errorf("%+v", turn)
	}
	if turn, ok := c.Said[1].Turn(minutes(1)); !ok || turn.Who != doctor(4) {
		t.Errorf("%+v, %v", turn, ok)
	}
	step(t, c, 4, ehrdesk.CaseEvent{Kind: ehrdesk.CaseAcknowledged, Of: c.Said[1].Event})
	if r, ok := c.Said[1].Settled(); !ok || r.By != doctor(4) {
		t.Errorf("%+v, %v", r, ok)
	}
}

// Where all whose turn it was let it pass and its author has left, it is the owner's of the case.
func TestACriticalMessageWithoutItsAuthorIsTheOwners(t *testing.T) {
	c := ofFive(t)
	step(t, c, 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseHandedOver, Person: &ehrdesk.CaseMember{CasePerson: doctor(4), Name: "Dr"}})
	step(t, c, 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: &ehrdesk.CaseMember{CasePerson: doctor(0), Name: "Dr"}})
	if turn, ok := c.Said[0].Turn(minutes(30)); !ok || turn.Who != doctor(2) {
		t.Errorf("%+v, %v", turn, ok)
	}
	if turn, ok := c.Said[0].Turn(minutes(60)); !ok || turn.Who != (ehrdesk.CasePerson{}) {
		t.Errorf("%+v, %v", turn, ok)
	}
}

// What does not say whom it waits for, or says too much, is refused by the rules that desk and centre share.
func TestWhoAcknowledgesAndApprovesIsHeldAgainstTheRules(t *testing.T) {
	for name, tt := range map[string]struct {
		edit func(*ehrdesk.CaseEnvelope)
		code ehrdesk.Code
	}{
		"nobody's turn":               {func(v *ehrdesk.CaseEnvelope) { v.Turns = nil }, ehrdesk.CodeInvalid},
		"no time":                     {func(v *ehrdesk.CaseEnvelope) { v.Within = 0 }, ehrdesk.CodeInvalid},
		"two days":                    {func(v *ehrdesk.CaseEnvelope) { v.Within = 2 * ehrdesk.CaseTurnMost }, ehrdesk.CodeInvalid},
		"somebody twice":              {func(v *ehrdesk.CaseEnvelope) { v.Turns = append(v.Turns, v.Turns[0]) }, ehrdesk.CodeInvalid},
		"for whom it is not":          {func(v *ehrdesk.CaseEnvelope) { v.To = v.To[1:] }, ehrdesk.CodeInvalid},
		"turns of what is none":       {func(v *ehrdesk.CaseEnvelope) { v.Critical = false }, ehrdesk.CodeInvalid},
		"one's own":                   {func(v *ehrdesk.CaseEnvelope) { v.To, v.Turns = append(v.To, doctor(0)), append(v.Turns, doctor(0)) }, ehrdesk.CodeDenied},
		"critical and for approval":   {func(v *ehrdesk.CaseEnvelope) { v.Approver = doctor(1) }, ehrdesk.CodeInvalid},
		"approved by its author":      {func(v *ehrdesk.CaseEnvelope) { *v = plainOf(v, doctor(0)); v.To = append(v.To, doctor(0)) }, ehrdesk.CodeDenied},
		"approved by somebody else":   {func(v *ehrdesk.CaseEnvelope) { *v = plainOf(v, doctor(1)); v.To = v.To[1:] }, ehrdesk.CodeInvalid},
		"for approval, and it passes": {func(v *ehrdesk.CaseEnvelope) { *v = plainOf(v, doctor(1)); v.Passes = minutes(5) }, ehrdesk.CodeInvalid},
	} {
		e := criticalOf("e2", 1, 2)
		tt.edit(e.Envelope)
		if err := try(ofFive(t), 0, e); ehrdesk.CodeOf(err) != tt.code {
			t.Errorf("%s: %v, want %s", name, err, tt.code)
		}
	}
}

// plainOf is an envelope that nobody has to acknowledge, and that somebody approves.
func plainOf(v *ehrdesk.CaseEnvelope, by ehrdesk.CasePerson) ehrdesk.CaseEnvelope {
	return ehrdesk.CaseEnvelope{ID: v.ID, Digest: v.Digest, To: v.To, Approver: by}
}

// What waits for an approval is approved or refused by the one who is named, once; others who have it do neither.
func TestOnlyWhoIsNamedApproves(t *testing.T) {
	for _, kind := range []ehrdesk.CaseEventKind{ehrdesk.CaseAcknowledged, ehrdesk.CaseDeclined} {
		c := ofFive(t)
		e := criticalOf("e2")
		*e.Envelope = plainOf(e.Envelope, doctor(2))
		step(t, c, 0, e)
		of := c.Said[1].Event
		if _, _, decided := c.Said[1].Approval(); decided {
			t.Error("decided by nobody")
		}
		answer := ehrdesk.CaseEvent{Kind: kind, Of: of}
		if kind == ehrdesk.CaseDeclined {
			answer.Reason = ehrdesk.CaseOtherwise
		}
		for _, by := range []int{0, 1} {
			if err := try(c, by, answer); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
				t.Errorf("%d approves: %v", by, err)
			}
		}
		step(t, c, 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: of})
		step(t, c, 2, answer)
		r, approved, decided := c.Said[1].Approval()
		if !decided || approved != (kind == ehrdesk.CaseAcknowledged) || r.By != doctor(2) {
			t.Errorf("%+v, %v, %v", r, approved, decided)
		}
		if err := try(c, 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseAcknowledged, Of: of}); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
			t.Errorf("decided twice: %v", err)
		}
	}
}

// Whatever they do and when, a turn never goes back to somebody, and it is always somebody's until it is settled.
func TestATurnGoesOnAndNeverBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := ofFive(rt)
		at, before := 0, 1
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			at += rapid.IntRange(0, 25).Draw(rt, "minutes")
			by := rapid.IntRange(1, 4).Draw(rt, "by")
			e := ehrdesk.CaseEvent{Kind: rapid.SampledFrom([]ehrdesk.CaseEventKind{ehrdesk.CaseOpened, ehrdesk.CaseDeclined, ehrdesk.CaseLeft}).Draw(rt, "kind"), At: minutes(at)}
			switch e.Kind {
			case ehrdesk.CaseDeclined:
				e.Of, e.Reason = 6, ehrdesk.CaseNotMine
			case ehrdesk.CaseLeft:
				e.Person = &ehrdesk.CaseMember{CasePerson: doctor(by), Name: "Dr"}
			default:
				e.Of = 6
			}
			_ = try(c, by, e) // what may not come next is refused
			turn, ok := c.Said[0].Turn(minutes(at))
			n := turn.N
			if n == 0 {
				n = 4 // after the last
			}
			if !ok || n < before || turn.Who == (ehrdesk.CasePerson{}) || turn.Since.After(minutes(at)) {
				rt.Fatalf("after %d minutes %+v, %v; it was the turn of %d", at, turn, ok, before)
			}
			if n < 4 && !c.Said[0].Owes(turn.Who) {
				rt.Fatalf("the turn of somebody who does not owe it: %+v", turn)
			}
			before = n
		}
	})
}

// A case whose owner has done nothing in it for thirty days is taken over by whichever member does so first, and by nobody for another;
// whatever the owner does begins the days anew.
func TestACaseWhoseOwnerIsSilentIsTakenOver(t *testing.T) {
	c := ofFive(t)
	takes := func(by, whom int, at time.Time) error {
		return try(c, by, ehrdesk.CaseEvent{Kind: ehrdesk.CaseHandedOver, Person: &ehrdesk.CaseMember{CasePerson: doctor(whom), Name: "Dr"}, At: at})
	}
	end := caseStart.Add(ehrdesk.CaseOwnerSilent)
	if err := takes(1, 1, end.Add(-time.Second)); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("a second too soon: %v", err)
	}
	later := caseStart.Add(24 * time.Hour)
	step(t, c, 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, At: later, Person: &ehrdesk.CaseMember{CasePerson: doctor(6), Name: "Dr"}})
	step(t, c, 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 6, At: later.Add(time.Hour)}) // what others do is not the owner's
	end = later.Add(ehrdesk.CaseOwnerSilent)
	if err := takes(1, 1, end.Add(-time.Second)); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied || !c.TakenFrom().Equal(end) {
		t.Errorf("a second too soon after the owner did something: %v, from %v", err, c.TakenFrom())
	}
	for name, err := range map[string]error{"for another": takes(1, 2, end), "by who is not in it": takes(7, 7, end)} {
		if ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := takes(1, 1, end); err != nil || c.Owner != doctor(1) {
		t.Fatalf("%v, %+v", err, c.Owner)
	}
	if err := takes(2, 2, end.Add(time.Hour)); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("from whoever took it over an hour ago: %v", err)
	}
}

// After the time of a case nothing more is said or changed in it but its end; who reads what was said before that is told of to its author
// until then.
func TestWhatIsReadAfterTheTimeOfACaseIsTold(t *testing.T) {
	c := ofFive(t)
	step(t, c, 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseCloses, Until: caseStart.Add(ehrdesk.CaseCooling)})
	over := caseStart.Add(ehrdesk.CaseCooling + time.Hour)
	for _, e := range []ehrdesk.CaseEvent{
		criticalOf("late", 1),
		{Kind: ehrdesk.CaseExtended, Reason: ehrdesk.CaseAwaited, Until: over.Add(ehrdesk.CaseCooling)},
		{Kind: ehrdesk.CaseReopened, Reason: ehrdesk.CaseAwaited},
		{Kind: ehrdesk.CaseLeft, Person: &ehrdesk.CaseMember{CasePerson: doctor(4), Name: "Dr"}},
	} {
		e.At = over
		if err := try(c, 0, e); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
			t.Errorf("%s: %v", e.Kind, err)
		}
	}
	step(t, c, 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 6, At: over})
	step(t, c, 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseAcknowledged, Of: 6, At: over})
	step(t, c, 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseEnded, At: over})
	if err := try(c, 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 6, At: over}); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("after its end: %v", err)
	}
}
