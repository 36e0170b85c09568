package client_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// outboxCells are what the outbox's items say, sealed, by their order.
func (w *world) outboxCells() (out [][]byte) {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.dir, "providers", w.hcp, "journal.db")+"?mode=ro")
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(w.t.Context(), "SELECT ct FROM outbox ORDER BY seq")
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			w.t.Fatal(err)
		}
		out = append(out, b)
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) waiting(s *client.Session) (states []string) {
	w.t.Helper()
	items, err := s.Outbox(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, it := range items {
		states = append(states, it.Kind+" "+it.State)
	}
	return states
}

func (w *world) wantWaiting(s *client.Session, want ...string) {
	w.t.Helper()
	if got := w.waiting(s); !slices.Equal(got, want) {
		w.t.Errorf("the outbox holds %q, want %q", got, want)
	}
}

// Whoever is signed in at a desk, and however often, each act and each report
// leaves it once, and those about one patient in their order.
func TestSessionsBesideEachOtherSendEachItemOnce(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	first := w.signIn("drlee")
	second := w.signIn("drlee")
	const patients, acts = 4, 3
	var seen []ehrdesk.Number
	for i := range patients {
		n, key := w.patient(fmt.Sprintf("CHANB%d", i), 1)
		w.consent(first, n, key)
		if err := w.chart(first, n).Close(); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, n)
	}
	var forms []ehrdesk.Grant
	for i, n := range seen {
		for form := range acts - 1 {
			forms = append(forms, w.read(first, formGrant(n, fmt.Sprintf("RE-%d%d", i, form))))
		}
	}
	w.line.set(true, nil)
	for i, n := range seen {
		c, err := first.Open(t.Context(), n, ehrdesk.Consultation, "")
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
		// Withdrawn, and given again twice: of the second the centre says that it is active.
		if _, err := first.Revoke(t.Context(), ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: fmt.Sprintf("W-%d", i), DocumentSighted: true}); err != nil {
			t.Fatal(err)
		}
		for _, g := range forms[i*(acts-1) : (i+1)*(acts-1)] {
			if r, err := first.Grant(t.Context(), g); err != nil || !r.Queued {
				t.Fatalf("%+v, %v", r, err)
			}
		}
	}
	if got := len(w.waiting(first)); got != patients*(1+acts) {
		t.Fatalf("%d items wait", got)
	}
	w.clock.advance(time.Minute)
	w.line.set(false, nil)
	sent := func(act string) int { return len(w.line.requests(act + "-sharing-consent")) }
	grants, revokes := sent("$grant"), sent("$revoke") // tried without the line
	var wg sync.WaitGroup
	for range 3 {
		for _, s := range []*client.Session{first, second} {
			wg.Go(func() {
				if _, err := s.Deliver(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	for _, s := range []*client.Session{first, second} { // what one left, as the other was sending before it in its lane
		if _, err := s.Deliver(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if got := sent("$revoke") - revokes; got != patients {
		t.Errorf("%d withdrawals were sent of %d", got, patients)
	}
	if got := sent("$grant") - grants; got != patients*(acts-1) {
		t.Errorf("%d consents were sent of %d", got, patients*(acts-1))
	}
	reports := w.line.requests("/AuditEvent/")
	if slices.Sort(reports); len(reports) != patients || len(slices.Compact(reports)) != patients {
		t.Errorf("%d reports were sent of %d", len(reports), patients)
	}
	for _, n := range seen {
		if given, withdrawn := w.told(n); given != 2 || withdrawn != 1 {
			t.Errorf("a patient was told of %d consents and %d withdrawals", given, withdrawn)
		}
	}
	want := slices.Repeat([]string{"grant conflict"}, patients)
	w.wantWaiting(second, want...)
	w.shut(second)
	w.shut(first)
}

func TestAnActGivenUpLeavesTheDiskAndStaysInTheAccessLog(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	n, _ := w.patient("CHANGGA", 0)
	other, _ := w.patient("CHANGGB", 0)
	keep, drop := w.read(s, formGrant(other, "RE-3001")), w.read(s, formGrant(n, "RE-3002"))
	drop.Giver = ehrdesk.Giver{Kind: ehrdesk.SelfGiver, Name: strings.Repeat("long ", 200)}
	w.line.set(true, nil)
	for _, g := range []ehrdesk.Grant{keep, drop} {
		if r, err := s.Grant(t.Context(), g); err != nil || !r.Queued {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	sealed := w.outboxCells()
	dir := filepath.Join(w.dir, "providers", w.hcp)
	if len(sealed) != 2 || standing(t, dir, sealed) < 2 {
		t.Fatalf("%d items lie in the outbox", len(sealed))
	}
	if err := s.DropTask(t.Context(), drop.RequestID); err != nil {
		t.Fatal(err)
	}
	if now := w.outboxCells(); len(now) != 2 || len(now[1]) != 0 || standing(t, dir, sealed[1:]) > 0 || standing(t, dir, sealed[:1]) == 0 {
		t.Errorf("of what was given up %d bytes are in its row, and it stands %d times in the files", len(now[1]), standing(t, dir, sealed[1:]))
	}
	wantCode(t, "again", s.DropTask(t.Context(), uuidLike(drop.RequestID)), ehrdesk.CodeNotFound)
	w.wantWaiting(s, "grant queued")
	w.line.set(false, nil)
	if _, err := s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	if given, _ := w.told(n); given != 0 {
		t.Error("it was sent all the same")
	}
	if given, _ := w.told(other); given != 1 {
		t.Error("the other one was not")
	}
	if now := w.outboxCells(); len(now[0]) != 0 || standing(t, dir, sealed) > 0 {
		t.Errorf("of what was delivered %d bytes are kept", len(now[0]))
	}
	log, err := s.AccessLog(t.Context())
	if err != nil || !slices.ContainsFunc(log, func(e ehrdesk.LogEntry) bool {
		return e.Action == ehrdesk.AuditGrant && e.Outcome == ehrdesk.CodeDenied && strings.HasSuffix(e.Detail, "given up at this desk")
	}) {
		t.Errorf("the access log does not say so: %v", err)
	}
	w.shut(s)
}

// uuidLike is another id of the same form.
func uuidLike(id string) string {
	return id[:len(id)-1] + map[bool]string{true: "0", false: "1"}[id[len(id)-1] != '0']
}

// A centre that answers one act with an error holds up that patient's lane: what
// the act came to is not known, and so it cannot be given up as not sent.
func TestAnActWithoutAnAnswerHoldsUpItsLaneAloneAndIsNotGivenUp(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	n, _ := w.patient("CHANHHA", 0)
	other, _ := w.patient("CHANHHB", 0)
	bad, good := w.read(s, formGrant(n, "RE-4001")), w.read(s, formGrant(other, "RE-4002"))
	w.line.set(true, nil)
	for _, g := range []ehrdesk.Grant{bad, good} {
		if r, err := s.Grant(t.Context(), g); err != nil || !r.Queued {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	w.line.set(false, nil)
	once := true
	w.line.fails(func(r *http.Request) int {
		if strings.Contains(r.URL.Path, "$grant-sharing-consent") && once {
			once = false
			return http.StatusInternalServerError
		}
		return 0
	})
	_, err := s.Poll(t.Context())
	wantCode(t, "poll", err, ehrdesk.CodeTimeout)
	w.wantWaiting(s, "grant sending")
	if given, _ := w.told(other); given != 1 {
		t.Error("the other patient's lane was held up")
	}
	if got := w.tasks(s, ehrdesk.TaskAct); len(got) != 1 || got[0].State != ehrdesk.TaskUnknown {
		t.Errorf("the day says %+v", got)
	}
	wantCode(t, "give up", s.DropTask(t.Context(), bad.RequestID), ehrdesk.CodeConflict)
	// Also when the line is down at the next try, and after a restart.
	w.line.set(true, nil)
	_, _ = s.Poll(t.Context())
	w.shut(s)
	w.restart(nil)
	s = w.signIn("clerk")
	wantCode(t, "give up", s.DropTask(t.Context(), bad.RequestID), ehrdesk.CodeConflict)
	w.line.set(false, nil)
	if _, err := s.Poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if given, _ := w.told(n); given != 1 {
		t.Errorf("%d consents are on record", given)
	}
	w.wantWaiting(s)
	w.shut(s)
}

// A centre that is out of order, or asks to sign in again, has refused nothing.
func TestAReportOfAnAccessIsKeptUntilTheCentreTakesOrRefusesIt(t *testing.T) {
	for status, want := range map[int][]string{
		http.StatusInternalServerError: {"access queued"}, // one that gets no answer holds up no other
		http.StatusServiceUnavailable:  {"access queued", "access queued"},
		http.StatusUnauthorized:        {"access queued", "access queued"},
		http.StatusUnprocessableEntity: {"access rejected"}, // and the next goes
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			w, s, n := limited(t, client.Ceiling{})
			w.line.set(true, nil)
			for range 2 {
				c, err := s.Open(t.Context(), n, ehrdesk.Consultation, "")
				if err != nil {
					t.Fatal(err)
				}
				_ = c.Close()
			}
			w.line.set(false, nil)
			var first string
			w.line.fails(func(r *http.Request) int {
				if !strings.Contains(r.URL.Path, "/AuditEvent/") {
					return 0
				}
				if first == "" {
					first = r.URL.Path
				}
				if r.URL.Path == first {
					return status
				}
				return 0
			})
			_, err := s.Deliver(t.Context())
			if (err == nil) != (status == http.StatusUnprocessableEntity) {
				t.Errorf("deliver: %v", err)
			}
			w.wantWaiting(s, want...)
			w.line.fails(nil)
			if _, err := s.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
			reported := map[string]bool{}
			for _, r := range w.line.requests("/AuditEvent/") {
				reported[r] = true
			}
			if len(reported) != 2 {
				t.Errorf("%d of 2 accesses were reported", len(reported))
			}
			if status != http.StatusUnprocessableEntity {
				w.wantWaiting(s)
			}
			w.shut(s)
		})
	}
}

// What goes wrong about some patients stops nothing for the others: their acts are
// sent, their awaited consents asked for, a newcomer gets the keys, and the centre
// vouches for the log.
func TestErrorsAboutSomePatientsStopNothingForTheOthers(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	defer func() { w.shut(s) }()
	awaited, badly := somebody(t, 2, ehrdesk.Registered), somebody(t, 3, ehrdesk.Registered)
	w.settle(awaited, badly)
	for _, p := range []central.Person{badly, awaited} { // asked in this order
		if _, err := s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskWait, Number: number(p), Patient: p.Patient, Participation: ehrdesk.Registered, Channel: ehrdesk.ByApp}); err != nil {
			t.Fatal(err)
		}
	}
	var forms []ehrdesk.Grant
	var patients []ehrdesk.Number
	for i := range 3 {
		n, _ := w.patient(fmt.Sprintf("CHANJJ%c", 'A'+i), 0)
		patients = append(patients, n)
		forms = append(forms, w.read(s, formGrant(n, fmt.Sprintf("RE-500%d", i))))
	}
	w.line.set(true, nil)
	for _, g := range forms {
		if r, err := s.Grant(ctx, g); err != nil || !r.Queued {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	w.line.set(false, nil)
	w.enrol("newcomer", ehrdesk.FrontDesk)
	w.patientActs(awaited, ehrdesk.ByApp, false)
	vouched, err := w.log()
	if err != nil {
		t.Fatal(err)
	}
	w.line.fails(func(r *http.Request) int { // an act and a look-up
		if r.GetBody == nil {
			return 0
		}
		body, err := r.GetBody()
		if err != nil {
			return 0
		}
		defer body.Close()
		b, _ := io.ReadAll(body)
		if bytes.Contains(b, []byte("RE-5000")) {
			return http.StatusInternalServerError
		}
		if strings.HasSuffix(r.URL.Path, "Patient/_search") && bytes.Contains(b, []byte(number(badly).EHR.Compact())) {
			return http.StatusInternalServerError
		}
		return 0
	})
	changed, err := s.Poll(ctx)
	if err == nil {
		t.Error("the errors are not told")
	}
	if given, _ := w.told(patients[0]); given != 0 {
		t.Error("this test cannot fail")
	}
	for _, n := range patients[1:] {
		if given, _ := w.told(n); given != 1 {
			t.Errorf("another patient's act was held up")
		}
	}
	if !slices.ContainsFunc(changed, func(x ehrdesk.Task) bool {
		return x.Kind == ehrdesk.TaskWait && x.Consent.State == ehrdesk.ConsentActive
	}) {
		t.Errorf("the awaited consent was not asked for: %+v", changed)
	}
	if _, err := s.Deliver(ctx); err == nil {
		t.Error("the error is not told")
	}
	if l, err := w.log(); err != nil || l.Vouched <= vouched.Vouched {
		t.Errorf("the log is not vouched for: %+v, %v", l, err)
	}
	log, err := s.AccessLog(ctx)
	if err != nil || !slices.ContainsFunc(log, func(e ehrdesk.LogEntry) bool { return e.Detail == "the keys of this desk were sealed to newcomer" }) {
		t.Errorf("the newcomer waits for the keys: %v", err)
	}
	w.line.fails(nil)
}
