package central_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// caseSeed is EHRDESK_WALK_SEED, or the same each time.
func caseSeed() uint64 {
	n, err := strconv.ParseUint(os.Getenv("EHRDESK_WALK_SEED"), 10, 64)
	if err != nil {
		return 20261130
	}
	return n
}

// The centre takes an event where the rules of a case let it come next, and no other, whoever does whatever; each that was taken is
// there once however often it is sent, and every member has one history. 200 events, or EHRDESK_CASES.
func TestTheCentreTakesWhatTheRulesAllow(t *testing.T) {
	seed := caseSeed()
	r := rand.New(rand.NewPCG(seed, 2))
	k := ofCases(t)
	var begun, taken, refused int
	for step := range walkSteps(t, "EHRDESK_CASES", 200) {
		if k.story.Events == 0 || k.story.State.Over() {
			k.story, k.known = ehrdesk.Case{}, nil
			k.begin(k.d[r.IntN(3)])
			begun++
		}
		if r.IntN(12) == 0 {
			k.clock.advance(time.Duration(r.IntN(40)) * time.Hour)
		}
		k.clock.advance(time.Second)
		for _, d := range k.d {
			d.signIn()
		}
		by := k.d[r.IntN(3)]
		if r.IntN(2) == 0 {
			by = k.at[sealed.Person(k.story.Owner)]
		}
		e, w := k.any(r)
		if k.story.State == ehrdesk.CaseClosing && !k.clock.now().Before(k.story.Closes) && r.IntN(2) == 0 { // nothing else may come next
			e, w = ehrdesk.CaseEvent{Kind: ehrdesk.CaseEnded}, nil
		}
		e.By, e.Name, e.At, e.Case, e.N, e.Before = by.person(), "Somebody", k.clock.now(), k.story.ID, k.story.Events+1, k.story.Head
		head := ""
		var short []byte
		if w != nil {
			said := k.seal(by, fmt.Sprint("words ", step), w...)
			e.Envelope = said.event.Envelope
			if r.IntN(3) == 0 {
				e.Envelope.Passes = e.At.Add(time.Duration(r.IntN(9)) * 24 * time.Hour)
			}
			var err error
			if head, err = sealed.SignHead(&said.head, by.signs()); err != nil {
				t.Fatal(err)
			}
			short = said.bytes
		}
		may := k.story.MayStep(&e)
		signed, err := sealed.Sign(&e, sealed.TypeEvent, by.signs())
		if err != nil {
			t.Fatal(err)
		}
		status, text := k.send(by, signed, head, short)
		if (may == nil) != (status == 200) {
			t.Fatalf("seed %d, step %d: %s by %d is answered %d %s; the rules say %v", seed, step, e.Kind, step, status, text, may)
		}
		if status != 200 {
			refused++
			continue
		}
		if taken++; r.IntN(4) == 0 {
			if status, _ := by.do("POST", "/$case-event", eventBody(signed, head, short)); status != 200 {
				t.Fatalf("seed %d, step %d: sent again: %d", seed, step, status)
			}
		}
	}
	if taken < 8 || refused < 8 || begun < 1 {
		t.Fatalf("seed %d: %d begun, %d taken, %d refused: this shows nothing (%s, closes %v, now %v, %+v)", seed, begun, taken, refused, k.story.State, k.story.Closes, k.clock.now(), k.story.Members)
	}
	for _, d := range k.d {
		if m, in := k.story.Member(d.person()); in || m.Left != 0 {
			if was, heads := k.history(d); was.Head != k.story.Head || len(heads) != len(k.story.Said) {
				t.Errorf("seed %d: a member has %d events of %d", seed, was.Events, k.story.Events)
			}
		}
	}
}

// any is something that somebody does, and to whom they say it where they say something.
func (k *caseWorld) any(r *rand.Rand) (e ehrdesk.CaseEvent, to []*desk) {
	of := 1 + r.IntN(max(1, k.story.Events))
	if n := len(k.story.Said); n > 0 && r.IntN(4) > 0 {
		of = k.story.Said[r.IntN(n)].Event
	}
	at := k.clock.now()
	switch n := r.IntN(20); {
	case n < 4:
		return ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: member(k.d[r.IntN(3)])}, nil
	case n < 5:
		return ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: member(k.d[r.IntN(3)])}, nil
	case n < 6:
		return ehrdesk.CaseEvent{Kind: ehrdesk.CaseHandedOver, Person: member(k.d[r.IntN(3)])}, nil
	case n < 11:
		return ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke}, []*desk{k.d[r.IntN(3)]}
	case n < 16:
		kinds := []ehrdesk.CaseEvent{{Kind: ehrdesk.CaseOpened, Of: of}, {Kind: ehrdesk.CaseAcknowledged, Of: of}, {Kind: ehrdesk.CaseDeclined, Of: of, Reason: ehrdesk.CaseNotMine}, {Kind: ehrdesk.CaseDeclined, Of: of}}
		return kinds[r.IntN(len(kinds))], nil
	case n < 17:
		return ehrdesk.CaseEvent{Kind: ehrdesk.CaseCloses, Until: at.Add(ehrdesk.CaseCooling)}, nil
	case n < 18:
		return ehrdesk.CaseEvent{Kind: ehrdesk.CaseExtended, Until: at.Add(time.Duration(r.IntN(80)) * time.Hour), Reason: ehrdesk.CaseAwaited}, nil
	case n < 19:
		return ehrdesk.CaseEvent{Kind: ehrdesk.CaseReopened, Reason: ehrdesk.CaseCareGoesOn}, nil
	case r.IntN(4) == 0:
		return ehrdesk.CaseEvent{Case: uuid.NewString(), Kind: ehrdesk.CaseBegun, Patient: k.patient, Purpose: ehrdesk.CaseOpinion, Ends: ehrdesk.CaseDestroys}, nil
	}
	return ehrdesk.CaseEvent{Kind: ehrdesk.CaseEnded}, nil
}
