package cases

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
)

// desk is a shelf of somebody's in a store of its own.
func desk(t testing.TB) *Cases {
	t.Helper()
	s, _ := sits(t, filepath.Join(t.TempDir(), "desk"), nil)
	s.directory = signers{} // who knows of no new key
	return s
}

type mailbox struct{ Centre }

// long is a case of so many messages between three, each opened by two, kept with its words.
func long(t testing.TB, s *Cases, n int) string {
	t.Helper()
	id := uuid.NewString()
	people := []ehrdesk.CasePerson{{Provider: "1", Staff: "drlee"}, {Provider: "1868851836", Staff: "drchan"}, {Provider: "4918841448", Staff: "drho"}}
	k := kept{Case: ehrdesk.Case{ID: id, Patient: "p1", Purpose: ehrdesk.CaseOpinion, Ends: ehrdesk.CaseDestroys, State: ehrdesk.CaseOpen, Owner: people[0]}}
	for i, p := range people {
		k.Case.Members = append(k.Case.Members, ehrdesk.CaseMember{CasePerson: p, Name: "Dr " + p.Staff, Joined: i + 1})
	}
	words := map[string]text{}
	for i := range n {
		said := ehrdesk.CaseSaid{Event: 4 + 3*i, By: people[i%3], At: s.Now(), Envelope: uuid.NewString(), Digest: make([]byte, 32), To: people}
		for _, by := range people[:2] {
			said.Receipts = append(said.Receipts, ehrdesk.CaseReceipt{By: by, Kind: ehrdesk.CaseOpened, At: s.Now()})
		}
		k.Case.Said = append(k.Case.Said, said)
		k.Reached = append(k.Reached, ehrdesk.CaseGiven{Envelope: said.Envelope, To: people[1], At: s.Now()}, ehrdesk.CaseGiven{Envelope: said.Envelope, To: people[2], At: s.Now()})
		words[said.Envelope] = text{Read: true, Body: ehrdesk.CaseBody{Text: fmt.Sprintf("message %d, as long as most of what is written between two wards is", i)}, At: s.Now()}
	}
	for range 3 * n {
		k.Hashes = append(k.Hashes, "4b5f8cd23e69b6ef4cbefba8421091c93b128e61ec4696a14d37b7835b3db26d")
	}
	k.Case.Events, k.Case.Head = len(k.Hashes), k.Hashes[0]
	if err := s.keepSaid(t.Context(), id, words); err != nil {
		t.Fatal(err)
	}
	if err := s.keep(t.Context(), id, &k); err != nil {
		t.Fatal(err)
	}
	return id
}

// A case that goes over what one line holds is read back as it was, members with when they came and went; and shorter, without what
// it had more.
func TestALongCaseIsKeptAsItIs(t *testing.T) {
	s := desk(t)
	id := long(t, s, 2000)
	k, err := s.kept(t.Context(), id)
	if err != nil || k.pieces < 2 || len(k.Case.Said) != 2000 || k.Case.Members[2].Joined != 3 {
		t.Fatalf("%d pieces, %d said, %v", k.pieces, len(k.Case.Said), err)
	}
	k.Case.Members[2].Left = 9
	k.Case.Said, k.Hashes, k.Reached = k.Case.Said[:10], k.Hashes[:10], nil
	if err := s.keep(context.Background(), id, &k); err != nil {
		t.Fatal(err)
	}
	again, err := s.kept(t.Context(), id)
	if err != nil || again.pieces != 1 || len(again.Case.Said) != 10 || again.Case.Members[2].Left != 9 {
		t.Errorf("%+v, %v", again.pieces, err)
	}
	if _, in := again.Case.Member(k.Case.Members[2].CasePerson); in {
		t.Error("who left is a member again")
	}
}

// BenchmarkLongCase is a case of 1,000 messages, opened from what is kept with every word: 20 ms is what it may take.
func BenchmarkLongCase(b *testing.B) {
	s := desk(b)
	id := long(b, s, 1000)
	for b.Loop() {
		v, err := s.One(b.Context(), id)
		if err != nil || len(v.Said) != 1000 || len(v.Words) != 1000 {
			b.Fatalf("%d said, %d words, %v", len(v.Said), len(v.Words), err)
		}
	}
}

// BenchmarkNextInLongCase keeps the same case after an event more.
func BenchmarkNextInLongCase(b *testing.B) {
	s := desk(b)
	id := long(b, s, 1000)
	k, err := s.kept(b.Context(), id)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := s.keep(b.Context(), id, &k); err != nil {
			b.Fatal(err)
		}
	}
}
