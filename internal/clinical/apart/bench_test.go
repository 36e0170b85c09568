package apart_test

import (
	"fmt"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/apart"
)

// BenchmarkOf is a long record: 4,000 orders of 5 drugs and 1,000 diagnoses of 10, every tenth of ours.
func BenchmarkOf(b *testing.B) {
	var list []ehrdesk.Record
	names := []string{"amlodipine 5 mg tablet", "metformin 500 mg tablet", "simvastatin 20 mg tablet", "ibuprofen 200 mg tablet", "warfarin 1 mg tablet"}
	for i := range 4000 {
		source := theirs
		if i%10 == 0 {
			source = ours
		}
		r := drug(fmt.Sprint("d", i), source, names[i%len(names)], fmt.Sprint(1+i%4), "tablet", "1")
		r.date = ehrdesk.Day(2016+i%10, 1, 1+i%28)
		list = append(list, r.made())
		if i%4 == 0 {
			list = append(list, problem(fmt.Sprint("c", i), source, coded("x", snomed, fmt.Sprint(44054006+i%10)), "active", "confirmed").made())
		}
	}
	mine := map[ehrdesk.Ref]bool{}
	for _, r := range list {
		mine[r.Ref()] = r.Source == ours
	}
	of := lists(list)
	for b.Loop() {
		apart.Of(of, func(r ehrdesk.Ref) bool { return mine[r] }, now)
	}
}
