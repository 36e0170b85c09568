// Package changed is the page of what is different in a chart since somebody looked, or
// since a day: drugs started, changed and stopped, problems, results, visits, reports. It
// promises that the moment it counts from stands above it, that each line opens its
// record, and that a section which shows nothing says whether nothing came or nothing is
// seen.
package changed

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/changes"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// period is what the page counts from.
type period uint8

const (
	looked  period = iota // this person's last look on an earlier day
	visit                 // the patient's last visit before today
	quarter               // 90 days
	year
)

// Page is what changed in the chart that is open.
type Page struct {
	b      *page.Book
	making page.Making[made]
	data   changes.Sections
	since  [year + 1]time.Time // zero for one that cannot be had
	at     period
	view   sections.View
}

// made is what the page works out.
type made struct {
	changes.Sections
	visited time.Time
}

// New gives the page; Set fills it. before is when this person last looked on an earlier
// day, zero for never.
func New(b *page.Book, before time.Time) *Page {
	p := &Page{b: b, at: quarter}
	if p.since[looked] = before; !before.IsZero() {
		p.at = looked
	}
	p.view = sections.New(b.Env, p.sections)
	return p
}

var _ page.Page = (*Page)(nil)

// Set takes the records as they are now.
func (p *Page) Set() tea.Cmd {
	chart, now, at := p.b.Chart, p.b.Env.Now(), p.at
	p.since[quarter], p.since[year] = now.AddDate(0, 0, -90), now.AddDate(-1, 0, 0)
	since := p.since[at]
	return p.making.Begin(p.b, func() made {
		visited := lastVisit(chart.List(ehrdesk.Encounters), now)
		fresh := changes.Since(since)
		switch at {
		case looked:
			fresh = changes.Come(since)
		case visit:
			fresh = changes.Since(visited)
		case quarter, year:
		}
		return made{changes.Of(chart.List, fresh, now), visited}
	})
}

// lastVisit is the day of the newest visit before today; zero for none.
func lastVisit(all []ehrdesk.Record, now time.Time) time.Time {
	y, m, d := now.Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, now.Location())
	for i := range all { // newest first
		r := &all[i]
		if r.Resource != "Encounter" || r.Linked || r.Restricted || r.Void() || r.Status == "planned" || r.Status == "cancelled" || r.Date.IsZero() || !r.Date.Time.Before(today) {
			continue
		}
		y, m, d := r.Date.In(now.Location()).Time.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, now.Location())
	}
	return time.Time{}
}

// Update takes what was made.
func (p *Page) Update(msg tea.Msg) (tea.Cmd, bool) {
	m, ok, again, used := p.making.Take(p.b, msg)
	if ok {
		p.data, p.since[visit] = m.Sections, m.visited
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

// Handle moves among the lines, and counts from another moment.
func (p *Page) Handle(in intent.Intent) (tea.Cmd, bool) {
	switch in.ID {
	case intent.OtherView, intent.Older:
		return p.count(1), true
	case intent.Newer:
		return p.count(-1), true
	case intent.Accept:
		if l, ok := p.view.Line(); ok && l.Rec.ID == "" {
			return p.b.Do(l.To), true
		}
		return nil, false
	}
	return nil, p.view.Move(in.ID)
}

// count goes to the next period that can be had.
func (p *Page) count(by int) tea.Cmd {
	for range year {
		p.at = (p.at + period(by) + year + 1) % (year + 1)
		if !p.since[p.at].IsZero() {
			break
		}
	}
	p.making.Drop()
	return p.Set()
}

// DisabledReason says that nothing is folded.
func (p *Page) DisabledReason(id intent.ID) string {
	if id == intent.Fold {
		return p.b.Env.S(p.b.Env.T.Chart.OneView)
	}
	return ""
}

// HintFor names what Enter and the other view do.
func (p *Page) HintFor(id intent.ID) string {
	switch l, ok := p.view.Line(); {
	case id == intent.Accept && ok && l.Rec.ID == "":
		return p.b.Env.S(p.b.Env.T.Chart.EnterOpen)
	case id == intent.OtherView:
		return p.b.Env.S(p.b.Env.T.Changed.Since)
	}
	return ""
}

// Draw paints what it counts from, and the sections.
func (p *Page) Draw(c *paint.Canvas, r paint.Rect, focus bool) {
	e := p.b.Env
	if focus {
		c.SetCursor(r.X, r.Y)
	}
	y := p.drawPeriods(c, r)
	body := r.From(y)
	if !p.making.Have() {
		p.view.Size(body)
		c.Put(body.X, body.Y, body.Right(), theme.Syncing, p.making.Slow(p.b, e.T.Changed.Making))
		return
	}
	p.view.Draw(c, body, focus)
}

// drawPeriods says what is counted from, behind the title, and after it what else could be;
// it gives its rows.
func (p *Page) drawPeriods(c *paint.Canvas, r paint.Rect) int {
	e, t := p.b.Env, &p.b.Env.T.Changed
	x, y := c.Put(r.X, r.Y, r.Right(), theme.Title, e.S(t.Title))+1, r.Y
	put := func(st paint.Style, words string) {
		if x+paint.Width(words) > r.Right() {
			x, y = r.X+2, y+1
		}
		x = c.Put(x, y, r.Right(), st, words) + 1
	}
	put(theme.Strong, "‹"+p.words(p.at, p.since[p.at])+"›")
	before := " v "
	for _, at := range p.others() {
		put(theme.Muted, before+p.words(at, p.since[at]))
		before = "· "
	}
	if p.since[looked].IsZero() {
		put(theme.Muted, "· "+e.S(t.Never))
	}
	return y - r.Y + 1
}

// others are the periods that could be counted from besides, in the order in which the key
// of the other view comes to them.
func (p *Page) others() (out []period) {
	for by := range year {
		if at := (p.at + by + 1) % (year + 1); !p.since[at].IsZero() {
			out = append(out, at)
		}
	}
	return out
}

func (p *Page) words(at period, since time.Time) string {
	e, t := p.b.Env, &p.b.Env.T.Changed
	day := ehrdesk.At(since.In(e.Now().Location()))
	switch at {
	case looked:
		return text.Sprintf(e.S(t.Looked), day.DateTime())
	case visit:
		return text.Sprintf(e.S(t.Visit), day.Date())
	case quarter:
		return e.S(t.Quarter)
	case year:
	}
	return e.S(t.Year)
}
