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

// No title, value or source of a list is broken beside blank cells. Where not all have room
// the columns stay as they are, and so does a list with a value beneath its title.
func TestSourcesAndValuesHaveWhatTheTitlesLeave(t *testing.T) {
	of := func(titles ...string) (out []ehrdesk.Record) {
		for _, s := range titles {
			out = append(out, ehrdesk.Record{Title: s})
		}
		return out
	}
	wide := columns{title: 40, value: 30, source: 20}
	for name, c := range map[string]struct {
		in            columns
		records       []ehrdesk.Record
		value, source int
		want          columns
	}{
		"all have room":                      {wide, of("12-lead ECG 心電圖", "ECG"), 30, 20, columns{title: 22, value: 48, source: 20}},
		"a source that is longer":            {wide, of("ECG"), 10, 55, columns{title: minTitle, value: 15, source: 55}},
		"a source that is cut":               {wide, of("ECG"), 30, 50, columns{title: minTitle, value: 30, source: 40}},
		"a title that is longer":             {wide, of("ECG", "Reply: Referral to physiotherapy 轉介物理治療"), 12, 20, columns{title: 49, value: 21, source: 20}},
		"a title that is longer, no room":    {wide, of("ECG", "Reply: Referral to physiotherapy 轉介物理治療"), 25, 20, wide},
		"values and sources that are longer": {wide, of("ECG", "Influenza vaccine 流感疫苗"), 47, 90, columns{title: 30, value: 34, source: 26}},
		"no records":                         {wide, nil, 9, 9, columns{title: minTitle, value: 70, source: 0}},
		"one column":                         {columns{title: 60}, of("ECG"), 9, 9, columns{title: 60}},
	} {
		if got := c.in.fitted(c.records, func(*ehrdesk.Record, int) (int, int) { return c.value, c.source }); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
