package widget

import "testing"

func TestABarShowsHowFarItHasCome(t *testing.T) {
	for _, c := range []struct {
		w, done, total int
		want           string
	}{{8, 0, 10, "░░░░░░░░"}, {8, 5, 10, "████░░░░"}, {8, 10, 10, "████████"}, {4, 12, 10, "████"}, {0, 1, 2, ""}, {4, 1, 0, ""}} {
		if got := Bar(c.w, c.done, c.total); got != c.want {
			t.Errorf("Bar(%d, %d, %d) = %q, want %q", c.w, c.done, c.total, got, c.want)
		}
	}
}

func BenchmarkBar(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Bar(16, 3, 10)
	}
}
