package requests

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// abreast is from which width the columns of the board stand beside each other.
const abreast = 150

// stages is how many columns there are.
const stages = 3

// onBoard gives the task in focus: the one that had it, else one of the same request or case, else what has come into its place.
func (s *Screen) onBoard(all []task) int {
	if i := slices.IndexFunc(all, func(t task) bool { return t.id == s.row }); i >= 0 {
		return i
	}
	if i := slices.IndexFunc(all, func(t task) bool { return t.of == s.row && s.row != "" }); i >= 0 {
		return i
	}
	return min(max(s.at, 0), max(0, len(all)-1))
}

// handleBoard goes about on the board; Enter goes to where the task is done.
func (s *Screen) handleBoard(in intent.Intent) {
	e := s.env
	all := tasksOf(e)
	if in.ID == intent.Back {
		e.Go(screen.ToLast{})
		return
	}
	if len(all) == 0 {
		return
	}
	at := s.onBoard(all)
	switch in.ID {
	case intent.Left, intent.Right:
		at = beside(all, at, in.ID == intent.Right)
	default:
		step := map[intent.ID]int{intent.Up: -1, intent.Down: 1, intent.PageUp: -10, intent.PageDown: 10, intent.Top: -len(all), intent.Bottom: len(all)}
		at = min(max(at+step[in.ID], 0), len(all)-1)
	}
	t := all[at]
	if s.at, s.row = at, t.id; in.ID != intent.Accept {
		return
	}
	if t.goes == nil {
		s.open = t.of
		s.scroll.Reset()
		return
	}
	if _, day := t.goes.(screen.ToToday); day {
		e.Day.Row, e.Day.Part, e.Day.Only = strings.TrimPrefix(t.id, "day "), "", ""
	}
	e.Go(t.goes)
}

// beside is the task in the next column that has any, as far down as the one in focus.
func beside(all []task, at int, right bool) int {
	from := func(c stage) int { return slices.IndexFunc(all, func(t task) bool { return t.stage == c }) }
	down := at - from(all[at].stage)
	d := stage(-1)
	if right {
		d = 1
	}
	for c := all[at].stage + d; c >= toDo && c < stages; c += d {
		first := from(c)
		if first < 0 {
			continue
		}
		to := first
		for to+1 < len(all) && all[to+1].stage == c && to-first < down {
			to++
		}
		return to
	}
	return at
}

func (s *Screen) drawBoard(c *paint.Canvas, r paint.Rect) {
	e, b := s.env, &s.env.T.Board
	x := c.Put(r.X+1, r.Y, r.Right(), theme.Title, e.S(b.Title))
	words, st := fresh(e)
	at := r.Right() - 1 - paint.Width(words)
	if room := at - x - 4; room > 20 {
		c.Put(x+2, r.Y, at-2, theme.Muted, paint.Cut(e.S(b.Lead), room))
	}
	c.Put(at, r.Y, r.Right(), st, words)
	c.HLine(r.X, r.Y+1, r.Right(), theme.Rule)
	in := paint.Rect{X: r.X + 1, Y: r.Y + 2, W: r.W - 2, H: r.H - 2}
	c.SetCursor(in.X, in.Y)
	all := tasksOf(e)
	sel := s.onBoard(all)
	if in.W < abreast || e.Plain {
		if len(all) == 0 {
			widget.Para(c, in, theme.Muted, e.S(b.None))
			return
		}
		var lines []boardLine
		for n := range stage(stages) {
			lines = append(lines, s.column(all, n, sel, in.W)...)
		}
		drawColumn(c, in, lines, sel)
		return
	}
	w := (in.W - 2*(stages-1)) / stages
	for n := range stage(stages) {
		col := paint.Rect{X: in.X + int(n)*(w+2), Y: in.Y, W: w, H: in.H}
		drawColumn(c, col, s.column(all, n, sel, w), sel)
	}
}

// boardLine is a line of a column: its heading, or a part of a task.
type boardLine struct {
	task  int // -1 for a heading
	first bool
	style paint.Style
	words string
}

// column lays a column out: its heading with how many there are, and each task with whom it is about, whose it is and by when.
func (s *Screen) column(all []task, of stage, sel, w int) (out []boardLine) {
	e := s.env
	n := 0
	for i, t := range all {
		if t.stage != of {
			continue
		}
		n++
		st := theme.Text
		if t.late {
			st = theme.Abnormal
		}
		for k, l := range paint.Wrap(nil, t.what+" · "+t.whose, max(w-2, 8)) {
			out = append(out, boardLine{i, k == 0, theme.Text, l})
		}
		for _, l := range paint.Wrap(nil, s.standing(t), max(w-4, 8)) {
			out = append(out, boardLine{i, false, st, "  " + l})
		}
	}
	if n == 0 {
		out = append(out, boardLine{-1, false, theme.Muted, e.S(e.T.Board.Here)})
	}
	head := boardLine{-1, false, theme.Strong, fmt.Sprintf("%s  %d", e.S(e.T.Board.Columns[of]), n)}
	return append([]boardLine{head}, out...)
}

// standing is whose a task is, and by when it is to be done.
func (s *Screen) standing(t task) string {
	e, b := s.env, &s.env.T.Board
	out := []string{e.S(b.Nobody)}
	if t.owner != "" {
		out = []string{text.Sprintf(e.S(b.Owner), t.owner)}
	}
	switch {
	case t.again:
		out = append([]string{e.S(b.Again)}, out...)
	case t.late && !t.due.IsZero():
		out = append([]string{text.Sprintf(e.S(b.Overdue), dueAt(e, t))}, out...)
	case !t.due.IsZero():
		out = append(out, text.Sprintf(e.S(b.Due), dueAt(e, t)))
	}
	return strings.Join(out, " · ")
}

// dueAt is a time of day today, else the date.
func dueAt(e *screen.Env, t task) string {
	at := t.due.In(e.Now().Location())
	y, m, d := at.Date()
	if ny, nm, nd := e.Now().Date(); y == ny && m == nm && d == nd && (at.Hour() != 0 || at.Minute() != 0) {
		return e.Clock(at)
	}
	return ehrdesk.At(at).Date()
}

// drawColumn draws lines with the task in focus in sight, where it is among them.
func drawColumn(c *paint.Canvas, r paint.Rect, lines []boardLine, sel int) {
	from, to := -1, -1
	for i, l := range lines {
		if l.task == sel {
			if from < 0 {
				from = i
			}
			to = i
		}
	}
	off := 0
	if to >= r.H {
		off = min(to+1-r.H, max(0, from-1))
	}
	for i := off; i < len(lines) && i-off < r.H; i++ {
		l, y := lines[i], r.Y+i-off
		st := l.style
		if l.task < 0 {
			c.Put(r.X, y, r.Right(), st, l.words)
			continue
		}
		if l.first {
			c.Item(r.X, y, l.task == sel)
		}
		if l.task == sel {
			st = theme.Selected
			c.Fill(paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, st, ' ')
		}
		if l.task == sel && l.first {
			c.Put(r.X, y, r.Right(), st, "▸")
			c.SetCursor(r.X, y)
		}
		c.Put(r.X+1, y, r.Right(), st, l.words)
	}
	if off > 0 {
		c.Put(r.Right()-1, r.Y, r.Right(), theme.Muted, "▲")
	}
	if len(lines)-off > r.H {
		c.Put(r.Right()-1, r.Bottom()-1, r.Right(), theme.Muted, "▼")
	}
}
