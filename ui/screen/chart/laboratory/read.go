package laboratory

import (
	"fmt"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

var _ screen.Reader = (*Page)(nil)

// Where it is read, how many results of a test and how many reports are said at a time.
const (
	readPoints  = 5
	readReports = 20
)

// Read says a line a test, each result with its date as no column can be seen, newest
// first; or a line a report.
func (p *Page) Read() (screen.Reading, bool) {
	if !p.making.Have() {
		return screen.Reading{}, false
	}
	t, s := p.words(), p.b.Env.S
	switch {
	case p.byReport && len(p.reports.list) > 0:
		out := screen.Reading{Sel: p.reports.sel + 1, Total: len(p.reports.list)}
		from := p.reports.sel - p.reports.sel%readReports
		to := min(from+readReports, out.Total)
		out.Lines = []screen.Line{{Text: screen.Spoken(s(t.Title), s(t.Reports), text.Sprintf(s(p.b.Env.T.Chart.Position), fmt.Sprint(from+1), fmt.Sprint(to), fmt.Sprint(out.Total)))}}
		for i := from; i < to; i++ {
			out.Lines = append(out.Lines, screen.Line{N: i + 1, Text: p.readReport(&p.reports.list[i])})
		}
		return out, true
	case !p.byReport && len(p.table.rows) > 0:
		out := screen.Reading{Sel: p.table.sel + 1, Total: len(p.table.rows)}
		out.Lines = []screen.Line{{Text: screen.Spoken(s(t.Title), s(p.b.Env.T.Chart.NewestFirst))}}
		group := -1
		for i, l := range p.table.rows {
			if l.group != group {
				group = l.group
				out.Lines = append(out.Lines, screen.Line{Text: p.groupName(&p.data.groups[group])})
			}
			out.Lines = append(out.Lines, screen.Line{N: i + 1, Text: p.readTest(l)})
		}
		return out, true
	}
	return screen.Reading{}, false
}

// readTest is a test with its newest results.
func (p *Page) readTest(l line) string {
	w := p.b.Words()
	parts := []string{p.name(&w, l)}
	x := p.table.series(l)
	if x == nil {
		r := p.table.worded(l).Last()
		row := p.b.Row(r)
		return screen.Spoken(append(parts, p.b.Own(r, row.Value), p.b.Env.S(p.words().NotAssessed), row.Status, row.Day, ehrdesk.CleanLine(r.Source))...)
	}
	n := len(x.Points)
	for i := n - 1; i >= max(0, n-readPoints); i-- {
		pt := &x.Points[i]
		parts = append(parts, screen.Spoken(p.b.Own(pt.Record, w.Date(pt.At)+" "+p.said(&w, x, pt)), p.b.Env.S(p.words().Stage(pt.Stage))))
	}
	if r := p.rangeOf(&x.Last().Limits); r != "·" {
		parts[0] += " (" + r + ")"
	}
	return screen.Spoken(append(parts, p.results(n))...)
}

// readReport is a report with the values in it, and what it says in words.
func (p *Page) readReport(rep *results.Report) string {
	words := p.b.Row(rep.Record)
	parts := []string{words.Day, p.b.Own(rep.Record, words.Title), p.b.Env.S(p.words().Stage(results.StageOf(rep.Record.Status))), words.Status, ehrdesk.CleanLine(rep.Record.Source)}
	if rep.Said || len(rep.Results) == 0 { // else it only names what follows
		parts = append(parts, words.Value)
	}
	if rep.Record.Resource != "DiagnosticReport" {
		parts = append(parts, words.Flag)
	}
	w := p.b.Words()
	for _, r := range rep.Results {
		one := w.Whole(r)
		rng := one.Range
		if rng != "" {
			rng = "(" + rng + ")"
		}
		parts = append(parts, p.b.Own(r, strings.Join(strings.Fields(one.Title+" "+one.Value+" "+one.Flag+" "+rng+" "+one.Status), " ")))
	}
	return screen.Spoken(parts...)
}
