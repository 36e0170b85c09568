package chart

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/find"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// hits are the rows of a search: under each, where it has the words that were typed. A
// row that has them all in its title has them marked there, and needs no more.
type hits struct {
	words  string // of which the rest is
	query  find.Query
	width  int
	places map[ehrdesk.Ref]ehrdesk.Excerpt
}

// forget drops what was worked out: the words changed, or more was read.
func (h *hits) forget() { *h = hits{} }

// placeOf is where a record has the words, about so many cells of it, less those of what
// stands before it. What a release
// shows is not kept beside it.
func (s *Screen) placeOf(r *ehrdesk.Record, width, before int) ehrdesk.Excerpt {
	h := &s.query.places
	if words := strings.TrimSpace(s.query.in.Text()); h.words != words || h.width != width || h.places == nil {
		*h = hits{words: words, query: find.Parse(words), width: width, places: map[ehrdesk.Ref]ehrdesk.Excerpt{}}
	}
	if e, ok := h.places[r.Ref()]; ok {
		return e
	}
	e := s.chart.Excerpt(h.words, r.Ref(), max(width-12-before, width/2-before, 10))
	if !r.Released {
		h.places[r.Ref()] = e
	}
	return e
}

// layHit gives a row of a search the line of what was found.
func (s *Screen) layHit(r *ehrdesk.Record, col columns, row *rowLines) {
	row.found, row.more = row.found[:0], ""
	if s.query == nil || !s.query.done {
		return
	}
	width := col.title
	if col.value > 0 {
		width += col.value + col.source + 2
	}
	row.more = s.moreWords(r)
	before := 0
	if row.more != "" {
		before = paint.Width(row.more) + 4
	}
	if e := s.placeOf(r, width-2, before); e.Place != ehrdesk.InTitle && e.Text != "" {
		row.found = append(row.found, e)
		row.height++
	} else if row.more != "" {
		row.height++
	}
}

// drawHit marks the words in a row's title, and draws where else they were found: in
// signs and underlined, so that it is read without colour.
func (s *Screen) drawHit(c *paint.Canvas, r paint.Rect, row *rowLines, col columns, sel bool, selected paint.Style) {
	if s.query == nil || !s.query.done {
		return
	}
	x := r.X + 1 + dateWidth + 1
	if h := &s.query.places; h.places != nil {
		for i, line := range row.title {
			if i >= r.H {
				break
			}
			for _, k := range h.query.Marks(line) {
				c.Put(x+paint.Width(line[:k.From]), r.Y+i, min(x+col.title, r.Right()), theme.Field, line[k.From:k.To])
			}
		}
	}
	if len(row.found) == 0 && row.more == "" || row.height > r.H {
		return
	}
	y, plain := r.Y+row.height-len(row.apart)-1, theme.Muted
	if sel {
		plain = selected
	}
	at := x
	if row.more != "" {
		key := theme.Key
		if sel {
			key = selected
		}
		at = c.Put(at, y, r.Right(), key, "+ "+row.more) + 2
	}
	if len(row.found) == 0 {
		return
	}
	e := row.found[0]
	if words := s.placeWords(e.Place); words != "" {
		at = c.Put(at, y, r.Right(), plain, words+" ")
	}
	last := 0
	for _, k := range e.Marks {
		at = c.Put(at, y, r.Right(), plain, e.Text[last:k.From]+text.MarkBegin)
		at = c.Put(at, y, r.Right(), theme.Field, e.Text[k.From:k.To])
		at = c.Put(at, y, r.Right(), plain, text.MarkEnd)
		last = k.To
	}
	c.Put(at, y, r.Right(), plain, e.Text[last:])
}

// placeWords say where in the record a line is from.
func (s *Screen) placeWords(p ehrdesk.HitPlace) string {
	t := &s.env.T.Hits
	switch p {
	case ehrdesk.InNote:
		return s.env.S(t.Note)
	case ehrdesk.InDocument:
		return s.env.S(t.Document)
	case ehrdesk.InElement:
		return s.env.S(t.Detail)
	case ehrdesk.InTitle, ehrdesk.InValue:
	}
	return ""
}
