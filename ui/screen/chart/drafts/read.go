package drafts

import (
	"strings"

	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Read says the card, the draft that is read, or the list, line by line.
func (p *Page) Read() (screen.Reading, bool) {
	e, t := p.b.Env, &p.b.Env.T.Drafts
	said := func(all []line) (screen.Reading, bool) {
		out := screen.Reading{}
		for _, l := range all {
			switch words := strings.TrimSpace(l.words); {
			case words == "":
			case l.style == theme.Draft: // a line of it is never taken for one of ours
				out.Lines = append(out.Lines, screen.Line{Text: screen.Spoken(e.S(t.Mark), words)})
			default:
				out.Lines = append(out.Lines, screen.Line{Text: words})
			}
		}
		return out, true
	}
	switch d := p.reading(); {
	case p.card != nil:
		return said(p.cardLines())
	case d != nil:
		return said(p.draftLines(d))
	case !p.making.Have():
		return screen.Reading{}, false
	}
	items := p.items()
	out := screen.Reading{Lines: []screen.Line{{Text: e.S(t.Title)}}, Sel: p.sel + 1, Total: len(items)}
	for i, it := range items {
		words := make([]string, 0, 2)
		for _, l := range it {
			words = append(words, l.words)
		}
		out.Lines = append(out.Lines, screen.Line{N: i + 1, Text: screen.Spoken(words...)})
	}
	if len(p.mine()) == 0 {
		out.Lines = append(out.Lines, screen.Line{Text: e.S(t.None)})
	}
	return out, true
}
