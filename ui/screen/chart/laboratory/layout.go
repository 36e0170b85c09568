package laboratory

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// layout is the table laid out at a width, made once for it and the dates shown.
type layout struct {
	w, back int
	lang    text.Lang
	names   []string // of the rows
	lines   []drawn
	first   []int // the first line of each row
	last    []int
	head    []int // the line of the heading of each row's panel
	left    int   // where the dates begin
	spark   int   // the width of the sparklines, 0 where dates have their room
}

// drawn is one line of the screen. row is the row it is of, -1 for a heading.
type drawn struct {
	row   int
	cells []cell
}

type cell struct {
	x     int
	words string
	style paint.Style
	of    ehrdesk.Ref // in the place of words the sign of who wrote it, as it is known when it is drawn
}

// widths are the columns of the table: the test, its unit and range, a date.
type widths struct {
	name, unit, rng int
	joined          bool // unit and range share a column
	left            int  // where the first date begins
	date            int
	whole, part     []int // of each panel, before and behind the decimal point
	spark           int
	right           int // where the sparkline begins
}

const (
	dateCells = 11 // "14-Nov-2026"
	markCells = 4  // "HH↑↑"
)

// arrange lays the table out, where the width, the dates or the records have changed.
func (p *Page) arrange(w int) {
	t := &p.table
	e := p.b.Env
	if l := &t.shown; l.lines != nil && l.w == w && l.back == t.back && l.lang == e.Lang {
		return
	}
	said := p.b.Words()
	l := layout{w: w, lang: e.Lang}
	for _, r := range t.rows {
		l.names = append(l.names, p.name(&said, r))
	}
	g := p.measure(w, &said, l.names)
	t.n, l.spark, l.left = g.fits(), g.spark, g.left
	t.back = min(t.back, t.most())
	l.back = t.back
	panel, head := -1, 0
	for i, r := range t.rows {
		if r.group != panel {
			panel, head = r.group, len(l.lines)
			p.heading(&l, &g, &t.data.groups[panel])
		}
		l.first, l.head = append(l.first, len(l.lines)), append(l.head, head)
		if s := t.series(r); s != nil {
			p.seriesLines(&l, &g, &said, i, s)
		} else {
			p.wordsLines(&l, &g, i, t.worded(r))
		}
		l.last = append(l.last, len(l.lines)-1)
	}
	t.shown = l
}

// measure finds how wide the columns are: as roomy as they can be with the most dates that
// fit. Where the room of the sparkline is another date's, the line below the table has it
// for the test in focus.
func (p *Page) measure(w int, said *text.Words, names []string) (g widths) {
	t := &p.table
	var name, unit, rng int
	for i, r := range t.rows {
		if s := t.series(r); s != nil {
			name = max(name, paint.Width(names[i]))
			unit = max(unit, paint.Width(said.Unit(s.Unit)))
			rng = max(rng, paint.Width(p.rangeOf(&s.Last().Limits)))
		}
	}
	name = max(name, 12) // of results in words as well
	date := p.dateWidth(said)
	most := t.columns()
	for i, try := range [...]widths{
		{name: min(name, 24), unit: min(unit, 11), rng: min(rng, 12), spark: results.SparkPoints},
		{name: min(name, 20), unit: min(unit+1+rng, 20), joined: true, spark: results.SparkPoints},
		{name: min(name, 15), unit: min(unit+1+rng, 13), joined: true, spark: results.SparkPoints},
		{name: min(name, 15), unit: min(unit+1+rng, 14), joined: true},
		{name: min(name, 13), unit: min(unit+1+rng, 13), joined: true},
	} {
		try.date = date
		try.place(w)
		if n := min(try.fits(), most); i == 0 || n > min(g.fits(), most) {
			g = try
		}
	}
	g.whole, g.part = t.whole, t.part
	// what is left of the width is the names'
	if more := min((g.right-g.left+1)-g.fits()*(g.date+1), min(name, 24)-g.name); more > 0 {
		g.name, g.left = g.name+more, g.left+more
	}
	return g
}

// place finds where the dates begin and where the sparkline does.
func (g *widths) place(w int) {
	g.left = 1 + g.name + 1 + g.unit + 1
	if !g.joined {
		g.left += g.rng + 2
	}
	g.right = w
	if g.spark > 0 {
		g.right = w - g.spark - 1
	}
}

// fits is how many dates have room.
func (g *widths) fits() int { return max(1, (g.right-g.left+1)/(g.date+1)) }

// dateWidth is how wide a date's column is, of all panels and dates.
func (p *Page) dateWidth(said *text.Words) int {
	t, n := &p.table, dateCells
	if t.whole == nil {
		p.digits(said)
	}
	for i := range t.data.groups {
		if len(t.data.groups[i].series) > 0 {
			n = max(n, t.whole[i]+t.part[i]+1+markCells)
		}
	}
	return n
}

// digits finds how much room the numbers of each panel take before and behind their
// decimal points, of all dates, so that nothing moves when older ones are shown.
func (p *Page) digits(said *text.Words) {
	t := &p.table
	t.whole, t.part = make([]int, len(t.data.groups)), make([]int, len(t.data.groups))
	for i := range t.data.groups {
		for _, k := range t.data.groups[i].series {
			points := t.data.set.Series[k].Points
			for j := range points {
				v := p.valueOf(said, &points[j])
				t.whole[i], t.part[i] = max(t.whole[i], paint.Width(v.whole)), max(t.part[i], paint.Width(v.part))
			}
		}
	}
}

// heading draws a panel's name with its dates, and their times where one date has two.
func (p *Page) heading(l *layout, g *widths, of *group) {
	e := p.b.Env
	name := paint.Wrap(nil, p.groupName(of), g.left-1)
	if len(of.words) > 0 {
		name = name[:1]
	}
	at := len(l.lines)
	need := func(n int) {
		for len(l.lines) < at+n {
			l.lines = append(l.lines, drawn{row: -1})
		}
	}
	need(len(name))
	for i, part := range name {
		l.lines[at+i].cells = append(l.lines[at+i].cells, cell{x: 0, words: part, style: theme.Title})
	}
	from, to := p.table.window(of)
	bottom := at + len(name) - 1
	for i := from; i < to; i++ {
		x := g.left + (i-from+p.table.n-(to-from))*(g.date+1)
		label := of.cols[i].at.In(e.Now().Location()).Date()
		if label == "" {
			label = e.S(p.words().NoDate)
		}
		l.lines[bottom].cells = append(l.lines[bottom].cells, cell{x: x, words: label, style: theme.Label})
		if of.cols[i].timed {
			need(bottom - at + 2)
			l.lines[bottom+1].cells = append(l.lines[bottom+1].cells, cell{x: x, words: of.cols[i].at.In(e.Now().Location()).Time.Format("15:04"), style: theme.Label})
		}
	}
}

// seriesLines draws a test: its name, unit and range, a value under each date, what is
// to be known of a value below it, and the sparkline.
func (p *Page) seriesLines(l *layout, g *widths, said *text.Words, row int, s *results.Series) {
	t := &p.table
	of, r := &t.data.groups[t.rows[row].group], t.rows[row]
	b := left(l.names[row], said.Unit(s.Unit), p.rangeOf(&s.Last().Limits), g)
	from, to := t.window(of)
	for k := len(s.Points) - 1; k >= 0; k-- {
		col := int(of.at[r.row][k])
		if col >= to {
			continue
		}
		if col < from {
			break
		}
		x := g.left + (col-from+t.n-(to-from))*(g.date+1)
		v := p.valueOf(said, &s.Points[k])
		b.put(0, cell{x: x + g.whole[r.group] - paint.Width(v.whole), words: v.whole + v.part, style: v.style})
		b.put(0, cell{x: x + g.whole[r.group] + g.part[r.group], of: s.Points[k].Record.Ref(), style: theme.Text}) // between the two
		b.put(0, cell{x: x + g.whole[r.group] + g.part[r.group] + 1, words: v.mark, style: v.style})
		for i, note := range v.notes {
			b.put(1+i, cell{x: x, words: paint.Cut(note, g.date), style: v.style})
			if v.style == theme.Text {
				b[1+i][len(b[1+i])-1].style = theme.Abnormal
			}
		}
	}
	for col := from; col < to; col++ {
		if of.pending(t.data.set, r.row, col) {
			b.put(0, cell{x: g.left + (col-from+t.n-(to-from))*(g.date+1), words: paint.Cut(p.b.Env.S(p.words().Pending), g.date), style: theme.Label})
		}
	}
	if g.spark > 0 {
		b.put(0, cell{x: g.right + 1, words: widget.Spark(s.Heights(), g.spark), style: theme.Label})
	}
	for _, cells := range b {
		l.lines = append(l.lines, drawn{row, cells})
	}
}

// wordsLines draws a test of which the results are words: never as normal.
func (p *Page) wordsLines(l *layout, g *widths, row int, x *results.Words) {
	e, t := p.b.Env, p.words()
	r := x.Last()
	words := p.b.Row(r)
	b := left(l.names[row], "", "", g)
	flag, style := words.Flag, theme.Text
	if words.Judged {
		style = theme.Abnormal
	} else if flag == "" {
		flag = e.S(t.NotAssessed)
	}
	date := words.Day
	if date == "" {
		date = e.S(t.NoDate)
	}
	for _, more := range []string{p.b.Env.S(p.words().Stage(results.StageOf(r.Status)))} {
		if more != "" {
			flag, style = more+" · "+flag, theme.Abnormal
		}
	}
	at := 1 + g.name + 1
	b.put(0, cell{x: at - 1, of: r.Ref(), style: theme.Text})
	b.put(0, cell{x: at, words: date, style: theme.Label})
	b.put(0, cell{x: at + dateCells + 1, words: paint.Cut(flag, max(0, l.w-at-dateCells-1)), style: style})
	for i, part := range paint.Wrap(nil, words.Value, max(10, l.w-at)) {
		if i == 2 {
			last := &b[2][len(b[2])-1]
			last.words = paint.Cut(last.words+" "+part, max(10, l.w-at))
			break
		}
		b.put(1+i, cell{x: at, words: part, style: theme.Strong})
	}
	for _, cells := range b {
		l.lines = append(l.lines, drawn{row, cells})
	}
}

// block is the lines of one row.
type block [][]cell

func (b *block) put(y int, c cell) {
	for len(*b) <= y {
		*b = append(*b, nil)
	}
	if c.words != "" || c.of.ID != "" {
		(*b)[y] = append((*b)[y], c)
	}
}

// left draws a test's name, unit and range; what is longer than its column goes on
// below, and nothing is cut.
func left(name, unit, rng string, g *widths) (b block) {
	b = block{nil}
	put := func(x, w int, words string, st paint.Style) {
		if words == "" {
			return
		}
		for i, part := range paint.Wrap(nil, words, w) {
			b.put(i, cell{x: x, words: part, style: st})
		}
	}
	put(1, g.name, name, theme.Strong)
	if g.joined {
		if unit != "" {
			rng = unit + " " + rng
		}
		put(1+g.name+1, g.unit, rng, theme.Muted)
		return b
	}
	put(1+g.name+1, g.unit, unit, theme.Muted)
	put(1+g.name+1+g.unit+1, g.rng, rng, theme.Muted)
	return b
}
