// Package checks is the page of what the safety rules say: the findings of a chart, the graver first, each with the
// records that it rests on, what to do and by which rule; below them what was not checked, and why. It promises that a
// finding is never hidden without a line that counts it, that each record opens with Enter, and that nothing on it says
// that all is well.
package checks

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Page is the findings of the chart that is open.
type Page struct {
	b    *page.Book
	all  bool // those that are folded at first too
	view sections.View
	open func(i int) tea.Cmd
}

// New gives the page. open shows a finding by its place in the report, to be acknowledged.
func New(b *page.Book, open func(i int) tea.Cmd) *Page {
	p := &Page{b: b, open: open}
	p.view = sections.New(b.Env, p.sections)
	return p
}

var _ page.Page = (*Page)(nil)

// Set takes the report as it is now.
func (p *Page) Set() tea.Cmd {
	p.view.Renew()
	return nil
}

// Update waits for nothing of its own: the report is the chart's.
func (p *Page) Update(tea.Msg) (tea.Cmd, bool) { return nil, false }

// Leave has nothing to stop.
func (p *Page) Leave() {}

// Selected is the record of the line in focus.
func (p *Page) Selected() (ehrdesk.Record, bool) { return p.view.Selected() }

// Select goes to a record.
func (p *Page) Select(ref ehrdesk.Ref) bool { return p.view.Select(ref) }

// finding is the place of the finding whose line is in focus.
func (p *Page) finding() (int, bool) {
	l, ok := p.view.Line()
	if !ok || l.To.ID != intent.Checks {
		return 0, false
	}
	return l.To.Arg, true
}

// Handle moves among the lines, opens a finding and shows the rest.
func (p *Page) Handle(in intent.Intent) (tea.Cmd, bool) {
	switch in.ID {
	case intent.Accept:
		if i, ok := p.finding(); ok {
			return p.open(i), true
		}
		l, ok := p.view.Line()
		if ok && l.Rec.ID == "" && l.To.ID == intent.Fold {
			p.all = true
			p.view.Renew()
			return nil, true
		}
		return nil, false
	case intent.Fold:
		p.all = !p.all
		p.view.Renew()
		return nil, true
	}
	return nil, p.view.Move(in.ID)
}

// DisabledReason says nothing: every key of the page has something to do.
func (p *Page) DisabledReason(intent.ID) string { return "" }

// HintFor names what Enter does.
func (p *Page) HintFor(id intent.ID) string {
	if l, ok := p.view.Line(); ok && id == intent.Accept && l.Rec.ID == "" {
		return p.b.Env.S(p.b.Env.T.Chart.EnterOpen)
	}
	return ""
}

// Draw paints the title and the sections.
func (p *Page) Draw(c *paint.Canvas, r paint.Rect, focus bool) {
	e := p.b.Env
	if focus {
		c.SetCursor(r.X, r.Y)
	}
	report := p.b.Report()
	x := c.Put(r.X, r.Y, r.Right(), theme.Title, e.S(e.T.Safety.Title)) + 2
	body := r.From(1)
	if report == nil {
		p.view.Size(body)
		c.Put(body.X, body.Y, body.Right(), theme.Syncing, e.S(e.T.Safety.Making))
		return
	}
	c.Put(x, r.Y, r.Right(), theme.Muted, Chip(p.b))
	p.view.Draw(c, body, focus)
}

// Chip is how many checks are on, and how many findings of the graver tiers there are.
func Chip(b *page.Book) string {
	on, found := b.Words().Chip(b.Report())
	if found != "" {
		on += " · " + found
	}
	return on
}

// shownAtFirst is how many findings stand open when the page is first looked at: what is told beyond a few is not read
// (Ancker 2017).
const shownAtFirst = 3

// Folded is how many findings of a report are folded at first.
func Folded(r *safety.Report) int { return max(0, len(r.Findings)-shownAtFirst) }
