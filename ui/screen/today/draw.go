package today

import (
	"fmt"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Draw paints the list.
func (s *Screen) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Today
	in := paint.Rect{X: r.X + 1, Y: r.Y, W: r.W - 2, H: r.H}
	x := c.Put(in.X, in.Y, in.Right(), theme.Title, e.S(t.Title)+" · "+ehrdesk.At(e.Now()).Date())
	rows := s.rows()
	if part := e.Day.Part; part != "" {
		x = c.Put(x, in.Y, in.Right(), theme.Abnormal, " · "+text.Sprintf(e.S(t.PartTitle), e.S(t.Parts[part]), len(rows), s.whole()))
	}
	if n := howMany(rows); n > 0 {
		x = c.Put(x, in.Y, in.Right(), theme.Abnormal, " · "+text.Sprintf(e.S(t.ChangedCount), n))
	}
	lead := t.Lead
	if sharer, ok := e.Session.(ehrdesk.DaySharer); ok && sharer.Alone() {
		lead = t.Alone
	}
	if e.Day.Part != "" {
		lead = t.PartLead
	}
	c.Put(x+2, in.Y, in.Right(), theme.Muted, paint.Cut(e.S(lead), in.Right()-x-2))
	c.HLine(r.X, in.Y+1, r.Right(), theme.Rule)
	y := in.Y + 2
	switch {
	case s.entry == entryAdd, s.entry == entryPath, s.entry == entryOnly:
		y = s.drawField(c, in, y)
	case e.Day.Only != "":
		c.Put(in.X, y, in.Right(), theme.Strong, paint.Cut(e.S(t.OnlyLead)+" "+ehrdesk.CleanLine(e.Day.Only), in.W))
		y++
	case s.polling && s.job.Running():
		c.Put(in.X, y, in.Right(), theme.Syncing, e.Progress(&s.job, t.Polling))
		y++
	case e.Slow(&s.job):
		c.Put(in.X, y, in.Right(), theme.Syncing, e.Progress(&s.job, t.Writing))
		y++
	}
	y = s.drawAhead(c, in, y)
	y = s.drawAsked(c, in, y)
	body := paint.Rect{X: in.X, Y: y, W: in.W, H: r.Bottom() - y}
	switch s.entry {
	case entryPath:
		s.files.Draw(c, body, e.S(t.NoFiles))
		return
	case entryLook:
		s.drawLook(c, body)
		return
	case entryCall:
		s.drawCall(c, body)
		return
	case entryClose:
		s.drawClosing(c, body)
		return
	case entryNone, entryAdd, entryOnly:
	}
	if len(rows) == 0 {
		words := t.Empty
		switch {
		case !e.Day.Read:
			words = t.Loading
		case s.narrowed():
			words = t.OnlyNone
		}
		if s.entry == entryNone {
			c.SetCursor(body.X, body.Y)
		}
		n := widget.Para(c, body, theme.Muted, e.S(words))
		s.drawUnknown(c, body.From(n))
		return
	}
	s.drawRows(c, body, rows)
}

func (s *Screen) drawField(c *paint.Canvas, in paint.Rect, y int) int {
	e, t := s.env, &s.env.T.Today
	label, lead, busy := t.Add, t.AddLead, t.Writing
	switch s.entry {
	case entryPath:
		label, lead, busy = t.Path, t.PathLead, e.T.Import.Reading
	case entryOnly:
		label, lead = t.Only, t.OnlyField
	case entryNone, entryAdd, entryLook, entryCall, entryClose:
	}
	x := c.Put(in.X, y, in.Right(), theme.Label, e.S(label)+"  ")
	s.in.Draw(c, x, y, max(8, min(50, in.Right()-x)), !s.job.Running())
	if e.Slow(&s.job) {
		c.Put(in.X, y+1, in.Right(), theme.Syncing, e.Progress(&s.job, busy))
	} else {
		c.Put(in.X, y+1, in.Right(), theme.Muted, paint.Cut(e.S(lead), in.W))
	}
	return y + 3
}

// drawUnknown says that the consents that run out are not known, which is not
// that there are none.
func (s *Screen) drawUnknown(c *paint.Canvas, r paint.Rect) {
	if !s.known && !s.ends.Running() && s.env.TakesConsent() {
		c.Put(r.X, r.Y, r.Right(), theme.Abnormal, s.env.S(s.env.T.Today.EndingsOff))
	}
}

// line is a line of the screen: a heading, somebody, or how that one stands where
// it does not fit beside the name, in as many lines as that takes.
type line struct {
	row   int    // -1 for a heading
	below string // how the row stands, or a part of it; "" for the row itself
	head  section
	count int
}

// besides is where the second column begins at the least.
const besides = 58

func (s *Screen) layOut(rows []row, w int) (lines []line) {
	count := map[section]int{}
	for _, r := range rows {
		count[r.section]++
	}
	for i, r := range rows {
		if i == 0 || rows[i-1].section != r.section {
			lines = append(lines, line{row: -1, head: r.section, count: count[r.section]})
		}
		lines = append(lines, line{row: i})
		words, _ := what(s.env, r)
		if fits(s.env, r, words, w) {
			continue
		}
		if _, left := head(s.env, r, w); left != "" {
			words = left + " · " + words
		}
		for _, part := range inParts(words, w-indent) {
			lines = append(lines, line{row: i, below: part})
		}
	}
	return lines
}

// inParts breaks words into lines between their parts, and within one only where it has no room in a
// line of its own. What parts them stays on the upper line.
func inParts(words string, w int) (lines []string) {
	const between = " ·"
	at := ""
	for part := range strings.SplitSeq(words, between+" ") {
		switch {
		case at == "":
			at = part
		case paint.Width(at+between+" "+part+between) <= w:
			at += between + " " + part
		default:
			lines = paint.Wrap(lines, at+between, w)
			if at = part; paint.Width(lines[len(lines)-1]+" "+part+between) <= w { // the end of what took several lines
				at, lines = lines[len(lines)-1]+" "+part, lines[:len(lines)-1]
			}
		}
	}
	return paint.Wrap(lines, at, w)
}

// indent is where the lines below a name begin.
const indent = 9

func fits(e *screen.Env, r row, words string, w int) bool {
	h, left := head(e, r, w)
	return left == "" && max(1+paint.Width(h)+2, besides)+paint.Width(words) <= w
}

// head is the mark, the time and the name of a row in a window of a width, with
// what tells namesakes apart; left is that where it does not fit as a whole.
func head(e *screen.Env, r row, w int) (h, left string) {
	mark, when := " ", "      "
	if r.alike {
		mark = "≈"
	}
	if len(r.task.Changed) > 0 {
		mark += "*"
	} else {
		mark += " "
	}
	if r.ending == nil && !r.task.At.IsZero() && r.section != waiting {
		when = e.Clock(r.task.At) + " "
	}
	name, marks := who(e, r)
	h = mark + when + name
	if 1+paint.Width(h+marks) > w {
		return h, marks[min(len(" · "), len(marks)):]
	}
	return h + marks, ""
}

func (s *Screen) drawRows(c *paint.Canvas, r paint.Rect, rows []row) {
	e, t := s.env, &s.env.T.Today
	sel := s.at(rows)
	lines := s.layOut(rows, r.W)
	at := 0
	for i, l := range lines {
		if l.row == sel && l.below == "" {
			at = i
		}
	}
	shown := r.H
	if !s.known && !s.ends.Running() || rows[sel].alike {
		shown-- // the last row says something
	}
	var changed []string
	if words := whatChanged(e, rows[sel]); words != "" && s.entry == entryNone {
		changed = paint.Wrap(nil, words, r.W)
		shown -= len(changed)
	}
	first := max(0, min(at-shown/2, len(lines)-shown))
	for i := first; i < len(lines) && i-first < shown; i++ {
		l, y := lines[i], r.Y+i-first
		if l.row < 0 {
			c.Put(r.X, y, r.Right(), theme.Strong, fmt.Sprintf("%s  %d", e.S(t.Sections[l.head]), l.count))
			continue
		}
		s.drawLine(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, rows[l.row], l.below, l.row == sel && s.entry == entryNone)
		s.stood(rows[l.row])
	}
	foot := paint.Rect{X: r.X, Y: r.Y, W: r.W, H: shown + len(changed)}
	drawChanged(c, foot, changed, theme.Strong)
	if rows[sel].alike {
		c.Put(r.X, r.Bottom()-1, r.Right(), theme.Abnormal, e.S(t.Neighbour))
		return
	}
	s.drawUnknown(c, paint.Rect{X: r.X, Y: r.Bottom() - 1, W: r.W, H: 1})
}

// drawLine is a line of somebody: the name is never cut for the state's sake.
func (s *Screen) drawLine(c *paint.Canvas, r paint.Rect, w row, below string, selected bool) {
	e := s.env
	words, style := what(e, w)
	h, _ := head(e, w, r.W)
	st := theme.Text
	if selected {
		st, style = theme.Selected, theme.Selected
		c.Fill(r, st, ' ')
	}
	if below == "" {
		c.Item(r.X, r.Y, selected)
		if selected {
			c.Put(r.X, r.Y, r.Right(), st, "▸")
		}
	}
	if below != "" {
		c.Put(r.X+indent, r.Y, r.Right(), style, below)
		return
	}
	if selected {
		c.SetCursor(r.X+1, r.Y)
	}
	x := c.Put(r.X+1, r.Y, r.Right(), st, h)
	if fits(e, w, words, r.W) {
		c.Put(max(x+2, r.X+besides), r.Y, r.Right(), style, words)
	}
}
