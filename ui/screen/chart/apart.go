package chart

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/apart"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// heldApart holds what this provider wrote beside what others hold, once for the records as they are.
func (s *Screen) heldApart() *apart.Report {
	if s.apart == nil {
		s.apart = apart.Of(s.chart.List, func(ref ehrdesk.Ref) bool { return s.book.Marks(ref).Has(ehrdesk.MarkOwn) }, s.env.Now())
	}
	return s.apart
}

// layApart gives a row the lines of what other sources say otherwise than this provider; rows of others have none, as theirs
// stand beside.
func (s *Screen) layApart(r *ehrdesk.Record, col columns, row *rowLines) {
	row.apart = row.apart[:0]
	if !s.book.Marks(r.Ref()).Has(ehrdesk.MarkOwn) {
		return
	}
	w := col.title
	if col.value > 0 {
		w += col.value + col.source + 2
	}
	row.apart = append(row.apart, s.book.OtherwiseLines(r, w)...)
	row.height += len(row.apart)
}

// drawApart draws them in the last lines of a row, and gives how many there are.
func (s *Screen) drawApart(c *paint.Canvas, r paint.Rect, row *rowLines, sel bool, selected paint.Style) int {
	if row.height > r.H {
		return 0
	}
	st := theme.Text
	if sel {
		st = selected
	}
	for i, l := range row.apart {
		c.Put(r.X+1+dateWidth+1, r.Bottom()-len(row.apart)+i, r.Right(), st, l)
	}
	return len(row.apart)
}

// origin is who wrote what a list is narrowed to.
type origin uint8

const (
	anybody origin = iota
	byUs
	byOthers
	otherwise   // another source says otherwise
	byUsAlone   // of a thing that no other source is known to hold
	byThemAlone // of a thing of which nothing of ours is known
)

func (o origin) words(t *text.Filter) text.T {
	return [...]text.T{byUs: t.Ours, byOthers: t.Others, otherwise: t.Differs, byUsAlone: t.OursAlone, byThemAlone: t.OthersAlone}[o]
}

// wrote reports a record that passes a filter by who wrote it. What is of no thing that is compared is nobody's alone.
func (s *Screen) wrote(r *ehrdesk.Record, by origin) bool {
	own := s.book.Marks(r.Ref()).Has(ehrdesk.MarkOwn)
	t := s.heldApart().Of(r.Ref())
	switch by {
	case byUs:
		return own
	case byOthers:
		return !own
	case otherwise:
		return t.Differs()
	case byUsAlone:
		return own && t != nil && t.Known && len(t.Others) == 0
	case byThemAlone:
		return !own && t != nil && t.Known && len(t.Ours) == 0
	case anybody:
	}
	return true
}

// whoChoices are those of who wrote the records of a list, none where nothing is of ours.
func (s *Screen) whoChoices(all []ehrdesk.Record) (rows []choice) {
	var n [byThemAlone + 1]int
	for i := range all {
		for by := byUs; by <= byThemAlone; by++ {
			if all[i].ID != "" && s.wrote(&all[i], by) {
				n[by]++
			}
		}
	}
	if n[byUs] == 0 {
		return nil
	}
	t := &s.env.T.Filter
	rows = append(rows, choice{name: s.env.S(t.Who)})
	for by := byUs; by <= byThemAlone; by++ {
		if n[by] > 0 {
			rows = append(rows, choice{name: s.env.S(by.words(t)), count: n[by], set: func(f filter) bool { return f.who == by },
				with: func(f *filter) { f.who = toggled(f.who, by) }})
		}
	}
	return rows
}

// hasOwn reports a chart with something that this provider wrote.
func (s *Screen) hasOwn() bool {
	for _, t := range ehrdesk.RecordTypes() {
		all := s.chart.List(t)
		for i := range all {
			if s.book.Marks(all[i].Ref()).Has(ehrdesk.MarkOwn) {
				return true
			}
		}
	}
	return false
}
