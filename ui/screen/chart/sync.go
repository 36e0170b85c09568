package chart

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// syncState is the synchronisation that runs behind the chart.
type syncState struct {
	job      screen.Job
	run      uint64
	progress ehrdesk.Progress
	news     chan ehrdesk.Progress
	failed   time.Time
	failure  ehrdesk.Code
	report   ehrdesk.SyncReport
	tried    time.Time        // when the last one began
	first    bool             // no copy was here before
	quiet    bool             // began by itself: says something only when there is news
	wants    ehrdesk.Ref      // the report that the chart opens at once it has come; zero for none
	hinted   ehrdesk.HintKind // what the centre said has changed since the last one began, "" for nothing
}

// unseen reports a sync that began by itself, and has neither brought anything nor lasted.
func (s *syncState) unseen(now time.Time) bool {
	return s.quiet && s.progress.Done == 0 && now.Sub(s.job.Since()) < 500*time.Millisecond
}

func (s *syncState) stop() {
	s.job.Stop()
	s.news = nil
}

// progressMsg is how far the sync of that run has come; end says that it is over.
type progressMsg struct {
	run uint64
	p   ehrdesk.Progress
	end bool
}

// startSync starts it. Progress comes from the client's own goroutine: only
// the latest matters, so it goes through a channel of one that never blocks.
func (s *Screen) startSync() tea.Cmd {
	s.sync.run++
	s.sync.tried, s.sync.hinted = s.env.Now(), ""
	at, _ := s.chart.AsOf()
	s.sync.first = at.IsZero()
	s.sync.progress = ehrdesk.Progress{}
	news := make(chan ehrdesk.Progress, 1)
	s.sync.news = news
	chart := s.chart
	var cmd tea.Cmd
	s.sync.job, cmd = screen.Start(s.env, 15*time.Minute, s.patient.ID, func(ctx context.Context) (ehrdesk.SyncReport, error) {
		defer close(news)
		return chart.Sync(ctx, func(p ehrdesk.Progress) {
			for {
				select {
				case news <- p:
					return
				default:
				}
				select {
				case <-news:
				default:
				}
			}
		})
	})
	return tea.Batch(cmd, listen(s.sync.run, news))
}

// listen waits for one piece of news, in the background.
func listen(run uint64, news <-chan ehrdesk.Progress) tea.Cmd {
	return screen.InBackground(func() tea.Msg {
		p, ok := <-news
		return progressMsg{run, p, !ok}
	})
}

func (s *Screen) progressed(m progressMsg) (tea.Cmd, bool) {
	if m.run != s.sync.run || m.end || s.sync.news == nil {
		return nil, true
	}
	s.sync.progress = m.p
	return tea.Batch(s.refresh(), listen(m.run, s.sync.news)), true
}

func (s *Screen) synced(m syncMsg) tea.Cmd {
	t := &s.env.T.Chart
	s.sync.news = nil
	again := s.refresh()
	code := ehrdesk.CodeOf(m.Err)
	s.sync.failure = code
	switch code {
	case "":
		s.sync.report = m.Value
		words := s.env.S(t.SyncNothing)
		if m.Value.Changed+m.Value.Deleted > 0 {
			done := t.SyncDone
			if s.sync.first { // nothing was here that could have changed
				done = t.SyncFirst
			}
			words = text.Sprintf(s.env.S(done), thousands(m.Value.Changed))
			if n := m.Value.Deleted; n > 0 {
				words += text.Sprintf(s.env.S(t.SyncWithdrawn), thousands(n))
			}
		}
		if len(m.Value.OutOfType) > 0 {
			words += " · " + text.Sprintf(s.env.S(t.OutOfScope), outOfType(m.Value.OutOfType))
		}
		if news := m.Value.Changed+m.Value.Deleted > 0; news || !s.sync.quiet {
			s.env.Say(words)
			if news {
				s.detail.stale()
			}
		}
	case ehrdesk.CodeConsentNeeded:
		s.env.Warn(s.env.S(t.ConsentEnded))
		s.env.Go(screen.ToFind{Said: s.env.T.Chart.ConsentEnded})
		return nil
	default:
		s.sync.failed = s.env.Now()
		if !s.sync.quiet {
			s.env.Warn(s.env.ExplainLine(m.Err))
		}
	}
	s.sync.quiet = false
	again = tea.Batch(again, s.followHint(), s.openWanted())
	if s.query != nil { // what has changed is read, and searched
		return tea.Batch(again, s.follow(), s.readTexts(), s.searchAgain())
	}
	return tea.Batch(again, s.follow())
}

// How often an open chart asks for news by itself: where the centre says when something
// has changed, and where it does not. A consent that ends closes the chart within the
// latter.
const (
	resyncHearing = 5 * time.Minute
	resyncDeaf    = 30 * time.Second
	resyncFailed  = 10 * time.Second
	// Records come one after the other: each is worth a hint, and not each a sync.
	resyncHinted = 2 * time.Second
)

// followHint asks again where the centre has hinted that it is worth it: of a consent, which
// may have ended, at once, and of records when the next second comes.
func (s *Screen) followHint() tea.Cmd {
	if s.env.Locked || s.sync.job.Running() || s.sync.hinted == "" || s.env.Now().Before(s.resync()) {
		return nil
	}
	s.sync.quiet = true
	return s.startSync()
}

// resync is when an open chart asks next: at once when the line has come back since it was
// last asked for in vain.
func (s *Screen) resync() time.Time {
	l := s.env.Session.Link()
	switch {
	case s.sync.hinted == ehrdesk.HintConsent:
		return s.sync.tried
	case s.sync.hinted != "" && s.sync.failure == "":
		return s.sync.tried.Add(resyncHinted)
	case l.State == ehrdesk.Online && s.sync.failure != "" && l.Since.After(s.sync.tried):
		return s.sync.tried
	case s.sync.failure != "": // of this record alone, or of a line that nobody has found good again
		return s.sync.tried.Add(resyncFailed)
	case l.Hears:
		return s.sync.tried.Add(resyncHearing)
	}
	return s.sync.tried.Add(resyncDeaf)
}

// Tick closes the record when the consent's end passes while it is open, or the
// desk may keep its copy no longer, and keeps an open chart in step while the desk is not locked.
func (s *Screen) Tick() tea.Cmd {
	now := s.env.Now()
	ended := s.timeUp()
	if st := s.chart.Consent().StateAt(now); st == ehrdesk.ConsentExpired || st == ehrdesk.ConsentWithdrawn {
		s.env.Warn(s.env.S(s.env.T.Chart.ConsentEnded))
		s.env.Go(screen.ToFind{Said: s.env.T.Chart.ConsentEnded})
		return nil
	}
	if g, ok := s.chart.(ehrdesk.Fleeting); ok && g.Gone() {
		s.env.Warn(s.env.S(s.env.T.Chart.CopyGone))
		s.env.Go(screen.ToFind{Said: s.env.T.Chart.CopyGone})
		return nil
	}
	if !s.env.Locked && !s.sync.job.Running() && !now.Before(s.resync()) {
		s.sync.quiet = true
		return tea.Batch(ended, s.startSync())
	}
	return ended
}

// outOfType lists what was received though it is not shared: "Claim 12, Coverage 1".
func outOfType(m map[string]int) string {
	var out []string
	for k, n := range m {
		out = append(out, fmt.Sprintf("%s %d", ehrdesk.CleanLine(k), n))
	}
	sort.Strings(out)
	return strings.Join(out, ", ")
}

// Status is the truth about how fresh the record is, for the status line, and
// before it what is known to be lacking.
func (s *Screen) Status() (string, paint.Style) {
	words, st := s.fresh()
	if on := s.draftsOn(); on != "" && s.env.Plain { // line by line there is no rule that says so
		words += " · " + on
	}
	if lacking := s.env.Facts().Truth(s.truth); lacking != "" {
		return lacking + " · " + words, theme.Offline
	}
	return words, st
}

// barWidth leaves room for the words beside it at 80 columns.
const barWidth = 12

// fresh is how fresh the record is.
func (s *Screen) fresh() (string, paint.Style) {
	e, t := s.env, &s.env.T.Chart
	at, cached := s.chart.AsOf()
	link := e.Session.Link()
	when := ""
	if !at.IsZero() {
		when = ehrdesk.At(at.In(e.Now().Location())).DateTime()
	}
	switch {
	case s.sync.job.Running() && link.State == ehrdesk.Offline && s.sync.progress.Done == 0 && !at.IsZero(): // nothing comes
		return e.Offline(t.Offline, when) + " · " + e.S(t.SyncingOn), theme.Offline
	case s.sync.job.Running() && !s.sync.unseen(e.Now()):
		words := e.Working.Mark() + " " + e.S(t.Syncing)
		if p := s.sync.progress; p.Total > 0 {
			words += " " + thousands(p.Done) + "/" + thousands(p.Total) + " " + widget.Bar(barWidth, p.Done, p.Total)
		} else if p.Done > 0 {
			words += " " + thousands(p.Done)
		}
		if d := e.Now().Sub(s.sync.job.Since()); d >= 500*time.Millisecond {
			words += " · " + e.Elapsed(d)
		}
		return words + " · " + e.S(t.SyncingStop), theme.Syncing
	case s.sync.failure == ehrdesk.CodeTampered:
		return e.S(t.Tampered), theme.Offline
	case link.State == ehrdesk.Offline && at.IsZero():
		return "○ " + e.Offline(e.T.Common.OfflineSince), theme.Offline
	case link.State == ehrdesk.Offline:
		return e.Offline(t.Offline, when), theme.Offline
	case s.sync.failure != "":
		return text.Sprintf(e.S(t.SyncFailed), e.Clock(s.sync.failed)), theme.Offline
	case at.IsZero():
		return e.S(t.Never), theme.Offline
	case cached:
		return text.Sprintf(e.S(t.AsOf), when), theme.Offline
	}
	n := 0
	for _, sum := range s.types {
		n += sum.Count + sum.Restricted
	}
	day := e.Clock(at)
	if e.Now().Sub(at) > 12*time.Hour {
		day = when
	}
	return text.Sprintf(e.S(t.Synced), day, thousands(n)), theme.Good
}

// thousands writes a number with commas from 1,000.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
