package cache_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/internal/bench/clinical"
)

// compact settles a copy until nothing is left to do, and says in how many
// steps.
func compact(t testing.TB, v *cache.Vault, id cache.PatientID) (steps int) {
	t.Helper()
	for more := true; more; steps++ {
		var err error
		if more, err = v.Copies().Compact(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if steps > 1000 {
			t.Fatal("compaction comes to no end")
		}
	}
	return steps
}

// cells counts a store's rows, blocks and pieces.
func cells(t testing.TB, s *cache.Store) (rows, blocks, pieces int) {
	t.Helper()
	db, _ := s.Databases()
	err := db.QueryRowContext(t.Context(), "SELECT (SELECT count(*) FROM body), (SELECT count(*) FROM block), (SELECT count(*) FROM piece)").Scan(&rows, &blocks, &pieces)
	if err != nil {
		t.Fatal(err)
	}
	return rows, blocks, pieces
}

// settledSize is the bytes on the disk with the log empty.
func settledSize(t testing.TB, s *cache.Store) int64 {
	t.Helper()
	db, _ := s.Databases()
	if _, err := db.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	n, err := s.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFreshChangesLieTogetherUntilTheySettle(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	m := model{}
	do := func(cs ...cache.Change) {
		t.Helper()
		apply(t, v, id, cs...)
		for _, c := range cs {
			m.apply(c)
		}
	}
	do(records(1000)...)
	if rows, blocks, _ := cells(t, s); rows != 0 || blocks < 1000/64 {
		t.Fatalf("a first sync left %d rows and %d blocks", rows, blocks)
	}
	full := settledSize(t, s)
	for n := range 12 { // ten changes, again and again
		cs := make([]cache.Change, 10)
		for i := range cs {
			cs[i] = record((n*37 + i*91) % 1000)
			cs[i].Record.Version, cs[i].Record.Updated = fmt.Sprint(n+2), noon.AddDate(1, 0, n)
			cs[i].Body = fmt.Appendf(cs[i].Body, "version %d", n+2)
			cs[i].Deleted = i == 9
		}
		do(cs...)
	}
	rows, before, _ := cells(t, s)
	if rows != 0 || before < 1000/64+8 {
		t.Fatalf("%d rows and %d blocks after the changes", rows, before)
	}
	agree(t, t, v, id, m)
	compact(t, v, id)
	if rows, blocks, _ := cells(t, s); rows != 0 || blocks > before-8 {
		t.Errorf("%d rows and %d blocks are left, of %d", rows, blocks, before)
	}
	agree(t, t, v, id, m)
	s.Forget()
	agree(t, t, v, id, m)
	if n := compact(t, v, id); n != 1 {
		t.Errorf("a settled copy took %d steps", n)
	}
	if size := settledSize(t, s); size > 2*full {
		t.Errorf("%d bytes, %d when it was new", size, full)
	}
}

func TestAWithdrawnRecordLeavesItsBlockWithTheNextCompaction(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	apply(t, v, id, records(64)...)
	table, block := v.Spot(id, record(7).Record.Ref())
	if table != "block" {
		t.Fatal(table)
	}
	gone := record(7)
	gone.Deleted, gone.Record.Updated = true, noon.AddDate(1, 0, 0)
	apply(t, v, id, gone)
	compact(t, v, id)
	db, _ := s.Databases()
	var left int
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM block WHERE id = ?", block).Scan(&left); err != nil || left != 0 {
		t.Errorf("the block that held the withdrawn record is still there: %v", err)
	}
	if list, err := v.Copies().Records(t.Context(), id); len(list) != 63 || err != nil {
		t.Error(len(list), err)
	}
}

func TestALongCompactionGoesInStepsAndCanBeBrokenOff(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	all := clinical.Records(1, 3000)
	for at := 0; at < len(all); at += 30 { // so few at a time that they make small blocks
		apply(t, v, id, all[at:at+30]...)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := v.Copies().Compact(ctx, id); err == nil {
		t.Fatal("compacted under a context that was over")
	}
	if n := compact(t, v, id); n < 3 {
		t.Errorf("%d steps for 6 MB", n)
	}
	bodies := map[ehrdesk.Ref]string{}
	for _, c := range all {
		bodies[c.Record.Ref()] = string(c.Body)
	}
	err := v.Copies().Bodies(t.Context(), id, func(r ehrdesk.Record, body []byte) error {
		if bodies[r.Ref()] != string(body) {
			t.Errorf("%v has another body", r.Ref())
		}
		delete(bodies, r.Ref())
		return nil
	})
	if err != nil || len(bodies) != 0 {
		t.Errorf("%d bodies did not come: %v", len(bodies), err)
	}
}

// TestACompactionThatFindsNoRoomLeavesWhatWasThere fills the disk under it.
func TestACompactionThatFindsNoRoomLeavesWhatWasThere(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	all := clinical.Records(1, 600)
	for at := 0; at < len(all); at += 10 {
		apply(t, v, id, all[at:at+10]...)
	}
	_, before, _ := cells(t, s)
	db, _ := s.Databases()
	var pages int
	if err := db.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count=%d", pages+2)); err != nil {
		t.Fatal(err)
	}
	_, err := v.Copies().Compact(t.Context(), id)
	wantCode(t, err, ehrdesk.CodeOther)
	if _, blocks, _ := cells(t, s); blocks != before || blocks < 60 {
		t.Errorf("%d blocks, %d before", blocks, before)
	}
	for _, c := range all {
		if body, err := v.Copies().Body(t.Context(), id, c.Record.Ref()); err != nil || string(body) != string(c.Body) {
			t.Fatal(err)
		}
	}
}

func TestReadingTheSameBlockAgainTouchesNoDisk(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	apply(t, v, id, records(40)...)
	ref := record(3).Record.Ref()
	if _, err := v.Copies().Body(t.Context(), id, ref); err != nil {
		t.Fatal(err)
	}
	db, _ := s.Databases()
	if _, err := db.ExecContext(t.Context(), "DELETE FROM block"); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Copies().Body(t.Context(), id, ref); err != nil {
		t.Errorf("the block read last was read again: %v", err)
	}
	v.Copies().PutAway(id)
	_, err := v.Copies().Body(t.Context(), id, ref)
	wantCode(t, err, ehrdesk.CodeTampered)
}

func TestWhatWasReadLastIsOverwrittenWhenTheCopyIsPutAway(t *testing.T) {
	for name, end := range map[string]func(s *cache.Store, v *cache.Vault, id cache.PatientID){
		"chart put away": func(_ *cache.Store, v *cache.Vault, id cache.PatientID) { v.Copies().PutAway(id) },
		"locked":         func(_ *cache.Store, v *cache.Vault, _ cache.PatientID) { v.Lock() },
		"shredded": func(_ *cache.Store, v *cache.Vault, id cache.PatientID) {
			if err := v.Shred(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		},
		"closed": func(s *cache.Store, _ *cache.Vault, _ cache.PatientID) { s.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
			enrol(t, s, "chan")
			v := unlock(t, s, "chan")
			id := put(t, v, "a")
			apply(t, v, id, canaryChange(1), canaryChange(2))
			apply(t, v, id, records(40)...)
			if _, err := v.Copies().Body(t.Context(), id, record(20).Record.Ref()); err != nil {
				t.Fatal(err)
			}
			memory := v.LastRead(id)
			if !bytes.Contains(bytes.Join(memory, nil), []byte("obs-000020")) {
				t.Fatal("nothing is kept: the test cannot fail")
			}
			end(s, v, id)
			for _, m := range memory {
				if len(bytes.Trim(m, "\x00")) > 0 {
					t.Error("what was read is still in memory")
				}
			}
		})
	}
}

// TestReadingARecordAllocatesLittle is a gate: a record of an open chart, not of
// the block read last.
func TestReadingARecordAllocatesLittle(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	all := clinical.Records(1, 500)
	apply(t, v, id, all...)
	i := 0
	n := testing.AllocsPerRun(200, func() {
		i = (i + 211) % len(all)
		if _, err := v.Copies().Body(t.Context(), id, all[i].Record.Ref()); err != nil {
			t.Fatal(err)
		}
	})
	if n > 40 {
		t.Errorf("%.0f allocations", n)
	}
}
