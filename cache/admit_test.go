package cache_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// nobody lets no newcomer in.
func nobody(cache.Person) bool { return false }

func guarded() cache.Options {
	o := at(noon)
	o.Admit = nobody
	return o
}

func TestSomebodyWhoEnrolsHimselfGetsNothingHoweverOftenOthersUnlock(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), guarded())
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	audit(t, v, "chan's")
	v.Lock()
	enrol(t, s, "mallory") // who never unlocks while chan is there
	for range 5 {
		v = unlock(t, s, "chan")
		if got := v.Waiting(); !slices.Equal(got, []string{"mallory"}) {
			t.Fatalf("waiting: %q", got)
		}
		if !has(t, v, "a") {
			t.Fatal("chan's copy is gone")
		}
		audit(t, v, "chan's")
		v.Lock()
	}
	v = unlock(t, s, "chan")
	put(t, v, "b")
	v.Lock()
	w := unlock(t, s, "mallory")
	if has(t, w, "a") || has(t, w, "b") || len(audits(t, w)) != 0 {
		t.Fatal("mallory reads what is chan's")
	}
	if _, err := w.Copies().Records(t.Context(), id); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Fatal(err)
	}
	put(t, w, "forged")
	w.Lock()
	if v = unlock(t, s, "chan"); has(t, v, "forged") || len(audits(t, v)) != 6 {
		t.Fatal("what mallory wrote reached chan")
	}
	// chan's shred leaves mallory outside as well.
	if err := v.Shred(t.Context(), put(t, v, "c")); err != nil {
		t.Fatal(err)
	}
	v.Lock()
	if w = unlock(t, s, "mallory"); has(t, w, "a") {
		t.Fatal("mallory reads what is chan's after a shred")
	}
}

// TestKeysOfSomebodyWhoOnlyWritesToTheFolderAreNeverUsed seals keys that a
// stranger knows to everybody enrolled; the stranger need not be enrolled.
func TestKeysOfSomebodyWhoOnlyWritesToTheFolderAreNeverUsed(t *testing.T) {
	for _, o := range []cache.Options{guarded(), at(noon)} {
		dir := filepath.Join(t.TempDir(), "desk")
		s := openStore(t, dir, o)
		enrol(t, s, "chan")
		v := unlock(t, s, "chan")
		put(t, v, "a")
		audit(t, v, "first")
		v.Lock()
		records, journal, err := s.Forge(false)
		if err != nil {
			t.Fatal(err)
		}
		v = unlock(t, s, "chan")
		put(t, v, "b")
		audit(t, v, "second")
		db, log := s.Databases()
		var n int
		if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM patient WHERE epoch = ?", records).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d copies under a stranger's keys: %v", n, err)
		}
		if err := log.QueryRowContext(t.Context(), "SELECT count(*) FROM audit WHERE epoch = ?", journal).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d entries under a stranger's keys: %v", n, err)
		}
		if !has(t, v, "a") || !has(t, v, "b") {
			t.Error("a copy is gone")
		}
		v.Lock()
		if _, _, err := s.Forge(true); err != nil { // with the true keys taken away
			t.Fatal(err)
		}
		_, err = s.Unlock(t.Context(), "chan", pass)
		wantCode(t, err, ehrdesk.CodeTampered)
	}
}

func TestAColleagueLetInByOneIsKnownToAllOthers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, guarded())
	enrol(t, s, "chan")
	if err := s.Enrol(t.Context(), "lee", pass, func(p cache.Person) bool { return p.Staff == "chan" },
		func(h []byte) ([]byte, []byte, error) { return h, nil, nil }); err != nil {
		t.Fatal(err)
	}
	if p := s.People(); !slices.Equal(p[1].Public, p[1].Holder) || len(p[1].Holder) != 32 {
		t.Fatalf("%+v", p)
	}
	w := unlock(t, s, "lee")
	apply(t, w, put(t, w, "lee's"), records(2)...)
	audit(t, w, "by lee")
	w.Lock()

	v := unlock(t, s, "chan") // offline: admission waits
	put(t, v, "chan's")
	if has(t, v, "lee's") || len(v.Admitted()) != 0 {
		t.Fatal("lee was let in without being asked about")
	}
	v.Lock()
	v = unlock(t, s, "chan") // online
	asked := []string{}
	in, err := v.Admit(t.Context(), func(p cache.Person) bool { asked = append(asked, p.Staff); return true })
	if err != nil || !slices.Equal(in, []string{"lee"}) || !slices.Equal(asked, in) || len(v.Waiting()) != 0 {
		t.Fatal(in, asked, v.Waiting(), err)
	}
	if !has(t, v, "lee's") || !has(t, v, "chan's") || len(audits(t, v)) != 1 {
		t.Error("chan does not see what lee did while waiting")
	}
	if in, err = v.Admit(t.Context(), nobody); err != nil || len(in) != 0 || !has(t, v, "lee's") {
		t.Error("lee is asked about again", in, err)
	}
	v.Lock()
	if w = unlock(t, s, "lee"); !has(t, w, "chan's") || len(w.Waiting()) != 0 {
		t.Error("lee does not see what was chan's")
	}
	w.Lock()
	// Somebody chan lets in is known to lee, who was not there, and alone now.
	v = unlock(t, s, "chan")
	if err := s.Enrol(t.Context(), "wong", pass, nil, func([]byte) ([]byte, []byte, error) { return nil, nil, nil }); err != nil {
		t.Fatal(err)
	}
	if in, err = v.Admit(t.Context(), func(cache.Person) bool { return true }); err != nil || len(in) != 1 {
		t.Fatal(in, err)
	}
	v.Lock()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, guarded())
	for _, who := range []string{"lee", "wong", "chan"} {
		w = unlock(t, s, who)
		if !has(t, w, "chan's") || !has(t, w, "lee's") || len(w.Waiting()) != 0 {
			t.Errorf("%s: waiting %q", who, w.Waiting())
		}
		audit(t, w, "by "+who)
		w.Lock()
	}
	enrol(t, s, "ho") // who trusts nobody and is trusted by nobody
	for range 2 {
		v = unlock(t, s, "ho")
		if _, err := v.Admit(t.Context(), func(cache.Person) bool { return true }); err != nil {
			t.Fatal(err)
		}
		v.Lock()
		v = unlock(t, s, "chan")
		if _, err := v.Admit(t.Context(), func(cache.Person) bool { return true }); err != nil {
			t.Fatal(err)
		}
		v.Lock()
	}
	v = unlock(t, s, "ho")
	if !has(t, v, "chan's") {
		t.Error("ho does not see what was there, though each has let the other in")
	}
	v.Lock()
	if got := audits(t, unlock(t, s, "lee")); !slices.Equal(got, []string{"by lee", "by lee", "by wong", "by chan"}) {
		t.Errorf("%q", got)
	}
}

func TestADeskOfBeforeTheAnchorsIsTakenOver(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), guarded())
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	put(t, v, "a")
	audit(t, v, "before")
	if err := v.ForgetAnchors(pass); err != nil {
		t.Fatal(err)
	}
	v.Lock()
	v = unlock(t, s, "chan")
	if !has(t, v, "a") || string(v.Identity()) != "identity chan" {
		t.Fatal("the copy is gone")
	}
	v.Lock()
	if _, _, err := s.Forge(false); err != nil { // from now on there are reasons
		t.Fatal(err)
	}
	v = unlock(t, s, "chan")
	audit(t, v, "after")
	if got := audits(t, v); !slices.Equal(got, []string{"before", "after"}) {
		t.Errorf("%q", got)
	}
}
