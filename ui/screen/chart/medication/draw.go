package medication

import (
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// put sets words into a text of ours.
func (p *Page) put(t text.T, words ...string) string { return p.b.Words().Put(t, words...) }

// Draw paints the page.
func (p *Page) Draw(c *paint.Canvas, r paint.Rect, focus bool) {
	r = paint.Rect{X: r.X, Y: r.Y, W: r.W - 1, H: r.H}
	y := p.drawHead(c, r, focus)
	body := paint.Rect{X: r.X, Y: y, W: r.W, H: r.Bottom() - y}
	if len(p.rows) == 0 {
		p.drawNone(c, body)
		return
	}
	p.fit(shape{p.b.Env.Lang, body.W - 1, body.H})
	p.drawRows(c, body, focus)
}

// fit lays the rows out for a shape: where they do not all fit, briefly, and where they do
// not fit so, each with its dose and the day of it, if all of them fit then.
func (p *Page) fit(to shape) {
	if p.laidFor == to {
		return
	}
	p.laidFor = to
	for _, how := range [...]struct{ brief, bare bool }{{}, {brief: true}, {true, true}, {brief: true}} {
		p.brief, p.bare = how.brief, how.bare
		for i := range p.rows {
			p.rows[i].lines, p.rows[i].short = nil, ""
		}
		if p.fits(0, to.h) {
			return
		}
	}
}

// drawHead draws what is shown of what there is, and what may be lacking; it gives the
// row below it.
func (p *Page) drawHead(c *paint.Canvas, r paint.Rect, focus bool) int {
	e, t := p.b.Env, &p.b.Env.T.Medication
	head := theme.Muted
	if focus {
		head = theme.Title
	}
	current, past := p.put(t.Current, strconv.Itoa(len(p.list.Current))), p.put(t.Past, strconv.Itoa(len(p.list.Past)))
	if p.past {
		past = "‹" + past + "›"
	} else {
		current = "‹" + current + "›"
	}
	filter := p.put(t.Showing, strconv.Itoa(len(p.shown())), strconv.Itoa(p.list.Len())) + " · v " + p.HintFor(intent.OtherView)
	title, y := e.S(t.Title), r.Y
	for i, s := range pack([]string{title, " " + current + " ·", past, " " + filter}, r.W-1, r.W-1) {
		x := r.X + 1
		if i == 0 {
			n := min(len(title), len(s))
			x = c.Put(x, y, r.Right(), head, s[:n])
			s = s[n:]
		}
		if at := len(s) - len(filter); i == 0 && strings.HasSuffix(s, filter) { // at the right end
			x = c.Put(x, y, r.Right(), theme.Text, s[:at])
			x, s = max(x, r.Right()-paint.Width(filter)), filter
			c.Put(x, y, r.Right(), theme.Muted, s)
		} else {
			c.Put(x, y, r.Right(), theme.Text, s)
		}
		y++
	}
	var says []string
	if st := p.b.Of(ehrdesk.KindMedication); st != page.Seen {
		says = append(says, p.b.Why(st))
	}
	says = append(says, p.standing()...)
	if p.list.Void > 0 {
		says = append(says, p.put(t.InErrorCount, strconv.Itoa(p.list.Void)))
	}
	if len(p.rows) > 0 && len(p.list.Said) > 0 {
		says = append(says, p.asserted()+" · "+e.S(t.Others))
	}
	if len(says) > 0 {
		for _, s := range wrap(strings.Join(says, " · "), r.W-1, r.W-1) {
			if y < r.Bottom() {
				c.Put(r.X+1, y, r.Right(), theme.Abnormal, s)
			}
			y++
		}
	}
	return y
}

// standing says of the drugs of the list in view how many of them are not plainly taken,
// and which high-risk group more than one of them is of.
func (p *Page) standing() (out []string) {
	if p.past {
		return nil
	}
	w, t := p.b.Words(), &p.b.Env.T.Medication
	var states [len(t.States)]int
	noOrder, ranOut, groups := 0, 0, map[string]int{}
	for i := range p.list.Current {
		d := &p.list.Current[i]
		if d.Remarks.Has(medication.Proposed) {
			noOrder++
			continue
		}
		if d.Remarks.Has(medication.RanOut) {
			ranOut++
		} else {
			states[d.State]++
		}
		if d.Remarks.Has(medication.Forbidden) {
			continue
		}
		for _, g := range d.Risks {
			groups[g]++
		}
	}
	var parts []string
	for state, n := range states {
		if n > 0 && medication.State(state) != medication.Started {
			parts = append(parts, strconv.Itoa(n)+" "+strings.ToLower(w.DrugState(medication.State(state))))
		}
	}
	if ranOut > 0 {
		parts = append(parts, strconv.Itoa(ranOut)+" "+p.b.Env.S(t.NotRenewed))
	}
	if noOrder > 0 {
		parts = append(parts, strconv.Itoa(noOrder)+" "+p.b.Env.S(t.Proposed))
	}
	if len(parts) > 0 {
		out = append(out, p.put(t.OfThese, strings.Join(parts, p.b.Env.S(text.T{", ", "、", "、"}))))
	}
	for _, g := range medication.Risks() {
		if groups[g] > 1 {
			out = append(out, p.put(t.SameGroup, strconv.Itoa(groups[g]), w.Group(g)))
		}
	}
	return out
}

// asserted is what the newest record says that speaks of no drug, with its day and source.
func (p *Page) asserted() string {
	e, t := p.b.Env, &p.b.Env.T.Medication
	said := p.list.Said[0]
	words := e.S(t.NoInformation)
	if said.None {
		words = e.S(t.NoneKnown)
	}
	for _, s := range [...]string{p.b.Words().Date(said.Record.Date), ehrdesk.CleanLine(said.Record.Source)} {
		if s != "" {
			words += " · " + s
		}
	}
	return words
}

// drawNone says why nothing is here: none known, no information, or nothing that can be
// seen, which the head says.
func (p *Page) drawNone(c *paint.Canvas, r paint.Rect) {
	e, t := p.b.Env, &p.b.Env.T.Medication
	words := ""
	switch st := p.b.Of(ehrdesk.KindMedication); {
	case len(p.list.Said) > 0:
		words = p.asserted()
	case p.list.Len() > 0 && p.past:
		words = p.put(t.NonePast, strconv.Itoa(len(p.list.Current)))
	case p.list.Len() > 0:
		words = p.put(t.NoneCurrent, strconv.Itoa(len(p.list.Past)))
	case st == page.Seen || st == page.SomeHeld || st == page.SomeUnasked || st == page.SomeLacking:
		words = e.S(t.None)
	}
	for i, s := range paint.Wrap(nil, words, max(r.W-2, 10)) {
		if i < r.H {
			c.Put(r.X+1, r.Y+i, r.Right(), theme.Text, s)
		}
	}
}

// drawRows draws the rows from the first that lets the selected one be seen, and says
// which drugs are above and below.
func (p *Page) drawRows(c *paint.Canvas, r paint.Rect, focus bool) {
	p.scroll(r.H)
	y := r.Y
	if p.top > 0 {
		p.drawAhead(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, p.b.Env.T.Medication.Above, 0, p.top)
		y++
	}
	end := r.Bottom()
	if !p.fits(p.top, end-y) {
		end--
	}
	i := p.top
	for ; i < len(p.rows); i++ {
		n := len(p.laid(i).lines)
		if y+n > end && i > p.top {
			break
		}
		p.drawRow(c, paint.Rect{X: r.X, Y: y, W: r.W, H: min(n, end-y)}, i, focus)
		if y += n; y > end { // taller than the page: what is left is said
			c.Put(r.X+1, end, r.Right(), theme.Muted, p.put(p.b.Env.T.Medication.Lines, strconv.Itoa(y-end)))
			p.page = 1
			return
		}
	}
	p.page = i - p.top
	if i == len(p.rows) {
		return
	}
	if n := p.begin(i, end-y); n > 0 { // rather than empty rows above a drug that is hidden
		p.drawRow(c, paint.Rect{X: r.X, Y: y, W: r.W, H: n}, i, focus)
		l := &p.rows[i].lines[n-1]
		c.Put(r.X+1+l.indent+paint.Width(l.text), y+n-1, r.Right(), theme.Muted, more)
		y += n
	}
	p.drawAhead(c, paint.Rect{X: r.X, Y: y, W: r.W, H: end - y + 1}, p.b.Env.T.Medication.Below, i, len(p.rows))
}

// scroll moves the first row so that the selected one fits on a page of h lines.
func (p *Page) scroll(h int) {
	if p.sel < p.top {
		p.top = p.sel
	}
	if p.top > 0 && p.fits(0, h) {
		p.top = 0
		return
	}
	for used, i := 0, p.sel; i >= p.top; i-- {
		room := h - 1 // the line that says what is below
		if p.top > 0 || i > 0 {
			room--
		}
		if used += len(p.laid(i).lines); used > room && i < p.sel {
			p.top = i + 1
			break
		}
	}
	for p.top > 1 && p.fits(p.top-1, h-1) { // nothing is below: no row is kept for what is
		p.top--
	}
}

// fits reports that all rows from i on take no more than h lines.
func (p *Page) fits(i, h int) bool {
	for ; i < len(p.rows); i++ {
		if h -= len(p.laid(i).lines); h < 0 {
			return false
		}
	}
	return true
}

func (p *Page) drawRow(c *paint.Canvas, r paint.Rect, i int, focus bool) {
	row := &p.rows[i]
	selected := i == p.sel
	if focus {
		c.Item(r.X, r.Y, selected)
	}
	var over paint.Style
	if selected {
		over = theme.SelectedDim
		if focus {
			over = theme.Selected
		}
		c.Fill(r, over, ' ')
		c.Put(r.X, r.Y, r.Right(), over, "▸")
		if focus {
			c.SetCursor(r.X, r.Y)
		}
	}
	as := func(st paint.Style) paint.Style {
		if selected {
			return over
		}
		return st
	}
	for n := range r.H {
		l := &row.lines[n]
		x := c.Put(r.X+1+l.indent, r.Y+n, r.Right(), as(theme.Critical), l.before)
		strong := theme.Strong
		if l.special && l.mark == "" {
			strong = theme.Abnormal
		}
		x = c.Put(x, r.Y+n, r.Right(), as(strong), l.strong)
		c.Put(x, r.Y+n, r.Right(), as(l.style), l.text)
		if l.mark != "" {
			mark := theme.Abnormal
			if l.quiet {
				mark = theme.Muted
			}
			c.Put(r.Right()-paint.Width(l.mark), r.Y+n, r.Right(), as(mark), l.mark)
		}
	}
}

// drawAhead counts and names the drugs that are out of sight, in as many of the last rows of
// r as their names need; those whose names do not fit are counted too. No name is shortened.
func (p *Page) drawAhead(c *paint.Canvas, r paint.Rect, t text.T, from, to int) {
	var names []string
	for i := from; i < to; i++ {
		if p.rows[i].event == nil {
			names = append(names, p.name(i))
		}
	}
	lines := []string{p.put(t, strconv.Itoa(to-from))}
	for i, s := range names {
		last, left := len(lines)-1, 0 // cells of the count of those that come after it
		if n := len(names) - i - 1; n > 0 {
			left = paint.Width(" · +" + strconv.Itoa(n))
		}
		need := paint.Width(s) + left
		if len(lines) < r.H {
			need = paint.Width(s)
		}
		switch {
		case paint.Width(lines[last])+3+need <= r.W-1:
			lines[last] += " · " + s
			continue
		case len(lines) < r.H && 2+paint.Width(s)+left <= r.W-1:
			lines = append(lines, "  "+s)
			continue
		}
		lines[last] += " · +" + strconv.Itoa(len(names)-i)
		break
	}
	for i, s := range lines {
		c.Put(r.X+1, r.Bottom()-len(lines)+i, r.Right(), theme.Muted, s)
	}
}
