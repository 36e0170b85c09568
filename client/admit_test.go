package client_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// intrude enrols somebody in the desk's folder as whoever can write to it does,
// with another person's plain line if that helps.
func (w *world) intrude(staff string, line func(s *cache.Store) []byte) {
	w.t.Helper()
	w.restart(func(dir string) {
		s, err := cache.Open(w.t.Context(), dir, cache.Options{Now: w.clock.now, Cost: cachetest.Cost()})
		if err != nil {
			w.t.Fatal(err)
		}
		defer s.Close()
		if err := s.Enrol(w.t.Context(), staff, ehrdesk.NewSecret(pass), nil, func([]byte) ([]byte, []byte, error) { return line(s), []byte("{}"), nil }); err != nil {
			w.t.Fatal(err)
		}
	})
}

// seen is what the intruder's passphrase opens.
func (w *world) seen(staff string, key string) (found bool) {
	w.t.Helper()
	w.restart(func(dir string) {
		s, err := cache.Open(w.t.Context(), dir, cache.Options{Cost: cachetest.Cost(), Now: w.clock.now, Admit: func(cache.Person) bool { return false }})
		if err != nil {
			w.t.Fatal(err)
		}
		defer s.Close()
		v, err := s.Unlock(w.t.Context(), staff, ehrdesk.NewSecret(pass))
		if err != nil {
			w.t.Fatal(err)
		}
		_, found, err = v.Copies().Lookup(w.t.Context(), key)
		if err != nil {
			w.t.Fatal(err)
		}
	})
	return found
}

func TestSomebodyWhoCanWriteToTheFolderEnrolsHimselfAndGetsNothingEver(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("nurse", ehrdesk.Nurse)
	n, key := w.patient("Wong", 2)
	s := w.signIn("drlee")
	w.consent(s, n, key)
	w.chart(s, n)
	w.shut(s)
	// A name the centre does not know; and a colleague's, who is not on this desk
	// but on another one, with that colleague's genuine line.
	code, err := w.centre.AddAccount(t.Context(), w.hcp, "drho", "Dr Ho", ehrdesk.Doctor)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := newDesk(w)
	if _, err := elsewhere.Enrol(t.Context(), ehrdesk.Enrolment{Central: w.base, Staff: "drho", Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret(pass)}); err != nil {
		t.Fatal(err)
	}
	stores, err := elsewhere.Stores(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	genuine := stores[w.hcp].People()[0].Public
	line := func(s *cache.Store) []byte { // the nurse's line, another name
		for _, p := range s.People() {
			if p.Staff == "nurse" {
				return p.Public
			}
		}
		return nil
	}
	w.intrude("mallory", line)
	w.intrude("drho", func(*cache.Store) []byte { return genuine })
	for _, cut := range []bool{true, false, false} {
		w.line.set(cut, nil)
		for _, who := range []string{"drlee", "nurse"} {
			s := w.signIn(who)
			if kept, err := s.Copies(t.Context()); err != nil || len(kept) != 1 {
				t.Fatalf("%s has %d copies: %v", who, len(kept), err)
			}
			w.shut(s)
		}
		if !w.seen("drlee", keyOf(n)) {
			t.Fatal("this test cannot fail")
		}
		for _, who := range []string{"mallory", "drho"} {
			if w.seen(who, keyOf(n)) {
				t.Fatalf("%s opened a copy", who)
			}
		}
	}
}

func newDesk(w *world) *client.Desk {
	d := client.New(client.Options{Dir: filepath.Join(w.t.TempDir(), "other"), HTTP: &http.Client{Transport: w.line}, Patience: time.Minute, Now: w.clock.now, Cost: cachetest.Cost()})
	w.t.Cleanup(func() {
		if err := d.Close(); err != nil {
			w.t.Error(err)
		}
	})
	return d
}

func TestAColleagueGetsTheKeysAtTheNextOnlineUnlockOfAHolder(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	w.chart(s, n)
	w.shut(s)
	w.enrol("nurse", ehrdesk.Nurse)
	copies := func(who string) int {
		t.Helper()
		s := w.signIn(who)
		defer w.shut(s)
		kept, err := s.Copies(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(kept)
	}
	if got := copies("nurse"); got != 0 {
		t.Fatalf("the nurse has %d copies with nobody there to let her in", got)
	}
	w.line.set(true, nil)
	if copies("drlee") != 1 || copies("nurse") != 0 {
		t.Fatal("let in without the line")
	}
	w.line.set(false, nil)
	if copies("drlee") != 1 || copies("nurse") != 1 {
		t.Fatal("not let in with the line")
	}
	s = w.signIn("drlee")
	log, err := s.AccessLog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	let := 0
	for _, e := range log {
		if e.Action == ehrdesk.AuditEnrol && strings.HasSuffix(e.Detail, "sealed to nurse") {
			let++
		}
	}
	if let != 1 {
		t.Errorf("written down %d times", let)
	}
}

func TestTheRosterOfAnotherCentreLetsNobodyIn(t *testing.T) {
	// Somebody at the screen enrols while a colleague is signed in, against a
	// centre of their own that calls itself by the same provider.
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	w.chart(s, n)
	evil, err := central.Open(t.Context(), central.Options{Dir: t.TempDir(), Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	defer evil.Close()
	run, err := evil.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close(t.Context())
	if _, err := evil.AddHCP(t.Context(), central.HCP{ID: w.hcp, Name: "Evil", CacheHours: 24}); err != nil {
		t.Fatal(err)
	}
	code, err := evil.AddAccount(t.Context(), w.hcp, "mallory", "M", ehrdesk.Doctor)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.Enrol(t.Context(), ehrdesk.Enrolment{Central: run.Base, Staff: "mallory", Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret(pass)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.shut(s)
	w.shut(w.signIn("drlee"))
	if w.seen("mallory", keyOf(n)) {
		t.Fatal("mallory opened a copy")
	}
	s = w.signIn("drlee")
	if kept, err := s.Copies(t.Context()); err != nil || len(kept) != 1 {
		b, _ := json.Marshal(kept)
		t.Errorf("%s %v", b, err)
	}
}

// keyOf is what a copy is looked up by.
func keyOf(n ehrdesk.Number) string { return client.Key(n) }
