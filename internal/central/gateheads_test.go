package central_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// The end of another gate's chain that was taken away at the engine is found by the head that it signed; so
// is a head that is nobody's, one that is older than what was seen, and one that is gone.
func TestTheEndOfAnotherGatesLogIsNotTakenAwayUnseen(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{MaxPage: 3})
	g.doctor()
	o := central.Options{Dir: t.TempDir(), Now: g.clock.now, Upstream: &central.Upstream{}}
	o.Upstream.URL = g.engine.URL
	other, err := central.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	write := func(times int) {
		t.Helper()
		for range times {
			if err := other.Operated(t.Context(), "operator:test", "hcp add", "", "", "", ""); err != nil {
				t.Fatal(err)
			}
		}
		if err := other.SignAudit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := other.TellEngine(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	faults := func() (out []string) {
		t.Helper()
		found, err := g.c.Chains(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range found {
			for _, f := range c.Faults {
				if c.Own {
					t.Errorf("of the own chain: %+v", f)
				}
				out = append(out, f.Kind)
			}
		}
		return out
	}
	// at is what the engine has of the other gate: its events by number, and its head.
	at := func() (events map[string]ehrdesk.Ref, head ehrdesk.Ref) {
		events = map[string]ehrdesk.Ref{}
		for ref, body := range g.engine.All() {
			switch {
			case strings.HasPrefix(ref.ID, "ehrcentral-head-"):
				head = ref
			case ref.Resource == "AuditEvent" && strings.Contains(string(body), `"hcp add"`):
				_, rest, _ := strings.Cut(string(body), `chain-number","valueString":"`)
				n, _, _ := strings.Cut(rest, `"`)
				events[n] = ref
			}
		}
		return events, head
	}
	write(2)
	_, head := at()
	first := string(g.engine.Body(head))
	if got := faults(); len(got) > 0 {
		t.Fatalf("as it was written: %q", got)
	}
	write(2)
	events, _ := at()
	newest := string(g.engine.Body(head))
	if got := faults(); len(got) > 0 || len(events) != 4 {
		t.Fatalf("as it has grown: %q, %d events", got, len(events))
	}
	last := string(g.engine.Body(events["4"]))
	check := func(name string, want ...string) {
		t.Helper()
		if got := faults(); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	g.engine.Delete(events["4"])
	check("the last event was taken away", "cut")
	g.engine.Put(first)
	check("and the head of before put back", "head-lost", "cut")
	g.engine.Delete(head)
	check("and the head taken away", "head-lost", "cut")
	g.engine.Put(strings.Replace(newest, `chain-number","valueString":"4"`, `chain-number","valueString":"3"`, 1))
	check("the head says another number", "cut")
	g.engine.Put(strings.Replace(newest, `chain-head","valueString":"ey`, `chain-head","valueString":"EY`, 1))
	check("a head that nobody has signed", "key", "head-lost", "cut")
	g.engine.Put(last)
	g.engine.Put(newest)
	check("as it was")
	for _, ref := range events {
		g.engine.Delete(ref)
	}
	g.engine.Delete(head)
	check("all of it was taken away", "head-lost", "cut")
}
