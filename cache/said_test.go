package cache_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// keepSaid keeps what observations say, by id and text in turn.
func keepSaid(t testing.TB, v *cache.Vault, id cache.PatientID, words ...string) {
	t.Helper()
	marks, err := v.Copies().Marks(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var list []cache.Said
	for i := 0; i < len(words); i += 2 {
		ref := ehrdesk.Ref{Resource: "Observation", ID: words[i]}
		list = append(list, cache.Said{Ref: ref, Of: marks[ref], None: 1, Cut: true, Text: []byte(words[i+1])})
	}
	if err := v.Copies().KeepSaid(t.Context(), id, list); err != nil {
		t.Fatal(err)
	}
}

// saidOf is what is kept of what records say, by id.
func saidOf(t testing.TB, v *cache.Vault, id cache.PatientID) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := v.Copies().Said(t.Context(), id, func(s cache.Said) error {
		if _, twice := out[s.Ref.ID]; twice || s.None != 1 || !s.Cut {
			t.Errorf("%s: %+v", s.Ref.ID, s)
		}
		out[s.Ref.ID] = string(s.Text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func saidCells(t testing.TB, s *cache.Store) (n int) {
	t.Helper()
	db, _ := s.Databases()
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM said").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatRecordsSayIsKeptSealedAndGivenBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	apply(t, v, id, records(40)...)
	const words = "a letter of the kestrel clinic 紅隼診所"
	keepSaid(t, v, id, "obs-000001", words, "obs-000002", "")
	keepSaid(t, v, id, "obs-000003", strings.Repeat("long ", 100_000))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if b, err := os.ReadFile(filepath.Join(dir, f.Name())); err != nil || bytes.Contains(b, []byte("kestrel")) || bytes.Contains(b, []byte("紅隼")) {
			t.Errorf("%s has the text: %v", f.Name(), err)
		}
	}
	s = openStore(t, dir, at(noon))
	v = unlock(t, s, "chan")
	if got := saidOf(t, v, id); len(got) != 3 || got["obs-000001"] != words || len(got["obs-000003"]) != 500_000 {
		t.Errorf("%d texts, %q", len(got), got["obs-000001"])
	}
}

// A text is of one body: of another version, or the same version with other bytes, it
// is not given; one that was read before the body changed is not taken.
func TestATextGoesWithTheBodyItWasReadFrom(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	apply(t, v, id, records(5)...)
	before, err := v.Copies().Marks(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		keepSaid(t, v, id, fmt.Sprintf("obs-%06d", i), "old")
	}
	newer, other, gone, overview := record(0), record(1), record(2), record(3)
	newer.Record.Version, newer.Body = "2", []byte(`{"resourceType":"Observation","id":"obs-000000"}`)
	other.Body = []byte(`{"resourceType":"Observation","id":"obs-000001","value":9}`)
	gone.Deleted, overview.Overview = true, true
	overview.Record.Source = "another name"
	apply(t, v, id, newer, other, gone, overview)
	if got := saidOf(t, v, id); len(got) != 2 || got["obs-000003"] != "old" || got["obs-000004"] != "old" {
		t.Errorf("%v", got)
	}
	late := cache.Said{Ref: newer.Record.Ref(), Of: before[newer.Record.Ref()], None: 1, Cut: true, Text: []byte("late")}
	if err := v.Copies().KeepSaid(t.Context(), id, []cache.Said{late}); err != nil {
		t.Fatal(err)
	}
	keepSaid(t, v, id, "obs-000001", "new")
	if got := saidOf(t, v, id); len(got) != 3 || got["obs-000001"] != "new" {
		t.Errorf("%v", got)
	}
	// Settled, the cells hold what is said now and nothing else.
	compact(t, v, id)
	if got := saidOf(t, v, id); len(got) != 3 || got["obs-000001"] != "new" || saidCells(t, s) != 1 {
		t.Errorf("%v in %d cells", got, saidCells(t, s))
	}
	gone3 := record(3)
	gone3.Deleted = true
	apply(t, v, id, gone3)
	compact(t, v, id)
	if got := saidOf(t, v, id); len(got) != 2 || saidCells(t, s) != 1 {
		t.Errorf("%v in %d cells", got, saidCells(t, s))
	}
}

// What a copy says goes with the copy, and is carried with it to new keys.
func TestWhatRecordsSayGoesWithTheCopy(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	a, b := put(t, v, "a"), put(t, v, "b")
	for _, id := range []cache.PatientID{a, b} {
		apply(t, v, id, records(3)...)
		keepSaid(t, v, id, "obs-000001", "said of "+string(id))
	}
	if err := v.Shred(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if n := saidCells(t, s); n != 1 {
		t.Errorf("%d cells are left", n)
	}
	if got := saidOf(t, v, b); got["obs-000001"] != "said of "+string(b) {
		t.Errorf("%v", got)
	}
	if err := v.Copies().Said(t.Context(), a, func(cache.Said) error { return nil }); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("of the copy that is gone: %v", err)
	}
}

func TestAChangedOrMovedTextDoesNotOpen(t *testing.T) {
	for damage, q := range map[string]string{
		"a bit":         "UPDATE said SET ct = substr(ct, 1, 40) || x'00' || substr(ct, 42) WHERE id = (SELECT min(id) FROM said)",
		"another copy":  "UPDATE said SET ct = (SELECT ct FROM said ORDER BY id DESC LIMIT 1)",
		"another place": "UPDATE said SET id = id + 5 WHERE id = (SELECT min(id) FROM said)",
		"cut":           "UPDATE said SET ct = substr(ct, 1, 30)",
		"empty":         "UPDATE said SET ct = x''",
	} {
		dir := filepath.Join(t.TempDir(), "desk")
		s := openStore(t, dir, at(noon))
		enrol(t, s, "chan")
		v := unlock(t, s, "chan")
		a, b := put(t, v, "a"), put(t, v, "b")
		for _, id := range []cache.PatientID{a, b} {
			apply(t, v, id, records(3)...)
			keepSaid(t, v, id, "obs-000001", "said of "+string(id))
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "records.db"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		db.Close()
		v = unlock(t, openStore(t, dir, at(noon)), "chan")
		if err := v.Copies().Said(t.Context(), a, func(cache.Said) error { return nil }); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
			t.Errorf("%s: %v", damage, err)
		}
	}
}

// One left out, or an older one put back, makes nothing said that a record does not say.
func TestAnOlderTextPutBackIsNotGiven(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	apply(t, v, id, records(3)...)
	keepSaid(t, v, id, "obs-000001", "old", "obs-000002", "same")
	db, _ := s.Databases()
	var row int64
	var ct []byte
	if err := db.QueryRowContext(t.Context(), "SELECT id, ct FROM said").Scan(&row, &ct); err != nil {
		t.Fatal(err)
	}
	ch := record(1)
	ch.Record.Version, ch.Body = "2", []byte(`{"resourceType":"Observation","id":"obs-000001"}`)
	apply(t, v, id, ch)
	keepSaid(t, v, id, "obs-000001", "new")
	compact(t, v, id)
	if _, err := db.ExecContext(t.Context(), "DELETE FROM said; INSERT INTO said VALUES (?, ?)", row, ct); err != nil {
		t.Fatal(err)
	}
	if got := saidOf(t, v, id); len(got) != 1 || got["obs-000002"] != "same" {
		t.Errorf("%v", got)
	}
}
