package client_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// again starts the desk anew under a limit, and signs in.
func (w *world) again(s *client.Session, limit client.Ceiling) *client.Session {
	w.t.Helper()
	if err := s.Close(); err != nil {
		w.t.Fatal(err)
	}
	if err := w.desk.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.limit = limit
	w.open()
	return w.signIn("drlee")
}

func (w *world) kept(s *client.Session) []client.Kept {
	w.t.Helper()
	kept, err := s.Copies(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return kept
}

// limited is a signed-in doctor with the copy of one patient of 20 results.
func limited(t *testing.T, limit client.Ceiling) (*world, *client.Session, ehrdesk.Number) {
	t.Helper()
	w := newWorld(t, 24)
	w.limit = limit
	if err := w.desk.Close(); err != nil {
		t.Fatal(err)
	}
	w.open()
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("WONG", 20)
	w.consent(s, n, key)
	c := w.chart(s, n)
	if got := count(c); got != 24 {
		t.Fatalf("%d records are shown", got)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return w, s, n
}

var laboratory = client.Ceiling{Never: []ehrdesk.Kind{ehrdesk.KindLaboratory}}

func hours(n int) *int { return &n }

func TestACeilingTightenedDestroysAtSignInWhatItNoLongerAllows(t *testing.T) {
	for i, tt := range []struct {
		name  string
		limit client.Ceiling
		after time.Duration
		left  int           // copies
		until time.Duration // from when the centre was asked
	}{
		{"as before", client.Ceiling{}, time.Hour, 1, 24 * time.Hour},
		{"nothing is kept", client.Ceiling{Mode: "off"}, time.Hour, 0, 0},
		{"the session only", client.Ceiling{Mode: "session"}, time.Hour, 0, 0},
		{"fewer hours, not over yet", client.Ceiling{Hours: hours(8)}, time.Hour, 1, 8 * time.Hour},
		{"fewer hours, over", client.Ceiling{Hours: hours(8)}, 9 * time.Hour, 0, 0},
		{"a type that is never kept", laboratory, time.Hour, 0, 0},
		{"no hours offline", client.Ceiling{OfflineHours: hours(0)}, time.Hour, 1, 24 * time.Hour},
	} {
		for k, line := range []string{"online", "offline"} {
			if testing.Short() && i%2 != k {
				continue // each limit once, with the line or without
			}
			t.Run(tt.name+" "+line, func(t *testing.T) {
				w, s, n := limited(t, client.Ceiling{})
				asked := w.kept(s)[0].Checked
				w.clock.advance(tt.after)
				w.line.set(line == "offline", nil)
				s = w.again(s, tt.limit)
				defer s.Close()
				kept := w.kept(s)
				if len(kept) != tt.left {
					t.Fatalf("%d copies are left", len(kept))
				}
				if tt.left > 0 {
					if got := kept[0].Until.Sub(asked); got != tt.until {
						t.Errorf("kept for %v, want %v", got, tt.until)
					}
					by := "centre"
					if tt.limit.Hours != nil {
						by = "desk"
					}
					if kept[0].By != by || kept[0].Why != "hours" {
						t.Errorf("%s by %s", kept[0].Why, kept[0].By)
					}
				}
				if line == "offline" {
					_, err := s.Open(context.Background(), n, ehrdesk.Consultation, "")
					opens := tt.left > 0 && tt.limit.OfflineHours == nil
					if (err == nil) != opens {
						t.Errorf("it opens offline: %v", err)
					}
				}
			})
		}
	}
}

func TestRecordsNeverKeptAreShownAndReachNoDisk(t *testing.T) {
	w, s, n := limited(t, laboratory)
	if k := w.kept(s)[0]; k.Records >= 20 || !cmp.Equal(k.Never, []string{"laboratory"}) {
		t.Fatalf("%d records are kept, never %v", k.Records, k.Never)
	}
	check := func(s *client.Session) {
		t.Helper()
		c := w.chart(s, n)
		defer c.Close()
		list := c.List(ehrdesk.LaboratoryRadiology)
		if len(list) != 20 || count(c) != 24 {
			t.Fatalf("%d results of %d records", len(list), count(c))
		}
		for i, r := range list {
			if r.Source != "Queen Mary Hospital" || (i > 0 && list[i-1].Date.Compare(r.Date) < 0) {
				t.Errorf("result %d is of %q, %s", i, r.Source, r.Date.Date())
			}
			body, err := c.Raw(context.Background(), r.Ref())
			if err != nil || !bytes.Contains(body, []byte(r.ID)) {
				t.Errorf("%d bytes: %v", len(body), err)
			}
		}
		if _, err := c.Sync(context.Background(), nil); err != nil || len(c.List(ehrdesk.LaboratoryRadiology)) != 20 {
			t.Errorf("after a second sync %d: %v", len(c.List(ehrdesk.LaboratoryRadiology)), err)
		}
	}
	check(s)
	s = w.again(s, laboratory)
	check(s)
	w.line.set(true, nil)
	c, err := s.Open(context.Background(), n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := len(c.List(ehrdesk.LaboratoryRadiology)); got != 0 || count(c) != 4 {
		t.Errorf("without the line %d results, %d records", got, count(c))
	}
	for _, sum := range c.Summary() {
		if sum.Away != (sum.Type == ehrdesk.LaboratoryRadiology) {
			t.Errorf("without the line %v is away: %v", sum.Type, sum.Away)
		}
	}
	_ = c.Close()
	w.line.set(false, nil)
	s = w.again(s, client.Ceiling{}) // allowed again: they come, though nothing has changed
	c = w.chart(s, n)
	if got := len(c.List(ehrdesk.LaboratoryRadiology)); got != 20 {
		t.Errorf("%d results once they may be kept", got)
	}
	_ = c.Close()
	if k := w.kept(s)[0]; k.Records < 20 || len(k.Never) > 0 {
		t.Errorf("%d records are kept, never %v", k.Records, k.Never)
	}
	_ = s.Close()
}

func TestACentreThatTightensIsHeardWithTheNextToken(t *testing.T) {
	w, s, _ := limited(t, client.Ceiling{})
	if got := len(w.kept(s)); got != 1 {
		t.Fatalf("%d copies", got)
	}
	w.line.set(false, func(r *http.Request, body []byte) []byte {
		if strings.HasSuffix(r.URL.Path, "/token") {
			return bytes.Replace(body, []byte(`"hours":24`), []byte(`"hours":2`), 1)
		}
		return body
	})
	w.clock.advance(3 * time.Hour) // the token is over too
	if _, err := s.Offer(context.Background()); err != nil {
		t.Fatal(err)
	}
	if kept := w.kept(s); len(kept) != 0 {
		t.Errorf("%d copies are left, until %v", len(kept), kept[0].Until)
	}
	_ = s.Close()
}
