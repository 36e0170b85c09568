package changed

import "github.com/ehrdesk/ehrdesk/ui/screen"

var _ screen.Reader = (*Page)(nil)

// Read says what is counted from, and the sections one after the other.
func (p *Page) Read() (screen.Reading, bool) {
	if !p.making.Have() {
		return screen.Reading{}, false
	}
	out, ok := p.view.Read()
	head := screen.Line{Text: p.b.Env.S(p.b.Env.T.Changed.Title) + ", " + p.words(p.at, p.since[p.at])}
	out.Lines = append([]screen.Line{head}, out.Lines...)
	return out, ok
}
