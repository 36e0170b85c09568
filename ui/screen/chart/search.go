package chart

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// search is the field above the list and its running query.
type search struct {
	in     widget.Input
	typing bool
	done   bool // hits are those of the words in the field
	job    screen.Job
}

func (s *Screen) runSearch() tea.Cmd {
	q := s.query
	if q == nil {
		return nil
	}
	q.job.Stop()
	words := strings.TrimSpace(q.in.Text())
	if words == "" {
		q.done = false
		s.hits.set(nil)
		s.detail.clear()
		return nil
	}
	chart := s.chart
	var cmd tea.Cmd
	q.job, cmd = screen.Start(s.env, 10*time.Second, s.patient.ID, func(context.Context) ([]ehrdesk.Record, error) {
		return chart.Search(words), nil
	})
	return cmd
}
