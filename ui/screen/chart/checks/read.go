package checks

import (
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

var _ screen.Reader = (*Page)(nil)

// Read says how many checks are on, and the findings one after the other.
func (p *Page) Read() (screen.Reading, bool) {
	if p.b.Report() == nil {
		return screen.Reading{}, false
	}
	out, ok := p.view.Read()
	e := p.b.Env
	out.Lines = append([]screen.Line{{Text: screen.Spoken(e.S(e.T.Safety.Title), Chip(p.b))}}, out.Lines...)
	return out, ok
}
