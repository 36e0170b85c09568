package ehrdesk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

var kinds = []ehrdesk.RequestKind{ehrdesk.RequestReferral, ehrdesk.RequestQuery, ehrdesk.RequestIncident, ehrdesk.RequestCorrected}

var states = []ehrdesk.RequestState{ehrdesk.RequestSent, ehrdesk.RequestReceived, ehrdesk.RequestAccepted, ehrdesk.RequestDeclined, ehrdesk.RequestBooked, ehrdesk.RequestSeen, ehrdesk.RequestAnswered, ehrdesk.RequestRecalled, ehrdesk.RequestClosed}

// From every state that a request can come into there is a way to its close, and from that none.
func TestEveryRequestCanBeClosed(t *testing.T) {
	next := func(k ehrdesk.RequestKind, s ehrdesk.RequestState) []ehrdesk.RequestState {
		return slices.Concat(ehrdesk.NextStates(k, s, ehrdesk.Asks, ehrdesk.Doctor), ehrdesk.NextStates(k, s, ehrdesk.IsAsked, ehrdesk.Doctor))
	}
	for _, k := range kinds {
		reached := map[ehrdesk.RequestState]bool{}
		var walk func(ehrdesk.RequestState)
		walk = func(s ehrdesk.RequestState) {
			if reached[s] {
				return
			}
			reached[s] = true
			for _, n := range next(k, s) {
				walk(n)
			}
		}
		walk(ehrdesk.RequestSent)
		for s := range reached {
			closes, seen := false, map[ehrdesk.RequestState]bool{}
			var look func(ehrdesk.RequestState)
			look = func(s ehrdesk.RequestState) {
				if closes = closes || s == ehrdesk.RequestClosed; seen[s] {
					return
				}
				seen[s] = true
				for _, n := range next(k, s) {
					look(n)
				}
			}
			look(s)
			if !closes {
				t.Errorf("%s: no way from %s to its close", k, s)
			}
		}
		if n := next(k, ehrdesk.RequestClosed); len(n) > 0 {
			t.Errorf("%s: closed, and then %v", k, n)
		}
	}
}

// The loop is closed by who asked, and the front desk neither accepts nor answers.
func TestWhoMayDoWhatToARequest(t *testing.T) {
	for _, c := range []struct {
		from, to ehrdesk.RequestState
		side     ehrdesk.RequestSide
		who      ehrdesk.Profession
		may      bool
	}{
		{ehrdesk.RequestSent, ehrdesk.RequestReceived, ehrdesk.IsAsked, ehrdesk.FrontDesk, true},
		{ehrdesk.RequestSent, ehrdesk.RequestReceived, ehrdesk.Asks, ehrdesk.Doctor, false},
		{ehrdesk.RequestReceived, ehrdesk.RequestAccepted, ehrdesk.IsAsked, ehrdesk.FrontDesk, false},
		{ehrdesk.RequestReceived, ehrdesk.RequestAccepted, ehrdesk.IsAsked, ehrdesk.Doctor, true},
		{ehrdesk.RequestAccepted, ehrdesk.RequestBooked, ehrdesk.IsAsked, ehrdesk.FrontDesk, true},
		{ehrdesk.RequestAnswered, ehrdesk.RequestClosed, ehrdesk.IsAsked, ehrdesk.Doctor, false},
		{ehrdesk.RequestAnswered, ehrdesk.RequestClosed, ehrdesk.Asks, ehrdesk.Doctor, true},
		{ehrdesk.RequestAnswered, ehrdesk.RequestClosed, ehrdesk.Asks, ehrdesk.FrontDesk, false},
		{ehrdesk.RequestSeen, ehrdesk.RequestRecalled, ehrdesk.Asks, ehrdesk.Doctor, false},
		{ehrdesk.RequestSent, ehrdesk.RequestReceived, ehrdesk.IsAsked, ehrdesk.Officer, false},
		{ehrdesk.RequestSent, ehrdesk.RequestReceived, 0, ehrdesk.Doctor, false},
	} {
		if got := ehrdesk.MayStep(ehrdesk.RequestReferral, c.from, c.to, c.side, c.who); got != c.may {
			t.Errorf("%s to %s, side %d, %s: %v", c.from, c.to, c.side, c.who, got)
		}
	}
}

// Of a referral one side at a time is waited for, and at its end nobody.
func TestOneSideAtATimeIsWaitedFor(t *testing.T) {
	for _, s := range states {
		asks, asked := ehrdesk.Awaits(ehrdesk.RequestReferral, s, ehrdesk.Asks, ehrdesk.Doctor), ehrdesk.Awaits(ehrdesk.RequestReferral, s, ehrdesk.IsAsked, ehrdesk.Doctor)
		want := map[ehrdesk.RequestState][2]bool{ehrdesk.RequestAnswered: {true, false}, ehrdesk.RequestDeclined: {true, false}, ehrdesk.RequestClosed: {false, false}}
		w, ok := want[s]
		if !ok {
			w = [2]bool{false, true}
		}
		if asks != w[0] || asked != w[1] {
			t.Errorf("%s: %v, %v", s, asks, asked)
		}
	}
	if ehrdesk.Awaits(ehrdesk.RequestReferral, ehrdesk.RequestReceived, ehrdesk.IsAsked, ehrdesk.FrontDesk) || !ehrdesk.Awaits(ehrdesk.RequestReferral, ehrdesk.RequestAccepted, ehrdesk.IsAsked, ehrdesk.FrontDesk) {
		t.Error("the front desk books, and does not accept")
	}
}

func TestARequestIsOverdueByRule(t *testing.T) {
	begin := time.Date(2026, time.November, 2, 9, 0, 0, 0, ehrdesk.HongKong())
	after := func(days int) time.Time { return begin.AddDate(0, 0, days) }
	step := func(s ehrdesk.RequestState, day int) ehrdesk.RequestStep {
		return ehrdesk.RequestStep{State: s, At: after(day)}
	}
	for _, c := range []struct {
		name  string
		kind  ehrdesk.RequestKind
		steps []ehrdesk.RequestStep
		at    time.Time
		want  ehrdesk.RequestOverdue
	}{
		{"two days to the second", ehrdesk.RequestReferral, []ehrdesk.RequestStep{step(ehrdesk.RequestSent, 0)}, after(2), ""},
		{"not received", ehrdesk.RequestReferral, []ehrdesk.RequestStep{step(ehrdesk.RequestSent, 0)}, after(2).Add(time.Second), ehrdesk.NotReceived},
		{"received late is not booked by the day it was sent", ehrdesk.RequestReferral, []ehrdesk.RequestStep{step(ehrdesk.RequestSent, 0), step(ehrdesk.RequestReceived, 13)}, after(15), ehrdesk.NotBooked},
		{"accepted", ehrdesk.RequestReferral, []ehrdesk.RequestStep{step(ehrdesk.RequestSent, 0), step(ehrdesk.RequestAccepted, 1)}, after(14), ""},
		{"booked far off", ehrdesk.RequestReferral, []ehrdesk.RequestStep{step(ehrdesk.RequestSent, 0), step(ehrdesk.RequestBooked, 1)}, after(200), ""},
		{"seen, no letter", ehrdesk.RequestReferral, []ehrdesk.RequestStep{step(ehrdesk.RequestSent, 0), step(ehrdesk.RequestSeen, 20)}, after(35), ehrdesk.NotAnswered},
		{"answered and left", ehrdesk.RequestReferral, []ehrdesk.RequestStep{step(ehrdesk.RequestSent, 0), step(ehrdesk.RequestAnswered, 1)}, after(16), ehrdesk.NotClosed},
		{"a query without an answer", ehrdesk.RequestQuery, []ehrdesk.RequestStep{step(ehrdesk.RequestSent, 0), step(ehrdesk.RequestReceived, 1)}, after(15), ehrdesk.NotAnswered},
		{"closed", ehrdesk.RequestReferral, []ehrdesk.RequestStep{step(ehrdesk.RequestSent, 0), step(ehrdesk.RequestClosed, 1)}, after(300), ""},
		{"told by the centre", ehrdesk.RequestCorrected, []ehrdesk.RequestStep{step(ehrdesk.RequestSent, 0)}, after(300), ""},
		{"without a step", ehrdesk.RequestReferral, nil, after(300), ""},
	} {
		r := ehrdesk.Request{Kind: c.kind, Steps: c.steps}
		if len(c.steps) > 0 {
			r.State = c.steps[len(c.steps)-1].State
		}
		got, since := r.Overdue(c.at)
		if got != c.want || (got == "") != since.IsZero() {
			t.Errorf("%s: %s since %s", c.name, got, since)
		}
	}
	for _, s := range states {
		if s.NeedsNote() != (s == ehrdesk.RequestDeclined || s == ehrdesk.RequestRecalled) || s.Over() != (s == ehrdesk.RequestClosed) {
			t.Error(s)
		}
	}
}
