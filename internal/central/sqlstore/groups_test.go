package sqlstore_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// groupsAreKeptWithTheirKeys, each box once, and gone with whom it was for.
func groupsAreKeptWithTheirKeys(t *testing.T, e engine) {
	c := e.open(t, time.Now)
	err := c.Write(t.Context(), func(tx *store.Tx) error {
		all := tx.Desks.Groups()
		row := &store.GroupRow{ID: "g", HCP: "1", N: 1, Head: "h", Seq: 5}
		all.Put(row)
		row.N, row.Head, row.Seq = 2, "i", 7
		all.Put(row)
		all.Put(&store.GroupRow{ID: "f", HCP: "1", N: 1, Head: "h", Seq: 6, Closed: true})
		for n, text := range []string{"one", "two", "three"} {
			all.AddEvent("g", &store.GroupEventRow{N: n + 1, Hash: text, Signed: text})
		}
		if got := all.After(5, 9); len(got) != 2 || got[0].ID != "f" || got[1] != *row || len(all.After(0, 1)) != 1 || all.Of("1") != 1 {
			t.Errorf("%+v", got)
		}
		if got := all.Events("g", 1, 1); len(got) != 1 || got[0].Signed != "two" {
			t.Errorf("%+v", got)
		}
		one := store.GroupBox{Epoch: 1, Client: "d", Staff: "a", Key: "k", Sealed: []byte{1, 2}}
		if !all.Keep("g", &one, 1) || all.Keep("g", &store.GroupBox{Epoch: 1, Client: "d", Staff: "a", Key: "x", Sealed: []byte{9}}, 2) {
			t.Error("the first stays")
		}
		two := store.GroupBox{Epoch: 2, Client: "d", Staff: "a", Key: "l", Sealed: []byte{3}}
		all.Keep("g", &two, 3)
		all.Keep("g", &store.GroupBox{Epoch: 2, Client: "e", Staff: "b", Key: "m", Sealed: []byte{4}}, 3)
		if got := all.Boxes("g", "d", "a"); len(got) != 2 || got[0].Key != "k" || !slices.Equal(got[1].Sealed, []byte{3}) || !all.Box("g", 2, "e", "b") || all.Box("g", 1, "e", "b") {
			t.Errorf("%+v", got)
		}
		all.Drop("g", 1, "d", "a")
		all.DropFor("g", "b")
		if all.Box("g", 1, "d", "a") || !all.Box("g", 2, "d", "a") || all.Box("g", 2, "e", "b") {
			t.Error("one goes, and all of somebody's")
		}
		all.DropOf("g")
		if all.Box("g", 2, "d", "a") || all.Get("g") == nil || all.Get("none") != nil {
			t.Error("with a group all its boxes go")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// whoAnsweredBeforeIsFound: a store of before it was kept who answers for a group finds it by the group's events.
func whoAnsweredBeforeIsFound(t *testing.T, e engine) {
	c := e.open(t, time.Now)
	by := ehrdesk.CasePerson{Provider: "1", Staff: "a"}
	other := &ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: "1", Staff: "b"}, Name: "B"}
	write := func(id string, all ...ehrdesk.GroupEvent) {
		t.Helper()
		err := c.Write(t.Context(), func(tx *store.Tx) error {
			var g ehrdesk.Group
			tx.Desks.Groups().Put(&store.GroupRow{ID: id, HCP: "1", N: len(all), Seq: int64(len(id))})
			for n, one := range all {
				one.Group, one.N, one.Before, one.By, one.Name, one.At = id, n+1, g.Head, by, "A", time.Unix(1, 0).UTC()
				b, err := json.Marshal(one)
				if err != nil {
					return err
				}
				signed := "x." + base64.RawURLEncoding.EncodeToString(b) + ".x"
				if err := g.Step(&one, caselog.Hash(signed)); err != nil {
					return err
				}
				tx.Desks.Groups().AddEvent(id, &store.GroupEventRow{N: n + 1, Hash: caselog.Hash(signed), Signed: signed})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	made := ehrdesk.GroupEvent{Kind: ehrdesk.GroupMade, Is: ehrdesk.GroupBoard, Called: "Board", Chinese: "會議", Key: "k1"}
	joined := ehrdesk.GroupEvent{Kind: ehrdesk.GroupJoined, Person: other}
	write("g", made, joined)
	write("gg", made, joined, ehrdesk.GroupEvent{Kind: ehrdesk.GroupLeft, Person: other, Key: "k2"})
	write("ggg", made, joined, ehrdesk.GroupEvent{Kind: ehrdesk.GroupClosed})
	for _, s := range []string{"DROP TABLE group_staff", fmt.Sprintf(e.version, 26)} {
		if err := e.exec(t, s); err != nil {
			t.Fatal(s, err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = e.open(t, time.Now)
	err := c.Read(t.Context(), func(tx *store.Tx) error {
		if a, b := tx.Desks.Groups().AnsweredBy("1", "a"), tx.Desks.Groups().AnsweredBy("1", "b"); !slices.Equal(a, []string{"g", "gg"}) || !slices.Equal(b, []string{"g"}) || len(tx.Desks.Groups().AnsweredBy("2", "a")) != 0 {
			t.Errorf("%v, %v", a, b)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
