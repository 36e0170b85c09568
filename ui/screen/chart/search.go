package chart

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/find"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// search is the field above the list and its running query.
type search struct {
	in     widget.Input
	typing bool
	done   bool // hits are those of the words in the field
	again  bool // the query that runs was run before: more has been read since
	job    screen.Job
	unread ehrdesk.Unread // when the hits were found
	places hits           // where the hits have the words

	named string // by which other name it was found, "" where by the words that were typed

	all  []ehrdesk.Record    // what was found, unfolded
	open map[string]bool     // the names whose hits are not folded
	more map[ehrdesk.Ref]int // how many are folded under a row
}

// found is what a query gives.
type found struct {
	records []ehrdesk.Record
	unread  ehrdesk.Unread
	folded  folded
	named   string
}

// otherName says by which other name the best hit was found that lacks the words typed:
// a drug that was asked for in Chinese and is on record in English.
func otherName(words string, shown []ehrdesk.Record) string {
	q := find.Parse(words)
	for i := range shown[:min(len(shown), 50)] {
		if asked, name := q.Named(shown[i].Title); name != "" {
			if q.Len() == 1 {
				asked = words // as it was typed
			}
			return ehrdesk.CleanLine(asked) + " = " + ehrdesk.CleanLine(name)
		}
	}
	return ""
}

func (s *Screen) runSearch() tea.Cmd {
	if s.query == nil {
		return nil
	}
	s.query.again = false
	return s.ask()
}

// searchAgain runs the same query again, over what has been read since. Its hits
// stay on the screen until then.
func (s *Screen) searchAgain() tea.Cmd {
	q := s.query
	if q == nil || q.in.Empty() || q.job.Running() && !q.again {
		return nil
	}
	q.again = q.done
	return s.ask()
}

func (s *Screen) ask() tea.Cmd {
	q := s.query
	q.job.Stop()
	words := strings.TrimSpace(q.in.Text())
	if words == "" {
		q.done = false
		s.hits.set(nil)
		q.all, q.open, q.more, q.named = nil, nil, nil, ""
		s.detail.clear()
		return nil
	}
	chart, again, open := s.chart, q.again, q.open
	var cmd tea.Cmd
	q.job, cmd = screen.Start(s.env, 10*time.Second, s.patient.ID, func(ctx context.Context) (found, error) {
		unread := chart.Unread() // before: what is read meanwhile is said to be unread, never the other way
		out := found{records: chart.Search(words), unread: unread}
		if !again { // other words
			open = nil
		}
		if unread.TooMuch == 0 {
			out.folded = foldHits(out.records, open)
			out.named = otherName(words, out.folded.shown)
			return out, nil
		}
		more, searched, err := chart.SearchKept(ctx, words)
		if err == nil {
			out.records, out.unread.TooMuch = append(out.records, more...), max(0, unread.TooMuch-searched)
		}
		out.folded = foldHits(out.records, open)
		out.named = otherName(words, out.folded.shown)
		return out, nil
	})
	return cmd
}

// took shows what a query found.
func (s *Screen) took(m hitsMsg) tea.Cmd {
	q := s.query
	if m.Err != nil {
		q.again = false
		s.env.Warn(s.env.ExplainLine(m.Err))
		return nil
	}
	fold := m.Value.folded
	if q.again {
		if q.open != nil { // somebody may have unfolded others meanwhile
			fold = foldHits(m.Value.records, q.open)
		}
		s.hits.replace(fold.shown, s.pane == paneDetail)
	} else {
		s.hits.set(fold.shown)
		q.open = nil
	}
	q.all, q.more, q.named = m.Value.records, fold.more, m.Value.named
	q.done, q.again, q.unread = true, false, m.Value.unread
	q.places.forget()
	return s.follow()
}

// textsState is the reading of notes and attachments that a search began. It goes
// on when the search is left, and ends with the chart on the screen.
type textsState struct {
	job         screen.Job
	run         uint64
	news        chan reached
	done, total int
}

// reached is how many records of how many are read.
type reached struct{ done, total int }

func (t *textsState) stop() {
	t.job.Stop()
	t.news = nil
}

type (
	readMsg = screen.Done[allRead]
	allRead struct{}
)

// textsMsg says that more has been read.
type textsMsg struct {
	run uint64
	end bool
	at  reached
}

// readTexts has the chart read what its records say.
func (s *Screen) readTexts() tea.Cmd {
	if s.env.Locked || s.texts.job.Running() {
		return nil
	}
	s.texts.run++
	news := make(chan reached, 1)
	s.texts.news, s.texts.done, s.texts.total = news, 0, 0
	chart := s.chart
	var cmd tea.Cmd
	s.texts.job, cmd = screen.Start(s.env, 15*time.Minute, s.patient.ID, func(ctx context.Context) (allRead, error) {
		defer close(news)
		return allRead{}, chart.ReadTexts(ctx, func(done, total int) {
			select {
			case news <- reached{done, total}:
			default: // it is told of already
			}
		})
	})
	return tea.Batch(cmd, moreRead(s.texts.run, news))
}

// moreRead waits for one piece of news, in the background.
func moreRead(run uint64, news <-chan reached) tea.Cmd {
	return screen.InBackground(func() tea.Msg {
		at, ok := <-news
		return textsMsg{run, !ok, at}
	})
}

func (s *Screen) textsRead(m textsMsg) tea.Cmd {
	if m.run != s.texts.run || m.end || s.texts.news == nil {
		return nil
	}
	s.texts.done, s.texts.total = m.at.done, m.at.total
	return tea.Batch(s.searchAgain(), moreRead(m.run, s.texts.news))
}

// notRead says what the search did not read, "" where it read everything.
func (s *Screen) notRead() string {
	u, t := s.query.unread, &s.env.T.Chart
	var out []string
	if at := &s.texts; at.job.Running() && at.done < at.total {
		out = append(out, sprintf(s.env.S(s.env.T.Hits.Reading), thousands(at.done), thousands(at.total)))
		u.Pending = 0 // said already
	}
	for _, p := range []struct {
		n     int
		words text.T
	}{
		{u.Pending, t.UnreadPending}, {u.Lacking, t.UnreadLacking}, {u.Restricted, t.UnreadRestricted}, {u.Hidden, t.UnreadHidden},
		{u.Away, t.UnreadAway}, {u.Textless, t.UnreadTextless}, {u.Cut, t.UnreadCut}, {u.TooMuch, t.UnreadTooMuch},
	} {
		if p.n > 0 {
			out = append(out, sprintf(s.env.S(p.words), thousands(p.n)))
		}
	}
	if at, _ := s.chart.AsOf(); at.IsZero() {
		out = append(out, s.env.S(t.UnreadSync))
	}
	if len(out) == 0 {
		return ""
	}
	return s.env.S(t.NotRead) + strings.Join(out, " · ")
}
