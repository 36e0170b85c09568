// Package trend is the chart's page of one test over time: a graph drawn in cells, and
// its values. It promises that time is proportional, that the axis has the name and the
// unit and its scale is printed, that a scale does not grow with the points so that a
// small change fills it, that units are never mixed, that the last and the previous
// value stand in digits, and that nothing is told by colour alone.
package trend

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// Page is the trend of the tests of one record.
type Page struct {
	b      *page.Book
	ref    ehrdesk.Ref
	making page.Making[made]

	choices []choice // what the record has, and the same tests in other units
	at      int      // the choice that is shown
	period  int      // which of the presets
	picked  bool     // somebody chose the period
	sel     int      // the point in focus, 0 the newest
	top     int      // first line of the values on the screen
	shown   plot
	head    heading
}

// choice is a series to show; of blood pressure, the diastolic one beside it.
type choice struct {
	series results.Series
	lower  *results.Series
	pairs  map[*ehrdesk.Record]*results.Point // the diastolic point of each record
}

// made is what the command found.
type made struct{ choices []choice }

// New gives the page of the trend of a record's results, or of those that a report has;
// Set fills it.
func New(b *page.Book, ref ehrdesk.Ref) *Page { return &Page{b: b, ref: ref} }

var _ page.Page = (*Page)(nil)

func (p *Page) words() *text.Laboratory { return &p.b.Env.T.Laboratory }

// Set takes the records as they are now.
func (p *Page) Set() tea.Cmd {
	list, ref := p.b.Chart.List, p.ref
	return p.making.Begin(p.b, func() made { return made{choicesOf(list, ref)} })
}

// Update takes what was found.
func (p *Page) Update(msg tea.Msg) (tea.Cmd, bool) {
	at, had := p.Selected()
	m, made, again, used := p.making.Take(p.b, msg)
	if made {
		p.choices, p.shown, p.head = m.choices, plot{}, heading{}
		p.at = min(p.at, max(0, len(p.choices)-1))
		if !p.picked {
			p.period = p.fitting()
		}
		if had {
			p.Select(at.Ref())
		} else {
			p.Select(p.ref)
		}
	}
	if again {
		return p.Set(), true
	}
	return nil, used
}

// choicesOf are the series that a record, or a report's results, are in, each once, and
// behind them the same tests in other units.
func choicesOf(list func(ehrdesk.RecordType) []ehrdesk.Record, ref ehrdesk.Ref) (out []choice) {
	set := results.Of(list)
	var at []int
	for _, r := range refs(list, ref) {
		at = append(at, set.Of(r)...)
	}
	for _, i := range slices.Clone(at) {
		at = append(at, set.Units(i)...)
	}
	seen := map[int]bool{}
	for _, i := range at {
		if seen[i] {
			continue
		}
		seen[i] = true
		c := choice{series: set.Series[i]}
		if k := diastolic(set, i, at); k >= 0 {
			seen[k] = true
			c.pair(&set.Series[k])
		}
		out = append(out, c)
	}
	return out
}

// Has reports that a record, or a report's results, have a number to show a trend of.
func Has(list func(ehrdesk.RecordType) []ehrdesk.Record, r *ehrdesk.Record) bool {
	if r.Resource != "DiagnosticReport" {
		return numeric(r)
	}
	f := r.Facts()
	members := results.Members(&f)
	for _, t := range ehrdesk.RecordTypes() {
		records := list(t)
		for i := range records {
			if slices.Contains(members, records[i].Ref()) && numeric(&records[i]) {
				return true
			}
		}
	}
	return false
}

// numeric reports an observation with a number.
func numeric(r *ehrdesk.Record) bool {
	if r.Resource != "Observation" || r.Void() {
		return false
	}
	f := r.Facts()
	return slices.ContainsFunc(f.Results, func(x ehrdesk.Result) bool {
		_, err := strconv.ParseFloat(x.Value.Low.Number, 64)
		return err == nil && (x.Value.Kind == ehrdesk.IsQuantity || x.Value.Kind == ehrdesk.IsNumber)
	})
}

// pair puts the diastolic pressures beside the systolic ones.
func (c *choice) pair(lower *results.Series) {
	c.lower, c.pairs = lower, make(map[*ehrdesk.Record]*results.Point, len(lower.Points))
	for i := range lower.Points {
		c.pairs[lower.Points[i].Record] = &lower.Points[i]
	}
}

// refs are the record itself, or a report's results.
func refs(list func(ehrdesk.RecordType) []ehrdesk.Record, ref ehrdesk.Ref) []ehrdesk.Ref {
	if ref.Resource != "DiagnosticReport" {
		return []ehrdesk.Ref{ref}
	}
	for _, t := range ehrdesk.RecordTypes() {
		records := list(t)
		for i := range records {
			if records[i].Ref() == ref {
				f := records[i].Facts()
				return results.Members(&f)
			}
		}
	}
	return nil
}

// diastolic is the series that stands beside a systolic one, in the same unit; -1 for
// none.
func diastolic(set *results.Set, i int, among []int) int {
	s := &set.Series[i]
	if s.Term == nil || s.Term.English != "systolic blood pressure" {
		return -1
	}
	for _, k := range among {
		if o := &set.Series[k]; o.Term != nil && o.Term.English == "diastolic blood pressure" && o.SameUnit(s) {
			return k
		}
	}
	return -1
}

// Leave stops the making.
func (p *Page) Leave() { p.making.Stop() }

// choice is what is shown, nil for nothing.
func (p *Page) choice() *choice {
	if p.at >= len(p.choices) {
		return nil
	}
	return &p.choices[p.at]
}

// points are those of the series shown, oldest first.
func (p *Page) points() []results.Point {
	if c := p.choice(); c != nil {
		return c.series.Points
	}
	return nil
}

// Selected is the record of the point in focus.
func (p *Page) Selected() (ehrdesk.Record, bool) {
	all := p.points()
	if i := len(all) - 1 - p.sel; i >= 0 && i < len(all) {
		return *all[i].Record, true
	}
	return ehrdesk.Record{}, false
}

// Select goes to a record's point, in the series shown.
func (p *Page) Select(ref ehrdesk.Ref) bool {
	all := p.points()
	for i := range all {
		if all[i].Record.Ref() == ref {
			p.sel = len(all) - 1 - i
			return true
		}
	}
	p.sel = min(p.sel, max(0, len(all)-1))
	return false
}

// Handle moves among the points, the periods and the series.
func (p *Page) Handle(in intent.Intent) (tea.Cmd, bool) {
	n := len(p.points())
	switch in.ID {
	case intent.Up:
		p.sel--
	case intent.Down:
		p.sel++
	case intent.PageUp:
		p.sel -= max(1, p.shown.rows-1)
	case intent.PageDown:
		p.sel += max(1, p.shown.rows-1)
	case intent.Top:
		p.sel = 0
	case intent.Bottom:
		p.sel = n - 1
	case intent.Older:
		p.period, p.picked = min(p.period+1, len(periods)-1), true
	case intent.Newer:
		p.period, p.picked = max(p.period-1, 0), true
	case intent.OtherView:
		at, had := p.Selected()
		p.at, p.sel = (p.at+1)%max(1, len(p.choices)), 0
		if had {
			p.Select(at.Ref())
		}
		if !p.picked {
			p.period = p.fitting()
		}
	default:
		return nil, false
	}
	p.sel = min(max(p.sel, 0), max(0, len(p.points())-1))
	return nil, true
}

// DisabledReason says why a period or a series cannot be changed.
func (p *Page) DisabledReason(id intent.ID) string {
	s, t := p.b.Env.S, p.words()
	switch {
	case id == intent.Fold:
		return s(p.b.Env.T.Hits.NotFolded)
	case id == intent.Older && p.period == len(periods)-1:
		return s(t.Longest)
	case id == intent.Newer && p.period == 0:
		return s(t.Shortest)
	case id == intent.OtherView && p.making.Have() && len(p.choices) < 2:
		return s(t.OneSeries)
	}
	return ""
}

// HintFor names what the keys do here.
func (p *Page) HintFor(id intent.ID) string {
	s, t := p.b.Env.S, p.words()
	switch id {
	case intent.Older:
		return s(t.HintLonger)
	case intent.Newer:
		return s(t.HintShorter)
	case intent.OtherView:
		return s(t.HintSeries)
	}
	return ""
}
