package requests

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/cases"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// widest is as wide as words run: longer lines are not read.
const widest = 100

// besides is where the second column of the list begins at the least; indent, where what has no room in it begins below a name.
const (
	besides = 62
	indent  = 8
)

// Draw paints the list, one request, or the card of a step.
func (s *Screen) Draw(c *paint.Canvas, r paint.Rect) {
	y := s.DrawHeader(c, r)
	in := paint.Rect{X: r.X + 1, Y: r.Y + y, W: r.W - 2, H: r.H - y}
	switch {
	case s.card != nil:
		s.drawCard(c, in)
	case s.reads():
		s.drawPage(c, in)
	case s.env.Day.Board:
		s.drawBoard(c, r)
	default:
		s.drawList(c, r)
	}
}

// DrawHeader draws whose the request is that is read.
func (s *Screen) DrawHeader(c *paint.Canvas, r paint.Rect) int {
	one := s.one()
	if one == nil {
		return 0
	}
	n := s.env.Banner(c, r, one.Patient)
	c.HLine(r.X, r.Y+n, r.Right(), theme.Rule)
	return n + 1
}

// drawHead draws the title and how new what stands below is.
func (s *Screen) drawHead(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Requests
	x := c.Put(r.X+1, r.Y, r.Right(), theme.Title, e.S(t.Title))
	words, st := fresh(e)
	at := r.Right() - 1 - paint.Width(words)
	act, late := e.RequestsToAct()
	sealed, critical := e.CasesToAct()
	if act+sealed > 0 {
		x = c.Put(x, r.Y, at-1, theme.Text, " · "+text.Sprintf(e.S(t.Count), act+sealed))
	}
	if late > 0 {
		x = c.Put(x, r.Y, at-1, theme.Abnormal, " · "+text.Sprintf(e.S(t.CountOverdue), late))
	}
	if critical > 0 {
		x = c.Put(x, r.Y, at-1, theme.Critical, " · "+text.Sprintf(e.S(e.T.Cases.CountCritical), critical))
	}
	if room := at - x - 4; room > 20 {
		c.Put(x+2, r.Y, at-2, theme.Muted, paint.Cut(e.S(t.Lead), room))
	}
	c.Put(at, r.Y, r.Right(), st, words)
	c.HLine(r.X, r.Y+1, r.Right(), theme.Rule)
}

// fresh says that the centre is being asked, or as of when the requests are: always where it did not answer.
func fresh(e *screen.Env) (string, paint.Style) {
	a, t := &e.Day.Asked, &e.T.Requests
	for _, one := range []struct {
		asking bool
		since  time.Time
	}{{a.Asking, a.Since}, {e.Day.Cases.Asking, e.Day.Cases.Since}} {
		if d := e.Now().Sub(one.since); one.asking && d >= time.Second/2 {
			return e.Working.Mark() + " " + e.S(t.Asking) + " " + e.Elapsed(d), theme.Syncing
		}
	}
	st := theme.Muted
	if a.Err != nil {
		st = theme.Abnormal
	}
	if a.AsOf.IsZero() {
		if !a.Read {
			return "", st
		}
		return e.S(t.NeverAsked), st
	}
	return text.Sprintf(e.S(t.AsOf), moment(e, a.AsOf)), st
}

// line is a line of the list: a heading, a request, or a part of how it stands.
type line struct {
	row   int // -1 for a heading
	words string
	below bool
}

func (s *Screen) layOut(all []row, w int) (out []line) {
	e, t := s.env, &s.env.T.Requests
	count := map[bool]int{}
	for _, r := range all {
		count[r.act]++
	}
	for i, r := range all {
		if i == 0 || all[i-1].act != r.act {
			head := t.ToKnow
			if r.act {
				head = t.ToAct
			}
			out = append(out, line{row: -1, words: fmt.Sprintf("%s  %d", e.S(head), count[r.act])})
		}
		out = append(out, line{row: i})
		h, left := head(e, r, w)
		if words := strings.TrimPrefix(left+" · "+said(e, r), " · "); left != "" || !fits(h, words, w) {
			for _, part := range paint.Wrap(nil, words, w-indent) {
				out = append(out, line{row: i, words: part, below: true})
			}
		}
	}
	return out
}

// head is which way a request goes and whom it is about, with what tells namesakes apart.
// left is what does not fit in a width as a whole.
func head(e *screen.Env, r row, w int) (h, left string) {
	mark := e.S(e.T.Cases.Mark)
	if r.v == nil {
		mark, _ = direction(e, r.r)
	}
	mark += strings.Repeat(" ", max(0, 5-paint.Width(mark)))
	alike := " "
	if r.alike {
		alike = "≈"
	}
	name, marks := whose(e, r)
	h = alike + mark + name
	if 1+paint.Width(h+marks) > w {
		return h, strings.TrimPrefix(marks, " · ")
	}
	return h + marks, ""
}

// whose is whom a row is about, and what tells namesakes apart.
func whose(e *screen.Env, r row) (name, marks string) {
	if r.v != nil {
		return cases.InList(e, r.v)
	}
	return e.InList(r.r.Patient)
}

// fits reports whether how a request stands has room beside whom it is about.
func fits(h, words string, w int) bool {
	return max(besides, 1+paint.Width(h)+2)+paint.Width(words) <= w
}

// said is what is asked, how far it has come, what is overdue or not delivered, and who the other provider is.
func said(e *screen.Env, r row) string {
	if r.v != nil {
		words, _ := cases.Line(e, r.v, r.n)
		return words
	}
	_, other := direction(e, r.r)
	words := []string{e.S(e.T.Requests.KindOf(r.r.Kind)), state(e, r.r)}
	late, _ := trouble(e, r.r)
	return strings.Join(append(append(words, late...), other), " · ")
}

func (s *Screen) drawList(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Requests
	s.drawHead(c, r)
	in := paint.Rect{X: r.X + 1, Y: r.Y + 2, W: r.W - 2, H: r.H - 2}
	c.SetCursor(in.X, in.Y)
	if err := cmp.Or(e.Day.Asked.Err, e.Day.Cases.Err); err != nil {
		in = in.From(widget.Para(c, in.Top(2), theme.Abnormal, e.ExplainLine(err)))
	}
	if why := e.NoCases(); why != "" && !e.Clinical() { // what the front desk is not shown
		c.Put(in.X, in.Bottom()-1, in.Right(), theme.Muted, paint.Cut(why, in.W))
		in.H--
	}
	all := rows(e)
	if len(all) == 0 {
		words := t.None
		if !e.Day.Asked.Read {
			words = t.Loading
		}
		widget.Para(c, in, theme.Muted, e.S(words))
		return
	}
	sel := s.focus(all)
	lines := s.layOut(all, in.W)
	at := 0
	for i, l := range lines {
		if l.row == sel && !l.below {
			at = i
		}
	}
	first := max(0, min(at-in.H/2, len(lines)-in.H))
	for i := first; i < len(lines) && i-first < in.H; i++ {
		y := in.Y + i - first
		if lines[i].row < 0 {
			c.Put(in.X, y, in.Right(), theme.Strong, lines[i].words)
			continue
		}
		s.drawRow(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 1}, all[lines[i].row], lines[i], lines[i].row == sel)
	}
}

func styleOf(e *screen.Env, w row) (st paint.Style) {
	if w.v != nil {
		_, st = cases.Line(e, w.v, w.n)
		return st
	}
	_, st = trouble(e, w.r)
	return st
}

// drawRow draws a line of a request: the name is never cut for the state's sake.
func (s *Screen) drawRow(c *paint.Canvas, r paint.Rect, w row, l line, selected bool) {
	e := s.env
	h, left := head(e, w, r.W)
	style := styleOf(e, w)
	st := theme.Text
	if selected {
		st, style = theme.Selected, theme.Selected
		c.Fill(r, st, ' ')
	}
	if l.below {
		c.Put(r.X+indent, r.Y, r.Right(), style, l.words)
		return
	}
	c.Item(r.X, r.Y, selected)
	if selected {
		c.Put(r.X, r.Y, r.Right(), st, "▸")
		c.SetCursor(r.X+1, r.Y)
	}
	x := c.Put(r.X+1, r.Y, r.Right(), st, h)
	if words := said(e, w); left == "" && fits(h, words, r.W) {
		c.Put(max(x+2, r.X+besides), r.Y, r.Right(), style, words)
	}
}
