package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// reading is what is fetched of sealed cases before it is opened: beside the rest, as nothing on the screen waits for it.
type reading struct {
	job   screen.Job
	again bool // more came while it ran
}

type (
	caseAhead    struct{}
	caseAheadMsg = screen.Done[caseAhead]
)

// fetchCases fetches what has come, once the cases are in step.
func (m *Model) fetchCases() tea.Cmd {
	r := &m.day.cases.ahead
	session, ok := m.env.Session.(ehrdesk.Casing)
	if !ok || m.env.Locked || m.env.NoCases() != "" {
		return nil
	}
	if r.again = r.job.Running(); r.again {
		return nil
	}
	var cmd tea.Cmd
	r.job, cmd = screen.Start(m.env, 10*time.Minute, "", func(ctx context.Context) (caseAhead, error) {
		return caseAhead{}, session.FetchCases(ctx)
	})
	return cmd
}

// fetchedCases goes on with what came meanwhile. That something could not be fetched is said as it is opened.
func (m *Model) fetchedCases(msg caseAheadMsg) tea.Cmd {
	r := &m.day.cases.ahead
	if !r.job.Takes(msg.Req) || m.lock != nil || !r.again {
		return nil
	}
	return m.fetchCases()
}
