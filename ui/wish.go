package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// wish is an intent that came by no key: of the mouse, or of a line that was typed.
type wish intent.Intent

// wished does what a key for the intent would do on the screen in front.
func (m *Model) wished(in intent.Intent) tea.Cmd {
	if m.left() {
		return m.lockUp(m.idle)
	}
	m.touched()
	m.say = ""
	e, ok := m.keys.Entry(in.ID)
	switch {
	case !ok || m.tooSmall():
		return nil
	case e.Scopes&m.front().Scope() == 0:
		m.warn(text.Sprintf(m.env.S(m.env.T.Common.NotHere), m.env.S(e.Name)))
		return nil
	}
	return m.do(in)
}
