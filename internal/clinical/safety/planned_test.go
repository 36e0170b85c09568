package safety_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
)

// Whoever drafts a drug is stopped before it is signed; a draft that lay there for months stops nobody.
func TestADraftStopsWhoIsToSignIt(t *testing.T) {
	for _, c := range []struct {
		name string
		at   ehrdesk.When
		tier safety.Tier
		on   safety.Certainty
	}{
		{"of yesterday", ehrdesk.Day(2026, time.November, 29), safety.Stop, safety.Planned},
		{"of August", ehrdesk.Day(2026, time.August, 2), safety.Serious, safety.Possibly},
		{"without a date", ehrdesk.When{}, safety.Stop, safety.Planned},
	} {
		t.Run(c.name, func(t *testing.T) {
			draft := func(r *ehrdesk.Record, _ *ehrdesk.Facts) { r.Status, r.Date = "draft", c.at }
			r := newChart(70).takes("warfarin tablet").takes("ketorolac 10 mg tablet", draft).check()
			f := only(t, r, safety.Interaction)
			if f.Tier != c.tier || f.A.On != c.on && f.B.On != c.on {
				t.Errorf("tier %d\n%s", f.Tier, told(r))
			}
		})
	}
}

// A drafted drug protects nobody yet.
func TestADraftedPPIIsNoProtection(t *testing.T) {
	draft := func(r *ehrdesk.Record, _ *ehrdesk.Facts) {
		r.Status, r.Date = "draft", ehrdesk.Day(2026, time.November, 29)
	}
	r := newChart(70).takes("warfarin tablet").takes("ibuprofen tablet").takes("omeprazole capsule", draft).check()
	if f := only(t, r, safety.Interaction); f.Tier != safety.Stop {
		t.Errorf("tier %d\n%s", f.Tier, told(r))
	}
}

// A supply without a date is held against what is taken; one that has a date is over when it has run out.
func TestASupplyWithoutADateIsNotTakenToBeOver(t *testing.T) {
	supply := func(at ehrdesk.When) func(*ehrdesk.Record, *ehrdesk.Facts) {
		return func(r *ehrdesk.Record, f *ehrdesk.Facts) {
			r.Resource, r.Status, r.Date = "MedicationDispense", "completed", at
			f.Supply.Days = ehrdesk.Quantity{Number: "90", Unit: "Day", Code: "d"}
			if !at.IsZero() {
				f.Times = []ehrdesk.Timed{{Name: "whenHandedOver", From: at}}
			}
		}
	}
	r := newChart(70).takes("ibuprofen tablet").takes("warfarin tablet", supply(ehrdesk.When{})).check()
	if f := only(t, r, safety.Interaction); !f.Modal() {
		t.Errorf("without a date: tier %d\n%s", f.Tier, told(r))
	}
	r = newChart(70).takes("ibuprofen tablet").takes("warfarin tablet", supply(ehrdesk.Day(2026, time.January, 5))).check()
	if len(r.Findings) != 0 {
		t.Errorf("of January:\n%s", told(r))
	}
	finished := func(r *ehrdesk.Record, _ *ehrdesk.Facts) { r.Status, r.Date = "completed", ehrdesk.When{} }
	r = newChart(70).takes("ibuprofen tablet").takes("warfarin tablet", finished).check()
	if len(r.Findings) != 0 {
		t.Errorf("an order that was completed:\n%s", told(r))
	}
}
