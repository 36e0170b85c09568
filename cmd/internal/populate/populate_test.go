package populate_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cmd/internal/populate"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

func TestATerritoryMovesInOnce(t *testing.T) {
	c, err := central.Open(t.Context(), central.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	pop := populate.From(territory.New(territory.Options{Patients: 60, Seed: 7, Now: testclock.Start()}), 24)
	last := 0
	if err := c.Fill(t.Context(), pop, func(done, total int) { last = done }); err != nil {
		t.Fatal(err)
	}
	people, consents := 0, map[string]int{}
	err = c.Participants(t.Context(), "", func(p central.Participant) error {
		people++
		for _, g := range p.Consents {
			consents[g.State]++
		}
		return nil
	})
	if err != nil || people != 60 || last != 60 {
		t.Errorf("%d people, progress ended at %d: %v", people, last, err)
	}
	if consents["active"] == 0 || consents["deemed"] == 0 {
		t.Errorf("consents: %v", consents)
	}
	if err := c.Fill(t.Context(), pop, nil); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("a second filling: %v", err)
	}
}
