package write

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// widest is as wide as words run: longer lines are not read. From twice on, two parts stand beside one another.
const widest = 100

// Draw paints what stands on the page: the card, the receipt, what leaves, what is wrong, the form, or the list.
func (p *Page) Draw(c *paint.Canvas, r paint.Rect, focus bool) {
	if focus {
		c.SetCursor(r.X, r.Y)
	}
	e, t := p.b.Env, &p.b.Env.T.Writing
	switch {
	case !p.may():
	case p.card != nil:
		p.drawCard(c, r, focus)
	case p.locked():
		words := map[doing]text.T{opening: t.Opening, correcting: t.Opening, previewing: t.Preparing, signing: t.Signing}[p.doing]
		if e.Slow(&p.job) {
			c.Put(r.X, r.Y, r.Right(), theme.Syncing, e.Progress(&p.job, words))
		}
	case p.told != nil:
		p.drawLines(c, r, p.toldLines(), 0, 0)
	case p.show != nil:
		p.drawPreview(c, r, focus)
	case p.wrong != nil:
		p.drawItems(c, r, p.faultLines(), p.wrong.sel+1, focus)
	case p.why != nil:
		p.drawItems(c, r, p.reasonLines(), p.why.sel+1, focus)
	case p.others != nil:
		p.drawItems(c, r, p.othersLines(), 1, focus)
	case p.fill != nil:
		p.drawForm(c, r, focus)
	default:
		p.drawList(c, r, focus)
	}
}

// drawList paints the field, and below it what there is.
func (p *Page) drawList(c *paint.Canvas, r paint.Rect, focus bool) {
	e, t := p.b.Env, &p.b.Env.T.Writing
	x := c.Put(r.X, r.Y, r.Right(), theme.Title, e.S(t.Title)) + 2
	x = c.Put(x, r.Y, r.Right(), theme.Muted, e.S(t.LookFor)) + 1
	if !p.making.Have() {
		c.Put(r.X, r.Y+1, r.Right(), theme.Syncing, p.making.Slow(p.b, t.Making))
	} else {
		p.drawItems(c, r.From(1), p.listLines(), p.list.sel+1, focus && !p.list.typing)
	}
	p.list.in.Draw(c, x, r.Y, min(40, r.Right()-x-1), focus && p.list.typing)
}

// drawForm paints what the form is, its rows, and at the foot whether what was entered is on the disk.
func (p *Page) drawForm(c *paint.Canvas, r paint.Rect, focus bool) {
	e, t, f := p.b.Env, &p.b.Env.T.Writing, p.fill
	f.form.Speak(e.Lang, &e.T.Filling)
	title := p.named(f.title, f.draft.Filled.Form)
	if f.draft.Filled.Corrects.ID != "" {
		title += " · " + e.S(t.Correction)
	}
	x := c.Put(r.X, r.Y, r.Right(), theme.Title, title)
	c.Put(x+2, r.Y, r.Right(), theme.Muted, e.S(e.T.Filling.Required))
	body := paint.Rect{X: r.X, Y: r.Y + 1, W: r.W, H: max(0, r.H-2)}
	if words := p.refusal(f.draft.Filled); words != "" {
		used := widget.Para(c, body.Top(3), theme.Abnormal, words)
		body = body.From(used)
	}
	if beside := body.W - widest - 2; beside >= 50 {
		left := paint.Rect{X: body.X + widest + 2, Y: body.Y, W: beside, H: body.H}
		body.W = widest
		p.drawLines(c, left, p.missing(), 0, 0)
	}
	f.form.Draw(c, body, focus)
	st, words := p.footWords()
	c.Put(r.X, r.Bottom()-1, r.Right(), st, paint.Cut(words, r.W))
}

// refusal says who refused what was written, and why; "" where nobody did.
func (p *Page) refusal(f *ehrdesk.Filled) string {
	switch e := p.b.Env; {
	case f.Refusal == "" && f.Refused == "":
		return ""
	case f.Refusal == "": // by the centre
		return e.S(e.T.Writing.Refused) + " · " + e.ExplainLine(ehrdesk.E("deposit", f.Refused, nil))
	}
	return text.Sprintf(p.b.Env.S(p.b.Env.T.Writing.RefusedBy), ehrdesk.CleanLine(f.Refuser), ehrdesk.CleanLine(f.Refusal))
}

// missing says, where there is room beside the form, what is not yet as it has to be.
func (p *Page) missing() []line {
	e, t := p.b.Env, &p.b.Env.T.Writing
	all := p.fill.form.Lacking()
	if len(all) == 0 {
		return []line{{theme.Good, e.S(t.Complete), 0}}
	}
	out := []line{{theme.Label, text.Sprintf(e.S(t.Missing), len(all)), 0}}
	for _, x := range all {
		out = append(out, line{theme.Muted, x.Words, 0})
	}
	return out
}

// footWords say whether what was entered is on the disk, and whether something is missing.
func (p *Page) footWords() (paint.Style, string) {
	e, t, f := p.b.Env, &p.b.Env.T.Writing, p.fill
	if f.failed != nil {
		return theme.Critical, "! " + e.S(t.NotKept) + " " + e.ExplainLine(f.failed)
	}
	words, st := text.Sprintf(e.S(t.Saved), f.saved.In(e.Now().Location()).Format("15:04:05")), theme.Good
	if f.keep.owes() {
		words, st = e.S(t.Saving), theme.Syncing
	}
	if n := len(f.form.Lacking()); n > 0 {
		return st, words + " · " + text.Sprintf(e.S(t.Missing), n)
	}
	return st, words + " · " + e.S(t.Complete)
}

// drawPreview paints what leaves; where there is room, the record in focus beside it.
func (p *Page) drawPreview(c *paint.Canvas, r paint.Rect, focus bool) {
	s := p.show
	wide := r.W >= widest+42
	switch {
	case s.deposit.Request != nil:
		p.drawLines(c, r, p.previewLines(), s.scroll.Top, 1)
	case s.open && !wide:
		p.drawLines(c, r, p.recordLines(), s.scroll.Top, 1)
	case wide:
		left := r
		left.W = r.W * 45 / 100
		p.drawItems(c, left, p.previewLines(), s.sel+1, focus && !s.open)
		c.Fill(paint.Rect{X: left.Right() + 1, Y: r.Y, W: 1, H: r.H}, theme.Rule, '│')
		p.drawLines(c, paint.Rect{X: left.Right() + 3, Y: r.Y, W: r.Right() - left.Right() - 4, H: r.H}, p.recordLines(), s.scroll.Top, 1)
	default:
		p.drawItems(c, r, p.previewLines(), s.sel+1, focus)
	}
}

// drawCard paints what is asked, what is asked and the keys always in sight.
func (p *Page) drawCard(c *paint.Canvas, r paint.Rect, focus bool) {
	rows := wrapped(p.cardLines(), r.W)
	if over := len(rows) - r.H; over > 0 {
		rows = append(rows[:1:1], rows[over+1:]...)
	}
	for i, l := range rows {
		c.Put(r.X, r.Y+i, r.Right(), l.style, l.words)
	}
	if in := p.card.reason; in != nil && len(rows) < r.H {
		in.Draw(c, r.X, r.Y+len(rows), min(r.W, 70), focus && !p.locked())
	}
}

// wrapped are lines as rows of a width.
func wrapped(all []line, w int) (out []line) {
	for _, l := range all {
		if l.words == "" {
			out = append(out, l)
			continue
		}
		for i, row := range paint.Wrap(nil, l.words, min(w, widest)-2) {
			x := line{l.style, row, 0}
			if i == 0 {
				x.item = l.item
			} else if l.item > 0 {
				x.words = "  " + row
			}
			out = append(out, x)
		}
	}
	return out
}

// drawLines paints lines from one on; with scrolls their position is kept.
func (p *Page) drawLines(c *paint.Canvas, r paint.Rect, all []line, _, scrolls int) {
	rows := wrapped(all, r.W)
	from := 0
	if scrolls > 0 {
		from = p.show.scroll.Fit(len(rows), r.H)
	}
	for i := from; i < len(rows) && i-from < r.H; i++ {
		c.Put(r.X, r.Y+i-from, r.Right(), rows[i].style, rows[i].words)
	}
	if from > 0 {
		c.Put(r.Right()-1, r.Y, r.Right(), theme.Muted, "▲")
	}
	if len(rows)-from > r.H {
		c.Put(r.Right()-1, r.Bottom()-1, r.Right(), theme.Muted, "▼")
	}
}

// drawItems paints lines of which some can be chosen, the one in focus in sight.
func (p *Page) drawItems(c *paint.Canvas, r paint.Rect, all []line, sel int, focus bool) {
	rows := wrapped(all, r.W-1)
	at, end := 0, 0
	for i, l := range rows {
		if l.item == sel {
			at, end = i, i
		} else if i == end+1 && l.item == 0 && at > 0 && l.words != "" && l.words[0] == ' ' {
			end = i
		}
	}
	top := min(max(0, end+2-r.H), max(0, len(rows)-r.H))
	for i := top; i < len(rows) && i-top < r.H; i++ {
		l, y, st := rows[i], r.Y+i-top, rows[i].style
		if l.item > 0 {
			c.Item(r.X, y, l.item == sel)
			if l.item == sel {
				st = theme.SelectedDim
				if focus {
					st = theme.Selected
					c.SetCursor(r.X, y)
				}
				c.Fill(paint.Rect{X: r.X + 1, Y: y, W: min(r.W, widest) - 1, H: 1}, st, ' ')
				c.Put(r.X, y, r.Right(), st, "▸")
			}
		}
		x := r.X
		if l.item > 0 || l.words != "" && l.words[0] == ' ' {
			x++
		}
		c.Put(x, y, r.Right(), st, l.words)
	}
	if top > 0 {
		c.Put(r.Right()-1, r.Y, r.Right(), theme.Muted, "▲")
	}
	if len(rows)-top > r.H {
		c.Put(r.Right()-1, r.Bottom()-1, r.Right(), theme.Muted, "▼")
	}
}

// Read says what stands on the page line by line; a form is read as it is drawn.
func (p *Page) Read() (screen.Reading, bool) {
	switch {
	case !p.may() || p.locked() || !p.making.Have() && !p.Busy():
		return screen.Reading{}, false
	case p.card != nil:
		return spoken(p.cardLines(), 0)
	case p.told != nil:
		return spoken(p.toldLines(), 0)
	case p.show != nil && p.show.open:
		return spoken(p.recordLines(), 0)
	case p.show != nil:
		return spoken(p.previewLines(), p.show.sel+1)
	case p.wrong != nil:
		return spoken(p.faultLines(), p.wrong.sel+1)
	case p.why != nil:
		return spoken(p.reasonLines(), p.why.sel+1)
	case p.others != nil:
		return spoken(p.othersLines(), 1)
	case p.fill != nil:
		return p.readForm()
	}
	return spoken(append([]line{{theme.Title, p.b.Env.S(p.b.Env.T.Writing.Title), 0}}, p.listLines()...), p.list.sel+1)
}

// readForm says the form: what it is, each item with its answer and what is wrong with it, and whether it is kept.
func (p *Page) readForm() (screen.Reading, bool) {
	f := p.fill
	f.form.Speak(p.b.Env.Lang, &p.b.Env.T.Filling)
	all, sel := f.form.Read()
	lines := []line{{theme.Title, ehrdesk.CleanLine(p.named(f.title, f.draft.Filled.Form)), 0}, {theme.Abnormal, p.refusal(f.draft.Filled), 0}}
	for _, l := range all {
		lines = append(lines, line{theme.Text, l.Words, l.N})
	}
	st, foot := p.footWords()
	return spoken(append(lines, line{st, foot, 0}), sel)
}
