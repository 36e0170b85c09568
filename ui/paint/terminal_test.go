package paint

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// terminal is as much of a terminal as the renderer uses, with a real one's
// habit: a wide character of which one half is overwritten, shifted or erased
// loses the other half too.
type terminal struct {
	w, h, x, y int
	top, bot   int
	cell       [][]string // "" is the second half of a wide character
	prev       string     // what REP repeats
	unknown    map[string]int
}

func newTerminal(w, h int) *terminal {
	t := &terminal{w: w, h: h, bot: h - 1, unknown: map[string]int{}}
	for range h {
		t.cell = append(t.cell, blankRow(w))
	}
	return t
}

func blankRow(w int) []string { return strings.Split(strings.Repeat(" ", w), "") }

// heal blanks halves without their other half.
func (t *terminal) heal(y int) {
	row := t.cell[y]
	for x := range row {
		wide := row[x] != "" && Width(row[x]) == 2
		if wide && (x+1 >= t.w || row[x+1] != "") {
			row[x] = " "
		}
		if row[x] == "" && (x == 0 || Width(row[x-1]) != 2) {
			row[x] = " "
		}
	}
}

func (t *terminal) put(s string) {
	w := Width(s)
	if t.x+w > t.w {
		t.x = t.w - w
	}
	row := t.cell[t.y]
	// Mark what is cut in two before writing: heal would take a new neighbour for its half.
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
	t.x, t.prev = t.x+w, s
}

func (t *terminal) write(b []byte) {
	for len(b) > 0 {
		switch {
		case b[0] == 0x1b && len(b) > 1 && b[1] == '[':
			n := 2
			for n < len(b) && (b[n] < 0x40 || b[n] > 0x7e) {
				n++
			}
			t.control(b[n], string(b[2:n]))
			b = b[n+1:]
			continue
		case b[0] == 0x1b && len(b) > 1 && b[1] == 'M': // reverse index
			if t.y == t.top {
				t.scroll('T', 1)
			} else {
				t.y = max(t.y-1, 0)
			}
			b = b[2:]
			continue
		case b[0] == '\r':
			t.x = 0
		case b[0] == '\n':
			if t.y == t.bot {
				t.scroll('S', 1)
			} else {
				t.y = min(t.y+1, t.h-1)
			}
		case b[0] == '\b':
			t.x = max(t.x-1, 0)
		case b[0] == '\t':
			t.x = min((t.x/8+1)*8, t.w-1)
		case b[0] < 0x20:
			t.unknown[strconv.Quote(string(b[:min(2, len(b))]))]++
		default:
			r, n := utf8.DecodeRune(b)
			if at := t.x - 1; alone(r) == 0 && at >= 0 { // a mark: to the character before
				if t.cell[t.y][at] == "" {
					at--
				}
				t.cell[t.y][at] += string(r)
			} else {
				t.put(string(b[:n]))
			}
			b = b[n:]
			continue
		}
		b = b[1:]
	}
}

func (t *terminal) control(final byte, args string) {
	arg := func(i, missing int) int {
		p := strings.Split(args, ";")
		if i >= len(p) {
			return missing
		}
		if n, err := strconv.Atoi(p[i]); err == nil && n > 0 {
			return n
		}
		return missing
	}
	n := arg(0, 1)
	t.x = min(t.x, t.w-1)
	row := t.cell[t.y]
	switch final {
	case 'H':
		t.y, t.x = min(arg(0, 1), t.h)-1, min(arg(1, 1), t.w)-1
	case 'G', '`':
		t.x = min(n, t.w) - 1
	case 'd':
		t.y = min(n, t.h) - 1
	case 'A':
		t.y = max(t.y-n, 0)
	case 'B':
		t.y = min(t.y+n, t.h-1)
	case 'C':
		t.x = min(t.x+n, t.w-1)
	case 'D':
		t.x = max(t.x-n, 0)
	case 'X':
		for x := t.x; x < min(t.x+n, t.w); x++ {
			row[x] = " "
		}
		t.heal(t.y)
	case 'K':
		from, to := t.x, t.w
		if args == "1" {
			from, to = 0, t.x+1
		} else if args == "2" {
			from = 0
		}
		for x := from; x < to; x++ {
			row[x] = " "
		}
		t.heal(t.y)
	case 'J':
		for y := t.y; y < t.h; y++ {
			t.cell[y] = blankRow(t.w)
		}
	case '@':
		t.cell[t.y] = append(append(append([]string{}, row[:t.x]...), blankRow(n)...), row[t.x:]...)[:t.w]
		t.heal(t.y)
	case 'P':
		n = min(n, t.w-t.x)
		t.cell[t.y] = append(append(append([]string{}, row[:t.x]...), row[t.x+n:]...), blankRow(n)...)
		t.heal(t.y)
	case 'b':
		for range n {
			t.put(t.prev)
		}
	case 'r':
		t.top, t.bot = arg(0, 1)-1, arg(1, t.h)-1
		t.x, t.y = 0, 0
	case 'S', 'T', 'L', 'M':
		t.scroll(final, n)
	case 'm', 'h', 'l':
	default:
		t.unknown[args+string(final)]++
	}
}

func (t *terminal) scroll(final byte, n int) {
	top := t.top
	if final == 'L' || final == 'M' {
		top = t.y
	}
	for range n {
		if final == 'S' || final == 'M' {
			copy(t.cell[top:t.bot+1], t.cell[top+1:t.bot+1])
			t.cell[t.bot] = blankRow(t.w)
		} else {
			copy(t.cell[top+1:t.bot+1], t.cell[top:t.bot])
			t.cell[top] = blankRow(t.w)
		}
	}
}

func (t *terminal) screen() string {
	var rows []string
	for _, r := range t.cell {
		rows = append(rows, strings.TrimRight(strings.Join(r, ""), " "))
	}
	return strings.Join(rows, "\n")
}
