package cache_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

func TestAFullDiskLeavesWhatWasThere(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	apply(t, v, id, records(300)...)
	db, _ := s.Databases()
	var pages int
	if err := db.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count=%d", pages+20)); err != nil {
		t.Fatal(err)
	}
	more := bigRecords(2000)[300:]
	_, err := v.Copies().Apply(t.Context(), id, []byte("half"), noon, more)
	wantCode(t, err, ehrdesk.CodeOther)
	if !strings.Contains(ehrdesk.Message(err), "disk is full") {
		t.Errorf("%v", err)
	}
	check := func(n int, header string) {
		t.Helper()
		c, ok, err := v.Copies().Lookup(t.Context(), "a")
		if err != nil || !ok || c.Records != n || string(c.Header) != header {
			t.Fatalf("%+v %v %v", c, ok, err)
		}
		l, err := v.Copies().Records(t.Context(), id)
		if err != nil || len(l) != n {
			t.Fatal(len(l), err)
		}
		for _, r := range l {
			if _, err := v.Copies().Body(t.Context(), id, r.Ref()); err != nil {
				t.Fatal(err)
			}
		}
	}
	check(300, "header of a")
	if _, err := db.ExecContext(t.Context(), "PRAGMA max_page_count=1000000"); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Copies().Apply(t.Context(), id, []byte("whole"), noon, more); err != nil {
		t.Fatal(err)
	}
	check(2000, "whole")
}

func TestAnApplyThatIsBrokenOffLeavesWhatWasThere(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	apply(t, v, id, records(3)...)
	bad := slices.Concat(records(10)[5:], []cache.Change{{Record: ehrdesk.Record{Resource: "Observation"}}})
	_, err := v.Copies().Apply(t.Context(), id, nil, noon, bad)
	wantCode(t, err, ehrdesk.CodeInvalid)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := v.Copies().Apply(ctx, id, nil, noon, records(10)); err == nil {
		t.Fatal("applied under a context that was over")
	}
	if l, err := v.Copies().Records(t.Context(), id); err != nil || len(l) != 3 {
		t.Fatal(len(l), err)
	}
}

func TestAStoreOpenToOthersIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no mode bits on Windows")
	}
	for _, file := range []string{"", "keyring", "records.db", "journal.db", "lock"} {
		for _, mode := range []os.FileMode{0o040, 0o004, 0o020} {
			dir := filepath.Join(t.TempDir(), "desk")
			s := openStore(t, dir, at(noon))
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			name := filepath.Join(dir, file)
			info, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%q was made with mode %v", file, info.Mode())
			}
			if err := os.Chmod(name, info.Mode().Perm()|mode); err != nil {
				t.Fatal(err)
			}
			_, err = cache.Open(t.Context(), dir, at(noon))
			wantCode(t, err, ehrdesk.CodeDenied)
		}
	}
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	put(t, unlock(t, s, "chan"), "a")
	for _, f := range []string{"records.db-wal", "records.db-shm", "journal.db-wal"} {
		if info, err := os.Stat(filepath.Join(dir, f)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f, info, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "keyring"), filepath.Join(dir, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("elsewhere", filepath.Join(dir, "keyring")); err != nil {
		t.Fatal(err)
	}
	_, err := cache.Open(t.Context(), dir, at(noon))
	wantCode(t, err, ehrdesk.CodeDenied)
}

func TestADirectoryNameOfAnySpellingWorks(t *testing.T) {
	for _, name := range []string{"with space", "50%?x=1#y", "診所", "a'b"} {
		dir := filepath.Join(t.TempDir(), name)
		s := openStore(t, dir, at(noon))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(dir, "records.db")); err != nil {
			t.Error(err)
		}
	}
}

func TestReadersSeeWholeBatchesWhileASyncGoesOn(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	apply(t, v, id, records(600)...)
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				l, err := v.Copies().Records(t.Context(), id)
				if err != nil || len(l) != 600 {
					t.Errorf("%d records: %v", len(l), err)
					return
				}
				for _, r := range l {
					if r.Version != l[0].Version {
						t.Error("half a batch is seen")
						return
					}
				}
				if _, err := v.Copies().Body(t.Context(), id, l[17].Ref()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for n := range 12 {
		cs := records(600)
		for i := range cs {
			cs[i].Record.Version, cs[i].Record.Updated = fmt.Sprint(n+2), noon.AddDate(0, 0, n+1)
		}
		apply(t, v, id, cs...)
		if n%4 == 3 {
			s.Forget()
			if err := v.Shred(t.Context(), put(t, v, "other")); err != nil {
				t.Error(err)
			}
		}
	}
	close(done)
	wg.Wait()
}

func TestPutGuardsKeysAndCopies(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a", "a2")
	_, err := v.Copies().Put(t.Context(), cache.Copy{}, []string{"b", "a2"})
	wantCode(t, err, ehrdesk.CodeConflict)
	if has(t, v, "b") {
		t.Error("half of a refused copy is there")
	}
	_, err = v.Copies().Put(t.Context(), cache.Copy{}, nil)
	wantCode(t, err, ehrdesk.CodeInvalid)
	_, err = v.Copies().Put(t.Context(), cache.Copy{ID: "no uuid"}, []string{"x"})
	wantCode(t, err, ehrdesk.CodeNotFound)
	apply(t, v, id, records(4)...)
	c, err := v.Copies().Put(t.Context(), cache.Copy{ID: id, Header: []byte("new"), PurgeAfter: noon.AddDate(0, 0, 3)}, []string{"a3"})
	if err != nil || c.Records != 4 || string(c.Header) != "new" {
		t.Fatalf("%+v %v", c, err)
	}
	s.Forget()
	if has(t, v, "a") || has(t, v, "a2") || !has(t, v, "a3") {
		t.Error("keys were not replaced")
	}
	st, err := v.Copies().Status(t.Context())
	if err != nil || len(st) != 1 || st[0].Records != 4 || st[0].Bytes < 1000 || !st[0].PurgeAfter.Equal(noon.AddDate(0, 0, 3)) {
		t.Errorf("%+v %v", st, err)
	}
	if n, err := s.Size(t.Context()); err != nil || n < st[0].Bytes {
		t.Error(n, err)
	}
}
