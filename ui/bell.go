package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
)

// The terminal's bell tells a doctor who looks elsewhere that the day's list has somebody for
// them. It names nobody and is off until the person switches it on.

// bellGap is how long it is quiet after it has rung: a list that was out of reach brings many at once.
const bellGap = 10 * time.Second

// ring rings for what a list that was just read has and the one before it had not.
func (m *Model) ring(before, now []ehrdesk.Task) tea.Cmd {
	if !m.liking.now.Bell || m.lock != nil || m.env.Session == nil {
		return nil
	}
	me := m.env.Session.Account()
	had := map[string]ehrdesk.Task{}
	for _, t := range before {
		had[t.ID] = t
	}
	calls := func(t ehrdesk.Task) bool {
		old := had[t.ID]
		switch t.Kind {
		case ehrdesk.TaskArrival: // also one who was put on the list as here
			return me.Role.Clinical() && t.Work == ehrdesk.WorkAccepted && t.Marked.By != me.Staff && (old.Work != t.Work || !old.Marked.At.Equal(t.Marked.At))
		case ehrdesk.TaskWait:
			return old.Kind == t.Kind && old.State == ehrdesk.TaskOpen && t.State == ehrdesk.TaskEnded
		case ehrdesk.TaskAct, ehrdesk.TaskExpected, ehrdesk.TaskDone, ehrdesk.TaskReport, ehrdesk.TaskCall, ehrdesk.TaskReview:
		}
		return false
	}
	m.day.rings = m.day.rings || slices.ContainsFunc(now, calls)
	return m.rung()
}

// rung rings where there is something to ring for, as soon as it may. What comes in quiet hours does not ring after them either.
func (m *Model) rung() tea.Cmd {
	if q := m.liking.now.Quiet; q.at(m.env.Now()) && !(q.Critical && m.day.mine) {
		m.day.rings = false
	}
	if !m.day.rings || m.lock != nil || m.env.Now().Sub(m.day.rang) < bellGap {
		return nil
	}
	m.day.rings, m.day.mine, m.day.rang = false, false, m.env.Now()
	return tea.Raw("\a")
}

// switchBell has it ring from now on, or no more, for whoever is signed in.
func (m *Model) switchBell() tea.Cmd {
	on := !m.liking.now.Bell
	words := m.env.T.Common.BellOff
	switch {
	case on && m.env.Clinical():
		words = m.env.T.Common.BellOn
	case on:
		words = m.env.T.Common.BellOnDesk
	}
	m.env.Say(m.env.S(words))
	m.day.rings, m.day.mine = false, false
	return m.liked(func(s *Settings) { s.Bell = on })
}
