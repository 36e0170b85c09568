package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// card passes on what happened at the readers. Locked, nothing is read and
// nothing said; that a card left is told all the same, so that it is forgotten.
func (m *Model) card(e ehrdesk.CardEvent) tea.Cmd {
	m.env.Cards.Take(e)
	listen := m.env.Cards.Listen()
	if e.Staff {
		return tea.Batch(listen, m.staffCard(e))
	}
	if e.Kind == ehrdesk.CardInserted {
		m.touched() // somebody is there
		m.say = ""
	}
	if _, open := m.overlay.(*tray); open && e.Kind == ehrdesk.CardInserted {
		m.dismiss()
	}
	follows, ok := m.main.(screen.CardFollower)
	if w, can := m.main.(screen.CardChooser); can && !w.WantsCard() {
		ok = false
	}
	switch {
	case m.lock != nil && e.Kind != ehrdesk.CardRemoved:
		return listen
	case ok:
		cmd := follows.Card(e)
		if m.lock != nil {
			m.keep()
		}
		return tea.Batch(listen, cmd)
	case e.Kind == ehrdesk.CardInserted && m.env.Session != nil:
		if said := m.env.CardSaid(e); said != "" {
			m.warn(said)
		} else {
			m.say, m.bad, m.sayAt = m.env.S(m.env.T.Card.LookUp), false, m.env.Now()
		}
	}
	return listen
}

// staffCard locks the desk when the staff's card leaves, where the site wants it.
func (m *Model) staffCard(e ehrdesk.CardEvent) tea.Cmd {
	leaves := e.Kind == ehrdesk.CardRemoved || e.Kind == ehrdesk.CardReaderGone
	if !m.staffLock || !leaves || m.env.Session == nil || m.lock != nil {
		return nil
	}
	cmd := m.lockUp(0)
	m.warn(m.env.S(m.env.T.Card.StaffLocked))
	return cmd
}
