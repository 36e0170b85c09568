package terms

import (
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// BenchmarkReadingTheTableOfSubstances is what the first chart of a day waits for.
func BenchmarkReadingTheTableOfSubstances(b *testing.B) {
	for b.Loop() {
		read(tables.Substances())
	}
}

// BenchmarkTheSubstancesOfAName is what each record with a drug costs, known and unknown.
func BenchmarkTheSubstancesOfAName(b *testing.B) {
	for _, name := range []string{"24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]", "甘精胰岛素注射液100單位", "something that no table has 5 mg tablet"} {
		b.Run(name[:10], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Substances().In(name)
			}
		})
	}
}
