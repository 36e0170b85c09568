package chart

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/apart"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// headed is the head of a record that is opened, with who wrote it, what the signatures on it are worth, and what other sources
// say of the same beside it.
func (s *Screen) headed(r *ehrdesk.Record, w int) []line {
	head := s.headLines(r, w)
	rule := head[len(head)-1]
	out := s.withOrigin(head[:len(head)-1], r, w)
	beside := s.sideBySide(r, w)
	if beside == nil {
		out = s.nothingBeside(out, r, w)
	}
	if out = s.withSignatures(append(out, rule), w); beside != nil {
		out = append(append(out, beside...), rule)
	}
	return out
}

// withOrigin says whether this provider wrote a record, and on whose word that is.
func (s *Screen) withOrigin(out []line, r *ehrdesk.Record, w int) []line {
	m, o := s.book.Marks(r.Ref()), &s.env.T.Own
	var words text.T
	style := theme.Text
	switch {
	case m.Has(ehrdesk.MarkHolds):
		words = o.Holds
	case m.Has(ehrdesk.MarkOwn):
		words = o.Said
	case m.Has(ehrdesk.MarkClaimed):
		words, style = o.Claimed, theme.Critical
	default:
		return out
	}
	return linked(out, s.env.S(words), style, ehrdesk.Ref{}, w)
}

// party is one of the two sides of a comparison.
type party struct {
	who  string
	rec  *ehrdesk.Record
	drug *medication.Drug
}

// sideBySide is what this provider wrote of a thing and what others hold of it, side by side where there is room, else below one
// another.
func (s *Screen) sideBySide(r *ehrdesk.Record, w int) (out []line) {
	t := s.heldApart().Of(r.Ref())
	if t == nil {
		return nil
	}
	o, own := &s.env.T.Own, s.book.Marks(r.Ref()).Has(ehrdesk.MarkOwn)
	for i := range t.Pairs {
		p := &t.Pairs[i]
		if len(p.Differences) == 0 || !own && p.Other.Source != r.Source || own && t.Kind == apart.Allergy && p.Differences[0].Aspect == apart.NoneKnown && p.Ours.Ref() != r.Ref() {
			continue
		}
		if out == nil {
			out = append(out, line{text: s.env.S(o.Heading), style: theme.Title})
		}
		ours, other := party{s.env.S(o.Ours), p.Ours, p.OursDrug}, party{ehrdesk.CleanLine(p.Other.Source), p.Other, p.OtherDrug}
		if other.who == "" {
			other.who = s.env.S(o.NotSaid)
		}
		rows := s.compared(t.Kind, p, ours, other)
		if w >= columnsFrom {
			out = s.inColumns(out, rows, ours, other, w)
		} else {
			out = s.stacked(out, rows, ours, other, w)
		}
	}
	return out
}

// nothingBeside says that nothing is held against a record, where there might be.
func (s *Screen) nothingBeside(out []line, r *ehrdesk.Record, w int) []line {
	o, own, all := &s.env.T.Own, s.book.Marks(r.Ref()).Has(ehrdesk.MarkOwn), s.heldApart()
	t := all.Of(r.Ref())
	if t == nil || len(t.Pairs) > 0 {
		return out
	}
	hasOurs, hasOthers := all.Has(t.Kind)
	var words text.T
	switch {
	case own && !t.Known:
		words = o.NoCode
	case own && hasOthers && len(t.Others) == 0:
		words = o.NoOther
	case !own && t.Known && hasOurs && len(t.Ours) == 0:
		words = o.NotOurs
	default:
		return out
	}
	return linked(out, s.env.S(words), theme.Muted, ehrdesk.Ref{}, w)
}

// compare is a row of a comparison: what each side says of an aspect, and in which way that is not the same.
type compare struct {
	label string
	says  [2]string
	of    apart.Difference
}

// mark is the sign before a row: that the sides differ, or that it cannot be told.
func (c *compare) mark() string {
	switch {
	case c.of.How == apart.Unclear:
		return "? "
	case c.of.Tells(), c.of.How == apart.Slight:
		return text.ApartMark + " "
	}
	return "  "
}

// style is that of what the sides say.
func (c *compare) style() paint.Style {
	if c.of.Tells() {
		return theme.Strong
	}
	return theme.Text
}

// compared are the rows of a pair: when each was written, and every aspect of which either says something.
func (s *Screen) compared(kind apart.Kind, p *apart.Pair, ours, other party) (out []compare) {
	o := &s.env.T.Own
	add := func(label text.T, of apart.Difference, says func(x party) string) {
		a, b := says(ours), says(other)
		if a == "" && b == "" {
			return
		}
		for _, x := range [...]*string{&a, &b} {
			if *x == "" {
				*x = s.env.S(o.NotSaid)
			}
		}
		out = append(out, compare{s.env.S(label), [2]string{a, b}, of})
	}
	add(o.Date, apart.Difference{}, func(x party) string { return s.language().Date(x.rec.Date) })
	add(o.Product, apart.Difference{}, func(x party) string { return s.words(x.rec).Title })
	for a := apart.NoneKnown; a <= apart.End; a++ {
		var of apart.Difference
		for _, d := range p.Differences {
			if d.Aspect == a {
				of = d
			}
		}
		if of.How == 0 && (a == apart.NoneKnown || a == apart.Forbidden || a == apart.Dose && kind != apart.Drug) {
			continue
		}
		add(o.Named(a), of, func(x party) string { return s.language().Aspect(a, x.rec, x.drug) })
	}
	return out
}

// columnsFrom is the width from which two sides stand beside one another.
const columnsFrom = 56

// inColumns sets a comparison in three columns: of what, this provider, the other source.
func (s *Screen) inColumns(out []line, rows []compare, ours, other party, w int) []line {
	first := 0
	for i := range rows {
		first = max(first, 2+paint.Width(rows[i].label))
	}
	first = min(first, w/4)
	each := (w - first - 2*gap) / 2
	at := [2]int{first + gap, first + gap + each + gap}
	put := func(label string, says [2]string, styles [3]paint.Style, to ehrdesk.Ref) {
		cells := [2][]string{paint.Wrap(nil, says[0], each), paint.Wrap(nil, says[1], each)}
		names := paint.Wrap(nil, label, first)
		for i := range max(len(names), len(cells[0]), len(cells[1])) {
			l := line{style: styles[0]}
			if i < len(names) {
				l.text = names[i]
			}
			if i == 0 {
				l.link = to
			}
			for k := range cells {
				if i < len(cells[k]) {
					l.cells = append(l.cells, cell{at[k], cells[k][i], styles[k+1]})
				}
			}
			out = append(out, l)
		}
	}
	put(s.env.S(s.env.T.Filter.Source), [2]string{ours.who, other.who}, [3]paint.Style{theme.Muted, theme.Label, theme.Label}, s.opposite(ours, other))
	for i := range rows {
		st := rows[i].style()
		put(rows[i].mark()+rows[i].label, rows[i].says, [3]paint.Style{theme.Label, st, st}, ehrdesk.Ref{})
	}
	return out
}

// opposite is the record of the other side than the one that is read.
func (s *Screen) opposite(ours, other party) ehrdesk.Ref {
	if r, ok := s.read(); ok && r.Ref() == other.rec.Ref() {
		return ours.rec.Ref()
	}
	return other.rec.Ref()
}

// stacked sets the two sides of a comparison below one another.
func (s *Screen) stacked(out []line, rows []compare, ours, other party, w int) []line {
	to := s.opposite(ours, other)
	for k, x := range [...]party{ours, other} {
		link := ehrdesk.Ref{}
		if x.rec.Ref() == to {
			link = to
		}
		out = linked(out, x.who, theme.Label, link, w)
		for i := range rows {
			st := rows[i].style()
			for n, l := range paint.Wrap(nil, rows[i].label+": "+rows[i].says[k], w-2) {
				mark := rows[i].mark()
				if n > 0 {
					mark = "  "
				}
				out = append(out, line{text: mark + l, style: st})
			}
		}
	}
	return out
}
