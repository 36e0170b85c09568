// Package summary is the chart's landing page: what matters of a record, in sections
// in the order of the International Patient Summary. It promises that each line names
// where it comes from and when, that Enter opens the record a line stands for, that a
// section which shows nothing says whether there is nothing or nothing is known, and
// that what does not fit is counted.
package summary

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/keypoints"
	"github.com/ehrdesk/ehrdesk/internal/clinical/risk"
	clinical "github.com/ehrdesk/ehrdesk/internal/clinical/summary"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Page is the summary of the chart that is open: the key points, and below them the
// sections; or all key points, a line a clause.
type Page struct {
	content
	making page.Making[made]
	view   sections.View
	points sections.View // all key points
	whole  bool          // they are shown
	asked  *widget.Input // for the number of a record; nil while nobody asks
}

// content is what the page says.
type content struct {
	b     *page.Book
	data  clinical.Sections
	risks risk.Risks
	keys  keypoints.Points
}

// made is what the command found; it is a type of its own so that no other page takes it.
type made struct {
	sections clinical.Sections
	risks    risk.Risks
	keys     keypoints.Points
}

// work gives what makes the page, which knows all that the chart says of itself by now.
func work(b *page.Book) func() made {
	in, checked := pointsOf(b), b.Checked
	return func() made {
		m := made{sections: clinical.Of(in.List, in.Now), risks: risk.Of(in.List, in.Now)}
		if in.Sections = m.sections; b.Env.Clinical() {
			if checked != nil {
				in.Alerts = alerts(checked())
			}
			m.keys = keypoints.Of(in)
		}
		return m
	}
}

// Sections are the sections of a chart's summary in the language of the book, for whoever
// shows them elsewhere: a command says the same by the same words.
func Sections(b *page.Book) []sections.Section {
	m := work(b)()
	c := content{b, m.sections, m.risks, m.keys}
	return c.sections()
}

// New gives the page; Set fills it.
func New(b *page.Book) *Page {
	p := &Page{content: content{b: b}}
	p.view, p.points = sections.New(b.Env, p.sections), sections.New(b.Env, p.clauses)
	return p
}

var _ page.Page = (*Page)(nil)

// Set takes the records as they are now.
func (p *Page) Set() tea.Cmd {
	return p.making.Begin(p.b, work(p.b))
}

// Update takes what was made.
func (p *Page) Update(msg tea.Msg) (tea.Cmd, bool) {
	m, made, again, used := p.making.Take(p.b, msg)
	if made {
		p.data, p.risks, p.keys = m.sections, m.risks, m.keys
		p.view.Renew()
		p.points.Renew()
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
func (p *Page) Selected() (ehrdesk.Record, bool) { return p.shown().Selected() }

// Select goes to a record.
func (p *Page) Select(ref ehrdesk.Ref) bool { return p.shown().Select(ref) }

// shown is the view in the middle: the sections, or all key points.
func (p *Page) shown() *sections.View {
	if p.whole {
		return &p.points
	}
	return &p.view
}

// Handle moves among the lines, opens the page of a section, shows all key points, and asks
// for the number of a record.
func (p *Page) Handle(in intent.Intent) (tea.Cmd, bool) {
	if cmd, used := p.ask(in); used {
		return cmd, true
	}
	if in.ID == intent.OtherView {
		p.whole = !p.whole && p.b.Env.Clinical()
		return nil, true
	}
	if l, ok := p.shown().Line(); in.ID == intent.Accept && ok && l.Rec.ID == "" {
		return p.b.Do(l.To), true
	}
	return nil, p.shown().Move(in.ID)
}

// DisabledReason says that the summary folds nothing.
func (p *Page) DisabledReason(id intent.ID) string {
	if id == intent.Fold {
		return p.b.Env.S(p.b.Env.T.Chart.OneView)
	}
	return ""
}

// HintFor names what Enter does.
func (p *Page) HintFor(id intent.ID) string {
	e := p.b.Env
	switch l, ok := p.shown().Line(); {
	case id == intent.OtherView && p.whole:
		return e.S(e.T.Chart.Summary)
	case id == intent.OtherView:
		return e.S(e.T.KeyPoints.Whole)
	case id == intent.Accept && ok && l.Rec.ID == "":
		return e.S(e.T.Chart.EnterOpen)
	}
	return ""
}

// Draw paints the key points, and the sections below them.
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
	p.shown().Draw(c, r.From(p.drawPoints(c, r)), focus)
}
