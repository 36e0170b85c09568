package summary

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

var _ screen.Reader = (*Page)(nil)

// Read says the sections one after the other: the name of each and what stands with it,
// its lines whole, how many more there are, and why there is none.
func (p *Page) Read() (screen.Reading, bool) {
	if !p.have || p.shown.rows == nil {
		return screen.Reading{}, false
	}
	out := screen.Reading{Sel: p.sel + 1, Total: len(p.shown.lines)}
	say := func(parts ...string) string {
		var have []string
		for _, s := range parts {
			if s != "" {
				have = append(have, s)
			}
		}
		return strings.Join(have, ", ")
	}
	n := 0
	for i, s := range p.sections() {
		head := s.name
		if len(s.lines) > 0 {
			head += " " + itoa(len(s.lines))
		}
		out.Lines = append(out.Lines, screen.Line{Text: say(head, s.note)})
		shown := 0
		for ; n < len(p.shown.lines) && p.shown.lines[n].section == i; n++ {
			l := &p.shown.lines[n]
			out.Lines = append(out.Lines, screen.Line{N: n + 1, Text: say(l.title, l.value, l.flag, ehrdesk.CleanLine(l.source), l.date)})
			shown++
		}
		if more := len(s.lines) - shown; more > 0 {
			out.Lines = append(out.Lines, screen.Line{Text: p.counted(p.b.Env.T.Summary.More, more)})
		}
		if s.why != "" {
			out.Lines = append(out.Lines, screen.Line{Text: s.why})
		}
	}
	if len(p.shown.lines) == 0 {
		out.Sel = 0
	}
	return out, true
}
