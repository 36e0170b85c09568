package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/keys"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/cases"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart"
	"github.com/ehrdesk/ehrdesk/ui/screen/consent"
	"github.com/ehrdesk/ehrdesk/ui/screen/find"
	"github.com/ehrdesk/ehrdesk/ui/screen/purpose"
	"github.com/ehrdesk/ehrdesk/ui/screen/requests"
	"github.com/ehrdesk/ehrdesk/ui/screen/signin"
	"github.com/ehrdesk/ehrdesk/ui/screen/today"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// key turns a key into text for the field in focus, or into an intent; a key
// that means nothing here says so.
func (m *Model) key(k tea.KeyPressMsg) tea.Cmd {
	if m.left() { // the key that wakes a machine is of whoever stands there
		return m.lockUp(m.idle)
	}
	m.touched()
	m.say = ""
	front, name := m.front(), keys.Name(k)
	in, ok, elsewhere := m.keys.Lookup(name, front.Scope())
	if m.tooSmall() && in.ID != intent.Redraw {
		return nil // nobody types into what cannot be seen
	}
	if f := front.Field(); f != nil {
		wanted := ok && !keys.Printable(k) && in.ID != intent.Left && in.ID != intent.Right && in.ID != intent.Top && in.ID != intent.Bottom
		if !wanted {
			if taken, changed := f.Key(k, name); taken {
				if changed {
					return front.Handle(intent.Intent{ID: intent.Edited})
				}
				return nil
			}
		}
	}
	if s, can := front.(screen.TypeAhead); can && !ok && keys.Printable(k) {
		if cmd, taken := s.Ahead(k.Text); taken {
			return cmd
		}
	}
	fallback := ""
	if s, can := front.(screen.Fallback); can && !ok {
		fallback = s.Fallback(name)
	}
	switch {
	case ok:
		return m.do(in)
	case fallback != "":
		m.warn(fallback)
	case elsewhere != nil:
		words := m.env.S(elsewhere.Name)
		if elsewhere.Bound() == intent.SignIn && m.env.Session != nil {
			words += " – " + m.env.S(m.env.T.Common.SignOutFirst)
		}
		m.warn(text.Sprintf(m.env.S(m.env.T.Common.NotHere), words))
	default:
		m.warn(m.env.S(m.env.T.Common.NoSuchKey))
	}
	return nil
}

// paste goes into the field in focus, cleaned; without a field it does nothing.
func (m *Model) paste(s string) tea.Cmd {
	if m.left() {
		return m.lockUp(m.idle)
	}
	m.touched()
	front := m.front()
	f := front.Field()
	if f == nil || m.tooSmall() {
		m.warn(m.env.S(m.env.T.Common.NoSuchKey))
		return nil
	}
	if len(s) > 4096 {
		s = s[:4096]
	}
	if f.Insert(s) {
		return front.Handle(intent.Intent{ID: intent.Edited})
	}
	return nil
}

// why says why an intent cannot be carried out on the screen in front.
func (m *Model) why(id intent.ID) string {
	if m.lock != nil {
		return m.lock.DisabledReason(id)
	}
	switch id {
	case intent.Redraw, intent.Mouse, intent.Theme, intent.Language:
		return ""
	case intent.Tray:
		if m.env.Demo == nil || m.env.Demo.Tray == nil {
			return m.env.S(m.env.T.Card.TrayWhy)
		}
		return ""
	case intent.Accounts:
		return m.noAccounts()
	case intent.Requests:
		return m.noRequests()
	case intent.Cases:
		if why := m.env.NoCases(); why != "" {
			return why
		}
		if _, ok := m.main.(screen.Sider); !ok {
			return m.env.S(m.env.T.Cases.NoPatient)
		}
	case intent.Lock, intent.Switch, intent.Find, intent.Today, intent.Waits, intent.AccessLog, intent.Consent, intent.Withdraw, intent.Sync:
		if m.env.Session == nil {
			return m.env.S(m.env.T.Common.NoSession)
		}
	}
	if id == intent.Waits && !m.env.Account().Role.Reviews() {
		return m.env.S(m.env.T.News.NotReviews)
	}
	if ofConsents(id) && m.env.Session != nil && !m.env.TakesConsent() {
		return m.env.S(m.env.T.Find.NoConsents)
	}
	return m.main.DisabledReason(id)
}

// ofConsents are the intents by which a consent is given, waited for, renewed or withdrawn, or
// an identity verified: whatever the screen, they are for who may take one.
func ofConsents(id intent.ID) bool {
	switch id {
	case intent.Consent, intent.ByKey, intent.ByCard, intent.ByForm, intent.ByApp, intent.ByIVRS, intent.ByPhone, intent.VerifyID, intent.Renew, intent.Withdraw:
		return true
	}
	return false
}

// do carries out an intent: the few that are the same everywhere here, the
// others by the screen in front.
func (m *Model) do(in intent.Intent) tea.Cmd {
	if in.ID == intent.Redraw { // whatever is on the screen, behind the lock too
		return tea.ClearScreen
	}
	if m.overlay == nil || m.lock != nil || in.ID == intent.Lock { // the lock is there over any screen
		if why := m.why(in.ID); why != "" {
			m.warn(text.Sprintf(m.env.S(m.env.T.Common.NotHere), why))
			return nil
		}
	}
	if m.overlay != nil && m.lock == nil && ofTheScreen(in.ID) && !m.uncover(in.ID) {
		return nil
	}
	if m.keptFromThePatient(in.ID) {
		return nil
	}
	switch in.ID {
	case intent.Language:
		m.env.Lang = m.env.Lang.Next()
		return m.liked(func(s *Settings) { s.Lang = m.env.Lang.Tag() })
	case intent.Theme:
		m.nextTheme()
		m.env.Say(text.Sprintf(m.env.S(m.env.T.Common.ThemeIs), m.env.S(m.env.T.Common.Themes[m.theme.Name])))
		return m.liked(func(s *Settings) { s.Theme = m.theme.Name })
	case intent.Mouse:
		return m.switchMouse()
	case intent.Bell:
		return m.switchBell()
	case intent.QuietHours:
		m.put(newQuietBox(m))
		return nil
	case intent.Help:
		m.put(newHelp(m))
		return nil
	case intent.Palette:
		m.put(newPalette(m))
		return nil
	case intent.AccessLog:
		log, cmd := newAccessLog(m)
		m.put(log)
		return cmd
	case intent.Accounts:
		box, cmd := newAccounts(m)
		m.put(box)
		return cmd
	case intent.Tray:
		m.put(newTray(m))
		return nil
	case intent.Quit:
		if ask, said := m.leaving(m.main.Unsaved()); m.lock == nil && said {
			m.put(newConfirm(m.env, ask, m.quit, m.dismiss))
			return nil
		}
		return m.quit()
	case intent.Lock:
		return m.lockUp(0)
	case intent.Switch:
		if ask, said := m.leaving(false); said {
			m.put(newConfirm(m.env, ask, m.signOut, m.dismiss))
			return nil
		}
		return m.signOut()
	case intent.Find:
		if _, ok := m.main.(*find.Screen); ok && m.overlay == nil {
			return m.main.Handle(in)
		}
		return m.leaveFor(screen.ToFind{})
	case intent.Today:
		return m.leaveFor(screen.ToToday{})
	case intent.Requests:
		return m.leaveFor(screen.ToRequests{})
	case intent.Cases:
		return m.leaveFor(screen.ToCases{Patient: m.main.(screen.Sider).Patient()})
	case intent.Waits:
		m.env.Day.Part, m.env.Day.Only = ehrdesk.PartNews, ""
		return m.leaveFor(screen.ToToday{})
	}
	return m.front().Handle(in)
}

// ofTheScreen reports what the screen behind an overlay carries out, or leaves for.
func ofTheScreen(id intent.ID) bool {
	switch id {
	case intent.Find, intent.Today, intent.Waits, intent.Requests, intent.Cases, intent.Consent, intent.AccessLog, intent.Accounts, intent.Tray:
		return true
	}
	return false
}

// uncover takes the overlay away, so that what is typed next is for the screen that was
// asked for; where that cannot be had it says why, and all stays as it is.
func (m *Model) uncover(id intent.ID) bool {
	e, _ := m.keys.Entry(id)
	why := m.why(id)
	if e.Scopes&m.main.Scope() == 0 && why == "" {
		why = m.env.S(e.Name)
	}
	if why != "" {
		m.warn(text.Sprintf(m.env.S(m.env.T.Common.NotHere), why))
		return false
	}
	m.dismiss()
	return true
}

// losing says what comes of leaving a screen that has something unsaved.
func (m *Model) losing() text.T {
	if s, ok := m.main.(screen.Submitter); ok && s.Submitted() {
		return m.env.T.Common.QuitSubmitted
	}
	if s, ok := m.main.(screen.Sider); ok && m.main.Unsaved() {
		if ask, lost := s.Loses(); lost {
			return ask
		}
	}
	return m.env.T.Common.QuitUnsaved
}

// leaveFor goes to another screen, asking first where something would be lost.
func (m *Model) leaveFor(d screen.Route) tea.Cmd {
	ask := m.losing()
	lost := m.main.Unsaved()
	if s, ok := m.main.(screen.Sider); ok && !lost {
		ask, lost = s.Loses()
	}
	if lost {
		m.put(newConfirm(m.env, ask, func() tea.Cmd { return m.navigate(d) }, m.dismiss))
		return nil
	}
	return m.navigate(d)
}

// put shows an overlay in place of the one there is, nil for none. The one before
// cancels what it runs.
func (m *Model) put(o screen.Screen) {
	if m.overlay != nil {
		m.overlay.Leave()
	}
	m.overlay = o
}

func (m *Model) dismiss() { m.put(nil) }

func (m *Model) nextTheme() {
	names := theme.Names()
	for i, n := range names {
		if n == m.theme.Name {
			m.setTheme(names[(i+1)%len(names)])
			return
		}
	}
}

// navigate shows another screen; the one before cancels what it runs, and a
// chart is closed.
func (m *Model) navigate(d screen.Route) tea.Cmd {
	if d, ok := d.(screen.ToSession); ok {
		return m.began(d.Session)
	}
	if to, ok := d.(screen.ToAllergy); ok {
		return m.toAllergy(to)
	}
	var cmds []tea.Cmd
	if to, ok := d.(screen.ToChart); !ok || to.At == nil { // with a chart that goes on, what was told stays
		m.put(nil)
	}
	if _, ok := d.(screen.ToLast); ok {
		if m.back() {
			return nil
		}
		d = screen.ToFind{}
	}
	switch {
	case m.mayWait(d):
		m.setAside()
	case m.looking(d):
		m.main.Leave()
	default:
		m.main.Leave()
		cmds = append(cmds, m.closeChart(), m.dropAside())
	}
	var cmd tea.Cmd
	switch d := d.(type) {
	case screen.ToSignIn:
		m.main, cmd = signin.New(m.env)
	case screen.ToFind:
		d.Left = m.leftBehind()
		m.main, cmd = find.New(m.env, d)
		m.tell(m.env.Session)
	case screen.ToPurpose:
		m.main, cmd = purpose.New(m.env, d)
	case screen.ToConsent:
		m.main, cmd = consent.New(m.env, d)
	case screen.ToWithdraw:
		m.main, cmd = consent.NewWithdrawal(m.env, d)
	case screen.ToToday:
		m.main, cmd = today.New(m.env)
	case screen.ToApprove:
		m.main, cmd = consent.NewApproval(m.env, d)
	case screen.ToRequests:
		m.main, cmd = requests.New(m.env, d)
	case screen.ToCase:
		m.main, cmd = cases.New(m.env, d)
	case screen.ToCases:
		m.main, cmd = cases.About(m.env, d)
	case screen.ToVerify:
		m.main, cmd = consent.NewVerification(m.env, d.Finding)
	case screen.ToRenew:
		m.main, cmd = consent.NewRenewal(m.env, d.Finding, d.Matched)
	case screen.ToChart:
		m.main, cmd = chart.New(m.env, d)
		if m.lock != nil { // it came behind the lock
			m.shutMain()
		}
	}
	return tea.Batch(append(cmds, cmd)...)
}

// closeChart closes the chart on screen, outside the event loop.
func (m *Model) closeChart() tea.Cmd {
	c, ok := m.main.(screen.Closer)
	if !ok {
		return nil
	}
	return quietly(func() { _ = c.Close()() })
}
