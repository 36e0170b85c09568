package trend

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

var _ screen.Reader = (*Page)(nil)

// Read says what is shown and of which period, among those that can be chosen, what stands
// above the graph, and each value as a line with its unit, its date and its source. The axis
// and the marks on it are for the eye.
func (p *Page) Read() (screen.Reading, bool) {
	if !p.making.Have() || len(p.choices) == 0 {
		return screen.Reading{}, false
	}
	e, t, said := p.b.Env, p.words(), p.b.Words()
	head := []string{p.caption(&said)}
	for i := range periods {
		name := e.S(periods[i].name(t))
		if i == p.period {
			name = text.Sprintf(e.S(e.T.Plain.Chosen), name)
		}
		head = append(head, name)
	}
	first, notes := p.lead(&said)
	all := p.points()
	out := screen.Reading{Sel: p.sel + 1, Total: len(all), Lines: []screen.Line{{Text: screen.Spoken(head...)}, {Text: screen.Spoken(first...)}, {Text: screen.Spoken(notes...)}}}
	unit := said.Unit(p.choice().series.Unit)
	for i := range all {
		x := &all[len(all)-1-i]
		when := said.Moment(x.At)
		if when == "" {
			when = e.S(t.NoDate)
		}
		out.Lines = append(out.Lines, screen.Line{N: i + 1, Text: screen.Spoken(p.b.Own(x.Record, when), join(p.number(&said, x, p.below(x)), unit), p.judged(&said, x), e.S(t.Stage(x.Stage)), ehrdesk.CleanLine(x.Record.Source))})
	}
	return out, true
}
