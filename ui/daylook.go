package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

type lookedMsg = screen.Done[lookedAt]

type lookedAt struct{}

// noteLooks notes at the desk which changes of the day's list the person has looked at.
func (m *Model) noteLooks() tea.Cmd {
	ids := m.env.Day.Looks.New
	m.env.Day.Looks.New = nil
	looker, ok := m.env.Session.(ehrdesk.Looker)
	if len(ids) == 0 || !ok {
		return nil
	}
	var cmd tea.Cmd
	m.day.look, cmd = screen.Start(m.env, 10*time.Second, "", func(ctx context.Context) (lookedAt, error) { return lookedAt{}, looker.Looked(ctx, ids...) })
	return cmd
}
