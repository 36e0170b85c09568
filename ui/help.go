package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// help lists the keys of the screen it was asked on, then those of everywhere; its other
// page has the eHealth Office's numbers and the addresses of its forms, with codes.
type help struct {
	plain
	m      *Model
	scope  intent.Scope
	office bool
	scroll widget.Scroll
}

func newHelp(m *Model) *help { return &help{m: m, scope: m.main.Scope()} }

func (h *help) Scope() intent.Scope { return intent.HelpPage }

func (h *help) HintFor(id intent.ID) string {
	e, t := h.m.env, &h.m.env.T.Help
	switch {
	case id == intent.Accept:
		return e.S(t.HintTour)
	case id == intent.NextPane && h.office:
		return e.S(t.HintKeys)
	case id == intent.NextPane:
		return e.S(t.HintOffice)
	}
	return ""
}

func (h *help) Handle(in intent.Intent) tea.Cmd {
	switch in.ID {
	case intent.Back:
		h.m.dismiss()
		return nil
	case intent.Accept:
		h.m.put(newTour(h.m, false))
		return nil
	case intent.NextPane:
		h.office = !h.office
		h.scroll.Reset()
		return nil
	}
	h.scroll.Handle(in)
	return nil
}

func (h *help) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := h.m.env, &h.m.env.T.Help
	c.Fill(r, theme.Dialog, ' ')
	in := paint.Rect{X: r.X + 2, Y: r.Y, W: min(r.W-4, 180), H: r.H}
	title, other := e.S(e.T.Common.HelpTitle), e.S(t.Office)
	if h.office {
		title, other = e.S(t.Office), e.S(t.Keys)
	}
	x := c.Put(in.X, in.Y, in.Right(), theme.Title, title)
	c.Put(x+2, in.Y, in.Right(), theme.Muted, "Tab "+other)
	c.SetCursor(in.X, in.Y)
	if h.office {
		h.drawOffice(c, in.From(1))
		return
	}
	in.W = min(in.W, 100)
	n := widget.Para(c, paint.Rect{X: in.X, Y: in.Y + 1, W: in.W, H: 2}, theme.Dialog, e.S(e.T.Common.HelpLines))
	if m, ok := h.m.main.(noted); ok {
		for _, note := range m.HelpNotes() {
			n += widget.Para(c, paint.Rect{X: in.X, Y: in.Y + 1 + n, W: in.W, H: 3}, theme.Strong, note)
		}
	}
	h.drawKeys(c, in.From(n+2))
}

// noted is a screen of which there is something to know before its keys.
type noted interface{ HelpNotes() []string }

// drawKeys lists the keys, and of each that does nothing now the reason.
func (h *help) drawKeys(c *paint.Canvas, body paint.Rect) {
	type line struct{ key, words, why string }
	var lines []line
	for _, entry := range h.m.keys.Entries() {
		if entry.Scopes&h.scope == 0 || len(entry.Keys) == 0 {
			continue
		}
		words := h.m.env.S(entry.Name)
		if hint := h.m.main.HintFor(entry.ID); hint != "" {
			words = hint
		}
		why := h.m.why(entry.ID)
		if why != "" {
			why = " – " + why
		}
		key, name := entry.Label(), len(words)
		for _, l := range paint.Wrap(nil, words+why, body.W-13) {
			n := min(name, len(l))
			lines = append(lines, line{key, l[:n], l[n:]})
			key, name = "", max(0, name-len(l)-1)
		}
	}
	first := h.scroll.Fit(len(lines), body.H)
	for i := 0; i < body.H && first+i < len(lines); i++ {
		l, y := lines[first+i], body.Y+i
		c.Put(body.X, y, body.X+12, theme.Key, l.key)
		x := c.Put(body.X+13, y, body.Right(), theme.Dialog, l.words)
		c.Put(x, y, body.Right(), theme.Muted, l.why)
	}
}

// drawOffice has the numbers first, then the address of each form in letters, beside or
// below it as a code where there is room for all of it, else the window that has it. With
// ASCII alone no code could be read.
func (h *help) drawOffice(c *paint.Canvas, r paint.Rect) {
	e, t := h.m.env, &h.m.env.T.Help
	var all []officeLine
	say := func(x int, st paint.Style, words string) (out []officeLine) {
		for _, l := range paint.Wrap(nil, words, r.W-x) {
			out = append(out, officeLine{x: x, words: l, style: st})
		}
		return out
	}
	for _, words := range []string{e.S(t.Patients), e.S(t.Providers), e.S(t.Fax), e.S(t.Mail), e.S(t.Post)} {
		all = append(all, say(0, theme.Dialog, words)...)
	}
	all = append(all, say(0, theme.Muted, e.S(t.Site))...)
	for _, f := range t.Forms {
		all = append(all, officeLine{})
		code, ok := widget.NewCode(f.Address)
		w, rows := code.Size()
		ok = ok && !e.ASCII && !e.Plain && rows <= r.H && w <= r.W
		x := 0
		if beside := w + 2; ok && r.W-beside >= paint.Width(f.Address) {
			x = beside
		}
		words := append(say(x, theme.Strong, e.S(f.Name)), say(x, theme.Dialog, f.Address)...)
		switch {
		case ok && x > 0:
			for len(words) < rows {
				words = append(words, officeLine{})
			}
			words[0].code = &code
		case ok:
			words = append(words, officeLine{code: &code})
			words = append(words, make([]officeLine, rows-1)...)
		case !e.ASCII && !e.Plain:
			words = append(words, say(0, theme.Muted, text.Sprintf(e.S(t.Enlarge), max(e.W, e.W-r.W+w), max(e.H, e.H-r.H+rows)))...)
		}
		all = append(all, words...)
	}
	first := h.scroll.Fit(len(all), r.H)
	for i, l := range all {
		y := r.Y + i - first
		if l.code != nil {
			if _, rows := l.code.Size(); y >= r.Y && y+rows <= r.Bottom() { // half a code is none
				l.code.Draw(c, r.X, y)
			}
		}
		if y >= r.Y && y < r.Bottom() {
			c.Put(r.X+l.x, y, r.Right(), l.style, l.words)
		}
	}
	if first+r.H < len(all) {
		c.Put(r.Right(), r.Bottom()-1, r.Right()+1, theme.Muted, "▼")
	}
}

// officeLine is a row of the page: words at a column, and a code that begins at it.
type officeLine struct {
	x     int
	words string
	style paint.Style
	code  *widget.Code
}
