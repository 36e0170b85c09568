package central_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// The centre holds who acknowledges and who approves against the rules, whoever's program asks it: nobody has a turn of their own message
// or of one that is not for them, nobody approves their own or in another's place, and a decision is one.
func TestTheCentreHoldsTurnsAndApprovalsAgainstTheRules(t *testing.T) {
	k := ofCases(t).three()
	a, b, c := k.d[0], k.d[1], k.d[2]
	critical := func(to []*desk, within int, turns ...*desk) int {
		w := k.seal(a, "to be acknowledged", to...)
		v := w.event.Envelope
		v.Critical, v.Within = true, within
		for _, d := range turns {
			v.Turns = append(v.Turns, member(d).CasePerson)
		}
		status, _ := k.say(a, w)
		return status
	}
	approval := func(by *desk, to ...*desk) int {
		w := k.seal(a, "minutes", to...)
		w.event.Envelope.Approver = member(by).CasePerson
		status, _ := k.say(a, w)
		return status
	}
	for name, got := range map[string][2]int{
		"nobody's turn":                   {critical([]*desk{b, c}, 20), 422},
		"the author's own turn":           {critical([]*desk{b, c}, 20, a), 422},
		"a turn of what is not for them":  {critical([]*desk{b}, 20, c), 422},
		"the same turn twice":             {critical([]*desk{b, c}, 20, b, b), 422},
		"no minutes":                      {critical([]*desk{b, c}, 0, b), 422},
		"more than a day":                 {critical([]*desk{b, c}, ehrdesk.CaseTurnMost+1, b), 422},
		"approved by its author":          {approval(a, b, c), 403},
		"approved by whom it is not for":  {approval(c, b), 422},
		"turns, in their order":           {critical([]*desk{b, c}, 20, c, b), 200},
		"to be approved, for two of them": {approval(c, b, c), 200},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %d, want %d", name, got[0], got[1])
		}
	}
	last := k.story.Said[len(k.story.Said)-2:]
	turn, minutes := &last[0], &last[1]
	if turn.Approver != (ehrdesk.CasePerson{}) {
		turn, minutes = minutes, turn
	}
	at := k.clock.now()
	if now, ok := turn.Turn(at); !ok || now.Who != member(c).CasePerson || now.N != 1 {
		t.Errorf("%+v, %v", now, ok)
	}
	if now, ok := turn.Turn(at.Add(21 * time.Minute)); !ok || now.Who != member(b).CasePerson {
		t.Errorf("%+v, %v", now, ok)
	}
	for _, one := range []struct {
		name string
		by   *desk
		kind ehrdesk.CaseEventKind
		want int
	}{
		{"in the approver's place", b, ehrdesk.CaseAcknowledged, 403},
		{"their own", a, ehrdesk.CaseAcknowledged, 403},
		{"who is to", c, ehrdesk.CaseAcknowledged, 200},
		{"and refuses it after that", c, ehrdesk.CaseDeclined, 409},
	} {
		e := ehrdesk.CaseEvent{Kind: one.kind, Of: minutes.Event}
		if one.kind == ehrdesk.CaseDeclined {
			e.Reason = ehrdesk.CaseNotMine
		}
		if status, text := k.try(one.by, e); status != one.want {
			t.Errorf("%s: %d, want %d: %s", one.name, status, one.want, text)
		}
	}
}
