package widget

import (
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// RowKind is what a row of a form is.
type RowKind uint8

// The kinds of row.
const (
	TextRow   RowKind = iota // an entry
	ChoiceRow                // one of a list: ← → or Space
	ListRow                  // one of a list that stands there whole: its letter, or ↑ ↓
	TickRow                  // a box: Space
	SubmitRow                // the act itself: its key is the form's owner's
	SaidRow                  // words alone: has no focus
)

// Row is one row of a form. Words are asked for when it is drawn, in the
// language of that moment.
type Row struct {
	Kind   RowKind
	Label  func() string
	Input  *Input
	Width  int // of the entry; 0 for what there is
	Count  int // of a choice
	Option func(i int) string
	Sel    int // of a choice, -1 for none yet
	On     bool
	Hidden func() bool // nil: never
	Style  paint.Style // of words alone
}

// Form is a page of rows with one in focus.
type Form struct {
	Rows []*Row
	At   int
}

// Shown reports whether the row has a place in the form as it stands.
func (r *Row) Shown() bool { return r.Hidden == nil || !r.Hidden() }

// Field is the entry in focus, nil for none.
func (f *Form) Field() *Input {
	if r := f.row(); r != nil && r.Kind == TextRow {
		return r.Input
	}
	return nil
}

func (f *Form) row() *Row {
	if f.At < 0 || f.At >= len(f.Rows) || !f.Rows[f.At].Shown() {
		f.step(1)
	}
	if f.At < len(f.Rows) {
		return f.Rows[f.At]
	}
	return nil
}

// Focus puts the focus on r.
func (f *Form) Focus(r *Row) {
	for i := range f.Rows {
		if f.Rows[i] == r {
			f.At = i
		}
	}
}

// On reports whether r has the focus.
func (f *Form) On(r *Row) bool { return f.row() == r }

func (f *Form) step(d int) {
	for range f.Rows {
		f.At = (f.At + d + len(f.Rows)) % len(f.Rows)
		if r := f.Rows[f.At]; r.Shown() && r.Kind != SaidRow {
			return
		}
	}
}

// Handle moves the focus, chooses and ticks; it reports whether the intent was
// for the form. Enter goes to the next row.
func (f *Form) Handle(in intent.Intent) bool {
	r := f.row()
	switch in.ID {
	case intent.Up:
		if !r.along(-1) {
			f.step(-1)
		}
	case intent.Down:
		if !r.along(1) {
			f.step(1)
		}
	case intent.PrevPane:
		f.step(-1)
	case intent.NextPane, intent.Accept:
		f.step(1)
	case intent.PickLetter:
		f.pick(in.Arg)
	case intent.Left:
		r.turn(-1)
	case intent.Right:
		r.turn(1)
	case intent.Tick:
		if r.Kind == TickRow {
			r.On = !r.On
		}
		r.turn(1)
	default:
		return false
	}
	return true
}

// pick chooses by a letter, from 0, in the form's list, wherever the focus is.
func (f *Form) pick(i int) {
	for _, r := range f.Rows {
		if r.Kind == ListRow && r.Shown() && i < r.Count {
			r.Sel = i
			f.Focus(r)
		}
	}
}

// along moves within a list; false at its ends.
func (r *Row) along(d int) bool {
	if r.Kind != ListRow || r.Sel+d < 0 || r.Sel+d >= r.Count {
		return false
	}
	r.Sel += d
	return true
}

func (r *Row) turn(d int) {
	if r.Kind != ChoiceRow || r.Count == 0 {
		return
	}
	if r.Sel < 0 {
		r.Sel = 0
		return
	}
	r.Sel = (r.Sel + d + r.Count) % r.Count
}

// height is how many rows of the screen a row takes.
func (r *Row) height(w int) int {
	switch {
	case !r.Shown():
		return 0
	case r.Kind == ListRow:
		return r.Count
	case r.Kind == SaidRow:
		if words := r.Label(); words != "" {
			return len(paint.Wrap(nil, words, w))
		}
		return 0
	}
	return 1
}

// first is the first row of the form's own that is drawn in a window of h rows:
// the one in focus stays in sight, and what follows it with it.
func (f *Form) first(w, h int) (skip, total int) {
	follow := min(3, h-1) // rows below the focus, where there are that many
	focus := 0
	now := f.row()
	for _, r := range f.Rows {
		if r == now {
			if focus = total; r.Kind == ListRow {
				focus += r.Sel
			}
		}
		total += r.height(w)
	}
	if total <= h {
		return 0, total
	}
	return min(max(0, focus+1+follow-h), total-h), total
}

// Draw paints the rows that fit, the one in focus among them, and gives the row
// of the screen after them. Marks at the right say that there are more.
func (f *Form) Draw(c *paint.Canvas, rect paint.Rect, active bool) int {
	w := f.labels(rect.W)
	now := f.row()
	skip, total := f.first(rect.W, rect.H)
	y := rect.Y - skip
	for _, r := range f.Rows {
		n := r.height(rect.W)
		if r.Kind == ListRow {
			for i := range n {
				if line := y + i; line >= rect.Y && line < rect.Bottom() {
					Option(c, rect.X, line, min(rect.Right(), rect.X+64), i == r.Sel, Letter(i), r.Option(i), "")
				}
			}
		} else if n > 0 && y >= rect.Y && y+n <= rect.Bottom() {
			r.draw(c, paint.Rect{X: rect.X, Y: y, W: rect.W, H: n}, w, active && r == now, f.Field() != nil)
		}
		y += n
	}
	if skip > 0 {
		c.Put(rect.Right()-1, rect.Y, rect.Right(), theme.Muted, "▲")
	}
	if total-skip > rect.H {
		c.Put(rect.Right()-1, rect.Bottom()-1, rect.Right(), theme.Muted, "▼")
	}
	return min(y, rect.Bottom())
}

// labels is the width of the column of labels.
func (f *Form) labels(room int) int {
	w := 0
	for _, r := range f.Rows {
		if r.Shown() && (r.Kind == TextRow || r.Kind == ChoiceRow) {
			w = max(w, paint.Width(r.Label()))
		}
	}
	return min(w+2, room/2)
}

func (r *Row) draw(c *paint.Canvas, rect paint.Rect, w int, focus, typing bool) {
	y := rect.Y
	if focus && (r.Kind == ChoiceRow || r.Kind == TickRow || r.Kind == TextRow) {
		c.Put(rect.X-1, y, rect.X, theme.Selected, "▸")
	}
	switch r.Kind {
	case TextRow:
		c.Put(rect.X, y, rect.X+w, theme.Label, r.Label())
		room := rect.W - w
		if r.Width > 0 {
			room = min(room, r.Width)
		}
		r.Input.Draw(c, rect.X+w, y, room, focus)
	case ChoiceRow:
		c.Put(rect.X, y, rect.X+w, theme.Label, r.Label())
		words, st := "‹ – ›", theme.Text
		if r.Sel >= 0 && r.Sel < r.Count {
			words, st = "‹ "+r.Option(r.Sel)+" ›", theme.Strong
		}
		if focus {
			st = theme.Selected
			c.SetCursor(rect.X+w, y)
		}
		c.Put(rect.X+w, y, rect.Right(), st, words)
	case TickRow:
		box, st := "[ ] ", theme.Text
		if r.On {
			box, st = "[x] ", theme.Good
		}
		if focus {
			c.SetCursor(rect.X+1, y)
			st = theme.Selected
		}
		x := c.Put(rect.X, y, rect.Right(), theme.Key, box)
		c.Put(x, y, rect.Right(), st, r.Label())
	case SubmitRow:
		if typing { // its key would go into the entry
			c.Put(rect.X+2, y, rect.Right(), theme.Muted, r.Label())
			return
		}
		Option(c, rect.X, y, min(rect.Right(), rect.X+70), focus, "", r.Label(), "")
		if focus {
			c.SetCursor(rect.X, y)
		}
	case SaidRow:
		Para(c, rect, r.Style, r.Label())
	case ListRow:
	}
}

// Letter is what the item of a list is chosen by where digits may be those of a document or a key.
func Letter(i int) string { return string(rune('a' + i)) }
