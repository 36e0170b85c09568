package laboratory

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// value is a point in words, its number taken apart at the decimal point.
type value struct {
	whole, part string // part with its point
	mark        string // the flag's letter and arrow, a dot where nothing judges it
	notes       []string
	style       paint.Style
}

// valueOf words a point for a cell of the table.
func (p *Page) valueOf(w *text.Words, x *results.Point) value {
	n := w.Number(x.Comparator, x.Number, x.Limits.Lower, x.Limits.Upper)
	v := value{whole: n, style: theme.Text}
	if i := strings.IndexByte(n, '.'); i >= 0 {
		v.whole, v.part = n[:i], n[i:]
	}
	e, t := p.b.Env, p.words()
	v.mark, v.style = mark(x)
	if x.Critical() {
		v.notes = append(v.notes, e.S(t.Critical))
	}
	if s := p.b.Env.S(p.words().Stage(x.Stage)); s != "" {
		v.notes = append(v.notes, s)
	}
	return v
}

// mark is a flag's letter and arrow. A value that nothing judges has a dot: it is never
// shown as normal.
func mark(x *results.Point) (string, paint.Style) {
	switch x.Flag {
	case ehrdesk.FlagHigh:
		return "H↑", theme.Abnormal
	case ehrdesk.FlagLow:
		return "L↓", theme.Abnormal
	case ehrdesk.FlagCriticalHigh:
		return "HH↑↑", theme.Critical
	case ehrdesk.FlagCriticalLow:
		return "LL↓↓", theme.Critical
	case ehrdesk.FlagCritical:
		return "AA!!", theme.Critical
	case ehrdesk.FlagAbnormal:
		return "A", theme.Abnormal
	default:
	}
	if !x.Assessed {
		return "·", theme.Text
	}
	return "", theme.Text
}

// rangeOf is a reference range in short.
func (p *Page) rangeOf(l *results.Limits) string {
	switch {
	case l.Several:
		return p.b.Env.S(p.words().Several)
	case l.Lower != "" && l.Upper != "":
		return l.Lower + "–" + l.Upper
	case l.Lower != "":
		return "≥ " + l.Lower
	case l.Upper != "":
		return "≤ " + l.Upper
	case l.Text != "":
		return ehrdesk.CleanLine(l.Text)
	}
	return "·"
}
