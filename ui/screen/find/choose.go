package find

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// chooser is the list below an empty field: the patients of today, and in the
// demonstration the numbers to try. Nothing is chosen until somebody does, but the
// patient before the one just left, so that Enter goes back and forth between two.
type chooser struct {
	recents screen.Recents
	left    string // whose chart was left for this screen, the centre's id
	sel     int    // -1 for none
	moved   bool   // somebody chose
}

// choice is a line of the list that can be chosen.
type choice struct {
	recent *ehrdesk.Recent
	demo   *screen.DemoNumber
}

// choices are there while nothing is typed and nothing else is said: not of those either
// whose record has just closed by itself.
func (s *Screen) choices() (out []choice) {
	if !s.in.Empty() || s.said != (text.T{}) || s.found != nil || s.failure != nil || s.cardErr != nil || s.busy() {
		return nil
	}
	for i := range s.choose.recents.All {
		out = append(out, choice{recent: &s.choose.recents.All[i]})
	}
	if s.env.Demo != nil {
		for i := range s.env.Demo.Numbers {
			out = append(out, choice{demo: &s.env.Demo.Numbers[i]})
		}
	}
	return out
}

// chosen is the line in focus.
func (s *Screen) chosen(all []choice) int {
	if s.choose.moved {
		return min(s.choose.sel, len(all)-1)
	}
	for i, c := range all {
		if c.recent != nil && c.recent.Patient.ID != s.choose.left && s.choose.left != "" {
			return i
		}
	}
	return -1
}

func (c choice) number() ehrdesk.Number {
	if c.recent != nil {
		return c.recent.Patient.Number()
	}
	n, err := ehrdesk.ParseNumber(c.demo.Number)
	if err != nil {
		return ehrdesk.Number{}
	}
	return n
}

// move goes along the list; above the first line is the field.
func (s *Screen) move(id intent.ID) {
	all := s.choices()
	by := map[intent.ID]int{intent.Up: -1, intent.Down: 1, intent.PageUp: -8, intent.PageDown: 8}[id]
	s.choose.sel = min(max(s.chosen(all)+by, -1), len(all)-1)
	s.choose.moved = true
}

// drawChoices draws the list with its headings, and as much of it as has room around
// the line in focus.
func (s *Screen) drawChoices(c *paint.Canvas, r paint.Rect) {
	all := s.choices()
	if len(all) == 0 || r.H < 2 {
		return
	}
	type line struct{ at int } // -1 and -2 for the headings
	var lines []line
	sel, focus := s.chosen(all), 0
	for i, ch := range all {
		if i == 0 || (all[i-1].recent == nil) != (ch.recent == nil) {
			if i > 0 {
				lines = append(lines, line{-3})
			}
			head := -1
			if ch.recent == nil {
				head = -2
			}
			lines = append(lines, line{head})
		}
		if i == sel {
			focus = len(lines)
		}
		lines = append(lines, line{i})
	}
	people := make([]ehrdesk.Patient, 0, len(all))
	for _, ch := range all {
		if ch.recent != nil {
			people = append(people, ch.recent.Patient)
		}
	}
	alike := screen.Alike(people)
	shown := r.H
	if len(lines) > shown {
		shown-- // the last row says what is below
	}
	first := max(0, min(focus-shown/2, len(lines)-shown))
	last := min(first+shown, len(lines))
	for i := first; i < last; i++ {
		y := r.Y + i - first
		switch at := lines[i].at; {
		case at == -1:
			c.Put(r.X, y, r.Right(), theme.Strong, s.env.S(s.env.T.Find.Recent))
		case at == -2:
			c.Put(r.X, y, r.Right(), theme.Abnormal, s.env.S(s.env.T.Find.DemoTitle)+" · "+s.env.S(s.env.T.SignIn.DemoTitle))
		case at >= 0 && all[at].recent != nil:
			s.drawRecent(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, *all[at].recent, alike[at], at == sel)
		case at >= 0:
			s.drawNumber(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, *all[at].demo, at == sel)
		}
	}
	below := 0
	for _, l := range lines[last:] {
		if l.at >= 0 {
			below++
		}
	}
	if below > 0 {
		c.Put(r.X, r.Y+shown, r.Right(), theme.Muted, "▼ "+text.Sprintf(s.env.S(s.env.T.Find.MoreBelow), below))
	}
}

// focused gives the style and the mark of a line, and puts the cursor on the one in focus.
func focused(c *paint.Canvas, r paint.Rect, selected bool, st paint.Style) (paint.Style, int) {
	c.Item(r.X, r.Y, selected)
	if !selected {
		return st, c.Put(r.X, r.Y, r.Right(), st, "  ")
	}
	c.Fill(r, theme.Selected, ' ')
	c.SetCursor(r.X, r.Y)
	return theme.Selected, c.Put(r.X, r.Y, r.Right(), theme.Selected, "▸ ")
}

func (s *Screen) drawRecent(c *paint.Canvas, r paint.Rect, o ehrdesk.Recent, alike, selected bool) {
	st, x := focused(c, r, selected, theme.Text)
	mark := ""
	if alike {
		mark = "≈ "
	}
	name, marks := s.env.InList(o.Patient)
	if marks != "" {
		marks = strings.TrimPrefix(marks, " · ") + "  " // before the name: what tells namesakes apart is never cut
	}
	x = c.Put(x, r.Y, r.Right(), st, s.env.Clock(o.At)+"  "+marks+mark)
	c.Put(x, r.Y, r.Right(), st, paint.Cut(name, r.Right()-x))
}

func (s *Screen) drawNumber(c *paint.Canvas, r paint.Rect, n screen.DemoNumber, selected bool) {
	e, t := s.env, &s.env.T.Find
	st, x := focused(c, r, selected, theme.Text)
	c.Put(x, r.Y, r.Right(), st, n.Number)
	x = r.X + 18
	if n.AccessKey != "" {
		x = c.Put(x, r.Y, r.Right(), st, text.Sprintf(e.S(t.DemoKey), n.AccessKey))
	}
	note := theme.Muted
	if selected {
		note = st
	}
	x = max(x+1, r.X+42)
	c.Put(x, r.Y, r.Right(), note, paint.Cut(n.Note[e.Lang.Tag()], r.Right()-x))
}
