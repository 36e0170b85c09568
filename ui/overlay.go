package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// plain is what the dialogs have in common.
type plain struct{}

func (plain) Field() *widget.Input            { return nil }
func (plain) Update(tea.Msg) (tea.Cmd, bool)  { return nil, false }
func (plain) DisabledReason(intent.ID) string { return "" }
func (plain) HintFor(intent.ID) string        { return "" }
func (plain) Unsaved() bool                   { return false }
func (plain) Leave()                          {}

// palette finds any command by its name in any of the languages.
type palette struct {
	plain
	m     *Model
	in    widget.Input
	sel   int
	scope intent.Scope
}

func newPalette(m *Model) *palette { return &palette{m: m, scope: m.main.Scope()} }

func (p *palette) Scope() intent.Scope { return intent.PaletteBox }

func (p *palette) Field() *widget.Input { return &p.in }

func (p *palette) HintFor(id intent.ID) string {
	if id == intent.Accept {
		return p.m.env.S(p.m.env.T.Common.PaletteRun)
	}
	return ""
}

// matches lists the commands whose name or alias holds every word typed.
func (p *palette) matches() []intent.Entry {
	var out []intent.Entry
	words := strings.Fields(strings.ToLower(p.in.Text()))
	done := lastOf(p.in.Text())
	for _, e := range p.m.keys.Entries() {
		if !e.Palette || e.Scopes&^(intent.Panes|intent.LogBox|intent.CasePage) == 0 && p.m.env.Session != nil && !p.m.env.Clinical() {
			continue // who may open no record has no use for its commands
		}
		hay := e.Alias
		for _, l := range text.Langs() {
			hay += " " + strings.ToLower(e.Name.In(l))
		}
		all := true
		for _, w := range words {
			all = all && strings.Contains(hay, w)
		}
		if all || e.ID == intent.LastDone && done != "" {
			out = append(out, e)
		}
	}
	return out
}

// lastOf is what is asked for behind the word for when something was last done: "last HbA1c".
func lastOf(typed string) string {
	typed = strings.TrimSpace(typed)
	for _, word := range [...]string{"last done ", "last ", "上次"} {
		if len(typed) > len(word) && strings.EqualFold(typed[:len(word)], word) {
			return strings.TrimSpace(typed[len(word):])
		}
	}
	return ""
}

// why says why a command cannot be carried out on the screen behind.
func (p *palette) why(e intent.Entry) string {
	if e.Scopes&p.scope == 0 { // what belongs to some screens only belongs to the record
		return p.m.env.S(p.m.env.T.Common.NoRecordOpen)
	}
	return p.m.why(e.ID)
}

func (p *palette) Handle(in intent.Intent) tea.Cmd {
	found := p.matches()
	switch in.ID {
	case intent.Edited:
		p.sel = 0
	case intent.Up:
		p.sel--
	case intent.Down:
		p.sel++
	case intent.PageUp:
		p.sel = 0
	case intent.PageDown:
		p.sel = len(found) - 1
	case intent.Back:
		p.m.dismiss()
	case intent.Accept:
		if p.sel < len(found) {
			p.m.dismiss()
			if why := p.why(found[p.sel]); why != "" {
				p.m.warn(text.Sprintf(p.m.env.S(p.m.env.T.Common.NotHere), why))
				return nil
			}
			cmd := p.m.do(intent.Intent{ID: found[p.sel].ID})
			done := lastOf(p.in.Text())
			if f := p.m.main.Field(); found[p.sel].ID == intent.LastDone && done != "" && f != nil {
				f.Set(done)
				return tea.Batch(cmd, p.m.do(intent.Intent{ID: intent.Edited}))
			}
			return cmd
		}
	}
	p.sel = min(max(p.sel, 0), max(0, len(found)-1))
	return nil
}

func (p *palette) Draw(c *paint.Canvas, r paint.Rect) {
	e := p.m.env
	c.Fill(r, theme.Dialog, ' ')
	in := paint.Rect{X: r.X + 2, Y: r.Y, W: min(r.W-4, 100), H: r.H}
	c.Put(in.X, in.Y, in.Right(), theme.Title, e.S(e.T.Common.PaletteTitle))
	p.in.Draw(c, in.X, in.Y+1, min(50, in.W), true)
	found := p.matches()
	if len(found) == 0 {
		c.Put(in.X, in.Y+3, in.Right(), theme.Dialog, e.S(e.T.Common.PaletteNone))
	}
	first := max(0, p.sel-(in.H-4)) // so many rows down that the chosen one is seen
	for i := first; i < len(found) && in.Y+3+i-first < in.Bottom(); i++ {
		entry, y := found[i], in.Y+3+i-first
		st, key, note := theme.Dialog, theme.Key, theme.Muted
		if i == p.sel {
			st, key, note = theme.Selected, theme.Selected, theme.Selected
			c.Fill(paint.Rect{X: in.X, Y: y, W: in.W, H: 1}, st, ' ')
		}
		c.Item(in.X, y, i == p.sel)
		if i == p.sel {
			c.Put(in.X, y, in.Right(), st, "▸")
		}
		c.Put(in.X+1, y, in.Right(), key, entry.Label())
		x := c.Put(in.X+11, y, in.Right(), st, e.S(entry.Name))
		if why := p.why(entry); why != "" {
			c.Put(x, y, in.Right(), note, " – "+paint.Cut(why, in.Right()-x-3))
		}
	}
}

// confirm asks before something not submitted is lost.
type confirm struct {
	plain
	env     *screen.Env
	ask     text.T
	yes     func() tea.Cmd
	dismiss func()
}

func newConfirm(env *screen.Env, ask text.T, yes func() tea.Cmd, dismiss func()) *confirm {
	return &confirm{env: env, ask: ask, yes: yes, dismiss: dismiss}
}

func (q *confirm) Scope() intent.Scope { return intent.Confirm }

func (q *confirm) Handle(in intent.Intent) tea.Cmd {
	switch in.ID {
	case intent.Accept:
		q.dismiss()
		return q.yes()
	case intent.Back:
		q.dismiss()
	}
	return nil
}

// HintFor says what leaving is, and staying, as the question does.
func (q *confirm) HintFor(id intent.ID) string {
	switch id {
	case intent.Accept:
		return q.env.S(q.env.T.Common.Leaves)
	case intent.Back:
		return q.env.S(q.env.T.Common.Stays)
	}
	return ""
}

func (q *confirm) Draw(c *paint.Canvas, r paint.Rect) {
	t := &q.env.T.Common
	c.Fill(r, theme.Dialog, ' ')
	in := paint.Rect{X: r.X + 2, Y: r.Y + 1, W: min(r.W-4, 90), H: r.H - 1}
	n := widget.Para(c, in, theme.Critical, "! "+q.env.S(q.ask))
	c.Put(in.X, in.Y+n+1, in.Right(), theme.Strong, "Enter "+q.env.S(t.Leaves)+" · Esc "+q.env.S(t.Stays))
	c.SetCursor(in.X, in.Y+n+1)
}
