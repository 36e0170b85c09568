// Package sections lays out what a page says in sections: in columns where there is
// room, else one below the other with their names at the left. It promises that each
// line has its source and its date, that the line in focus is marked by more than its
// colour, that nothing but a source is ever cut, and that what does not fit is counted.
package sections

import (
	"fmt"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Section is one section: its lines, or why there are none.
type Section struct {
	ID       string        // what commands call it
	Standing page.Standing // whether all that it is about is seen
	Empty    string        // what commands print where it has no entry
	Name     string
	Short    string // its name beside its lines, where the whole would take their room
	Lines    []Line
	Note     string        // behind the name: what is not among the lines
	Why      string        // where there is no line, or something is missing among them
	Below    string        // under the lines: what is not on record
	Ahead    bool          // lines that do not fit are named, those with a flag first
	To       intent.Intent // the page or type that has all of it
}

// Line is a line of a section: what it says, and the record that Enter opens. A line
// without a record leads to a page.
type Line struct {
	Rec     ehrdesk.Record
	To      intent.Intent
	Title   string
	Value   string // behind the title
	Aside   bool   // Value only explains the title
	Flag    string
	Apart   string       // behind the flag: that sources differ
	Ago     string       // behind the flag: how old it is, where it does not speak for today
	Spark   string       // behind that: the values before
	Before  string       // behind that: the last of them in digits
	Course  string       // behind that: how it has moved
	Since   ehrdesk.When // what Date says, where that is not the record's own date
	Altered bool         // Since is when it changed last, not when it began
	Rest    bool         // it stands for several that are told together
	Style   paint.Style  // of the flag
	Date    string
	Source  string
	Struck  bool

	section int
}

// View is where somebody is among sections, and how they lie on the screen.
type View struct {
	env  *screen.Env
	make func() []Section // in words, when the size, the language or the records changed
	made []Section

	w, h   int // of the screen when last drawn
	sel    int
	top    int // first row on the screen
	shown  layout
	chosen ehrdesk.Ref // what is selected, also while it is made anew
}

// New shows the sections that say gives, in the screen's language.
func New(env *screen.Env, say func() []Section) View { return View{env: env, make: say} }

// Renew takes the sections anew; a record is in focus at once.
func (v *View) Renew() {
	v.shown = layout{}
	if v.w > 0 {
		v.arrange(v.w, v.h)
	}
}

// Line is the line in focus.
func (v *View) Line() (Line, bool) {
	l := v.shown.lines
	if v.sel < 0 || v.sel >= len(l) {
		return Line{}, false
	}
	return l[v.sel], true
}

// Selected is the record of the line in focus.
func (v *View) Selected() (ehrdesk.Record, bool) {
	l, _ := v.Line()
	return l.Rec, l.Rec.ID != ""
}

// Select goes to a record.
func (v *View) Select(ref ehrdesk.Ref) bool {
	for i, l := range v.shown.lines {
		if l.Rec.Ref() == ref {
			v.sel, v.chosen = i, ref
			return true
		}
	}
	return false
}

// Move goes among the lines; used is false for what does not move.
func (v *View) Move(id intent.ID) (used bool) {
	n := len(v.shown.lines)
	switch id {
	case intent.Up:
		v.sel--
	case intent.Down:
		v.sel++
	case intent.PageUp:
		v.sel = v.section(-1)
	case intent.PageDown:
		v.sel = v.section(1)
	case intent.Top:
		v.sel = 0
	case intent.Bottom:
		v.sel = n - 1
	default:
		return false
	}
	v.sel = min(max(v.sel, 0), max(0, n-1))
	if r, ok := v.Selected(); ok {
		v.chosen = r.Ref()
	}
	return true
}

// section is the first line of the section before or after the one in focus.
func (v *View) section(d int) int {
	l := v.shown.lines
	if v.sel >= len(l) {
		return 0
	}
	at := l[v.sel].section
	for i := v.sel; i >= 0 && i < len(l); i += d {
		if l[i].section != at {
			for d < 0 && i > 0 && l[i-1].section == l[i].section {
				i--
			}
			return i
		}
	}
	if d < 0 {
		return 0
	}
	return len(l) - 1
}

// Size takes the room that there is before anything was drawn.
func (v *View) Size(r paint.Rect) { v.w, v.h = r.W, r.H }

// Draw paints the sections.
func (v *View) Draw(c *paint.Canvas, r paint.Rect, focus bool) {
	v.Size(r)
	v.arrange(r.W, r.H)
	rows, edge := v.shown.rows, r
	if len(rows) > r.H && r.H > 2 { // the last row names what is below
		r.H--
	}
	v.top = min(max(v.top, 0), max(0, len(rows)-r.H))
	first, last := v.shown.extent(v.sel)
	switch {
	case v.sel == 0: // with what stands above the first line, its section's name
		v.top = 0
	case first < v.top:
		v.top = first
	case last >= v.top+r.H:
		v.top = last - r.H + 1
	}
	for i := v.top; i < len(rows) && i < v.top+r.H; i++ {
		v.drawRow(c, paint.Rect{X: r.X, Y: r.Y + i - v.top, W: r.W, H: 1}, rows[i], focus)
	}
	if words := v.further(v.top + r.H); r.H < edge.H && words != "" {
		c.Put(r.X, edge.Bottom()-1, r.Right(), theme.Muted, paint.Cut(words, r.W))
	}
}

// further names the sections from a row on: those whose names are not in sight, and
// where all are the last one, of which something is.
func (v *View) further(from int) string {
	if from >= len(v.shown.rows) {
		return ""
	}
	out := ""
	for i, y := range v.shown.heads {
		if y >= from {
			if out != "" {
				out += " ·"
			}
			out += " " + v.made[i].Name
		}
	}
	if out == "" && len(v.made) > 0 {
		out = " " + v.made[len(v.made)-1].Name
	}
	return "▼" + out
}

func (v *View) drawRow(c *paint.Canvas, r paint.Rect, row row, focus bool) {
	for _, cell := range row {
		st := cell.style
		if focus && cell.line >= 0 && cell.bar() {
			c.Item(r.X+cell.x-1, r.Y, cell.line == v.sel)
		}
		if cell.line == v.sel && cell.line >= 0 {
			sel := theme.SelectedDim
			if focus {
				sel = theme.Selected
			}
			if cell.bar() { // the block's own bar: its mark and the cursor stand before it
				c.Put(r.X+cell.x-1, r.Y, r.X+cell.x, sel, "▸")
				if focus {
					c.SetCursor(r.X+cell.x-1, r.Y)
				}
			}
			st = sel | st&paint.Struck
			c.Fill(paint.Rect{X: r.X + cell.x, Y: r.Y, W: cell.w, H: 1}, sel, ' ')
		}
		x := r.X + cell.x
		if cell.right {
			x += cell.w - paint.Width(cell.text)
		}
		c.Put(x, r.Y, r.X+cell.x+cell.w, st, cell.text)
	}
}

// counted is a number with its words.
func (v *View) counted(t text.T, n int) string { return text.Sprintf(v.env.S(t), fmt.Sprint(n)) }

// Said are the parts of a line in their order, as whoever hears it is told them.
func (l *Line) Said() []string {
	return []string{l.Title, l.Value, l.Flag, l.Apart, l.Ago, l.Before, l.Course, ehrdesk.CleanLine(l.Source), l.Date}
}
