package plain

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// byBatch is a server without $everything that answers batches, and a desk that has all of it.
func byBatch(t *testing.T, q fhirtest.Quirks) (*fhirtest.Server, *desk) {
	t.Helper()
	q.Everything = fhirtest.EverythingMissing
	s := fhirtest.New(t, testclock.Start(), q)
	furnish(s, 8)
	d := newDesk(centreOf(t, s, ours))
	if whole, err := d.sync(t.Context()); err != nil || !whole || d.c.Caps().Is(caps.Batch) != caps.Yes {
		t.Fatal(whole, err, d.c.Caps().Can[caps.Batch])
	}
	s.Advance(time.Hour)
	s.Forget()
	return s, d
}

// roundTrips are the requests that a server was sent, a batch being one.
func roundTrips(s *fhirtest.Server) (out []string) {
	for _, r := range s.Requests() {
		if !strings.HasPrefix(r, fhirtest.Inside) {
			out = append(out, r)
		}
	}
	return out
}

// Where nothing has changed a sync at a server without $everything costs no more than three
// round trips, whether it asks for what has changed or lists all ids.
func TestASyncWithoutChangesTakesThreeRoundTrips(t *testing.T) {
	for name, ago := range map[string]time.Duration{"of changes": 10 * time.Minute, "of all ids": 0} {
		for _, most := range []int{0, 50} {
			s, d := byBatch(t, fhirtest.Quirks{MostBatch: most})
			if ago > 0 { // the ids were listed just now
				d.ago = 0
				if whole, err := d.sync(t.Context()); err != nil || !whole {
					t.Fatal(whole, err)
				}
				s.Advance(time.Minute)
				s.Forget()
			}
			d.ago = ago
			if whole, err := d.sync(t.Context()); err != nil || !whole {
				t.Fatal(whole, err)
			}
			if got := roundTrips(s); len(got) > 3 {
				t.Errorf("%s: %d round trips: %q", name, len(got), got)
			}
			if wrong := d.differs(s); wrong != "" {
				t.Error(wrong)
			}
		}
	}
}

// A server that answered batches once and does so no longer, or wrongly, loses nothing: each
// search is asked for alone, and from then on at once.
func TestABatchThatIsAnsweredWronglyIsBelievedInNothing(t *testing.T) {
	for name, change := range map[string]func(*fhirtest.Quirks){
		"refused":               func(q *fhirtest.Quirks) { q.Is |= fhirtest.NoBatch },
		"an empty bundle":       func(q *fhirtest.Quirks) { q.Is |= fhirtest.BatchEmpty },
		"empty lists":           func(q *fhirtest.Quirks) { q.Is |= fhirtest.BatchHollow },
		"another order":         func(q *fhirtest.Quirks) { q.Is |= fhirtest.BatchReversed },
		"fewer entries":         func(q *fhirtest.Quirks) { q.MostBatch = 5 },
		"half of it is refused": func(q *fhirtest.Quirks) { q.Is |= fhirtest.BatchDenied },
	} {
		for _, ago := range []time.Duration{0, 10 * time.Minute} {
			s, d := byBatch(t, fhirtest.Quirks{})
			s.Set(change)
			s.Put(observation("r3", 103))
			s.Put(condition("new", 104))
			d.ago = ago
			if whole, err := d.sync(t.Context()); err != nil || !whole {
				t.Fatal(name, whole, err)
			}
			if wrong := d.differs(s); wrong != "" {
				t.Errorf("%s: %s", name, wrong)
			}
			if is := d.c.Caps().Is(caps.Batch); name != "half of it is refused" && is != caps.No {
				t.Errorf("%s: it is asked for again: %q", name, is)
			}
		}
	}
}
