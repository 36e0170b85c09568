package cache_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// wound is a store with a clock that a test sets.
func wound(t *testing.T, dir string, now *time.Time) *cache.Store {
	t.Helper()
	return openStore(t, dir, cache.CheapOptions(cache.Options{Now: func() time.Time { return *now }}))
}

func rows(t *testing.T, s *cache.Store) (n int) {
	t.Helper()
	db, _ := s.Databases()
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM patient").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A copy goes at its very moment, within its last day, whoever is there.
func TestARunningStorePurgesAtTheMomentAlsoWhenItIsLocked(t *testing.T) {
	for name, leave := range map[string]func(t *testing.T, s *cache.Store, v *cache.Vault) *cache.Vault{
		"unlocked": func(t *testing.T, s *cache.Store, v *cache.Vault) *cache.Vault { return v },
		"locked":   func(t *testing.T, s *cache.Store, v *cache.Vault) *cache.Vault { v.Lock(); return nil },
		"locked, after a start": func(t *testing.T, s *cache.Store, v *cache.Vault) *cache.Vault {
			v.Lock()
			unlock(t, s, "chan").Lock()
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			now := noon.Add(-18 * time.Hour)
			s := wound(t, filepath.Join(t.TempDir(), "desk"), &now)
			enrol(t, s, "chan")
			v := unlock(t, s, "chan")
			put(t, v, "a") // until noon tomorrow
			for key, until := range map[string]time.Time{"soon": noon.Add(-15 * time.Hour), "session": {}} {
				if _, err := v.Copies().Put(t.Context(), cache.Copy{PurgeAfter: until}, []string{key}); err != nil {
					t.Fatal(err)
				}
			}
			held := leave(t, s, v)
			kept := 2
			if held == nil {
				kept = 1 // nor the session's
			}
			if due := s.Due(); !due.Equal(noon.Add(-15 * time.Hour)) {
				t.Errorf("due %v", due)
			}
			now = noon.Add(-15*time.Hour - time.Second)
			if n, err := s.Purge(t.Context()); n != 0 || err != nil || rows(t, s) != kept+1 {
				t.Errorf("%d purged before the moment, %d rows: %v", n, rows(t, s), err)
			}
			now = now.Add(time.Second)
			if n, err := s.Purge(t.Context()); n != 1 || err != nil || rows(t, s) != kept {
				t.Errorf("%d purged at the moment, %d rows: %v", n, rows(t, s), err)
			}
			if held == nil {
				held = unlock(t, s, "chan")
			}
			if !has(t, held, "a") || !s.Due().Equal(noon.Add(24*time.Hour)) {
				t.Errorf("the other copy: %v, due %v", has(t, held, "a"), s.Due())
			}
		})
	}
}

func TestLockingDestroysWhatIsPastItsMoment(t *testing.T) {
	now := noon
	s := wound(t, filepath.Join(t.TempDir(), "desk"), &now)
	enrol(t, s, "chan")
	enrol(t, s, "lee")
	v, other := unlock(t, s, "chan"), unlock(t, s, "lee")
	put(t, v, "a")
	now = noon.Add(24 * time.Hour)
	v.Lock()
	if n := rows(t, s); n != 0 {
		t.Errorf("%d copies", n)
	}
	other.Lock()
}

// Whatever the desk has written after a copy's end, or seen while it runs, a clock
// set back does not bring the copy back.
func TestWhatTheDeskItselfWroteCountsAgainstAClockSetBack(t *testing.T) {
	for name, write := range map[string]func(t *testing.T, s *cache.Store, v *cache.Vault){
		"an entry of the access log": func(t *testing.T, s *cache.Store, v *cache.Vault) { audit(t, v, "entry") },
		"an entry, and the mark of it taken away": func(t *testing.T, s *cache.Store, v *cache.Vault) {
			audit(t, v, "entry")
			_, journal := s.Databases()
			if _, err := journal.ExecContext(t.Context(), "DELETE FROM meta WHERE k = 'seen'"); err != nil {
				t.Fatal(err)
			}
		},
		"an entry, the mark of it taken away and a newer one spoiled": func(t *testing.T, s *cache.Store, v *cache.Vault) {
			audit(t, v, "entry")
			audit(t, v, "entry")
			_, journal := s.Databases()
			for _, change := range []string{"DELETE FROM meta WHERE k = 'seen'",
				"UPDATE audit SET ct = x'00' WHERE seq = (SELECT max(seq) FROM audit)"} {
				if _, err := journal.ExecContext(t.Context(), change); err != nil {
					t.Fatal(err)
				}
			}
		},
		"a purge": func(t *testing.T, s *cache.Store, v *cache.Vault) {
			if _, err := s.Purge(t.Context()); err != nil {
				t.Fatal(err)
			}
		},
		"nothing, in one run": nil,
	} {
		t.Run(name, func(t *testing.T) {
			now := noon
			dir := filepath.Join(t.TempDir(), "desk")
			s := wound(t, dir, &now)
			enrol(t, s, "chan")
			v := unlock(t, s, "chan")
			long := put(t, v, "long")
			if _, err := v.Copies().Put(t.Context(), cache.Copy{ID: long, PurgeAfter: noon.AddDate(0, 1, 0)}, []string{"long"}); err != nil {
				t.Fatal(err)
			}
			put(t, v, "a") // until noon tomorrow
			now = noon.Add(25 * time.Hour)
			if has(t, v, "a") {
				t.Fatal("found past its time")
			}
			if write != nil {
				write(t, s, v)
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			now = noon
			if write != nil {
				s = wound(t, dir, &now)
				v = unlock(t, s, "chan")
			}
			if has(t, v, "a") || !has(t, v, "long") {
				t.Errorf("a: %v, long: %v", has(t, v, "a"), has(t, v, "long"))
			}
			if got := v.Time(); got.Before(noon.Add(25 * time.Hour).Truncate(time.Second)) {
				t.Errorf("the store goes by %v", got)
			}
		})
	}
}

// A clock a year ahead leaves its mark; the centre's word takes it back where the
// clock agrees with it by now, and nothing else does.
func TestAClockThatRanAheadIsTakenBackByTheCentreAlone(t *testing.T) {
	now := noon.AddDate(1, 0, 0)
	dir := filepath.Join(t.TempDir(), "desk")
	s := wound(t, dir, &now)
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	audit(t, v, "ahead")
	if ahead, err := v.CentreTime(t.Context(), noon); ahead != 0 || err != nil {
		t.Errorf("taken back while the clock runs ahead: %v %v", ahead, err)
	}
	now = noon.Add(time.Minute) // set right
	put(t, v, "early")
	if has(t, v, "early") {
		t.Error("nobody has said that the clock ran ahead")
	}
	ahead, err := v.CentreTime(t.Context(), noon)
	if err != nil || ahead < 365*24*time.Hour {
		t.Errorf("%v %v", ahead, err)
	}
	audit(t, v, "it had run ahead")
	for range 2 {
		put(t, v, "a")
		if !has(t, v, "a") {
			t.Error("a copy fetched since is not found")
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = wound(t, dir, &now)
		v = unlock(t, s, "chan")
		if c, ok, err := v.Copies().Lookup(t.Context(), "a"); err != nil || !ok {
			t.Error("not after a restart", err)
		} else if err := v.Shred(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
	}
	if ahead, err := v.CentreTime(t.Context(), now); ahead != 0 || err != nil {
		t.Errorf("twice: %v %v", ahead, err)
	}
}

// A copy that is past its time and not destroyed yet is in nobody's way.
func TestAPatientIsKeptAnewWhileTheOldCopyIsOverdue(t *testing.T) {
	now := noon
	s := wound(t, filepath.Join(t.TempDir(), "desk"), &now)
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	old := put(t, v, "a")
	now = noon.Add(25 * time.Hour)
	c, err := v.Copies().Put(t.Context(), cache.Copy{PurgeAfter: now.Add(time.Hour)}, []string{"a"})
	if err != nil || c.ID == old || !has(t, v, "a") || rows(t, s) != 1 {
		t.Errorf("new copy: %v, %d rows, %v", c.ID != old, rows(t, s), err)
	}
	_, err = v.Copies().Put(t.Context(), cache.Copy{PurgeAfter: now.Add(time.Hour)}, []string{"a"})
	wantCode(t, err, ehrdesk.CodeConflict)
}

// TestAPurgeThatFailedBehindTheLockIsTriedAgain has another program hold the copies.
func TestAPurgeThatFailedBehindTheLockIsTriedAgain(t *testing.T) {
	now := noon.Add(-18 * time.Hour)
	dir := filepath.Join(t.TempDir(), "desk")
	s := wound(t, dir, &now)
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	put(t, v, "a")
	if _, err := v.Copies().Put(t.Context(), cache.Copy{PurgeAfter: noon.Add(-15 * time.Hour)}, []string{"soon"}); err != nil {
		t.Fatal(err)
	}
	v.Lock()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "records.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	held, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if _, err := held.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	now = noon.Add(-15 * time.Hour)
	if n, err := s.Purge(t.Context()); n != 0 || err == nil {
		t.Errorf("%d purged: %v", n, err)
	}
	if _, err := held.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Purge(t.Context()); n != 1 || err != nil || rows(t, s) != 1 {
		t.Errorf("%d purged, %d rows left: %v", n, rows(t, s), err)
	}
	if due := s.Due(); !due.IsZero() && due.Before(now) {
		t.Errorf("due again at %v", due)
	}
}
