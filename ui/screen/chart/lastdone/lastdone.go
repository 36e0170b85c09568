// Package lastdone is the page of when each test, examination and vaccine of a chart was
// last done, with a field for what is looked for, and of orders that may be duplicates. It
// promises that each line opens its record, that a name is found in any of the three
// languages, and that what is not found is never said never to have been done.
package lastdone

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	clinical "github.com/ehrdesk/ehrdesk/internal/clinical/lastdone"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Page is when things were last done.
type Page struct {
	b      *page.Book
	making page.Making[made]
	data   made
	view   sections.View
	in     widget.Input
	typing bool
}

// made is what the page works out.
type made struct {
	things  []clinical.Thing
	repeats []clinical.Repeat
}

// New gives the page; Set fills it.
func New(b *page.Book) *Page {
	p := &Page{b: b, in: widget.Input{Max: 60}}
	p.view = sections.New(b.Env, p.sections)
	return p
}

var _ interface {
	page.Page
	page.Typing
	screen.Reader
} = (*Page)(nil)

// Set takes the records as they are now.
func (p *Page) Set() tea.Cmd {
	list, now := p.b.Chart.List, p.b.Env.Now()
	return p.making.Begin(p.b, func() made { return made{clinical.Of(list, now), clinical.Repeats(list, now)} })
}

// Update takes what was made.
func (p *Page) Update(msg tea.Msg) (tea.Cmd, bool) {
	m, ok, again, used := p.making.Take(p.b, msg)
	if ok {
		p.data = m
		p.view.Renew()
	}
	if again {
		return p.Set(), true
	}
	return nil, used
}

// Leave stops the making.
func (p *Page) Leave() { p.making.Stop() }

// Selected is the record of the line in focus.
func (p *Page) Selected() (ehrdesk.Record, bool) { return p.view.Selected() }

// Select goes to a record.
func (p *Page) Select(ref ehrdesk.Ref) bool { return p.view.Select(ref) }

// Field is the field, nil while nobody types into it.
func (p *Page) Field() *widget.Input {
	if p.typing {
		return &p.in
	}
	return nil
}

// Handle takes what is looked for, and moves among the lines.
func (p *Page) Handle(in intent.Intent) (tea.Cmd, bool) {
	switch {
	case in.ID == intent.LastDone:
		p.typing = true
		p.in.Clear()
		p.view.Renew()
		return nil, true
	case in.ID == intent.Edited && p.typing:
		p.view.Renew()
		p.view.Move(intent.Top)
		return nil, true
	case (in.ID == intent.Accept || in.ID == intent.Back) && p.typing:
		p.typing = false
		return nil, true
	}
	return nil, p.view.Move(in.ID)
}

// DisabledReason says that there is one view, and that nothing is folded.
func (p *Page) DisabledReason(id intent.ID) string {
	if id == intent.OtherView || id == intent.Fold {
		return p.b.Env.S(p.b.Env.T.Chart.OneView)
	}
	return ""
}

// HintFor names what Enter does.
func (p *Page) HintFor(id intent.ID) string {
	if id == intent.Accept && p.typing {
		return p.b.Env.S(p.b.Env.T.Chart.EnterOpen)
	}
	return ""
}

// Draw paints the field, and below it what was found.
func (p *Page) Draw(c *paint.Canvas, r paint.Rect, focus bool) {
	e, t := p.b.Env, &p.b.Env.T.LastDone
	x := c.Put(r.X, r.Y, r.Right(), theme.Title, e.S(t.Title)) + 1
	x = c.Put(x, r.Y, r.Right(), theme.Muted, e.S(t.Ask)) + 1
	body := r.From(1)
	if room := r.Right() - x - 1; room < 12 {
		x = r.X
		body = r.From(2)
	}
	at := body.Y - 1
	if focus {
		c.SetCursor(r.X, r.Y)
	}
	if !p.making.Have() {
		p.view.Size(body)
		c.Put(body.X, body.Y, body.Right(), theme.Syncing, p.making.Slow(p.b, t.Making))
	} else {
		p.view.Draw(c, body, focus && !p.typing)
	}
	p.in.Draw(c, x, at, min(40, r.Right()-x-1), focus && p.typing)
}

// Read says what is looked for, and what was found.
func (p *Page) Read() (screen.Reading, bool) {
	if !p.making.Have() {
		return screen.Reading{}, false
	}
	out, ok := p.view.Read()
	head := []string{p.b.Env.S(p.b.Env.T.LastDone.Title)}
	if words := ehrdesk.CleanLine(p.asked()); words != "" {
		head = append(head, words)
	}
	out.Lines = append([]screen.Line{{Text: screen.Spoken(head...)}}, out.Lines...)
	return out, ok
}

func (p *Page) asked() string { return strings.TrimSpace(p.in.Text()) }
