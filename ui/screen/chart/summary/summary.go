// Package summary is the chart's landing page: what matters of a record, in sections
// in the order of the International Patient Summary. It promises that each line names
// where it comes from and when, that Enter opens the record a line stands for, that a
// section which shows nothing says whether there is nothing or nothing is known, and
// that what does not fit is counted.
package summary

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/risk"
	clinical "github.com/ehrdesk/ehrdesk/internal/clinical/summary"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Page is the summary of the chart that is open.
type Page struct {
	b     *page.Book
	job   screen.Job
	again bool // the records have changed since the job began
	have  bool
	data  clinical.Sections
	risks risk.Risks

	w, h   int // of the screen when last drawn
	sel    int
	top    int // first row on the screen
	shown  layout
	chosen ehrdesk.Ref // what is selected, also while it is made anew
}

type madeMsg = screen.Done[made]

// made is what the command found; it is a type of its own so that no other page takes it.
type made struct {
	sections clinical.Sections
	risks    risk.Risks
}

// New gives the page; Set fills it.
func New(b *page.Book) *Page { return &Page{b: b} }

var _ page.Page = (*Page)(nil)

// Set takes the records as they are now. While one is being made, the next waits.
func (p *Page) Set() (cmd tea.Cmd) {
	if p.again = p.job.Running(); p.again {
		return nil
	}
	chart, now := p.b.Chart, p.b.Env.Now()
	p.job, cmd = screen.Start(p.b.Env, time.Minute, chart.Patient().ID, func(context.Context) (made, error) {
		return made{clinical.Of(chart.List, now), risk.Of(chart.List, now)}, nil
	})
	return cmd
}

// Update takes what was made.
func (p *Page) Update(msg tea.Msg) (tea.Cmd, bool) {
	m, ok := msg.(madeMsg)
	if !ok || m.Who != p.b.Chart.Patient().ID || !p.job.Takes(m.Req) {
		return nil, false
	}
	if m.Err != nil {
		p.b.Env.Warn(p.b.Env.ExplainLine(m.Err))
		return nil, true
	}
	p.data, p.risks, p.have, p.shown = m.Value.sections, m.Value.risks, true, layout{}
	if p.w > 0 { // so that a record is in focus at once
		p.arrange(p.w, p.h, p.b.Env.Lang)
	}
	if p.again {
		return p.Set(), true
	}
	return nil, true
}

// Risks are what the banner names.
func (p *Page) Risks() risk.Risks { return p.risks }

// Leave stops the making.
func (p *Page) Leave() { p.job.Stop() }

// Selected is the record of the line in focus.
func (p *Page) Selected() (ehrdesk.Record, bool) {
	l := p.lines()
	if p.sel < 0 || p.sel >= len(l) {
		return ehrdesk.Record{}, false
	}
	return l[p.sel].rec, l[p.sel].rec.ID != ""
}

// Select goes to a record.
func (p *Page) Select(ref ehrdesk.Ref) bool {
	for i, l := range p.lines() {
		if l.rec.Ref() == ref {
			p.sel, p.chosen = i, ref
			return true
		}
	}
	return false
}

// lines are the lines that can be selected, in the order of the screen.
func (p *Page) lines() []line { return p.shown.lines }

// Handle moves among the lines, and opens the page of a section.
func (p *Page) Handle(in intent.Intent) (tea.Cmd, bool) {
	n := len(p.lines())
	switch in.ID {
	case intent.Up:
		p.sel--
	case intent.Down:
		p.sel++
	case intent.PageUp:
		p.sel = p.section(-1)
	case intent.PageDown:
		p.sel = p.section(1)
	case intent.Top:
		p.sel = 0
	case intent.Bottom:
		p.sel = n - 1
	case intent.Accept:
		if p.sel >= 0 && p.sel < n && p.lines()[p.sel].rec.ID == "" {
			return p.b.Do(p.lines()[p.sel].to), true
		}
		return nil, false
	default:
		return nil, false
	}
	p.sel = min(max(p.sel, 0), max(0, n-1))
	if r, ok := p.Selected(); ok {
		p.chosen = r.Ref()
	}
	return nil, true
}

// section is the first line of the section before or after the one in focus.
func (p *Page) section(d int) int {
	l := p.lines()
	if p.sel >= len(l) {
		return 0
	}
	at := l[p.sel].section
	for i := p.sel; i >= 0 && i < len(l); i += d {
		if l[i].section != at {
			for d < 0 && i > 0 && l[i-1].section == l[i].section {
				i--
			}
			return i
		}
	}
	if d < 0 {
		return 0
	}
	return len(l) - 1
}

// DisabledReason says that the summary has one view and folds nothing.
func (p *Page) DisabledReason(id intent.ID) string {
	if id == intent.OtherView || id == intent.Fold {
		return p.b.Env.S(p.b.Env.T.Chart.OneView)
	}
	return ""
}

// HintFor names what Enter does.
func (p *Page) HintFor(id intent.ID) string {
	if l := p.lines(); id == intent.Accept && p.sel < len(l) && l[p.sel].rec.ID == "" {
		return p.b.Env.S(p.b.Env.T.Chart.EnterOpen)
	}
	return ""
}

// Draw paints the sections.
func (p *Page) Draw(c *paint.Canvas, r paint.Rect, focus bool) {
	e := p.b.Env
	p.w, p.h = r.W, r.H
	if focus {
		c.SetCursor(r.X, r.Y)
	}
	if !p.have {
		if e.Now().Sub(p.job.Since()) >= 500*time.Millisecond {
			c.Put(r.X, r.Y, r.Right(), theme.Syncing, e.Progress(&p.job, e.T.Summary.Making))
		}
		return
	}
	p.arrange(r.W, r.H, e.Lang)
	rows := p.shown.rows
	p.top = min(max(p.top, 0), max(0, len(rows)-r.H))
	first, last := p.shown.extent(p.sel)
	switch {
	case first < p.top:
		p.top = first
	case last >= p.top+r.H:
		p.top = last - r.H + 1
	}
	for i := p.top; i < len(rows) && i < p.top+r.H; i++ {
		p.drawRow(c, paint.Rect{X: r.X, Y: r.Y + i - p.top, W: r.W, H: 1}, rows[i], focus)
	}
}

func (p *Page) drawRow(c *paint.Canvas, r paint.Rect, row row, focus bool) {
	for _, cell := range row {
		st := cell.style
		if focus && cell.line >= 0 && cell.bar() {
			c.Item(r.X+cell.x-1, r.Y, cell.line == p.sel)
		}
		if cell.line == p.sel && cell.line >= 0 {
			sel := theme.SelectedDim
			if focus {
				sel = theme.Selected
			}
			if cell.bar() { // the block's own bar: its mark and the cursor stand before it
				c.Put(r.X+cell.x-1, r.Y, r.X+cell.x, sel, "▸")
				if focus {
					c.SetCursor(r.X+cell.x-1, r.Y)
				}
			}
			st = sel | st&paint.Struck
			c.Fill(paint.Rect{X: r.X + cell.x, Y: r.Y, W: cell.w, H: 1}, sel, ' ')
		}
		x := r.X + cell.x
		if cell.right {
			x += cell.w - paint.Width(cell.text)
		}
		c.Put(x, r.Y, r.X+cell.x+cell.w, st, cell.text)
	}
}

// counted is a number with its words.
func (p *Page) counted(t text.T, n int) string { return fmt.Sprintf(p.b.Env.S(t), fmt.Sprint(n)) }
