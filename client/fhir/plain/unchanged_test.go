package plain

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// Something that answers 304 to whatever it is asked, as a cache on the line that has lost its mind, freezes
// no record, takes none off and moves no mark: the sync fails, and when it is over all comes.
func TestAnAnswerThatNothingHasChangedIsNoRecord(t *testing.T) {
	for name, habit := range map[string]fhirtest.Habit{"of records": fhirtest.Unchanged, "of the patient too": fhirtest.UnchangedAll} {
		for kind, everything := range map[string]fhirtest.Everything{"$everything": fhirtest.EverythingWhole, "types": fhirtest.EverythingMissing} {
			s := fhirtest.New(t, testclock.Start(), fhirtest.Quirks{Everything: everything, Unsupported: []string{"_id"}})
			furnish(s, 4)
			d := newDesk(centreOf(t, s, ours))
			if whole, err := d.sync(t.Context()); err != nil || !whole {
				t.Fatal(name, kind, whole, err)
			}
			had, mark := len(d.held), d.mark
			s.Put(observation("r1", 77)) // the list names a newer version of it, which has to be read
			s.Delete(ehrdesk.Ref{Resource: "Condition", ID: "r2"})
			s.Set(func(q *fhirtest.Quirks) { q.Is |= habit })
			whole, err := d.sync(t.Context())
			if err == nil || whole || d.mark != mark || len(d.held) != had {
				t.Errorf("%s, by %s: whole %t, %v, it holds %d, had %d", name, kind, whole, err, len(d.held), had)
			}
			s.Set(func(q *fhirtest.Quirks) { q.Is &^= habit })
			if whole, err := d.sync(t.Context()); err != nil || !whole || d.differs(s) != "" {
				t.Errorf("%s, by %s, when it is over: %t, %v, %s", name, kind, whole, err, d.differs(s))
			}
		}
	}
}

// unconditional notes the reads that ask whether something has changed.
type unconditional struct {
	http.RoundTripper
	mu    sync.Mutex
	asked []string
}

func (u *unconditional) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet && (r.Header.Get("If-None-Match") != "" || r.Header.Get("If-Modified-Since") != "") {
		u.mu.Lock()
		u.asked = append(u.asked, r.URL.Path)
		u.mu.Unlock()
	}
	return u.RoundTripper.RoundTrip(r)
}

// In a sync in which nothing has changed there is one read by id, of the Patient, and none that a condition
// would spare: this is what adr/0040 rests on.
func TestASyncWithoutChangesReadsThePatientAlone(t *testing.T) {
	for name, q := range map[string]fhirtest.Quirks{"with $everything": {}, "by type": {Everything: fhirtest.EverythingMissing}, "without batches": {Everything: fhirtest.EverythingMissing, Is: fhirtest.NoBatch}} {
		s := fhirtest.New(t, testclock.Start(), q)
		furnish(s, 8)
		hc := *s.Client()
		line := &unconditional{RoundTripper: hc.Transport}
		hc.Transport = line
		d := newDesk(through(t, s, ours, &hc))
		for range 2 {
			s.Forget()
			if whole, err := d.sync(t.Context()); err != nil || !whole {
				t.Fatal(name, whole, err)
			}
		}
		reads := 0
		for _, r := range s.Requests() {
			if path, _, search := strings.Cut(strings.TrimPrefix(r, "GET "), "?"); strings.HasPrefix(r, "GET ") && !search && strings.Contains(path, "/") {
				if reads++; path != "Patient/p" {
					t.Errorf("%s: %s", name, r)
				}
			}
		}
		if reads != 1 || len(line.asked) > 0 {
			t.Errorf("%s: %d reads, under a condition %q", name, reads, line.asked)
		}
	}
}
