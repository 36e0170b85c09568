package ui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk/ui/lines"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// The window that a plain desk draws for itself and nobody sees: so wide and so high that
// next to nothing is wrapped, cut or out of sight.
const (
	plainWidth  = 240
	plainHeight = 200
)

// sheet is a frame as it is read: its parts in the order in which they are said.
type sheet struct {
	top, head, body, foot []string
	said, status          string
	items                 int      // how many items the list has
	sel                   int      // which of them has the focus, from 1; 0 for none
	names                 []string // the words of those that stand on the frame
}

// sheet reads the frame as it is drawn now.
func (m *Model) sheet() sheet {
	m.draw()
	c := m.canvas
	_, h := c.Size()
	s := sheet{top: []string{lines.Say(c.Text(0, 0))}, status: lines.Say(c.Text(0, h-2)), foot: []string{lines.Say(c.Text(0, h-1))}}
	if s.said = lines.Say(m.say); m.bad && s.said != "" {
		s.said = "! " + s.said
	}
	from := 1
	for y := 1; y < h-2; y++ { // the patient's banner ends with a rule
		n := c.RuleUntil(y)
		if _, patient := m.patient(); patient && n > 0 && m.lock == nil {
			s.head = lines.Of(c, 1, y, m.item).Lines
			if words := lines.Say(c.Text(n, y)); words != "" && (s.said == "" || !strings.Contains(words, s.said)) { // what stands in the rule
				s.head = append(s.head, words)
			}
			from = y + 1
			break
		}
	}
	if r, ok := m.front().(screen.Reader); ok {
		if list, ok := r.Read(); ok {
			s.list(m, list)
			return s
		}
	}
	part := lines.Of(c, from, h-2, func(n int, chosen bool, words string) string {
		if n >= 0 {
			s.names = append(s.names, words)
		}
		return m.item(n, chosen, words)
	})
	s.body, s.items, s.sel = part.Lines, len(part.Items), part.Sel+1
	return s
}

// list takes a list that the screen says itself.
func (s *sheet) list(m *Model, list screen.Reading) {
	for _, l := range list.Lines {
		words := lines.Say(l.Text)
		if l.N == 0 {
			s.body = append(s.body, words)
			continue
		}
		s.body = append(s.body, m.item(l.N-1, l.N == list.Sel, words))
	}
	s.items, s.sel = list.Total, list.Sel
}

// item is an item's line: its number, unless it has a key, and whether it has the focus.
func (m *Model) item(n int, chosen bool, words string) string {
	t := &m.env.T.Plain
	if n >= 0 {
		words = text.Sprintf(m.env.S(t.Item), n+1, words)
	}
	if chosen {
		words = text.Sprintf(m.env.S(t.Chosen), words)
	}
	return words
}

// named is the item that words stand for: its number, or what is a part of it by itself and
// of no other, as a person's id in the list of people. 0 for none.
func (s *sheet) named(words string) (n int) {
	if n, err := strconv.Atoi(words); err == nil && n > 0 && n <= len(s.names) {
		return n
	}
	for i, item := range s.names {
		if !slices.ContainsFunc(strings.Split(item, ", "), func(part string) bool { return strings.EqualFold(part, words) }) {
			continue
		}
		if n != 0 {
			return 0
		}
		n = i + 1
	}
	return n
}

// since are the lines of a sheet that have to be said after the one before it: a part
// that has changed is said whole, and of a list in which the focus alone has moved the
// item that has it now.
func (s *sheet) since(was *sheet) (out []string) {
	parts := func(now, before []string) {
		if !slices.Equal(now, before) {
			out = append(out, now...)
		}
	}
	parts(s.top, was.top)
	parts(s.head, was.head)
	if moved := s.moved(was); moved != "" {
		out = append(out, moved)
	} else {
		parts(s.body, was.body)
	}
	if s.said != "" && s.said != was.said {
		out = append(out, s.said)
	}
	if s.status != was.status && s.status != "" {
		out = append(out, s.status)
	}
	parts(s.foot, was.foot)
	return slices.DeleteFunc(out, func(l string) bool { return l == "" })
}

// moved is the one line that differs where only the focus has moved within a list.
func (s *sheet) moved(was *sheet) string {
	if s.sel == 0 || was.sel == 0 || s.sel == was.sel || s.items != was.items || len(s.body) != len(was.body) {
		return ""
	}
	differ, line := 0, ""
	for i := range s.body {
		if s.body[i] != was.body[i] {
			differ++
			if len(s.body[i]) > len(was.body[i]) {
				line = s.body[i]
			}
		}
	}
	if differ != 2 {
		return ""
	}
	return line
}
