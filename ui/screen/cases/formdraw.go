package cases

import (
	"cmp"
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
	title := e.S(cmp.Or(k.name, t.Acts[k.act]))
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
	switch {
	case k.asks && k.act == text.CaseAllergy:
		keys = t.Body.LookUp
	case k.asks:
		keys = t.AskKeys
		if k.act != text.CaseExtend && k.act != text.CaseReopen && k.act != text.CaseClose {
			out = append(out, part{theme.Abnormal, e.S(t.NoWayBack)})
		}
	}
	return append(out, part{theme.Key, e.S(keys)})
}

// drawFields draws what is filled in; a text has what room is left. Where not all has room, the field in focus is in sight.
func (f *filling) drawFields(c *paint.Canvas, r paint.Rect) {
	k := f.form
	fixed := 0
	for i, one := range k.fields {
		if !one.long() {
			fixed += f.rowsOf(one, i == k.at, r.W)
		}
	}
	heights := make([]int, len(k.fields))
	from, to, all := 0, 0, 0
	for i, one := range k.fields {
		if heights[i] = f.rowsOf(one, i == k.at, r.W); one.long() {
			heights[i] = max(3, r.H-fixed)
		}
		if i == k.at {
			from, to = all, all+heights[i]
		}
		all += heights[i]
	}
	off := max(0, min(from, to+1-r.H))
	if to == all {
		off = max(0, all-r.H)
	}
	y := r.Y - off
	for i, one := range k.fields {
		in := paint.Rect{X: r.X, Y: y, W: r.W, H: min(heights[i], r.Bottom()-y)}
		y += heights[i]
		if in.Y < r.Y || in.H <= 0 { // what is above is gone to as a whole
			continue
		}
		focus := i == k.at
		c.Item(in.X, in.Y, focus)
		if focus {
			c.Put(in.X, in.Y, in.Right(), theme.Strong, "▸")
			c.SetCursor(in.X, in.Y)
		}
		f.drawField(c, in, one, focus)
	}
	marks(c, r, off > 0, all-off > r.H)
}

// rowsOf is how many rows a field has that is no text.
func (f *filling) rowsOf(one *field, focus bool, w int) int {
	if one.facts != nil {
		n := len(wrapped([]part{{0, f.where(one)}}, w-1))
		if focus {
			n += 1 + len(one.facts.list(f.env))
		}
		return n
	}
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
		words, how := e.S(one.label), st
		switch {
		case one.fold && one.yes:
			words = e.S(one.on)
		case one.fold:
			if said := f.form.how.said(e, f.form); said != "" {
				words, how = e.S(t.How.Less)+": "+said, theme.Abnormal
			}
		case one.yes:
			words, how = e.S(one.on), theme.Critical
		}
		c.Put(r.X+1, r.Y, r.Right(), how, paint.Cut(words, r.W-1))
	case one.choices != nil:
		x := c.Put(r.X+1, r.Y, r.Right(), st, e.S(one.label)+"  ")
		x = c.Put(x, r.Y, r.Right(), theme.Text, "‹ "+e.S(one.choices[one.at])+" ›")
		c.Put(x+2, r.Y, r.Right(), theme.Muted, fmt.Sprintf("%d/%d", one.at+1, len(one.choices)))
	case one.pick != nil:
		f.drawPick(c, r, one, focus, st)
	case one.facts != nil:
		f.drawFacts(c, r, one, focus, st)
	case !one.long():
		x := c.Put(r.X+1, r.Y, r.Right(), st, e.S(one.label)+"  ")
		one.in.Draw(c, x, r.Y, max(6, min(r.Right()-x, 60)), focus)
		if one.note != nil && !focus {
			c.Put(x+paint.Width(one.in.Text())+2, r.Y, r.Right(), theme.Abnormal, one.note())
		}
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
		words = append(words, called(e, m)+" ("+e.ProviderName(m.Provider)+")")
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
	listed(c, r, y, p.list(f))
}

// where is where a fact stands, as it was chosen.
func (f *filling) where(one *field) string { return f.env.S(one.label) + "  " + one.facts.words(f.env) }

func (f *filling) drawFacts(c *paint.Canvas, r paint.Rect, one *field, focus bool, st paint.Style) {
	e := f.env
	y := r.Y
	for _, l := range wrapped([]part{{st, f.where(one)}}, r.W-1) {
		c.Put(r.X+1, y, r.Right(), st, l.words)
		y++
	}
	if focus {
		one.facts.in.Draw(c, r.X+1, y, min(r.W-1, 40), one.facts.sel == 0)
		c.Put(r.X+43, y, r.Right(), theme.Muted, paint.Cut(e.S(e.T.Cases.How.FindFact), r.W-43))
		listed(c, r, y, one.facts.list(e))
	}
}

// listed draws what can be chosen below an entry.
func listed(c *paint.Canvas, r paint.Rect, y int, all []part) {
	for _, l := range all {
		if y++; y >= r.Bottom() {
			return
		}
		if l.style == theme.Selected {
			c.Fill(paint.Rect{X: r.X + 1, Y: y, W: r.W - 1, H: 1}, l.style, ' ')
			c.SetCursor(r.X+1, y)
		}
		c.Put(r.X+1, y, r.Right(), l.style, paint.Cut(l.words, r.W-2))
	}
}
