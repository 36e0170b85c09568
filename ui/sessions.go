package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/find"
	"github.com/ehrdesk/ehrdesk/ui/screen/signin"
)

// began takes a session: the first one, the same person's after a lock, or
// another person's, who ends what was open.
func (m *Model) began(s ehrdesk.Session) tea.Cmd {
	old := m.env.Session
	if m.lock != nil {
		m.lock.Leave()
		m.lock = nil
	}
	m.touched()
	m.env.Locked = false
	if old != nil && same(old.Account(), s.Account()) {
		defer m.tell(s)
		return m.unlocked(s)
	}
	m.main.Leave()
	cmds := []tea.Cmd{m.closeChart(), m.dropAside(), closeSessions(m.sessions())}
	m.env.Session = s
	m.likes(person(s.Account()))
	m.main, _ = find.New(m.env, screen.ToFind{})
	cmds = append(cmds, m.beginDay())
	if s.Link().State == ehrdesk.Offline {
		m.warn(m.env.S(m.env.T.SignIn.OfflineLead))
	}
	m.tell(s)
	return tea.Batch(append(cmds, m.offerTour())...)
}

// same reports whether two accounts are one person in one role at one provider.
func same(a, b ehrdesk.Account) bool {
	return a.Staff == b.Staff && a.Provider == b.Provider && a.Role == b.Role
}

// sessions takes the session there is, to be closed.
func (m *Model) sessions() []ehrdesk.Session {
	m.endDay()
	var all []ehrdesk.Session
	if m.env.Session != nil {
		all = append(all, m.env.Session)
	}
	m.env.Session, m.later, m.read, m.owed = nil, "", nil, nil
	return all
}

func closeSessions(all []ehrdesk.Session, before ...func()) tea.Cmd {
	if len(all) == 0 {
		return nil
	}
	return quietly(func() {
		for _, f := range before {
			f()
		}
		for _, s := range all {
			_ = s.Close()
		}
	})
}

// quietly runs f outside the event loop; a panic in it ends there, since what it
// would print may hold data.
func quietly(f func()) tea.Cmd {
	return func() tea.Msg {
		defer func() { _ = recover() }()
		f()
		return nil
	}
}

// signOut ends the session and shows the accounts.
func (m *Model) signOut() tea.Cmd {
	finish := m.finish()
	m.main.Leave()
	cmds := []tea.Cmd{m.closeChart(), m.dropAside(), closeSessions(m.sessions(), finish)}
	m.put(nil)
	if m.lock != nil {
		m.lock.Leave()
	}
	m.lock, m.say, m.env.Locked = nil, "", false
	var cmd tea.Cmd
	m.main, cmd = signin.New(m.env)
	return tea.Batch(append(cmds, cmd)...)
}
