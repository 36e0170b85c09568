package caselog_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// people are four clinicians of three providers, each with a key.
type people struct {
	who  []ehrdesk.CasePerson
	keys []*ecdsa.PrivateKey
}

func newPeople(t testing.TB) *people {
	t.Helper()
	p := &people{}
	for i := range 4 {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		p.who = append(p.who, ehrdesk.CasePerson{Provider: fmt.Sprint("100000000", i%3), Staff: fmt.Sprint("dr", i)})
		p.keys = append(p.keys, key)
	}
	return p
}

func (p *people) Signer(name string, _ time.Time) (sealed.Person, crypto.PublicKey, bool) {
	var i int
	if _, err := fmt.Sscanf(name, "k%d", &i); err != nil || i >= len(p.keys) {
		return sealed.Person{}, nil, false
	}
	return sealed.Person(p.who[i]), p.keys[i].Public(), true
}

func (p *people) by(i int) sealed.Signer {
	return sealed.Signer{Key: p.keys[i], Name: fmt.Sprint("k", i)}
}

func (p *people) member(i int) *ehrdesk.CaseMember {
	return &ehrdesk.CaseMember{CasePerson: p.who[i], Name: p.who[i].Staff}
}

// history is a case as one member has it.
type history struct {
	c      ehrdesk.Case
	known  []string
	signed []string
}

func (h *history) follow(p *people, signed ...string) error {
	known, err := caselog.Follow(&h.c, h.known, signed, p, nil)
	h.signed = append(h.signed, signed[:min(len(signed), len(known)-len(h.known))]...)
	h.known = known
	return err
}

var start = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)

// do has somebody do something that may come next.
func (h *history) do(t testing.TB, p *people, by int, e ehrdesk.CaseEvent) {
	t.Helper()
	if err := h.try(p, by, e); err != nil {
		t.Fatalf("%s: %v", e.Kind, err)
	}
}

func (h *history) try(p *people, by int, e ehrdesk.CaseEvent) error {
	e.By, e.Name = p.who[by], p.who[by].Staff
	if e.At.IsZero() {
		e.At = start.Add(time.Duration(h.c.Events) * time.Minute)
	}
	s, err := caselog.Next(&h.c, e, p.by(by))
	if err != nil {
		return err
	}
	return h.follow(p, s)
}

func begun() ehrdesk.CaseEvent {
	return ehrdesk.CaseEvent{Case: "c1", Kind: ehrdesk.CaseBegun, Patient: "p1", Purpose: ehrdesk.CaseJointCare, Ends: ehrdesk.CaseArchives}
}

func said(id string, to ...ehrdesk.CasePerson) ehrdesk.CaseEvent {
	return ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: &ehrdesk.CaseEnvelope{ID: id, Digest: []byte{1}, To: to, Critical: true, Turns: to, Within: 30}}
}

// passing is something said that is gone soon.
func passing(id string, edit func(*ehrdesk.CaseEvent), to ...ehrdesk.CasePerson) ehrdesk.CaseEvent {
	e := said(id, to...)
	e.Envelope.Critical, e.Envelope.Turns, e.Envelope.Within = false, nil, 0
	e.At = start.Add(time.Hour)
	edit(&e)
	return e
}

// four is a case of four in which something was said to two of them.
func four(t testing.TB, p *people) *history {
	t.Helper()
	h := &history{}
	h.do(t, p, 0, begun())
	for i := 1; i < 4; i++ {
		h.do(t, p, 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: p.member(i)})
	}
	h.do(t, p, 0, said("e1", p.who[1], p.who[2]))
	return h
}

func TestACaseGoesFromItsBeginningToItsArchive(t *testing.T) {
	p := newPeople(t)
	h := four(t, p)
	h.do(t, p, 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 5})
	h.do(t, p, 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseAcknowledged, Of: 5})
	h.do(t, p, 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseDeclined, Of: 5, Reason: ehrdesk.CaseNotMine})
	h.do(t, p, 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseHandedOver, Person: p.member(1)})
	h.do(t, p, 0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: p.member(0)})
	at := start.Add(time.Hour)
	h.do(t, p, 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseCloses, At: at, Until: at.Add(72 * time.Hour)})
	h.do(t, p, 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseExtended, At: at.Add(48 * time.Hour), Until: at.Add(120 * time.Hour), Reason: ehrdesk.CaseAwaited})
	if err := h.try(p, 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseEnded, At: at.Add(119 * time.Hour)}); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("ended before its time: %v", err)
	}
	if err := h.try(p, 1, func() ehrdesk.CaseEvent { e := said("e2", p.who[2]); e.At = at.Add(120 * time.Hour); return e }()); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("said after its time: %v", err)
	}
	h.do(t, p, 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseEnded, At: at.Add(120 * time.Hour)})
	if h.c.State != ehrdesk.CaseArchived || h.c.Owner != p.who[1] || len(h.c.Said[0].Receipts) != 3 || h.c.Members[0].Left != 10 || h.c.Members[1].Joined != 2 {
		t.Errorf("%+v", h.c)
	}
	if err := h.try(p, 2, said("e3", p.who[1])); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("said after its end: %v", err)
	}
}

// What may not come next is refused, and changes nothing.
func TestWhatMayNotComeNextIsRefused(t *testing.T) {
	p := newPeople(t)
	at := start.Add(time.Hour)
	for name, tt := range map[string]struct {
		by   int
		e    ehrdesk.CaseEvent
		code ehrdesk.Code
	}{
		"begun twice":                   {0, begun(), ehrdesk.CodeConflict},
		"somebody added twice":          {0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: p.member(2)}, ehrdesk.CodeConflict},
		"nobody added":                  {0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined}, ehrdesk.CodeInvalid},
		"the owner leaves":              {0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: p.member(0)}, ehrdesk.CodeDenied},
		"a member takes another out":    {1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: p.member(2)}, ehrdesk.CodeDenied},
		"handed over by another":        {1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseHandedOver, Person: p.member(1)}, ehrdesk.CodeDenied},
		"handed over to the owner":      {0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseHandedOver, Person: p.member(0)}, ehrdesk.CodeInvalid},
		"said to nobody":                {0, said("e2"), ehrdesk.CodeInvalid},
		"said to a stranger":            {0, said("e2", ehrdesk.CasePerson{Provider: "x", Staff: "y"}), ehrdesk.CodeDenied},
		"said to one person twice":      {0, said("e2", p.who[1], p.who[1]), ehrdesk.CodeInvalid},
		"said twice":                    {0, said("e1", p.who[1]), ehrdesk.CodeConflict},
		"an answer to nothing":          {1, func() ehrdesk.CaseEvent { e := said("e2", p.who[0]); e.Envelope.Reply = 4; return e }(), ehrdesk.CodeInvalid},
		"a receipt of what was not for": {3, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 5}, ehrdesk.CodeDenied},
		"a receipt of one's own":        {0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseAcknowledged, Of: 5}, ehrdesk.CodeDenied},
		"a receipt of nothing":          {1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 2}, ehrdesk.CodeInvalid},
		"a word beside a receipt":       {1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 5, Patient: "a word"}, ehrdesk.CodeInvalid},
		"a reason nobody asks for":      {1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 5, Reason: ehrdesk.CaseNotMine}, ehrdesk.CodeInvalid},
		"a member by another name":      {0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: &ehrdesk.CaseMember{CasePerson: p.who[2], Name: "a word"}}, ehrdesk.CodeInvalid},
		"declined in words":             {1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseDeclined, Of: 5, Reason: "she has chest pain"}, ehrdesk.CodeInvalid},
		"critical and passing": {0, passing("e2", func(e *ehrdesk.CaseEvent) {
			e.Envelope.Passes = at.Add(time.Hour)
			e.Envelope.Critical, e.Envelope.Turns, e.Envelope.Within = true, e.Envelope.To, 30
		}, p.who[1]), ehrdesk.CodeInvalid},
		"passed before it was said": {0, passing("e2", func(e *ehrdesk.CaseEvent) { e.Envelope.Passes = start }, p.who[1]), ehrdesk.CodeInvalid},
		"passing in a month":        {0, passing("e2", func(e *ehrdesk.CaseEvent) { e.Envelope.Passes = at.AddDate(0, 1, 0) }, p.who[1]), ehrdesk.CodeInvalid},
		"declined without a reason": {1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseDeclined, Of: 5}, ehrdesk.CodeInvalid},
		"closed by another":         {1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseCloses, At: at, Until: at.Add(72 * time.Hour)}, ehrdesk.CodeDenied},
		"closed for an hour":        {0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseCloses, At: at, Until: at.Add(time.Hour)}, ehrdesk.CodeInvalid},
		"extended while open":       {0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseExtended, At: at, Until: at.Add(72 * time.Hour), Reason: ehrdesk.CaseAwaited}, ehrdesk.CodeConflict},
		"ended while open":          {0, ehrdesk.CaseEvent{Kind: ehrdesk.CaseEnded, At: at}, ehrdesk.CodeConflict},
		"something else":            {0, ehrdesk.CaseEvent{Kind: "sung"}, ehrdesk.CodeInvalid},
	} {
		h := four(t, p)
		was := fmt.Sprintf("%+v", h.c)
		if err := h.try(p, tt.by, tt.e); ehrdesk.CodeOf(err) != tt.code {
			t.Errorf("%s: %v, want %s", name, err, tt.code)
		}
		if is := fmt.Sprintf("%+v", h.c); is != was {
			t.Errorf("%s changed the case:\n%s\n%s", name, was, is)
		}
	}
}

// That what passes was opened is told whenever the line is back: an event is of when it was signed. Whether it was given to them in its time
// the centre knows.
func TestThatWhatPassesWasOpenedIsToldLater(t *testing.T) {
	p := newPeople(t)
	h := four(t, p)
	at := start.Add(time.Hour)
	h.do(t, p, 0, passing("e2", func(e *ehrdesk.CaseEvent) { e.Envelope.Passes = at.Add(time.Hour) }, p.who[1], p.who[2]))
	h.do(t, p, 1, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 6, At: at.Add(59 * time.Minute)})
	h.do(t, p, 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 6, At: at.Add(2 * time.Hour)})
	if err := h.try(p, 2, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 6, At: at.Add(3 * time.Hour)}); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("told twice: %v", err)
	}
}

// A case is begun for a purpose that is a code: whoever carries it reads no word.
func TestACaseIsForAPurposeThatSaysNoWord(t *testing.T) {
	p := newPeople(t)
	h := &history{}
	e := begun()
	e.Purpose = "chest pain"
	if err := h.try(p, 0, e); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("%v", err)
	}
}

// random does something that any member may do, or may not.
func (h *history) random(rt *rapid.T, p *people, n int) {
	by, other := rapid.IntRange(0, 3).Draw(rt, "by"), rapid.IntRange(0, 3).Draw(rt, "other")
	at := start.Add(time.Duration(n) * time.Hour)
	of := rapid.IntRange(1, max(1, h.c.Events)).Draw(rt, "of")
	e := ehrdesk.CaseEvent{At: at}
	e.Kind = rapid.SampledFrom([]ehrdesk.CaseEventKind{ehrdesk.CaseJoined, ehrdesk.CaseLeft, ehrdesk.CaseHandedOver, ehrdesk.CaseSpoke, ehrdesk.CaseSpoke, ehrdesk.CaseOpened, ehrdesk.CaseAcknowledged, ehrdesk.CaseDeclined, ehrdesk.CaseCloses, ehrdesk.CaseExtended, ehrdesk.CaseReopened, ehrdesk.CaseEnded}).Draw(rt, "kind")
	switch e.Kind {
	case ehrdesk.CaseJoined, ehrdesk.CaseLeft, ehrdesk.CaseHandedOver:
		e.Person = p.member(other)
	case ehrdesk.CaseSpoke:
		e.Envelope = said(fmt.Sprint("e", n), p.who[other]).Envelope
	case ehrdesk.CaseOpened, ehrdesk.CaseAcknowledged:
		e.Of = of
	case ehrdesk.CaseDeclined:
		e.Of, e.Reason = of, ehrdesk.CaseOtherwise
	case ehrdesk.CaseCloses:
		e.Until = at.Add(72 * time.Hour)
	case ehrdesk.CaseExtended:
		e.Until, e.Reason = h.c.Closes.Add(time.Hour), ehrdesk.CaseAwaited
	case ehrdesk.CaseReopened:
		e.Reason = ehrdesk.CaseCareGoesOn
	case ehrdesk.CaseBegun, ehrdesk.CaseEnded:
	}
	_ = h.try(p, by, e) // what may not come next is refused
}

// Whatever members do, all who have the events come to one case, however they come to them; and a history of which an event was
// left out, moved, said twice, changed, or put in by somebody else, is found to be broken where that was done.
func TestEveryMemberHasOneHistoryAndAnotherIsFound(t *testing.T) {
	p := newPeople(t)
	rapid.Check(t, func(rt *rapid.T) {
		h := &history{}
		h.do(t, p, 0, begun())
		for n := range rapid.IntRange(3, 40).Draw(rt, "steps") {
			h.random(rt, p, n+1)
		}
		if len(h.signed) != h.c.Events {
			rt.Fatalf("%d events, %d signed", h.c.Events, len(h.signed))
		}
		b := &history{} // another member hears of them in pieces, some twice
		for len(b.known) < len(h.signed) {
			from, to := rapid.IntRange(0, len(b.known)).Draw(rt, "from"), rapid.IntRange(len(b.known), len(h.signed)).Draw(rt, "to")
			if err := b.follow(p, h.signed[from:to]...); err != nil {
				rt.Fatal(err)
			}
		}
		if fmt.Sprintf("%+v", b.c) != fmt.Sprintf("%+v", h.c) || b.c.Head == "" {
			rt.Fatalf("%+v\n%+v", b.c, h.c)
		}
		if len(h.signed) < 3 {
			return
		}
		at := rapid.IntRange(0, len(h.signed)-2).Draw(rt, "at")
		lied := slices.Clone(h.signed)
		switch rapid.SampledFrom([]string{"left out", "moved", "said twice", "changed", "put in"}).Draw(rt, "lie") {
		case "left out":
			lied = slices.Delete(lied, at, at+1)
		case "moved":
			lied[at], lied[at+1] = lied[at+1], lied[at]
		case "said twice":
			lied = slices.Insert(lied, at, "")
			lied[at] = resigned(rt, p, lied[at+1], func(e *ehrdesk.CaseEvent) { e.N = at + 2 })
		case "changed":
			lied[at] = resigned(rt, p, lied[at], func(e *ehrdesk.CaseEvent) { e.Name += "x" })
		case "put in":
			lied[at] = resigned(rt, p, lied[at], func(*ehrdesk.CaseEvent) {})
		}
		var broken *caselog.Broken
		c := &history{}
		if err := c.follow(p, lied...); !errors.As(err, &broken) || broken.N < 1 || broken.N > at+2 || c.c.Events > at+1 {
			rt.Fatalf("event %d: %v, %d events", at+1, err, c.c.Events)
		}
	})
}

// resigned is an event as a centre would change it: signed by a key that is not its author's.
func resigned(rt *rapid.T, p *people, signed string, edit func(*ehrdesk.CaseEvent)) string {
	var e ehrdesk.CaseEvent
	if err := json.Unmarshal(sealed.Payload(signed), &e); err != nil {
		rt.Fatal(err)
	}
	edit(&e)
	i := slices.Index(p.who, e.By)
	out, err := sealed.Sign(&e, sealed.TypeEvent, p.by((i+1)%len(p.who)))
	if err != nil {
		rt.Fatal(err)
	}
	return out
}

// A member who signs two histories, or a centre that shows each member another, is found as soon as one of them hears of the other's.
func TestTwoHistoriesOfACaseAreFound(t *testing.T) {
	p := newPeople(t)
	h := four(t, p)
	b := &history{}
	if err := b.follow(p, h.signed...); err != nil {
		t.Fatal(err)
	}
	h.do(t, p, 1, said("e2", p.who[0]))
	b.do(t, p, 1, said("e3", p.who[2]))
	var broken *caselog.Broken
	if err := b.follow(p, h.signed...); !errors.Is(err, caselog.ErrForked) || !errors.As(err, &broken) || broken.N != 6 {
		t.Errorf("%v", err)
	}
	next := &history{}
	if err := next.follow(p, h.signed...); err != nil {
		t.Fatal(err)
	}
	b.do(t, p, 0, said("e4", p.who[1]))
	if err := next.follow(p, b.signed[6]); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("an event after another history: %v", err)
	}
}

// An event of a key that ended, or of another kind, is not taken; its signature may be made anew over the same bytes, which is the
// same event.
func TestAnEventIsWhatItsAuthorSigned(t *testing.T) {
	p := newPeople(t)
	h := four(t, p)
	e, err := caselog.Read(h.signed[4], p)
	if err != nil || e.Kind != ehrdesk.CaseSpoke {
		t.Fatalf("%+v, %v", e, err)
	}
	again, err := sealed.Sign(&e, sealed.TypeEvent, p.by(0))
	if err != nil || again == h.signed[4] || caselog.Hash(again) != caselog.Hash(h.signed[4]) {
		t.Errorf("%v, %s and %s", err, caselog.Hash(again), caselog.Hash(h.signed[4]))
	}
	if err := h.follow(p, again); err != nil {
		t.Errorf("the same event again: %v", err)
	}
	other, err := sealed.Sign(&e, sealed.TypeEnvelope, p.by(0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := caselog.Read(other, p); !errors.Is(err, sealed.ErrForged) {
		t.Errorf("%v", err)
	}
	unknown, err := sealed.Sign(&e, sealed.TypeEvent, sealed.Signer{Key: p.keys[0], Name: "k9"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := caselog.Read(unknown, p); !errors.Is(err, sealed.ErrUnknown) {
		t.Errorf("%v", err)
	}
	if caselog.Hash("x.y") != "" || caselog.Hash(strings.Repeat(".", 2)) == "" {
		t.Error("a hash of nothing")
	}
}

// An envelope is the one that its event names.
func TestAnEnvelopeBelongsToItsEvent(t *testing.T) {
	p := newPeople(t)
	h := four(t, p)
	e, err := caselog.Read(h.signed[4], p)
	if err != nil {
		t.Fatal(err)
	}
	good := func() sealed.Head {
		to := func(i int) sealed.To { return sealed.To{Person: sealed.Person(p.who[i]), Key: "k"} }
		return sealed.Head{ID: "e1", Case: "c1", Patient: "p1", From: sealed.Person(p.who[0]), Digest: []byte{1}, To: []sealed.To{to(0), to(1), to(2), to(2)}}
	}
	if head := good(); !caselog.Envelope(&h.c, &e, &head) {
		t.Error("the envelope that it names is not taken")
	}
	for name, edit := range map[string]func(*sealed.Head){
		"another envelope": func(h *sealed.Head) { h.ID = "e2" }, "another case": func(h *sealed.Head) { h.Case = "c2" }, "another patient": func(h *sealed.Head) { h.Patient = "p2" },
		"another author": func(h *sealed.Head) { h.From = sealed.Person(p.who[1]) }, "other bytes": func(h *sealed.Head) { h.Digest = []byte{2} },
		"for one fewer": func(h *sealed.Head) { h.To = h.To[:2] }, "for one more": func(h *sealed.Head) { h.To = append(h.To, sealed.To{Person: sealed.Person(p.who[3])}) },
	} {
		head := good()
		if edit(&head); caselog.Envelope(&h.c, &e, &head) {
			t.Errorf("%s is taken", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	p := newPeople(f)
	h := four(f, p)
	for _, s := range h.signed {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, signed string) {
		e, err := caselog.Read(signed, p)
		if err == nil && !slices.ContainsFunc(h.signed, func(s string) bool { return caselog.Hash(s) == caselog.Hash(signed) }) {
			t.Errorf("%+v", e)
		}
	})
}

// BenchmarkFollow is the history of a case with a thousand messages, each of which was opened.
func BenchmarkFollow(b *testing.B) {
	p := newPeople(b)
	h := four(b, p)
	for i := range 1000 {
		h.do(b, p, 0, said(fmt.Sprint("m", i), p.who[1]))
	}
	b.ResetTimer()
	for range b.N {
		c := &history{}
		if err := c.follow(p, h.signed...); err != nil {
			b.Fatal(err)
		}
	}
}
