package ehrdesk_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// What was said is sealed for others by whoever can read it, and its author is told, as it stands in their name.
func TestWhoMaySealAnewWhatWasSaid(t *testing.T) {
	said := func(id string, to ...int) ehrdesk.CaseEvent {
		v := &ehrdesk.CaseEnvelope{ID: id, Digest: []byte{1}}
		for _, n := range to {
			v.To = append(v.To, doctor(n))
		}
		return ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: v}
	}
	anew := func(of int, to ...int) ehrdesk.CaseEvent {
		e := said("anew", to...)
		e.Envelope.Reseals = of
		return e
	}
	c := ofFive(t)
	step(t, c, 0, said("words", 1))
	words := c.Events
	approve := said("approve", 1)
	approve.Envelope.Approver = doctor(1)
	step(t, c, 0, approve)
	toApprove := c.Events
	pass := said("pass", 1)
	pass.Envelope.Passes = caseStart.Add(time.Hour)
	step(t, c, 0, pass)
	passing := c.Events
	critical := anew(words, 0, 2)
	critical.Envelope.Critical, critical.Envelope.Turns, critical.Envelope.Within = true, []ehrdesk.CasePerson{doctor(2)}, 10
	reply := anew(words, 0, 2)
	reply.Envelope.Reply = words
	for name, one := range map[string]struct {
		by   int
		e    ehrdesk.CaseEvent
		code ehrdesk.Code
	}{
		"by whom it was for":        {1, anew(words, 0, 2), ""},
		"by its author":             {0, anew(words, 2), ""},
		"by whom it was not for":    {3, anew(words, 0, 2), ehrdesk.CodeDenied},
		"without a word to author":  {1, anew(words, 2), ehrdesk.CodeInvalid},
		"of what was not said":      {1, anew(1, 0, 2), ehrdesk.CodeInvalid},
		"of what is to be approved": {1, anew(toApprove, 0, 2), ehrdesk.CodeInvalid},
		"of what passes":            {1, anew(passing, 0, 2), ehrdesk.CodeInvalid},
		"as something critical":     {1, critical, ehrdesk.CodeInvalid},
		"as an answer":              {1, reply, ehrdesk.CodeInvalid},
	} {
		now := *c
		if err := try(&now, one.by, one.e); ehrdesk.CodeOf(err) != one.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	step(t, c, 1, anew(words, 0, 2))
	again := c.Events
	twice := anew(again, 1, 3)
	twice.Envelope.ID = "twice"
	if err := try(c, 2, twice); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("what is sealed anew itself is sealed anew: %v", err)
	}
	third := anew(words, 0, 3)
	third.Envelope.ID = "third"
	step(t, c, 2, third) // who reads it by another's word
	if left := c.ResealedFor(words); len(left) != 1 || left[0].CasePerson != doctor(4) {
		t.Errorf("%+v cannot read it", left)
	}
}
