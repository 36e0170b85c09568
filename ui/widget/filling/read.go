package filling

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk/ui/text"
)

// Line is a row of the form as it is said. N is its number where it can be answered, 0 for words between.
type Line struct {
	N     int
	Words string
}

// Read is the form line by line: each item with its answer and what is to be said of it, and the number of the one in focus.
func (f *Form) Read() (out []Line, sel int) {
	m, n := room{200, 30}, 0
	for i, r := range f.rows {
		words := []string{f.labelOf(r)}
		switch r.kind {
		case said:
			if r.Item.Type.Asks() {
				words = append(words, f.fixed(r))
			}
		case pick:
			words = append(words, strings.Trim(f.pickWords(r), "‹ ›"))
		case typing, area, find:
			words = append(words, strings.ReplaceAll(f.input(r).Text(), "\n", " / "))
		case head:
		}
		l := Line{Words: strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), text.Sprintf(f.T.Pair.In(f.Lang), "", ""))}
		if r.open() {
			n++
			if l.N = n; i == f.at {
				sel = n
			}
		}
		out = append(out, l)
		for _, x := range f.notes(r, m, i == f.at) {
			out = append(out, Line{Words: strings.TrimSpace(x.words)})
		}
	}
	return out, sel
}

// Speak has the form in a language. What is typed stays.
func (f *Form) Speak(l text.Lang, t *text.Filling) {
	if f.Lang == l {
		return
	}
	f.Lang, f.T = l, t
	f.again()
}

// Lacking is what is wrong with the form now, without its being said at the items that nobody has been at.
func (f *Form) Lacking() (out []Problem) {
	for _, p := range f.problems {
		out = append(out, Problem{p.Place, text.Sprintf(f.T.Pair.In(f.Lang), f.Name(p.Place), f.fault(p))})
	}
	return out
}
