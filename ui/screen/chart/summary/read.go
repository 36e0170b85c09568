package summary

import "github.com/ehrdesk/ehrdesk/ui/screen"

var _ screen.Reader = (*Page)(nil)

// Read says the key points, and the sections one after the other.
func (p *Page) Read() (screen.Reading, bool) {
	if !p.making.Have() {
		return screen.Reading{}, false
	}
	out, ok := p.shown().Read()
	out.Lines = append(p.spoken(), out.Lines...)
	return out, ok
}
