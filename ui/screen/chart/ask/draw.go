package ask

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Draw paints where somebody is: whom they choose, what they attach, what is asked, the card, or what became of it.
func (p *Page) Draw(c *paint.Canvas, r paint.Rect, focus bool) {
	if focus {
		c.SetCursor(r.X, r.Y)
	}
	e, t := p.b.Env, &p.b.Env.T.Asking
	switch {
	case !p.may():
	case p.job.Running():
		words := t.Opening
		if p.sending {
			words = t.Sending
		}
		if e.Slow(&p.job) {
			c.Put(r.X, r.Y, r.Right(), theme.Syncing, e.Progress(&p.job, words))
		}
	case p.of == nil:
		c.Put(r.X, r.Y, r.Right(), theme.Muted, e.S(t.Nothing))
	case p.card:
		page.DrawLines(c, r, p.cardLines(), nil)
	case p.told != nil:
		page.DrawLines(c, r, p.toldLines(), &p.scroll)
	case p.step == choosing:
		p.drawPick(c, r, focus, e.S(t.Where), e.S(t.LookFor), &p.where.in, p.whereLines(), p.where.sel, true)
	case p.step == attachingTo:
		p.drawPick(c, r, focus, p.attachTitle(), e.S(t.LookAmong), &p.attach.in, p.attachLines(), p.attach.sel, p.attach.typing)
	default:
		page.DrawLines(c, r, p.shownLines(), &p.scroll)
	}
}

// drawPick paints a title with a field, and below it what can be chosen.
func (p *Page) drawPick(c *paint.Canvas, r paint.Rect, focus bool, title, look string, in *widget.Input, all []page.Line, sel int, typing bool) {
	x := c.Put(r.X, r.Y, r.Right(), theme.Title, title) + 2
	x = c.Put(x, r.Y, r.Right(), theme.Muted, look) + 1
	page.DrawItems(c, r.From(1), all, sel, focus && (!typing || sel > 0))
	in.Draw(c, x, r.Y, min(40, r.Right()-x-1), focus && typing)
}

// whereLines are what the letter says of where to, what is suggested and from which words, and the directory with its age.
func (p *Page) whereLines() (out []page.Line) {
	e, t, o := p.b.Env, &p.b.Env.T.Asking, p.of
	if o.noList != nil {
		return []page.Line{page.Says(theme.Critical, "! "+text.Sprintf(e.S(t.NoDirectory), e.ExplainLine(o.noList)))}
	}
	if len(o.says) > 0 {
		out = append(out, page.Says(theme.Text, text.Sprintf(e.S(t.LetterSays), strings.Join(o.says, " · "))))
	}
	for i := range o.suggested {
		if i < 3 {
			out = append(out, page.Says(theme.Label, text.Sprintf(e.S(t.Suggested), p.specialty(o.suggested[i].Specialty), p.because(&o.suggested[i]))))
		}
	}
	if len(o.suggested) == 0 {
		out = append(out, page.Says(theme.Muted, e.S(t.NoRule)))
	}
	all := p.found()
	for i, x := range all {
		if !x.suggested && (i == 0 || all[i-1].suggested) {
			out = append(out, page.Says(theme.Title, e.S(t.Others)))
		}
		out = append(out, page.Line{Style: theme.Text, Words: p.words(x), Item: i + 1})
	}
	if len(all) == 0 {
		out = append(out, page.Says(theme.Muted, e.S(t.NoneFound)))
	}
	return append(out, page.Says(theme.Muted, text.Sprintf(e.S(t.AsOf), e.Facts().Moment(ehrdesk.At(o.asOf)), e.Elapsed(e.Now().Sub(o.asOf)))))
}

func (p *Page) attachTitle() string {
	e, t := p.b.Env, &p.b.Env.T.Asking
	return text.Sprintf(e.S(t.Attach), text.Sprintf(e.S(t.Ticked), len(p.attach.ticked), ehrdesk.MostAttached))
}

// attachLines are the records that can go with the letter.
func (p *Page) attachLines() (out []page.Line) {
	e, t := p.b.Env, &p.b.Env.T.Asking
	all, n, first := p.listed()
	for i, r := range all {
		switch {
		case i == 0 && first > 0:
			out = append(out, page.Says(theme.Title, e.S(t.Newest)))
		case i == first:
			out = append(out, page.Says(theme.Title, e.S(t.Older)))
		}
		out = append(out, page.Line{Style: theme.Text, Words: p.tickWords(r), Item: i + 1})
		if other, ok := p.of.twice[r.Ref()]; ok {
			if o, ok := p.record(other); ok {
				out = append(out, page.Says(theme.Abnormal, "    ! "+text.Sprintf(e.S(t.Twice), ehrdesk.CleanLine(o.Source))))
			}
		}
	}
	switch {
	case len(all) == 0:
		out = append(out, page.Says(theme.Muted, e.S(t.NoRecords)))
	case n > len(all):
		out = append(out, page.Says(theme.Muted, text.Sprintf(e.S(t.More), n-len(all))))
	}
	return out
}

func (p *Page) tickWords(r *candidate) string {
	mark := "[ ] "
	for _, ref := range p.attach.ticked {
		if ref == r.Ref() {
			mark = "[x] "
		}
	}
	return mark + p.recordWords(&r.Record)
}

// recordWords are a record in a line, with where it is from.
func (p *Page) recordWords(r *ehrdesk.Record) string {
	row := p.b.Row(r)
	var out []string
	for _, s := range []string{row.Title, row.Value, row.Flag, row.Day, r.Source} {
		if s = ehrdesk.CleanLine(s); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "  ")
}

// toLines are what is asked of whom, about whom.
func (p *Page) toLines() (out []page.Line) {
	e, t, r := p.b.Env, &p.b.Env.T.Asking, &p.request
	by, who := e.Account(), p.b.Chart.Patient()
	name, _ := e.InList(who)
	out = append(out, page.Says(theme.Strong, text.Sprintf(e.S(t.To), ehrdesk.CleanLine(r.To.Name))))
	if r.Body.Specialty != "" {
		out = append(out, page.Says(theme.Text, text.Sprintf(e.S(t.Of), p.specialty(r.Body.Specialty))))
	}
	return append(out, page.Says(theme.Strong, text.Sprintf(e.S(t.Priority), e.S(t.PriorityOf(r.Body.Priority)))),
		page.Says(theme.Text, text.Sprintf(e.S(t.About), name+" · "+who.Born.Date())),
		page.Says(theme.Text, text.Sprintf(e.S(t.From), ehrdesk.CleanLine(by.Name)+" · "+e.RoleName(by.Role)+" · "+ehrdesk.CleanLine(by.ProviderName))))
}

// shownLines are exactly what is asked: of whom, the records that are named, and the letter word by word.
func (p *Page) shownLines() (out []page.Line) {
	e, t, body := p.b.Env, &p.b.Env.T.Asking, &p.request.Body
	out = append([]page.Line{page.Says(theme.Title, e.S(t.Preview)+" · "+e.S(t.NotSent))}, p.toLines()...)
	if len(body.Attached) == 0 {
		out = append(out, page.Says(theme.Label, e.S(t.NothingAttached)))
	} else {
		out = append(out, page.Says(theme.Label, text.Sprintf(e.S(t.Attached), len(body.Attached))))
		for i := range body.Attached {
			if r, ok := p.record(body.Attached[i].Ref); ok {
				out = append(out, page.Says(theme.Text, "  "+p.recordWords(r)))
			}
		}
		out = append(out, page.Says(theme.Muted, e.S(t.ByConsent)))
	}
	out = append(out, page.Line{})
	if title := ehrdesk.CleanLine(body.Letter.Title); !strings.HasPrefix(body.Letter.Text, title+"\n") {
		out = append(out, page.Says(theme.Label, title))
	}
	for l := range strings.SplitSeq(strings.TrimRight(body.Letter.Text, "\n"), "\n") {
		out = append(out, page.Says(theme.Text, ehrdesk.CleanLine(l)))
	}
	return out
}

func (p *Page) cardLines() (out []page.Line) {
	e, t := p.b.Env, &p.b.Env.T.Asking
	out = append([]page.Line{page.Says(theme.Title, e.S(t.CardTitle)), {}}, p.toLines()...)
	words := e.S(t.NothingAttached)
	if n := len(p.request.Body.Attached); n > 0 {
		words = text.Sprintf(e.S(t.Attached), n)
	}
	out = append(out, page.Says(theme.Text, words))
	if !p.wrong.None() {
		out = append(out, page.Says(theme.Critical, "! "+e.Words(p.wrong)))
	}
	return append(out, page.Line{}, page.Says(theme.Strong, e.S(t.CardKeys)))
}

// toldLines are how far it has come, and what that means.
func (p *Page) toldLines() (out []page.Line) {
	e, t, w, r := p.b.Env, &p.b.Env.T.Asking, &p.b.Env.T.Writing, p.told
	now := r // what waited may have gone meanwhile
	if i := slices.IndexFunc(e.Day.Asked.All, func(x ehrdesk.Request) bool { return x.ID == r.ID }); i >= 0 {
		now = &e.Day.Asked.All[i]
	}
	st, state, more := theme.Good, w.Sent, t.SentMore
	switch now.Waits {
	case ehrdesk.DepositWaits:
		st, state, more = theme.Abnormal, w.WaitsLine, t.WaitsMore
	case ehrdesk.DepositRefused:
		st, state, more = theme.Critical, w.Refused, t.RefusedMore
	case ehrdesk.DepositSent, ehrdesk.DepositApproval:
	}
	out = append(out, page.Says(theme.Title, e.S(t.Told)), page.Says(st, e.S(state)+" · "+e.Facts().Moment(ehrdesk.At(r.Since()))), page.Says(theme.Text, text.Sprintf(e.S(more), ehrdesk.CleanLine(p.request.To.Name))))
	if now.Waits == ehrdesk.DepositRefused {
		out = append(out, page.Says(theme.Critical, text.Sprintf(e.S(t.Why), e.Reason(now.Why))))
	}
	return append(append(out, page.Line{}), p.toLines()...)
}

// Read says what stands on the page line by line.
func (p *Page) Read() (screen.Reading, bool) {
	e, t := p.b.Env, &p.b.Env.T.Asking
	switch {
	case !p.may() || p.job.Running() || p.of == nil:
		return screen.Reading{}, false
	case p.card:
		return page.Spoken(p.cardLines(), 0), true
	case p.told != nil:
		return page.Spoken(p.toldLines(), 0), true
	case p.step == choosing:
		return page.Spoken(append([]page.Line{page.Says(theme.Title, e.S(t.Where))}, p.whereLines()...), p.where.sel), true
	case p.step == attachingTo:
		return page.Spoken(append([]page.Line{page.Says(theme.Title, p.attachTitle())}, p.attachLines()...), p.attach.sel), true
	}
	return page.Spoken(p.shownLines(), 0), true
}
