package chart

import (
	"slices"
	"testing"
)

// A line is broken between the attributes of a dosage, not within one.
func TestADosageIsBrokenBetweenItsAttributes(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want []string
	}{
		{"3 mg – oral", 20, []string{"3 mg – oral"}},
		{"1–2 tablets – oral – every 4 to 6 hours – at most 8 tablets in 24 hours", 41, []string{"1–2 tablets – oral – every 4 to 6 hours –", "at most 8 tablets in 24 hours"}},
		{"2 puff – inhaled – 每日最多 4 次 – 需要時", 36, []string{"2 puff – inhaled – 每日最多 4 次 –", "需要時"}},
		{"as needed for severe pain in the chest – once", 20, []string{"as needed for severe", "pain in the chest –", "once"}},
		{"", 20, []string{""}},
	} {
		if got := wrapValue(nil, c.in, c.w); !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
