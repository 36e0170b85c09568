// Package signin is the first screen: who is at the desk. It also asks for the
// passphrase again when the desk is locked, and enrols a person.
package signin

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Screen lists the accounts and asks for a passphrase.
type Screen struct {
	env      *screen.Env
	accounts []ehrdesk.Account
	loaded   bool
	early    bool // Enter was pressed while a demonstration was being built
	sel      int
	pass     widget.Input
	wrong    screen.Wrong
	list     screen.Job
	job      screen.Job
	page     pageState
	enrol    *form
	locked   string // staff id of the person who locked the desk, "" at the start
	provider string
	idle     time.Duration
	waits    text.T // what they wrote that is not sent yet; zero for nothing
}

type accountsMsg = screen.Done[[]ehrdesk.Account]
type sessionMsg = screen.Done[ehrdesk.Session]

// New is the screen at the start and after signing out.
func New(env *screen.Env) (*Screen, tea.Cmd) {
	s := &Screen{env: env, pass: widget.Input{Masked: true, Max: 128}}
	return s, s.load()
}

// NewLock is the screen of a locked desk: the person who locked it is chosen.
// idle is how long nobody pressed a key, 0 when the person locked it.
func NewLock(env *screen.Env, idle time.Duration) (*Screen, tea.Cmd) {
	s := &Screen{env: env, pass: widget.Input{Masked: true, Max: 128}, idle: idle}
	a := env.Account()
	s.locked, s.provider = a.Staff, a.Provider
	s.accounts = []ehrdesk.Account{a}
	return s, s.load()
}

// Refused says why a desk was locked by itself.
func (s *Screen) Refused(err error) { s.wrong = screen.Failed(err) }

// Waits says what is not sent yet of whoever has locked the desk; zero for nothing.
func (s *Screen) Waits(words text.T) { s.waits = words }

// who names an account to the desk: the same person may have one with each of
// several providers.
func who(a ehrdesk.Account) string {
	if a.Provider == "" {
		return a.Staff
	}
	return a.Staff + "@" + a.Provider
}

// Scope is the form's or the list's.
func (s *Screen) Scope() intent.Scope {
	switch {
	case s.enrol != nil:
		return intent.EnrolForm
	case s.page.waits() && s.locked != "":
		return intent.Locked | intent.SignInPage
	case s.page.waits():
		return intent.SignInPage
	case s.locked != "":
		return intent.Locked | intent.SignIn
	}
	return intent.SignIn
}

// Field is the passphrase, or the enrolment field in focus.
func (s *Screen) Field() *widget.Input {
	switch {
	case s.job.Running():
		return nil
	case s.enrol != nil:
		return s.enrol.field()
	case s.loaded && len(s.accounts) == 0:
		return nil
	}
	return &s.pass // while the list is on its way too: no letter of whoever types fast is lost
}

// Handle moves between accounts, signs in, opens and closes the form.
func (s *Screen) Handle(in intent.Intent) tea.Cmd {
	if s.job.Running() {
		if in.ID == intent.CopyAddress && s.page.waits() {
			return s.copyAddress()
		}
		if in.ID == intent.Back {
			s.job.Stop()
			s.page.at = ehrdesk.SignInPage{}
			s.env.Say(s.env.S(s.env.T.Common.Cancelled))
		} else {
			s.env.Warn(s.env.S(s.env.T.Common.StillRunning))
		}
		return nil
	}
	if s.enrol != nil {
		return s.handleEnrol(in)
	}
	switch in.ID {
	case intent.Up, intent.Down, intent.PageUp, intent.PageDown:
		d := map[intent.ID]int{intent.Up: -1, intent.Down: 1, intent.PageUp: -5, intent.PageDown: 5}[in.ID]
		s.sel = min(max(s.sel+d, 0), max(len(s.accounts)-1, 0))
		s.pass.Clear()
		s.wrong = screen.Wrong{}
	case intent.Edited:
		s.wrong, s.early = screen.Wrong{}, false
	case intent.Back:
		s.early = false
		s.pass.Clear()
		s.wrong = screen.Wrong{}
	case intent.Enrol:
		s.enrol = newForm()
	case intent.Accept:
		switch {
		case len(s.accounts) > 0:
			return s.signIn()
		case s.loaded:
			s.enrol = newForm()
		case s.list.Running(): // whoever types fast does not want to enrol
			if done, total := s.building(); done < total { // whose first account is known before it is there
				s.early = true
				break
			}
			s.env.Warn(s.env.S(s.env.T.SignIn.Reading))
		default: // the list could not be read
			s.wrong = screen.Wrong{}
			return s.load()
		}
	}
	return nil
}

func (s *Screen) signIn() tea.Cmd {
	a, ok := s.chosen()
	if !ok {
		return nil
	}
	if s.pass.Empty() {
		s.env.Warn(s.env.S(s.env.T.SignIn.TypePass))
		return nil
	}
	secret := s.pass.Secret()
	s.pass.Clear()
	s.wrong = screen.Wrong{}
	return s.begin(a, secret)
}

// Update takes the accounts and the session.
func (s *Screen) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch m := msg.(type) {
	case accountsMsg:
		if !s.list.Takes(m.Req) {
			return nil, false
		}
		if m.Err != nil {
			s.wrong = screen.Failed(m.Err)
			return nil, true
		}
		s.loaded, s.accounts, s.sel = true, m.Value, 0
		if len(s.accounts) == 0 {
			s.pass.Clear()
		}
		for i, a := range s.accounts {
			if s.first(a) {
				s.sel = i
				break
			}
		}
		if early := s.early; early && len(s.accounts) > 0 {
			s.early = false
			return s.signIn(), true
		}
		return nil, true
	case sessionMsg:
		if !s.job.Takes(m.Req) {
			return nil, false
		}
		s.page.at = ehrdesk.SignInPage{}
		var often *ehrdesk.LockOut
		switch {
		case m.Err == nil:
			s.env.Go(screen.ToSession{Session: m.Value})
		case ehrdesk.CodeOf(m.Err) == ehrdesk.CodeNotSignedIn && ehrdesk.SignInTroubleOf(m.Err) == "":
			s.wrong = screen.Saying(s.env.T.SignIn.Wrong)
		case errors.As(m.Err, &often): // of the passphrase: a patient's Access Key has words of its own
			t := s.env.T.SignIn.TooOften
			for i := range t {
				t[i] = sprintf(t[i], s.env.Clock(often.Until))
			}
			s.wrong = screen.Saying(t)
		default:
			s.wrong = screen.Failed(m.Err)
		}
		return nil, true
	case screen.PageMsg:
		s.paged(m)
		return nil, true
	case enrolledMsg:
		return s.enrolled(m)
	}
	return nil, false
}

// DisabledReason refuses what needs somebody signed in.
func (s *Screen) DisabledReason(id intent.ID) string {
	if s.locked != "" && (id == intent.Enrol || id == intent.Help || id == intent.Palette) {
		return s.env.S(s.env.T.SignIn.Unlock)
	}
	return ""
}

// HintFor names what Enter does.
func (s *Screen) HintFor(id intent.ID) string {
	if id == intent.Back && s.enrol == nil && !s.job.Running() {
		return s.env.S(s.env.T.SignIn.ClearHint)
	}
	if id != intent.Accept {
		return ""
	}
	if s.enrol != nil || (s.loaded && len(s.accounts) == 0) {
		return s.env.S(s.env.T.SignIn.EnrolHint)
	}
	return s.env.S(s.env.T.SignIn.SignInHint)
}

// Unsaved is false: nothing here is worth asking for.
func (s *Screen) Unsaved() bool { return false }

// Leave forgets what was typed.
func (s *Screen) Leave() {
	s.list.Stop()
	s.job.Stop()
	s.page.at = ehrdesk.SignInPage{}
	s.pass.Clear()
	if s.enrol != nil {
		s.enrol.clear()
		s.enrol = nil
	}
}

// Draw paints the screen.
func (s *Screen) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.SignIn
	in := paint.Rect{X: r.X + 2, Y: r.Y + 1, W: min(r.W-4, 110), H: r.H - 1}
	if s.enrol != nil {
		s.drawEnrol(c, in)
		return
	}
	if s.page.waits() {
		s.drawPage(c, in)
		return
	}
	y := in.Y
	if s.locked != "" {
		words := e.S(e.T.Common.Locked)
		if s.idle > 0 {
			words = sprintf(e.S(e.T.Common.IdleLocked), e.Elapsed(s.idle))
		}
		c.Put(in.X, y, in.Right(), theme.Title, words)
		y++
		y += widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 2}, theme.Text, e.S(t.LockLead))
		if s.waits != (text.T{}) {
			y += widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 2}, theme.Abnormal, e.S(s.waits))
		}
		y += widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 2}, theme.Muted, e.S(t.SwitchLead))
	} else {
		c.Put(in.X, y, in.Right(), theme.Title, e.S(t.Title))
		lead := t.Lead
		if a, ok := s.chosen(); ok && a.Elsewhere {
			lead = t.LeadOutside
		}
		c.Put(in.X, y+1, in.Right(), theme.Muted, e.S(lead))
		y += 2
	}
	y++
	if s.loaded && len(s.accounts) == 0 {
		y += widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 2}, theme.Strong, e.S(t.NoAccounts))
		widget.Para(c, paint.Rect{X: in.X, Y: y + 1, W: in.W, H: 6}, theme.Text, e.S(t.HowToEnrol))
		c.SetCursor(in.X, y)
		return
	}
	c.Put(in.X, y, in.Right(), theme.Label, e.S(t.Accounts))
	y++
	if !s.loaded && s.locked == "" && s.list.Running() {
		what := e.S(t.Reading)
		if done, total := s.building(); done < total {
			what = e.S(t.Building.Filled(done, total))
		}
		c.Put(in.X, y, in.Right(), theme.Syncing, e.Working.Mark()+" "+what)
	}
	y = s.drawAccounts(c, paint.Rect{X: in.X, Y: y, W: in.W, H: max(3, r.Bottom()-y-4-s.demoRows())})
	y++
	x := c.Put(in.X, y, in.Right(), theme.Label, e.S(t.Passphrase)+"  ")
	s.pass.Draw(c, x, y, min(32, in.Right()-x), !s.job.Running())
	y += 2
	switch {
	case s.job.Running():
		c.Put(in.X, y, in.Right(), theme.Syncing, e.Progress(&s.job, t.Checking))
	case !s.wrong.None():
		widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: max(2, r.Bottom()-y-s.demoRows())}, theme.Critical, "! "+e.Words(s.wrong))
	}
	if e.Demo != nil {
		s.drawDemo(c, paint.Rect{X: in.X, Y: r.Bottom() - s.demoRows(), W: in.W, H: s.demoRows()})
	}
}

func (s *Screen) demoRows() int {
	if s.env.Demo == nil {
		return 0
	}
	rows := 1
	for _, l := range s.demoLines() {
		rows += len(paint.Wrap(nil, l, max(20, s.env.W-6)))
	}
	return rows
}

// demoLines names the accounts, or the one passphrase where all have the same.
func (s *Screen) demoLines() []string {
	t, acc := &s.env.T.SignIn, s.env.Demo.Accounts
	same := len(acc) > 1
	var out []string
	for _, a := range acc {
		same = same && a.Passphrase == acc[0].Passphrase
		out = append(out, sprintf(s.env.S(t.DemoLine), a.Name, s.env.RoleName(a.Role), a.Passphrase))
	}
	if same {
		return []string{sprintf(s.env.S(t.DemoSame), acc[0].Passphrase)}
	}
	return out
}

func (s *Screen) drawDemo(c *paint.Canvas, r paint.Rect) {
	t := &s.env.T.SignIn
	c.Put(r.X, r.Y, r.Right(), theme.Abnormal, s.env.S(t.DemoTitle))
	y := r.Y + 1
	for _, line := range s.demoLines() {
		y += widget.Para(c, paint.Rect{X: r.X + 2, Y: y, W: r.Right() - r.X - 2, H: max(0, r.Bottom()-y)}, theme.Text, line)
	}
}
