package client_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
	"github.com/ehrdesk/ehrdesk/internal/central"

	_ "modernc.org/sqlite"
)

// log is the state of the desk's one access log.
func (w *world) log() (l client.LogState, err error) {
	w.t.Helper()
	err = w.desk.VerifyLogs(w.t.Context(), func(_ string, got client.LogState) error { l = got; return nil })
	return l, err
}

func (w *world) shut(s *client.Session) {
	w.t.Helper()
	if err := s.Close(); err != nil {
		w.t.Fatal(err)
	}
}

// restart ends the desk, changes its folder, and starts it again.
func (w *world) restart(change func(store string)) {
	w.t.Helper()
	if err := w.desk.Close(); err != nil {
		w.t.Fatal(err)
	}
	if change != nil {
		change(filepath.Join(w.dir, "providers", w.hcp))
	}
	w.open()
}

func (w *world) incidents() (n int) {
	w.t.Helper()
	err := w.centre.Accesses(w.t.Context(), "", func(a central.Access) error {
		if a.Action == string(ehrdesk.AuditIncident) {
			n++
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// image keeps a folder as it is, and gives what puts it back.
func image(t *testing.T, store string) (back func(string)) {
	t.Helper()
	files := map[string][]byte{}
	list, err := os.ReadDir(store)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		b, err := os.ReadFile(filepath.Join(store, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name()] = b
	}
	return func(store string) {
		list, err := os.ReadDir(store)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			_ = os.Remove(filepath.Join(store, f.Name()))
		}
		for name, b := range files {
			if err := os.WriteFile(filepath.Join(store, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestTheCentreVouchesForTheAccessLogAtSignInAndOnDelivery(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	if l, err := w.log(); err != nil || l.Vouched != 1 || l.Signed != 1 || !l.VouchedAt.Equal(w.clock.now()) {
		t.Fatalf("%+v %v", l, err)
	}
	n, key := w.patient("Wong", 3)
	w.consent(s, n, key)
	c := w.chart(s, n) // its sync delivers
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	w.shut(s)
	l, err := w.log()
	if err != nil || l.Vouched < 3 || l.Entries != l.Vouched+2 { // closed the chart, signed out
		t.Fatalf("%+v %v", l, err)
	}
	// A colleague on the same desk continues the same log.
	w.enrol("nurse", ehrdesk.Nurse)
	w.shut(w.signIn("nurse"))
	if l, err = w.log(); err != nil || l.Vouched != l.Entries-1 || w.incidents() != 0 {
		t.Fatalf("%+v %v", l, err)
	}
}

func TestWithoutTheLineTheDeskSignsEveryHundredEntriesAtLockAndAtSignOutAndTheCentreCatchesUp(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.shut(w.signIn("drlee"))
	w.line.set(true, nil)
	s := w.signIn("drlee")
	before, _ := w.log()
	for range 110 {
		if err := s.LogUsed(t.Context(), "screen"); err != nil {
			t.Fatal(err)
		}
	}
	l, err := w.log()
	if err != nil || l.Vouched != before.Vouched || l.Signed < l.Entries-100 {
		t.Fatalf("%+v %v", l, err)
	}
	// At lock and at sign-out it is signed as it stands.
	if l.Signed == l.Entries {
		t.Fatal("it was signed before")
	}
	if err := s.Lock(); err != nil {
		t.Fatal(err)
	}
	if l, err = w.log(); err != nil || l.Signed != l.Entries || l.Vouched != before.Vouched {
		t.Fatalf("locked: %+v %v", l, err)
	}
	w.shut(s)
	w.shut(w.signIn("drlee"))
	if l, err = w.log(); err != nil || l.Signed != l.Entries || l.Vouched != before.Vouched {
		t.Fatalf("signed out: %+v %v", l, err)
	}
	s = w.signIn("drlee")
	w.line.set(false, nil)
	if _, err := s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	if l, err = w.log(); err != nil || l.Vouched != l.Entries || w.incidents() != 0 {
		t.Fatalf("%+v %v", l, err)
	}
}

// TestARestoredImageIsFoundAndAWithdrawnConsentStaysWithdrawn puts the whole
// folder back to the day before a withdrawal: only the centre can tell.
func TestARestoredImageIsFoundAndAWithdrawnConsentStaysWithdrawn(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 3)
	m, key2 := w.patient("Chan", 3)
	w.consent(s, n, key)
	w.consent(s, m, key2)
	w.chart(s, n)
	w.chart(s, m)
	w.shut(s)
	var back func(string)
	w.restart(func(store string) { back = image(t, store) })
	s = w.signIn("drlee")
	k, err := ehrdesk.ParseAccessKey(key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Revoke(t.Context(), ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByAccessKey, AccessKey: k, DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.shut(s)
	w.restart(back)

	s = w.signIn("drlee")
	if got := s.Warnings(); len(got) != 1 || got[0] != warnings.Behind {
		t.Errorf("the person is told %q", got)
	}
	if kept, err := s.Copies(t.Context()); err != nil || len(kept) != 0 {
		t.Errorf("%d copies are left: %v", len(kept), err)
	}
	log, err := s.AccessLog(t.Context())
	if ehrdesk.CodeOf(err) != ehrdesk.CodeTampered || !slices.ContainsFunc(log, func(e ehrdesk.LogEntry) bool {
		return e.Action == ehrdesk.AuditIncident && e.Outcome == ehrdesk.CodeTampered
	}) {
		t.Errorf("no incident in the access log: %v", err)
	}
	if w.incidents() == 0 {
		t.Error("no incident at the centre")
	}
	// The log that was cut is said to be.
	if _, err := w.log(); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered || !strings.Contains(err.Error(), "cut") {
		t.Errorf("verify: %v", err)
	}
	w.line.set(true, nil)
	for _, who := range []ehrdesk.Number{n, m} {
		if _, err := s.Open(t.Context(), who, ehrdesk.Consultation, ""); ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
			t.Errorf("opened without asking: %v", err)
		}
	}
	w.line.set(false, nil)
	if _, err := s.Open(t.Context(), n, ehrdesk.Consultation, ""); ehrdesk.CodeOf(err) != ehrdesk.CodeConsentNeeded {
		t.Errorf("the withdrawn consent: %v", err)
	}
	if c := w.chart(s, m); count(c) == 0 { // the other one is fetched again
		t.Error("an empty chart")
	}
	w.shut(s)

	// At the next sign-in the copies stay, and the warning too. However many there are, the
	// centre has one incident of a kind, and how often it was found.
	for range 5 {
		w.shut(w.signIn("drlee"))
	}
	found := map[string]int{}
	if err := w.centre.Unusual(t.Context(), func(a central.Access) error {
		if a.Action == string(ehrdesk.AuditIncident) {
			if _, twice := found[a.Reason]; twice {
				t.Errorf("another incident %s", a.Reason)
			}
			found[a.Reason] = max(1, a.Times)
		}
		return nil
	}); err != nil || found["audit-behind"]+found["audit-differs"] < 6 {
		t.Errorf("%v, %v", found, err)
	}
	s = w.signIn("drlee")
	if kept, _ := s.Copies(t.Context()); len(kept) != 1 || len(s.Warnings()) != 1 {
		t.Errorf("%d copies, told %q", len(kept), s.Warnings())
	}
	// Once the operator has looked into it, the log is vouched for again.
	var d central.DeskLog
	if err := w.centre.DeskLogs(t.Context(), func(l central.DeskLog) error { d = l; return nil }); err != nil || d.Incidents == 0 {
		t.Fatalf("%+v %v", d, err)
	}
	if err := w.centre.ForgetDeskLog(t.Context(), d.HCP, d.Log); err != nil {
		t.Fatal(err)
	}
	w.shut(s)
	s = w.signIn("drlee")
	if l, err := w.log(); err != nil || l.Vouched != l.Entries || len(s.Warnings()) != 0 {
		t.Errorf("%+v %v %q", l, err, s.Warnings())
	}
}

func TestALogCutAtItsEndIsFoundWithNobodySignedIn(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.shut(w.signIn("drlee"))
	w.shut(w.signIn("drlee"))      // vouches for 3 of 4
	w.restart(func(store string) { // by somebody who lets the marks agree
		db, err := sql.Open("sqlite", filepath.Join(store, "journal.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(context.Background(), "DELETE FROM audit WHERE seq > 2; DELETE FROM meta WHERE k = 'mark'"); err != nil {
			t.Fatal(err)
		}
	})
	if _, err := w.log(); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered || !strings.Contains(err.Error(), "cut at its end: the central service has vouched for 3 entries") {
		t.Errorf("%v", err)
	}
	s := w.signIn("drlee")
	if len(s.Warnings()) != 2 || w.incidents() == 0 { // by the keyring's mark, and by the centre
		t.Errorf("%q", s.Warnings())
	}
}

func TestCopiesOfAnEarlierDayAreFoundByTheCentreWhereTheMarksAgree(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 3)
	w.consent(s, n, key)
	w.chart(s, n)
	w.shut(s)
	w.shut(w.signIn("drlee"))
	w.restart(func(store string) {
		for file, q := range map[string]string{"records.db": "UPDATE generation SET n = 1; DELETE FROM meta WHERE k = 'mark'", "journal.db": "DELETE FROM meta WHERE k = 'mark'"} {
			db, err := sql.Open("sqlite", filepath.Join(store, file))
			if err == nil {
				_, err = db.ExecContext(context.Background(), q)
			}
			if err != nil {
				t.Fatal(err)
			}
			db.Close()
		}
		name := filepath.Join(store, "keyring")
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		at := strings.Index(string(b), `"mark": {`)
		end := strings.Index(string(b[at:]), "}") + at + 1
		out := append([]byte{}, b[:at]...)
		out = append(append(out, `"mark": null`...), b[end:]...)
		if err := os.WriteFile(name, out, 0o600); err != nil {
			t.Fatal(err)
		}
	})
	s = w.signIn("drlee")
	if kept, err := s.Copies(t.Context()); err != nil || len(kept) != 0 || len(s.Warnings()) != 1 || w.incidents() != 1 {
		t.Errorf("%d copies, told %q, %d incidents, %v", len(kept), s.Warnings(), w.incidents(), err)
	}
	w.clock.advance(time.Minute)
	w.chart(s, n)
	w.shut(s)
	if s = w.signIn("drlee"); len(s.Warnings()) != 0 || w.incidents() != 1 {
		t.Errorf("again: %q", s.Warnings())
	}
}

// TestALogOfAnEarlierDayIsNowhereShownAsWhole puts the journal alone back: no
// entry that the centre has vouched for is missing, and the desk knows better.
func TestALogOfAnEarlierDayIsNowhereShownAsWhole(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.shut(w.signIn("drlee"))
	w.line.set(true, nil)
	var back func(string)
	w.restart(func(store string) { back = image(t, store) })
	for range 4 {
		w.shut(w.signIn("drlee"))
	}
	had, err := w.log()
	if err != nil {
		t.Fatal(err)
	}
	w.restart(func(store string) {
		kept := t.TempDir()
		for _, f := range []string{"keyring", "records.db"} {
			if err := os.Rename(filepath.Join(store, f), filepath.Join(kept, f)); err != nil {
				t.Fatal(err)
			}
		}
		back(store)
		for _, f := range []string{"keyring", "records.db"} {
			if err := os.Rename(filepath.Join(kept, f), filepath.Join(store, f)); err != nil {
				t.Fatal(err)
			}
		}
	})
	_, err = w.log()
	if ehrdesk.CodeOf(err) != ehrdesk.CodeTampered || !strings.Contains(ehrdesk.Message(err), fmt.Sprintf("remembers %d entries", had.Entries)) {
		t.Errorf("%v", err)
	}
	s := w.signIn("drlee") // which writes the incident down
	log, err := s.AccessLog(t.Context())
	if err != nil || !slices.ContainsFunc(log, func(e ehrdesk.LogEntry) bool {
		return e.Action == ehrdesk.AuditIncident && strings.Contains(e.Detail, fmt.Sprintf("%d entries remembered", had.Entries))
	}) {
		t.Errorf("%+v %v", log, err)
	}
}

func TestADamagedStoreHidesNoOtherProvidersLog(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.shut(w.signIn("drlee"))
	other := filepath.Join(w.dir, "providers", "0000000001")
	if err := os.MkdirAll(other, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, "keyring"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.restart(nil)
	l, err := w.log()
	if l.Entries == 0 || ehrdesk.CodeOf(err) != ehrdesk.CodeTampered || !strings.Contains(ehrdesk.Message(err), "0000000001") {
		t.Errorf("%+v %v", l, err)
	}
	if _, err := w.desk.Purge(t.Context()); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("a purge that left a store out: %v", err)
	}
	w.shut(w.signIn("drlee")) // and keeps nobody from working
}

// The centre's own log is followed by each desk, without reading a word of it: who cuts it
// or writes it anew, with every right at the centre, is found out by the next desk.
func TestADeskFindsACentreWhoseLogWasCut(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 3)
	w.consent(s, n, key)
	for range 3 {
		_ = w.chart(s, n).Close()
		if _, err := s.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	w.shut(s)
	s = w.signIn("drlee")
	if got := s.Warnings(); len(got) != 0 {
		t.Fatalf("a centre whose log only grew: %q", got)
	}
	w.shut(s)
	var heads []string
	if err := w.desk.CentreHeads(t.Context(), func(_, signed string) error { heads = append(heads, signed); return nil }); err != nil || len(heads) == 0 {
		t.Fatalf("%d heads, %v", len(heads), err)
	}
	whole, err := w.centre.VerifyAudit(t.Context(), heads)
	if err != nil || len(whole.Faults) > 0 || whole.Desks != len(heads) {
		t.Fatalf("%+v, %v", whole, err)
	}

	db, err := sql.Open("sqlite", filepath.Join(w.centreDir, "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, do := range []string{"DROP TRIGGER audit_held", "DROP TRIGGER audit_head_held", "DELETE FROM audit WHERE seq > 4", "DELETE FROM audit_head"} {
		if _, err := db.Exec(do); err != nil {
			t.Fatal(err)
		}
	}
	s = w.signIn("drlee")
	if _, err := s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.Warnings(); !slices.Contains(got, warnings.Centre) {
		t.Errorf("the person is told %q", got)
	}
	log, err := s.AccessLog(t.Context())
	if err != nil || !slices.ContainsFunc(log, func(e ehrdesk.LogEntry) bool {
		return e.Action == ehrdesk.AuditIncident && strings.Contains(e.Detail, "central service's own access log")
	}) {
		t.Errorf("no incident in the access log: %v", err)
	}
	w.shut(s)
	cut, err := w.centre.VerifyAudit(t.Context(), heads)
	if err != nil || len(cut.Faults) == 0 {
		t.Errorf("%+v, %v", cut, err)
	}
}
