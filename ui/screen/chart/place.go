package chart

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Place stands for a chart while the desk is locked, and until the chart is open
// again. It holds where somebody was and nothing of the patient.
type Place struct {
	env     *screen.Env
	chart   ehrdesk.Chart // put away by the lock
	purpose ehrdesk.Purpose
	at      screen.ChartPlace
	job     screen.Job
}

type resumedMsg = screen.Done[ehrdesk.Chart]

// Shut is what stands for the screen behind a lock. What was searched for, the form
// for restricted records and what it showed are not kept.
func (s *Screen) Shut() screen.Screen {
	shown := s.view
	if shown == viewTrend {
		shown = s.before
	}
	at := screen.ChartPlace{Type: s.typ, Page: int(shown), Pane: int(s.pane), Row: s.list.sel, Top: s.list.top}
	sel, ok := s.list.selected()
	if p := s.page(); p != nil {
		sel, ok = p.Selected()
	}
	if ok {
		at.Record = sel.Ref()
	}
	return &Place{env: s.env, chart: s.chart, purpose: s.purpose, at: at}
}

// goTo takes the screen to where somebody was.
func (s *Screen) goTo(at screen.ChartPlace) {
	s.pane, s.typ, s.view, s.goal = pane(at.Pane), at.Type, view(at.Page), at.Record
	s.list.set(s.records())
	s.list.sel, s.list.top = at.Row, at.Top
	for i, r := range s.list.records {
		if at.Record != (ehrdesk.Ref{}) && r.Ref() == at.Record {
			s.list.top += i - s.list.sel
			s.list.sel = i
		}
	}
	s.list.replace(s.list.records, true) // within what there is
	s.sync.quiet = true
}

var _ interface {
	screen.Screen
	screen.Resumer
} = (*Place)(nil)

// Resume opens the chart again in the session that the passphrase has begun.
func (p *Place) Resume() (cmd tea.Cmd) {
	if p.env.Locked || p.env.Session == nil || p.job.Running() {
		return nil
	}
	session, chart := p.env.Session, p.chart
	p.job, cmd = screen.Start(p.env, 15*time.Second, "", func(ctx context.Context) (ehrdesk.Chart, error) { return session.Resume(ctx, chart) })
	return cmd
}

// Update takes the chart, or why there is none any more.
func (p *Place) Update(msg tea.Msg) (tea.Cmd, bool) {
	m, ok := msg.(resumedMsg)
	if !ok || !p.job.Takes(m.Req) {
		return nil, false
	}
	t := &p.env.T.Chart
	switch ehrdesk.CodeOf(m.Err) {
	case "":
		p.env.Go(screen.ToChart{Chart: m.Value, Purpose: p.purpose, At: &p.at})
	case ehrdesk.CodeConsentNeeded:
		p.closed(t.ConsentEnded)
	case ehrdesk.CodeNotFound:
		p.closed(t.CopyGone)
	default:
		p.env.Warn(p.env.ExplainLine(m.Err))
		p.env.Go(screen.ToFind{})
	}
	return nil, true
}

func (p *Place) closed(why text.T) {
	p.env.Warn(p.env.S(why))
	p.env.Go(screen.ToFind{Said: why})
}

// Handle goes back to finding somebody; everything else waits for the chart.
func (p *Place) Handle(in intent.Intent) tea.Cmd {
	if in.ID == intent.Back {
		p.env.Go(screen.ToFind{})
		return nil
	}
	p.env.Warn(p.env.S(p.env.T.Common.StillRunning))
	return nil
}

// Draw says that the chart is on its way.
func (p *Place) Draw(c *paint.Canvas, r paint.Rect) {
	c.Put(r.X+2, r.Y+1, r.Right(), theme.Syncing, p.env.Progress(&p.job, p.env.T.Find.Opening))
	c.SetCursor(r.X+2, r.Y+1)
}

// Leave stops the opening.
func (p *Place) Leave() { p.job.Stop() }

// Scope, Field, Why, Hint and Unsaved: there is nothing here but waiting.
func (p *Place) Scope() intent.Scope             { return intent.List }
func (p *Place) Field() *widget.Input            { return nil }
func (p *Place) DisabledReason(intent.ID) string { return "" }
func (p *Place) HintFor(intent.ID) string        { return "" }
func (p *Place) Unsaved() bool                   { return false }
