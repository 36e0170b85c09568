package chart

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

var sprintf = text.Sprintf

// Draw paints the chart.
func (s *Screen) Draw(c *paint.Canvas, r paint.Rect) {
	body := r.From(s.DrawHeader(c, r))
	if s.rel != nil {
		s.drawRelease(c, body)
		return
	}
	if s.checks.card != nil {
		s.drawCard(c, body)
		return
	}
	if s.inbox.card != nil {
		s.drawClosing(c, body)
		return
	}
	if s.writes() { // its labels and what is typed need the width
		s.drawMiddle(c, body)
		return
	}
	rest := body
	switch rail := s.railWidth(r.W); {
	case rail == r.W:
		s.drawRail(c, body)
		return
	case rail > 0:
		s.drawRail(c, paint.Rect{X: body.X, Y: body.Y, W: rail, H: body.H})
		c.Fill(paint.Rect{X: body.X + rail, Y: body.Y, W: 1, H: body.H}, theme.Rule, '│')
		rest = paint.Rect{X: body.X + rail + 1, Y: body.Y, W: body.W - rail - 1, H: body.H}
	}
	switch {
	case s.wide():
		lw := rest.W * 56 / 100
		if r.W >= 160 {
			lw = rest.W * 62 / 100
		}
		s.drawMiddle(c, paint.Rect{X: rest.X, Y: rest.Y, W: lw, H: rest.H})
		c.Fill(paint.Rect{X: rest.X + lw, Y: rest.Y, W: 1, H: rest.H}, theme.Rule, '│')
		s.drawDetail(c, paint.Rect{X: rest.X + lw + 2, Y: rest.Y, W: rest.W - lw - 3, H: rest.H})
	case s.pane == paneDetail:
		s.drawDetail(c, paint.Rect{X: rest.X + 1, Y: rest.Y, W: rest.W - 1, H: rest.H})
	default:
		s.drawMiddle(c, rest)
	}
}

// DrawHeader draws the patient's banner with the risks, the allergies and the consent, and
// a rule below them.
func (s *Screen) DrawHeader(c *paint.Canvas, r paint.Rect) int {
	head := s.drawHead(c, r)
	c.HLine(r.X, r.Y+head, r.Right(), theme.Rule)
	s.drawChecks(c, s.drawDrafts(c, r.X, r.Y+head, r.Right()), r.Y+head, r.Right())
	return head + 1
}

// drawMiddle draws the page or the list in use.
func (s *Screen) drawMiddle(c *paint.Canvas, r paint.Rect) {
	switch p := s.page(); {
	case p != nil:
		p.Draw(c, paint.Rect{X: r.X + 1, Y: r.Y, W: r.W - 1, H: r.H}, s.pane == paneList)
	case s.view.listed() || s.query != nil:
		s.drawList(c, r)
	}
}

// drawList draws the list in use, or says why there is nothing in it.
func (s *Screen) drawList(c *paint.Canvas, r paint.Rect) {
	e, t, l := s.env, &s.env.T.Chart, s.current()
	focus := s.pane == paneList
	head := theme.Muted
	if focus {
		head = theme.Title
	}
	r = paint.Rect{X: r.X + 1, Y: r.Y, W: r.W - 1, H: r.H}
	if s.chooser != nil {
		s.drawFilter(c, r)
		return
	}
	why, st := s.emptiness()
	title := s.listTitle()
	if notice := s.filterNotice(); notice != "" {
		c.Put(r.X, r.Y, r.Right(), theme.Abnormal, paint.Cut(notice, r.W))
		r = r.From(1)
	}
	if s.query == nil && why == "" {
		s.drawRows(c, r, l, focus, title, head)
		return
	}
	if s.query != nil {
		x := c.Put(r.X, r.Y, r.Right(), head, e.S(t.SearchTitle)+" ")
		s.query.in.Draw(c, x, r.Y, max(10, r.Right()-x-1), s.query.typing)
	} else {
		c.Put(r.X, r.Y, r.Right(), head, paint.Cut(title, r.W))
	}
	r = r.From(1)
	if why != "" {
		widget.Para(c, r, st, why)
		if focus && !(s.query != nil && s.query.typing) {
			c.SetCursor(r.X, r.Y)
		}
		return
	}
	words := s.notRead()
	if lines := paint.Wrap(nil, words, r.W); words != "" && paint.Width(words)+20 > r.W && r.H-len(lines) >= 4 { // it is never cut
		for i, line := range lines {
			c.Put(r.X, r.Y+i, r.Right(), theme.Muted, line)
		}
		r, words = r.From(len(lines)), ""
	}
	if words == "" && s.query != nil && s.query.done {
		words = " " + s.query.named
	}
	s.drawRows(c, r, l, focus, words, theme.Muted)
}

func (s *Screen) summary() ehrdesk.TypeSummary {
	for _, sum := range s.types {
		if sum.Type == s.typ {
			return sum
		}
	}
	return ehrdesk.TypeSummary{}
}

// emptiness says why the list has nothing to show: error, role, not yet
// received and truly nothing are four different things.
func (s *Screen) emptiness() (string, paint.Style) {
	e, t := s.env, &s.env.T.Chart
	if s.query != nil {
		switch {
		case len(s.hits.records) > 0:
			return "", 0
		case s.query.in.Empty():
			return e.S(t.SearchLead), theme.Muted
		case s.query.job.Running() && !s.query.again || !s.query.done:
			return e.S(t.Searching), theme.Syncing
		default:
			if lacking := s.notRead(); lacking != "" {
				return e.S(t.SearchNotIn) + " " + lacking, theme.Abnormal
			}
			return e.S(t.SearchNone), theme.Text
		}
	}
	if len(s.list.records) > 0 {
		return "", 0
	}
	if s.filter.on() {
		return e.S(e.T.Filter.Empty), theme.Abnormal
	}
	if s.view == viewNew {
		return s.noneNew(), theme.Text
	}
	at, _ := s.chart.AsOf()
	switch {
	case s.summary().Hidden:
		return e.S(t.Hidden), theme.Abnormal
	case s.summary().Away:
		return e.S(t.Away), theme.Abnormal
	case s.waited() != "":
		return s.waited(), theme.Syncing
	case s.summary().Restricted > 0:
		return sprintf(e.S(t.RestrictedLine), s.summary().Restricted), theme.Abnormal
	case at.IsZero():
		return e.S(t.NotReceived), theme.Abnormal
	case len(s.summary().Unasked) > 0:
		return e.S(t.SomeUnasked), theme.Abnormal
	default:
		return e.S(t.Nothing), theme.Text
	}
}

// waited says that records are on their way, or should be here, after the
// patient's identity was verified: never that there are none.
func (s *Screen) waited() string {
	e, t, by := s.env, &s.env.T.Chart, s.chart.RecordsExpected()
	switch {
	case by.IsZero() || s.typ == ehrdesk.Demographics:
		return ""
	case e.Now().Before(by):
		return sprintf(e.S(t.ExpectedBy), e.Clock(by))
	case e.Now().Sub(by) < 24*time.Hour:
		return sprintf(e.S(t.ExpectedOver), e.Clock(by))
	}
	return ""
}

// flagStyle is how a flag is drawn: its letter and word say it, the colour only
// repeats it.
func flagStyle(r *ehrdesk.Record, row *text.Row) paint.Style {
	switch {
	case r.Flag == ehrdesk.FlagCriticalHigh || r.Flag == ehrdesk.FlagCriticalLow:
		return theme.Critical
	case row.Judged:
		return theme.Abnormal
	case r.Flag == ehrdesk.FlagNoneKnown:
		return theme.Text
	}
	return theme.Muted
}
