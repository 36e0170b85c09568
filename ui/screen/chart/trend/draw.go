package trend

import (
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Draw paints the heading, the graph and the values.
func (p *Page) Draw(c *paint.Canvas, r paint.Rect, focus bool) {
	e, t := p.b.Env, p.words()
	if focus {
		c.SetCursor(r.X, r.Y)
	}
	if !p.making.Have() {
		c.Put(r.X, r.Y, r.Right(), theme.Syncing, p.making.Slow(p.b, t.Making))
		return
	}
	if p.choice() == nil {
		widget.Para(c, r, theme.Text, e.S(t.NoTrend))
		return
	}
	said := p.b.Words()
	r = p.drawHead(c, r, &said, focus)
	values := 1
	if r.H >= 24 {
		values = r.H / 3
	}
	h := min(r.H-2-values, 24) // the axis and its dates below
	if h >= 3 && r.W >= 30 {
		p.layout(r.W, h)
		r = p.drawPlot(c, r)
	}
	p.drawValues(c, r, &said, focus)
}

// drawHead draws what is shown, the last and the previous value in digits, and what has
// to be known of the graph; it gives the rest of the page.
func (p *Page) drawHead(c *paint.Canvas, r paint.Rect, said *text.Words, focus bool) paint.Rect {
	e, t := p.b.Env, p.words()
	st := theme.Strong
	if focus {
		st = theme.Title
	}
	x := c.Put(r.X, r.Y, r.Right(), st, p.caption(said)) + 3
	presets := ""
	for i := range periods {
		name := e.S(periods[i].name(t))
		if i == p.period {
			name = "‹" + name + "›"
		}
		presets += " " + name
	}
	if w := paint.Width(presets); x-1+w > r.Right() {
		r, x = r.From(1), r.X
	}
	c.Put(r.Right()-paint.Width(presets), r.Y, r.Right(), theme.Key, presets)
	if marks := e.S(t.Marks); p.choice().lower == nil && x+paint.Width(marks)+paint.Width(presets) < r.Right() { // where no row is lost to it
		c.Put(x, r.Y, r.Right(), theme.Muted, marks)
	}
	r = r.From(1)
	now := heading{w: r.W, at: p.at, period: p.period, lang: e.Lang, day: e.Now().Truncate(24 * time.Hour)}
	if l := &p.head; l.parts == nil || now.w != l.w || now.at != l.at || now.period != l.period || now.lang != l.lang || !now.day.Equal(l.day) {
		first, notes := p.lead(said)
		now.flow(theme.Text, first)
		now.flow(theme.Muted, notes)
		p.head = now
	}
	n := 0
	for _, h := range p.head.parts {
		if r.H-h.y > 6 {
			c.Put(r.X+h.x, r.Y+h.y, r.Right(), h.style, h.words)
			n = h.y + 1
		}
	}
	return r.From(n)
}

// heading is the lines above the graph, made once for what they say.
type heading struct {
	w, at, period int
	lang          text.Lang
	day           time.Time
	parts         []part
}

// part is words of the heading, where they stand.
type part struct {
	x, y  int
	words string
	style paint.Style
}

// flow puts words behind those that are there, each on one line where it fits one.
func (h *heading) flow(st paint.Style, all []string) {
	for _, words := range all {
		x, y := 0, 0
		if n := len(h.parts); n > 0 {
			last := &h.parts[n-1]
			x, y = last.x+paint.Width(last.words), last.y
			if x+3+paint.Width(words) <= h.w {
				h.parts = append(h.parts, part{x, y, " · " + words, st})
				continue
			}
			y++
		}
		for i, line := range paint.Wrap(nil, words, h.w) {
			h.parts = append(h.parts, part{0, y + i, line, st})
		}
	}
}

// caption is the name of the axis with its unit.
func (p *Page) caption(said *text.Words) string {
	name := p.name(said)
	if unit := said.Unit(p.choice().series.Unit); unit != "" {
		name += " (" + unit + ")"
	}
	return name
}

// name is what is shown.
func (p *Page) name(said *text.Words) string {
	c, t := p.choice(), p.words()
	if c.lower != nil {
		return p.b.Env.S(t.BloodPressure)
	}
	name := said.Test(c.series.Term, c.series.Name, c.series.Title)
	if c.series.Other {
		name += " – " + p.b.Env.S(t.OtherPatient)
	}
	return name
}

// lead are the lines above the graph: the last value, how many there are and the one
// before; and what has to be known of the graph.
func (p *Page) lead(said *text.Words) (first, notes []string) {
	e, t, c := p.b.Env, p.words(), p.choice()
	all := c.series.Points
	say := func(form text.T, x *results.Point) string {
		words := join(text.Sprintf(e.S(form), p.number(said, x, p.below(x))), said.Unit(c.series.Unit), p.judged(said, x), p.b.Env.S(p.words().Stage(x.Stage)), said.Date(x.At))
		return words
	}
	sources := map[string]bool{}
	for i := range all {
		sources[all[i].Record.Source] = true
	}
	first = append(first, say(t.Last, &all[len(all)-1]))
	if len(all) > 1 {
		count := p.counted(t.Results, len(all))
		if len(sources) > 1 {
			count += ", " + p.counted(t.Sources, len(sources))
		}
		first = append(first, count, say(t.Before, &all[len(all)-2]))
	}
	if words := p.ranges(); words != "" {
		notes = append(notes, words)
	}
	span, older, undated := p.spanOf(p.period), 0, 0
	for i := range all {
		switch {
		case !dated(all[i].At):
			undated++
		case !span.holds(all[i].At):
			older++
		}
	}
	if older > 0 {
		notes = append(notes, p.counted(t.OlderNotShown, older))
	}
	if undated > 0 {
		notes = append(notes, p.counted(t.Undated, undated))
	}
	if len(p.choices) > 1 {
		o := &p.choices[(p.at+1)%len(p.choices)]
		if o.series.Test() == c.series.Test() {
			notes = append(notes, text.Sprintf(e.S(t.OtherUnit), strconv.Itoa(len(o.series.Points)), said.Unit(o.series.Unit)))
		} else {
			notes = append(notes, text.Sprintf(e.S(t.OtherSeries), said.Test(o.series.Term, o.series.Name, o.series.Title)))
		}
	}
	return first, notes
}

// ranges says the reference range, or that there is none or more than one.
func (p *Page) ranges() string {
	e, t, c := p.b.Env, p.words(), p.choice()
	l := &c.series.Last().Limits
	for i := range c.series.Points {
		if !c.series.Points[i].Limits.Same(l) {
			return e.S(t.RangesDiffer)
		}
	}
	if c.lower != nil {
		return ""
	}
	switch {
	case l.Several:
		return e.S(t.Several)
	case l.Lower != "" && l.Upper != "":
		return text.Sprintf(e.S(t.Range), l.Lower+"–"+l.Upper)
	case l.Lower != "":
		return text.Sprintf(e.S(t.Range), "≥ "+l.Lower)
	case l.Upper != "":
		return text.Sprintf(e.S(t.Range), "≤ "+l.Upper)
	case l.Text != "":
		return text.Sprintf(e.S(t.Range), ehrdesk.CleanLine(l.Text))
	}
	return e.S(t.NoRanges)
}

// number is a point's digits, of blood pressure both.
func (p *Page) number(said *text.Words, x, lower *results.Point) string {
	n := said.Number(x.Comparator, x.Number, x.Limits.Lower, x.Limits.Upper)
	if lower != nil {
		n += "/" + said.Number(lower.Comparator, lower.Number, lower.Limits.Lower, lower.Limits.Upper)
	}
	return n
}

// below is the diastolic point of a systolic one, nil for none.
func (p *Page) below(x *results.Point) *results.Point { return p.choice().pairs[x.Record] }

// judged is a point's flag in words; a point that nothing judges is never normal.
func (p *Page) judged(said *text.Words, x *results.Point) string {
	if words := said.FlagOf(x.Flag); words != "" || x.Assessed {
		return words
	}
	if x.Limits.IsZero() {
		return "·"
	}
	return p.b.Env.S(p.words().NotAssessed)
}

func (p *Page) counted(t text.T, n int) string { return text.Sprintf(p.b.Env.S(t), strconv.Itoa(n)) }

func join(parts ...string) string {
	var out []string
	for _, s := range parts {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}

// drawPlot paints the graph with its axes and gives the rest of the page.
func (p *Page) drawPlot(c *paint.Canvas, r paint.Rect) paint.Rect {
	g := &p.shown
	left := r.W - g.cols - 1
	n := g.scale.rows()
	for y := range n {
		words := g.scale.tick(y)
		c.Put(r.X+left-1-paint.Width(words), r.Y+y, r.Right(), theme.Label, words)
		mark := "│"
		if words != "" {
			mark = "┤"
		}
		c.Put(r.X+left, r.Y+y, r.Right(), theme.Rule, mark)
	}
	for i := range g.runs {
		c.Put(r.X+left+1+g.runs[i].x, r.Y+g.runs[i].y, r.Right(), g.runs[i].style, g.runs[i].words)
	}
	for _, s := range g.spots { // the point in focus
		if s.point == len(p.points())-1-p.sel {
			c.Tint(paint.Rect{X: r.X + left + 1 + s.x, Y: r.Y + s.y, W: 1, H: max(1, s.low-s.y+1)}, theme.Selected)
		}
	}
	y := r.Y + n
	c.Put(r.X+left, y, r.Right(), theme.Rule, "└")
	c.HLine(r.X+left+1, y, r.Right(), theme.Rule)
	for _, t := range g.ticks {
		c.Put(r.X+left+1+t.x, y, r.Right(), theme.Rule, "┬")
		c.Put(r.X+left+1+t.at, y+1, r.Right(), theme.Label, t.words)
	}
	if g.hidden > 0 && !g.noted { // at the foot of the graph
		words := " " + p.counted(p.words().Behind, g.hidden) + " "
		c.Put(max(r.X+left+2, r.Right()-2-paint.Width(words)), y, r.Right(), theme.Muted, words)
	}
	return r.From(n + 2)
}
