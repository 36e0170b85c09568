package medication_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/territory"
)

// chart is 10,000 records of the territory's people, 3,000 of them medication.
func chart(b *testing.B) []ehrdesk.Record {
	te := territory.New(territory.Options{Patients: 60, Seed: 1, Now: now})
	var drugs, others []ehrdesk.Record
	for _, p := range []int{9, 33, 35, 36, 37, 9, 12, 13, 14, 15, 16, 17, 18} {
		for _, raw := range te.Person(p).Resources {
			r, err := fhir.Read(raw)
			if err != nil {
				b.Fatal(err)
			}
			if rec := r.Record(); rec.Kind == ehrdesk.KindMedication {
				drugs = append(drugs, rec)
			} else {
				others = append(others, rec)
			}
		}
	}
	for len(drugs) < 3000 {
		drugs = append(drugs, drugs...)
	}
	for len(others) < 7000 {
		others = append(others, others...)
	}
	return append(others[:7000:7000], drugs[:3000]...)
}

// BenchmarkOf is the list of a chart of 10,000 records: under 6 ms, so that the summary
// can make it anew after each sync.
func BenchmarkOf(b *testing.B) {
	list := chart(b)
	b.ReportAllocs()
	for b.Loop() {
		if l := medication.Of(list, now); l.Len() < 10 {
			b.Fatal("no drugs")
		}
	}
}
