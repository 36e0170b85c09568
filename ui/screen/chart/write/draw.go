package write

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// widest is as wide as a form runs, and the words of a page; where more is left, another part stands beside it.
const widest = page.Widest

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
		words := map[doing]text.T{opening: t.Opening, correcting: t.Opening, querying: t.Opening, previewing: t.Preparing, signing: t.Signing}[p.doing]
		if e.Slow(&p.job) {
			c.Put(r.X, r.Y, r.Right(), theme.Syncing, e.Progress(&p.job, words))
		}
	case p.told != nil:
		page.DrawLines(c, r, p.toldLines(), nil)
	case p.show != nil:
		p.drawPreview(c, r, focus)
	case p.wrong != nil:
		page.DrawItems(c, r, p.faultLines(), p.wrong.sel+1, focus)
	case p.why != nil:
		page.DrawItems(c, r, p.reasonLines(), p.why.sel+1, focus)
	case p.others != nil:
		page.DrawItems(c, r, p.othersLines(), 1, focus)
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
		page.DrawItems(c, r.From(1), p.listLines(), p.list.sel+1, focus && !p.list.typing)
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
		page.DrawLines(c, left, p.missing(), nil)
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
func (p *Page) missing() []page.Line {
	e, t := p.b.Env, &p.b.Env.T.Writing
	all := p.fill.form.Lacking()
	if len(all) == 0 {
		return []page.Line{page.Says(theme.Good, e.S(t.Complete))}
	}
	out := []page.Line{page.Says(theme.Label, text.Sprintf(e.S(t.Missing), len(all)))}
	for _, x := range all {
		out = append(out, page.Says(theme.Muted, x.Words))
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
		page.DrawLines(c, r, p.previewLines(), &s.scroll)
	case s.open && !wide:
		page.DrawLines(c, r, p.recordLines(), &s.scroll)
	case wide:
		left := r
		left.W = r.W * 45 / 100
		page.DrawItems(c, left, p.previewLines(), s.sel+1, focus && !s.open)
		c.Fill(paint.Rect{X: left.Right() + 1, Y: r.Y, W: 1, H: r.H}, theme.Rule, '│')
		page.DrawLines(c, paint.Rect{X: left.Right() + 3, Y: r.Y, W: r.Right() - left.Right() - 4, H: r.H}, p.recordLines(), &s.scroll)
	default:
		page.DrawItems(c, r, p.previewLines(), s.sel+1, focus)
	}
}

// drawCard paints what is asked, what is asked and the keys always in sight.
func (p *Page) drawCard(c *paint.Canvas, r paint.Rect, focus bool) {
	rows := page.Wrapped(p.cardLines(), r.W)
	if over := len(rows) - r.H; over > 0 {
		rows = append(rows[:1:1], rows[over+1:]...)
	}
	for i, l := range rows {
		c.Put(r.X, r.Y+i, r.Right(), l.Style, l.Words)
	}
	if in := p.card.reason; in != nil && len(rows) < r.H {
		in.Draw(c, r.X, r.Y+len(rows), min(r.W, 70), focus && !p.locked())
	}
}

// Read says what stands on the page line by line; a form is read as it is drawn.
func (p *Page) Read() (screen.Reading, bool) {
	switch {
	case !p.may() || p.locked() || !p.making.Have() && !p.Busy():
		return screen.Reading{}, false
	case p.card != nil:
		return page.Spoken(p.cardLines(), 0), true
	case p.told != nil:
		return page.Spoken(p.toldLines(), 0), true
	case p.show != nil && p.show.open:
		return page.Spoken(p.recordLines(), 0), true
	case p.show != nil:
		return page.Spoken(p.previewLines(), p.show.sel+1), true
	case p.wrong != nil:
		return page.Spoken(p.faultLines(), p.wrong.sel+1), true
	case p.why != nil:
		return page.Spoken(p.reasonLines(), p.why.sel+1), true
	case p.others != nil:
		return page.Spoken(p.othersLines(), 1), true
	case p.fill != nil:
		return p.readForm()
	}
	return page.Spoken(append([]page.Line{page.Says(theme.Title, p.b.Env.S(p.b.Env.T.Writing.Title))}, p.listLines()...), p.list.sel+1), true
}

// readForm says the form: what it is, each item with its answer and what is wrong with it, and whether it is kept.
func (p *Page) readForm() (screen.Reading, bool) {
	f := p.fill
	f.form.Speak(p.b.Env.Lang, &p.b.Env.T.Filling)
	all, sel := f.form.Read()
	lines := []page.Line{page.Says(theme.Title, ehrdesk.CleanLine(p.named(f.title, f.draft.Filled.Form))), page.Says(theme.Abnormal, p.refusal(f.draft.Filled))}
	for _, l := range all {
		lines = append(lines, page.Line{Style: theme.Text, Words: l.Words, Item: l.N})
	}
	st, foot := p.footWords()
	return page.Spoken(append(lines, page.Says(st, foot)), sel), true
}
