package cache_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// TestACellMovedOrRevertedDoesNotOpen changes the database as somebody with the
// disk in hand would, and asks for what was changed.
func TestACellMovedOrRevertedDoesNotOpen(t *testing.T) {
	list := func(t *testing.T, v *cache.Vault, id cache.PatientID) error {
		_, err := v.List(t.Context(), id)
		return err
	}
	body := func(t *testing.T, v *cache.Vault, id cache.PatientID) error {
		_, err := v.Body(t.Context(), id, record(0).Record.Ref())
		return err
	}
	lookup := func(t *testing.T, v *cache.Vault, _ cache.PatientID) error {
		_, _, err := v.Lookup(t.Context(), "a")
		return err
	}
	tests := []struct {
		name   string
		damage string
		ask    func(*testing.T, *cache.Vault, cache.PatientID) error
	}{
		{"bodies of two records swapped", "UPDATE body SET ct = (SELECT ct FROM body b WHERE b.id = body.id + 1) WHERE id = 1 << 32", body},
		{"body of another patient", "UPDATE body SET ct = (SELECT ct FROM body b WHERE b.id = 2 << 32) WHERE id = 1 << 32", body},
		{"body cut short", "UPDATE body SET ct = substr(ct, 1, length(ct) - 1) WHERE id = 1 << 32", body},
		{"body emptied", "UPDATE body SET ct = x'' WHERE id = 1 << 32", body},
		{"body deleted", "DELETE FROM body WHERE id = 1 << 32", body},
		{"older version of a body put back", "UPDATE body SET ct = (SELECT v FROM meta WHERE k = 'kept body') WHERE id = 1 << 32", body},
		{"head in the place of a body", "UPDATE body SET ct = (SELECT ct FROM head WHERE n = 1) WHERE id = 1 << 32", body},
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
			exec("INSERT INTO meta SELECT 'kept body', ct FROM body WHERE id = 1 << 32")
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
		{"of a later version", edit(func(k map[string]any) { k["format"] = 2 }), false, ehrdesk.CodeTampered, "later version"},
		{"without epochs", edit(func(k map[string]any) { k["records"] = nil }), false, ehrdesk.CodeTampered, "damaged"},
		{"less memory", set("kdf", "memory", 32<<10), false, ehrdesk.CodeTampered, "weaker"},
		{"fewer passes", set("kdf", "time", 2), false, ehrdesk.CodeTampered, "weaker"},
		{"fewer lanes", set("kdf", "threads", 1), false, ehrdesk.CodeTampered, "weaker"},
		{"short salt", set("kdf", "salt", "AAAA"), false, ehrdesk.CodeTampered, "weaker"},
		{"absurd memory", set("kdf", "memory", 1<<31), false, ehrdesk.CodeTampered, "damaged"},
		{"more passes than written", set("kdf", "time", 4), true, ehrdesk.CodeNotSignedIn, "not right"},
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
			if _, err := v.Audit(t.Context(), []byte("x")); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			damage(t, filepath.Join(dir, "records.db"))
			s = openStore(t, dir, at(noon))
			v = unlock(t, s, "chan")
			if _, ok, err := v.Lookup(t.Context(), "a"); ok || err != nil {
				t.Fatal(ok, err)
			}
			put(t, v, "a")
			if n, _, err := s.VerifyAudit(t.Context()); n != 1 || err != nil {
				t.Fatal(n, err)
			}
		})
	}
}
