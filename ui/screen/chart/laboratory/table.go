package laboratory

import (
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// table is the table of tests by dates: which test is in focus, and how many dates it
// stands before the newest.
type table struct {
	data *made
	rows []line
	sel  int
	top  int // first line on the screen
	back int
	n    int // columns that fit, as last drawn
	page int // lines that fit, as last drawn

	whole, part []int // of each panel, the room its numbers take; nil where not known

	shown layout
}

// line is a test in the table, in one unit; or one of which the results are words.
type line struct {
	group, row int
}

func (t *table) set(data *made) {
	t.data, t.rows, t.shown, t.whole, t.part = data, nil, layout{}, nil, nil
	for g := range data.groups {
		for i := range len(data.groups[g].series) + len(data.groups[g].words) {
			t.rows = append(t.rows, line{g, i})
		}
	}
	t.sel = min(max(t.sel, 0), max(0, len(t.rows)-1))
	t.back = min(t.back, t.most())
}

// begin is the row that the table begins at: the first that is critical, else the first
// by which a drug that is taken is followed, else the first that is abnormal.
func (t *table) begin() int {
	best, at := 0, 0
	for i, l := range t.rows {
		s, rank := t.series(l), 0
		switch {
		case s == nil:
		case s.Last().Critical():
			rank = 3
		case s.Term != nil && !s.Other && slices.Contains(t.data.watched, s.Term.English):
			rank = 2
		case s.Last().Abnormal():
			rank = 1
		}
		if rank > best {
			best, at = rank, i
		}
	}
	return at
}

// series is the series of a row, nil where it is of words.
func (t *table) series(l line) *results.Series {
	if g := &t.data.groups[l.group]; l.row < len(g.series) {
		return &t.data.set.Series[g.series[l.row]]
	}
	return nil
}

func (t *table) worded(l line) *results.Words {
	g := &t.data.groups[l.group]
	return &t.data.set.Words[g.words[l.row-len(g.series)]]
}

// selected is the newest record of the row in focus.
func (t *table) selected() (ehrdesk.Record, bool) {
	if t.sel < 0 || t.sel >= len(t.rows) {
		return ehrdesk.Record{}, false
	}
	if s := t.series(t.rows[t.sel]); s != nil {
		return *s.Last().Record, true
	}
	return *t.worded(t.rows[t.sel]).Last(), true
}

// find goes to the row that has a record.
func (t *table) find(ref ehrdesk.Ref, index map[ehrdesk.Ref][]results.At) bool {
	for i, l := range t.rows {
		if s := t.series(l); s != nil {
			for _, at := range index[ref] {
				if s == &t.data.set.Series[at.Series] {
					t.sel = i
					return true
				}
			}
			continue
		}
		for _, r := range t.worded(l).Records {
			if r.Ref() == ref {
				t.sel = i
				return true
			}
		}
	}
	return false
}

// columns is how many dates the panel has that has most.
func (t *table) columns() (n int) {
	for i := range t.data.groups {
		n = max(n, len(t.data.groups[i].cols))
	}
	return n
}

// most is by how many dates the table can be moved.
func (t *table) most() (n int) {
	if t.data == nil {
		return 0
	}
	return max(0, t.columns()-max(t.n, 1))
}

// older is how many dates stand before those shown, of the panel that has most.
func (t *table) older() int { return t.most() - t.back }

func (t *table) handle(in intent.Intent) bool {
	switch in.ID {
	case intent.Up:
		t.sel--
	case intent.Down:
		t.sel++
	case intent.PageUp:
		t.sel -= max(1, t.page-1)
	case intent.PageDown:
		t.sel += max(1, t.page-1)
	case intent.Top:
		t.sel = 0
	case intent.Bottom:
		t.sel = len(t.rows) - 1
	case intent.Older:
		t.back = min(t.back+max(1, t.n-1), t.most())
	case intent.Newer:
		t.back = max(0, t.back-max(1, t.n-1))
	default:
		return false
	}
	t.sel = min(max(t.sel, 0), max(0, len(t.rows)-1))
	return true
}

// window is which columns of a group are shown.
func (t *table) window(g *group) (from, to int) {
	to = len(g.cols) - min(t.back, max(0, len(g.cols)-t.n))
	return max(0, to-t.n), to
}

// name is what a row is called.
func (p *Page) name(w *text.Words, l line) string {
	s := p.table.series(l)
	if s == nil {
		x := p.table.worded(l)
		return w.Test(x.Term, ehrdesk.Concept{}, x.Title)
	}
	name := w.Test(s.Term, s.Name, s.Title)
	if s.Other {
		name += " – " + p.b.Env.S(p.words().OtherPatient)
	}
	return name
}

// groupName is what a panel is called: as its report is, or as the table of tests says.
func (p *Page) groupName(g *group) string {
	e, t := p.b.Env, p.words()
	switch {
	case len(g.words) > 0:
		return e.S(t.WordsPanel)
	case g.panel.Report != nil:
		return p.b.Row(g.panel.Report).Title
	}
	if name, ok := t.Panels[g.panel.Group]; ok {
		return e.S(name)
	}
	return e.S(t.OtherPanel)
}
