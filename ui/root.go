package ui

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/keys"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/cases"
	"github.com/ehrdesk/ehrdesk/ui/screen/requests"
	"github.com/ehrdesk/ehrdesk/ui/screen/signin"
	"github.com/ehrdesk/ehrdesk/ui/screen/today"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Model is the root: it routes keys to the screen in front, results to whoever
// waits for them, and draws the frame around the screen.
type Model struct {
	env      *screen.Env
	keys     *keys.Dispatcher
	day      day
	main     screen.Screen   // the screen of the work
	overlay  screen.Screen   // help, palette or a question; nil for none
	aside    aside           // the chart left for another patient
	read     map[string]bool // codes of warnings that whoever is signed in has read
	lock     *signin.Screen  // the lock screen; nil while unlocked
	purge    screen.Job      // that destroys what is past its time
	owed     []string        // codes of warnings that a session before a lock had not told
	typed    *typed          // where keys come from; nil in a test
	scrubbed int             // seconds behind the lock in which memory was overwritten

	say       string // passing message
	bad       bool
	sayAt     time.Time
	later     string // what was said while the desk was locked
	laterIs   bool
	lastKey   time.Time
	quiet     int // seconds that passed since, whatever the clock says
	idle      time.Duration
	staffLock bool // the staff card leaving locks the desk
	version   string

	reports Reports
	refused ehrdesk.Account // whom the centre refused the accounts of their provider
	liking  liking
	mouse   bool // its wheel and its clicks are taken
	theme   theme.Theme
	palette paint.Palette
	colours colorprofile.Profile // that the terminal has
	canvas  *paint.Canvas
	screen  *paint.Screen // that writes the frames to the terminal; nil in a test
	frame   tea.View
	dirty   bool
	fault   string // kind and place of a caught fault
	init    tea.Cmd
}

// New makes the root model.
func New(cfg Config) (*Model, error) {
	d, err := keys.New(intent.Catalogue())
	if err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return time.Now().Round(0) } // by the wall: the other clock stands while the machine sleeps
	}
	if cfg.IdleLock == 0 {
		cfg.IdleLock = 5 * time.Minute
	}
	m := &Model{
		env: &screen.Env{
			Desk: cfg.Desk, Lang: text.Parse(cfg.Lang), T: text.New(), Codes: cfg.Codes, Rules: cfg.Rules, Hand: cfg.Hand, Now: cfg.Now, Demo: cfg.Demo, ASCII: cfg.ASCII,
			Cards: screen.Cards{Source: cfg.Cards}, Working: screen.NewWorking(),
		},
		keys: d, idle: cfg.IdleLock, staffLock: cfg.StaffCardLocks, version: cfg.Version, reports: cfg.Reports, lastKey: cfg.Now(),
		canvas: paint.New(cfg.ASCII), colours: colorprofile.TrueColor, dirty: true,
	}
	m.setTheme(cfg.Theme)
	m.liking = liking{keep: cfg.Keep, langAsked: cfg.LangAsked, themeAsked: cfg.Theme != ""}
	m.likes("")
	m.main, m.init = signin.New(m.env)
	return m, nil
}

func (m *Model) setTheme(name string) {
	m.theme = theme.ByName(name)
	m.palette = m.theme.Palette(m.colours)
	m.dirty = true
}

// tickMsg is the second hand: elapsed times, ages, the idle lock.
type tickMsg struct{}

func tick() tea.Cmd {
	return screen.InBackground(tea.Tick(time.Second, func(time.Time) tea.Msg { return tickMsg{} }))
}

// Init starts the first screen and the second hand.
func (m *Model) Init() tea.Cmd { return tea.Batch(m.init, tick(), m.env.Cards.Listen()) }

// Update routes one message.
func (m *Model) Update(msg tea.Msg) (model tea.Model, cmd tea.Cmd) {
	defer func() {
		if r := recover(); r != nil {
			m.caught(r)
			model, cmd = m, nil
		}
		m.noteSecret()
	}()
	m.dirty = true
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.env.W, m.env.H = msg.Width, msg.Height
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeUnicodeCore && msg.Value != ansi.ModeNotRecognized && msg.Value != ansi.ModePermanentlyReset {
			m.canvas.Clusters(true) // as the terminal counts from here on
		}
		if msg.Mode == ansi.ModeSynchronizedOutput && msg.Value == ansi.ModeReset && m.screen != nil {
			m.screen.Synchronised()
		}
	case tea.ColorProfileMsg:
		m.colours = msg.Profile
		m.setTheme(m.theme.Name)
	case tea.KeyPressMsg:
		cmd = m.key(msg)
	case tea.PasteMsg:
		cmd = m.paste(msg.Content)
	case tea.MouseWheelMsg:
		cmd = m.wheel(msg.Button)
	case tea.MouseClickMsg:
		cmd = m.click(msg.X, msg.Y, msg.Button)
	case wish:
		cmd = m.wished(intent.Intent(msg))
	case screen.ClipboardOver:
		cmd = m.wipeClipboard()
	case screen.Background:
		return m, msg.Cmd
	case screen.CardMsg:
		cmd = m.card(msg.Event)
	case spinner.TickMsg:
		return m, m.env.Working.Turn(msg)
	case tickMsg:
		cmd = tea.Batch(tick(), m.second())
	case screen.Done[purged]:
		cmd = m.tookPurge(msg)
	default:
		var used bool
		if cmd, used = m.tookDay(msg); !used {
			cmd = m.result(msg)
		}
	}
	return m, tea.Batch(cmd, m.settle())
}

// result gives a message to whoever waits for it; what nobody waits for any
// more is dropped, and closed if it holds anything.
func (m *Model) result(msg tea.Msg) tea.Cmd {
	for _, s := range m.screens() {
		cmd, used := s.Update(msg)
		if !used {
			continue
		}
		if s == m.aside.chart {
			return tea.Batch(cmd, m.settleAside())
		}
		if m.lock != nil && s != screen.Screen(m.lock) {
			m.keep()
		}
		return cmd
	}
	switch d := msg.(type) { // written to the day's list by a screen that was left meanwhile
	case screen.Done[ehrdesk.Task]:
		m.wroteDay(d.Err)
	case today.Written:
		m.wroteDay(d.Err)
	case requests.Stepped:
		m.env.Day.Asked.Stale = true
		if d.Err != nil {
			m.aloud(m.env.ExplainLine(d.Err), true)
		}
	case cases.Written:
		m.env.Day.Cases.Stale, m.env.Day.Cases.Ask = true, true
		if d.Err != nil {
			m.aloud(m.env.ExplainLine(d.Err), true)
		}
	}
	if d, ok := msg.(screen.Discarder); ok {
		return func() tea.Msg { d.Discard(); return nil }
	}
	return nil
}

// keep holds back what a screen says behind the lock until it is seen again.
func (m *Model) keep() {
	if s, bad := m.env.TakeSay(); s != "" {
		m.aloud(s, bad)
	}
}

// screens lists all screens, the one in front first.
func (m *Model) screens() []screen.Screen {
	out := make([]screen.Screen, 0, 3)
	if m.lock != nil {
		out = append(out, m.lock)
	}
	if m.overlay != nil {
		out = append(out, m.overlay)
	}
	if out = append(out, m.main); m.aside.chart != nil {
		out = append(out, m.aside.chart)
	}
	return out
}

// front is the screen that has the keys.
func (m *Model) front() screen.Screen { return m.screens()[0] }

// settle carries out what screens asked for: a message, another screen.
func (m *Model) settle() tea.Cmd {
	var cmds []tea.Cmd
	for range 4 { // a screen opened may lead on at once, not for ever
		if s, bad := m.env.TakeSay(); s != "" {
			m.say, m.bad, m.sayAt = s, bad, m.env.Now()
		}
		d := m.env.TakeRoute()
		if d == nil {
			break
		}
		cmds = append(cmds, m.navigate(d))
	}
	cmds = append(cmds, m.noteLooks())
	if m.env.Day.Stale {
		cmds = append(cmds, m.readDay())
	}
	if m.env.Day.Tell {
		m.env.Day.Tell = false
		cmds = append(cmds, m.askDay())
	}
	cmds = append(cmds, m.settleRequests(), m.settleCases())
	m.tellLater()
	m.env.Aside = m.beside()
	return tea.Batch(cmds...)
}

// second is what passes with time.
func (m *Model) second() (cmd tea.Cmd) {
	now := m.env.Now()
	m.quiet++
	if m.say != "" && now.Sub(m.sayAt) > 6*time.Second {
		m.say = ""
	}
	cmd = tea.Batch(m.tickScreen(), m.env.Working.Second(), m.secondOfDay(), m.purgeDue(), m.scrub())
	if m.left() {
		return tea.Batch(cmd, m.lockUp(m.idle))
	}
	if e := m.env.Ended(); e != nil && m.lock == nil { // whoever types the passphrase is told again
		lock := m.lockUp(0)
		m.lock.Refused(e)
		return tea.Batch(cmd, lock)
	}
	return cmd
}

// left reports whether nobody has touched the desk for so long that it has to be
// locked: by the clock, which goes on while the machine sleeps, and by the seconds that
// passed, which a clock that is set back does not lengthen.
func (m *Model) left() bool {
	if m.idle <= 0 || m.env.Session == nil || m.lock != nil {
		return false
	}
	return m.env.Now().Sub(m.lastKey) >= m.idle || time.Duration(m.quiet)*time.Second >= m.idle
}

// touched notes that somebody is there.
func (m *Model) touched() { m.lastKey, m.quiet = m.env.Now(), 0 }

// caught notes a fault without its data and goes back to safe ground.
func (m *Model) caught(r any) {
	kind := fmt.Sprintf("%T", r)
	place := ""
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if strings.Contains(f.Function, "ehrdesk/ui") && !strings.Contains(f.Function, "caught") && !strings.Contains(f.Function, "Model).Update") {
			place = f.Function[strings.LastIndex(f.Function, "/")+1:] + ":" + fmt.Sprint(f.Line)
			break
		}
		if !more {
			break
		}
	}
	m.fault = kind + " in " + place
	if o := m.overlay; o != nil {
		m.overlay = nil
		quietly(o.Leave)() // it may be what failed
	}
	m.say, m.bad, m.sayAt = m.env.S(m.env.T.Common.Fault), true, m.env.Now()
	m.dirty = true
}

// shut ends the session when the program ends.
func (m *Model) shut() {
	m.endDay()
	m.put(nil)
	m.main.Leave()
	if cmd := m.dropAside(); cmd != nil {
		cmd()
	}
	if c, ok := m.main.(screen.Closer); ok {
		_ = c.Close()()
	}
	for _, s := range m.sessions() {
		_ = s.Close()
	}
}
