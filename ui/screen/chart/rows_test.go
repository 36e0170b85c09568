package chart

import (
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk"
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

// What the titles of a list leave of their column is the values': none is cut beside blank
// cells. A list with a long title keeps its columns, and so does one beneath another.
func TestValuesHaveWhatTheTitlesLeave(t *testing.T) {
	of := func(titles ...string) (out []ehrdesk.Record) {
		for _, s := range titles {
			out = append(out, ehrdesk.Record{Title: s})
		}
		return out
	}
	wide := columns{title: 40, value: 30, source: 20}
	for _, c := range []struct {
		in      columns
		records []ehrdesk.Record
		want    columns
	}{
		{wide, of("12-lead ECG 心電圖", "ECG"), columns{title: 22, value: 48, source: 20}},
		{wide, of("ECG"), columns{title: minTitle, value: 50, source: 20}},
		{wide, of("ECG", "Reply: Referral to physiotherapy 轉介物理治療"), wide},
		{wide, nil, columns{title: minTitle, value: 50, source: 20}},
		{columns{title: 60}, of("ECG"), columns{title: 60}},
	} {
		if got := c.in.fitted(c.records); got != c.want {
			t.Errorf("%v: %+v, want %+v", c.records, got, c.want)
		}
	}
}
