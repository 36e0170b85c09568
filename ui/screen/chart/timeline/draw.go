package timeline

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	clinical "github.com/ehrdesk/ehrdesk/internal/clinical/timeline"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

const (
	dateCells   = 11 // 08-Apr-2026
	leastSource = 8
)

// Draw paints the strip of years and the rows around the one in focus.
func (p *Page) Draw(c *paint.Canvas, r paint.Rect, focus bool) {
	e, t := p.b.Env, &p.b.Env.T.Timeline
	if focus {
		c.SetCursor(r.X, r.Y)
	}
	x := c.Put(r.X, r.Y, r.Right(), theme.Title, e.S(e.T.Chart.Timeline)) + 1
	switch {
	case !p.making.Have():
		c.Put(r.X, r.Y+1, r.Right(), theme.Syncing, p.making.Slow(p.b, t.Making))
		return
	case len(p.entries) == 0:
		words, at := e.S(e.T.Chart.Nothing), theme.Text
		if when, _ := p.b.Chart.AsOf(); when.IsZero() {
			words, at = e.S(e.T.Chart.NotReceived), theme.Abnormal
		}
		c.Put(r.X, r.Y+1, r.Right(), at, paint.Cut(words, r.W))
		return
	}
	p.drawStrip(c, paint.Rect{X: x, Y: r.Y, W: r.Right() - x, H: 1})
	body := r.From(1)
	more := len(p.rows) > body.H
	if more {
		body.H--
	}
	p.page = max(1, body.H)
	switch {
	case p.sel < p.top+1:
		p.top = max(0, p.sel-1) // with the heading above
	case p.sel >= p.top+body.H:
		p.top = p.sel - body.H/2
	}
	p.top = min(max(p.top, 0), max(0, len(p.rows)-body.H))
	last := min(len(p.rows), p.top+body.H)
	for i := p.top; i < last; i++ {
		p.drawRow(c, paint.Rect{X: body.X, Y: body.Y + i - p.top, W: body.W, H: 1}, i, focus)
	}
	if below := len(p.rows) - last; more && below > 0 {
		c.Put(r.X, r.Bottom()-1, r.Right(), theme.Muted, text.Sprintf(e.S(e.T.Chart.Below), strconv.Itoa(below)))
	}
}

func (p *Page) drawRow(c *paint.Canvas, r paint.Rect, i int, focus bool) {
	w, e := &p.rows[i], &p.entries[p.rows[i].entry]
	if w.kind == year {
		c.Put(r.X, r.Y, r.Right(), theme.Title, p.heading(w))
		return
	}
	selected := i == p.sel
	if focus {
		c.Item(r.X, r.Y, selected)
	}
	strong, plain, muted, mark := theme.Strong, theme.Text, theme.Muted, " "
	if selected {
		st := theme.SelectedDim
		if focus {
			st = theme.Selected
			c.SetCursor(r.X, r.Y)
		}
		c.Fill(r, st, ' ')
		strong, plain, muted, mark = st, st, st, "▸"
	}
	x := c.Put(r.X, r.Y, r.Right(), muted, mark)
	l := p.say(w, e)
	if l.flagged && !selected {
		plain = theme.Abnormal
	}
	if l.struck {
		strong |= paint.Struck
	}
	if l.date != "" {
		c.Put(x, r.Y, x+dateCells, muted, l.date)
	}
	x += dateCells + 1 + l.indent
	room := r.Right() - x
	title := paint.Cut(l.title, room)
	x = c.Put(x, r.Y, r.Right(), strong, title)
	if l.value != "" && r.Right()-x > 2 {
		x = c.Put(x+2, r.Y, r.Right(), plain, paint.Cut(l.value, r.Right()-x-2))
	}
	if l.note != "" && r.Right()-x > 2+paint.Width(l.note) {
		x = c.Put(x+2, r.Y, r.Right(), muted, l.note)
	}
	if rest := r.Right() - x - 2; l.source != "" && rest >= leastSource {
		src := widget.Source(l.source, rest)
		c.Put(r.Right()-paint.Width(src), r.Y, r.Right(), muted, src)
	}
}

// heading is a year, with how many records it has.
func (p *Page) heading(w *row) string {
	y := p.yearOf(p.entries[w.entry].At)
	words := strconv.Itoa(y)
	if y == 0 {
		words = p.b.Env.S(p.b.Env.T.Chart.NoDate)
	}
	return words + " · " + strconv.Itoa(w.also)
}

// line is a row in words.
type line struct {
	date, title, value, note, source string
	indent                           int
	flagged, struck                  bool
}

func (p *Page) say(w *row, e *clinical.Entry) (l line) {
	env, t := p.b.Env, &p.b.Env.T.Timeline
	if w.kind == entry {
		l = line{date: p.b.Words().Date(e.At), source: ehrdesk.CleanLine(e.Source), note: p.counts(e)}
		if e.Visit == nil {
			l.title, l.note = p.counts(e), ""
			l.value = p.titles(e)
			return p.fresh(l, e)
		}
		said := p.b.Row(e.Visit)
		l.title, l.struck = said.Title, said.InError
		if why := p.why(e); why != "" {
			l.title, l.value = why, said.Title
		}
		booked := ""
		if e.Booked != nil {
			booked = env.S(t.Booked)
		}
		if l.value, l.note = join(l.note, l.value, booked), ""; e.Stay && l.title != said.Title { // what is cut is never that somebody was admitted
			l.value = join(said.Title, p.counts(e), booked)
		}
		return p.fresh(l, e)
	}
	said := p.b.Row(w.rec)
	l = line{title: said.Title, struck: said.InError, date: said.Day, flagged: said.Judged}
	lone := e.Visit == nil && len(e.Records) == 1
	if !lone {
		l.indent = 2
		if said.Day == p.b.Words().Date(e.At) {
			l.date = ""
		}
	}
	if lone || w.kind == copied || w.rec.Source != e.Source {
		l.source = ehrdesk.CleanLine(w.rec.Source)
	}
	if said.Name != "" {
		l.title = said.Name
	}
	if w.rec.Restricted {
		l.title, l.value = env.S(env.T.KindName(w.rec.Kind)), env.S(env.T.Chart.RestrictedRow)
		return l
	}
	l.value = join(said.Brief, said.Short, said.Status)
	if w.rec.Resource == "Appointment" { // one that was called off reads as one that stands, where its reason comes first and is cut
		l.value = join(said.Status, said.Brief, said.Short)
	}
	if w.kind == copied {
		l.title, l.indent = "= "+l.title, l.indent+2
	}
	if w.also > 0 {
		l.note = text.Sprintf(env.S(t.Copies), w.also)
	}
	if p.b.New(w.rec) {
		l.title = env.S(env.T.Chart.NewMark) + " " + l.title
	}
	l.title = p.b.Own(w.rec, l.title)
	return l
}

// fresh marks an entry with records that are new.
func (p *Page) fresh(l line, e *clinical.Entry) line {
	n := 0
	if e.Visit != nil && p.b.New(e.Visit) {
		n++
	}
	for i := range e.Records {
		if p.b.New(e.Records[i].Record) {
			n++
		}
	}
	if n > 0 {
		l.title = fmt.Sprintf("%s %d · ", p.b.Env.S(p.b.Env.T.Chart.NewMark), n) + l.title
	}
	if e.Visit != nil {
		l.title = p.b.Own(e.Visit, l.title)
	}
	return l
}

// why is what a visit was for.
func (p *Page) why(e *clinical.Entry) string {
	var out []string
	for i := range e.Why {
		if w := p.b.Words().Concept(e.Why[i]); w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, " · ")
}

// counts say what stands under an entry, by what a doctor looks for.
func (p *Page) counts(e *clinical.Entry) string {
	t := &p.b.Env.T.Timeline
	var n [5]int
	abnormal := 0
	n[0] = e.Drugs
	for i := range e.Records {
		r := e.Records[i].Record
		at := 4
		switch {
		case r == e.Booked, r.Kind == ehrdesk.KindMedication: // said in its own word, and counted by drugs
			continue
		case r.Resource == "Observation":
			at = 1
			if p.b.Row(r).Judged {
				abnormal++
			}
		case r.Kind == ehrdesk.KindDiagnosis:
			at = 2
		case r.Resource == "DiagnosticReport", r.Kind == ehrdesk.KindNote, r.Kind == ehrdesk.KindRadiology, r.Kind == ehrdesk.KindCertificate:
			at = 3
		}
		n[at]++
	}
	var out []string
	for i, words := range [...]text.T{t.Drugs, t.Results, t.Diagnoses, t.Reports, t.Others} {
		if n[i] == 0 {
			continue
		}
		said := text.Sprintf(p.b.Env.S(words), n[i])
		if i == 1 && abnormal > 0 {
			said += " (" + text.Sprintf(p.b.Env.S(t.Abnormal), abnormal) + ")"
		}
		out = append(out, said)
	}
	return strings.Join(out, " · ")
}

// titles name the first records of a day.
func (p *Page) titles(e *clinical.Entry) string {
	var out []string
	for i := range e.Records {
		if i == 6 {
			break
		}
		if r := e.Records[i].Record; !r.Restricted {
			out = append(out, p.b.Row(r).Title)
		}
	}
	return strings.Join(out, ", ")
}

func join(parts ...string) string {
	var out []string
	for _, s := range parts {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "  ")
}
