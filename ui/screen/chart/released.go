package chart

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/ask"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/drafts"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/write"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// endRelease ends the release that runs; what it showed leaves the screen at once.
func (s *Screen) endRelease() tea.Cmd {
	chart := s.chart
	s.gone(s.env.T.Chart.ReleaseEnded)
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		defer func() { _ = recover() }() // what it would print may hold data
		_ = chart.EndRelease(ctx)        // what does not arrive ends by itself at the centre
		return releaseEnded{}
	}
}

// releaseEnded says that the chart no longer holds what a release showed.
type releaseEnded struct{}

// gone takes what a release showed off the screen.
func (s *Screen) gone(why text.T) {
	s.shown, s.said = ehrdesk.Released{}, saying{}
	if r, ok := s.selected(); ok && r.Released {
		s.detail.clear()
		s.pane = paneList
	}
	s.list.records = slices.DeleteFunc(slices.Clone(s.list.records), func(r ehrdesk.Record) bool { return r.Released })
	s.hits.records = slices.DeleteFunc(slices.Clone(s.hits.records), func(r ehrdesk.Record) bool { return r.Released })
	if q := s.query; q != nil {
		q.all = slices.DeleteFunc(slices.Clone(q.all), func(r ehrdesk.Record) bool { return r.Released })
	}
	s.list.sel, s.hits.sel = 0, 0
	s.dropPages()
	s.followed, s.index = nil, nil
	s.env.Say(s.env.S(why))
}

// timeUp ends what a release showed once its time is over.
func (s *Screen) timeUp() tea.Cmd {
	if s.shown.ID == "" || s.chart.Released().ID != "" {
		return nil
	}
	s.gone(s.env.T.Chart.ReleaseOver)
	return s.refresh()
}

// drawRelease paints the form in the place of the lists.
func (s *Screen) drawRelease(c *paint.Canvas, r paint.Rect) {
	e, t, f := s.env, &s.env.T.Chart, s.rel
	in := paint.Rect{X: r.X + 2, Y: r.Y, W: min(r.W-4, 100), H: r.H}
	c.Put(in.X, in.Y, in.Right(), theme.Title, e.S(t.ReleaseTitle))
	in = in.From(1)
	if f.offer == nil {
		c.SetCursor(in.X, in.Y)
		if f.offerJob.Running() {
			c.Put(in.X, in.Y, in.Right(), theme.Syncing, e.Progress(&f.offerJob, e.T.Capture.Loading))
		} else {
			widget.Para(c, in, theme.Critical, "! "+e.Words(f.wrong))
		}
		return
	}
	y := f.form.Draw(c, paint.Rect{X: in.X, Y: in.Y, W: in.W, H: in.H - 2}, !f.busy()) // room for what is wrong
	rest := paint.Rect{X: in.X, Y: y, W: in.W, H: max(0, in.Bottom()-y)}
	switch {
	case f.job.Running():
		c.Put(rest.X, rest.Y, rest.Right(), theme.Syncing, e.Working.Mark()+" "+e.S(t.Releasing)+" "+e.Elapsed(e.Now().Sub(f.job.Since())))
	case !f.wrong.None():
		widget.Para(c, rest, theme.Critical, "! "+e.Words(f.wrong))
	}
}

// WantsCard reports whether a card put in now is for this screen.
func (s *Screen) WantsCard() bool { return s.rel != nil && s.rel.byCard() }

// Card follows the readers while the form waits for the patient's card.
func (s *Screen) Card(ev ehrdesk.CardEvent) tea.Cmd {
	f := s.rel
	if f == nil || !f.byCard() || f.job.Running() {
		return nil
	}
	switch ev.Kind {
	case ehrdesk.CardInserted, ehrdesk.CardMute:
		if said := s.env.CardSaid(ev); said != "" {
			s.env.Warn(said)
			return nil
		}
		return f.card.Begin(s.env, f.request, s.patient.ID)
	case ehrdesk.CardRemoved:
		if ev.Insertion == f.card.Insertion {
			f.card.Forget()
		}
	}
	return nil
}

// Conceal ends what must not lie behind a locked screen: the form's code and
// card, restricted records themselves, and a program that writes a draft.
func (s *Screen) Conceal() {
	if s.rel != nil && !s.rel.job.Running() {
		s.rel.card.Forget()
		s.rel.code.Input.Clear()
	}
	if p, ok := s.pages[viewDrafts].(*drafts.Page); ok {
		p.Conceal()
	}
	if p, ok := s.pages[viewWrite].(*write.Page); ok {
		p.Conceal()
	}
	if p, ok := s.pages[viewAsk].(*ask.Page); ok {
		p.Conceal()
	}
}

// Heard asks again when the centre says that this patient's record or consent
// has changed. What is being asked already may be answered from before the hint, so
// that it is asked once more afterwards.
func (s *Screen) Heard(h ehrdesk.Hint) tea.Cmd {
	if h.Patient != s.patient.ID {
		return nil
	}
	if s.sync.hinted != ehrdesk.HintConsent {
		s.sync.hinted = h.Kind
	}
	return s.followHint()
}
