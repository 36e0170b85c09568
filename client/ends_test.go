package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

const unpaid = "fees unpaid"

// ends sets an end, of the provider itself where staff is "".
func (w *world) ends(staff string, of ehrdesk.EndOf, since time.Time) {
	w.t.Helper()
	if _, err := w.centre.SetEnd(ctx, "operator:test", central.Ending{HCP: w.hcp, Staff: staff, End: ehrdesk.End{Of: of, Since: since, Reason: unpaid}}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) resumes(staff string, of ehrdesk.EndOf) {
	w.t.Helper()
	if err := w.centre.LiftEnd(ctx, "operator:test", w.hcp, staff, of); err != nil {
		w.t.Fatal(err)
	}
}

// ended signs in, and wants to be told what has ended.
func (w *world) ended(staff string, of ehrdesk.EndOf) {
	w.t.Helper()
	_, err := w.desk.SignIn(ctx, staff, ehrdesk.NewSecret(pass))
	w.wantEnd(err, of)
}

func (w *world) wantEnd(err error, of ehrdesk.EndOf) {
	w.t.Helper()
	var e *ehrdesk.End
	if !errors.As(err, &e) || e.Of != of || e.Reason != unpaid || e.Since.IsZero() || ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		w.t.Fatalf("%v, want an end of %s", err, of)
	}
}

// The attack of a provider that was suspended: its desk has copies, and its line is cut
// once it has heard. Nothing of them opens, by whoever, with the clock set back, with the
// program started anew; they are there when it is over.
func TestASuspendedProvidersDeskOpensNoCopyWithoutTheLine(t *testing.T) {
	w := newWorld(t, 700)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("nurse", ehrdesk.Nurse)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	w.closed(s, n)
	w.shut(s)
	w.shut(w.signIn("nurse"))
	w.clock.advance(time.Hour)
	w.ends("", ehrdesk.ProviderSuspended, time.Time{})
	w.ended("drlee", ehrdesk.ProviderSuspended)
	w.line.set(true, nil)
	for _, who := range []string{"drlee", "nurse"} { // who has heard, and whose colleague has
		w.ended(who, ehrdesk.ProviderSuspended)
	}
	w.wind(-50 * time.Hour)
	w.ended("drlee", ehrdesk.ProviderSuspended)
	w.wind(0)
	w.restart(func(string) {})
	w.ended("drlee", ehrdesk.ProviderSuspended)
	w.ended("nurse", ehrdesk.ProviderSuspended)
	w.resumes("", ehrdesk.ProviderSuspended)
	w.ended("drlee", ehrdesk.ProviderSuspended) // not before the centre has said so
	w.line.set(false, nil)
	w.clock.advance(time.Minute)
	w.shut(w.signIn("nurse"))
	w.line.set(true, nil)
	s = w.signIn("nurse") // though the doctor has not heard yet
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil || count(c) == 0 {
		t.Fatalf("the copy is not there again: %v", err)
	}
	w.shut(s)
	w.ended("drlee", ehrdesk.ProviderSuspended)
}

// What the desk has heard cannot be struck out of its folder: the person's keys do not
// open beside a line that was changed.
func TestAnEndStruckOutOfTheFolderOpensNothing(t *testing.T) {
	w := newWorld(t, 700)
	w.enrol("drlee", ehrdesk.Doctor)
	w.shut(w.signIn("drlee"))
	w.ends("drlee", ehrdesk.AccountEnds, time.Time{})
	w.ended("drlee", ehrdesk.AccountEnds)
	w.line.set(true, nil)
	w.restart(func(store string) {
		path := filepath.Join(store, "keyring")
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		// The line is base64 in the file: a letter of it is exchanged.
		var ring map[string]json.RawMessage
		var people []map[string]json.RawMessage
		var public []byte
		var line map[string]json.RawMessage
		for _, step := range []error{json.Unmarshal(before, &ring), json.Unmarshal(ring["people"], &people), json.Unmarshal(people[0]["public"], &public), json.Unmarshal(public, &line)} {
			if step != nil {
				t.Fatal(step)
			}
		}
		if line["ends"] == nil {
			t.Fatal("the line says nothing of an end")
		}
		delete(line, "ends")
		delete(line, "ends_heard")
		for _, up := range []func() error{
			func() (err error) { public, err = json.Marshal(line); return err },
			func() (err error) { people[0]["public"], err = json.Marshal(public); return err },
			func() (err error) { ring["people"], err = json.Marshal(people); return err },
			func() (err error) { before, err = json.Marshal(ring); return err },
		} {
			if err := up(); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(path, before, 0o600); err != nil {
			t.Fatal(err)
		}
	})
	if _, err := w.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass)); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Fatalf("signs in: %v", err)
	}
}

// An end that was known ahead comes at its midnight though the line is down: the chart that
// lies open is emptied, nothing more opens, and the desk looks at that very moment.
func TestAnEndThatIsKnownComesWithoutTheLine(t *testing.T) {
	w := newWorld(t, 700)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("nurse", ehrdesk.Nurse)
	midnight := w.clock.now().Add(20 * time.Hour)
	w.ends("drlee", ehrdesk.RegistrationEnds, midnight)
	s := w.signIn("drlee")
	if e := s.Ends(); len(e) != 1 || e[0].Of != ehrdesk.RegistrationEnds || !e[0].Since.Equal(midnight) || e[0].Reason != unpaid || s.Ended() != nil {
		t.Fatalf("told at sign-in: %+v", e)
	}
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	w.closed(s, n)
	w.line.set(true, nil)
	w.clock.advance(19*time.Hour + 30*time.Minute)
	w.tick()
	if due := w.desk.Due(); !due.Equal(midnight) {
		t.Errorf("looks again at %v, and it ends at %v", due, midnight)
	}
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil || count(c) == 0 {
		t.Fatalf("before the end: %v", err)
	}
	w.clock.advance(30 * time.Minute)
	w.tick()
	if g := c.(ehrdesk.Fleeting); !g.Gone() || count(c) != 0 {
		t.Error("the chart is open after the end")
	}
	_, err = s.Open(ctx, n, ehrdesk.Consultation, "")
	w.wantEnd(err, ehrdesk.RegistrationEnds)
	if due := w.desk.Due(); !due.After(w.deskNow()) {
		t.Error("looks again and again")
	}
	if last := w.lastEntry(s, ehrdesk.AuditSignIn); last.Detail != "ended: registration" || last.Outcome != ehrdesk.CodeDenied {
		t.Errorf("written down: %+v", last)
	}
	w.shut(s)
	w.ended("drlee", ehrdesk.RegistrationEnds)
	w.shut(w.signIn("nurse"))
	if w.rows() != 1 {
		t.Error("the copy was destroyed")
	}
	// Extended: heard at the next sign-in, and from then on without the line too.
	w.line.set(false, nil)
	w.ends("drlee", ehrdesk.RegistrationEnds, midnight.AddDate(1, 0, 0))
	w.shut(w.signIn("drlee"))
	w.line.set(true, nil)
	w.shut(w.signIn("drlee"))
}

// A session that is open when the provider is suspended hears of it by its next request.
func TestASuspensionEndsASessionThatIsOpen(t *testing.T) {
	w := newWorld(t, 700)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	c := w.chart(s, n)
	w.ends("", ehrdesk.ProviderSuspended, time.Time{})
	_, err := s.Find(ctx, n)
	w.wantEnd(err, ehrdesk.ProviderSuspended)
	if e := s.Ended(); e == nil || e.Of != ehrdesk.ProviderSuspended {
		t.Errorf("the session says %+v", e)
	}
	if w.desk.Due().After(w.deskNow()) {
		t.Error("the desk does not look at once")
	}
	w.tick()
	if !c.(ehrdesk.Fleeting).Gone() {
		t.Error("the chart is open")
	}
	w.line.set(true, nil)
	_, err = s.Find(ctx, n)
	w.wantEnd(err, ehrdesk.ProviderSuspended)
	w.shut(s)
	w.ended("drlee", ehrdesk.ProviderSuspended)
}

// What was captured waits over an end, in a session that is open as well, and goes when it
// is over.
func TestActsWaitOverAnEndAndGoAfterRenewal(t *testing.T) {
	w := newWorld(t, 700)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, _ := w.patient("Wong", 1)
	seen, key := w.patient("Chan", 1)
	w.consent(s, seen, key)
	w.closed(s, seen)
	if _, err := s.Find(ctx, n); err != nil {
		t.Fatal(err)
	}
	g := w.read(s, formGrant(n, "SF-1"))
	w.line.set(true, nil)
	if _, err := s.Grant(ctx, g); err != nil {
		t.Fatal(err)
	}
	c, err := s.Open(ctx, seen, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	w.ends("drlee", ehrdesk.AccountEnds, time.Time{})
	w.line.set(false, nil)
	if _, err := s.Deliver(ctx); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("delivered: %v", err)
	}
	w.wantWaiting(s, "grant queued", "access queued")
	w.shut(s)
	w.ended("drlee", ehrdesk.AccountEnds)
	w.clock.advance(48 * time.Hour)
	w.ended("drlee", ehrdesk.AccountEnds)
	w.resumes("drlee", ehrdesk.AccountEnds)
	s = w.signIn("drlee")
	w.wantWaiting(s)
	if f, err := s.Find(ctx, n); err != nil || !f.Consent.State.Allows() {
		t.Errorf("the consent: %+v, %v", f.Consent, err)
	}
	w.shut(s)
}

// An act whose outcome is not known is not taken for refused because its person's account
// has ended meanwhile: it may have been done.
func TestAnActOfUnknownOutcomeIsNotRefusedByAnEnd(t *testing.T) {
	w := newWorld(t, 700)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 1)
	w.line.breakAt("$grant-sharing-consent", true) // done, and the answer is lost
	_, err := s.Grant(ctx, grant(t, n, key))
	wantCode(t, "grant", err, ehrdesk.CodeTimeout)
	w.line.breakAt("", false)
	w.clock.advance(time.Minute)
	w.ends("", ehrdesk.ProviderSuspended, time.Time{})
	if _, err := s.Deliver(ctx); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("settled: %v", err)
	}
	if under := w.tasks(s, ehrdesk.TaskAct); len(under) != 1 || under[0].State == ehrdesk.TaskRefused {
		t.Errorf("under way: %+v", under)
	}
	w.resumes("", ehrdesk.ProviderSuspended)
	if _, err := s.Deliver(ctx); err != nil {
		t.Error(err)
	}
	if done, under := w.tasks(s, ehrdesk.TaskDone), w.tasks(s, ehrdesk.TaskAct); len(done) != 1 || len(under) != 0 {
		t.Errorf("done %+v, under way %+v", done, under)
	}
	w.shut(s)
}

// A patient's withdrawal by form, taken while the provider is suspended, is kept for it, and
// the copy goes at once.
func TestAWithdrawalIsKeptThoughTheProviderIsSuspended(t *testing.T) {
	w := newWorld(t, 700)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 1)
	w.consent(s, n, key)
	w.closed(s, n)
	w.ends("", ehrdesk.ProviderSuspended, time.Time{})
	r, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "SF-9", Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver}, DocumentSighted: true})
	if err != nil || !r.Queued {
		t.Fatalf("%+v, %v", r, err)
	}
	if w.rows() != 0 {
		t.Error("the copy is there")
	}
	w.resumes("", ehrdesk.ProviderSuspended)
	if _, err := s.Deliver(ctx); err != nil {
		t.Error(err)
	}
	w.wantWaiting(s)
	w.shut(s)
}

// What a centre says of an end is hostile text until it is cleaned, and a kind that this
// program does not know ends all the same.
func TestAnEndInAStrangersWords(t *testing.T) {
	w := newWorld(t, 700)
	w.enrol("drlee", ehrdesk.Doctor)
	w.ends("drlee", ehrdesk.AccountEnds, time.Time{})
	w.line.set(false, func(r *http.Request, b []byte) []byte {
		b = bytes.Replace(b, []byte(`"what":"account"`), []byte(`"what":"\u001b[31mretired"`), 1)
		return bytes.Replace(b, []byte(unpaid), []byte(`\u001b]0;owned\u0007`+string(bytes.Repeat([]byte("x"), 4000))), 1)
	})
	_, err := w.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass))
	var e *ehrdesk.End
	if !errors.As(err, &e) || e.Of != "" || len(e.Reason) > 200 || bytes.ContainsAny([]byte(e.Reason), "\x1b\x07") {
		t.Errorf("%v: %+v", err, e)
	}
	w.line.set(true, nil)
	if _, err := w.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass)); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("without the line: %v", err)
	}
}

// Whoever has a code that is good is told what has ended, and not that the code is wrong.
func TestEnrolmentAfterAnEndSaysWhatEnded(t *testing.T) {
	w := newWorld(t, 24)
	code, err := w.centre.AddAccount(ctx, w.hcp, "drlee", "", ehrdesk.Doctor)
	if err != nil {
		t.Fatal(err)
	}
	w.ends("", ehrdesk.ProviderWithdrawn, time.Time{})
	_, err = w.desk.Enrol(ctx, ehrdesk.Enrolment{Central: w.base, Staff: "drlee", Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret(pass)})
	w.wantEnd(err, ehrdesk.ProviderWithdrawn)
}

var _ ehrdesk.Bounded = (*client.Session)(nil)

// Who administers is known from the sign-in on, and whoever is it no more from the next token.
func TestWhoAdministersIsToldAtSignIn(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	appoint := func(on bool) {
		t.Helper()
		if err := w.centre.SetAdministrator(t.Context(), "operator:test", w.hcp, "drlee", on); err != nil {
			t.Fatal(err)
		}
	}
	for _, on := range []bool{false, true} {
		appoint(on)
		s := w.signIn("drlee")
		if may, said := s.Administers(); may != on || !said {
			t.Errorf("administers: %v, said: %v, want %v", may, said, on)
		}
		w.shut(s)
	}
	n, _ := w.patient("Wong", 1)
	s := w.signIn("drlee")
	appoint(false)
	w.clock.advance(10 * time.Minute) // the token is over
	if _, err := s.Find(t.Context(), n); ehrdesk.CodeOf(err) == ehrdesk.CodeOffline {
		t.Fatal(err)
	}
	if may, said := s.Administers(); may || !said {
		t.Errorf("after the next token: administers %v, said %v", may, said)
	}
	w.shut(s)
	w.line.set(true, nil)
	s = w.signIn("drlee")
	if _, said := s.Administers(); said {
		t.Error("said without the line")
	}
	w.shut(s)
}

// Whoever gives up waiting for the centre has asked all the same: the act stands in this
// desk's log, with what is known of it, and nobody's impatience takes it out.
func TestAnAdministratorWhoGivesUpWaitingIsWrittenDown(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("nurse", ehrdesk.Nurse)
	if err := w.centre.SetAdministrator(t.Context(), "operator:test", w.hcp, "drlee", true); err != nil {
		t.Fatal(err)
	}
	s := w.signIn("drlee")
	defer w.shut(s)
	for i, answered := range []bool{false, true} {
		ctx, giveUp := context.WithCancel(t.Context())
		w.line.gone(giveUp, "$administer", answered)
		err := s.Administer(ctx, ehrdesk.AccountAct{Act: "close", Staff: "nurse"})
		if failed := err != nil; failed == answered {
			t.Errorf("answered %v: %v", answered, err)
		}
		log, e := s.AccessLog(t.Context())
		if e != nil {
			t.Fatal(e)
		}
		log = slices.DeleteFunc(log, func(e ehrdesk.LogEntry) bool {
			return e.Action != ehrdesk.AuditOperate || e.Detail != "account close nurse"
		})
		if len(log) != i+1 || log[0].Outcome != ehrdesk.CodeOf(err) && log[i].Outcome != ehrdesk.CodeOf(err) {
			t.Errorf("answered %v, %v: written down as %+v", answered, err, log)
		}
		giveUp()
	}
}

// gone calls giveUp at the next request whose URL holds path: once it was answered, or before
// it is sent.
func (l *line) gone(giveUp func(), path string, answered bool) {
	l.set(false, func(r *http.Request, b []byte) []byte {
		if answered && strings.Contains(r.URL.Path, path) {
			giveUp()
		}
		return b
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail = func(r *http.Request) int {
		if !answered && strings.Contains(r.URL.Path, path) {
			giveUp()
		}
		return 0
	}
}
