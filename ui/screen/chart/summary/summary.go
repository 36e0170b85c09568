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
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
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

	view sections.View
}

type madeMsg = screen.Done[made]

// made is what the command found; it is a type of its own so that no other page takes it.
type made struct {
	sections clinical.Sections
	risks    risk.Risks
}

// New gives the page; Set fills it.
func New(b *page.Book) *Page {
	p := &Page{b: b}
	p.view = sections.New(b.Env, p.sections)
	return p
}

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
	p.data, p.risks, p.have = m.Value.sections, m.Value.risks, true
	p.view.Renew()
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
	if !p.have {
		p.view.Size(r)
		if e.Now().Sub(p.job.Since()) >= 500*time.Millisecond {
			c.Put(r.X, r.Y, r.Right(), theme.Syncing, e.Progress(&p.job, e.T.Summary.Making))
		}
		return
	}
	p.view.Draw(c, r, focus)
}

// counted is a number with its words.
func (p *Page) counted(t text.T, n int) string { return fmt.Sprintf(p.b.Env.S(t), fmt.Sprint(n)) }
