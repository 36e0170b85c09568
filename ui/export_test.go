package ui

import (
	"io"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
)

// Tick is the second hand, for tests that move the clock themselves.
func Tick() tea.Msg { return tickMsg{} }

// Hint is the centre's word that something changed about a patient, as it reaches the screen.
func (m *Model) Hint(kind ehrdesk.HintKind, patient string) tea.Msg {
	return hintMsg{run: m.day.run, hint: ehrdesk.Hint{Kind: kind, Patient: patient}}
}

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

// OnScreen has a model's frames written to w, as Run does to the terminal.
func OnScreen(m tea.Model, w io.Writer) *paint.Screen {
	s := paint.NewScreen(w)
	m.(*Model).screen = s
	return s
}

// Chosen are the rows of the items that have the focus on the last frame, as text.
func (m *Model) Chosen() (rows []string) {
	for _, it := range m.canvas.Items() {
		if it.Chosen {
			rows = append(rows, m.canvas.Text(0, it.Y))
		}
	}
	return rows
}

// Say shows a passing message.
func (m *Model) Say(words string) { m.env.Say(words) }
