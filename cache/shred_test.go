package cache_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// snapshot is a copy of every file of a store, as a backup or an image has it.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	tighten(t, to)
	return to
}

func copyOver(t *testing.T, from, to string, files ...string) {
	t.Helper()
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(from, f))
		if os.IsNotExist(err) {
			_ = os.Remove(filepath.Join(to, f))
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, f), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestAShreddedPatientDoesNotComeBack holds copies of the files from before and
// after a shred against every secret that exists afterwards: the keyring and a
// passphrase. The same search on the copy from before, with the keyring from
// before, has to find the patient: otherwise it proves nothing.
func TestAShreddedPatientDoesNotComeBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "gone")
	apply(t, v, id, records(500)...)
	fresh := record(1) // in a row, over a block
	fresh.Record.Version, fresh.Record.Updated = "2", noon.AddDate(0, 0, 1)
	long := record(501)
	long.Body = bytes.Repeat([]byte("document "), 100_000)
	apply(t, v, id, fresh, long)
	keep := put(t, v, "stays")
	apply(t, v, keep, records(20)...)

	// What is sealed under the patient's key, byte for byte.
	db, _ := s.Databases()
	var cells [][]byte
	for _, q := range []string{"SELECT dek FROM patient WHERE n = 1", "SELECT ct FROM head WHERE n = 1",
		"SELECT ct FROM chunk WHERE id = 1 << 32", "SELECT ct FROM body WHERE id = 1 << 32", "SELECT ct FROM block WHERE id = 1 << 32",
		"SELECT ct FROM piece WHERE id = 1 << 32", "SELECT bi FROM lookup WHERE n = 1"} {
		var b []byte
		if err := db.QueryRowContext(t.Context(), q).Scan(&b); err != nil {
			t.Fatal(err)
		}
		cells = append(cells, b[:min(len(b), 64)])
	}
	before := snapshot(t, dir)
	if err := v.Shred(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	after := snapshot(t, dir) // with the store still open

	standing := func(dir string) (n int) {
		list, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			b, err := os.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range cells {
				if bytes.Contains(b, c) {
					n++
				}
			}
		}
		return n
	}
	if n := standing(before); n < len(cells) {
		t.Fatalf("%d of %d cells found before the shred: the search cannot fail", n, len(cells))
	}
	if n := standing(after); n != 0 {
		t.Errorf("%d cells of the patient still stand in the files", n)
	}

	readable := func(dir, key string) bool {
		s, err := cache.Open(t.Context(), dir, at(noon))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		v, err := s.Unlock(t.Context(), "chan", pass)
		if err != nil {
			t.Fatal(err)
		}
		c, ok, _ := v.Copies().Lookup(t.Context(), key)
		if !ok {
			return false
		}
		_, err = v.Copies().Body(t.Context(), c.ID, record(1).Record.Ref())
		return err == nil
	}
	if !readable(snapshot(t, before), "gone") {
		t.Fatal("the copy from before does not open with the keys from before: the test cannot fail")
	}
	if readable(snapshot(t, after), "gone") {
		t.Error("the patient opens after the shred")
	}
	if !readable(snapshot(t, after), "stays") {
		t.Error("the other patient was lost")
	}
	// The records from before, under the keyring from after: as they are, and
	// relabelled as though the present keys had sealed them.
	for _, relabel := range []bool{false, true} {
		mixed := snapshot(t, before)
		copyOver(t, after, mixed, "keyring")
		if relabel {
			s := openStore(t, mixed, at(noon))
			db, _ := s.Databases()
			if _, err := db.ExecContext(t.Context(), "UPDATE patient SET epoch = (SELECT max(epoch) + 1 FROM patient)"); err != nil {
				t.Fatal(err)
			}
			v := unlock(t, s, "chan")
			_, err := v.Copies().Body(t.Context(), id, record(1).Record.Ref())
			wantCode(t, err, ehrdesk.CodeTampered)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if readable(mixed, "gone") {
			t.Error("records from before open with the keys from after")
		}
	}
}

func TestAShredCutShortIsFinishedAtTheNextUnlock(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "gone")
	put(t, v, "stays")
	old := snapshot(t, dir)
	if err := v.Shred(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// As a crash leaves it between the database and the second keyring: both
	// epochs in the keyring.
	k, before := ring(t, dir), ring(t, old)
	k["records"] = append(before["records"].([]any), k["records"].([]any)...)
	if err := os.WriteFile(filepath.Join(dir, "keyring"), []byte(jsonOf(k)), 0o600); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, at(noon))
	v = unlock(t, s, "chan")
	if !has(t, v, "stays") || has(t, v, "gone") {
		t.Error("not the right patients are left")
	}
	if n := len(ring(t, dir)["records"].([]any)); n != 1 {
		t.Errorf("%d epochs are left: the old key still exists", n)
	}
}

func TestACopyPastItsDayGoesWithNobodySignedIn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	keep := func(key string, until time.Time) cache.PatientID {
		c, err := v.Copies().Put(t.Context(), cache.Copy{PurgeAfter: until}, []string{key})
		if err != nil {
			t.Fatal(err)
		}
		apply(t, v, c.ID, records(2)...)
		return c.ID
	}
	keep("today", noon.Add(time.Hour))
	keep("next week", noon.AddDate(0, 0, 7))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	epochs := jsonOf(ring(t, dir)["records"])

	s = openStore(t, dir, at(noon.AddDate(0, 0, 1)))
	db, _ := s.Databases()
	var patients, blocks int
	if err := db.QueryRowContext(t.Context(), "SELECT (SELECT count(*) FROM patient), (SELECT count(*) FROM block)").Scan(&patients, &blocks); err != nil || patients != 1 || blocks != 1 {
		t.Fatalf("%d patients, %d blocks left: %v", patients, blocks, err)
	}
	v = unlock(t, s, "chan")
	if has(t, v, "today") || !has(t, v, "next week") {
		t.Error("not the right copy went")
	}
	if jsonOf(ring(t, dir)["records"]) == epochs {
		t.Error("the key that sealed the purged copy still exists after an unlock")
	}
	if n, err := s.Purge(t.Context()); n != 0 || err != nil {
		t.Error(n, err)
	}
}

func TestACopyPastItsHourIsNotFoundAndGoesAtTheNextUnlock(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	now := noon
	o := at(noon)
	o.Now = func() time.Time { return now }
	s := openStore(t, dir, o)
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	c, err := v.Copies().Put(t.Context(), cache.Copy{PurgeAfter: noon.Add(time.Hour)}, []string{"a"})
	if err != nil {
		t.Fatal(err)
	}
	now = noon.Add(time.Hour + time.Second)
	if has(t, v, "a") {
		t.Error("found past its time")
	}
	if l, _, err := v.Copies().List(t.Context()); len(l) != 0 || err != nil {
		t.Error(l, err)
	}
	v.Lock()
	v = unlock(t, s, "chan")
	_, err = v.Copies().Records(t.Context(), c.ID)
	wantCode(t, err, ehrdesk.CodeNotFound)
}

func TestAClockSetBackDoesNotKeepACopyLonger(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	now := noon
	o := at(noon)
	o.Now = func() time.Time { return now }
	s := openStore(t, dir, o)
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	put(t, v, "a") // until noon tomorrow
	other := put(t, v, "b")
	if _, err := v.Copies().Put(t.Context(), cache.Copy{ID: other, PurgeAfter: noon.AddDate(0, 1, 0)}, []string{"b"}); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Copies().Apply(t.Context(), other, nil, noon.AddDate(0, 0, 2), nil); err != nil { // the centre's clock
		t.Fatal(err)
	}
	now = noon.AddDate(-1, 0, 0)
	if has(t, v, "a") || !has(t, v, "b") {
		t.Error("a clock set back a year revived a copy")
	}
	if n, err := s.Purge(t.Context()); n != 1 || err != nil {
		t.Error(n, err)
	}
}

func TestSessionCopiesGoWithTheSession(t *testing.T) {
	for name, end := range map[string]func(s *cache.Store, v *cache.Vault) error{
		"lock":          func(_ *cache.Store, v *cache.Vault) error { v.Lock(); return nil },
		"close":         func(s *cache.Store, _ *cache.Vault) error { return s.Close() },
		"shred session": func(_ *cache.Store, v *cache.Vault) error { return v.ShredSession(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "desk")
			s := openStore(t, dir, at(noon))
			enrol(t, s, "chan")
			v := unlock(t, s, "chan")
			c, err := v.Copies().Put(t.Context(), cache.Copy{}, []string{"a"})
			if err != nil {
				t.Fatal(err)
			}
			apply(t, v, c.ID, records(3)...)
			put(t, v, "b")
			if err := end(s, v); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openStore(t, dir, at(noon))
			v = unlock(t, s, "chan")
			if has(t, v, "a") || !has(t, v, "b") {
				t.Error("not the session's copy went")
			}
		})
	}
}

func TestASessionCopyLeftByACrashGoesAtTheNextStart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	if _, err := v.Copies().Put(t.Context(), cache.Copy{}, []string{"a"}); err != nil {
		t.Fatal(err)
	}
	crashed := snapshot(t, dir)
	s = openStore(t, crashed, at(noon))
	db, _ := s.Databases()
	var n int
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM patient").Scan(&n); err != nil || n != 0 {
		t.Errorf("%d session copies left: %v", n, err)
	}
}

// TestAShredThatCannotStageItsKeysChangesNothing has something in the way of the
// keyring that a shred would put in place.
func TestAShredThatCannotStageItsKeysChangesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	a, b := put(t, v, "a"), put(t, v, "b")
	apply(t, v, a, records(5)...)
	way := filepath.Join(dir, "keyring.next")
	if err := os.MkdirAll(filepath.Join(way, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := v.Shred(t.Context(), b); err == nil {
		t.Fatal("a shred without its keys on the disk is called done")
	}
	s.Forget()
	if !has(t, v, "a") || !has(t, v, "b") {
		t.Error("a copy is gone")
	}
	if err := os.RemoveAll(way); err != nil {
		t.Fatal(err)
	}
	if err := v.Shred(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if list, err := v.Copies().Records(t.Context(), a); err != nil || len(list) != 5 || has(t, v, "b") {
		t.Errorf("%d records: %v", len(list), err)
	}
	v.Lock()
	v = unlock(t, s, "chan")
	if lost, err := v.Copies().LostCount(t.Context()); !has(t, v, "a") || lost > 0 || err != nil {
		t.Error("the other copy does not open later")
	}
}
