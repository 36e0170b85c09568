package timeline

import (
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

var _ screen.Reader = (*Page)(nil)

// readAtOnce is how many rows are said together where the page is read line by line.
const readAtOnce = 40

// Read says the rows from the one in focus on, whole.
func (p *Page) Read() (screen.Reading, bool) {
	if !p.making.Have() || len(p.rows) == 0 {
		return screen.Reading{}, false
	}
	out := screen.Reading{}
	n := 0
	for i := range p.rows {
		w := &p.rows[i]
		near := i >= p.sel-1 && i < p.sel+readAtOnce
		if w.kind == year {
			if near {
				out.Lines = append(out.Lines, screen.Line{Text: p.heading(w)})
			}
			continue
		}
		n++
		if i == p.sel {
			out.Sel = n
		}
		if near {
			l := p.say(w, &p.entries[w.entry])
			out.Lines = append(out.Lines, screen.Line{N: n, Text: screen.Spoken(l.date, l.title, l.value, l.note, l.source)})
		}
	}
	out.Total = n
	return out, true
}
