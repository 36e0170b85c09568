package cache_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// TestACellMovedOrRevertedDoesNotOpen changes the database as somebody with the
// disk in hand would, and asks for what was changed.
func TestACellMovedOrRevertedDoesNotOpen(t *testing.T) {
	list := func(t *testing.T, v *cache.Vault, id cache.PatientID) error {
		_, err := v.Copies().Records(t.Context(), id)
		return err
	}
	lookup := func(t *testing.T, v *cache.Vault, _ cache.PatientID) error {
		_, _, err := v.Copies().Lookup(t.Context(), "a")
		return err
	}
	tests := []struct {
		name   string
		damage string
		ask    func(*testing.T, *cache.Vault, cache.PatientID) error
	}{
		{"chunks swapped", "UPDATE chunk SET ct = (SELECT ct FROM chunk c WHERE c.id = (1 << 32) + 1) WHERE id = 1 << 32", list},
		{"chunk of another patient", "UPDATE chunk SET ct = (SELECT ct FROM chunk c WHERE c.id = 2 << 32) WHERE id = 1 << 32", list},
		{"chunk left out", "DELETE FROM chunk WHERE id = 1 << 32", list},
		{"chunk added", "INSERT INTO chunk SELECT id + 100, ct FROM chunk WHERE id = 1 << 32", list},
		{"older chunk put back", "UPDATE chunk SET ct = (SELECT v FROM meta WHERE k = 'kept chunk') WHERE id = 1 << 32", list},
		{"older head put back", "UPDATE head SET ct = (SELECT v FROM meta WHERE k = 'kept head') WHERE n = 1", list},
		{"heads swapped", "UPDATE head SET ct = (SELECT ct FROM head h WHERE h.n = 3 - head.n)", lookup},
		{"head deleted", "DELETE FROM head WHERE n = 1", lookup},
		{"keys of two patients swapped", "UPDATE patient SET dek = (SELECT dek FROM patient p WHERE p.n = 3 - patient.n)", lookup},
		{"key and head of another patient", "UPDATE patient SET dek = (SELECT dek FROM patient p WHERE p.n = 2) WHERE n = 1; UPDATE head SET ct = (SELECT ct FROM head h WHERE h.n = 2) WHERE n = 1", lookup},
		{"look-up led to another patient", "UPDATE lookup SET n = 3 - n", lookup},
		{"last day put off", "UPDATE patient SET purge = purge + 30 WHERE n = 1", lookup},
		{"session copy made to stay", "UPDATE patient SET purge = purge + 1", list},
		{"patient's id changed", "UPDATE patient SET id = randomblob(16) WHERE n = 1", lookup},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
			enrol(t, s, "chan")
			v := unlock(t, s, "chan")
			id, other := put(t, v, "a"), put(t, v, "b")
			apply(t, v, id, records(1200)...)
			apply(t, v, other, records(1200)...)
			db, _ := s.Databases()
			exec := func(q string) {
				t.Helper()
				if _, err := db.ExecContext(t.Context(), q); err != nil {
					t.Fatal(err)
				}
			}
			exec("INSERT INTO meta SELECT 'kept chunk', ct FROM chunk WHERE id = 1 << 32")
			exec("INSERT INTO meta SELECT 'kept head', ct FROM head WHERE n = 1")
			second := records(1200)
			for i := range second {
				second[i].Record.Version, second[i].Record.Updated = "2", noon.AddDate(0, 0, 1)
			}
			apply(t, v, id, second...)
			s.Forget()
			if err := tt.ask(t, v, id); err != nil {
				t.Fatalf("before the damage: %v", err)
			}
			s.Forget()
			exec(tt.damage)
			wantCode(t, tt.ask(t, v, id), ehrdesk.CodeTampered)
		})
	}
}

// TestAPartOfTheListMovedOrRevertedDoesNotOpen does the same to what a few changes
// wrote.
func TestAPartOfTheListMovedOrRevertedDoesNotOpen(t *testing.T) {
	const (
		mine   = "(SELECT max(id) FROM chunk WHERE id < 2 << 32)"
		before = "(SELECT max(id) - 1 FROM chunk WHERE id < 2 << 32)"
		theirs = "(SELECT max(id) FROM chunk)"
	)
	for name, damage := range map[string]string{
		"two swapped":        "UPDATE chunk SET ct = CASE id WHEN " + mine + " THEN (SELECT ct FROM chunk WHERE id = " + before + ") ELSE (SELECT ct FROM chunk WHERE id = " + mine + ") END WHERE id IN (" + mine + ", " + before + ")",
		"another patient's":  "UPDATE chunk SET ct = (SELECT ct FROM chunk WHERE id = " + theirs + ") WHERE id = " + mine,
		"the last left out":  "DELETE FROM chunk WHERE id = " + mine,
		"the first left out": "DELETE FROM chunk WHERE id = " + before,
		"one more":           "INSERT INTO chunk SELECT id + 1, ct FROM chunk WHERE id = " + mine,
		"as a chunk":         "UPDATE chunk SET ct = (SELECT ct FROM chunk WHERE id = " + mine + ") WHERE id = 1 << 32",
		"a chunk as one":     "UPDATE chunk SET ct = (SELECT ct FROM chunk WHERE id = 1 << 32) WHERE id = " + mine,
		"the head of before": "UPDATE head SET ct = (SELECT v FROM meta WHERE k = 'kept head') WHERE n = 1",
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
			enrol(t, s, "chan")
			v := unlock(t, s, "chan")
			db, _ := s.Databases()
			exec := func(q string) {
				t.Helper()
				if _, err := db.ExecContext(t.Context(), q); err != nil {
					t.Fatal(err)
				}
			}
			id, other := put(t, v, "a"), put(t, v, "b")
			for _, id := range []cache.PatientID{id, other} {
				apply(t, v, id, records(600)...)
				for n := range 2 {
					c := record(n)
					c.Record.Version = "2"
					apply(t, v, id, c)
					if n == 0 {
						exec("INSERT OR IGNORE INTO meta SELECT 'kept head', ct FROM head WHERE n = 1")
					}
				}
			}
			s.Forget()
			if list, err := v.Copies().Records(t.Context(), id); err != nil || len(list) != 600 {
				t.Fatalf("before the damage: %d %v", len(list), err)
			}
			s.Forget()
			exec(damage)
			_, err := v.Copies().Records(t.Context(), id)
			wantCode(t, err, ehrdesk.CodeTampered)
		})
	}
}

// TestABodyMovedRevertedOrChangedDoesNotOpen does the same to each kind of cell
// that bodies lie in.
func TestABodyMovedRevertedOrChangedDoesNotOpen(t *testing.T) {
	const cells = 40
	bytesOf := func(i, version int, holder string) cache.Change {
		c := record(i)
		c.Record.Version, c.Record.Updated = fmt.Sprint(version), noon.AddDate(0, 0, version)
		c.Body = fmt.Appendf(c.Body, "version %d of %s", version, holder)
		if holder == "piece" {
			c.Body = bytes.Repeat(c.Body, 300<<10/len(c.Body)+1)
		}
		return c
	}
	damages := []struct {
		name, sql string
		bit       func(bytes int) int // to turn, without sql
	}{
		{"swapped with another record's", "UPDATE %[1]s SET ct = (SELECT ct FROM %[1]s b WHERE b.id = %[3]d) WHERE id = %[2]d", nil},
		{"another patient's", "UPDATE %[1]s SET ct = (SELECT ct FROM %[1]s b WHERE b.id = %[2]d + (1 << 32)) WHERE id = %[2]d", nil},
		{"cut short", "UPDATE %[1]s SET ct = substr(ct, 1, length(ct) - 1) WHERE id = %[2]d", nil},
		{"cut to nothing but its nonce", "UPDATE %[1]s SET ct = substr(ct, 1, 12) WHERE id = %[2]d", nil},
		{"emptied", "UPDATE %[1]s SET ct = x'' WHERE id = %[2]d", nil},
		{"deleted", "DELETE FROM %[1]s WHERE id = %[2]d", nil},
		{"of an older version", "UPDATE %[1]s SET ct = (SELECT v FROM meta WHERE k = 'kept') WHERE id = %[2]d", nil},
		{"the head instead", "UPDATE %[1]s SET ct = (SELECT ct FROM head WHERE n = 1) WHERE id = %[2]d", nil},
		{"first bit turned", "", func(int) int { return 0 }},
		{"a bit turned in the middle", "", func(n int) int { return 4 * n }},
		{"last bit turned", "", func(n int) int { return 8*n - 1 }},
	}
	for _, holder := range []string{"body", "block", "piece"} {
		for _, damage := range damages {
			t.Run(holder+" "+damage.name, func(t *testing.T) {
				s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
				enrol(t, s, "chan")
				v := unlock(t, s, "chan")
				ids := []cache.PatientID{put(t, v, "a"), put(t, v, "b")}
				db, _ := s.Databases()
				ref := record(0).Record.Ref()
				for version := range 2 {
					for _, id := range ids {
						var cs []cache.Change
						for i := range cells {
							cs = append(cs, bytesOf(i, version, holder))
						}
						if holder == "body" {
							for _, c := range cs[:2] { // one at a time they stay rows
								apply(t, v, id, c)
							}
							continue
						}
						for i := range cs {
							cs[i].Record.Date = ehrdesk.At(noon.Add(-time.Duration(i) * time.Hour))
							if holder == "block" { // so long that they need several
								cs[i].Body = append(cs[i].Body, bytes.Repeat([]byte("x"), 3000)...)
							}
						}
						apply(t, v, id, cs...)
					}
					if version == 0 {
						table, row := v.Spot(ids[0], ref)
						if table != holder {
							t.Fatalf("the record lies in %s", table)
						}
						if _, err := db.ExecContext(t.Context(), "INSERT INTO meta SELECT 'kept', ct FROM "+table+" WHERE id = ?", row); err != nil {
							t.Fatal(err)
						}
					}
				}
				_, row := v.Spot(ids[0], ref)
				next := record(1).Record.Ref()
				if holder == "block" {
					next = record(cells - 1).Record.Ref()
				}
				_, other := v.Spot(ids[0], next)
				if row == other {
					t.Fatal("two records of one cell: nothing to swap")
				}
				s.Forget()
				if _, err := v.Copies().Body(t.Context(), ids[0], ref); err != nil {
					t.Fatalf("before the damage: %v", err)
				}
				s.Forget()
				if damage.bit != nil {
					turnBit(t, db, holder, row, damage.bit)
				} else if _, err := db.ExecContext(t.Context(), fmt.Sprintf(damage.sql, holder, row, other)); err != nil {
					t.Fatal(err)
				}
				_, err := v.Copies().Body(t.Context(), ids[0], ref)
				wantCode(t, err, ehrdesk.CodeTampered)
				wantCode(t, v.Copies().Bodies(t.Context(), ids[0], func(ehrdesk.Record, []byte) error { return nil }), ehrdesk.CodeTampered)
				if r, err := v.Copies().Open(t.Context(), ids[0], ref); err == nil {
					_, err = io.Copy(io.Discard, r)
					wantCode(t, err, ehrdesk.CodeTampered)
				} else {
					wantCode(t, err, ehrdesk.CodeTampered)
				}
				if holder == "block" { // compaction neither mends nor spreads it
					apply(t, v, ids[0], bytesOf(3, 9, holder))
					_, err := v.Copies().Compact(t.Context(), ids[0])
					wantCode(t, err, ehrdesk.CodeTampered)
				}
			})
		}
	}
}

func turnBit(t *testing.T, db *sql.DB, table string, row int64, at func(bytes int) int) {
	t.Helper()
	turnBitOf(t, db, table, "id", row, at)
}

func turnBitOf(t *testing.T, db *sql.DB, table, key string, row int64, at func(bytes int) int) {
	t.Helper()
	var ct []byte
	if err := db.QueryRowContext(t.Context(), "SELECT ct FROM "+table+" WHERE "+key+" = ?", row).Scan(&ct); err != nil {
		t.Fatal(err)
	}
	bit := at(len(ct))
	ct[bit/8] ^= 1 << (bit % 8)
	if _, err := db.ExecContext(t.Context(), "UPDATE "+table+" SET ct = ? WHERE "+key+" = ?", ct, row); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedKeyringIsRefused(t *testing.T) {
	base := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, base, cache.Options{}) // with the real derivation
	enrol(t, s, "chan")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(base, "keyring")
	good, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	edit := func(f func(k map[string]any)) func([]byte) []byte {
		return func(b []byte) []byte {
			var k map[string]any
			if err := json.Unmarshal(b, &k); err != nil {
				t.Fatal(err)
			}
			f(k)
			b, _ = json.Marshal(k)
			return b
		}
	}
	chan0 := func(k map[string]any) map[string]any { return k["people"].([]any)[0].(map[string]any) }
	set := func(part, field string, v any) func([]byte) []byte {
		return edit(func(k map[string]any) { chan0(k)[part].(map[string]any)[field] = v })
	}
	tests := []struct {
		name   string
		damage func([]byte) []byte
		unlock bool // found only with the passphrase
		code   ehrdesk.Code
		words  string
	}{
		{"empty", func([]byte) []byte { return nil }, false, ehrdesk.CodeTampered, "damaged"},
		{"truncated", func(b []byte) []byte { return b[:len(b)/2] }, false, ehrdesk.CodeTampered, "damaged"},
		{"with something after it", func(b []byte) []byte { return append(bytes.Clone(b), "{}"...) }, false, ehrdesk.CodeTampered, "damaged"},
		{"too long", func(b []byte) []byte { return append(bytes.Clone(b), make([]byte, 1<<20)...) }, false, ehrdesk.CodeTampered, "damaged"},
		{"of a later version", edit(func(k map[string]any) { k["format"] = 99 }), false, ehrdesk.CodeTampered, "later version"},
		{"without epochs", edit(func(k map[string]any) { k["records"] = nil }), false, ehrdesk.CodeTampered, "damaged"},
		{"less memory", set("kdf", "memory", 32<<10), false, ehrdesk.CodeTampered, "weaker"},
		{"fewer passes", set("kdf", "time", 2), false, ehrdesk.CodeTampered, "weaker"},
		{"fewer lanes", set("kdf", "threads", 1), false, ehrdesk.CodeTampered, "weaker"},
		{"short salt", set("kdf", "salt", "AAAA"), false, ehrdesk.CodeTampered, "weaker"},
		{"absurd memory", set("kdf", "memory", 1<<31), false, ehrdesk.CodeTampered, "more memory or time"},
		{"more passes than written", set("kdf", "time", 13), true, ehrdesk.CodeNotSignedIn, "not right"},
		{"another centre for the person", edit(func(k map[string]any) { chan0(k)["public"] = "aHR0cHM6Ly9ldmls" }), true, ehrdesk.CodeTampered, "changed"},
		{"another public key", edit(func(k map[string]any) { chan0(k)["key"] = "AAAA" }), true, ehrdesk.CodeNotSignedIn, "not right"},
		{"another holder of the keys", edit(func(k map[string]any) {
			shares := k["records"].([]any)[0].(map[string]any)
			list := shares["shares"].([]any)
			twin := map[string]any{}
			for f, x := range list[0].(map[string]any) {
				twin[f] = x
			}
			twin["staff"] = "mallory"
			shares["shares"] = append(list, twin)
		}), true, ehrdesk.CodeTampered, "changed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "desk")
			if err := os.CopyFS(dir, os.DirFS(base)); err != nil {
				t.Fatal(err)
			}
			tighten(t, dir)
			if err := os.WriteFile(filepath.Join(dir, "keyring"), tt.damage(good), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := cache.Open(t.Context(), dir, cache.Options{})
			if tt.unlock {
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				_, err = s.Unlock(t.Context(), "chan", pass)
			}
			wantCode(t, err, tt.code)
			if !strings.Contains(ehrdesk.Message(err), tt.words) {
				t.Errorf("%q does not say %q", ehrdesk.Message(err), tt.words)
			}
		})
	}
}

// tighten gives a copied directory the modes of a store.
func tighten(t *testing.T, dir string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if err := os.Chmod(filepath.Join(dir, f.Name()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestCheapDerivationIsRefusedOutsideTests(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := cache.Open(t.Context(), dir, cache.Options{})
	wantCode(t, err, ehrdesk.CodeTampered)
}

func TestAMissingKeyringDoesNotMakeTheJournalVanish(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "keyring")); err != nil {
		t.Fatal(err)
	}
	_, err := cache.Open(t.Context(), dir, at(noon))
	wantCode(t, err, ehrdesk.CodeTampered)
	if _, err := os.Stat(filepath.Join(dir, "journal.db")); err != nil {
		t.Error(err)
	}
}

func TestDamagedOrForeignRecordsAreThrownAwayAndTheJournalStays(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, file string){
		"garbage": func(t *testing.T, file string) {
			if err := os.WriteFile(file, bytes.Repeat([]byte("garbage "), 4096), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"another desk's": func(t *testing.T, file string) {
			other := filepath.Join(t.TempDir(), "other")
			s := openStore(t, other, at(noon))
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(filepath.Join(other, "records.db"))
			if err == nil {
				err = os.WriteFile(file, b, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "desk")
			s := openStore(t, dir, at(noon))
			enrol(t, s, "chan")
			v := unlock(t, s, "chan")
			put(t, v, "a")
			if _, err := v.AccessLog().Add(t.Context(), []byte("x")); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			damage(t, filepath.Join(dir, "records.db"))
			s = openStore(t, dir, at(noon))
			if got := s.RollbackDetected(); !slices.Equal(got, []string{cache.StaleDamaged}) {
				t.Errorf("found %q", got)
			}
			v = unlock(t, s, "chan")
			if _, ok, err := v.Copies().Lookup(t.Context(), "a"); ok || err != nil {
				t.Fatal(ok, err)
			}
			if err := v.AcknowledgeRollback(t.Context()); err != nil {
				t.Fatal(err)
			}
			put(t, v, "a")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openStore(t, dir, at(noon))
			if got := s.RollbackDetected(); len(got) != 0 || !has(t, unlock(t, s, "chan"), "a") {
				t.Errorf("found again: %q", got)
			}
			if n, _, err := s.VerifyAudit(t.Context()); n != 1 || err != nil {
				t.Fatal(n, err)
			}
		})
	}
}

func TestADamagedJournalIsNamedAndLeftAsItIs(t *testing.T) {
	dir := usedStore(t)
	file := filepath.Join(dir, "journal.db")
	garbage := bytes.Repeat([]byte("garbage "), 4096)
	if err := os.WriteFile(file, garbage, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := cache.Open(t.Context(), dir, at(noon))
	wantCode(t, err, ehrdesk.CodeTampered)
	if words := ehrdesk.Message(err); !strings.Contains(words, "journal.db is damaged") || !strings.Contains(words, "Keep the whole folder") {
		t.Errorf("%q", words)
	}
	if b, err := os.ReadFile(file); err != nil || !bytes.Equal(b, garbage) {
		t.Error("it was changed")
	}
}
