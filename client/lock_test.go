package client_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// back is the same person's passphrase after a lock: a session of its own, and the
// one before closed.
func (w *world) back(old *client.Session) *client.Session {
	w.t.Helper()
	s := w.signIn(old.Account().Staff)
	w.shut(old)
	return s
}

// Whatever the copy is kept for, the chart is there again after the passphrase, from
// the copy, without another access at the centre; behind the lock nothing of it is.
func TestALockDropsEverythingAndThePassphraseBringsTheChartBack(t *testing.T) {
	for name, limit := range map[string]client.Ceiling{"hours": {}, "session": {Mode: "session"}, "off": {Mode: "off"},
		"a type never kept": {Never: []ehrdesk.Kind{ehrdesk.KindLaboratory}}} {
		for _, cut := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				w := newWorld(t, 24)
				w.limit = limit
				w.desk.Close()
				w.open()
				w.enrol("drlee", ehrdesk.Doctor)
				s := w.signIn("drlee")
				n, key := w.patient("CHAN", 3)
				w.consent(s, n, key)
				c := w.chart(s, n)
				all := count(c)
				if err := s.Lock(); err != nil {
					t.Fatal(err)
				}
				if c.Patient().ID != "" || count(c) != 0 || c.Consent().State.Allows() || w.rows() != 1 {
					t.Errorf("behind the lock: patient %q, %d records, %d copies", c.Patient().ID, count(c), w.rows())
				}
				_, err := s.Find(ctx, n)
				wantCode(t, "find behind the lock", err, ehrdesk.CodeLocked)
				_, err = s.Open(ctx, n, ehrdesk.Consultation, "")
				wantCode(t, "open behind the lock", err, ehrdesk.CodeLocked)
				_, err = c.Sync(ctx, nil)
				if err == nil {
					t.Error("a sync behind the lock")
				}
				w.line.set(cut, nil)
				s = w.back(s)
				opened := w.asked("$open")
				again, err := s.Resume(ctx, c)
				if err != nil || again.Patient().ID != "chan" {
					t.Fatal("resume", err)
				}
				want := all
				if len(limit.Never) > 0 {
					want -= 3 // in memory alone, until they have come again
				}
				if got := count(again); got != want {
					t.Errorf("%d records, want %d", got, want)
				}
				if !cut {
					if _, err := again.Sync(ctx, nil); err != nil || count(again) != all {
						t.Errorf("%d records in step: %v", count(again), err)
					}
				}
				if w.asked("$open") != opened {
					t.Error("the centre was told of another access")
				}
				if err := c.Close(); err != nil {
					t.Error(err)
				}
				w.shut(s)
				if left := w.rows(); (left == 1) != (name == "hours" || name == "a type never kept") {
					t.Errorf("%d copies after the session", left)
				}
			})
		}
	}
}

// asked counts the requests whose URL holds a word.
func (w *world) asked(word string) (n int) {
	w.line.mu.Lock()
	defer w.line.mu.Unlock()
	for _, r := range w.line.seen {
		if strings.Contains(r, word) {
			n++
		}
	}
	return n
}

func TestWhatHasEndedBehindTheLockStaysClosed(t *testing.T) {
	for name, tt := range map[string]struct {
		do   func(w *world, n ehrdesk.Number, end time.Time)
		want ehrdesk.Code
	}{
		"the consent":     {func(w *world, n ehrdesk.Number, end time.Time) { w.clock.advance(2*time.Hour + time.Minute) }, ehrdesk.CodeNotFound},
		"the copy's time": {func(w *world, n ehrdesk.Number, end time.Time) { w.clock.advance(10 * 24 * time.Hour); w.tick() }, ehrdesk.CodeNotFound},
		"its list, damaged": {func(w *world, n ehrdesk.Number, end time.Time) {
			w.tamper("UPDATE chunk SET ct = zeroblob(length(ct))")
		}, ehrdesk.CodeNotFound},
		"the copy, damaged": {func(w *world, n ehrdesk.Number, end time.Time) { w.tamper(oneBit) }, ehrdesk.CodeNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			w, s, n, end := ending(t, client.Ceiling{})
			c := w.chart(s, n)
			if err := s.Lock(); err != nil {
				t.Fatal(err)
			}
			tt.do(w, n, end)
			w.line.set(true, nil)
			s = w.back(s)
			_, err := s.Resume(ctx, c)
			wantCode(t, "resume", err, tt.want)
			w.shut(s)
		})
	}
}

func TestNobodyElseResumesAChart(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("drho", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("CHAN", 3)
	w.consent(s, n, key)
	c := w.chart(s, n)
	if _, err := s.Resume(ctx, c); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Error("a chart that lies open was resumed", err)
	}
	if err := s.Lock(); err != nil {
		t.Fatal(err)
	}
	other := w.signIn("drho")
	_, err := other.Resume(ctx, c)
	wantCode(t, "resume", err, ehrdesk.CodeInvalid)
	w.shut(s)
	w.shut(other)
}

// An act that was sent has its answer kept, however long the lock waits for it.
func TestALockWaitsForAnActThatWasSent(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	n, key := w.patient("CHAN", 3)
	s := w.signIn("clerk")
	g := grant(t, n, key)
	g.NoticeVersions = map[string]string{}
	if _, err := s.Find(ctx, n); err != nil {
		t.Fatal(err)
	}
	g = w.read(s, g)
	sent, answer := make(chan struct{}), make(chan struct{})
	w.line.set(false, func(r *http.Request, b []byte) []byte {
		if strings.Contains(r.URL.Path, "$grant") {
			close(sent)
			<-answer
		}
		return b
	})
	done, locked := make(chan error, 1), make(chan error, 1)
	go func() { _, err := s.Grant(ctx, g); done <- err }()
	<-sent
	go func() { locked <- s.Lock() }()
	close(answer)
	if err := <-done; err != nil {
		t.Error("the act", err)
	}
	if err := <-locked; err != nil {
		t.Error("the lock", err)
	}
	_, err := s.Grant(ctx, g)
	wantCode(t, "an act behind the lock", err, ehrdesk.CodeLocked)
	w.line.set(false, nil)
	s = w.back(s)
	if got := w.tasks(s, ehrdesk.TaskDone); len(got) != 1 {
		t.Errorf("done: %+v", got)
	}
	log, err := s.AccessLog(ctx)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(log, func(e ehrdesk.LogEntry) bool { return e.Action == ehrdesk.AuditSignOut })
	if i < 0 || log[i].Detail != "locked" || !slices.ContainsFunc(log[i:], func(e ehrdesk.LogEntry) bool { return e.Action == ehrdesk.AuditGrant }) {
		t.Error("the log does not say that the desk was locked after the act")
	}
	w.shut(s)
}

// What waits for the patient or the line goes on with the passphrase.
func TestAWaitAndTheOutboxGoOnAfterALock(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	n, _ := w.patient("CHAN", 3)
	s := w.signIn("clerk")
	if _, err := s.Find(ctx, n); err != nil {
		t.Fatal(err)
	}
	w.line.set(false, nil)
	g := w.read(s, formGrant(n, "RE-1"))
	w.line.set(true, nil)
	if r, err := s.Grant(ctx, g); err != nil || !r.Queued {
		t.Fatalf("%+v %v", r, err)
	}
	if err := s.Lock(); err != nil {
		t.Fatal(err)
	}
	w.line.set(false, nil)
	if _, err := s.Poll(ctx); err == nil {
		t.Error("something was sent behind the lock")
	}
	if given, _ := w.told(n); given != 0 {
		t.Errorf("%d consents behind the lock", given)
	}
	s = w.back(s)
	if _, err := s.Poll(ctx); err != nil {
		t.Error(err)
	}
	if given, _ := w.told(n); given != 1 {
		t.Errorf("%d consents on record", given)
	}
	w.shut(s)
}

func TestALockedSessionThatNobodyComesBackToEnds(t *testing.T) {
	w := newWorld(t, 24)
	w.limit = client.Ceiling{Mode: "session"}
	w.desk.Close()
	w.open()
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("CHAN", 3)
	w.consent(s, n, key)
	w.chart(s, n)
	for range 2 {
		if err := s.Lock(); err != nil {
			t.Fatal(err)
		}
	}
	if w.rows() != 1 {
		t.Error("the lock destroyed the session's copy")
	}
	w.shut(s)
	if n := w.rows(); n != 0 {
		t.Errorf("%d copies after the session", n)
	}
}
