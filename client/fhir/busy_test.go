package fhir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// asking is a centre that asks to wait so often, with these headers and this body, and then
// answers.
func asking(t *testing.T, times int32, status int, again, body string) (*Client, *atomic.Int32) {
	t.Helper()
	var asked atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) > times {
			_, _ = io.WriteString(w, `{}`)
			return
		}
		if again != "" {
			w.Header().Set("Retry-After", again)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	c, err := NewClient(srv.URL, srv.Client(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c, &asked
}

func TestAMomentIsWaitedOut(t *testing.T) {
	for _, status := range []int{429, 503} {
		c, asked := asking(t, 1, status, "1", "")
		began := time.Now()
		if ans, err := c.Get(t.Context(), "x", "metadata"); err != nil || ans.Status != 200 || asked.Load() != 2 || time.Since(began) < time.Second {
			t.Errorf("%d: %v after %d tries and %v", status, err, asked.Load(), time.Since(began))
		}
	}
	c, asked := asking(t, 9, 429, "1", "")
	ctx, stop := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer stop()
	if _, err := c.Get(ctx, "x", "metadata"); err == nil || asked.Load() != 1 {
		t.Errorf("with no time left: %v after %d tries", err, asked.Load())
	}
}

func TestALongWaitIsSaidWithItsTime(t *testing.T) {
	until := time.Date(2026, 4, 8, 9, 30, 0, 0, time.UTC)
	outcome := fmt.Sprintf(`{"resourceType":"OperationOutcome","issue":[{"severity":"error","details":{"coding":[{"system":"%s","code":"too-often"}]},"extension":[{"url":"%slocked-until","valueInstant":"2026-04-08T09:30:00.000Z"}]}]}`,
		ehrdesk.SystemIssue, ehrdesk.ExtensionPrefix)
	c, asked := asking(t, 9, 429, "600", outcome)
	_, err := c.Get(t.Context(), "x", "metadata")
	var often *ehrdesk.TooOften
	if !errors.As(err, &often) || !often.Until.Equal(until) || asked.Load() != 1 {
		t.Errorf("%v after %d tries", err, asked.Load())
	}
	if code := ehrdesk.CodeOf(err); code != ehrdesk.CodeOther { // the line is up, and no key is locked
		t.Errorf("told as %s", code)
	}
	for again, want := range map[string]time.Duration{"600": 10 * time.Minute, "": unsaid, "soon": unsaid, "-1": unsaid} {
		c, _ := asking(t, 9, 429, again, "")
		_, err := c.Get(t.Context(), "x", "metadata")
		if !errors.As(err, &often) || time.Until(often.Until) > want+time.Minute || time.Until(often.Until) < want-time.Minute {
			t.Errorf("after %q: %v", again, err)
		}
	}
}

// Desks that are asked to wait as long come back one after the other, none before its time.
func TestDesksThatWereAskedToWaitComeBackApart(t *testing.T) {
	const wait = 4 * time.Second
	quarters := [4]int{}
	for range 1000 {
		d := apart(wait)
		if d < wait || d > wait+wait/2 {
			t.Fatalf("asked for %v, waits %v", wait, d)
		}
		quarters[min(3, int(4*(d-wait)/(wait/2)))]++
	}
	for i, n := range quarters {
		if n < 100 {
			t.Errorf("%d of 1000 come back in quarter %d", n, i)
		}
	}
}

func TestAWaitIsReadInSecondsAndAsADate(t *testing.T) {
	const now = "Sun, 29 Nov 2026 08:00:00 GMT"
	for said, want := range map[string]time.Duration{
		"7": 7 * time.Second, "0": 0, "-3": 0, "": 0, "soon": 0, "9999999": 24 * time.Hour,
		"Sun, 29 Nov 2026 08:01:30 GMT": 90 * time.Second, "Sun, 29 Nov 2026 07:59:00 GMT": 0, "Sun, 06 Dec 2026 08:00:00 GMT": 24 * time.Hour,
	} {
		if got := againAfter(&http.Response{StatusCode: 503, Header: http.Header{"Retry-After": {said}, "Date": {now}}}); got != want {
			t.Errorf("%q is %v, want %v", said, got, want)
		}
	}
	if got := againAfter(&http.Response{StatusCode: 503, Header: http.Header{"Retry-After": {now}}}); got != 0 {
		t.Errorf("a date beside none is %v", got)
	}
}
