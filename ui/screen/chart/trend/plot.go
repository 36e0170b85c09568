package trend

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// plot is the graph laid out at a size, made once for it.
type plot struct {
	w, h, period, at int
	lang             text.Lang
	day              time.Time // of the clock: the axis ends today

	rows   int // lines of values, as last drawn
	scale  scale
	cols   int // columns of the graph
	cells  []glyph
	runs   []run  // the cells as they are painted
	spots  []spot // of the points in the period
	ticks  []tick
	band   bool // the reference range is drawn
	hidden int  // points that stand where another one does
	noted  bool // and the graph says so
}

type glyph struct {
	r     rune
	style paint.Style
	taken bool // by a point or its label
}

// run is cells of one row and one style.
type run struct {
	x, y  int
	words string
	style paint.Style
}

// spot is where a point stands: at y, and of blood pressure down to low.
type spot struct{ point, x, y, low int }

// draw lays the graph out on w columns and h rows, where something has changed.
func (p *Page) layout(w, h int) {
	e := p.b.Env
	day := e.Now().Truncate(24 * time.Hour)
	if s := &p.shown; s.cells != nil && s.w == w && s.h == h && s.period == p.period && s.at == p.at && s.lang == e.Lang && s.day.Equal(day) {
		return
	}
	g := plot{w: w, h: h, period: p.period, at: p.at, lang: e.Lang, day: day, rows: p.shown.rows}
	c := p.choice()
	all := c.series.Points
	if g.scale = scaleOf(h, all); c.lower != nil {
		g.scale = scaleOf(h, all, c.lower.Points)
	}
	for i := range g.scale.rows() {
		w = min(w, g.w-paint.Width(g.scale.tick(i))-2)
	}
	g.cols = max(w, 1)
	g.cells = make([]glyph, g.cols*g.scale.rows())
	span, seen := p.spanOf(p.period), map[spot]bool{}
	for i := range all {
		if !span.holds(all[i].At) {
			continue
		}
		s := spot{point: i, x: span.x(all[i].At.Time, g.cols), y: g.scale.row(all[i].Value), low: -1}
		if x := c.pairs[all[i].Record]; x != nil {
			s.low = g.scale.row(x.Value)
		}
		if place := (spot{x: s.x, y: s.y, low: s.low}); seen[place] {
			g.hidden++
		} else {
			seen[place] = true
		}
		g.spots = append(g.spots, s)
	}
	top, bottom := g.drawBand(all)
	for _, s := range g.spots {
		g.drawSpot(&all[s.point], s)
	}
	said := p.b.Words()
	for i := len(g.spots) - 1; i >= 0; i-- { // the newest have their digits first
		s := g.spots[i]
		g.label(s, p.number(&said, &all[s.point], p.below(&all[s.point])), letters(all[s.point].Flag), style(&all[s.point]))
	}
	if g.band {
		g.nameBand(e.S(p.words().InRange), top, bottom)
	}
	if g.hidden > 0 {
		g.noted = g.note(p.counted(p.words().Behind, g.hidden))
	}
	g.timeAxis(span, e.Now().Location())
	g.join()
	p.shown = g
}

// join makes runs of the cells.
func (g *plot) join() {
	var b strings.Builder
	for y := range g.scale.rows() {
		row := g.cells[y*g.cols : (y+1)*g.cols]
		for x := 0; x < len(row); {
			from := x
			for b.Reset(); x < len(row) && row[x].r != 0 && row[x].style == row[from].style; x++ {
				if row[x].r > 0 {
					b.WriteRune(row[x].r)
				}
			}
			if x == from {
				x++
				continue
			}
			g.runs = append(g.runs, run{from, y, b.String(), row[from].style})
		}
	}
}

// drawBand draws the reference range, where all points of the period have the same, and
// gives its rows.
func (g *plot) drawBand(all []results.Point) (from, to int) {
	if len(g.spots) == 0 || g.spots[0].low >= 0 {
		return 0, 0
	}
	l := &all[g.spots[0].point].Limits
	if l.Lower == "" && l.Upper == "" {
		return 0, 0
	}
	for _, s := range g.spots {
		if !all[s.point].Limits.Same(l) {
			return 0, 0
		}
	}
	from, to = g.scale.within(l.Lower != "", l.Low, l.Upper != "", l.High)
	if from > to { // no row is within: the range stands in the head
		return 0, 0
	}
	g.band = true
	for y := from; y <= to; y++ {
		for x := range g.cols {
			g.cells[y*g.cols+x] = glyph{r: '░', style: theme.Rule}
		}
	}
	return from, to
}

// nameBand writes what the band is, in the middle or where no point and no label stands.
func (g *plot) nameBand(words string, from, to int) {
	n := paint.Width(words) + 2
	for d := range to - from + 1 { // rows from the middle outward
		y := (from+to)/2 + (d+1)/2*(1-d%2*2)
		if y < from || y > to {
			continue
		}
		for _, part := range [...]int{4, 2, 6, 1, 7} { // of eight of the width
			if x := g.cols*part/8 - n/2; x >= 0 && g.free(x, y, n, -1) {
				g.write(x, y, " "+words+" ", theme.Muted, true)
				return
			}
		}
	}
}

// note writes words where no point, no label and no band stands, the lowest first.
func (g *plot) note(words string) bool {
	n := paint.Width(words) + 2
	for y := g.scale.rows() - 1; y >= 0; y-- {
		for _, x := range [...]int{g.cols - n, 1, (g.cols - n) / 2} {
			if x >= 0 && g.free(x, y, n, -1) {
				g.write(x, y, " "+words+" ", theme.Muted, true)
				return true
			}
		}
	}
	return false
}

// write puts words into the graph's cells; a wide character takes two.
func (g *plot) write(x, y int, words string, st paint.Style, taken bool) {
	for _, r := range words {
		n := paint.RuneWidth(r)
		if x < 0 || x+n > g.cols {
			return
		}
		g.cells[y*g.cols+x] = glyph{r, st, taken}
		if n == 2 {
			g.cells[y*g.cols+x+1] = glyph{-1, st, taken}
		}
		x += n
	}
}

// drawSpot draws a point, in the part of its cell where its value lies, or a bar from the systolic pressure to the diastolic. Below a
// limit of what can be measured its sign stands in the point's place; what is
// preliminary is an empty ring.
func (g *plot) drawSpot(x *results.Point, s spot) {
	put := func(y int, r rune) { g.clear(s.x, y); g.cells[y*g.cols+s.x] = glyph{r, style(x), true} }
	if s.low >= 0 && s.low != s.y {
		for y := min(s.y, s.low) + 1; y < max(s.y, s.low); y++ {
			put(y, '│')
		}
		put(s.y, '┬')
		put(s.low, '┴')
		return
	}
	var r rune
	switch {
	case x.Comparator == "<" || x.Comparator == "<=":
		r = '<'
	case x.Comparator == ">" || x.Comparator == ">=":
		r = '>'
	case x.Stage == results.Preliminary:
		r = '○'
	default:
		r = [...]rune{'▄', '●', '▀'}[g.scale.part(x.Value)+1]
	}
	put(s.y, r)
}

// clear makes a cell free of a wide character's half.
func (g *plot) clear(x, y int) {
	row := g.cells[y*g.cols : (y+1)*g.cols]
	if row[x].r == -1 && x > 0 {
		row[x-1].r = ' '
	}
	if x+1 < len(row) && row[x+1].r == -1 {
		row[x+1].r = ' '
	}
}

// label writes a point's digits and letter beside it, or its letter alone, where no
// other point or label stands; the values below have all of them.
func (g *plot) label(s spot, number, letter string, st paint.Style) {
	whole := number
	if letter != "" {
		whole += " " + letter
	}
	for _, words := range []string{whole, letter} {
		if words == "" {
			continue
		}
		n := paint.Width(words)
		for _, at := range [][2]int{{s.x + 2, s.y}, {s.x - 1 - n, s.y}, {s.x + 1, s.y - 1}, {s.x + 1, s.y + 1}, {s.x - n, s.y - 1}, {s.x, s.y - 1}} {
			if g.free(at[0]-1, at[1], n+2, s.x) {
				g.write(at[0], at[1], words, st, true)
				return
			}
		}
	}
}

// free reports cells that no point and no label takes; own is the column of the point
// itself, which may be beside them.
func (g *plot) free(x, y, n, own int) bool {
	if y < 0 || y >= g.scale.rows() || x < -1 || x+n > g.cols+1 {
		return false
	}
	for i := max(x, 0); i < min(x+n, g.cols); i++ {
		if g.cells[y*g.cols+i].taken && i != own {
			return false
		}
		if g.cells[y*g.cols+i].taken && i > x && i < x+n-1 {
			return false
		}
	}
	return true
}

// letters are a flag's letters.
func letters(f ehrdesk.Flag) string {
	switch f {
	case ehrdesk.FlagHigh, ehrdesk.FlagLow, ehrdesk.FlagCriticalHigh, ehrdesk.FlagCriticalLow, ehrdesk.FlagAbnormal, ehrdesk.FlagCritical:
		return string(f)
	default:
		return ""
	}
}

func style(x *results.Point) paint.Style {
	switch {
	case x.Critical():
		return theme.Critical
	case x.Abnormal():
		return theme.Abnormal
	}
	return theme.Strong
}
