package timeline_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// A booking is one row with the visit it became: by the visit's own word on whatever day,
// else as the only one of the day and institution; where two could be meant, none is taken.
func TestABookingStandsWithTheVisitItBecameAndNeverByGuess(t *testing.T) {
	for name, c := range map[string]struct {
		records        []ehrdesk.Record
		booked, stands string
	}{
		"the visit names it":              {[]ehrdesk.Record{visit("v", "QMH", at(3, 9), "b"), booking("b", "Dr Lee", "fulfilled", at(2, 9))}, "b", "v b"},
		"the only one of the day":         {[]ehrdesk.Record{visit("v", "QMH", at(3, 9)), booking("b", "QMH", "arrived", at(3, 8))}, "b", "v b"},
		"another institution":             {[]ehrdesk.Record{visit("v", "QMH", at(3, 9)), booking("b", "PMH", "fulfilled", at(3, 8))}, "", "v; day b"},
		"another day":                     {[]ehrdesk.Record{visit("v", "QMH", at(3, 9)), booking("b", "QMH", "fulfilled", at(2, 8))}, "", "v; day b"},
		"two bookings":                    {[]ehrdesk.Record{visit("v", "QMH", at(3, 9)), booking("b", "QMH", "fulfilled", at(3, 8)), booking("c", "QMH", "fulfilled", at(3, 9))}, "", "v c b"},
		"two visits":                      {[]ehrdesk.Record{visit("v", "QMH", at(3, 9)), visit("w", "QMH", at(3, 10)), booking("b", "QMH", "fulfilled", at(3, 8))}, "", "w; v; day b"},
		"two visits name it":              {[]ehrdesk.Record{visit("v", "QMH", at(3, 9), "b"), visit("w", "QMH", at(3, 10), "b"), booking("b", "QMH", "fulfilled", at(3, 8))}, "", "w; v; day b"},
		"the visit names another":         {[]ehrdesk.Record{visit("v", "QMH", at(3, 9), "x"), booking("b", "QMH", "fulfilled", at(3, 8))}, "", "v b"},
		"missed on the day of a visit":    {[]ehrdesk.Record{visit("v", "QMH", at(3, 9)), booking("b", "QMH", "noshow", at(3, 8))}, "", "v b"},
		"named, and missed all the same":  {[]ehrdesk.Record{visit("v", "QMH", at(3, 9), "b"), booking("b", "QMH", "noshow", at(3, 8))}, "", "v b"},
		"to come, on the day of a visit":  {[]ehrdesk.Record{visit("v", "QMH", at(3, 9)), booking("b", "QMH", "booked", at(3, 16))}, "", "v b"},
		"one of two is named, one is not": {[]ehrdesk.Record{visit("v", "QMH", at(3, 9), "b"), booking("b", "QMH", "fulfilled", at(3, 8)), booking("c", "QMH", "fulfilled", at(3, 9))}, "b", "v c b"},
	} {
		entries := of(c.records...)
		booked := ""
		for i := range entries {
			if b := entries[i].Booked; b != nil {
				booked += b.ID
			}
		}
		if got := said(entries); booked != c.booked || got != c.stands {
			t.Errorf("%s: booked %q, %q; want %q, %q", name, booked, got, c.booked, c.stands)
		}
	}
}

func drug(resource, id, title, code, of string) ehrdesk.Record {
	r := record(ehrdesk.KindMedication, resource, id, title, "QMH", at(3, 9), "v")
	f := r.Facts()
	if code != "" {
		f.Code.Codings = []ehrdesk.Coding{{System: "http://www.whocc.no/atc", Code: code}}
	}
	if of != "" {
		f.Relations = append(f.Relations, ehrdesk.Relation{Role: "authorizingPrescription", Ref: ehrdesk.Ref{Resource: "MedicationRequest", ID: of}})
	}
	r.Packed = f.Pack()
	return r
}

// An order and its supply are one drug.
func TestAnOrderAndItsSupplyAreCountedAsOneDrug(t *testing.T) {
	order := drug("MedicationRequest", "m", "Metformin 500 mg tablet", "A10BA02", "")
	for name, c := range map[string]struct {
		other ehrdesk.Record
		want  int
	}{
		"by its order":                {drug("MedicationDispense", "d", "Brand of it", "", "m"), 1},
		"by its code":                 {drug("MedicationDispense", "d", "Brand of it", "A10BA02", ""), 1},
		"by its name":                 {drug("MedicationDispense", "d", "metformin 500 mg TABLET", "", ""), 1},
		"another":                     {drug("MedicationDispense", "d", "Gliclazide", "A10BB09", "other"), 2},
		"a group of drugs is no drug": {drug("MedicationRequest", "d", "Gliclazide", "A10B", ""), 2},
	} {
		got := of(visit("v", "QMH", at(3, 9)), order, c.other)
		if len(got) != 1 || got[0].Drugs != c.want || got[0].Len() != 3 {
			t.Errorf("%s: %q with %d drugs, want %d", name, said(got), got[0].Drugs, c.want)
		}
	}
	group := of(visit("v", "QMH", at(3, 9)), drug("MedicationRequest", "m", "Metformin", "A10B", ""), drug("MedicationRequest", "d", "Gliclazide", "A10B", ""))
	if group[0].Drugs != 2 {
		t.Errorf("two of a group are %d drugs", group[0].Drugs)
	}
}
