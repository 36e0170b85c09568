package summary

import "github.com/ehrdesk/ehrdesk/ui/screen"

var _ screen.Reader = (*Page)(nil)

// Read says the sections one after the other.
func (p *Page) Read() (screen.Reading, bool) {
	if !p.making.Have() {
		return screen.Reading{}, false
	}
	return p.view.Read()
}
