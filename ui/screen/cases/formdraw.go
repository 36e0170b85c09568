package cases

import (
	"fmt"
	"strings"

	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// draw draws the form, or what leaves by it; what is asked and the keys are always in sight.
func (f *filling) draw(c *paint.Canvas, r paint.Rect, leaves []part) {
	e, k := f.env, f.form
	t := &e.T.Cases
	r.W = min(r.W, widest)
	title := e.S(t.Acts[k.act])
	if k.event != 0 {
		title += " · " + text.Sprintf(e.S(t.Number), k.event)
	}
	c.SetCursor(r.X, r.Y)
	c.Put(r.X, r.Y, r.Right(), theme.Title, title)
	foot := wrapped(f.foot(), r.W)
	body := paint.Rect{X: r.X, Y: r.Y + 2, W: r.W, H: max(0, r.H-2-len(foot))}
	switch {
	case f.job.Running():
		c.Put(body.X, body.Y, body.Right(), theme.Syncing, e.Working.Mark()+" "+e.S(t.Sending)+" "+e.Elapsed(e.Now().Sub(f.job.Since())))
		return
	case k.asks:
		lines := wrapped(leaves, r.W-1)
		from := k.scroll.Fit(len(lines), body.H)
		for i := from; i < len(lines) && i-from < body.H; i++ {
			c.Put(body.X, body.Y+i-from, body.Right(), lines[i].style, lines[i].words)
		}
		marks(c, body, from > 0, len(lines)-from > body.H)
	default:
		f.drawFields(c, body)
	}
	for i, p := range foot {
		c.Put(r.X, body.Bottom()+i, r.Right(), p.style, p.words)
	}
}

// foot is what stands in the way, that it cannot be taken back, and the keys.
func (f *filling) foot() (out []part) {
	e, t, k := f.env, &f.env.T.Cases, f.form
	if !k.wrong.None() {
		out = append(out, part{theme.Critical, "! " + e.Words(k.wrong)})
	}
	keys := t.FillKeys
	if k.asks {
		keys = t.AskKeys
		if k.act != text.CaseExtend && k.act != text.CaseReopen && k.act != text.CaseClose {
			out = append(out, part{theme.Abnormal, e.S(t.NoWayBack)})
		}
	}
	return append(out, part{theme.Key, e.S(keys)})
}

// drawFields draws what is filled in; a text has what room is left.
func (f *filling) drawFields(c *paint.Canvas, r paint.Rect) {
	k := f.form
	fixed := 0
	for i, one := range k.fields {
		if one.in == nil {
			fixed += f.rowsOf(one, i == k.at, r.W)
		}
	}
	y := r.Y
	for i, one := range k.fields {
		focus := i == k.at
		h := f.rowsOf(one, focus, r.W)
		if one.in != nil {
			h = max(3, r.H-fixed)
		}
		in := paint.Rect{X: r.X, Y: y, W: r.W, H: min(h, r.Bottom()-y)}
		if in.H <= 0 {
			break
		}
		c.Item(in.X, in.Y, focus)
		if focus {
			c.Put(in.X, in.Y, in.Right(), theme.Strong, "▸")
			c.SetCursor(in.X, in.Y)
		}
		f.drawField(c, in, one, focus)
		y += h
	}
}

// rowsOf is how many rows a field has that is no text.
func (f *filling) rowsOf(one *field, focus bool, w int) int {
	if one.pick == nil {
		return 1
	}
	n := len(wrapped([]part{{0, f.chosen(one)}}, w-1))
	if focus {
		n += 1 + len(one.pick.list(f))
	}
	return n
}

func (f *filling) drawField(c *paint.Canvas, r paint.Rect, one *field, focus bool) {
	e, t := f.env, &f.env.T.Cases
	st := theme.Label
	if focus {
		st = theme.Strong
	}
	switch {
	case one.tick:
		words, how := t.NotAck, st
		if one.yes {
			words, how = t.Ack, theme.Critical
		}
		c.Put(r.X+1, r.Y, r.Right(), how, e.S(words))
	case one.choices != nil:
		x := c.Put(r.X+1, r.Y, r.Right(), st, e.S(one.label)+"  ")
		x = c.Put(x, r.Y, r.Right(), theme.Text, "‹ "+e.S(one.choices[one.at])+" ›")
		c.Put(x+2, r.Y, r.Right(), theme.Muted, fmt.Sprintf("%d/%d", one.at+1, len(one.choices)))
	case one.pick != nil:
		f.drawPick(c, r, one, focus, st)
	default:
		c.Put(r.X+1, r.Y, r.Right(), st, e.S(one.label))
		box := paint.Rect{X: r.X, Y: r.Y + 1, W: r.W, H: max(1, r.H-1)}
		_, at := one.in.Lines(box.W - 1)
		one.in.DrawLines(c, box, max(0, at+1-box.H), theme.Field, focus)
	}
}

// chosen is who is chosen, or what nobody means.
func (f *filling) chosen(one *field) string {
	e, p := f.env, one.pick
	words := make([]string, 0, len(p.chosen))
	for _, m := range p.chosen {
		words = append(words, called(m)+" ("+e.ProviderName(m.Provider)+")")
	}
	said := strings.Join(words, e.S(comma))
	if said == "" {
		said = p.none(e)
	}
	return e.S(one.label) + "  " + said
}

func (f *filling) drawPick(c *paint.Canvas, r paint.Rect, one *field, focus bool, st paint.Style) {
	e, p := f.env, one.pick
	y := r.Y
	for _, l := range wrapped([]part{{st, f.chosen(one)}}, r.W-1) {
		c.Put(r.X+1, y, r.Right(), st, l.words)
		y++
	}
	if !focus {
		return
	}
	p.in.Draw(c, r.X+1, y, min(r.W-1, 40), p.sel == 0)
	c.Put(r.X+43, y, r.Right(), theme.Muted, paint.Cut(e.S(e.T.Cases.Find), r.W-43))
	for _, l := range p.list(f) {
		if y++; y >= r.Bottom() {
			return
		}
		how := l.style
		if l.style == theme.Selected {
			c.Fill(paint.Rect{X: r.X + 1, Y: y, W: r.W - 1, H: 1}, how, ' ')
			c.SetCursor(r.X+1, y)
		}
		c.Put(r.X+1, y, r.Right(), how, paint.Cut(l.words, r.W-2))
	}
}
