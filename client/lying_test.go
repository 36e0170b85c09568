package client_test

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// opened is a chart that nothing has come for yet.
func (w *world) opened(name string, n int) (*client.Session, ehrdesk.Chart) {
	w.t.Helper()
	w.enrol("drlee", ehrdesk.Doctor)
	number, key := w.patient(name, n)
	s := w.signIn("drlee")
	w.t.Cleanup(func() { s.Close() })
	w.consent(s, number, key)
	c, err := s.Open(ctx, number, ehrdesk.Consultation, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return s, c
}

var entries = regexp.MustCompile(`(?s)"entry":\[.*\]`)

// A first answer that is cut, or empty, is never the whole: what the centre counts
// says so, the gap is named, nothing that is there is taken for withdrawn, and the
// next sync fetches everything.
func TestACutFirstAnswerIsNotComplete(t *testing.T) {
	firstHalf := func(b []byte) []byte {
		parts := bytes.Split(b, []byte(`{"fullUrl"`))
		return append(bytes.TrimSuffix(bytes.Join(parts[:len(parts)/2], []byte(`{"fullUrl"`)), []byte(",")), "]}"...)
	}
	for name, c := range map[string]struct {
		spoil   func([]byte) []byte
		missing int
	}{
		"cut, with its total": {firstHalf, 13},
		"cut, and its total with it": {func(b []byte) []byte {
			return regexp.MustCompile(`"total":\d+`).ReplaceAll(firstHalf(b), []byte(`"total":12`))
		}, 12},
		"cut, without a total":         {func(b []byte) []byte { return regexp.MustCompile(`"total":\d+,?`).ReplaceAll(firstHalf(b), nil) }, 12},
		"empty, with its total":        {func(b []byte) []byte { return bytes.Replace(entries.ReplaceAll(b, nil), []byte(",}"), []byte("}"), 1) }, 24},
		"empty, and the total is none": {func([]byte) []byte { return []byte(`{"resourceType":"Bundle","type":"searchset","total":0}`) }, 23},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 24)
			_, chart := w.opened("CUT", 20)
			w.line.set(false, onPages(c.spoil))
			for round := range 2 {
				rep, err := chart.Sync(ctx, nil)
				if err != nil || rep.Missing != c.missing || chart.Truth().Missing != c.missing || !rep.Full {
					t.Fatalf("round %d: %+v, %v", round, rep, err)
				}
				if a := chart.Allergies(); a.State == ehrdesk.AllergyNotRecorded || a.State == ehrdesk.AllergyNoneKnown {
					t.Errorf("of what has not all come the allergy line says %v", a)
				}
			}
			w.line.set(false, nil)
			if rep, err := chart.Sync(ctx, nil); err != nil || rep.Missing != 0 || count(chart) != 24 || chart.Truth().Missing != 0 {
				t.Errorf("afterwards %+v, %d shown, %v", rep, count(chart), err)
			}
			// And a cut one after that takes nothing away: it is refused where it does not even
			// say when it was made.
			w.line.set(false, onPages(c.spoil))
			if rep, err := chart.Sync(ctx, nil); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeConflict || rep.Deleted != 0 || count(chart) != 24 {
				t.Errorf("a cut sync later: %+v, %d shown, %v", rep, count(chart), err)
			}
		})
	}
}

// What was withdrawn between the opening and the first sync is no gap.
func TestWhatIsWithdrawnBeforeTheFirstSyncIsNotMissed(t *testing.T) {
	w := newWorld(t, 24)
	_, chart := w.opened("GONE", 5)
	w.clock.advance(time.Second)
	if _, err := w.centre.DeleteRecords(ctx, strings.NewReader(`{"resourceType":"Observation","id":"obs-gone-2","subject":{"reference":"Patient/gone"}}`), "x"); err != nil {
		t.Fatal(err)
	}
	if rep, err := chart.Sync(ctx, nil); err != nil || rep.Missing != 0 || count(chart) != 8 {
		t.Errorf("%+v, %d shown, %v", rep, count(chart), err)
	}
}

func TestACentresClockThatRunsAheadLeavesNothingOutAndAgesNoCopy(t *testing.T) {
	for _, ahead := range []time.Duration{11 * time.Hour, 365 * 24 * time.Hour} {
		t.Run(ahead.String(), func(t *testing.T) {
			w := newWorld(t, 24)
			s, chart := w.opened("AHEAD", 5)
			other, key := w.patient("OTHER", 3)
			w.consent(s, other, key)
			kept := w.chart(s, other)
			if err := kept.Close(); err != nil {
				t.Fatal(err)
			}
			stamp := regexp.MustCompile(`"timestamp":"[^"]*"`)
			lie := func(b []byte) []byte {
				return stamp.ReplaceAll(b, fmt.Appendf(nil, `"timestamp":%q`, w.clock.now().Add(ahead).UTC().Format(time.RFC3339)))
			}
			w.line.set(false, onPages(lie))
			if _, err := chart.Sync(ctx, nil); err != nil {
				t.Fatal(err)
			}
			w.clock.advance(time.Hour)
			if _, err := w.centre.AddRecords(ctx, strings.NewReader(`{"resourceType":"Observation","id":"late-1","status":"final","code":{"text":"Late"},"subject":{"reference":"Patient/ahead"}}`), "x"); err != nil {
				t.Fatal(err)
			}
			if _, err := chart.Sync(ctx, nil); err != nil || len(chart.Search("late")) != 1 {
				t.Errorf("what came in the meantime is left out: %v", err)
			}
			w.line.set(true, nil)
			if _, err := s.Open(ctx, other, ehrdesk.Consultation, ""); err != nil {
				t.Errorf("another patient's copy is gone: %v", err)
			}
		})
	}
}

func TestALaterVersionCountsWhateverItsSendersClock(t *testing.T) {
	w := newWorld(t, 24)
	_, chart := w.opened("CLOCK", 3)
	updated := regexp.MustCompile(`("id":"obs-clock-1","meta":\{[^}]*"lastUpdated":")[^"]*"`)
	w.line.set(false, onPages(func(b []byte) []byte { return updated.ReplaceAll(b, []byte(`${1}2099-01-01T00:00:00Z"`)) }))
	if _, err := chart.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	w.line.set(false, nil)
	w.clock.advance(time.Minute)
	if _, err := w.centre.AddRecords(ctx, strings.NewReader(`{"resourceType":"Observation","id":"obs-clock-1","status":"entered-in-error","code":{"text":"Potassium 1"},"subject":{"reference":"Patient/clock"}}`), "x"); err != nil {
		t.Fatal(err)
	}
	if _, err := chart.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, r := range chart.Search("Potassium") {
		found = found || r.ID == "obs-clock-1" && r.Void()
	}
	if !found {
		t.Error("its correction is kept out by a date of 2099")
	}
	if _, err := w.centre.DeleteRecords(ctx, strings.NewReader(`{"resourceType":"Observation","id":"obs-clock-2","subject":{"reference":"Patient/clock"}}`), "x"); err != nil {
		t.Fatal(err)
	}
	w.line.set(false, func(r *http.Request, b []byte) []byte {
		if !strings.Contains(r.URL.Path, "$tombstones") {
			return b
		}
		return regexp.MustCompile(`"lastModified":"[^"]*"`).ReplaceAll(b, []byte(`"lastModified":"9999-12-31T00:00:00Z"`))
	})
	if rep, err := chart.Sync(ctx, nil); err != nil || rep.Deleted != 1 {
		t.Fatalf("%+v, %v", rep, err)
	}
	w.line.set(false, nil)
	w.clock.advance(time.Minute)
	if _, err := w.centre.AddRecords(ctx, strings.NewReader(`{"resourceType":"Observation","id":"obs-clock-2","status":"final","code":{"text":"Back"},"subject":{"reference":"Patient/clock"}}`), "x"); err != nil {
		t.Fatal(err)
	}
	if _, err := chart.Sync(ctx, nil); err != nil || len(chart.Search("back")) != 1 {
		t.Errorf("a deletion dated 9999 hides it for good: %v", err)
	}
}

func TestAListOfPagesWithoutAnEndStops(t *testing.T) {
	for name, next := range map[string]func(asked string, n int) string{
		"to itself": func(asked string, _ int) string { return asked },
		"in a circle": func(asked string, n int) string {
			return fmt.Sprintf("%s&round=%d", strings.Split(asked, "&round")[0], n%3)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 24)
			_, chart := w.opened("ROUND", 3)
			asked := 0
			w.line.set(false, func(r *http.Request, b []byte) []byte {
				if !strings.Contains(r.URL.Path, "$everything") {
					return b
				}
				asked++
				b = regexp.MustCompile(`,"link":\[[^\]]*\]`).ReplaceAll(b, nil)
				return append(bytes.TrimSuffix(b, []byte("}")), fmt.Sprintf(`,"link":[{"relation":"next","url":%q}]}`, next(w.base+"/Patient/round/$everything?_count=500&_x", asked))...)
			})
			_, err := chart.Sync(ctx, nil)
			wantCode(t, "sync", err, ehrdesk.CodeTampered)
			if asked > 10 {
				t.Errorf("%d pages were asked for", asked)
			}
			w.line.set(false, nil)
			if _, err := chart.Sync(ctx, nil); err != nil || count(chart) != 7 {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}
