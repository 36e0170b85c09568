package client_test

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// colleagues are a doctor and a nurse of one desk who share the copy of a patient,
// and an access of each that the centre has not heard of.
func colleagues(t *testing.T) (*world, ehrdesk.Number) {
	t.Helper()
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("nurse", ehrdesk.Nurse)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	w.chart(s, n)
	w.shut(s)
	w.shut(w.signIn("drlee")) // lets the nurse in
	w.line.set(true, nil)
	for _, who := range []string{"drlee", "nurse"} {
		s := w.signIn(who)
		c, err := s.Open(t.Context(), n, ehrdesk.Consultation, "")
		if err != nil {
			t.Fatalf("%s: %v", who, err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		w.shut(s)
	}
	return w, n
}

// enrolled are the people whose keys are on the desk.
func (w *world) enrolled() string {
	w.t.Helper()
	stores, err := w.desk.Stores(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, p := range stores[w.hcp].People() {
		out = append(out, p.Staff)
	}
	return strings.Join(out, " ")
}

func (w *world) close(staff string) {
	w.t.Helper()
	if _, err := w.centre.CloseAccount(w.t.Context(), w.hcp, staff); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(staff string) {
	w.t.Helper()
	_, err := w.desk.SignIn(w.t.Context(), staff, ehrdesk.NewSecret(pass))
	if c := ehrdesk.CodeOf(err); c != ehrdesk.CodeDenied && c != ehrdesk.CodeNotSignedIn {
		w.t.Fatalf("%s signs in: %v", staff, err)
	}
}

func TestAColleagueWhoSignsInTakesTheKeysOfSomebodyWhoIsGone(t *testing.T) {
	w, _ := colleagues(t)
	w.close("nurse")
	before, err := os.ReadFile(filepath.Join(w.dir, "providers", w.hcp, "keyring"))
	if err != nil {
		t.Fatal(err)
	}
	w.shut(w.signIn("drlee")) // without the line nobody hears of it
	if got := w.enrolled(); got != "drlee nurse" {
		t.Fatal(got)
	}
	w.line.set(false, nil)
	s := w.signIn("drlee")
	if got := w.enrolled(); got != "drlee" {
		t.Fatalf("%s are on the desk", got)
	}
	if kept, err := s.Copies(t.Context()); err != nil || len(kept) != 1 {
		t.Errorf("the doctor has %d copies: %v", len(kept), err)
	}
	if left, err := s.Outbox(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("%d accesses are not delivered, the nurse's among them: %v", len(left), err)
	}
	log, err := s.AccessLog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	said, nurses := 0, 0
	for _, e := range log {
		if e.Action == ehrdesk.AuditEnrol && e.Detail == "the keys of this desk were taken from nurse: account closed" {
			said++
		}
		if e.Staff == "nurse" && e.Action == ehrdesk.AuditOpenCached {
			nurses++
		}
	}
	if said != 1 || nurses != 1 {
		t.Errorf("written down %d times; %d accesses of the nurse's are in the log", said, nurses)
	}
	w.shut(s)
	w.refused("nurse")
	// What she had kept of the keyring opens nothing of today.
	w.restart(func(dir string) {
		if err := os.WriteFile(filepath.Join(dir, "keyring"), before, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := cache.Open(t.Context(), dir, cache.Options{Cost: cachetest.Cost(), Now: w.clock.now})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if v, err := s.Unlock(t.Context(), "nurse", ehrdesk.NewSecret(pass)); err == nil {
			if c, _, err := v.Copies().List(t.Context()); err == nil && len(c) > 0 {
				t.Error("she opens a copy")
			}
		}
	})
}

func TestWhoIsGoneIsRefusedAndWorksNoMoreWithoutTheLine(t *testing.T) {
	w, n := colleagues(t)
	w.close("nurse")
	w.line.set(false, nil)
	w.refused("nurse")
	if got := w.enrolled(); got != "drlee nurse" { // the colleague's turn: nobody else is there with keys
		t.Fatalf("%s are on the desk", got)
	}
	w.line.set(true, nil)
	w.refused("nurse")
	s := w.signIn("drlee") // who has lost nothing
	if c, err := s.Open(t.Context(), n, ehrdesk.Consultation, ""); err != nil {
		t.Error(err)
	} else if count(c) == 0 {
		t.Error("his copy is empty")
	}
	w.shut(s)
	w.line.set(false, nil)
	w.shut(w.signIn("drlee"))
	if got := w.enrolled(); got != "drlee" {
		t.Errorf("%s are on the desk", got)
	}
	// She comes back with a new code, and without the old copies.
	w.enrol("nurse", ehrdesk.Nurse)
	w.shut(w.signIn("nurse"))
}

// Somebody whose desk was ended is told that, and not that their account is closed, with the
// line and without; the keys go as with a closed account, which says its own.
func TestWhoIsPutOutIsToldByWhat(t *testing.T) {
	for want, end := range map[error]func(w *world){
		ehrdesk.ErrAccountClosed: func(w *world) { w.close("nurse") },
		ehrdesk.ErrDeskEnded:     func(w *world) { w.endDesk("nurse") },
	} {
		w, _ := colleagues(t)
		end(w)
		for _, down := range []bool{false, true} {
			w.line.set(down, nil)
			_, err := w.desk.SignIn(t.Context(), "nurse", ehrdesk.NewSecret(pass))
			if !errors.Is(err, want) || ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
				t.Errorf("without the line %v: %v, want %v", down, err, want)
			}
		}
		w.line.set(false, nil)
		w.enrol("nurse", ehrdesk.Nurse)
		w.shut(w.signIn("nurse"))
	}
}

// endDesk ends somebody's keys on every desk at the centre.
func (w *world) endDesk(staff string) {
	w.t.Helper()
	var keys []string
	err := w.centre.DeskKeys(w.t.Context(), w.hcp, func(k central.DeskKey) error {
		if k.Staff == staff && k.Ended == "" {
			keys = append(keys, k.Desk)
		}
		return nil
	})
	for _, k := range keys {
		err = errors.Join(err, w.centre.RevokeDesk(w.t.Context(), k))
	}
	if err != nil || len(keys) == 0 {
		w.t.Fatalf("%d keys of %s: %v", len(keys), staff, err)
	}
}

func TestTheLastPersonOfADeskTakesTheCopiesAlongAndLeavesTheJournal(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	w.chart(s, n)
	w.line.set(true, nil)
	c, err := s.Open(t.Context(), n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	w.shut(s)
	w.close("drlee")
	w.line.set(false, nil)
	w.refused("drlee")
	if w.seen("drlee", keyOf(n)) {
		t.Error("the copy is there still")
	}
	// The account was closed by mistake. The old key does not come back with it: a new code
	// enrols, and what was not delivered is delivered.
	w.enrol("drlee", ehrdesk.Doctor)
	s = w.signIn("drlee")
	if left, err := s.Outbox(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("%d accesses are not delivered: %v", len(left), err)
	}
	log, err := s.AccessLog(t.Context())
	if err != nil || len(log) < 8 {
		t.Errorf("the access log has %d entries: %v", len(log), err)
	}
	w.shut(s)
	w.line.set(true, nil)
	w.shut(w.signIn("drlee")) // and works without the line again
}

func TestOnlyTheCentresPlainWordTakesKeys(t *testing.T) {
	for name, spoil := range map[string]func(*http.Request, []byte) []byte{
		"an empty list": func(r *http.Request, b []byte) []byte {
			if strings.HasSuffix(r.URL.Path, "$staff") {
				return []byte(`{"resourceType":"Parameters"}`)
			}
			return b
		},
		"a list without the asker": func(r *http.Request, b []byte) []byte {
			return bytes.ReplaceAll(b, []byte(`"valueString":"drlee"`), []byte(`"valueString":"drli"`))
		},
		"a refusal without a reason, and a list that names nobody": func(r *http.Request, b []byte) []byte {
			return bytes.ReplaceAll(b, []byte(`"closed"`), []byte(`"clothed"`))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, _ := colleagues(t)
			w.close("nurse")
			w.line.set(false, spoil)
			w.refused("nurse")
			w.shut(w.signIn("drlee"))
			if got := w.enrolled(); got != "drlee nurse" {
				t.Errorf("%s are on the desk", got)
			}
		})
	}
}

// Of a desk that was stolen every key is found, those too by which nobody has ever signed in:
// all of one desk say which log they are of, from the enrolment on.
func TestKeysThatWereNeverUsedAreOfTheirDesk(t *testing.T) {
	w := newWorld(t, 24)
	logs := func() map[string]string {
		t.Helper()
		out := map[string]string{}
		if err := w.centre.DeskKeys(t.Context(), w.hcp, func(k central.DeskKey) error { out[k.Staff] = k.Log; return nil }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("nurse", ehrdesk.Nurse)
	first := logs()
	w.shut(w.signIn("drlee")) // who signs for the log
	w.enrol("clerk", ehrdesk.FrontDesk)
	after := logs()
	for _, staff := range []string{"drlee", "nurse", "clerk"} {
		if after[staff] == "" || after[staff] != after["drlee"] || staff != "clerk" && after[staff] != first[staff] {
			t.Errorf("%s is of %q, and of %q when they were enrolled; the desk's log is %q", staff, after[staff], first[staff], after["drlee"])
		}
	}
}

// Who rolls desks out names the provider: a code that was mixed up with another's enrols
// nobody there, and stays good for the desk that it is of.
func TestACodeOfAnotherProviderIsNotUsedWhereOneIsNamed(t *testing.T) {
	w := newWorld(t, 24)
	code, err := w.centre.AddAccount(t.Context(), w.hcp, "drlee", "Dr Lee", ehrdesk.Doctor)
	if err != nil {
		t.Fatal(err)
	}
	other, err := w.centre.AddHCP(t.Context(), central.HCP{Name: "Elsewhere"})
	if err != nil {
		t.Fatal(err)
	}
	enrol := func(hcp string) error {
		_, err := w.desk.Enrol(t.Context(), ehrdesk.Enrolment{Central: w.base, Staff: "drlee", Provider: hcp, Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret(pass)})
		return err
	}
	if err := enrol(other); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("for another provider: %v", err)
	}
	if err := enrol(w.hcp); err != nil {
		t.Errorf("for its own: %v", err)
	}
}
