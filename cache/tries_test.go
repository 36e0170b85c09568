package cache_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// tried is a desk on which somebody has typed five wrong passphrases; before is the folder
// as it was before the first.
func tried(t *testing.T, dir string, o cache.Options) (before string) {
	t.Helper()
	before = filepath.Join(t.TempDir(), "before")
	if err := os.CopyFS(before, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, dir, o)
	for range 5 {
		_, err := s.Unlock(t.Context(), "chan", ehrdesk.NewSecret("wrong"))
		wantCode(t, err, ehrdesk.CodeNotSignedIn)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return before
}

// tampering is what somebody who can write to the folder does to have tries again.
var tampering = []struct {
	name  string
	does  func(t *testing.T, dir, before string)
	needs string // what still counts them: "files", or "device" where all of the folder is as before
}{
	{"the count edited out of the keyring", func(t *testing.T, dir, _ string) {
		editRing(t, dir, func(who map[string]any) { delete(who, "wrong"); delete(who, "until") })
	}, "files"},
	{"the wait edited", func(t *testing.T, dir, _ string) {
		editRing(t, dir, func(who map[string]any) { who["until"] = 1 })
	}, "files"},
	{"the keyring put back", func(t *testing.T, dir, before string) { copyBack(t, dir, before, "keyring") }, "files"},
	{"the keyring deleted, the desk started, the keyring put back", func(t *testing.T, dir, before string) {
		if err := os.Remove(filepath.Join(dir, "keyring")); err != nil {
			t.Fatal(err)
		}
		_, err := cache.Open(t.Context(), dir, at(noon))
		wantCode(t, err, ehrdesk.CodeTampered) // a journal without a keyring begins nothing anew
		copyBack(t, dir, before, "keyring")
	}, "files"},
	{"the journal put back", func(t *testing.T, dir, before string) { copyBack(t, dir, before, "journal.db") }, "files"},
	{"all of the folder put back", func(t *testing.T, dir, before string) {
		for _, name := range []string{"keyring", "journal.db", "records.db"} {
			copyBack(t, dir, before, name)
		}
	}, "device"},
}

func copyBack(t *testing.T, dir, before, name string) {
	t.Helper()
	for _, side := range []string{"-wal", "-shm"} {
		_ = os.Remove(filepath.Join(dir, name+side))
	}
	b, err := os.ReadFile(filepath.Join(before, name))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func editRing(t *testing.T, dir string, edit func(person map[string]any)) {
	t.Helper()
	k := ring(t, dir)
	edit(k["people"].([]any)[0].(map[string]any))
	b, err := json.Marshal(k)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "keyring"), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// The count of wrong passphrases cannot be had back by editing, deleting or putting back a
// file of the store; with a second key not by putting back all of them.
func TestWrongPassphrasesStayCountedWhateverIsDoneToAFile(t *testing.T) {
	for _, second := range []bool{false, true} {
		for _, tt := range tampering {
			if tt.needs == "device" && !second {
				continue // see the test below
			}
			dir := filepath.Join(t.TempDir(), "desk")
			o := at(noon)
			if second {
				var d *drawer
				dir, d, _ = withDevice(t)
				o = device(d)
			} else {
				s := openStore(t, dir, o)
				enrol(t, s, "chan")
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			before := tried(t, dir, o)
			tt.does(t, dir, before)
			s := openStore(t, dir, o)
			_, err := s.Unlock(t.Context(), "chan", pass)
			if ehrdesk.CodeOf(err) != ehrdesk.CodeLocked {
				t.Errorf("%s, second key %v: the right one is tried at once: %v", tt.name, second, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			// The wait ends, and the next wrong one is the sixth.
			now := noon.Add(30 * time.Second)
			o.Now = func() time.Time { return now }
			s = openStore(t, dir, o)
			_, err = s.Unlock(t.Context(), "chan", ehrdesk.NewSecret("wrong"))
			wantCode(t, err, ehrdesk.CodeNotSignedIn)
			now = now.Add(59 * time.Second)
			if _, err = s.Unlock(t.Context(), "chan", pass); ehrdesk.CodeOf(err) != ehrdesk.CodeLocked {
				t.Errorf("%s, second key %v: after the sixth the wait is a minute: %v", tt.name, second, err)
			}
			now = now.Add(time.Second)
			unlock(t, s, "chan").Lock()
			for range 4 { // counted anew, everywhere
				_, err = s.Unlock(t.Context(), "chan", ehrdesk.NewSecret("wrong"))
				wantCode(t, err, ehrdesk.CodeNotSignedIn)
			}
			unlock(t, s, "chan").Lock()
		}
	}
}

// What does not hold, said in the threat model: with all files put back, and no second key,
// the count is as it was then.
func TestAWholeFolderPutBackHasItsCountBackWithoutASecondKey(t *testing.T) {
	dir, o := filepath.Join(t.TempDir(), "desk"), at(noon)
	s := openStore(t, dir, o)
	enrol(t, s, "chan")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := tried(t, dir, o)
	tampering[len(tampering)-1].does(t, dir, before)
	unlock(t, openStore(t, dir, o), "chan").Lock()
}

// A clock that ran ahead when the last wrong one was typed keeps nobody out for longer than
// the longest wait, with a second key neither.
func TestAClockThatRanAheadKeepsNobodyOut(t *testing.T) {
	dir, d, _ := withDevice(t)
	now := noon.Add(1000 * time.Hour)
	o := device(d)
	o.Now = func() time.Time { return now }
	tried(t, dir, o)
	now = noon
	s := openStore(t, dir, o)
	_, err := s.Unlock(t.Context(), "chan", pass)
	wantCode(t, err, ehrdesk.CodeLocked)
	now = now.Add(15 * time.Minute) // the files' wait is over, and the device's is shortened
	_, err = s.Unlock(t.Context(), "chan", pass)
	wantCode(t, err, ehrdesk.CodeLocked)
	now = now.Add(15 * time.Minute)
	unlock(t, s, "chan").Lock()
}
