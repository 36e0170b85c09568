package text

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Marks stand around a word that a search found: they can be read without colour.
const (
	MarkBegin = "‹"
	MarkEnd   = "›"
)

// Marked is an excerpt with its marks in it.
func Marked(e ehrdesk.Excerpt) string {
	var b strings.Builder
	last := 0
	for _, k := range e.Marks {
		b.WriteString(e.Text[last:k.From] + MarkBegin + e.Text[k.From:k.To] + MarkEnd)
		last = k.To
	}
	b.WriteString(e.Text[last:])
	return b.String()
}
