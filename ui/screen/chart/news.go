package chart

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// What came new of a patient on the day's list waits in the chart until somebody acknowledges it by name: what is to be
// acted on one by one, what is to be known also all at once. An abnormal result is acknowledged as any is, on its card.

// seen is how many that waited are acknowledged, on the disk.
type seen struct{ n int }

type seenMsg = screen.Done[seen]

// newsInFocus is what waits of the record in focus, or open; ok is false for none.
func (s *Screen) newsInFocus() (ehrdesk.Task, bool) {
	r, ok := s.read()
	if !ok || s.pane == paneRail {
		return ehrdesk.Task{}, false
	}
	i := slices.IndexFunc(s.inbox.news, func(t ehrdesk.Task) bool { return t.Call.Record == r.Ref() })
	if i < 0 {
		return ehrdesk.Task{}, false
	}
	return s.inbox.news[i], true
}

// toKnow are the lines of what is to be known.
func (s *Screen) toKnow() (ids []string) {
	for _, t := range s.inbox.news {
		if t.Call.What == ehrdesk.FollowKnow {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// acknowledgeNews has it kept that whoever is at the desk has taken note of what waits.
func (s *Screen) acknowledgeNews(ids ...string) tea.Cmd {
	if s.inbox.noting.Running() {
		s.env.Warn(s.env.S(s.env.T.Common.StillRunning))
		return nil
	}
	keeper, ok := s.env.Session.(ehrdesk.NewsKeeping)
	if !ok {
		return nil
	}
	patient := s.patient.ID
	var cmd tea.Cmd
	s.inbox.noting, cmd = screen.Start(s.env, time.Minute, patient, func(ctx context.Context) (seen, error) {
		return seen{len(ids)}, keeper.AcknowledgeNews(ctx, patient, ids...)
	})
	return cmd
}

// acknowledgeKnown does it for all that is to be known.
func (s *Screen) acknowledgeKnown() tea.Cmd {
	ids := s.toKnow()
	if len(ids) == 0 {
		s.env.Warn(s.env.S(s.env.T.News.NoKnow))
		return nil
	}
	return s.acknowledgeNews(ids...)
}

// tookNews takes what came of it. The day's list is read anew: it says the same.
func (s *Screen) tookNews(m seenMsg) (tea.Cmd, bool) {
	if m.Who != s.patient.ID || !s.inbox.noting.Takes(m.Req) {
		return nil, false
	}
	t := &s.env.T.News
	switch {
	case m.Err != nil:
		s.env.Warn(s.env.ExplainLine(m.Err))
	case m.Value.n == 1:
		s.env.Say(s.env.S(t.Kept))
	default:
		s.env.Say(sprintf(s.env.S(t.KeptAll), m.Value.n))
	}
	s.env.Day.Stale, s.env.Day.Tell = true, true
	return s.watch(), true
}

// tookWaiting takes what waits now; the page of what changed has it first.
func (s *Screen) tookWaiting(news []ehrdesk.Task) tea.Cmd {
	same := slices.EqualFunc(s.inbox.news, news, func(a, b ehrdesk.Task) bool { return a.ID == b.ID && a.Call.Owner() == b.Call.Owner() })
	s.inbox.news = news
	if p := s.pages[viewChanged]; p != nil && !same {
		return p.Set()
	}
	return nil
}
