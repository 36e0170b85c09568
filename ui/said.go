package ui

import (
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// saidRows is how many rows a passing message takes at most: the longest there is, in
// the narrowest window.
const saidRows = 3

// warn says that something is not so.
func (m *Model) warn(s string) { m.say, m.bad, m.sayAt = s, true, m.env.Now() }

// drawSaid shows the passing message for the seconds that it lasts, and nothing of a
// record, of the status or of the keys lies under it. It is written into the rule below
// the patient's banner, or below whatever heads the screen. Where there is no rule, or it
// does not fit there, it stands above the status line, bottom: in rows that are empty, or
// the screen makes room for it, and keeps what is chosen in sight as in a lower window.
func (m *Model) drawSaid(c *paint.Canvas, bottom int) {
	w, _ := c.Size()
	st, words := theme.Strong, m.say
	if m.bad {
		st, words = theme.Abnormal, "! "+m.say
	}
	if paint.Width(words) <= w-5 {
		for y := 1; y < bottom; y++ {
			n := c.RuleUntil(y)
			if n == 0 {
				continue
			}
			if n < paint.Width(words)+6 { // what else stands in the rule comes back when the message has passed
				c.HLine(0, y, w, theme.Rule)
			}
			c.Put(2, y, w, st, " "+words+" ")
			return
		}
	}
	lines := paint.Wrap(nil, words, w-2)
	lines = lines[:min(len(lines), saidRows)]
	top := bottom - len(lines)
	for y := top; y < bottom; y++ {
		if c.Text(0, y) != "" {
			c.Reset(m.env.W, m.env.H, theme.Text)
			m.drawTop(c, c.Bounds().Top(1))
			m.drawBody(c, paint.Rect{X: 0, Y: 1, W: w, H: top - 1})
			break
		}
	}
	c.Fill(paint.Rect{X: 0, Y: top, W: w, H: len(lines)}, theme.Text, ' ')
	for i, l := range lines {
		c.Put(1, top+i, w, st, l)
	}
}
