package ui

import tea "charm.land/bubbletea/v2"

// Tick is the second hand, for tests that move the clock themselves.
func Tick() tea.Msg { return tickMsg{} }

// Locked reports whether the lock screen is shown.
func (m *Model) Locked() bool { return m.lock != nil }

// Fault is the fault that was caught, "" for none.
func (m *Model) Fault() string { return m.fault }

// Session is the session in use.
func (m *Model) Session() any { return m.env.Session }
