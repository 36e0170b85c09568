// Package timeline is the chart's page of all records by time: visits with what was made
// at them folded under each, and what belongs to none by day and institution. It promises
// that every record is on it once, or counted with the one that it is a copy of, that a
// row says how many it stands for, and that the strip above it shows where in the years
// one is and how dense they are.
package timeline

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	clinical "github.com/ehrdesk/ehrdesk/internal/clinical/timeline"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
)

// Page is the timeline of the chart that is open.
type Page struct {
	b       *page.Book
	making  page.Making[made]
	entries []clinical.Entry
	open    map[ehrdesk.Ref]bool // entries whose records are shown, by their key

	rows   []row
	sel    int
	top    int // first row on the screen
	page   int // rows seen when last drawn
	chosen ehrdesk.Ref
	strip  strip
}

// row is a line: a year, an entry, a record of it, or another copy of that.
type row struct {
	kind  kind
	entry int // of the page's entries
	rec   *ehrdesk.Record
	also  int // copies of rec; of a year its records
}

type kind uint8

const (
	year kind = iota // a heading
	entry
	record
	copied
)

// made is what the page works out.
type made struct{ entries []clinical.Entry }

// New gives the page; Set fills it.
func New(b *page.Book) *Page { return &Page{b: b, open: map[ehrdesk.Ref]bool{}} }

var _ page.Page = (*Page)(nil)

// Set takes the records as they are now.
func (p *Page) Set() tea.Cmd {
	list := p.b.Chart.List
	return p.making.Begin(p.b, func() made { return made{clinical.Of(list)} })
}

// Update takes what was put in order.
func (p *Page) Update(msg tea.Msg) (tea.Cmd, bool) {
	m, ok, again, used := p.making.Take(p.b, msg)
	if ok {
		p.entries, p.strip = m.entries, strip{}
		p.arrange()
	}
	if again {
		return p.Set(), true
	}
	return nil, used
}

// Leave stops the job.
func (p *Page) Leave() { p.making.Stop() }

// arrange makes the rows, and stays at the record that was selected.
func (p *Page) arrange() {
	p.rows = p.rows[:0]
	last, head := 0, 0
	for i := range p.entries {
		e := &p.entries[i]
		if y := p.yearOf(e.At); i == 0 || y != last {
			last = y
			head = len(p.rows)
			p.rows = append(p.rows, row{kind: year, entry: i})
		}
		p.rows[head].also += e.Len()
		lone := e.Visit == nil && len(e.Records) == 1
		if lone {
			r := &e.Records[0]
			p.rows = append(p.rows, row{kind: record, entry: i, rec: r.Record, also: len(r.Copies)})
			p.copies(i, r)
			continue
		}
		rec := e.Visit
		if rec == nil {
			rec = e.Records[0].Record
		}
		p.rows = append(p.rows, row{kind: entry, entry: i, rec: rec})
		if !p.open[e.Key()] {
			continue
		}
		for k := range e.Records {
			r := &e.Records[k]
			p.rows = append(p.rows, row{kind: record, entry: i, rec: r.Record, also: len(r.Copies)})
			p.copies(i, r)
		}
	}
	if p.chosen.ID == "" || !p.choose(p.chosen) {
		p.sel = 0
		p.step(0)
	}
}

// copies are the rows of a record's copies, where its entry or the record is unfolded.
func (p *Page) copies(i int, r *clinical.Record) {
	if !p.open[p.entries[i].Key()] {
		return
	}
	for _, c := range r.Copies {
		p.rows = append(p.rows, row{kind: copied, entry: i, rec: c})
	}
}

func (p *Page) yearOf(w ehrdesk.When) int {
	if w.IsZero() {
		return 0
	}
	return w.In(p.b.Env.Now().Location()).Time.Year()
}

// Selected is the record of the row in focus: of a visit the visit, of a day its newest.
func (p *Page) Selected() (ehrdesk.Record, bool) {
	if p.sel >= len(p.rows) || p.rows[p.sel].rec == nil {
		return ehrdesk.Record{}, false
	}
	return *p.rows[p.sel].rec, true
}

// Select goes to a record, and unfolds the entry that it is in.
func (p *Page) Select(ref ehrdesk.Ref) bool {
	if p.choose(ref) {
		return true
	}
	for i := range p.entries {
		e := &p.entries[i]
		for k := range e.Records {
			r := &e.Records[k]
			found := r.Ref() == ref
			for _, c := range r.Copies {
				found = found || c.Ref() == ref
			}
			if found {
				p.open[e.Key()] = true
				p.arrange()
				return p.choose(ref)
			}
		}
	}
	return false
}

// choose goes to the row of a record, where there is one.
func (p *Page) choose(ref ehrdesk.Ref) bool {
	for i := range p.rows {
		if r := p.rows[i].rec; r != nil && p.rows[i].kind != year && r.Ref() == ref {
			p.sel, p.chosen = i, ref
			return true
		}
	}
	return false
}

// step goes d rows on, over the headings.
func (p *Page) step(d int) {
	to := min(max(p.sel+d, 0), max(0, len(p.rows)-1))
	for to < len(p.rows) && p.rows[to].kind == year {
		if d < 0 && to > 0 {
			to--
		} else {
			to++
		}
	}
	if to < len(p.rows) {
		p.sel = to
		p.chosen = p.rows[to].rec.Ref()
	}
}

// Handle moves among the rows, by years and institutions, and folds.
func (p *Page) Handle(in intent.Intent) (tea.Cmd, bool) {
	t := &p.b.Env.T.Chart
	switch in.ID {
	case intent.Up:
		p.step(-1)
	case intent.Down:
		p.step(1)
	case intent.PageUp:
		p.step(-max(1, p.page-1))
	case intent.PageDown:
		p.step(max(1, p.page-1))
	case intent.Top:
		p.step(-len(p.rows))
	case intent.Bottom:
		p.step(len(p.rows))
	case intent.Fold:
		p.fold()
	case intent.Older:
		if !p.year(1) {
			p.b.Env.Warn(p.b.Env.S(t.LastYear))
		}
	case intent.Newer:
		if !p.year(-1) {
			p.b.Env.Warn(p.b.Env.S(t.FirstYear))
		}
	case intent.NextSource, intent.PrevSource:
		if d := map[intent.ID]int{intent.NextSource: 1, intent.PrevSource: -1}[in.ID]; !p.source(d) {
			p.b.Env.Warn(p.b.Env.S(t.OtherSource))
		}
	case intent.Accept:
		if p.sel < len(p.rows) && p.rows[p.sel].kind == entry && p.entries[p.rows[p.sel].entry].Visit == nil {
			p.fold()
			return nil, true
		}
		return nil, false
	default:
		return nil, false
	}
	return nil, true
}

// fold shows or hides the records of the entry in focus.
func (p *Page) fold() {
	if p.sel >= len(p.rows) {
		return
	}
	e := &p.entries[p.rows[p.sel].entry]
	if p.open[e.Key()] {
		delete(p.open, e.Key())
		p.chosen = e.Key()
	} else {
		p.open[e.Key()] = true
	}
	p.arrange()
}

// year goes to the first row of another year: 1 for older, -1 for newer.
func (p *Page) year(d int) bool {
	if p.sel >= len(p.rows) {
		return false
	}
	at := p.sel
	for ; at >= 0 && p.rows[at].kind != year; at-- {
	}
	for at += d; at >= 0 && at < len(p.rows); at += d {
		if p.rows[at].kind == year {
			p.sel = at
			p.step(1)
			return true
		}
	}
	return false
}

// source goes to the next entry of another institution.
func (p *Page) source(d int) bool {
	if p.sel >= len(p.rows) {
		return false
	}
	now := p.entries[p.rows[p.sel].entry].Source
	for i := p.sel + d; i >= 0 && i < len(p.rows); i += d {
		if r := &p.rows[i]; (r.kind == entry || r.kind == record) && p.entries[r.entry].Source != now {
			p.sel, p.chosen = i, r.rec.Ref()
			return true
		}
	}
	return false
}

// DisabledReason says why something cannot be carried out here.
func (p *Page) DisabledReason(id intent.ID) string {
	if id == intent.OtherView {
		return p.b.Env.S(p.b.Env.T.Chart.OneView)
	}
	if id == intent.Fold && p.sel < len(p.rows) {
		if e := &p.entries[p.rows[p.sel].entry]; e.Len() == 1 {
			return p.b.Env.S(p.b.Env.T.Timeline.Alone)
		}
	}
	return ""
}

// HintFor names what Enter does on a day without a visit.
func (p *Page) HintFor(id intent.ID) string {
	if id == intent.Accept && p.sel < len(p.rows) && p.rows[p.sel].kind == entry && p.entries[p.rows[p.sel].entry].Visit == nil {
		return p.b.Env.S(p.b.Env.T.Timeline.Unfold)
	}
	return ""
}
