package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/signin"
)

// lockUp asks for the passphrase, and drops what a locked desk need not hold: the
// chart on the screen but for its place, the day, and the session's keys. Nothing
// runs for the session until the passphrase has been given (adr/0020).
func (m *Model) lockUp(idle time.Duration) tea.Cmd {
	m.put(nil)
	m.say, m.env.Locked = "", true
	finish := m.finish()
	if c, ok := m.main.(screen.Concealer); ok {
		c.Conceal() // what a card gave is not kept behind a locked screen
	}
	dropped := m.dropAside()
	m.shutMain()
	asked := m.day.poll // goes on: what has just come is kept by the session, and is told with the passphrase
	m.day.poll = screen.Job{}
	waits, _ := m.unsent()
	m.endDay()
	m.day.poll = asked
	m.scrubbed = 0
	if m.lock != nil {
		m.lock.Leave()
	}
	var cmd tea.Cmd
	m.lock, cmd = signin.NewLock(m.env, idle)
	m.lock.Waits(waits)
	session := m.env.Session
	lock := func() {
		finish()
		_ = session.Lock()
	}
	return tea.Batch(cmd, dropped, m.wipeClipboard(), quietly(lock)) // what it could not write, its log entry, is missed by verify
}

// finish is what waits until what was typed last is kept: the session goes after it.
func (m *Model) finish() func() {
	if f, ok := m.main.(screen.Finisher); ok {
		if wait := f.Finish(); wait != nil {
			return func() { wait(lockWaits) }
		}
	}
	return func() {}
}

// lockWaits is how long the session's keys stay for what was typed last to come to the disk; the screen is gone at once.
const lockWaits = 2 * time.Second

// wipeClipboard takes out of the terminal's clipboard what a chart put there.
func (m *Model) wipeClipboard() tea.Cmd {
	if !m.env.Copied {
		return nil
	}
	m.env.Copied = false
	return tea.SetClipboard("")
}

// quit ends the program, with nothing of a chart left in the clipboard.
func (m *Model) quit() tea.Cmd {
	if wipe := m.wipeClipboard(); wipe != nil {
		return tea.Sequence(wipe, tea.Quit)
	}
	return tea.Quit
}

// shutMain puts in the place of a chart what remembers where somebody was.
func (m *Model) shutMain() {
	if c, ok := m.main.(screen.Shutter); ok {
		place := c.Shut()
		m.main.Leave()
		m.main = place
	}
}

// unlocked goes on where the person was, in the session that the passphrase has
// begun; the one before is closed after that, so that what is kept for the session
// alone stays.
func (m *Model) unlocked(s ehrdesk.Session) tea.Cmd {
	old := m.env.Session
	if w, ok := old.(ehrdesk.Warner); ok {
		m.owed = append(m.owed, w.Warnings()...)
	}
	m.env.Session = s
	cmds := []tea.Cmd{closeSessions([]ehrdesk.Session{old}), m.beginDay()}
	m.tellLater()
	if r, ok := m.main.(screen.Resumer); ok {
		cmds = append(cmds, r.Resume())
	}
	return tea.Batch(cmds...)
}

// codes is what a session has to tell, and what an earlier one of the same person
// had not told yet.
func (m *Model) codes(s ehrdesk.Session) []string {
	codes := slices.Clone(m.owed)
	if w, ok := s.(ehrdesk.Warner); ok {
		codes = append(codes, w.Warnings()...)
	}
	slices.Sort(codes)
	return slices.DeleteFunc(slices.Compact(codes), func(c string) bool { return m.read[c] })
}
