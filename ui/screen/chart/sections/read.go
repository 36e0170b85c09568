package sections

import (
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// Read says the sections one after the other: the name of each and what stands with it,
// its lines whole, how many more there are, and why there is none.
func (v *View) Read() (screen.Reading, bool) {
	if v.shown.rows == nil {
		return screen.Reading{}, false
	}
	out := screen.Reading{Sel: v.sel + 1, Total: len(v.shown.lines)}
	n := 0
	for i, s := range v.made {
		head := s.head()
		out.Lines = append(out.Lines, screen.Line{Text: screen.Spoken(head, s.Note)})
		shown := 0
		for ; n < len(v.shown.lines) && v.shown.lines[n].section == i; n++ {
			l := &v.shown.lines[n]
			out.Lines = append(out.Lines, screen.Line{N: n + 1, Text: screen.Spoken(l.Said()...)})
			shown++
		}
		if more := len(s.Lines) - shown; more > 0 {
			words := v.counted(v.env.T.Summary.More, more)
			if s.Ahead {
				words = lookAhead(s.Lines[shown:], 1000)
			}
			out.Lines = append(out.Lines, screen.Line{Text: words})
		}
		for _, words := range [...]string{s.Why, s.Below} {
			if words != "" {
				out.Lines = append(out.Lines, screen.Line{Text: words})
			}
		}
	}
	if out.Total == 0 {
		out.Sel = 0
	}
	return out, true
}
