package client_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
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
			var mu sync.Mutex
			bearer, record := "", ""
			w.line.set(false, func(r *http.Request, b []byte) []byte {
				mu.Lock()
				defer mu.Unlock()
				if strings.Contains(r.URL.Path, "$everything") {
					bearer, record = r.Header.Get("Authorization"), r.URL.String()
				}
				return b
			})
			w.chart(s, n)
			try := func() int {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, record, nil)
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("Authorization", bearer)
				res, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				_ = res.Body.Close()
				return res.StatusCode
			}
			if got := try(); bearer == "" || got != http.StatusOK {
				t.Fatalf("while somebody works: %d", got)
			}
			if err := leave(s); err != nil {
				t.Fatal(err)
			}
			if got := try(); got != http.StatusUnauthorized {
				t.Errorf("after it: %d", got)
			}
			all := w.line.requests("")
			if last := all[len(all)-1]; !strings.HasSuffix(last, "/revoke") {
				t.Errorf("the last request is %s", last)
			}
		})
	}
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
