package cases

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// window is how high the item in focus and the room for the thread were as they were last drawn.
type window struct{ tall, room int }

// scroll is how many lines of an item are above the window after a step in one that is higher.
func (w *window) scroll(id intent.ID, skip int) int {
	most := w.tall - w.room
	if most <= 0 {
		return skip
	}
	to := skip
	switch id {
	case intent.Up:
		to--
	case intent.Down:
		to++
	case intent.PageUp:
		to -= max(1, w.room-1)
	case intent.PageDown:
		to += max(1, w.room-1)
	default:
	}
	return min(max(to, 0), most)
}

// row is a line of the thread as it is drawn.
type row struct {
	part

	item  int
	first bool // of its item
}

// rowsOf are the lines of an item, an empty one at its end. Only what is seen is broken into lines: a case has thousands.
func (s *Screen) rowsOf(v *ehrdesk.CaseView, all []item, i, w int) (out []row) {
	indent := ""
	if said := all[i].said; said != nil && said.Reply != 0 {
		indent = "  "
	}
	for n, p := range s.parts(v, all[i]) {
		// What is drawn begins two columns in, and below a head two more.
		for k, l := range wrapped([]part{p}, w-4-len(indent)) {
			words := indent + l.words
			if n > 0 || k > 0 {
				words = indent + "  " + strings.TrimPrefix(l.words, "  ")
			}
			out = append(out, row{part{l.style, words}, i, n == 0 && k == 0})
		}
	}
	return append(out, row{part{}, i, false})
}

// rows are the lines of the thread that are seen, with the item in focus among them; above and below report that there is more.
func (s *Screen) rows(v *ehrdesk.CaseView, all []item, w, h int) (out []row, sel int, above, below bool) {
	sel = s.focus(v, all)
	s.pin(all, sel)
	cur := s.rowsOf(v, all, sel, w)
	s.window = window{len(cur) - 1, h}
	if len(cur)-1 > h {
		skip := min(s.skip, len(cur)-1-h)
		return cur[skip : skip+h], sel, skip > 0 || sel > 0, skip+h < len(cur)-1 || sel+1 < len(all)
	}
	from, to := sel, sel+1
	var before [][]row
	n := 0
	for from > 0 && n < h {
		from--
		before = append(before, s.rowsOf(v, all, from, w))
		n += len(before[len(before)-1])
	}
	for i := len(before) - 1; i >= 0; i-- {
		out = append(out, before[i]...)
	}
	out = append(out, cur...)
	for to < len(all) && len(out)-n < len(cur)+h {
		out = append(out, s.rowsOf(v, all, to, w)...)
		to++
	}
	first := max(0, min(n-(h-len(cur))/2, len(out)-h))
	last := min(len(out), first+h)
	return out[first:last], sel, first > 0 || from > 0, last < len(out) || to < len(all)
}

func (s *Screen) drawThread(c *paint.Canvas, r paint.Rect, v *ehrdesk.CaseView) {
	all := itemsOf(v)
	if len(all) == 0 {
		widget.Para(c, r, theme.Muted, s.env.S(s.env.T.Cases.NothingSaid))
		return
	}
	rows, sel, above, below := s.rows(v, all, r.W-1, r.H)
	for i, l := range rows {
		y, st := r.Y+i, l.style
		if l.first {
			c.Item(r.X, y, l.item == sel)
		}
		if l.first && l.item == sel {
			st = theme.Selected
			c.Fill(paint.Rect{X: r.X, Y: y, W: r.W - 1, H: 1}, st, ' ')
			c.Put(r.X, y, r.Right(), st, "▸")
			c.SetCursor(r.X, y)
		}
		c.Put(r.X+2, y, r.Right(), st, l.words)
	}
	marks(c, r, above, below)
}

// marks say at the right that there is more.
func marks(c *paint.Canvas, r paint.Rect, above, below bool) {
	if above {
		c.Put(r.Right()-1, r.Y, r.Right(), theme.Muted, "▲")
	}
	if below {
		c.Put(r.Right()-1, r.Bottom()-1, r.Right(), theme.Muted, "▼")
	}
}

// wrapped are parts as lines of a width.
func wrapped(all []part, w int) (out []part) {
	for _, p := range all {
		for l := range strings.SplitSeq(p.words, "\n") {
			if l == "" {
				out = append(out, part{p.style, ""})
				continue
			}
			for _, row := range paint.Wrap(nil, l, max(w, 8)) {
				out = append(out, part{p.style, row})
			}
		}
	}
	return out
}
