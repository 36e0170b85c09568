package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Theme reports whether there is a theme of a name.
func Theme(name string) bool { return theme.Known(name) }

// Settings are how somebody likes the screen. They say nothing of patients or of work.
type Settings struct {
	Lang   string // as in Config, "" for none chosen
	Theme  string // as in Config, "" for none chosen
	Mouse  bool   // the wheel scrolls and a click moves the focus
	Toured bool   // the tour was offered
	Bell   bool   // the terminal rings when the day's list has somebody; each person's own
	Quiet  Quiet  // when it does not; each person's own
}

// Keeper keeps settings at the desk, by person; "" is the desk itself, which is as the
// last person left it. Put is called outside the event loop, and may be called twice at
// a time.
type Keeper interface {
	Get(who string) (Settings, bool)
	Put(who string, s Settings) error
}

// liking is what is chosen now, and who chose it.
type liking struct {
	keep                  Keeper // nil where nothing is kept
	who                   string
	now                   Settings
	langAsked, themeAsked bool // on the command line: no setting changes it
}

// person names an account to the keeper.
func person(a ehrdesk.Account) string { return a.Staff + "@" + a.Provider }

// likes takes what somebody likes, "" for the desk: of whoever has chosen nothing yet
// the screen stays as it is.
func (m *Model) likes(who string) {
	l := &m.liking
	l.who = who
	l.now.Toured, l.now.Bell, l.now.Quiet = false, false, Quiet{}
	if l.keep == nil {
		return
	}
	s, ok := l.keep.Get(who)
	if !ok {
		return
	}
	l.now = s
	if s.Lang != "" && !l.langAsked {
		m.env.Lang = text.Parse(s.Lang)
	}
	if theme.Known(s.Theme) && !l.themeAsked {
		m.setTheme(s.Theme)
	}
	m.mouse = s.Mouse
}

// liked keeps what was just changed, for whoever is at the desk and for the desk.
func (m *Model) liked(change func(*Settings)) tea.Cmd {
	l := &m.liking
	change(&l.now)
	if l.keep == nil {
		return nil
	}
	keep, who, now := l.keep, l.who, l.now
	return quietly(func() { // what is not kept is chosen again
		_ = keep.Put(who, now)
		now.Toured, now.Bell, now.Quiet = false, false, Quiet{}
		_ = keep.Put("", now)
	})
}

// switchMouse has the mouse do something from now on, or no more.
func (m *Model) switchMouse() tea.Cmd {
	words := m.env.T.Common.MouseOff
	if m.mouse = !m.mouse; m.mouse {
		words = m.env.T.Common.MouseOn
	}
	m.env.Say(m.env.S(words))
	return m.liked(func(s *Settings) { s.Mouse = m.mouse })
}
