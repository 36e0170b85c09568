package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
)

// Tick is the second hand, for tests that move the clock themselves.
func Tick() tea.Msg { return tickMsg{} }

// Locked reports whether the lock screen is shown.
func (m *Model) Locked() bool { return m.lock != nil }

// Fault is the fault that was caught, "" for none.
func (m *Model) Fault() string { return m.fault }

// Session is the session in use.
func (m *Model) Session() any { return m.env.Session }

// CardWords is what the desk says about a card's fault, in the screen's language.
func CardWords(m tea.Model, k ehrdesk.CardFault) string {
	e := m.(*Model).env
	return e.S(e.T.Card.Faults[k])
}
