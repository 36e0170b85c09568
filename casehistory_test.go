package ehrdesk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

var (
	lee   = ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: "1", Staff: "drlee"}, Name: "Dr LEE"}
	ho    = ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: "2", Staff: "drho"}, Name: "Dr HO"}
	began = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
)

// story steps a case through events, a minute apart.
func story(t *testing.T, events ...ehrdesk.CaseEvent) ehrdesk.CaseView {
	t.Helper()
	var v ehrdesk.CaseView
	for i, e := range events {
		e.Case, e.N, e.Before, e.At = "c", i+1, v.Head, began.Add(time.Duration(i)*time.Minute)
		if e.By.Staff == "" {
			e.By, e.Name = lee.CasePerson, lee.Name
		}
		if e.Kind == ehrdesk.CaseCloses {
			e.Until = e.At.Add(ehrdesk.CaseCooling)
		}
		if e.Envelope != nil {
			e.Envelope.ID, e.Envelope.Digest = fmt.Sprint("e", e.N), []byte{1}
		}
		if err := v.Step(&e, fmt.Sprint("h", e.N)); err != nil {
			t.Fatalf("event %d: %v", e.N, err)
		}
	}
	return v
}

func begins() ehrdesk.CaseEvent {
	return ehrdesk.CaseEvent{Kind: ehrdesk.CaseBegun, Patient: "p", Purpose: ehrdesk.CaseOpinion, Ends: ehrdesk.CaseDestroys}
}

func joins() ehrdesk.CaseEvent { return ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &ho} }

func says(by ehrdesk.CaseMember, critical bool, reply int, to ...ehrdesk.CaseMember) ehrdesk.CaseEvent {
	e := ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, By: by.CasePerson, Name: by.Name, Envelope: &ehrdesk.CaseEnvelope{Critical: critical, Reply: reply}}
	for _, m := range to {
		e.Envelope.To = append(e.Envelope.To, m.CasePerson)
	}
	if critical {
		e.Envelope.Turns, e.Envelope.Within = e.Envelope.To, ehrdesk.CaseTurnUsual
	}
	return e
}

// A case keeps who began it, came, had it handed over and closed it, and when; what was said stands apart.
func TestACaseKeepsWhatBecameOfIt(t *testing.T) {
	v := story(t, begins(), joins(), says(ho, false, 0, lee), ehrdesk.CaseEvent{Kind: ehrdesk.CaseHandedOver, Person: &ho},
		ehrdesk.CaseEvent{Kind: ehrdesk.CaseCloses, By: ho.CasePerson, Name: ho.Name}, ehrdesk.CaseEvent{Kind: ehrdesk.CaseReopened, By: ho.CasePerson, Name: ho.Name, Reason: ehrdesk.CaseAwaited})
	want := []ehrdesk.CaseEventKind{ehrdesk.CaseBegun, ehrdesk.CaseJoined, ehrdesk.CaseHandedOver, ehrdesk.CaseCloses, ehrdesk.CaseReopened}
	if len(v.Changes) != len(want) {
		t.Fatalf("%+v", v.Changes)
	}
	for i, c := range v.Changes {
		if c.Kind != want[i] {
			t.Errorf("change %d is %s, want %s", i, c.Kind, want[i])
		}
	}
	if c := v.Changes[2]; c.Person.Name != ho.Name || c.By != lee.CasePerson || c.Name != lee.Name {
		t.Errorf("%+v", c)
	}
	if c := v.Changes[3]; !c.Until.Equal(c.At.Add(ehrdesk.CaseCooling)) || v.Changes[4].Reason != ehrdesk.CaseAwaited || !v.Latest().Equal(v.Changes[4].At) {
		t.Errorf("%+v, latest %v", c, v.Latest())
	}
}

// What of a case waits for whom.
func TestWhatOfACaseWaitsForSomebody(t *testing.T) {
	wu := ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: "3", Staff: "drwu"}, Name: "Dr WU"}
	third := ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &wu}
	receipt := func(kind ehrdesk.CaseEventKind, of int) ehrdesk.CaseEvent {
		return ehrdesk.CaseEvent{Kind: kind, By: ho.CasePerson, Name: ho.Name, Of: of}
	}
	by := func(who ehrdesk.CaseMember, kind ehrdesk.CaseEventKind) ehrdesk.CaseEvent {
		return ehrdesk.CaseEvent{Kind: kind, By: who.CasePerson, Name: who.Name, Of: 4}
	}
	declines := func(who ehrdesk.CaseMember, of int) ehrdesk.CaseEvent {
		return ehrdesk.CaseEvent{Kind: ehrdesk.CaseDeclined, By: who.CasePerson, Name: who.Name, Of: of, Reason: ehrdesk.CaseNotMine}
	}
	turnsTo := func(e ehrdesk.CaseEvent, who ehrdesk.CaseMember) ehrdesk.CaseEvent {
		e.Envelope.Turns = []ehrdesk.CasePerson{who.CasePerson}
		return e
	}
	within := func(e ehrdesk.CaseEvent, minutes int) ehrdesk.CaseEvent {
		e.Envelope.Within = minutes
		return e
	}
	for name, tt := range map[string]struct {
		events []ehrdesk.CaseEvent
		change func(*ehrdesk.CaseView)
		want   ehrdesk.CaseCount
		act    bool
	}{
		"to all is to be known":           {[]ehrdesk.CaseEvent{begins(), joins(), third, says(lee, false, 0, ho, wu)}, nil, ehrdesk.CaseCount{Unread: 1}, false},
		"to them alone is to be answered": {[]ehrdesk.CaseEvent{begins(), joins(), third, says(lee, false, 0, ho)}, nil, ehrdesk.CaseCount{Unread: 1, Asked: 1}, true},
		"an answer to them":               {[]ehrdesk.CaseEvent{begins(), joins(), third, says(ho, false, 0, lee, wu), says(wu, false, 4, lee, ho)}, nil, ehrdesk.CaseCount{Unread: 1, Asked: 1}, true},
		"to others":                       {[]ehrdesk.CaseEvent{begins(), joins(), third, says(lee, true, 0, wu)}, nil, ehrdesk.CaseCount{}, false},
		"opened is not acknowledged":      {[]ehrdesk.CaseEvent{begins(), joins(), says(lee, true, 0, ho), receipt(ehrdesk.CaseOpened, 3)}, nil, ehrdesk.CaseCount{Critical: 1}, true},
		"acknowledged":                    {[]ehrdesk.CaseEvent{begins(), joins(), says(lee, true, 0, ho), receipt(ehrdesk.CaseOpened, 3), receipt(ehrdesk.CaseAcknowledged, 3)}, nil, ehrdesk.CaseCount{}, false},
		"acknowledged here, and not sent": {[]ehrdesk.CaseEvent{begins(), joins(), says(lee, true, 0, ho), receipt(ehrdesk.CaseOpened, 3)}, func(v *ehrdesk.CaseView) {
			v.Waits = []ehrdesk.CaseWaiting{{Kind: ehrdesk.CaseAcknowledged, Of: 3}}
		}, ehrdesk.CaseCount{}, false},
		"an acknowledgement that was refused": {[]ehrdesk.CaseEvent{begins(), joins(), says(lee, true, 0, ho), receipt(ehrdesk.CaseOpened, 3)}, func(v *ehrdesk.CaseView) {
			v.Waits = []ehrdesk.CaseWaiting{{Kind: ehrdesk.CaseAcknowledged, Of: 3, Why: "denied"}}
		}, ehrdesk.CaseCount{Critical: 1, Refused: 1}, true},
		"of several one has acknowledged":             {[]ehrdesk.CaseEvent{begins(), joins(), third, says(lee, true, 0, ho, wu), by(wu, ehrdesk.CaseOpened), by(wu, ehrdesk.CaseAcknowledged)}, nil, ehrdesk.CaseCount{Unread: 1}, false},
		"of several one has declined":                 {[]ehrdesk.CaseEvent{begins(), joins(), third, says(lee, true, 0, ho, wu), declines(wu, 4)}, nil, ehrdesk.CaseCount{Unread: 1, Critical: 1}, true},
		"to be acknowledged by another":               {[]ehrdesk.CaseEvent{begins(), joins(), third, turnsTo(says(lee, true, 0, ho, wu), wu)}, nil, ehrdesk.CaseCount{Unread: 1}, false},
		"said anew":                                   {[]ehrdesk.CaseEvent{begins(), joins(), third, says(lee, true, 0, ho, wu), says(lee, true, 4, wu)}, nil, ehrdesk.CaseCount{Unread: 1}, false},
		"their own, that nobody acknowledged in time": {[]ehrdesk.CaseEvent{begins(), joins(), says(ho, true, 0, lee)}, nil, ehrdesk.CaseCount{Back: 1}, true},
		"their own, while it is another's turn":       {[]ehrdesk.CaseEvent{begins(), joins(), within(says(ho, true, 0, lee), 120)}, nil, ehrdesk.CaseCount{}, false},
		"their own, that was declined":                {[]ehrdesk.CaseEvent{begins(), joins(), says(ho, true, 0, lee), declines(lee, 3)}, nil, ehrdesk.CaseCount{Back: 1}, true},
		"their own, that nobody acknowledged":         {[]ehrdesk.CaseEvent{begins(), joins(), third, turnsTo(says(ho, true, 0, lee, wu), wu), declines(wu, 4)}, nil, ehrdesk.CaseCount{Back: 1}, true},
		"another's that nobody acknowledged":          {[]ehrdesk.CaseEvent{begins(), joins(), third, turnsTo(says(lee, true, 0, ho, wu), wu), declines(wu, 4)}, nil, ehrdesk.CaseCount{Unread: 1}, false},
		"theirs and closing":                          {[]ehrdesk.CaseEvent{begins(), joins(), {Kind: ehrdesk.CaseHandedOver, Person: &ho}, {Kind: ehrdesk.CaseCloses, By: ho.CasePerson, Name: ho.Name}}, nil, ehrdesk.CaseCount{Closing: true}, true},
		"another's and closing":                       {[]ehrdesk.CaseEvent{begins(), joins(), {Kind: ehrdesk.CaseCloses}}, nil, ehrdesk.CaseCount{}, false},
		"without the consent":                         {[]ehrdesk.CaseEvent{begins(), joins(), says(lee, true, 0, ho)}, func(v *ehrdesk.CaseView) { v.Closed = "consent" }, ehrdesk.CaseCount{}, false},
		"a history that breaks":                       {[]ehrdesk.CaseEvent{begins(), joins()}, func(v *ehrdesk.CaseView) { v.Broken = "at 2" }, ehrdesk.CaseCount{}, true},
	} {
		v := story(t, tt.events...)
		if tt.change != nil {
			tt.change(&v)
		}
		n := v.Count(ho.CasePerson, began.Add(time.Hour))
		if n != tt.want || v.ToAct(n) != tt.act {
			t.Errorf("%s: %+v, to act %v", name, n, v.ToAct(n))
		}
	}
}
