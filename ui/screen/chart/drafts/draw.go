package drafts

import (
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// widest is as wide as words run: longer lines are not read.
const widest = 100

// line is a row of the page in a style.
type line struct {
	style paint.Style
	words string
}

// Draw paints the card, the draft that is read, or the list.
func (p *Page) Draw(c *paint.Canvas, r paint.Rect, focus bool) {
	e, t := p.b.Env, &p.b.Env.T.Drafts
	if focus {
		c.SetCursor(r.X, r.Y)
	}
	if p.card == nil && p.reading() == nil {
		c.Put(r.X, r.Y, r.Right(), theme.Title, e.S(t.Title))
		p.drawList(c, r.From(1), focus)
		return
	}
	rows := wrapped(p.cardLines(), r.W)
	if d := p.reading(); p.card == nil && d != nil {
		rows = wrapped(p.draftLines(d), r.W)
	}
	from := 0
	if p.card == nil {
		from = p.scroll.Fit(len(rows), r.H)
	} else if over := len(rows) - r.H; over > 0 { // what is asked, and the keys, are at the end
		rows = append(rows[:1:1], rows[over+1:]...)
	}
	for i := from; i < len(rows) && i-from < r.H; i++ {
		l := rows[i]
		if l.style == theme.Draft {
			c.Fill(paint.Rect{X: r.X, Y: r.Y + i - from, W: min(r.W, widest), H: 1}, theme.Draft, ' ')
		}
		c.Put(r.X, r.Y+i-from, r.Right(), l.style, l.words)
	}
	if len(rows)-from > r.H {
		c.Put(r.Right()-3, r.Bottom()-1, r.Right(), theme.Muted, "▼")
	}
}

// wrapped are lines as rows of a width.
func wrapped(all []line, w int) (out []line) {
	for _, l := range all {
		if l.words == "" {
			out = append(out, l)
			continue
		}
		mark := ""
		if l.style == theme.Draft { // without colours too
			mark = "│ "
		}
		for _, row := range paint.Wrap(nil, l.words, min(w, widest)-len([]rune(mark))) {
			out = append(out, line{l.style, mark + row})
		}
	}
	return out
}

// drawList paints a row a program and two a draft, what has the focus in sight.
func (p *Page) drawList(c *paint.Canvas, r paint.Rect, focus bool) {
	e, t := p.b.Env, &p.b.Env.T.Drafts
	if !p.making.Have() {
		if words := p.making.Slow(p.b, t.Making); words != "" {
			c.Put(r.X, r.Y, r.Right(), theme.Syncing, words)
		}
		return
	}
	items := p.items()
	if p.sel < p.top {
		p.top = p.sel
	}
	for p.top < p.sel && height(items[p.top:p.sel+1]) > r.H {
		p.top++
	}
	y := r.Y
	for i := p.top; i < len(items) && y+len(items[i]) <= r.Bottom(); i++ {
		for k, l := range items[i] {
			st := l.style
			if i == p.sel {
				st = theme.SelectedDim
				if focus {
					st = theme.Selected
				}
				c.Fill(paint.Rect{X: r.X + 1, Y: y, W: min(r.W, widest) - 1, H: 1}, st, ' ')
				if k == 0 {
					c.Put(r.X, y, r.Right(), st, "▸")
					if focus {
						c.SetCursor(r.X, y)
					}
				}
			}
			if k == 0 && focus {
				c.Item(r.X, y, i == p.sel)
			}
			c.Put(r.X+1, y, r.Right(), st, paint.Cut(l.words, r.W-1))
			y++
		}
	}
	if len(p.mine()) == 0 && y < r.Bottom() {
		c.Put(r.X+1, y, r.Right(), theme.Muted, e.S(t.None))
	}
}

func height(items [][]line) (n int) {
	for _, it := range items {
		n += len(it)
	}
	return n
}

// items are the programs and the drafts, each with its rows.
func (p *Page) items() (out [][]line) {
	e, t := p.b.Env, &p.b.Env.T.Drafts
	for _, of := range Programs(e) {
		words := text.Sprintf(e.S(t.Ask), ProgramName(of.Name, of.Version))
		if does := label(e.Lang, &of); does != "" {
			words += " – " + does
		}
		out = append(out, []line{{theme.Strong, words}})
	}
	all := p.mine()
	for i := range all {
		d := &all[i]
		out = append(out, []line{{theme.Draft, p.mark(d)}, {theme.Text, "  " + p.headOf(d)}})
	}
	return out
}

// draftLines are a draft as it is read: what it is, each line of it in a draft's own colour, and what it is not.
func (p *Page) draftLines(d *ehrdesk.Draft) (out []line) {
	e, t := p.b.Env, &p.b.Env.T.Drafts
	out = append(out, line{theme.Title, p.mark(d)}, line{theme.Abnormal, e.S(t.NoRecord)})
	if d.Source != nil && len(d.Source.Fields) > 0 {
		names := make([]string, 0, len(d.Source.Fields))
		for _, k := range d.Source.Fields {
			names = append(names, e.S(e.T.KindName(k)))
		}
		out = append(out, line{theme.Muted, text.Sprintf(e.S(t.Given), strings.Join(names, ", "))})
	}
	out = append(out, line{})
	for l := range strings.SplitSeq(d.Text, "\n") {
		if l == "" {
			l = " "
		}
		out = append(out, line{theme.Draft, l})
	}
	if d.Cut {
		out = append(out, line{theme.Abnormal, "! " + e.S(t.Cut)})
	}
	return out
}

// cardLines are what is asked: of a program what it would be given, where that goes, and what is not given.
func (p *Page) cardLines() (out []line) {
	e, t, k := p.b.Env, &p.b.Env.T.Drafts, p.card
	if k == nil {
		return nil
	}
	if k.ask == nil {
		if d := p.at(); d != nil {
			out = append(out, line{theme.Title, p.mark(d)})
		}
		return append(out, line{theme.Critical, "! " + e.S(t.DiscardAsk)}, line{}, line{theme.Strong, e.S(t.DiscardKeys)})
	}
	name := ProgramName(k.ask.Name, k.ask.Version)
	out = append(out, line{theme.Title, text.Sprintf(e.S(t.CardTitle), name)})
	if does := label(e.Lang, k.ask); does != "" {
		out = append(out, line{theme.Text, does})
	}
	out = append(out, p.hostLine(k.ask))
	naming := 0
	for i := range k.fields {
		f := &k.fields[i]
		out = append(out, line{theme.Text, text.Sprintf(e.S(t.GivenTitle), p.fieldWords(f))})
		naming += f.Naming
	}
	who := p.b.Chart.Patient()
	age := e.S(t.NoAge)
	if y := who.Years(e.Now()); y >= 0 {
		age = strconv.Itoa(y)
	}
	out = append(out, line{theme.Text, text.Sprintf(e.S(t.GivenTitle), text.Sprintf(e.S(t.AlsoGiven), age, e.S(e.T.Patient.GenderName(who.Gender))))})
	not := e.S(t.Restricted)
	if naming > 0 {
		not += " · " + text.Sprintf(e.S(t.Naming), naming)
	}
	out = append(out, line{theme.Muted, text.Sprintf(e.S(t.NotGiven), not)}, line{})
	switch {
	case k.job.Running():
		out = append(out, line{theme.Syncing, e.Progress(&k.job, t.Writing.Filled(name))})
	case !k.wrong.None():
		out = append(out, line{theme.Critical, "! " + e.Words(k.wrong)})
	}
	if !k.job.Running() {
		out = append(out, line{theme.Strong, e.S(t.CardKeys)})
	}
	return out
}

// hostLine says where the text goes.
func (p *Page) hostLine(of *ehrdesk.DraftProgram) line {
	e, t := p.b.Env, &p.b.Env.T.Drafts
	st, words := theme.Abnormal, e.S(t.Here)
	switch {
	case of.Held:
		st, words = theme.Text, e.S(t.HereHeld)
	case of.Host != "":
		st, words = theme.Critical, text.Sprintf(e.S(t.Elsewhere), ehrdesk.CleanLine(of.Host))
	}
	return line{st, text.Sprintf(e.S(t.RunsOn), words)}
}

// fieldWords say a field, and how much of it is given.
func (p *Page) fieldWords(f *Field) string {
	e, t := p.b.Env, &p.b.Env.T.Drafts
	words := e.S(e.T.KindName(f.Field)) + " · "
	switch f.Standing {
	case page.Hidden:
		return words + e.S(t.NotForRole)
	case page.Seen:
		words += text.Sprintf(e.S(t.Lines), len(f.Lines))
	default: // of the others some may not be seen
		words += text.Sprintf(e.S(t.Lines), len(f.Lines)) + " · " + e.S(t.NotSeen)
	}
	if f.More > 0 {
		words += " · " + text.Sprintf(e.S(t.NotGiven), text.Sprintf(e.S(t.More), f.More, ehrdesk.DraftMostLines))
	}
	return words
}
