package checks

import (
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

var _ screen.Reader = (*Page)(nil)

// Read says how many checks are on, and what stands on the page one after the other.
func (p *Page) Read() (screen.Reading, bool) {
	if p.b.Report() == nil {
		return screen.Reading{}, false
	}
	e := p.b.Env
	out := screen.Reading{Lines: []screen.Line{{Text: screen.Spoken(e.S(e.T.Safety.Title), Chip(p.b))}}}
	for i, it := range p.items() {
		var words []string
		for _, s := range it.says {
			words = append(words, s.words)
		}
		l := screen.Line{Text: screen.Spoken(words...)}
		if it.stands() {
			out.Total++
			l.N = out.Total
			if i == p.sel {
				out.Sel = out.Total
			}
		}
		out.Lines = append(out.Lines, l)
	}
	return out, true
}
