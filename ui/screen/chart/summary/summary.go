// Package summary is the chart's landing page: what matters of a record, in sections
// in the order of the International Patient Summary. It promises that each line names
// where it comes from and when, that Enter opens the record a line stands for, that a
// section which shows nothing says whether there is nothing or nothing is known, and
// that what does not fit is counted.
package summary

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/risk"
	clinical "github.com/ehrdesk/ehrdesk/internal/clinical/summary"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Page is the summary of the chart that is open.
type Page struct {
	content
	making page.Making[made]
	view   sections.View
}

// content is what the page says.
type content struct {
	b     *page.Book
	data  clinical.Sections
	risks risk.Risks
}

// made is what the command found; it is a type of its own so that no other page takes it.
type made struct {
	sections clinical.Sections
	risks    risk.Risks
}

func of(list func(ehrdesk.RecordType) []ehrdesk.Record, now time.Time) made {
	return made{clinical.Of(list, now), risk.Of(list, now)}
}

// Sections are the sections of a chart's summary in the language of the book, for whoever
// shows them elsewhere: a command says the same by the same words.
func Sections(b *page.Book) []sections.Section {
	m := of(b.Chart.List, b.Env.Now())
	c := content{b: b, data: m.sections, risks: m.risks}
	return c.sections()
}

// New gives the page; Set fills it.
func New(b *page.Book) *Page {
	p := &Page{content: content{b: b}}
	p.view = sections.New(b.Env, p.sections)
	return p
}

var _ page.Page = (*Page)(nil)

// Set takes the records as they are now.
func (p *Page) Set() tea.Cmd {
	list, now := p.b.Chart.List, p.b.Env.Now()
	return p.making.Begin(p.b, func() made { return of(list, now) })
}

// Update takes what was made.
func (p *Page) Update(msg tea.Msg) (tea.Cmd, bool) {
	m, made, again, used := p.making.Take(p.b, msg)
	if made {
		p.data, p.risks = m.sections, m.risks
		p.view.Renew()
	}
	if again {
		return p.Set(), true
	}
	return nil, used
}

// Risks are what the banner names.
func (p *Page) Risks() risk.Risks { return p.risks }

// Leave stops the making.
func (p *Page) Leave() { p.making.Stop() }

// Selected is the record of the line in focus.
func (p *Page) Selected() (ehrdesk.Record, bool) { return p.view.Selected() }

// Select goes to a record.
func (p *Page) Select(ref ehrdesk.Ref) bool { return p.view.Select(ref) }

// Handle moves among the lines, and opens the page of a section.
func (p *Page) Handle(in intent.Intent) (tea.Cmd, bool) {
	if l, ok := p.view.Line(); in.ID == intent.Accept && ok && l.Rec.ID == "" {
		return p.b.Do(l.To), true
	}
	return nil, p.view.Move(in.ID)
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
	if l, ok := p.view.Line(); id == intent.Accept && ok && l.Rec.ID == "" {
		return p.b.Env.S(p.b.Env.T.Chart.EnterOpen)
	}
	return ""
}

// Draw paints the sections.
func (p *Page) Draw(c *paint.Canvas, r paint.Rect, focus bool) {
	e := p.b.Env
	if focus {
		c.SetCursor(r.X, r.Y)
	}
	if !p.making.Have() {
		p.view.Size(r)
		c.Put(r.X, r.Y, r.Right(), theme.Syncing, p.making.Slow(p.b, e.T.Summary.Making))
		return
	}
	p.view.Draw(c, r, focus)
}
