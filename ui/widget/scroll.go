package widget

import (
	"github.com/ehrdesk/ehrdesk/ui/intent"
)

// Scroll is a position in something longer than its window. Drawing tells it
// how long both are.
type Scroll struct {
	Top          int
	total, shown int
}

// Reset goes to the start.
func (s *Scroll) Reset() { s.Top = 0 }

// Fit tells how many lines there are and how many can be seen, and gives the
// first line to draw.
func (s *Scroll) Fit(total, shown int) int {
	s.total, s.shown = total, shown
	return min(s.Top, max(0, total-shown))
}

// Span is the first and the last line in the window.
func (s *Scroll) Span() (first, last int) {
	first = min(s.Top, max(0, s.total-s.shown))
	return first, first + s.shown - 1
}

// AtEnd reports whether the last line is seen.
func (s *Scroll) AtEnd() bool { return s.Top+s.shown >= s.total }

// Handle scrolls; it reports whether the intent was for it.
func (s *Scroll) Handle(in intent.Intent) bool {
	limit := max(0, s.total-s.shown)
	switch in.ID {
	case intent.Up:
		s.Top--
	case intent.Down:
		s.Top++
	case intent.PageUp:
		s.Top -= max(1, s.shown-1)
	case intent.PageDown:
		s.Top += max(1, s.shown-1)
	case intent.Top:
		s.Top = 0
	case intent.Bottom:
		s.Top = limit
	default:
		return false
	}
	s.Top = min(max(0, s.Top), limit)
	return true
}
