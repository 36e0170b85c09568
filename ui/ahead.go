package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// aheadMost is how long records are fetched ahead in one go; what is left comes with the next.
const aheadMost = 10 * time.Minute

type aheadMsg = screen.Done[[]ehrdesk.NotFetched]

// fetchAhead has the records of those who are here fetched before they are opened, in the
// background, where the provider's policy lets it.
func (m *Model) fetchAhead() tea.Cmd {
	session, ok := m.env.Session.(ehrdesk.FetchingAhead)
	if !ok || m.env.Locked || m.lock != nil || !session.FetchesAhead() {
		m.env.Day.Ahead = screen.Ahead{}
		return nil
	}
	m.env.Day.Ahead.On = true
	comes := slices.ContainsFunc(m.env.Day.Tasks, func(t ehrdesk.Task) bool { return t.Kind == ehrdesk.TaskArrival && t.Work.Here() })
	if !comes || m.day.fetch.Running() {
		return nil
	}
	var cmd tea.Cmd
	m.day.fetch, cmd = screen.Start(m.env, aheadMost, "", session.FetchAhead)
	return cmd
}

// tookAhead takes whose records could not be fetched, or why none could.
func (m *Model) tookAhead(msg aheadMsg) {
	if !m.day.fetch.Takes(msg.Req) {
		return
	}
	switch code := ehrdesk.CodeOf(msg.Err); code {
	case "":
		m.env.Day.Ahead.Off, m.env.Day.Ahead.Not = "", msg.Value
	case ehrdesk.CodeOffline, ehrdesk.CodeTimeout, ehrdesk.CodeNotSignedIn:
		m.env.Day.Ahead.Off = code
	default: // broken off: it goes on with the next
	}
}
