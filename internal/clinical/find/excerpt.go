package find

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
)

// Mark is where a word that was looked for stands: bytes of an excerpt.
type Mark struct{ From, To int }

// Excerpt is the surroundings of what was found, as recorded, in one line of about so many
// cells; "…" stands where the text goes on. Marks are in order and do not overlap.
type Excerpt struct {
	Text  string
	Marks []Mark
}

// longLine is as much of a line, in bytes, as an excerpt is cut from.
const longLine = 16 << 10

// At is where a query's first word stands in a folded text: the place of the best of them,
// own words before other names, whole words before parts. False where none does.
func (q Query) At(folded string) (at int, ok bool) {
	for _, n := range q.needles() {
		first, is := n.at(folded, 0)
		if !is {
			continue
		}
		for try := first; is; try, is = n.at(folded, try+1) {
			if border(folded, try) && border(folded, try+len(n.text)) {
				return try, true
			}
			if try-first > longLine {
				break
			}
		}
		return first, true
	}
	return 0, false
}

// Excerpt cuts a line as recorded around what a query finds in it.
func (q Query) Excerpt(line string, cells int) Excerpt {
	line = strings.TrimSpace(line)
	long := len(line) > longLine
	if long {
		if i, ok := q.At(fold.String(line)); ok {
			from := max(0, min(i, len(line))-longLine/2)
			line = strings.ToValidUTF8(line[from:min(len(line), from+longLine)], "")
		}
	}
	m := fold.Map(line)
	at, ok := q.At(m.Folded)
	if !ok {
		return cutAround(line, nil, 0, cells)
	}
	marks := q.marks(&m)
	from, _ := m.Recorded(at, at+1)
	return cutAround(line, marks, from, cells)
}

// Marks are where the words of a query stand in a line as recorded.
func (q Query) Marks(line string) []Mark {
	m := fold.Map(line)
	return q.marks(&m)
}

// Named is by which other name a line has something that the query looks for: what was
// asked, folded, and the name as recorded; "" where the words that were asked stand there.
func (q Query) Named(line string) (asked, name string) {
	m := fold.Map(line)
	for i := range q.units {
		u := &q.units[i]
		if slices.ContainsFunc(u.own, func(n needle) bool { return n.in(m.Folded) }) {
			continue
		}
		for k := range u.also {
			if at, ok := u.also[k].at(m.Folded, 0); ok {
				from, to := m.Recorded(at, at+len(u.also[k].text))
				words := make([]string, len(u.own))
				for w := range u.own {
					words[w] = u.own[w].text
				}
				return strings.Join(words, " "), line[from:to]
			}
		}
	}
	return "", ""
}

// marks are where the words of a query stand in a line.
func (q Query) marks(m *fold.Text) (out []Mark) {
	for _, n := range q.needles() {
		for at, ok := n.at(m.Folded, 0); ok; at, ok = n.at(m.Folded, at+len(n.text)) {
			from, to := m.Recorded(at, at+len(n.text))
			out = add(out, Mark{from, to})
		}
	}
	return out
}

// add puts a mark among others in order, and joins those that overlap or touch.
func add(list []Mark, k Mark) []Mark {
	i := 0
	for i < len(list) && list[i].To < k.From {
		i++
	}
	j := i
	for j < len(list) && list[j].From <= k.To {
		k = Mark{min(k.From, list[j].From), max(k.To, list[j].To)}
		j++
	}
	return append(list[:i:i], append([]Mark{k}, list[j:]...)...)
}

// cutAround is a line of so many cells around a place of it, a third of them before.
func cutAround(line string, marks []Mark, at, cells int) Excerpt {
	from, room := at, cells/3
	if cellsOf(line) <= cells {
		from, room = 0, 0
	}
	for from > 0 {
		r, n := utf8.DecodeLastRuneInString(line[:from])
		if room -= cellsOfRune(r); room < 1 {
			break
		}
		from -= n
	}
	if from > 0 { // at a word's beginning, where one is near
		if i := strings.IndexByte(line[from:at], ' '); i >= 0 && i < 12 {
			from += i + 1
		}
	}
	to, room := from, cells
	if from > 0 {
		room--
	}
	for to < len(line) {
		r, n := utf8.DecodeRuneInString(line[to:])
		w := cellsOfRune(r)
		if room < w || room < w+1 && to+n < len(line) {
			break
		}
		room -= w
		to += n
	}
	var b strings.Builder
	if from > 0 {
		b.WriteString("…")
	}
	e := Excerpt{}
	shift := b.Len() - from
	b.WriteString(line[from:to])
	if to < len(line) {
		b.WriteString("…")
	}
	for _, k := range marks {
		if k.From < to && k.To > from {
			e.Marks = append(e.Marks, Mark{max(k.From, from) + shift, min(k.To, to) + shift})
		}
	}
	e.Text = b.String()
	return e
}

func cellsOf(s string) (n int) {
	for _, r := range s {
		n += cellsOfRune(r)
	}
	return n
}

// cellsOfRune is how many cells of a terminal a character takes.
func cellsOfRune(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}
