package widget

import (
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk/internal/tables"
	"github.com/ehrdesk/ehrdesk/ui/paint"
)

// hospitals are the table of institutions, read when a name first does not fit.
var hospitals = sync.OnceValue(tables.Institutions)

// Source is who a record is from, in w cells: whole where it fits, else with hospitals by
// the letters that doctors call them, and only then cut. A hospital's name that stands in
// two languages gives way as one.
func Source(source string, w int) string {
	if paint.Width(source) <= w {
		return source
	}
	return paint.Cut(shortSource(source), w)
}

// shortSource puts letters in place of the names of hospitals.
func shortSource(source string) string {
	for _, h := range hospitals() {
		short, english, chinese := h[0], h[1], h[2]
		name := english
		at := strings.Index(source, english)
		if at < 0 {
			name, at = chinese, strings.Index(source, chinese)
		}
		if at < 0 || !ends(source[:at], source[at+len(name):]) {
			continue
		}
		rest := source[at+len(name):]
		if name == english {
			if after, ok := strings.CutPrefix(strings.TrimLeft(rest, " ("), chinese); ok {
				rest = strings.TrimPrefix(after, ")")
			}
		}
		source = source[:at] + short + rest
	}
	return source
}

// ends reports that a name stands by itself: Tung Wah Hospital is not in the name of one
// that begins with other words.
func ends(before, after string) bool {
	letter := func(r byte) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' || r >= 0x80 }
	if b := strings.TrimRight(before, " "); b != "" && (letter(b[len(b)-1])) {
		return false
	}
	return after == "" || !letter(after[0])
}
