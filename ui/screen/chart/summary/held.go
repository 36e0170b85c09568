package summary

import "github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"

// Sections are what the page holds now, for whoever shows a part of it beside another page;
// nil until it has been made.
func (p *Page) Sections() []sections.Section {
	if !p.making.Have() {
		return nil
	}
	return p.sections()
}
