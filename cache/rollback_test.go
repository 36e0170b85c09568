package cache_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// putBack gives some files of a closed store the content they had in an image.
func putBack(t *testing.T, dir, image string, files ...string) {
	t.Helper()
	for _, f := range files {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			b, err := os.ReadFile(filepath.Join(image, f+suffix))
			if os.IsNotExist(err) {
				_ = os.Remove(filepath.Join(dir, f+suffix))
				continue
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, f+suffix), b, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestAFilePutBackIsFound puts each file, and each pair, back to an image of an
// earlier day, and finds which of them it was.
func TestAFilePutBackIsFound(t *testing.T) {
	for name, tt := range map[string]struct{ back, found []string }{
		"copies":                  {[]string{"records.db"}, []string{cache.StaleRecords}},
		"journal":                 {[]string{"journal.db"}, []string{cache.StaleJournal}},
		"keyring":                 {[]string{"keyring"}, []string{cache.StaleKeyring}},
		"copies and journal":      {[]string{"records.db", "journal.db"}, []string{cache.StaleJournal, cache.StaleRecords}},
		"copies and keyring":      {[]string{"records.db", "keyring"}, []string{cache.StaleKeyring, cache.StaleRecords}},
		"journal and keyring":     {[]string{"journal.db", "keyring"}, []string{cache.StaleJournal, cache.StaleKeyring}},
		"nothing":                 {nil, nil},
		"all: only outside knows": {[]string{"records.db", "journal.db", "keyring"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir, image := filepath.Join(t.TempDir(), "desk"), filepath.Join(t.TempDir(), "image")
			day := func(work func(v *cache.Vault)) {
				t.Helper()
				s := openStore(t, dir, at(noon))
				if len(s.People()) == 0 {
					enrol(t, s, "chan")
				}
				v := unlock(t, s, "chan")
				work(v)
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			day(func(v *cache.Vault) {
				apply(t, v, put(t, v, "a"), records(3)...)
				audit(t, v, "yesterday")
				if err := v.Outbox().Enqueue(t.Context(), "lane", "op-1", []byte("act")); err != nil {
					t.Fatal(err)
				}
			})
			if err := os.CopyFS(image, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			day(func(v *cache.Vault) {
				put(t, v, "b")
				audit(t, v, "today")
			})
			putBack(t, dir, image, tt.back...)

			s := openStore(t, dir, at(noon))
			if got := s.RollbackDetected(); !slices.Equal(got, tt.found) {
				t.Fatalf("found %q, want %q", got, tt.found)
			}
			if len(tt.found) == 0 {
				return
			}
			if err := s.Close(); err != nil { // and again, until somebody has settled it
				t.Fatal(err)
			}
			s = openStore(t, dir, at(noon))
			if got := s.RollbackDetected(); !slices.Equal(got, tt.found) {
				t.Fatalf("after a second start: %q, want %q", got, tt.found)
			}
			v := unlock(t, s, "chan")
			if has(t, v, "a") || has(t, v, "b") {
				t.Error("a copy of an earlier day opens")
			}
			if items, err := v.Outbox().Pending(t.Context()); err != nil || len(items) != 1 || items[0].OpID != "op-1" {
				t.Errorf("the outbox: %+v %v", items, err)
			}
			audit(t, v, "incident")
			aside := filepath.Join(dir, "records.db.aside")
			if _, err := os.Stat(aside); err != nil {
				t.Error("nothing was put aside")
			}
			old, _ := os.ReadFile(aside)
			if err := v.AcknowledgeRollback(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(aside); !os.IsNotExist(err) {
				t.Error("what was put aside is still there")
			}
			put(t, v, "a")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openStore(t, dir, at(noon))
			if got := s.RollbackDetected(); len(got) != 0 {
				t.Errorf("found again: %q", got)
			}
			if v = unlock(t, s, "chan"); !has(t, v, "a") {
				t.Error("the fresh copy is gone")
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			// Somebody kept the file that was put aside: it opens with nothing.
			for _, f := range []string{"records.db-wal", "records.db-shm"} {
				_ = os.Remove(filepath.Join(dir, f))
			}
			if err := os.WriteFile(filepath.Join(dir, "records.db"), old, 0o600); err != nil {
				t.Fatal(err)
			}
			s = openStore(t, dir, at(noon))
			if v = unlock(t, s, "chan"); has(t, v, "a") || has(t, v, "b") {
				t.Error("what was put aside came back")
			}
		})
	}
}

func audit(t testing.TB, v *cache.Vault, words string) {
	t.Helper()
	if _, err := v.AccessLog().Add(t.Context(), []byte(words)); err != nil {
		t.Fatal(err)
	}
}

func TestWhatTheCentreRemembersMoreOfIsPutAsideAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	apply(t, v, id, records(3)...)
	if err := v.Quarantine(t.Context(), 1000); err != nil {
		t.Fatal(err)
	}
	if has(t, v, "a") || !slices.Equal(s.RollbackDetected(), []string{cache.StaleCentre}) {
		t.Error("the copy still opens")
	}
	if _, err := v.Copies().Body(t.Context(), id, record(0).Record.Ref()); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Error(err)
	}
	if err := v.AcknowledgeRollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c, err := v.State(t.Context()); err != nil || c.Generation <= 1000 || c.Log != s.Install() {
		t.Errorf("%+v %v", c, err)
	}
	apply(t, v, put(t, v, "a"), records(3)...)
	v.Lock()
	if v = unlock(t, s, "chan"); !has(t, v, "a") {
		t.Error("the fresh copy is gone")
	}
}

func TestACrashBeforeTheMarkIsNoRollback(t *testing.T) {
	dir, crashed := filepath.Join(t.TempDir(), "desk"), filepath.Join(t.TempDir(), "crashed")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	if _, err := v.State(t.Context()); err != nil {
		t.Fatal(err)
	}
	apply(t, v, id, records(3)...)
	audit(t, v, "after the mark")
	if err := os.CopyFS(crashed, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	tighten(t, crashed)
	c := openStore(t, crashed, at(noon.Add(time.Minute)))
	if got := c.RollbackDetected(); len(got) != 0 {
		t.Fatalf("found %q", got)
	}
	if !has(t, unlock(t, c, "chan"), "a") {
		t.Error("the copy is gone")
	}
}

func TestCheckpointsStayWithTheJournal(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	for range 5 {
		audit(t, v, "x")
	}
	c, err := v.State(t.Context())
	if err != nil || c.N != 5 {
		t.Fatal(c, err)
	}
	sealed, err := v.AccessLog().Sealed(t.Context(), 2, 5)
	head, err2 := v.AccessLog().HeadAt(t.Context(), 2)
	if err != nil || err2 != nil || len(sealed) != 3 {
		t.Fatal(len(sealed), err, err2)
	}
	for i, e := range sealed {
		head = ehrdesk.AuditNext(head, int64(3+i), e)
	}
	if !slices.Equal(head, c.Head) {
		t.Error("the entries do not lead to the head")
	}
	keep := func(n int64, signed, vouched string) {
		t.Helper()
		h, _ := v.AccessLog().HeadAt(t.Context(), n)
		if err := v.AccessLog().KeepCheckpoint(t.Context(), cache.Checkpoint{N: n, Head: h, Signed: signed, Vouched: vouched}); err != nil {
			t.Fatal(err)
		}
	}
	keep(2, "d2", "c2")
	keep(3, "d3", "")
	keep(4, "d4", "")
	keep(5, "d5", "c5")
	keep(5, "d5 again", "")
	got, err := s.Checkpoints(t.Context())
	if err != nil || len(got) != 2 || got[0].Vouched != "c2" || got[1].Vouched != "c5" || got[1].Signed != "d5 again" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestAnAccessLogCutUnderAnOpenDeskIsFound(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	for range 30 {
		audit(t, v, "entry")
	}
	if _, err := v.State(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, journal := s.Databases()
	if _, err := journal.ExecContext(t.Context(), "DELETE FROM audit WHERE seq > 10"); err != nil {
		t.Fatal(err)
	}
	_, err := v.AccessLog().Add(t.Context(), []byte("one more"))
	wantCode(t, err, ehrdesk.CodeTampered)
	if err := s.Close(); err != nil { // which remembers nothing of the shorter log
		t.Fatal(err)
	}
	s = openStore(t, dir, at(noon))
	if got := s.RollbackDetected(); !slices.Equal(got, []string{cache.StaleJournal}) {
		t.Errorf("found %q", got)
	}
}

func TestAKeyringFromBeforeSomebodyWasRemovedIsFound(t *testing.T) {
	for name, change := range map[string]func(*cache.Store) error{
		"removed": func(s *cache.Store) error { return s.Remove(t.Context(), "lee") },
		"passphrase": func(s *cache.Store) error {
			return s.ChangePassphrase(t.Context(), "lee", pass, ehrdesk.NewSecret("another passphrase, longer"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, image := filepath.Join(t.TempDir(), "desk"), filepath.Join(t.TempDir(), "image")
			s := openStore(t, dir, at(noon))
			enrol(t, s, "chan")
			enrol(t, s, "lee")
			v := unlock(t, s, "chan")
			put(t, v, "a")
			audit(t, v, "before")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.CopyFS(image, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			s = openStore(t, dir, at(noon))
			if err := change(s); err != nil { // with nobody unlocked
				t.Fatal(err)
			}
			crashed := filepath.Join(t.TempDir(), "crashed")
			if err := os.CopyFS(crashed, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			tighten(t, crashed)
			putBack(t, crashed, image, "keyring")
			s = openStore(t, crashed, at(noon))
			if got := s.RollbackDetected(); !slices.Equal(got, []string{cache.StaleKeyring}) {
				t.Errorf("found %q", got)
			}
			if v, err := s.Unlock(t.Context(), "lee", pass); err == nil && has(t, v, "a") {
				t.Error("a copy opens by the older keyring")
			}
		})
	}
}
