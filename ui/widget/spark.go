package widget

import (
	"slices"
	"strings"
)

const sparks = "▁▂▃▄▅▆▇█"

// Spark draws heights between 0 and 1 as a line of blocks, the newest at the right, the
// last w of them. It has no scale, which is why it never stands without its numbers.
func Spark(heights []float64, w int) string {
	if len(heights) > w {
		heights = heights[len(heights)-max(w, 0):]
	}
	if len(heights) < 2 {
		return ""
	}
	if !slices.ContainsFunc(heights, func(h float64) bool { return h != heights[0] }) {
		return strings.Repeat("─", len(heights)) // nothing moves: a height would say what it is not
	}
	marks := []rune(sparks)
	var b strings.Builder
	for _, h := range heights {
		b.WriteRune(marks[min(max(int(h*float64(len(marks)-1)+0.5), 0), len(marks)-1)])
	}
	return b.String()
}
