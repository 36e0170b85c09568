package client_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// A locked desk held a token that opened $everything for half a minute and more. The lock
// has the centre end it, with its last request.
func TestTheTokenEndsWithTheLock(t *testing.T) {
	for name, leave := range map[string]func(*client.Session) error{
		"lock":     func(s *client.Session) error { return s.Lock() },
		"sign-out": func(s *client.Session) error { return s.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 24)
			w.enrol("drlee", ehrdesk.Doctor)
			s := w.signIn("drlee")
			defer s.Close()
			n, key := w.patient("Wong", 3)
			w.consent(s, n, key)
			w.chart(s, n)
			if !w.signedIn() {
				t.Fatal("no token is good while somebody works")
			}
			if err := leave(s); err != nil {
				t.Fatal(err)
			}
			if w.signedIn() {
				t.Error("the token is good after it")
			}
			all := w.line.requests("")
			if last := all[len(all)-1]; !strings.HasSuffix(last, "/revoke") {
				t.Errorf("the last request is %s", last)
			}
		})
	}
}

// signedIn reports whether a token of any desk is good at the centre.
func (w *world) signedIn() (good bool) {
	w.t.Helper()
	err := w.centre.DeskKeys(context.Background(), "", func(k central.DeskKey) error { good = good || k.SignedIn; return nil })
	if err != nil {
		w.t.Fatal(err)
	}
	return good
}

// Without the line nothing waits for the centre.
func TestALockWithoutTheLineAsksNobody(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	defer s.Close()
	w.line.set(true, nil)
	n, _ := w.patient("Wong", 1)
	_, _ = s.Find(t.Context(), n) // the desk finds the line down
	before := len(w.line.requests("revoke"))
	if err := s.Lock(); err != nil {
		t.Fatal(err)
	}
	if got := len(w.line.requests("revoke")); got != before {
		t.Errorf("%d requests", got-before)
	}
}
