// Package medication is the chart's page of drugs: a line a drug with its latest dose,
// what is taken now apart from what is past, each with its history folded under it. It
// promises that no name, dose or unit is shortened, that a status is never blank, that
// what does not fit is counted and named above and below, and that an empty list says
// why. Source: NHS CUI MEDi, MEDv.
package medication

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// Page is the list of drugs of the chart that is open.
type Page struct {
	b    *page.Book
	list *medication.List
	past bool                 // what is past is shown
	open map[ehrdesk.Ref]bool // drugs whose history is unfolded, by the record that leads

	rows []row
	sel  int
	top  int // first row on the screen; drawing moves it so that sel is seen
	page int // rows seen when last drawn

	laidFor shape // what the rows are laid out for
	brief   bool  // not all fits: what stands in the history is left to it
	bare    bool  // nor so: of a drug with nothing to be told of the day of its dose alone
}

// shape is what a layout depends on.
type shape struct {
	lang text.Lang
	w, h int
}

// New gives the page; Set fills it.
func New(b *page.Book) *Page {
	return &Page{b: b, list: &medication.List{}, open: map[ehrdesk.Ref]bool{}}
}

var _ page.Page = (*Page)(nil)

// Set takes the records as they are now.
func (p *Page) Set() tea.Cmd {
	was, selected := p.Selected()
	p.list = medication.Of(p.b.Chart.List(ehrdesk.DiagnosisProcedureMedication), p.b.Env.Now())
	p.arrange()
	if !selected || !p.choose(was.Ref()) {
		p.sel, p.top = 0, 0
	}
	return nil
}

// Update takes no result: nothing is asked for.
func (p *Page) Update(tea.Msg) (tea.Cmd, bool) { return nil, false }

// Leave has nothing to cancel.
func (p *Page) Leave() {}

// shown are the drugs of the list in view.
func (p *Page) shown() []medication.Drug {
	if p.past {
		return p.list.Past
	}
	return p.list.Current
}

// arrange makes the rows of the list in view.
func (p *Page) arrange() {
	p.rows, p.laidFor = p.rows[:0], shape{}
	drugs := p.shown()
	for i := range drugs {
		d := &drugs[i]
		p.rows = append(p.rows, row{drug: d})
		if !p.open[d.Lead.Ref()] {
			continue
		}
		for j := range d.History {
			p.rows = append(p.rows, row{drug: d, event: &d.History[j]})
		}
	}
	p.sel = min(max(p.sel, 0), max(0, len(p.rows)-1))
	p.top = min(max(p.top, 0), max(0, len(p.rows)-1))
}

// Selected is the record that the row stands for: the one that a drug's line rests on.
func (p *Page) Selected() (ehrdesk.Record, bool) {
	if p.sel >= len(p.rows) {
		return ehrdesk.Record{}, false
	}
	return *p.rows[p.sel].record(), true
}

// Select goes to a record, and unfolds the history that it is in.
func (p *Page) Select(ref ehrdesk.Ref) bool {
	if p.choose(ref) {
		return true
	}
	for _, past := range [...]bool{p.past, !p.past} {
		drugs := p.list.Current
		if past {
			drugs = p.list.Past
		}
		for i := range drugs {
			for j := range drugs[i].History {
				if drugs[i].History[j].Record.Ref() != ref {
					continue
				}
				p.past = past
				if drugs[i].Lead.Ref() != ref {
					p.open[drugs[i].Lead.Ref()] = true
				}
				p.arrange()
				return p.choose(ref)
			}
		}
	}
	return false
}

// choose selects the row of a record, where there is one.
func (p *Page) choose(ref ehrdesk.Ref) bool {
	for i := range p.rows {
		if p.rows[i].record().Ref() == ref {
			p.sel = i
			return true
		}
	}
	return false
}

// Handle carries out a wish.
func (p *Page) Handle(in intent.Intent) (tea.Cmd, bool) {
	step := max(1, p.page-1)
	switch in.ID {
	case intent.Up:
		p.sel--
	case intent.Down:
		p.sel++
	case intent.PageUp:
		p.sel -= step
	case intent.PageDown:
		p.sel += step
	case intent.Top:
		p.sel = 0
	case intent.Bottom:
		p.sel = len(p.rows) - 1
	case intent.OtherView:
		p.past, p.sel, p.top = !p.past, 0, 0
		p.arrange()
	case intent.Fold:
		p.fold()
	default:
		return nil, false
	}
	p.sel = min(max(p.sel, 0), max(0, len(p.rows)-1))
	return nil, true
}

// fold shows or hides the history of the drug that is selected, and stays at it.
func (p *Page) fold() {
	if p.sel >= len(p.rows) {
		return
	}
	d := p.rows[p.sel].drug
	ref := d.Lead.Ref()
	if p.open[ref] {
		delete(p.open, ref)
	} else {
		p.open[ref] = true
	}
	p.arrange()
	for i := range p.rows {
		if p.rows[i].drug == d {
			if p.sel = i; p.open[ref] { // its history is to be seen
				p.top = i
			}
			break
		}
	}
}

// DisabledReason says why nothing can be unfolded.
func (p *Page) DisabledReason(id intent.ID) string {
	if id == intent.Fold && len(p.rows) == 0 {
		return p.b.Env.S(p.b.Env.T.Medication.NoDrug)
	}
	return ""
}

// HintFor is what the keys do from here.
func (p *Page) HintFor(id intent.ID) string {
	e, t := p.b.Env, &p.b.Env.T.Medication
	switch id {
	case intent.OtherView:
		if p.past {
			return e.S(t.ShowCurrent)
		}
		return e.S(t.ShowPast)
	case intent.Fold:
		if p.sel < len(p.rows) && p.open[p.rows[p.sel].drug.Lead.Ref()] {
			return e.S(t.FoldUp)
		}
		return e.S(t.Unfold)
	}
	return ""
}
