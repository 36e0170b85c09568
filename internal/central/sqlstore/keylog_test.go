package sqlstore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/keylog"
)

// keysOfBeforeAreInTheLog: a store of before there was a log of keys begins it with all that there were, also those that ended and
// came again; and the log takes no change.
func keysOfBeforeAreInTheLog(t *testing.T, e engine) {
	now := time.Date(2026, 4, 8, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	c := e.open(t, clock)
	write := func(fn func(tx *store.Tx)) {
		t.Helper()
		if err := c.Write(t.Context(), func(tx *store.Tx) error { fn(tx); return nil }); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Minute)
	}
	write(func(tx *store.Tx) {
		tx.Accounts.AddProvider(&store.HCP{ID: "1", Name: "Clinic"})
		for _, staff := range []string{"a", "b"} {
			tx.Accounts.Add(&store.Account{HCP: "1", Staff: staff, Name: staff, Role: "doctor"})
		}
		tx.Desks.Add(&store.Desk{Client: "d", HCP: "1", Print: "desk", Key: []byte("{}")})
		tx.Desks.SetPersonKey("d", "a", "one", []byte("{}"))
		tx.Desks.SetPersonKey("d", "b", "b's", []byte("{}"))
	})
	write(func(tx *store.Tx) { tx.Desks.SetPersonKey("d", "a", "two", []byte("{}")) })
	write(func(tx *store.Tx) { tx.Desks.EndKey("d") })
	write(func(tx *store.Tx) { tx.Desks.SetPersonKey("d", "a", "one", []byte("{}")) })
	for _, s := range []string{"DROP TABLE group_staff", "DROP TABLE group_box", "DROP TABLE group_event", "DROP TABLE contact_group", "DROP TABLE on_call", "DROP TABLE case_report", "DROP TABLE key_change", "DROP TABLE offered_key", "DROP TABLE envelope_for", "DROP TABLE envelope_part", "DROP TABLE envelope", "DROP TABLE case_member", "DROP TABLE case_event", "DROP TABLE sealed_case", fmt.Sprintf(e.version, 24)} {
		if err := e.exec(t, s); err != nil {
			t.Fatal(s, err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // once for all
		c = e.open(t, clock)
		if err := c.Read(t.Context(), func(tx *store.Tx) error {
			var l keylog.Log
			if err := l.Follow(tx.Accounts.Directory().Changes(0, 100)...); err != nil {
				t.Fatal(err)
			}
			var served []keylog.Served
			for _, k := range tx.Accounts.Directory().Keys() {
				served = append(served, keylog.Served{Provider: k.HCP, Staff: k.Staff, Name: k.Print, Counts: k.Ended == 0})
			}
			if got := l.Differs(served); len(got) != 0 || l.Len() != 8 {
				t.Errorf("%d entries; otherwise are %+v", l.Len(), got)
			}
			n, _, hash := tx.Accounts.Directory().LastChange()
			if err := l.Agrees(keylog.Head{N: n, Hash: hash}); err != nil {
				t.Error(err)
			}
			first := now.Add(-4 * time.Minute)
			if !l.Stood("1", "a", "one", first) || l.Stood("1", "a", "one", first.Add(90*time.Second)) || !l.Stood("1", "a", "one", now) || l.Stood("1", "b", "b's", now) {
				t.Error("when a key counted is told otherwise")
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []string{"DELETE FROM key_change", "UPDATE key_change SET text = ''"} {
		if e.exec(t, s) == nil {
			t.Errorf("%s was taken", s)
		}
	}
}
