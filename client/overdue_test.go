package client_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// What waits for the line is nagged about after 72 hours and escalated after 30
// days, at each sign-in until it is delivered.
func TestWhatHasWaitedTooLongIsToldAtSignInAndWrittenDown(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, _ := w.patient("Wong", 1)
	if _, err := s.Find(ctx, n); err != nil {
		t.Fatal(err)
	}
	g := w.read(s, formGrant(n, "SF-1"))
	w.line.set(true, nil)
	if _, err := s.Grant(ctx, g); err != nil {
		t.Fatal(err)
	}
	w.shut(s)
	incidents := 0
	for _, tt := range []struct {
		after   time.Duration
		overdue ehrdesk.Overdue
		warning string
	}{
		{72 * time.Hour, ehrdesk.InTime, ""},
		{time.Minute, ehrdesk.OverdueLong, warnings.Late},
		{27*24*time.Hour - time.Minute, ehrdesk.OverdueLong, warnings.Late},
		{time.Minute, ehrdesk.OverdueTooLong, warnings.Lost},
	} {
		w.clock.advance(tt.after)
		s := w.signIn("drlee")
		items, err := s.Outbox(ctx)
		if err != nil || len(items) != 1 || items[0].Overdue != tt.overdue || items[0].Age != int64(w.clock.now().Sub(items[0].Since)/time.Second) {
			t.Errorf("after %v more: %+v, %v; want %q", tt.after, items, err, tt.overdue)
		}
		told := slices.DeleteFunc(s.Warnings(), func(c string) bool { return c == warnings.Clock })
		if want := slices.DeleteFunc([]string{tt.warning}, func(c string) bool { return c == "" }); !slices.Equal(told, want) {
			t.Errorf("after %v more: told %q, want %q", tt.after, told, want)
		}
		if tt.warning == warnings.Lost {
			incidents++
		}
		found := 0
		if err := s.EachAccess(ctx, func(_ int64, e ehrdesk.AuditEvent) error {
			if e.Action == ehrdesk.AuditIncident && strings.Contains(e.Detail, "unsent for more than 30 days: 1") {
				found++
			}
			return nil
		}); err != nil || found != incidents {
			t.Errorf("after %v more: %d incidents in the access log, want %d: %v", tt.after, found, incidents, err)
		}
		w.shut(s)
	}
	w.line.set(false, nil)
	s = w.signIn("drlee") // delivers
	if left, err := s.Outbox(ctx); err != nil || len(left) != 0 || len(s.Warnings()) != 0 {
		t.Errorf("with the line: %+v wait, told %q, %v", left, s.Warnings(), err)
	}
	w.shut(s)
}

// lastEntry is the newest of the access log with an action.
func (w *world) lastEntry(s *client.Session, action ehrdesk.AuditAction) (last ehrdesk.AuditEvent) {
	w.t.Helper()
	if err := s.EachAccess(ctx, func(_ int64, e ehrdesk.AuditEvent) error {
		if e.Action == action {
			last = e
		}
		return nil
	}); err != nil || last.Action == "" {
		w.t.Fatal("no such entry", err)
	}
	return last
}

func TestATimeByAClockThatIsOffIsMarkedUncertain(t *testing.T) {
	w := newWorld(t, 240)
	w.enrol("drlee", ehrdesk.Doctor)

	w.line.set(true, nil) // enrolled, and the centre's clock never kept
	s := w.signIn("drlee")
	if e := w.lastEntry(s, ehrdesk.AuditSignIn); !e.TimeUncertain {
		t.Error("a clock never held against the centre's counts as right")
	}
	w.shut(s)
	w.line.set(false, nil)
	s = w.signIn("drlee")
	if e := w.lastEntry(s, ehrdesk.AuditSignIn); e.TimeUncertain {
		t.Error("a clock that agrees is marked")
	}
	n, key := w.patient("Wong", 1)
	w.consent(s, n, key)
	if err := w.chart(s, n).Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		skew time.Duration
		want bool
	}{{4 * time.Minute, false}, {-4 * time.Minute, false}, {6 * time.Minute, true}, {-6 * time.Minute, true}, {0, false}} {
		w.wind(tt.skew)
		// By a clock that is off the token looks over before its time, and the centre gives no
		// other one by it; that it is off is known by the answer.
		if _, err := s.Find(ctx, n); err != nil && !(tt.want && ehrdesk.CodeOf(err) == ehrdesk.CodeDenied) {
			t.Fatal(err)
		}
		if e := w.lastEntry(s, ehrdesk.AuditFind); e.TimeUncertain != tt.want {
			t.Errorf("%v from the centre: uncertain %v", tt.skew, e.TimeUncertain)
		}
	}
	if !slices.Contains(s.Warnings(), warnings.Clock) {
		t.Errorf("nobody was told: %q", s.Warnings())
	}
	w.shut(s)

	// Known from before, and right: not marked without the line. Set back: marked.
	w.line.set(true, nil)
	s = w.signIn("drlee")
	if e := w.lastEntry(s, ehrdesk.AuditSignIn); e.TimeUncertain {
		t.Error("what is known of the clock is forgotten with the program")
	}
	w.shut(s)
	w.wind(-48 * time.Hour)
	s = w.signIn("drlee")
	if e := w.lastEntry(s, ehrdesk.AuditSignIn); !e.TimeUncertain {
		t.Error("a clock set back counts as right")
	}
	w.shut(s)

	// So far away that the centre takes no assertion by it: the refusal says why.
	w.line.set(false, nil)
	if _, err := w.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass)); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied || !strings.Contains(ehrdesk.Message(err), "clock") {
		t.Errorf("two days away: %v", err)
	}

	// Ahead, and it knows: the report of an access gives a time to come, says that
	// it is uncertain, and is taken.
	w.line.set(false, nil)
	w.wind(0)
	s = w.signIn("drlee")
	w.wind(6 * time.Minute)
	if _, err := s.Find(ctx, n); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Fatal(err)
	}
	w.line.set(true, nil)
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if e := w.lastEntry(s, ehrdesk.AuditOpenCached); !e.TimeUncertain {
		t.Error("an access by a clock that is off is not marked")
	}
	w.line.set(false, nil)
	w.wind(0)
	if sent, err := s.Deliver(ctx); err != nil || sent != 1 {
		t.Errorf("%d reports delivered, %v", sent, err)
	}
	w.shut(s)
}
