// Package checks is the page of what the safety rules say: the findings of a chart, the graver first, each with the
// records that it rests on, what to do and by which rule; below them what was not checked, and why. It promises that a
// finding is never hidden without a line that counts it, that nothing of one is cut, that each record opens with Enter,
// and that nothing on it says that all is well.
package checks

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Page is the findings of the chart that is open.
type Page struct {
	b    *page.Book
	open func(i int) tea.Cmd
	all  bool    // those that are folded at first too
	of   *string // whose results are shown, of those who ordered them; nil for everybody's
	sel  int     // of the items
	top  int     // the first row on the screen
	h    int     // rows when last drawn
}

// New gives the page. open shows a finding by its place in the report, to be acknowledged.
func New(b *page.Book, open func(i int) tea.Cmd) *Page { return &Page{b: b, open: open} }

var _ page.Page = (*Page)(nil)

// Set takes the report as it is now.
func (p *Page) Set() tea.Cmd { return nil }

// Update waits for nothing of its own: the report is the chart's.
func (p *Page) Update(tea.Msg) (tea.Cmd, bool) { return nil, false }

// Leave has nothing to stop.
func (p *Page) Leave() {}

// items are what stands on the page now, and which of them has the focus: the one that had it, or the next that can.
func (p *Page) items() []item {
	r := p.b.Report()
	if r == nil {
		return nil
	}
	all := items(p.b, r, p.all, p.of)
	p.sel = min(max(p.sel, 0), max(0, len(all)-1))
	for p.sel < len(all)-1 && !all[p.sel].stands() {
		p.sel++
	}
	for p.sel > 0 && !all[p.sel].stands() {
		p.sel--
	}
	return all
}

// at is the item in focus.
func (p *Page) at() (item, bool) {
	all := p.items()
	if p.sel >= len(all) || !all[p.sel].stands() {
		return item{finding: -1}, false
	}
	return all[p.sel], true
}

// Selected is the record in focus.
func (p *Page) Selected() (ehrdesk.Record, bool) {
	if it, ok := p.at(); ok && it.rec != nil {
		return *it.rec, true
	}
	return ehrdesk.Record{}, false
}

// Select goes to a record.
func (p *Page) Select(ref ehrdesk.Ref) bool {
	for i, it := range p.items() {
		if it.rec != nil && it.rec.Ref() == ref {
			p.sel = i
			return true
		}
	}
	if p.of != nil { // it may be another's
		p.of = nil
		return p.Select(ref)
	}
	return false
}

// Handle moves among the items, opens a finding and shows the rest.
func (p *Page) Handle(in intent.Intent) (tea.Cmd, bool) {
	switch in.ID {
	case intent.Accept:
		switch it, ok := p.at(); {
		case ok && it.finding >= 0:
			return p.open(it.finding), true
		case ok && it.rest:
			p.all = true
			return nil, true
		}
		return nil, false
	case intent.Fold:
		p.all = !p.all
		return nil, true
	case intent.OtherView:
		p.of = next(p.b, p.of)
		return nil, true
	case intent.Up:
		p.step(-1, 1)
	case intent.Down:
		p.step(1, 1)
	case intent.PageUp:
		p.step(-1, 5)
	case intent.PageDown:
		p.step(1, 5)
	case intent.Top:
		p.sel = 0
	case intent.Bottom:
		p.sel = len(p.items()) - 1
	default:
		return nil, false
	}
	return nil, true
}

// step goes so many items on.
func (p *Page) step(d, n int) {
	all := p.items()
	for at := p.sel + d; n > 0 && at >= 0 && at < len(all); at += d {
		if all[at].stands() {
			p.sel, n = at, n-1
		}
	}
}

// DisabledReason says that nothing is folded, where that is so.
func (p *Page) DisabledReason(id intent.ID) string {
	if r := p.b.Report(); id == intent.Fold && (r == nil || len(r.Findings) <= shownAtFirst) || id == intent.OtherView && len(orderers(p.b)) < 2 {
		return p.b.Env.S(p.b.Env.T.Chart.OneView)
	}
	return ""
}

// HintFor names what Enter does.
func (p *Page) HintFor(id intent.ID) string {
	t := &p.b.Env.T.Safety
	switch it, ok := p.at(); {
	case id == intent.OtherView:
		return p.b.Env.S(p.b.Env.T.Unseen.ByWhomHint)
	case !ok || id != intent.Accept:
	case it.finding >= 0:
		return p.b.Env.S(t.EnterCard)
	case it.rest:
		return p.b.Env.S(t.EnterMore)
	}
	return ""
}

// widest is as wide as the words of a finding run: longer lines are not read.
const widest = 100

// Draw paints the title and the findings, what has the focus in sight.
func (p *Page) Draw(c *paint.Canvas, r paint.Rect, focus bool) {
	e := p.b.Env
	if focus {
		c.SetCursor(r.X, r.Y)
	}
	x := c.Put(r.X, r.Y, r.Right(), theme.Title, e.S(e.T.Safety.Title)) + 2
	body := r.From(1)
	if p.b.Report() == nil {
		c.Put(body.X, body.Y, body.Right(), theme.Syncing, e.S(e.T.Safety.Making))
		return
	}
	c.Put(x, r.Y, r.Right(), theme.Muted, Chip(p.b))
	rows, first, last := p.rows(min(body.W, widest))
	p.h = body.H
	if p.sel == 0 {
		p.top = 0
	}
	p.top = min(max(p.top, last-body.H+1), first)
	p.top = min(max(p.top, 0), max(0, len(rows)-body.H))
	for i := p.top; i < len(rows) && i-p.top < body.H; i++ {
		p.drawRow(c, paint.Rect{X: body.X, Y: body.Y + i - p.top, W: body.W, H: 1}, &rows[i], focus)
	}
	if below := len(rows) - p.top - body.H; below > 0 {
		c.Put(body.Right()-3, body.Bottom()-1, body.Right(), theme.Muted, "▼")
	}
}

// line is one row of an item.
type line struct {
	item   int
	first  bool
	stands bool // the cursor stops at the item
	said
}

// rows are the items wrapped to a width, and the first and last row of the one in focus.
func (p *Page) rows(w int) (out []line, first, last int) {
	for i, it := range p.items() {
		if i == p.sel {
			first = len(out)
		}
		if it.finding > 0 || it.finding < 0 && it.rec == nil && len(out) > 0 && !it.rest { // a gap before what is of its own
			out = append(out, line{item: -1})
			if i == p.sel {
				first++
			}
		}
		begun := false
		for _, s := range it.says {
			for k, words := range paint.Wrap(nil, s.words, w-4-s.indent) {
				in := s.indent
				if k > 0 {
					in += 2
				}
				out = append(out, line{item: i, first: !begun, stands: it.stands(), said: said{s.style, in, words}})
				begun = true
			}
		}
		if i == p.sel {
			last = len(out) - 1
		}
	}
	return out, first, last
}

func (p *Page) drawRow(c *paint.Canvas, r paint.Rect, l *line, focus bool) {
	if l.item < 0 {
		return
	}
	st := l.style
	if l.first && l.stands && focus {
		c.Item(r.X, r.Y, l.item == p.sel)
	}
	if l.item == p.sel && l.stands {
		st = theme.SelectedDim
		if focus {
			st = theme.Selected
		}
		c.Fill(paint.Rect{X: r.X + 1, Y: r.Y, W: min(r.W, widest) - 1, H: 1}, st, ' ')
		if l.first {
			c.Put(r.X, r.Y, r.Right(), st, "▸")
			if focus {
				c.SetCursor(r.X, r.Y)
			}
		}
	}
	c.Put(r.X+1+l.indent, r.Y, r.Right(), st, l.words)
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
