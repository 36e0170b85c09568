package sqlstore_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// envelopesAreKeptInPieces, given in their order, and gone with all of them.
func envelopesAreKeptInPieces(t *testing.T, e engine) {
	now := time.Date(2026, 4, 8, 9, 0, 0, 0, time.UTC)
	c := e.open(t, func() time.Time { return now })
	write := func(fn func(all store.Envelopes)) {
		t.Helper()
		if err := c.Write(t.Context(), func(tx *store.Tx) error { fn(tx.Desks.Envelopes()); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	until := now.Add(time.Hour).UnixMicro()
	write(func(all store.Envelopes) {
		for _, id := range []string{"e1", "e2"} {
			all.Begin(&store.Envelope{ID: id, HCP: "1", Staff: "a", Client: "d", Made: now.UnixMicro(), Until: until})
			all.Add(id, 0, []byte{0, 1, 2})
			all.Add(id, 1, []byte{3})
		}
		all.Begin(&store.Envelope{ID: "e2", HCP: "1", Staff: "a", Client: "d", Made: now.UnixMicro(), Until: until})
		all.Add("e2", 0, []byte{9})
		all.Whole(&store.Envelope{ID: "e1", Digest: []byte{7}})
		all.Post(&store.Envelope{ID: "e1", Case: "c", N: 4}, []store.Delivery{{HCP: "2", Staff: "b"}, {HCP: "3", Staff: "c"}})
	})
	write(func(all store.Envelopes) {
		one := all.Get("e1")
		if one == nil || one.Size != 4 || !one.Whole || one.N != 4 || one.Until != 0 || !bytes.Equal(one.Digest, []byte{7}) || !bytes.Equal(all.Piece("e1", 0), []byte{0, 1, 2}) || !bytes.Equal(all.Piece("e1", 1), []byte{3}) || all.Piece("e1", 2) != nil {
			t.Errorf("%+v", one)
		}
		if two := all.Get("e2"); two == nil || two.Size != 1 || all.Piece("e2", 1) != nil || all.Under("1", "a") != 1 || all.Held("1") != 5 {
			t.Errorf("%+v", two)
		}
		all.Drop("e1") // it has an event
		to := all.For("e1")
		if len(to) != 2 || all.Piece("e1", 0) == nil {
			t.Fatalf("%+v", to)
		}
		to[1].Delivered, to[1].Change = 5, 9
		all.Reach(&to[1])
		if got := all.Reached("c", 8); len(got) != 1 || got[0].HCP != "3" || got[0].Delivered != 5 || len(all.Reached("c", 9)) != 0 {
			t.Errorf("%+v", got)
		}
		if all.Ended(until-1) || !all.Ended(until) {
			t.Error("what has no event ends by its time")
		}
		all.Sweep(until)
		if all.Get("e2") != nil || all.Piece("e2", 0) != nil || all.Get("e1") == nil {
			t.Error("what is over, and no more, goes")
		}
		all.SetUntil("e1", 3)
		if !all.Ended(3) {
			t.Error("it does not pass")
		}
		all.EndOf("c")
		if all.Get("e1") != nil || all.Piece("e1", 0) != nil || len(all.For("e1")) != 2 {
			t.Error("a case's envelopes go with it, and who had them stays")
		}
	})
}

// casesAreToldToWhoIsInThem, and of them the last that somebody was in.
func casesAreToldToWhoIsInThem(t *testing.T, e engine) {
	c := e.open(t, time.Now)
	err := c.Write(t.Context(), func(tx *store.Tx) error {
		all := tx.Desks.Cases()
		row := &store.CaseRow{ID: "c", Patient: "p", State: "open", N: 2, Head: "h", Seq: 5}
		all.Put(row)
		row.State, row.Seq = "closing", 6
		all.Put(row)
		for n, text := range []string{"one", "two", "three"} {
			all.AddEvent("c", &store.CaseEventRow{N: n + 1, Hash: text, Signed: text})
		}
		a, b := &store.CaseMembership{HCP: "1", Staff: "a", Joined: 1}, &store.CaseMembership{HCP: "2", Staff: "b", Joined: 2}
		all.Join("c", a)
		all.Join("c", b)
		all.Told("c", 5)
		b.Left = 3
		all.Leave("c", b)
		all.Told("c", 6)
		if got := all.Of("1", "a", 5, 9); len(got) != 1 || got[0].State != "closing" || got[0].Seen != 6 || got[0].Left != 0 || all.Last("1", "a") != 6 {
			t.Errorf("%+v", got)
		}
		if got := all.Of("2", "b", 0, 9); len(got) != 1 || got[0].Seen != 5 || got[0].Left != 3 || len(all.Of("2", "b", 5, 9)) != 0 {
			t.Errorf("who left: %+v", got)
		}
		all.Join("c", &store.CaseMembership{HCP: "2", Staff: "b", Joined: 7})
		all.Told("c", 8)
		if got := all.Of("2", "b", 0, 9); len(got) != 1 || got[0].Left != 0 || got[0].Seen != 8 || len(all.Members("c")) != 3 {
			t.Errorf("who came back: %+v", got)
		}
		if got := all.Events("c", 1, 1); len(got) != 1 || got[0].Signed != "two" {
			t.Errorf("%+v", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
