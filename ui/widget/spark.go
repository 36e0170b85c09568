package widget

import "strings"

const sparks = "▁▂▃▄▅▆▇█"

// Spark draws the last w values as a line of blocks, the newest at the right, from the
// lowest to the highest of them, which is why it never stands without its numbers. A
// change of less than a fifth of the values does not fill the height. Less than two
// values have no line.
func Spark(values []float64, w int) string {
	if len(values) > w {
		values = values[len(values)-max(w, 0):]
	}
	if len(values) < 2 {
		return ""
	}
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	if least := max(abs(low), abs(high)) / 5; high-low < least {
		middle := (low + high) / 2
		low, high = middle-least/2, middle+least/2
	}
	marks := []rune(sparks)
	var b strings.Builder
	for _, v := range values {
		i := len(marks) / 2
		if high > low {
			i = int((v-low)/(high-low)*float64(len(marks)-1) + 0.5)
		}
		b.WriteRune(marks[min(max(i, 0), len(marks)-1)])
	}
	return b.String()
}

func abs(v float64) float64 { return max(v, -v) }
