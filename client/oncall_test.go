package client_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// onCall is until when somebody is on call by a desk's directory, which is asked for anew; zero where they are not.
func (d *seat) onCall(who ehrdesk.CasePerson) time.Time {
	d.t.Helper()
	d.clock.advance(2 * time.Minute)
	all, _, err := d.s.Providers(d.t.Context(), "", "")
	if err != nil {
		d.t.Fatal(err)
	}
	for _, p := range all {
		for _, one := range p.People {
			if p.ID == who.Provider && one.Staff == who.Staff {
				return one.OnCall
			}
		}
	}
	d.t.Fatalf("nobody is called %+v", who)
	return time.Time{}
}

func (d *seat) saysOnCall(until time.Time) {
	d.t.Helper()
	if err := d.s.SayOnCall(d.t.Context(), until); err != nil {
		d.t.Fatal(err)
	}
}

// Somebody says until when they are on call; others see it until then, or until they take it back.
func TestWhoIsOnCallIsSeenUntilThen(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	until := j.clock.now().Add(4 * time.Hour).UTC().Truncate(time.Second)
	a.saysOnCall(until)
	if got := b.onCall(a.me.CasePerson); !got.Equal(until) {
		t.Errorf("%v, want %v", got, until)
	}
	if got := a.onCall(a.me.CasePerson); !got.Equal(until) {
		t.Errorf("their own desk has %v", got)
	}
	if got := a.onCall(b.me.CasePerson); !got.IsZero() {
		t.Errorf("who has said nothing: %v", got)
	}
	j.clock.advance(time.Second)
	a.saysOnCall(time.Time{})
	if got := b.onCall(a.me.CasePerson); !got.IsZero() {
		t.Errorf("taken back: %v", got)
	}
	a.saysOnCall(j.clock.now().Add(time.Hour))
	j.clock.advance(time.Hour)
	if got := b.onCall(a.me.CasePerson); !got.IsZero() {
		t.Errorf("past its time: %v", got)
	}
	for name, at := range map[string]time.Time{"a week and more": j.clock.now().Add(7*24*time.Hour + time.Minute), "the past": j.clock.now().Add(-time.Minute)} {
		if err := a.s.SayOnCall(t.Context(), at); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// dutyLiar shows a desk other statements than the centre has: by person, as replace says.
type dutyLiar struct {
	mu      sync.Mutex
	seen    []string // statements that came by
	replace func(staff, statement string) string
}

func (l *dutyLiar) shows(t *testing.T) func(*http.Request, []byte) []byte {
	return func(r *http.Request, body []byte) []byte {
		if !strings.HasSuffix(r.URL.Path, "/PractitionerRole") || len(body) == 0 {
			return body
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		var v map[string]any
		if err := json.Unmarshal(body, &v); err != nil {
			t.Error(err)
			return body
		}
		entries, _ := v["entry"].([]any)
		for _, e := range entries {
			role := e.(map[string]any)["resource"].(map[string]any) //nolint:forcetypeassert // a Bundle of the centre's
			staff, _, _ := strings.Cut(role["identifier"].([]any)[0].(map[string]any)["value"].(string), "@")
			had := ""
			if ext, ok := role["extension"].([]any); ok {
				had, _ = ext[0].(map[string]any)["extension"].([]any)[0].(map[string]any)["valueString"].(string)
				l.seen = append(l.seen, had)
			}
			delete(role, "extension")
			if now := l.replace(staff, had); now != "" {
				role["extension"] = []any{map[string]any{"url": ehrdesk.ExtensionPrefix + "on-call", "extension": []any{map[string]any{"url": "statement", "valueString": now}}}}
			}
		}
		out, err := json.Marshal(v)
		if err != nil {
			t.Error(err)
		}
		return out
	}
}

// A centre can neither invent that somebody is on call, nor bring back what they took back, nor give what one said to another.
func TestACentrePutsNobodyOnCall(t *testing.T) {
	j := newJoint(t, "drlee", "drchan", "drho")
	a, b, c := j.desk[0], j.desk[1], j.desk[2]
	lies := &dutyLiar{replace: func(_, had string) string { return had }}
	b.line.set(false, lies.shows(t))
	until := j.clock.now().Add(24 * time.Hour)
	a.saysOnCall(until)
	if got := b.onCall(a.me.CasePerson); got.IsZero() {
		t.Fatal("they are on call")
	}
	first := lies.seen[len(lies.seen)-1]
	j.clock.advance(time.Second)
	a.saysOnCall(time.Time{})
	if got := b.onCall(a.me.CasePerson); !got.IsZero() {
		t.Fatal("they took it back")
	}
	lies.replace = func(staff, had string) string {
		if staff == "drlee" {
			return first
		}
		return had
	}
	c.saysOnCall(until) // the list has changed
	if got := b.onCall(a.me.CasePerson); !got.IsZero() {
		t.Errorf("what was taken back came back: %v", got)
	}
	if got := b.onCall(c.me.CasePerson); got.IsZero() {
		t.Error("another is on call")
	}
	before := b.incidents("on call")
	lies.replace = func(staff, had string) string {
		if staff == "drchan" {
			return first // by drlee
		}
		return had
	}
	for range 2 {
		j.clock.advance(time.Second)
		c.saysOnCall(until)
		if got := b.onCall(b.me.CasePerson); !got.IsZero() {
			t.Errorf("what another said: %v", got)
		}
	}
	if n := b.incidents("on call"); n != before+1 {
		t.Errorf("%d incidents, want one", n-before)
	}
	lies.replace = func(staff, had string) string {
		if staff != "drho" || had == "" {
			return had
		}
		parts := strings.Split(had, ".")
		return parts[0] + "." + strings.Split(first, ".")[1] + "." + parts[2]
	}
	j.clock.advance(time.Second)
	c.saysOnCall(j.clock.now().Add(48 * time.Hour))
	if got := b.onCall(c.me.CasePerson); !got.Equal(until.UTC().Truncate(time.Second)) {
		t.Errorf("what is forged takes nothing's place: %v", got)
	}
	lies.replace = func(string, string) string { return "" } // withheld
	j.clock.advance(time.Second)
	a.saysOnCall(until)
	if got := b.onCall(c.me.CasePerson); got.IsZero() {
		t.Error("what was heard stays until its time")
	}
}

// A critical message whose author names no order begins with those who are on call.
func TestACriticalMessageBeginsWithWhoIsOnCall(t *testing.T) {
	j := newJoint(t, "drlee", "drchan", "drho")
	a, b, c := j.desk[0], j.desk[1], j.desk[2]
	id := j.begin(ehrdesk.CaseDestroys)
	say := func() []ehrdesk.CasePerson {
		t.Helper()
		if err := a.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: id, Text: "potassium 6.9", Critical: true}); err != nil {
			t.Fatal(err)
		}
		a.sync()
		said := a.has(id).Said
		return said[len(said)-1].Turns
	}
	if got := say(); !slices.Equal(got, []ehrdesk.CasePerson{b.me.CasePerson, c.me.CasePerson}) {
		t.Errorf("nobody is on call: %+v", got)
	}
	c.saysOnCall(j.clock.now().Add(time.Hour))
	a.asks()
	if got := say(); !slices.Equal(got, []ehrdesk.CasePerson{c.me.CasePerson, b.me.CasePerson}) {
		t.Errorf("one is: %+v", got)
	}
}
