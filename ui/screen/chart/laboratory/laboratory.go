// Package laboratory is the chart's page of laboratory results: a table of tests by
// dates, and a list by report with its values in it. It promises that the newest stands
// at the right of the table, that decimals are aligned and no digit is invented, that
// no row holds two units, that a flag is a letter and a word, that what is partial or
// corrected says so, that what is awaited is told from what was not done, that a result
// in words is never shown as normal, and that what does not fit is counted.
package laboratory

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/internal/clinical/summary"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Page is the laboratory page of the chart that is open.
type Page struct {
	b      *page.Book
	making page.Making[made]
	data   made

	byReport bool
	table    table
	reports  reports
}

// made is what the command puts together.
type made struct {
	set     *results.Set
	groups  []group
	reports []results.Report
	index   map[ehrdesk.Ref][]results.At
	watched []string // tests by which the drugs that are taken are followed
}

// New gives the page; Set fills it.
func New(b *page.Book) *Page { return &Page{b: b} }

var _ page.Page = (*Page)(nil)

func (p *Page) words() *text.Laboratory { return &p.b.Env.T.Laboratory }

// Set takes the records as they are now.
func (p *Page) Set() tea.Cmd {
	list, now := p.b.Chart.List, p.b.Env.Now()
	return p.making.Begin(p.b, func() made {
		set := results.Of(list)
		return made{set, groupsOf(set, now.Location()), results.Reports(list), set.Index(), summary.Watched(list, now)}
	})
}

// Update takes what was put together.
func (p *Page) Update(msg tea.Msg) (tea.Cmd, bool) {
	chosen, had := p.Selected()
	first := !p.making.Have()
	m, made, again, used := p.making.Take(p.b, msg)
	if made {
		p.data = m
		if p.table.set(&p.data); first {
			p.table.sel = p.table.begin()
		}
		p.reports.set(p.data.reports)
		if had {
			p.Select(chosen.Ref())
		}
	}
	if again {
		return p.Set(), true
	}
	return nil, used
}

// Leave stops the making.
func (p *Page) Leave() { p.making.Stop() }

// Selected is the newest record of the test in focus, or the report in focus.
func (p *Page) Selected() (ehrdesk.Record, bool) {
	if p.byReport {
		return p.reports.selected()
	}
	return p.table.selected()
}

// Select goes to the test or report that a record is of.
func (p *Page) Select(ref ehrdesk.Ref) bool {
	a, b := p.table.find(ref, p.data.index), p.reports.find(ref)
	if p.byReport {
		return b
	}
	return a
}

// Handle moves among tests and dates, and turns to the list by report and back.
func (p *Page) Handle(in intent.Intent) (tea.Cmd, bool) {
	if in.ID == intent.OtherView {
		at, ok := p.Selected()
		if p.byReport = !p.byReport; ok {
			p.Select(at.Ref())
		}
		return nil, true
	}
	if p.byReport {
		return nil, p.reports.handle(in)
	}
	return nil, p.table.handle(in)
}

// DisabledReason says why the columns cannot be moved, and that words have no trend.
func (p *Page) DisabledReason(id intent.ID) string {
	s, t := p.b.Env.S, p.words()
	switch id {
	case intent.Fold:
		return s(p.b.Env.T.Hits.NotFolded)
	case intent.Older:
		if !p.byReport && p.making.Have() && p.table.older() == 0 {
			return s(t.NoOlder)
		}
	case intent.Newer:
		if !p.byReport && p.making.Have() && p.table.back == 0 {
			return s(t.NoNewer)
		}
	case intent.Trend:
		if r, ok := p.Selected(); ok && !p.byReport && len(p.data.index[r.Ref()]) == 0 {
			return s(t.NoNumber)
		}
	}
	return ""
}

// HintFor names what the keys do here.
func (p *Page) HintFor(id intent.ID) string {
	s, t := p.b.Env.S, p.words()
	switch {
	case id == intent.OtherView && p.byReport:
		return s(t.HintTable)
	case id == intent.OtherView:
		return s(t.HintReports)
	case id == intent.Older && !p.byReport:
		return s(t.HintOlder)
	case id == intent.Newer && !p.byReport:
		return s(t.HintNewer)
	}
	return ""
}

// Draw paints the table or the list.
func (p *Page) Draw(c *paint.Canvas, r paint.Rect, focus bool) {
	if focus {
		c.SetCursor(r.X, r.Y)
	}
	if !p.making.Have() {
		c.Put(r.X, r.Y, r.Right(), theme.Syncing, p.making.Slow(p.b, p.words().Making))
		return
	}
	if p.byReport {
		p.drawReports(c, r, focus)
		return
	}
	p.drawTable(c, r, focus)
}

// head draws the page's name with its two views, and at the right the first of some
// words that has room; it gives the rest of the page.
func (p *Page) head(c *paint.Canvas, r paint.Rect, focus bool, right ...string) paint.Rect {
	e, t := p.b.Env, p.words()
	st := theme.Muted
	if focus {
		st = theme.Title
	}
	table, reports := "‹"+e.S(t.Table)+"›", "v "+e.S(t.Reports)
	if p.byReport {
		table, reports = "v "+e.S(t.Table), "‹"+e.S(t.Reports)+"›"
	}
	x := c.Put(r.X, r.Y, r.Right(), st, e.S(t.Title)+"  ")
	x = c.Put(x, r.Y, r.Right(), theme.Text, table+" "+reports)
	for _, words := range right {
		if w := paint.Width(words); x+2+w <= r.Right() {
			c.Put(r.Right()-w, r.Y, r.Right(), theme.Muted, words)
			break
		}
	}
	return r.From(1)
}

// standing says of the kinds of the page why something may be missing; it gives the
// rest of the page.
func (p *Page) standing(c *paint.Canvas, r paint.Rect, empty bool, none text.T, kinds ...ehrdesk.Kind) paint.Rect {
	worst := page.Seen
	for _, k := range kinds {
		if s := p.b.Of(k); s != page.Seen && (worst == page.Seen || s < worst) {
			worst = s
		}
	}
	switch {
	case worst == page.Seen && empty:
		widget.Para(c, r, theme.Text, p.b.Env.S(none))
	case worst != page.Seen && (empty || worst != page.SomeLacking): // the status line has what is lacking
		n := widget.Para(c, r, theme.Abnormal, p.b.Why(worst))
		return r.From(n)
	}
	return r
}
