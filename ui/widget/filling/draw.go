package filling

import (
	"strconv"

	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// matching is how many choices are shown below what is typed.
const matching = 6

// room is the width of the form and of the column of labels.
type room struct{ w, labels int }

func roomFor(w int) room { return room{w, min(max(w*2/5, 14), 36)} }

// note is a line below an answer.
type note struct {
	style  paint.Style
	words  string
	choice int // which of the choices it is, -1 for none
}

// Draw paints the rows that fit, the one in focus among them. Marks at the right say that there are more.
func (f *Form) Draw(c *paint.Canvas, r paint.Rect, active bool) {
	m := roomFor(r.W - 2)
	y, focus, deep := 0, 0, 0
	heights := make([]int, len(f.rows))
	for i, row := range f.rows {
		heights[i] = f.height(row, m, active && i == f.at)
		if i == f.at {
			focus, deep = y, heights[i]
			if row.kind == area {
				_, at := f.input(row).Lines(m.w - m.labels - 1)
				focus, deep = y+at, min(heights[i]-at, 3)
			}
		}
		y += heights[i]
	}
	total := y
	f.top = min(max(f.top, focus+deep-r.H), focus)
	f.top = min(f.top, max(0, total-r.H))
	for f.top > 0 && focus-f.top < 1 { // what stands above it is in sight, a heading most of all
		f.top--
	}
	y = r.Y - f.top
	for i, row := range f.rows {
		if y+heights[i] > r.Y && y < r.Bottom() {
			f.draw(c, r, y, row, m, active && i == f.at)
		}
		y += heights[i]
	}
	if f.top > 0 {
		c.Put(r.Right()-1, r.Y, r.Right(), theme.Muted, "▲")
	}
	if total-f.top > r.H {
		c.Put(r.Right()-1, r.Bottom()-1, r.Right(), theme.Muted, "▼")
	}
}

// labelled is the label of a row in its column, wrapped once for a width.
func (f *Form) labelled(r *row, m room) []string {
	w := m.labels - 2*indent(r)
	if r.kind == head || r.Item.Type == form.Display {
		w = m.w - 2*indent(r)
	}
	if r.label == nil || r.labelW != w || r.lang != f.Lang {
		r.label, r.labelW, r.lang = paint.Wrap(nil, f.labelOf(r), max(w-2, 8)), w, f.Lang
	}
	return r.label
}

func indent(r *row) int { return min(r.Item.Depth, 4) }

// labelOf is what a row is called: with its number where there are more of it, and a star where it has to be answered.
func (f *Form) labelOf(r *row) string {
	words := f.label(r.Item)
	switch {
	case r.unit:
		return "  " + f.T.Unit.In(f.Lang)
	case r.Item.Type == form.Display:
		return Said(r.Item.Text, f.Lang)
	}
	if r.Item.Repeats && r.Rows > 1 {
		words = text.Sprintf(f.T.Row.In(f.Lang), words, r.Row+1, r.Rows)
	}
	if r.Item.Required && r.Item.Type.Asks() {
		words += "\u00a0*" // never alone on a line
	}
	return words
}

// notes are the lines below an answer: what is wrong with it, how it is given, what there is to choose, where it came from.
func (f *Form) notes(r *row, m room, focus bool) (out []note) {
	w := max(m.w-m.labels-2, 10)
	add := func(st paint.Style, words string) {
		for _, l := range paint.Wrap(nil, words, w) {
			out = append(out, note{st, l, -1})
		}
	}
	if !r.unit {
		if from := f.Began[r.place]; from != "" && (r.open() || r.kind == said) {
			add(theme.Syncing, text.Sprintf(f.T.From.In(f.Lang), from))
		}
		if p, bad := f.wrong[r.place]; bad && (f.all || f.left[r.place] && !focus) && (r.open() || r.kind == head) {
			add(theme.Critical, "! "+f.fault(p))
		}
	}
	if !focus {
		return out
	}
	switch r.kind {
	case find:
		all := f.matches(r)
		at := min(max(0, f.hint-matching+1), max(0, len(all)-matching))
		for i := at; i < len(all) && i < at+matching; i++ {
			st, mark := theme.Text, "  "
			if i == f.hint {
				st, mark = theme.Selected, "▸ "
			}
			out = append(out, note{st, paint.Cut(mark+all[i].Words, w), i})
		}
		if n := len(all) - at - matching; n > 0 {
			add(theme.Muted, text.Sprintf(f.T.More.In(f.Lang), n))
		}
		if len(all) == 0 && !chosen(f.a.Value(r.place)) && !r.Item.Open {
			add(theme.Abnormal, f.T.NoMatch.In(f.Lang))
		}
	case pick:
		sel := f.sel(r)
		for i, x := range r.choices {
			st, mark := theme.Text, " "
			if i == sel {
				st, mark = theme.Strong, "▸"
			}
			for k, l := range paint.Wrap(nil, mark+strconv.Itoa(i+1)+"  "+x.Words, w) {
				if k > 0 {
					l = "    " + l
				}
				out = append(out, note{st, l, i})
			}
		}
	case head, said, typing, area:
	}
	if words := f.asked(r); words != "" {
		add(theme.Muted, words)
	}
	if _, more := f.repeating(r); more {
		add(theme.Muted, f.T.Add.In(f.Lang))
	}
	return out
}

// body is how many lines an answer takes itself.
func (f *Form) body(r *row, m room) int {
	w := max(m.w-m.labels-1, 8)
	switch r.kind {
	case area:
		lines, _ := f.input(r).Lines(w)
		return len(lines)
	case said:
		if r.Item.Type.Asks() {
			return len(paint.Wrap(nil, f.fixed(r), w))
		}
	case pick:
		return max(1, len(paint.Wrap(nil, f.pickWords(r), w)))
	case head, typing, find:
	}
	return 1
}

func (f *Form) height(r *row, m room, focus bool) int {
	return max(len(f.labelled(r, m)), f.body(r, m)) + len(f.notes(r, m, focus))
}

// fixed is what stands where nobody can answer.
func (f *Form) fixed(r *row) string {
	words := f.words(r.Value)
	switch {
	case words == "" && r.Item.Calculated != "":
		return f.T.Reckoned.In(f.Lang)
	case words == "" && !r.Item.ReadOnly:
		return f.T.NotHere.In(f.Lang)
	case r.Item.Calculated != "":
		return words + " · " + f.T.Reckoned.In(f.Lang)
	case words == "":
		return f.T.None.In(f.Lang)
	}
	return words
}

// pickWords is which of a few is chosen.
func (f *Form) pickWords(r *row) string {
	if i := f.sel(r); i >= 0 {
		return "‹ " + r.choices[i].Words + " ›"
	}
	if v := f.a.Value(r.place); !v.IsZero() && !r.unit {
		return "‹ " + f.words(v) + " ›"
	}
	return "‹ " + f.T.None.In(f.Lang) + " ›"
}

// draw paints one row at y, of which the part that is in r is seen.
func (f *Form) draw(c *paint.Canvas, r paint.Rect, y int, row *row, m room, focus bool) {
	put := func(x, y int, st paint.Style, words string) {
		if y >= r.Y && y < r.Bottom() {
			c.Put(x, y, r.Right()-1, st, words)
		}
	}
	left, at := r.X+1+2*indent(row), r.X+1+m.labels
	st := theme.Label
	switch {
	case row.kind == head:
		st = theme.Title
	case row.Item.Type == form.Display:
		st = theme.Muted
	}
	label := f.labelled(row, m)
	for i, l := range label {
		put(left, y+i, st, l)
	}
	if focus {
		put(r.X, y, theme.Selected, "▸")
	}
	if row.open() && y >= r.Y && y < r.Bottom() {
		c.Item(r.X, y, focus)
	}
	n := f.body(row, m)
	w := max(m.w-m.labels-1, 8)
	switch row.kind {
	case typing, find:
		if y >= r.Y && y < r.Bottom() {
			f.drawLine(c, at, y, w, row, focus)
		}
	case area:
		hidden := max(0, r.Y-y)
		if h := min(n-hidden, r.Bottom()-max(y, r.Y)); h > 0 {
			f.input(row).DrawLines(c, paint.Rect{X: at, Y: y + hidden, W: w + 1, H: h}, hidden, theme.Field, focus)
		}
	case pick:
		st := theme.Text
		if f.sel(row) >= 0 {
			st = theme.Strong
		}
		if focus {
			st = theme.Selected
			if y >= r.Y && y < r.Bottom() {
				c.SetCursor(at, y)
			}
		}
		for i, l := range paint.Wrap(nil, f.pickWords(row), w) {
			put(at, y+i, st, l)
		}
	case said:
		if row.Item.Type.Asks() {
			for i, l := range paint.Wrap(nil, f.fixed(row), w) {
				put(at, y+i, theme.Muted, l)
			}
		}
	case head:
	}
	y += max(len(label), n)
	for i, x := range f.notes(row, m, focus) {
		put(at+1, y+i, x.style, x.words)
	}
}

// drawLine paints what is typed in one line, and the unit behind it where there is but one.
func (f *Form) drawLine(c *paint.Canvas, x, y, w int, row *row, focus bool) {
	unit := ""
	if row.Item.Type == form.Quantity && !row.unit && len(row.Item.Units) == 1 {
		unit = first(row.Item.Units[0].Display, row.Item.Units[0].Code)
	} else if row.Item.Unit.Display != "" || row.Item.Unit.Code != "" {
		unit = first(row.Item.Unit.Display, row.Item.Unit.Code)
	}
	switch row.Item.Type {
	case form.Decimal, form.Integer, form.Quantity:
		w = min(w, 16)
	case form.Date, form.Time:
		w = min(w, 22)
	case form.DateTime:
		w = min(w, 24)
	case form.Group, form.Display, form.Boolean, form.String, form.LongText, form.URL, form.Choice, form.Attachment, form.Reference:
	}
	f.input(row).Draw(c, x, y, w, focus)
	if unit != "" {
		c.Put(x+w+1, y, x+w+20, theme.Muted, unit)
	}
}
