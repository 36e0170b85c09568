package sqlstore_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// oneWritesAtATime: changes of several processes have numbers without a gap or a double, in the
// order in which they are seen.
func oneWritesAtATime(t *testing.T, e engine) {
	const processes, each = 3, 20
	seen := e.open(t, time.Now)
	var all sync.WaitGroup
	for range processes {
		s := e.open(t, time.Now)
		for range 2 {
			all.Go(func() {
				for range each {
					if err := s.Write(t.Context(), func(tx *store.Tx) error {
						e := &store.LogEntry{ID: uuid.NewString(), Action: "find"}
						e.Follow(tx.Log.Last())
						tx.Log.Add(e)
						if seq, _ := tx.Changes.Next(); seq != e.Seq {
							t.Errorf("change %d and event %d", seq, e.Seq)
						}
						return nil
					}); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	all.Wait()
	if err := seen.Read(t.Context(), func(tx *store.Tx) error {
		n, _ := tx.Log.Last()
		if last := tx.Changes.Last(); n != 2*processes*each || last != n {
			t.Errorf("%d events, %d changes", n, last)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// aReadSeesOneMoment, whatever is written while it goes on.
func aReadSeesOneMoment(t *testing.T, e engine) {
	a, b := e.open(t, time.Now), e.open(t, time.Now)
	err := a.Read(t.Context(), func(tx *store.Tx) error {
		before := tx.Changes.Last()
		if err := b.Write(t.Context(), func(tx *store.Tx) error {
			tx.Changes.Next()
			tx.Accounts.AddProvider(&store.HCP{ID: "1", Name: "Clinic"})
			return nil
		}); err != nil {
			return err
		}
		if tx.Changes.Last() != before || tx.Accounts.Provider("1") != nil {
			t.Error("it sees what was written since")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func aRefusalThatIsKeptIsDurable(t *testing.T, e engine) {
	c := e.open(t, time.Now)
	for id, no := range map[string]error{"1": refusal.New(403, "", "no").Kept(), "2": refusal.New(403, "", "no")} {
		if err := c.Write(t.Context(), func(tx *store.Tx) error { tx.Accounts.AddProvider(&store.HCP{ID: id}); return no }); !errors.Is(err, no) {
			t.Errorf("%v", err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := e.open(t, time.Now).Read(t.Context(), func(tx *store.Tx) error {
		if tx.Accounts.Provider("1") == nil || tx.Accounts.Provider("2") != nil {
			t.Error("it is kept where it must not be, or is not where it must")
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// aListMayAskForMore: what each of a list is asked for uses the same connection.
func aListMayAskForMore(t *testing.T, e engine) {
	const many = 100
	c := e.open(t, time.Now)
	if err := c.Write(t.Context(), func(tx *store.Tx) error {
		tx.Accounts.AddProvider(&store.HCP{ID: "1"})
		for range many {
			tx.Accounts.Add(&store.Account{HCP: "1", Staff: uuid.NewString()})
		}
		n := 0
		err := tx.Accounts.Staff("1", func(k *store.StaffKey) error {
			n++
			tx.Accounts.Close("1", k.Staff)
			return tx.Checkpoints.Each(func(*store.DeskLog) error { return nil })
		})
		if n != many {
			t.Errorf("%d of them", n)
		}
		enough := errors.New("enough")
		for range 3 {
			if err := tx.Accounts.Staff("1", func(*store.StaffKey) error { return enough }); !errors.Is(err, enough) {
				t.Errorf("%v", err)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// aFailedListKeepsNothing: a rule may go on after a list that failed, and nobody is told that
// what it did is kept where it is not.
func aFailedListKeepsNothing(t *testing.T, e engine) {
	c := e.open(t, time.Now)
	if err := e.exec(t, "ALTER TABLE desk RENAME TO gone"); err != nil {
		t.Fatal(err)
	}
	err := c.Write(t.Context(), func(tx *store.Tx) error {
		tx.Accounts.AddProvider(&store.HCP{ID: "1"})
		if tx.Accounts.Staff("1", func(*store.StaffKey) error { return nil }) == nil {
			t.Error("a list without its table")
		}
		return nil
	})
	if e := e.exec(t, "ALTER TABLE gone RENAME TO desk"); e != nil {
		t.Fatal(e)
	}
	kept := false
	if e := c.Read(t.Context(), func(tx *store.Tx) error { kept = tx.Accounts.Provider("1") != nil; return nil }); e != nil {
		t.Fatal(e)
	}
	if kept != (err == nil) {
		t.Errorf("kept %v, told %v", kept, err)
	}
}

// whatIsOwedKeepsItsOrder, and is there until it is done.
func whatIsOwedKeepsItsOrder(t *testing.T, e engine) {
	c := e.open(t, time.Now)
	if err := c.Write(t.Context(), func(tx *store.Tx) error {
		for _, id := range []string{"a", "b", "c"} {
			tx.Log.Owed().Add(store.Due{Type: "Consent", ID: id, Body: []byte{0, 1}})
		}
		tx.Log.Owed().Add(store.Due{Type: "AuditEvent", ID: "d", Body: []byte{2}})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := c.Write(t.Context(), func(tx *store.Tx) error {
		first := tx.Log.Owed().Next("Consent", 0, 2)
		if len(first) != 2 || first[0].ID != "a" || first[1].ID != "b" || len(first[0].Body) != 2 {
			t.Fatalf("%+v", first)
		}
		tx.Log.Owed().Done(first[0].Seq)
		if rest := tx.Log.Owed().Next("Consent", first[1].Seq, 2); len(rest) != 1 || rest[0].ID != "c" {
			t.Errorf("%+v", rest)
		}
		if left := tx.Log.Owed().Next("Consent", 0, 9); len(left) != 2 {
			t.Errorf("%+v", left)
		}
		tx.Log.Owed().Add(store.Due{Type: "Consent", ID: "b", Body: []byte{3}})
		if of := tx.Log.Owed().Of("Consent", "b"); len(of) != 2 || of[0].Seq != first[1].Seq || of[1].Body[0] != 3 {
			t.Errorf("%+v", of)
		}
		if of := tx.Log.Owed().Of("AuditEvent", "b"); len(of) != 0 {
			t.Errorf("%+v", of)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// aTextThatIsNoneIsRefused, and not taken for a fault of the store: one engine would keep what
// another cannot.
func aTextThatIsNoneIsRefused(t *testing.T, e engine) {
	c := e.open(t, time.Now)
	for _, text := range []string{"a\x00b", "a\xffb"} {
		for what, fn := range map[string]func(tx *store.Tx) error{
			"kept":       func(tx *store.Tx) error { tx.Accounts.AddProvider(&store.HCP{ID: "1", Name: text}); return nil },
			"looked for": func(tx *store.Tx) error { tx.Participants.Get(text); return nil },
			"listed":     func(tx *store.Tx) error { return tx.Log.Each(text, 0, func(*store.LogEntry) error { return nil }) },
		} {
			if f, ok := refusal.As(c.Write(t.Context(), fn)); !ok || f.Status != 422 {
				t.Errorf("%q %s: %v", text, what, f)
			}
		}
	}
}
