package cache_test

import (
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// Whatever somebody does to one copy, the others are listed, found, purged and
// carried over; the one is destroyed and counted until that is written down.
func TestOneDamagedCopySaysNothingOfTheOthers(t *testing.T) {
	for name, damage := range map[string]string{
		"a bit of the head":         "",
		"no head":                   "DELETE FROM head WHERE n = 1",
		"another's head":            "UPDATE head SET ct = (SELECT ct FROM head WHERE n = 2) WHERE n = 1",
		"a key cut short":           "UPDATE patient SET dek = substr(dek, 1, 20) WHERE n = 1",
		"last day put off":          "UPDATE patient SET purge = purge + 30 WHERE n = 1",
		"a word for the last day":   "UPDATE patient SET purge = 'never' WHERE n = 1",
		"a fraction for the epoch":  "UPDATE patient SET epoch = 1.5 WHERE n = 1",
		"an id that is none":        "UPDATE patient SET id = x'00' WHERE n = 1",
		"a number where the key is": "UPDATE patient SET dek = 7 WHERE n = 1",
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
			enrol(t, s, "chan")
			v := unlock(t, s, "chan")
			for _, key := range []string{"a", "b", "c"} {
				apply(t, v, put(t, v, key), records(3)...)
			}
			db, _ := s.Databases()
			if damage == "" {
				turnBitOf(t, db, "head", "n", 1, func(n int) int { return 4 * n })
			} else if _, err := db.ExecContext(t.Context(), damage); err != nil {
				t.Fatal(err)
			}
			s.Forget()
			l, damaged, err := v.Copies().List(t.Context())
			if len(l) != 2 || damaged != 1 || err != nil {
				t.Fatalf("%d copies, %d damaged, %v", len(l), damaged, err)
			}
			if st, err := v.Copies().Status(t.Context()); len(st) != 2 || err != nil {
				t.Errorf("status of %d copies: %v", len(st), err)
			}
			if n, err := v.Copies().LostCount(t.Context()); n != 0 || err != nil {
				t.Errorf("%d lost before anything was destroyed: %v", n, err)
			}
			if err := v.Repair(t.Context()); err != nil {
				t.Fatal(err)
			}
			if has(t, v, "a") || !has(t, v, "b") || !has(t, v, "c") {
				t.Error("not the damaged copy, and it alone, is gone")
			}
			var rows int
			if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM patient").Scan(&rows); err != nil || rows != 2 {
				t.Errorf("%d rows: %v", rows, err)
			}
			v.Lock()
			v = unlock(t, s, "chan") // it counts until it is written down
			for _, want := range []int{1, 0} {
				if n, err := v.Copies().LostCount(t.Context()); n != want || err != nil {
					t.Errorf("%d lost, want %d: %v", n, want, err)
				}
				if err := v.Copies().AcknowledgeLost(t.Context(), want); err != nil {
					t.Fatal(err)
				}
			}
			wantCode(t, v.Shred(t.Context(), l[0].ID), "")
		})
	}
}

// A look-up led to another's copy finds nothing, until it is made anew.
func TestALookUpThatWasChangedIsMadeAnew(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	put(t, v, "a")
	put(t, v, "b")
	db, _ := s.Databases()
	if _, err := db.ExecContext(t.Context(), "UPDATE lookup SET n = 3 - n"); err != nil {
		t.Fatal(err)
	}
	_, _, err := v.Copies().Lookup(t.Context(), "a")
	wantCode(t, err, ehrdesk.CodeTampered)
	if err := v.Repair(t.Context()); err != nil || !has(t, v, "a") || !has(t, v, "b") {
		t.Error("a copy that opens is not found", err)
	}
}
