package ui

import (
	"slices"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// drawFooter shows the keys that matter here: in the order that the screen gives for where
// its cursor is, else in the catalogue's. What has no room is left to the help, for which
// there is room then; the way out of the screen goes last.
func (m *Model) drawFooter(c *paint.Canvas, r paint.Rect) {
	f := foot{m: m, c: c, x: r.X + 1, y: r.Y, right: r.Right() - 1}
	front := m.front()
	if s, ok := front.(screen.Footer); ok {
		if ids := s.Foot(); ids != nil {
			f.ranked(s, ids)
			f.draw()
			return
		}
	}
	last := 10
	if help, _ := m.keys.Entry(intent.Help); r.W < chart.Narrow-1 && help.Scopes&front.Scope() != 0 {
		f.help()
		last = help.Footer - 1
	}
	_, keyboard := m.handed()
	for order := 1; order <= last; order++ {
		for _, e := range m.keys.Entries() {
			if e.Footer != order || e.Foot()&front.Scope() == 0 || order != 1 && m.why(e.ID) != "" || front.Field() != nil && e.Typed() || keyboard && !ofThePatient(e.ID) {
				continue
			}
			f.add(e, "", "")
		}
	}
	f.draw()
}

// foot is the footer while it is drawn.
type foot struct {
	m     *Model
	c     *paint.Canvas
	x, y  int
	right int
	hints []hint
}

// hint is a key with its word.
type hint struct {
	label, word string
	out         bool // the way out of the screen
}

func (h *hint) width() int { return paint.Width(h.label) + 1 + paint.Width(h.word) }

// ranked puts the keys of the screen's ranking, with the help at the end.
func (f *foot) ranked(s screen.Footer, ids []intent.ID) {
	scope := f.m.front().Scope()
	f.help()
	for _, id := range ids {
		e, ok := f.m.keys.Entry(id)
		if !ok || e.Scopes&scope == 0 {
			continue
		}
		keys, word, offered := s.FootFor(id)
		if offered && (keys != "" || f.m.why(id) == "") {
			f.add(e, keys, word)
		}
	}
}

// help keeps the end of the row for the key of the help.
func (f *foot) help() {
	help, _ := f.m.keys.Entry(intent.Help)
	words := f.m.env.S(help.Hint)
	end := f.right + 1
	f.right -= paint.Width(help.Label()) + 1 + paint.Width(words)
	at := f.c.Put(f.right, f.y, end, theme.Key, help.Label())
	f.c.Put(at+1, f.y, end, theme.Muted, words)
	f.right--
}

// add has a key with its word put in the row, after those before it.
func (f *foot) add(e intent.Entry, label, word string) {
	if word == "" {
		word = f.m.front().HintFor(e.ID)
	}
	if word == "" {
		word = f.m.env.S(e.Hint)
	}
	if label == "" {
		label = e.Label()
	}
	f.hints = append(f.hints, hint{label, word, e.ID == intent.Back})
}

// draw puts what there is room for, and before the way out only what leaves room for that.
func (f *foot) draw() {
	kept := 0
	if i := slices.IndexFunc(f.hints, func(h hint) bool { return h.out }); i >= 0 {
		kept = f.hints[i].width() + 2
	}
	for i := range f.hints {
		h := &f.hints[i]
		if h.out {
			kept = 0
		}
		if f.x+h.width()+kept > f.right {
			continue
		}
		f.x = f.c.Put(f.x, f.y, f.right, theme.Key, h.label)
		f.x = f.c.Put(f.x+1, f.y, f.right, theme.Muted, h.word) + 2
	}
}
