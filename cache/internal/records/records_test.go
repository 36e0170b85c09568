package records_test

import (
	"errors"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/records"
)

const install = "0190aaaa-0000-7000-8000-000000000001"

// clock stands still unless it is told of a later moment.
type clock struct{ at time.Time }

func (c *clock) Time() time.Time { return c.at }
func (c *clock) Advance(past time.Time) {
	if past.After(c.at) {
		c.at = past
	}
}

func open(t *testing.T, dir string) (*records.Records, *clock) {
	t.Helper()
	c := &clock{time.Date(2026, 4, 8, 1, 0, 0, 0, time.UTC)}
	rs, err := records.Open(t.Context(), dir, install, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rs.Close)
	return rs, c
}

func keysOf(t *testing.T, n uint32) records.Keys {
	t.Helper()
	k, err := keyring.NewRecordKeys(n, 1)
	if err != nil {
		t.Fatal(err)
	}
	return records.Keys{n: k}
}

func put(t *testing.T, rs *records.Records, keys records.Keys, name string, purge time.Time) records.PatientID {
	t.Helper()
	c, err := rs.Put(t.Context(), keys, records.Copy{Header: []byte(name), PurgeAfter: purge}, []string{name})
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func record(id string) records.Change {
	return records.Change{Record: ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: id, Version: "1", Title: "Potassium"}, Body: []byte(`{"id":"` + id + `"}`)}
}

// TestACopyIsThereForWhoeverHoldsItsKeys, and for nobody else.
func TestACopyIsThereForWhoeverHoldsItsKeys(t *testing.T) {
	ctx := t.Context()
	rs, c := open(t, t.TempDir())
	mine, yours := keysOf(t, 1), keysOf(t, 2)
	id := put(t, rs, mine, "chan", c.at.Add(time.Hour))
	if n, err := rs.Apply(ctx, mine, id, nil, c.at, []records.Change{record("a"), record("b")}); n != 2 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if body, err := rs.Body(ctx, mine, id, ehrdesk.Ref{Resource: "Observation", ID: "a"}); string(body) != `{"id":"a"}` || err != nil {
		t.Errorf("%s, %v", body, err)
	}
	if _, err := rs.List(ctx, yours, id); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("by other keys, from memory: %v", err)
	}
	rs.Forget()
	if _, err := rs.List(ctx, yours, id); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("by other keys, from the disk: %v", err)
	}
	if _, ok, err := rs.Lookup(ctx, yours, "chan"); ok || err != nil {
		t.Errorf("looked up by other keys: %v, %v", ok, err)
	}
	if list, damaged, err := rs.Patients(ctx, yours); len(list)+damaged != 0 || err != nil {
		t.Errorf("%d, %d damaged, %v", len(list), damaged, err)
	}
	c.at = c.at.Add(time.Hour)
	if _, err := rs.Get(ctx, mine, id); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("past its time: %v", err)
	}
}

// TestCopiesAreCarriedOverOrLost: under new keys everything opens as before, and what
// does not open is counted and gone.
func TestCopiesAreCarriedOverOrLost(t *testing.T) {
	ctx := t.Context()
	rs, c := open(t, t.TempDir())
	old := keysOf(t, 1)
	ids := map[string]records.PatientID{}
	for _, name := range []string{"stays", "goes", "damaged"} {
		ids[name] = put(t, rs, old, name, c.at.Add(time.Hour))
		if _, err := rs.Apply(ctx, old, ids[name], nil, c.at, []records.Change{record(name)}); err != nil {
			t.Fatal(err)
		}
	}
	victim, err := rs.Number(ctx, old, ids["goes"])
	if err != nil {
		t.Fatal(err)
	}
	n, err := rs.Number(ctx, old, ids["damaged"])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rs.DB().ExecContext(ctx, "UPDATE head SET ct = randomblob(200) WHERE n = ?", n); err != nil {
		t.Fatal(err)
	}
	rs.Forget()
	fresh := keysOf(t, 2)
	list, err := rs.Carry(ctx, old, fresh[2], []int64{victim})
	if err != nil {
		t.Fatal(err)
	}
	refused := errors.New("no room for the keyring")
	if err := rs.Rewrap(ctx, old, fresh[2], list, []int64{victim}, func() error { return refused }); !errors.Is(err, refused) {
		t.Errorf("refused at the end: %v", err)
	}
	rs.Forget()
	if _, err := rs.List(ctx, old, ids["goes"]); err != nil {
		t.Errorf("after a change that was refused: %v", err)
	}
	if err := rs.Rewrap(ctx, old, fresh[2], list, []int64{victim}, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	rs.Forget()
	if got, err := rs.List(ctx, fresh, ids["stays"]); len(got) != 1 || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	for _, name := range []string{"goes", "damaged"} {
		if _, err := rs.List(ctx, fresh, ids[name]); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n, err := rs.LostCount(ctx); n != 1 || err != nil {
		t.Errorf("%d lost, %v", n, err)
	}
}

// TestWhatIsDestroyedWithoutKeysAsksForNewOnes.
func TestWhatIsDestroyedWithoutKeysAsksForNewOnes(t *testing.T) {
	ctx := t.Context()
	rs, c := open(t, t.TempDir())
	keys := keysOf(t, 1)
	put(t, rs, keys, "session", time.Time{})
	put(t, rs, keys, "day", c.at.Add(time.Hour))
	ns, err := rs.OfSession(ctx)
	if len(ns) != 1 || err != nil {
		t.Fatalf("%v, %v", ns, err)
	}
	if err := rs.Destroy(ctx, ns); err != nil {
		t.Fatal(err)
	}
	if waits, err := rs.RotationWaits(ctx); !waits || err != nil {
		t.Errorf("%v, %v", waits, err)
	}
	if list, _, err := rs.Patients(ctx, keys); len(list) != 1 || err != nil {
		t.Errorf("%d left, %v", len(list), err)
	}
	if ns, err := rs.Overdue(ctx, []records.Keys{keys}); len(ns) != 0 || err != nil {
		t.Errorf("overdue %v, %v", ns, err)
	}
	c.at = c.at.Add(time.Hour)
	if ns, err := rs.Overdue(ctx, []records.Keys{keys}); len(ns) != 1 || err != nil {
		t.Errorf("overdue %v, %v", ns, err)
	}
}

// TestAFileOfAnOlderFormatIsLeftAsItIs: whoever asked begins a new one.
func TestAFileOfAnOlderFormatIsLeftAsItIs(t *testing.T) {
	dir := t.TempDir()
	rs, c := open(t, dir)
	id := put(t, rs, keysOf(t, 1), "chan", time.Time{})
	if _, err := rs.DB().ExecContext(t.Context(), "UPDATE meta SET v = 1 WHERE k = 'format'"); err != nil {
		t.Fatal(err)
	}
	rs.Close()
	for range 2 {
		if _, err := records.Open(t.Context(), dir, install, c); !errors.Is(err, records.ErrOlder) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if _, err := records.Open(t.Context(), dir, "another", c); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("another desk's: %v", err)
	}
}
