package client_test

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// joint is two or three providers at one centre, each with the patient's consent, and a desk of a clinician's at each.
type joint struct {
	*world
	n    ehrdesk.Number
	key  string
	who  string // the patient
	desk []*seat
}

// seat is a desk of one provider, with a line of its own.
type seat struct {
	*world
	s  *client.Session
	me ehrdesk.CaseMember
}

func newJoint(t *testing.T, staff ...string) *joint {
	t.Helper()
	w := newWorld(t, 24)
	j := &joint{world: w}
	j.n, j.key = w.patient("WONG", 2)
	for i, name := range staff {
		h := *w
		if i > 0 {
			h.dir, h.line = t.TempDir(), &line{nth: -1, heard: make(chan struct{}, 8)}
			var err error
			if h.hcp, err = w.centre.AddHCP(t.Context(), central.HCP{Name: "Hospital " + name, CacheHours: 24}); err != nil {
				t.Fatal(err)
			}
			h.open()
			t.Cleanup(func() { _ = h.desk.Close() })
		}
		h.enrol(name, ehrdesk.Doctor)
		d := &seat{world: &h, s: h.signIn(name), me: ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: h.hcp, Staff: name}, Name: "Dr " + name}}
		t.Cleanup(func() { _ = d.s.Close() })
		h.consent(d.s, j.n, j.key)
		j.desk = append(j.desk, d)
	}
	j.who = w.chart(j.desk[0].s, j.n).Patient().ID
	for _, d := range j.desk {
		d.sync() // each has keys at the centre
	}
	return j
}

func (d *seat) sync() {
	d.t.Helper()
	d.clock.advance(2 * time.Second)
	if err := cmp.Or(d.s.SyncCases(d.t.Context()), d.s.FetchCases(d.t.Context())); err != nil {
		d.t.Fatalf("%s: %v", d.me.Staff, err)
	}
}

// begin has the first desk open a case with the others, which then know of it.
func (j *joint) begin(ends ehrdesk.CaseEnding) string {
	j.t.Helper()
	b := ehrdesk.CaseBeginning{Patient: j.who, Purpose: ehrdesk.CaseOpinion, Ends: ends}
	for _, d := range j.desk[1:] {
		b.Members = append(b.Members, d.me)
	}
	id, err := j.desk[0].s.BeginCase(j.t.Context(), b)
	if err != nil {
		j.t.Fatal(err)
	}
	for _, d := range j.desk {
		d.sync()
	}
	return id
}

func (d *seat) say(id, words string, to ...ehrdesk.CasePerson) {
	d.t.Helper()
	if err := d.s.SayInCase(d.t.Context(), ehrdesk.CaseMessage{Case: id, Text: words, To: to}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *seat) has(id string) ehrdesk.CaseView {
	d.t.Helper()
	v, err := d.s.Case(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

// last opens what was said last.
func (d *seat) last(id string) (string, error) {
	v := d.has(id)
	if len(v.Said) == 0 {
		return "", ehrdesk.Errorf("test", ehrdesk.CodeNotFound, "nothing was said")
	}
	r, err := d.s.OpenInCase(d.t.Context(), id, v.Said[len(v.Said)-1].Event)
	return r.Body.Text, err
}

func (d *seat) reads(id, words string) {
	d.t.Helper()
	if got, err := d.last(id); err != nil || got != words {
		d.t.Fatalf("%s reads %q, %v; want %q", d.me.Staff, got, err, words)
	}
}

func wantOne(t *testing.T, id string, desks ...*seat) ehrdesk.CaseView {
	t.Helper()
	first := desks[0].has(id)
	for _, d := range desks[1:] {
		if v := d.has(id); v.Head != first.Head || v.Events != first.Events || v.Head == "" {
			t.Fatalf("%s has %d events to %s, %s has %d to %s", d.me.Staff, v.Events, v.Head, desks[0].me.Staff, first.Events, first.Head)
		}
	}
	return first
}

// What is said by one is delivered to, opened and acknowledged by the other, and both see one history of it.
func TestACaseIsSaidOpenedAndAcknowledgedAtTwoDesks(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	if err := a.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: id, Text: "anaphylaxis to cefazolin", Critical: true}); err != nil {
		t.Fatal(err)
	}
	a.sync()
	b.sync()
	b.reads(id, "anaphylaxis to cefazolin")
	said := b.has(id).Said[0]
	if !said.Critical {
		t.Errorf("%+v", said)
	}
	if err := b.s.AnswerInCase(t.Context(), id, said.Event, ehrdesk.CaseAcknowledged, ""); err != nil {
		t.Fatal(err)
	}
	b.sync()
	a.sync()
	b.sync()
	v := wantOne(t, id, a, b)
	if r := v.Said[0].Receipts; len(r) != 2 || r[0].Kind != ehrdesk.CaseOpened || r[1].Kind != ehrdesk.CaseAcknowledged || r[1].By != b.me.CasePerson {
		t.Errorf("receipts %+v", r)
	}
	if len(v.Given) != 1 || v.Given[0].To != b.me.CasePerson {
		t.Errorf("delivered %+v", v.Given)
	}
	if v.Words[said.Envelope] != "anaphylaxis to cefazolin" || len(v.Waits) != 0 {
		t.Errorf("%+v", v)
	}
	b.line.set(true, nil) // what was opened is here without the line
	b.reads(id, "anaphylaxis to cefazolin")
}

// Whom a case is about a member's desk is told with its first event, and nobody is told who has no consent any more.
func TestAMemberIsToldWhomACaseIsAbout(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	b := j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	who := j.chart(j.desk[0].s, j.n).Patient()
	for _, d := range j.desk {
		if p := d.has(id).Whom; p.ID != who.ID || p.Name != who.Name || p.Name == (ehrdesk.Name{}) || p.Born.String() != who.Born.String() || p.EHR != who.EHR || p.EHR == (ehrdesk.EHRNumber{}) {
			t.Errorf("%s: %+v, want %+v", d.me.Staff, p, who)
		}
	}
	all, _, err := b.s.Cases(t.Context())
	if err != nil || len(all) != 1 || all[0].Whom.Name != who.Name {
		t.Errorf("%+v, %v", all, err)
	}
	if _, err := b.s.Revoke(t.Context(), ehrdesk.Withdrawal{Patient: j.n, Channel: ehrdesk.ByForm, FormReference: "W-1", Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver}, DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	b.sync()
	if v := b.has(id); v.Closed == "" || v.Whom.Name != (ehrdesk.Name{}) {
		t.Errorf("closed %q, and says %+v", v.Closed, v.Whom)
	}
}

// Somebody for whom it is not sees that something is sealed, and for whom, and cannot open it.
func TestADocumentForTwoOfThreeIsSealedForTheThird(t *testing.T) {
	j := newJoint(t, "drlee", "drchan", "drho")
	a, b, c := j.desk[0], j.desk[1], j.desk[2]
	id := j.begin(ehrdesk.CaseDestroys)
	a.say(id, "for Chan alone", b.me.CasePerson)
	a.sync()
	b.sync()
	c.sync()
	b.reads(id, "for Chan alone")
	v := c.has(id)
	if len(v.Said) != 1 || !slices.Equal(v.Said[0].To, []ehrdesk.CasePerson{b.me.CasePerson}) || len(v.Words) != 0 {
		t.Fatalf("%+v", v)
	}
	if got, err := c.last(id); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied || got != "" {
		t.Errorf("%q, %v", got, err)
	}
}

// What is written without the line waits over a restart of the desk, and is said once.
func TestWhatIsWrittenOfflineIsKeptAndSaidOnce(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	a.line.set(true, nil)
	a.say(id, "first")
	a.say(id, "second")
	if err := a.s.SyncCases(t.Context()); ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
		t.Errorf("%v", err)
	}
	if w := a.has(id).Waits; len(w) != 2 || w[0].Text != "first" || w[1].Text != "second" {
		t.Fatalf("%+v", w)
	}
	a.line.set(false, nil)
	_ = a.s.Close()
	a.reopen(0)
	a.s = a.signIn("drlee")
	t.Cleanup(func() { _ = a.desk.Close() })
	a.sync()
	a.sync()
	b.sync()
	v := wantOne(t, id, a, b)
	if len(v.Said) != 2 || len(v.Waits) != 0 || v.Words[v.Said[0].Envelope] != "first" || v.Words[v.Said[1].Envelope] != "second" {
		t.Errorf("%+v", v)
	}
	b.reads(id, "second")
}

// Whichever request the line breaks at, before or after the centre has it, everything is said once.
func TestACutAtEachRequestSaysItOnce(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	said := 0
	for _, after := range []bool{false, true} {
		for n := range 8 {
			a.line.breakNth(n, after)
			a.say(id, "once")
			said++
			a.clock.advance(time.Minute)
			_ = a.s.SyncCases(t.Context())
			a.line.breakNth(-1, false)
			a.clock.advance(time.Minute)
			a.sync()
			if v := a.has(id); len(v.Said) != said || len(v.Waits) != 0 {
				t.Fatalf("cut at request %d (after %v): %d said of %d, %d wait", n, after, len(v.Said), said, len(v.Waits))
			}
		}
	}
	b.sync()
	wantOne(t, id, a, b)
}

// Where another event came first, an author signs anew on it.
func TestTwoWhoSayAtOnceAreInOneHistory(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	var once bool
	a.line.set(false, func(r *http.Request, body []byte) []byte {
		if strings.HasSuffix(r.URL.Path, "$take-keys") && !once { // between what a has read and what it sends
			once = true
			b.say(id, "from b")
			b.sync()
		}
		return body
	})
	a.say(id, "from a")
	a.sync()
	a.line.set(false, nil)
	b.sync()
	v := wantOne(t, id, a, b)
	if !once || len(v.Said) != 2 || v.Said[0].By != b.me.CasePerson || v.Said[1].By != a.me.CasePerson || len(v.Waits) != 0 {
		t.Errorf("%+v", v.Said)
	}
}

// Whoever is taken out has the history up to that, and reads nothing that is said later.
func TestWhoIsTakenOutReadsNothingLater(t *testing.T) {
	j := newJoint(t, "drlee", "drchan", "drho")
	a, b, c := j.desk[0], j.desk[1], j.desk[2]
	id := j.begin(ehrdesk.CaseDestroys)
	if err := a.s.StepCase(t.Context(), id, ehrdesk.CaseLeft, &c.me, ""); err != nil {
		t.Fatal(err)
	}
	a.sync()
	a.say(id, "without Ho")
	a.sync()
	b.sync()
	b.reads(id, "without Ho")
	c.sync()
	if v := c.has(id); !v.Left || len(v.Said) != 0 {
		t.Errorf("%+v", v)
	}
	if err := c.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: id, Text: "still here"}); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("%v", err)
	}
	if err := a.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: id, Text: "to Ho", To: []ehrdesk.CasePerson{c.me.CasePerson}}); err == nil {
		a.sync()
		if w := a.has(id).Waits; len(w) != 1 || w[0].Why == "" {
			t.Errorf("something is said to somebody who left: %+v", w)
		}
	}
}
