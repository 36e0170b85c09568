package client_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// passes says something that passes, without a clinical fact in it.
func (d *seat) passes(id, words string) {
	d.t.Helper()
	if err := d.s.SayInCase(d.t.Context(), ehrdesk.CaseMessage{Case: id, Text: words, Passing: true, Body: ehrdesk.CaseBody{Fact: &ehrdesk.CaseFact{None: true}}}); err != nil {
		d.t.Fatal(err)
	}
	d.sync()
}

func (d *seat) opensLast(id string) (ehrdesk.CaseReading, error) {
	v := d.has(id)
	return d.s.OpenInCase(d.t.Context(), id, v.Said[len(v.Said)-1].Event)
}

// What passes is shown for thirty seconds from when it was opened, and then by nobody's desk: neither the reader's nor its author's.
func TestWhatPassesIsGoneThirtySecondsAfterItWasOpened(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	a.passes(id, "call me before you see her")
	b.sync()
	r, err := b.opensLast(id)
	if err != nil || r.Body.Text != "call me before you see her" || r.Body.Fact == nil || r.Body.Fact.By != "Dr drlee" || r.Until.Sub(b.clock.now()) != ehrdesk.CaseShown {
		t.Fatalf("%+v, %v", r, err)
	}
	b.clock.advance(20 * time.Second)
	if again, err := b.opensLast(id); err != nil || again.Body.Text != r.Body.Text || !again.Until.Equal(r.Until) {
		t.Errorf("opened again: %+v, %v", again, err)
	}
	b.sync()
	a.sync()
	b.clock.advance(11 * time.Second)
	for name, d := range map[string]*seat{"the reader": b, "the author": a} {
		if r, err := d.opensLast(id); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound || r.Body.Text != "" {
			t.Errorf("%s reads %q, %v", name, r.Body.Text, err)
		}
		if v := d.has(id); len(v.Words) != 0 || len(v.Bodies) != 0 || len(v.Waits) != 0 {
			t.Errorf("%s has %+v", name, v)
		}
	}
	if r := a.has(id).Said[0].Receipts; len(r) != 1 || r[0].Kind != ehrdesk.CaseOpened {
		t.Errorf("%+v", r)
	}
}

// After a crash, and once the desk was locked, what passes does not come back, though its time is not over.
func TestWhatPassesDoesNotComeBackAfterACrash(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	a.passes(id, "before the crash")
	b.sync()
	if _, err := b.opensLast(id); err != nil {
		t.Fatal(err)
	}
	b.reopen(1)
	b.s = b.signIn("drchan")
	t.Cleanup(func() { _ = b.desk.Close() })
	if r, err := b.opensLast(id); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound || r.Body.Text != "" {
		t.Errorf("%q, %v", r.Body.Text, err)
	}
	b.sync()
	a.sync()
	if r := a.has(id).Said[0].Receipts; len(r) != 1 {
		t.Errorf("its author does not hear that it was opened: %+v", r)
	}
}

// That it was opened is told to its author whenever the line is back, also when the message would have passed unopened meanwhile, and holds
// up nothing.
func TestThatItWasOpenedIsToldAfterItsWeek(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	a.passes(id, "and then the line broke")
	b.sync()
	b.line.fails(func(r *http.Request) int {
		if strings.Contains(r.URL.Path, "$case-event") && r.Method == http.MethodPost {
			return http.StatusServiceUnavailable
		}
		return 0
	})
	if r, err := b.opensLast(id); err != nil || r.Body.Text != "and then the line broke" {
		t.Fatalf("%+v, %v", r, err)
	}
	b.say(id, "I have called her")
	b.clock.advance(ehrdesk.CasePassing + time.Hour)
	b.line.fails(nil)
	_ = b.s.Close()
	b.s = b.signIn("drchan")
	t.Cleanup(func() { _ = b.s.Close() })
	b.sync()
	if w := b.has(id).Waits; len(w) != 0 {
		t.Fatalf("%+v wait", w)
	}
	_ = a.s.Close()
	a.s = a.signIn("drlee")
	t.Cleanup(func() { _ = a.s.Close() })
	a.sync()
	v := a.has(id)
	if r := v.Said[0].Receipts; len(r) != 1 || r[0].By != b.me.CasePerson || r[0].Kind != ehrdesk.CaseOpened {
		t.Errorf("%+v", r)
	}
	if len(v.Said) != 2 {
		t.Errorf("%d said", len(v.Said))
	}
}

// What passes names the record in which its clinical fact stands, which this provider has written, or says that there is none; nothing
// else does.
func TestWhatPassesSaysWhereItsFactStands(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a := j.desk[0]
	id := j.begin(ehrdesk.CaseDestroys)
	say := func(m ehrdesk.CaseMessage) ehrdesk.Code {
		t.Helper()
		m.Case, m.Text = id, "the weight was mine"
		return ehrdesk.CodeOf(a.s.SayInCase(t.Context(), m))
	}
	none := ehrdesk.CaseBody{Fact: &ehrdesk.CaseFact{None: true}}
	of := func(r ehrdesk.Ref) ehrdesk.CaseBody { return ehrdesk.CaseBody{Fact: &ehrdesk.CaseFact{Record: r}} }
	if got := say(ehrdesk.CaseMessage{Passing: true}); got != ehrdesk.CodeInvalid {
		t.Errorf("without a choice: %s", got)
	}
	if got := say(ehrdesk.CaseMessage{Body: none}); got != ehrdesk.CodeInvalid {
		t.Errorf("a choice without passing: %s", got)
	}
	if got := say(ehrdesk.CaseMessage{Passing: true, Critical: true, Body: none}); got != ehrdesk.CodeInvalid {
		t.Errorf("critical and passing: %s", got)
	}
	if got := say(ehrdesk.CaseMessage{Passing: true, Body: of(ehrdesk.Ref{Resource: "Observation", ID: "of-nobody"})}); got != ehrdesk.CodeConflict {
		t.Errorf("a record that nobody wrote: %s", got)
	}
	p, err := a.s.PrepareDeposit(t.Context(), fmt.Appendf(nil, `{"resourceType":"Bundle","type":"collection","entry":[
	{"resource":{"resourceType":"Patient","id":"emr","identifier":[{"system":"%s","value":"%s"}]}},
	{"resource":{"resourceType":"Observation","id":"w1","status":"final","code":{"text":"Body weight"},"subject":{"reference":"Patient/emr"},"effectiveDateTime":"2026-11-01","valueQuantity":{"value":70,"unit":"kg"}}}]}`,
		ehrdesk.SystemEHR, j.n.EHR.Compact()))
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.s.Deposit(t.Context(), p)
	if err != nil || len(r.Written) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if got := say(ehrdesk.CaseMessage{Passing: true, Body: of(r.Written[0].Ref)}); got != "" {
		t.Errorf("a record that this desk wrote: %s", got)
	}
}
