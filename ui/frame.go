package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// The smallest window that everything works in: a tablet over SSH. From 80×24 on the
// chart has its rail beside what is read.
const (
	minWidth  = 60
	minHeight = 20
)

func (m *Model) tooSmall() bool { return m.env.W < minWidth || m.env.H < minHeight }

// View is the frame; it is drawn anew only after something happened. On a terminal the
// screen writes it, without a program to show it the view holds it.
func (m *Model) View() tea.View {
	if !m.dirty {
		return m.frame
	}
	m.dirty = false
	m.draw()
	v := tea.View{AltScreen: true, WindowTitle: "ehrdesk"}
	if m.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	if m.screen != nil {
		m.screen.Show(m.canvas, m.palette)
		m.frame = blank(v)
		return m.frame
	}
	v.Content = m.canvas.String(m.palette)
	x, y := m.canvas.Cursor()
	v.Cursor = tea.NewCursor(x, y)
	v.Cursor.Blink = false
	m.frame = v
	return v
}

// draw paints the frame: top line, screen, status line, keys. A fault in a
// screen leaves a blank one with a message, never half a record.
func (m *Model) draw() {
	defer func() {
		if r := recover(); r != nil {
			m.caught(r)
			m.canvas.Reset(m.env.W, m.env.H, theme.Text)
			m.canvas.Put(0, 0, m.env.W, theme.Critical, m.say)
		}
	}()
	m.env.Working.Drawing()
	c := m.canvas
	c.Reset(m.env.W, m.env.H, theme.Text)
	if m.tooSmall() {
		if m.env.W > 0 {
			widget.Para(c, c.Bounds(), theme.Text, text.Sprintf(m.env.S(m.env.T.Common.TooSmall), m.env.W, m.env.H))
		}
		return
	}
	r := c.Bounds()
	bottom := r.H - 2
	m.drawTop(c, r.Top(1))
	m.drawBody(c, paint.Rect{X: 0, Y: 1, W: r.W, H: bottom - 1})
	if m.say != "" && !m.env.Plain { // which reads the message itself
		m.drawSaid(c, bottom)
	}
	m.drawStatus(c, paint.Rect{X: 0, Y: bottom, W: r.W, H: 1})
	m.drawFooter(c, paint.Rect{X: 0, Y: bottom + 1, W: r.W, H: 1})
}

// drawBody draws the screen in front.
func (m *Model) drawBody(c *paint.Canvas, body paint.Rect) {
	switch {
	case m.lock != nil:
		m.lock.Draw(c, body)
	case m.overlay != nil:
		m.drawBehind(c, body)
	default:
		m.main.Draw(c, body)
	}
}

// drawBehind draws a dialog below the patient's banner, which nothing covers.
func (m *Model) drawBehind(c *paint.Canvas, body paint.Rect) {
	rows := 0
	if h, ok := m.main.(screen.Header); ok {
		rows = h.DrawHeader(c, body)
	} else if p, ok := m.patient(); ok {
		rows = m.env.Banner(c, body, p)
	}
	m.overlay.Draw(c, body.From(rows))
}

// patient is whose data the screen is about.
func (m *Model) patient() (ehrdesk.Patient, bool) {
	switch s := m.main.(type) {
	case interface{ Finding() ehrdesk.Finding }:
		return s.Finding().Patient, true
	case interface {
		Finding() (ehrdesk.Finding, bool)
	}:
		f, ok := s.Finding()
		return f.Patient, ok && f.Participation != ehrdesk.NotRegistered
	}
	return ehrdesk.Patient{}, false
}

// drawTop names the program, the person, the role and the provider: on every
// screen, except to whoever stands before a locked one.
func (m *Model) drawTop(c *paint.Canvas, r paint.Rect) {
	e := m.env
	c.Fill(r, theme.Bar, ' ')
	x := c.Put(r.X+1, r.Y, r.Right(), theme.Bar, "ehrdesk")
	if e.Demo != nil {
		x = c.Put(x, r.Y, r.Right(), theme.Bar, " demo")
	}
	if m.version != "" && e.Session == nil {
		x = c.Put(x, r.Y, r.Right(), theme.Bar, " "+ehrdesk.CleanLine(m.version))
	}
	if e.Session == nil || m.lock != nil {
		return
	}
	a := e.Account()
	who := ehrdesk.CleanLine(a.Name) + " · " + e.RoleName(a.Role) + " · " + ehrdesk.CleanLine(a.ProviderName)
	if r.W >= 110 && a.Location != "" && a.Location != a.ProviderName {
		who += " · " + ehrdesk.CleanLine(a.Location)
	}
	who = paint.Cut(who, r.Right()-x-4)
	c.Put(r.Right()-1-paint.Width(who), r.Y, r.Right(), theme.Bar, who)
}

// drawStatus is the truth about the line and what is shown; it is never
// covered by a message.
func (m *Model) drawStatus(c *paint.Canvas, r paint.Rect) {
	e := m.env
	words, st := "", theme.Muted
	if e.Session != nil {
		words, st = m.linkWords()
	}
	if s, ok := m.main.(screen.StatusTeller); ok && m.lock == nil {
		words, st = s.Status()
	}
	if st == theme.Offline {
		c.Fill(r, st, ' ')
	}
	room := r.W - 1
	if e.Session != nil && m.lock == nil {
		if soon := e.EndingSoon(max(r.W/2, r.W-paint.Width(words)-5)); soon != "" { // beside the truth about the line, and never instead of it
			room -= paint.Width(soon) + 3
			c.Put(r.Right()-1-paint.Width(soon), r.Y, r.Right(), theme.Abnormal, soon)
		} else if reads, _ := m.handed(); !reads {
			room -= m.drawInbox(c, r, paint.Width(words))
		}
	}
	c.Put(r.X+1, r.Y, r.X+1+room, st, paint.Cut(words, room))
}

// drawInbox says at the end of the status line how many requests and cases wait, where there is room beside what it says of the line.
func (m *Model) drawInbox(c *paint.Canvas, r paint.Rect, used int) (took int) {
	words, short, loud := m.env.Inbox()
	if used+paint.Width(words)+5 > r.W {
		words = short
	}
	if words == "" || used+paint.Width(words)+5 > r.W {
		return 0
	}
	st := theme.Muted
	if loud {
		st = theme.Abnormal
	}
	c.Put(r.Right()-1-paint.Width(words), r.Y, r.Right(), st, words)
	return paint.Width(words) + 3
}

func (m *Model) linkWords() (string, paint.Style) {
	e, t := m.env, &m.env.T.Common
	l := e.Session.Link()
	switch l.State {
	case ehrdesk.Online:
		return "● " + e.S(t.Online), theme.Good
	case ehrdesk.Offline:
		return "○ " + e.Offline(t.OfflineSince), theme.Offline
	default:
		return "○ " + e.S(t.LinkUnknown), theme.Muted
	}
}
