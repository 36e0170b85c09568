package plain

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// notWhole is what servers say of a list that is not whole, among its rows and with 200.
var notWhole = []string{"error processing", "fatal exception", "warning incomplete", "information timeout", "warning throttled", "information suppressed", "warning forbidden"}

// sayingOf has a server say so of its lists of conditions, in what it gives first and in the types.
func sayingOf(what string) func(*fhirtest.Quirks) {
	return func(q *fhirtest.Quirks) { q.Says = map[string]string{"Condition": what, "$everything": what} }
}

// A list of which the server says among its rows that something failed, or that it is not whole, is not
// taken for all there is: the sync says that records are lacking, the desk keeps what it has and what has
// come, its mark stays, and it asks for no record one by one. When the server says so no more all comes.
func TestAListThatAServerSaysIsNotWholeTakesNothingOffADesk(t *testing.T) {
	for name, q := range map[string]fhirtest.Quirks{
		"with $everything":    {},
		"by type":             {Everything: fhirtest.EverythingMissing},
		"by type, no batches": {Everything: fhirtest.EverythingMissing, Is: fhirtest.NoBatch},
		"in pages":            {Everything: fhirtest.EverythingMissing, MaxPage: 3},
		"without totals":      {Is: fhirtest.NoTotal, MaxPage: 3},
	} {
		for _, what := range notWhole {
			for _, ago := range []time.Duration{0, 10 * time.Minute} {
				s := fhirtest.New(t, testclock.Start(), q)
				furnish(s, 8)
				d := newDesk(centreOf(t, s, ours))
				if whole, err := d.sync(t.Context()); err != nil || !whole {
					t.Fatal(name, whole, err)
				}
				had, mark := len(d.held), d.mark
				s.Set(sayingOf(what))
				s.Put(observation("new", 1))
				s.Forget()
				d.ago = ago
				whole, err := d.sync(t.Context())
				if err != nil || whole || d.last.missing == 0 || d.mark != mark {
					t.Errorf("%s, %s, opened %v ago: whole %t, %v, %d missing", name, what, ago, whole, err, d.last.missing)
				}
				if len(d.held) != had+1 {
					t.Errorf("%s, %s, opened %v ago: it has %d records, had %d", name, what, ago, len(d.held), had)
				}
				for _, r := range s.Requests() {
					if strings.HasPrefix(r, "GET Condition/") {
						t.Errorf("%s, %s: asked %s", name, what, r)
					}
				}
				s.Set(func(q *fhirtest.Quirks) { q.Says = nil })
				if whole, err := d.sync(t.Context()); err != nil || !whole || d.differs(s) != "" {
					t.Errorf("%s, %s, when it is over: %t, %v, %s", name, what, whole, err, d.differs(s))
				}
			}
		}
	}
}

// From the beginning a desk has what came of such a list, and says that records are lacking.
func TestOfAListThatIsNotWholeComesWhatThereIs(t *testing.T) {
	for name, q := range map[string]fhirtest.Quirks{"with $everything": {}, "by type": {Everything: fhirtest.EverythingMissing}} {
		for _, what := range notWhole {
			s := fhirtest.New(t, testclock.Start(), q)
			furnish(s, 8)
			s.Set(sayingOf(what))
			d := newDesk(centreOf(t, s, ours))
			if whole, err := d.sync(t.Context()); err != nil || whole || d.last.missing == 0 || d.mark != "" {
				t.Errorf("%s, %s: whole %t, %v, %d missing, mark %q", name, what, whole, err, d.last.missing, d.mark)
			}
			n := 0
			for ref := range d.held {
				if ref.Resource == "Condition" {
					n++
				}
			}
			if n != 4 {
				t.Errorf("%s, %s: %d conditions have come of the 4 that the server gave", name, what, n)
			}
		}
	}
}

// What only tells something of a list takes nothing from it, though it has no id.
func TestAHintAmongTheRowsChangesNothing(t *testing.T) {
	for _, what := range []string{"warning not-supported", "information informational"} {
		s := fhirtest.New(t, testclock.Start(), fhirtest.Quirks{Everything: fhirtest.EverythingMissing, Says: map[string]string{"AllergyIntolerance": what, "Consent": what}})
		furnish(s, 3)
		c := centreOf(t, s, ours)
		if got, err := c.Find(t.Context(), number(t)); err != nil || got.Consent.State != ehrdesk.ConsentNone {
			t.Errorf("%s: %q, %v", what, got.Consent.State, err)
		}
		d := newDesk(c)
		if whole, err := d.sync(t.Context()); err != nil || !whole || d.differs(s) != "" {
			t.Errorf("%s: %t, %v, %s", what, whole, err, d.differs(s))
		}
	}
}

// Nobody is not found, and no consent is called none, by a list that the server says is not whole.
func TestALookUpThatFailedAmongTheRowsFindsNotNobody(t *testing.T) {
	for _, what := range []string{"error processing", "fatal exception", "warning incomplete", "information timeout"} {
		for _, of := range []string{"Patient", "Consent"} {
			s := fhirtest.New(t, testclock.Start(), fhirtest.Quirks{})
			s.Put(patientWith("p", ""))
			s.Put(permit("c"))
			c := centreOf(t, s, ours)
			s.Set(func(q *fhirtest.Quirks) { q.Says = map[string]string{of: what} })
			got, err := c.Find(t.Context(), number(t))
			if ehrdesk.CodeOf(err) != ehrdesk.CodeOffline || ehrdesk.TroubleOf(err) != ehrdesk.TroubleServer || errors.Is(err, ehrdesk.ErrNotAtServer) {
				t.Errorf("%s, of %s: %q, %v", what, of, got.Consent.State, err)
			}
		}
	}
	s := fhirtest.New(t, testclock.Start(), fhirtest.Quirks{})
	s.Put(patientWith("p", ""))
	c := centreOf(t, s, ours)
	s.Set(func(q *fhirtest.Quirks) { q.Says = map[string]string{"Consent": "information suppressed"} })
	if got, err := c.Find(t.Context(), number(t)); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("consents of which some are kept back: %q, %v", got.Consent.State, err)
	}
}

// What a server could not do while it was looked at is not known of it, and nothing else ends by that.
func TestAFailureAmongTheRowsShowsNothingThatAServerDoes(t *testing.T) {
	s := fhirtest.New(t, testclock.Start(), fhirtest.Quirks{Says: map[string]string{"$everything": "error processing", "Organization": "error processing"}})
	furnish(s, 5)
	c := centreOf(t, s, ours)
	if err := c.look(t.Context(), "p"); err != nil {
		t.Fatal(err)
	}
	for _, n := range []caps.Name{caps.Everything, caps.Totals, caps.Paging} {
		if f := c.Caps().Can[n]; f.Is == caps.Yes && !f.Said {
			t.Errorf("%s is taken to be seen", n)
		}
	}
}
