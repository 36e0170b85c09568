package chart

import (
	"context"
	"maps"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// inbox is the abnormal results of the chart, with what was done about each.
type inbox struct {
	making page.Making[watched]
	all    []unseen.Result
	news   []ehrdesk.Task // what came new and waits to be acknowledged
	noting screen.Job
	noted  ehrdesk.Ref  // the record whose opening is being kept, or could not be
	card   *closingCard // nil for none
}

// watched is what a job makes.
type watched struct {
	all  []unseen.Result
	news []ehrdesk.Task
}

type (
	noted    struct{} // an opening is on the disk
	closed   struct{} // an acknowledgement is
	notedMsg = screen.Done[noted]
	closeMsg = screen.Done[closed]
)

func (b *inbox) stop() {
	b.making.Stop()
	b.noting.Stop()
}

// watch looks through the results anew, for who sees them and where it is kept who has opened them.
func (s *Screen) watch() tea.Cmd {
	keeper, ok := s.env.Session.(ehrdesk.ResultWatching)
	if !ok || s.env.Locked || !s.env.Account().Role.SeesResults() {
		return nil
	}
	acknowledging, _ := s.env.Session.(ehrdesk.Acknowledging)
	waiting, _ := s.env.Session.(ehrdesk.NewsKeeping)
	if !s.env.Account().Role.Reviews() {
		waiting = nil
	}
	g, patient := unseen.Given{List: s.chart.List, Now: s.env.Now(), For: s.env.Account()}, s.patient.ID
	return s.inbox.making.Begin(&s.book, func() watched {
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		g.Opened, _ = keeper.Openings(ctx, patient) // without them every result is told as if nobody had opened it
		if acknowledging != nil {
			g.Said, _ = acknowledging.Acknowledged(ctx, patient)
		}
		out := watched{all: unseen.Of(g)}
		if waiting != nil {
			out.news, _ = waiting.News(ctx, patient) // without it the day's list still says that it waits
		}
		return out
	})
}

// updateInbox takes what was found, and that an opening or an acknowledgement is kept.
func (s *Screen) updateInbox(msg tea.Msg) (tea.Cmd, bool) {
	switch m := msg.(type) {
	case notedMsg:
		if m.Who != s.patient.ID || !s.inbox.noting.Takes(m.Req) {
			return nil, false
		}
		if m.Err != nil {
			s.env.Warn(s.env.ExplainLine(m.Err))
			return nil, true
		}
		return s.watch(), true
	case closeMsg:
		return s.tookClosing(m)
	case seenMsg:
		return s.tookNews(m)
	}
	m, ok, again, used := s.inbox.making.Take(&s.book, msg)
	if !used {
		return nil, false
	}
	var cmds []tea.Cmd
	if ok {
		before := unseen.Said(s.inbox.all)
		s.inbox.all, s.inbox.noted = m.all, ehrdesk.Ref{}
		if p := s.pages[viewSummary]; p != nil && !maps.Equal(before, unseen.Said(m.all)) { // what is acknowledged is to be done about no more
			cmds = append(cmds, p.Set())
		}
		if p := s.pages[viewChecks]; p != nil {
			cmds = append(cmds, p.Set())
		}
		cmds = append(cmds, s.tookWaiting(m.news), s.noteOpening())
	}
	if again {
		cmds = append(cmds, s.watch())
	}
	return tea.Batch(cmds...), true
}

// noteOpening has it kept that whoever is at the desk has opened an abnormal result, or the report that holds one. A record
// that only stands beside the list while somebody moves through it was not opened.
func (s *Screen) noteOpening() tea.Cmd {
	d, who := &s.detail, s.env.Account().Staff
	if s.pane != paneDetail || !d.have || d.failed != nil || s.env.Locked || s.inbox.noting.Running() || s.inbox.noted == d.ref {
		return nil
	}
	if !slices.ContainsFunc(s.inbox.all, func(x unseen.Result) bool {
		return holds(&x, d.ref) && !slices.ContainsFunc(x.Openers, func(o ehrdesk.Opening) bool { return o.By == who })
	}) {
		return nil
	}
	keeper, _ := s.env.Session.(ehrdesk.ResultWatching)
	ref, patient := d.ref, s.patient.ID
	s.inbox.noted = ref
	var cmd tea.Cmd
	s.inbox.noting, cmd = screen.Start(s.env, time.Minute, patient, func(ctx context.Context) (noted, error) {
		return noted{}, keeper.NoteOpening(ctx, patient, ref)
	})
	return cmd
}

// holds reports the record of a result, or the report that it is read in.
func holds(x *unseen.Result, ref ehrdesk.Ref) bool {
	return x.Record.Ref() == ref || x.Report != nil && x.Report.Ref() == ref
}

// inFocus is the result that waits and is in focus, or open; nil for none.
func (s *Screen) inFocus() *unseen.Result {
	r, ok := s.read()
	if !ok || s.pane == paneRail {
		return nil
	}
	i := slices.IndexFunc(s.inbox.all, func(x unseen.Result) bool { return x.Open() && x.Record.Ref() == r.Ref() })
	if i < 0 {
		return nil
	}
	return &s.inbox.all[i]
}

// noClosing says why the result in focus cannot be acknowledged, "" where it can.
func (s *Screen) noClosing() string {
	e, t := s.env, &s.env.T.Unseen
	switch x := s.inFocus(); {
	case x == nil:
		if _, waits := s.newsInFocus(); waits {
			return ""
		}
		return e.S(t.NoResult)
	case !e.Account().Role.AnswersForResults():
		return e.S(t.NotAnswers)
	case x.Partial:
		return e.S(t.PartialWhy)
	}
	return ""
}

// closingCard asks what is done about a result.
type closingCard struct {
	mark  string
	form  widget.Form
	why   *widget.Row
	wrong screen.Wrong
	job   screen.Job
}

// askClosing shows the card of the result in focus.
func (s *Screen) askClosing() tea.Cmd {
	if why := s.noClosing(); why != "" {
		s.env.Warn(why)
		return nil
	}
	if n, waits := s.newsInFocus(); waits && s.inFocus() == nil {
		return s.acknowledgeNews(n.ID)
	}
	e, t := s.env, &s.env.T.Unseen
	k := &closingCard{mark: s.inFocus().Mark}
	k.why = &widget.Row{Kind: widget.TextRow, Label: func() string { return e.S(t.Reason) }, Input: &widget.Input{Max: ehrdesk.AcknowledgeMost}}
	submit := &widget.Row{Kind: widget.SubmitRow, Label: func() string { return e.S(t.Submit) }}
	k.form.Rows = []*widget.Row{{Kind: widget.SaidRow, Label: func() string { return e.S(t.ReasonLead) }, Style: theme.Muted}, k.why, submit}
	k.form.Focus(k.why)
	s.inbox.card = k
	return nil
}

// closing is the result of the card; nil once it is another.
func (s *Screen) closing() *unseen.Result {
	i := slices.IndexFunc(s.inbox.all, func(x unseen.Result) bool { return x.Mark == s.inbox.card.mark })
	if i < 0 {
		return nil
	}
	return &s.inbox.all[i]
}

// handleClosing carries out a wish on the card.
func (s *Screen) handleClosing(in intent.Intent) tea.Cmd {
	k := s.inbox.card
	switch {
	case k.job.Running():
		s.env.Warn(s.env.S(s.env.T.Safety.Keeping))
	case in.ID == intent.Back, s.closing() == nil: // what it was of is no longer so
		s.inbox.card = nil
		return s.follow()
	case in.ID == intent.GoOn:
		return s.close()
	case in.ID == intent.Edited:
		k.wrong = screen.Wrong{}
	default:
		k.form.Handle(in)
	}
	return nil
}

// close has it kept that the result is acknowledged.
func (s *Screen) close() tea.Cmd {
	k, patient := s.inbox.card, s.patient.ID
	mark, reason := k.mark, ehrdesk.CleanLine(k.why.Input.Text())
	keeper, _ := s.env.Session.(ehrdesk.ResultWatching)
	var cmd tea.Cmd
	k.job, cmd = screen.Start(s.env, time.Minute, patient, func(ctx context.Context) (closed, error) {
		return closed{}, keeper.CloseResult(ctx, patient, mark, reason)
	})
	return cmd
}

// tookClosing takes what came of it.
func (s *Screen) tookClosing(m closeMsg) (tea.Cmd, bool) {
	k := s.inbox.card
	if k == nil || m.Who != s.patient.ID || !k.job.Takes(m.Req) {
		return nil, false
	}
	if m.Err != nil {
		k.wrong = screen.Failed(m.Err)
		return nil, true
	}
	s.inbox.card = nil
	s.env.Say(s.env.S(s.env.T.Unseen.Kept))
	s.env.Day.Stale, s.env.Day.Tell = true, true // it may have waited at the door
	return tea.Batch(s.watch(), s.follow()), true
}

// drawClosing paints the card in the place of the lists: the banner with the allergies stays above it.
func (s *Screen) drawClosing(c *paint.Canvas, r paint.Rect) {
	e, t, k, x := s.env, &s.env.T.Unseen, s.inbox.card, s.closing()
	if x == nil {
		return
	}
	in := paint.Rect{X: r.X + 2, Y: r.Y, W: min(r.W-4, 100), H: r.H}
	c.SetCursor(in.X, in.Y)
	put := func(st paint.Style, words string) {
		if in.H > 0 {
			in = in.From(widget.Para(c, in, st, words))
		}
	}
	style := theme.Abnormal
	if x.Critical {
		style = theme.Critical
	}
	put(style, sprintf(e.S(t.CardTitle), s.inOneLine(x.Record)))
	put(theme.Text, s.source(x.Record)+" · "+s.words(x.Record).Day)
	put(theme.Text, e.Facts().Waits(x))
	put(theme.Muted, e.S(t.CardBack))
	y := k.form.Draw(c, in, !k.job.Running())
	rest := paint.Rect{X: in.X, Y: y, W: in.W, H: max(0, in.Bottom()-y)}
	switch {
	case k.job.Running():
		c.Put(rest.X, rest.Y, rest.Right(), theme.Syncing, e.Working.Mark()+" "+e.S(e.T.Safety.Keeping))
	case !k.wrong.None():
		widget.Para(c, rest, theme.Critical, "! "+e.Words(k.wrong))
	}
}
