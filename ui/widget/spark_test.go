package widget

import "testing"

func TestASparklineHasTheNewestAtTheRightAndDoesNotBlowUpSmallChanges(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []float64
		w      int
		want   string
	}{
		{"rising", []float64{7.1, 7.8, 8.4, 8.9}, 8, "▁▄▆█"},
		{"the last that fit", []float64{1, 9, 1, 2}, 2, "▁█"},
		{"a change of one in a hundred", []float64{140, 141}, 8, "▄▅"},
		{"all the same", []float64{5, 5, 5}, 8, "▅▅▅"},
		{"nothing but noughts", []float64{0, 0}, 8, "▅▅"},
		{"one value", []float64{5}, 8, ""},
		{"none", nil, 8, ""},
		{"no room", []float64{1, 2}, 0, ""},
	} {
		if got := Spark(c.values, c.w); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
