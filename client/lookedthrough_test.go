package client_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// What came to the centre in the second of a look, of which the centre says no part, was looked at: it is new neither in the chart,
// when that is opened again, nor by the count on the day's list. What comes later in that second, after the look, is new.
func TestWhatWasSeenInTheSecondOfALookIsNotNewAgain(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	w.clock.advance(w.clock.now().Truncate(time.Second).Add(time.Second + 300*time.Millisecond).Sub(w.clock.now()))
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	n, key := w.patient("Wong", 1) // with an allergy
	w.consent(s, n, key)
	if err := w.chart(s, n).Close(); err != nil {
		t.Fatal(err)
	}
	count := func() int {
		t.Helper()
		all, err := s.Held(ctx)
		if err != nil || len(all) != 1 {
			t.Fatalf("%+v, %v", all, err)
		}
		return all[0].New
	}
	fresh := func(c ehrdesk.Chart) (out []string) {
		t.Helper()
		until, _ := c.(interface {
			Seen() (last, before time.Time)
		}).Seen()
		for _, typ := range ehrdesk.RecordTypes() {
			for _, r := range c.List(typ) {
				if typ != ehrdesk.Demographics && r.Updated.After(until) {
					out = append(out, r.Ref().String())
				}
			}
		}
		return out
	}
	if got := count(); got != 0 {
		t.Errorf("after the first look %d are new", got)
	}
	w.clock.advance(200 * time.Millisecond)
	if _, err := w.centre.AddRecords(ctx, strings.NewReader(`{"resourceType":"MedicationRequest","id":"d",`+newDrug+`}`), "x"); err != nil {
		t.Fatal(err)
	}
	c := w.chart(s, n)
	if got := fresh(c); len(got) != 1 || got[0] != "MedicationRequest/d" {
		t.Errorf("new at the second look: %q, want the drug that came after the first", got)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if got := count(); got != 0 {
		t.Errorf("after the second look %d are new", got)
	}
	c = w.chart(s, n)
	defer c.Close()
	if got := fresh(c); len(got) != 0 {
		t.Errorf("new at the third look: %q", got)
	}
}
