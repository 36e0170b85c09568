package widget

import "testing"

func TestASparklineHasTheNewestAtTheRight(t *testing.T) {
	for _, c := range []struct {
		name    string
		heights []float64
		w       int
		want    string
	}{
		{"rising", []float64{0, 0.4, 0.7, 1}, 8, "▁▄▆█"},
		{"the last that fit", []float64{0.2, 1, 0, 1}, 2, "▁█"},
		{"all the same", []float64{0.5, 0.5, 0.5}, 8, "───"},
		{"out of bounds", []float64{-1, 2}, 8, "▁█"},
		{"one value", []float64{0.5}, 8, ""},
		{"none", nil, 8, ""},
		{"no room", []float64{0, 1}, 0, ""},
	} {
		if got := Spark(c.heights, c.w); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
