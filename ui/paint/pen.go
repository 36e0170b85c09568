package paint

import "strings"

// looks is a style taken apart: what is set, and the two colours, "" for the
// terminal's own.
type looks struct {
	set    []string
	fg, bg string
}

// apart takes the parameters of an SGR sequence apart.
func apart(sgr string) (l looks) {
	if sgr == "" {
		return l
	}
	f := strings.Split(sgr, ";")
	for len(f) > 0 {
		n := 1
		if len(f) > 2 && (f[0] == "38" || f[0] == "48") {
			n = map[string]int{"5": 3, "2": 5}[f[1]]
		}
		n = min(max(n, 1), len(f))
		part := strings.Join(f[:n], ";")
		switch {
		case f[0] == "38" || len(f[0]) == 2 && (f[0][0] == '3' || f[0][0] == '9'):
			l.fg = part
		case f[0] == "48" || len(f[0]) == 2 && f[0][0] == '4' || len(f[0]) == 3:
			l.bg = part
		default:
			l.set = append(l.set, part)
		}
		f = f[n:]
	}
	return l
}

// looks are those of a style, one that strikes through included.
func (f *grid) looks(st Style) looks {
	l := looks{}
	if i := int(st &^ Struck); i < len(f.apart) {
		l = f.apart[i]
	}
	if st&Struck != 0 {
		l.set = append([]string{"9"}, l.set...)
	}
	return l
}

// turn appends the sequence that leads from one style to the next: what differs,
// where nothing has to be taken back, and all of it otherwise.
func (f *grid) turn(b []byte, from, to Style) []byte {
	a, z := looks{}, f.looks(to)
	b = append(b, "\x1b["...)
	start := len(b)
	say := func(part string) {
		if part != "" {
			if len(b) > start {
				b = append(b, ';')
			}
			b = append(b, part...)
		}
	}
	if from != none {
		a = f.looks(from)
	}
	if from == none || a.fg != "" && z.fg == "" || a.bg != "" && z.bg == "" || !within(a.set, z.set) {
		say("0")
		a = looks{}
	}
	for _, part := range z.set {
		if !within([]string{part}, a.set) {
			say(part)
		}
	}
	if z.fg != a.fg {
		say(z.fg)
	}
	if z.bg != a.bg {
		say(z.bg)
	}
	if len(b) == start { // the same looks under another name
		return b[:start-2]
	}
	return append(b, 'm')
}

// within reports whether everything of a is in b.
func within(a, b []string) bool {
	for _, x := range a {
		found := false
		for _, y := range b {
			found = found || x == y
		}
		if !found {
			return false
		}
	}
	return true
}
