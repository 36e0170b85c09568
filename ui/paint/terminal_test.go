package paint

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// terminal is as much of a terminal as the screen uses, with a real one's habit: a
// wide character of which one half is overwritten loses the other half too.
type terminal struct {
	w, h, x, y int
	cell       [][]string // "" is the second half of a wide character
	unknown    map[string]int
}

func newTerminal(w, h int) *terminal {
	t := &terminal{w: w, h: h, unknown: map[string]int{}}
	for range h {
		t.cell = append(t.cell, blankRow(w))
	}
	return t
}

func blankRow(w int) []string { return strings.Split(strings.Repeat(" ", w), "") }

func (t *terminal) put(s string) {
	w := Width(s)
	if t.x+w > t.w {
		t.x = t.w - w
	}
	row := t.cell[t.y]
	if row[t.x] == "" {
		row[t.x-1] = " "
	}
	if end := t.x + w; end < t.w && row[end] == "" {
		row[end] = " "
	}
	row[t.x] = s
	if w == 2 {
		row[t.x+1] = ""
	}
	t.x += w
}

func (t *terminal) Write(b []byte) (int, error) {
	all := len(b)
	for len(b) > 0 {
		if b[0] == 0x1b && len(b) > 1 && b[1] == '[' {
			n := 2
			for n < len(b) && (b[n] < 0x40 || b[n] > 0x7e) {
				n++
			}
			t.control(b[n], string(b[2:n]))
			b = b[n+1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r < 0x20 {
			t.unknown[strconv.Quote(string(b[:min(2, len(b))]))]++
		} else if at := t.x - 1; alone(r) == 0 && at >= 0 { // a mark: to the character before
			if t.cell[t.y][at] == "" {
				at--
			}
			t.cell[t.y][at] += string(r)
		} else {
			t.put(string(b[:n]))
		}
		b = b[n:]
	}
	return all, nil
}

func (t *terminal) control(final byte, args string) {
	arg := func(i int) int {
		p := strings.Split(args, ";")
		if i >= len(p) {
			return 1
		}
		n, _ := strconv.Atoi(p[i])
		return max(n, 1)
	}
	switch final {
	case 'H':
		t.y, t.x = min(arg(0), t.h)-1, min(arg(1), t.w)-1
	case 'G':
		t.x = min(arg(0), t.w) - 1
	case 'm', 'h', 'l':
	default:
		t.unknown[args+string(final)]++
	}
}

func (t *terminal) screen() string {
	var rows []string
	for _, r := range t.cell {
		rows = append(rows, strings.TrimRight(strings.Join(r, ""), " "))
	}
	return strings.Join(rows, "\n")
}
