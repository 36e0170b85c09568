package chart

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// readRows is how many records are read at a time.
const readRows = 20

var _ screen.Reader = (*Screen)(nil)

// Read says the summary or the list in use line by line: a record is one line with
// everything its row has, whole.
func (s *Screen) Read() (screen.Reading, bool) {
	if s.checks.card != nil || s.inbox.card != nil {
		return screen.Reading{}, false // what stands in the place of the lists
	}
	switch p := s.page().(type) {
	case screen.Reader:
		if s.pane != paneList || s.rel != nil {
			return screen.Reading{}, false
		}
		return p.Read()
	case nil:
	default:
		return screen.Reading{}, false
	}
	l := s.current()
	if s.pane != paneList || s.rel != nil || len(l.records) == 0 || !s.view.listed() && s.query == nil {
		return screen.Reading{}, false
	}
	t := &s.env.T.Chart
	from := max(0, l.sel-l.sel%readRows)
	to := min(len(l.records), from+readRows)
	title := s.listTitle()
	if s.query != nil {
		title = s.env.S(t.SearchTitle) + " " + ehrdesk.CleanLine(s.query.in.Text())
	}
	out := screen.Reading{Sel: l.sel + 1, Total: len(l.records), Lines: []screen.Line{{Text: title + ", " + sprintf(s.env.S(t.Position), thousands(from+1), thousands(to), thousands(len(l.records)))}}}
	if s.query != nil {
		if lacking := s.notRead(); lacking != "" {
			out.Lines = append(out.Lines, screen.Line{Text: lacking})
		}
	}
	for i := from; i < to; i++ {
		out.Lines = append(out.Lines, screen.Line{N: i + 1, Text: s.readRow(&l.records[i])})
	}
	return out, true
}

// readRow is a record as one line: date, title, value, flag, status, source.
func (s *Screen) readRow(r *ehrdesk.Record) string {
	words := s.words(r)
	day := words.Day
	if day == "" {
		day = s.env.S(s.env.T.Chart.NoDate)
	}
	var parts []string
	for _, p := range [...]string{day, s.title(r), s.moreWords(r), words.Value, words.Flag, words.Status, s.source(r)} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if s.book.Marks(r.Ref()).Has(ehrdesk.MarkOwn) {
		parts = append(parts, s.book.Otherwise(r)...)
	}
	return strings.Join(parts, ", ")
}
