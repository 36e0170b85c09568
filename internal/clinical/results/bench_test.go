package results_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
)

// chart is a long record: so many records, six in ten of them results.
func chart(n int) func(ehrdesk.RecordType) []ehrdesk.Record {
	r := rand.New(rand.NewPCG(1, 2))
	var all []ehrdesk.Record
	tests := [][3]string{{"718-7", "Haemoglobin 血紅蛋白", "g/dL"}, {"14771-0", "Glucose 血糖", "mmol/L"}, {"14682-9", "Creatinine 肌酸酐", "umol/L"},
		{"2823-3", "Potassium 鉀", "mmol/L"}, {"6690-2", "Leucocytes 白血球", "10*9/L"}, {"4548-4", "HbA1c 糖化血紅素", "%"}, {"777-3", "Platelets 血小板", "10*9/L"}}
	for i := range n * 6 / 10 {
		x := tests[r.IntN(len(tests))]
		rec := result{id: fmt.Sprint(i), code: x[0], text: x[1], unit: x[2], number: fmt.Sprintf("%d.%d", 1+r.IntN(90), r.IntN(10)), low: "3.5", high: "50",
			at: now.Add(-time.Duration(i) * 14 * time.Hour)}.record()
		f := rec.Facts()
		f.Categories = []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{System: "http://terminology.hl7.org/CodeSystem/observation-category", Code: "laboratory"}}}}
		f.Parties = []ehrdesk.Party{{Role: "performer", Ref: ehrdesk.Ref{Resource: "Organization", ID: "o1"}, Display: "Queen Mary Hospital"}}
		f.Relations = []ehrdesk.Relation{{Role: "encounter", Ref: ehrdesk.Ref{Resource: "Encounter", ID: fmt.Sprint("e", i)}}}
		rec.Packed = f.Pack()
		all = append(all, rec)
	}
	other := make([]ehrdesk.Record, n*4/10)
	for i := range other {
		other[i] = ehrdesk.Record{Kind: ehrdesk.KindMedication, Resource: "MedicationRequest", ID: fmt.Sprint("m", i)}
	}
	return func(t ehrdesk.RecordType) []ehrdesk.Record {
		switch t {
		case ehrdesk.LaboratoryRadiology:
			return all
		case ehrdesk.DiagnosisProcedureMedication:
			return other
		}
		return nil
	}
}

func BenchmarkAllSeriesOf10000Records(b *testing.B) {
	list := chart(10000)
	b.ReportAllocs()
	for b.Loop() {
		results.Of(list)
	}
}

func BenchmarkAbnormalOf10000Records(b *testing.B) {
	list := chart(10000)
	b.ReportAllocs()
	for b.Loop() {
		results.Abnormal(list)
	}
}
