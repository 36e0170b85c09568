package chart

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// saying keeps the words of the records that were drawn: a record's facts are
// opened and worded once for a language, not for every frame.
type saying struct {
	lang text.Lang
	rows map[ehrdesk.Ref]*worded
}

type worded struct {
	of  ehrdesk.Record // another version of a record has other words
	row text.Row
}

// manyRows is how many are kept: some screens full, and no chart's worth of text.
const manyRows = 2000

// words are a record's words in the screen's language.
func (s *Screen) words(r *ehrdesk.Record) *text.Row {
	c := &s.said
	if c.rows == nil || c.lang != s.env.Lang || len(c.rows) >= manyRows {
		*c = saying{lang: s.env.Lang, rows: map[ehrdesk.Ref]*worded{}}
	}
	ref := r.Ref()
	if w := c.rows[ref]; w != nil && w.of == *r {
		return &w.row
	}
	w := &worded{of: *r, row: s.language().Row(r)}
	c.rows[ref] = w
	return &w.row
}

// language says facts in the screen's language and by the desk's clock.
func (s *Screen) language() text.Words {
	return s.env.Facts()
}
