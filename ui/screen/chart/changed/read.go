package changed

import (
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

var _ screen.Reader = (*Page)(nil)

// Read says what is counted from, among what else could be, and the sections one after the
// other.
func (p *Page) Read() (screen.Reading, bool) {
	if !p.making.Have() {
		return screen.Reading{}, false
	}
	out, ok := p.view.Read()
	e := p.b.Env
	head := []string{e.S(e.T.Changed.Title), text.Sprintf(e.S(e.T.Plain.Chosen), p.words(p.at, p.since[p.at]))}
	for _, at := range p.others() {
		head = append(head, p.words(at, p.since[at]))
	}
	if p.since[looked].IsZero() {
		head = append(head, e.S(e.T.Changed.Never))
	}
	out.Lines = append([]screen.Line{{Text: screen.Spoken(head...)}}, out.Lines...)
	return out, ok
}
