package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/cases"
	"github.com/ehrdesk/ehrdesk/ui/screen/find"
	"github.com/ehrdesk/ehrdesk/ui/screen/requests"
	"github.com/ehrdesk/ehrdesk/ui/screen/today"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// aside is the chart that was left for the find screen or today's list. It stays open
// while somebody looks for the next patient there, so that Escape goes back to it; it
// is closed by whatever goes on from there, by a lock and by the end of the session.
// There is one chart at a time: nothing of it is drawn, and no key reaches it.
type aside struct{ chart screen.Screen }

// mayWait reports whether the chart on screen stays open while d is looked at.
func (m *Model) mayWait(d screen.Route) bool {
	c, can := m.main.(screen.Sider)
	if !can || m.lock != nil || !around(d) {
		return false
	}
	_, lost := c.Loses()
	return !lost
}

// setAside leaves the chart on screen, open and out of sight.
func (m *Model) setAside() {
	m.aside.chart = m.main
	if c, ok := m.main.(screen.Sider); ok {
		c.Wait()
	}
	m.env.Aside = m.beside() // for the screen that is made now
}

// around reports whether d is a screen to look for a patient on, or at what is asked of others, and nothing has led
// there by itself.
func around(d screen.Route) bool {
	switch d := d.(type) {
	case screen.ToToday, screen.ToRequests, screen.ToCase, screen.ToCases:
		return true
	case screen.ToFind:
		return d.Said == text.T{}
	}
	return false
}

// looking reports whether d goes from one of those screens to the other.
func (m *Model) looking(d screen.Route) bool {
	switch m.main.(type) {
	case *find.Screen, *today.Screen, *requests.Screen, *cases.Screen, *cases.Start:
	default:
		return false
	}
	return around(d)
}

// back goes to the chart that was left, where one was.
func (m *Model) back() bool {
	if m.aside.chart == nil {
		return false
	}
	m.put(nil)
	m.main.Leave()
	m.main, m.aside.chart = m.aside.chart, nil
	return true
}

// toAllergy goes back to the chart that was left and has it begin the form of an allergy.
func (m *Model) toAllergy(to screen.ToAllergy) tea.Cmd {
	if !m.back() {
		return nil
	}
	if c, ok := m.main.(screen.AllergyTaker); ok {
		return c.TakeAllergy(to)
	}
	return nil
}

// settleAside takes what the chart that was left asks for: where it cannot stay open
// it is closed, and says why; otherwise it is silent.
func (m *Model) settleAside() tea.Cmd {
	said, bad := m.env.TakeSay()
	if m.env.TakeRoute() == nil {
		return nil
	}
	if bad {
		m.aloud(said, true)
	}
	return m.dropAside()
}

// dropAside closes the chart that was left.
func (m *Model) dropAside() tea.Cmd {
	c := m.aside.chart
	if c == nil {
		return nil
	}
	m.aside.chart = nil
	c.Leave()
	if c, ok := c.(screen.Closer); ok {
		return quietly(func() { _ = c.Close()() })
	}
	return nil
}

// beside is the chart that was left.
func (m *Model) beside() screen.Aside {
	c, ok := m.aside.chart.(screen.Sider)
	if !ok {
		return screen.Aside{}
	}
	return screen.Aside{Patient: c.Patient().ID, Wrote: c.Wrote, Records: c.Records, Entered: c.Entered}
}

// leftBehind is the patient of the chart that was left.
func (m *Model) leftBehind() string {
	if c, ok := m.aside.chart.(screen.Sider); ok {
		return c.Patient().ID
	}
	return ""
}
