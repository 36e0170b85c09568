package ui

import (
	"fmt"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

var _ screen.Footer = (*accessLog)(nil)

// Foot ranks the keys by what is in front: the question, the choices, the field, the list.
func (l *accessLog) Foot() []intent.ID {
	switch {
	case l.asking:
		return []intent.ID{intent.Accept, intent.Back}
	case l.chooser != nil:
		return []intent.ID{intent.Accept, intent.Filter, intent.Back}
	case l.typing:
		return []intent.ID{intent.Accept, intent.NextPane, intent.Back}
	}
	return []intent.ID{intent.Search, intent.Filter, intent.NextPane, intent.OtherView, intent.SaveReport, intent.Back, intent.Find, intent.Language}
}

// FootFor are the words of keys that the catalogue has others for. A view that nobody here is
// given, and a file that cannot be written, are not offered.
func (l *accessLog) FootFor(id intent.ID) (keys, word string, offered bool) {
	e, t := l.m.env, &l.m.env.T.Log
	entry, _ := l.m.keys.Entry(id)
	keys = entry.Label()
	switch id {
	case intent.Accept:
		switch {
		case l.asking:
			return keys, e.S(e.T.Log.EndIt), true
		case l.chooser != nil:
			return keys, e.S(t.SetIt), true
		}
		return keys, e.S(t.EndIt), true
	case intent.NextPane:
		return keys, e.S(entry.Hint), len(l.selections()) > 1
	case intent.OtherView:
		return keys, e.S(entry.Hint), e.Session != nil && e.Account().Role.ReadsLogs()
	case intent.SaveReport:
		return keys, e.S(entry.Hint), l.m.reports != nil
	}
	return keys, e.S(entry.Hint), true
}

func (l *accessLog) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := l.m.env, &l.m.env.T.Log
	c.Fill(r, theme.Dialog, ' ')
	in := paint.Rect{X: r.X + 2, Y: r.Y, W: min(r.W-4, 150), H: r.H}
	x := c.Put(in.X, in.Y, in.Right(), theme.Title, e.S(t.Titles[l.view]))
	c.SetCursor(in.X, in.Y)
	job, wrong, wait := &l.job, l.wrong, t.Loading
	if l.view != logHere {
		job, wrong, wait = &l.other.job, l.other.wrong, t.Comparing
	}
	if job.Running() {
		c.Put(in.X, in.Y+2, in.Right(), theme.Syncing, e.Progress(job, wait))
		return
	}
	if wrong != nil {
		words := e.ExplainLine(wrong)
		if l.view == logHere && ehrdesk.CodeOf(wrong) == ehrdesk.CodeTampered {
			words = e.S(t.Broken)
		}
		used := widget.Para(c, in.From(2), theme.Critical, "! "+words)
		if !l.ready() {
			return
		}
		in = in.From(2 + used)
	}
	x = c.Put(x+2, r.Y, in.Right(), theme.Muted, text.Sprintf(e.S(t.Entries), len(l.shown), len(l.rows)))
	switch {
	case l.saving.Running():
		c.Put(x+2, r.Y, in.Right(), theme.Syncing, e.Progress(&l.saving, t.Saving))
	case l.view != logHere:
		c.Put(x+2, r.Y, in.Right(), theme.Muted, paint.Cut(e.S(t.Week), in.Right()-x-2))
	case wrong == nil:
		c.Put(x+2, r.Y, in.Right(), theme.Good, "● "+e.S(t.Unbroken))
	}
	l.drawSelection(c, in)
	body := paint.Rect{X: in.X, Y: in.Y + 4, W: in.W, H: max(1, in.H-4)}
	switch {
	case l.asking:
		n := widget.Para(c, body, theme.Critical, "! "+text.Sprintf(e.S(t.Save), len(l.shown)))
		c.Put(body.X, body.Y+n+1, body.Right(), theme.Strong, e.S(t.SaveKeys))
		c.SetCursor(body.X, body.Y+n+1)
	case l.chooser != nil:
		l.drawFilter(c, body)
	default:
		l.drawList(c, body)
	}
}

// drawSelection is which log, what of it, and by what it is narrowed: two rows below the title.
func (l *accessLog) drawSelection(c *paint.Canvas, in paint.Rect) {
	e, t := l.m.env, &l.m.env.T.Log
	x := c.Put(in.X, in.Y+1, in.Right(), theme.Label, e.S(t.Narrow)+"  ")
	w := min(36, in.Right()-x)
	l.in.Draw(c, x, in.Y+1, w, l.typing)
	c.Put(x+w+2, in.Y+1, in.Right(), theme.Strong, paint.Cut("‹ "+e.S(l.selections()[l.turned])+" ›", in.Right()-x-w-2))
	x = in.X
	if e.Session != nil && e.Account().Role.ReadsLogs() {
		for i, name := range t.Views {
			st, words := theme.Muted, e.S(name)
			if logView(i) == l.view {
				st, words = theme.Strong, "["+words+"]"
			}
			x = c.Put(x, in.Y+2, in.Right(), st, words) + 2
		}
	}
	words := l.filtered()
	if n := l.other.c.Unreadable; l.view == logBeside && n > 0 {
		words = text.Sprintf(e.S(t.Unreadable), n) + map[bool]string{true: " · ", false: ""}[words != ""] + words
	}
	if words != "" {
		c.Put(x, in.Y+2, in.Right(), theme.Strong, paint.Cut(words, in.Right()-x))
	}
}

// drawList is the rows, and below them all of the selected one.
func (l *accessLog) drawList(c *paint.Canvas, body paint.Rect) {
	const details = 5
	list := paint.Rect{X: body.X, Y: body.Y, W: body.W, H: max(1, body.H-details-1)}
	if len(l.shown) == 0 {
		widget.Para(c, list, theme.Dialog, l.none())
		return
	}
	first := max(0, min(l.sel-list.H/2, len(l.shown)-list.H))
	for i := 0; i < list.H && first+i < len(l.shown); i++ {
		l.row(c, list, list.Y+i, &l.rows[l.shown[first+i]], first+i == l.sel)
	}
	c.HLine(body.X, list.Bottom(), body.Right(), theme.Rule)
	l.detail(c, paint.Rect{X: body.X, Y: list.Bottom() + 1, W: body.W, H: details}, &l.rows[l.shown[l.sel]])
}

// row is one entry: when, who, which patient, what, and what is to be said of it.
func (l *accessLog) row(c *paint.Canvas, r paint.Rect, y int, row *logRow, selected bool) {
	st, note := theme.Dialog, theme.Muted
	if selected {
		st, note = theme.Selected, theme.Selected
		c.Fill(paint.Rect{X: r.X - 1, Y: y, W: r.W + 1, H: 1}, st, ' ')
	}
	c.Item(r.X, y, selected)
	if selected {
		c.Put(r.X-1, y, r.Right(), st, "▸")
	}
	c.Put(r.X, y, r.Right(), st, l.when(row))
	c.Put(r.X+22, y, r.X+33, st, ehrdesk.CleanLine(row.e.Staff))
	c.Put(r.X+34, y, r.X+43, note, short(ehrdesk.CleanLine(row.e.Patient)))
	x, action, words := r.X+44, l.action(row.e.Action), l.remark(row)
	out := st
	if grave := row.compare == nil || row.compare.Difference.Fault(); !selected && grave {
		out = theme.Abnormal
	}
	if l.view != logHere && words != "" { // how the two differ, or why it is marked, is what is looked for
		if paint.Width(words) > r.Right()-x {
			words = l.inShort(row)
		}
		x = c.Put(x, y, r.Right(), out, paint.Cut(words, r.Right()-x))
		if action = "– " + action; x+1+paint.Width(action) <= r.Right() { // whole, or below alone
			c.Put(x+1, y, r.Right(), note, action)
		}
		return
	}
	x = c.Put(x, y, r.Right(), st, action)
	if words != "" {
		c.Put(x+1, y, r.Right(), out, paint.Cut("– "+words, r.Right()-x-1))
	}
}

// short is the beginning of a centre's id, enough to tell neighbours apart.
func short(id string) string {
	if len(id) > 8 {
		return id[:8]
	}
	return id
}

// detail is everything a row holds.
func (l *accessLog) detail(c *paint.Canvas, r paint.Rect, row *logRow) {
	env, t, e := l.m.env, &l.m.env.T.Log, row.e
	var pairs []widget.Pair
	add := func(label text.T, value string) {
		if value != "" {
			pairs = append(pairs, widget.Pair{Label: env.S(label), Value: ehrdesk.CleanLine(value), Style: theme.Dialog, LabelStyle: theme.Label})
		}
	}
	if row.seq > 0 {
		add(t.Entry, fmt.Sprint(row.seq))
	}
	if row.compare != nil {
		add(t.Differs, l.remark(row))
	}
	if l.view != logHere {
		add(t.Act, l.action(e.Action))
	}
	if o := row.centre; o != nil {
		add(t.AtCentre, o.At.In(env.Now().Location()).Format("02-Jan-2006 15:04:05"))
		if !o.Told.IsZero() {
			add(t.Told, o.Told.In(env.Now().Location()).Format("02-Jan-2006 15:04:05"))
		}
		add(t.Marks, l.marks(o.Marks))
		add(t.Found, l.foundAgain(o))
	}
	if e.TimeUncertain {
		add(t.Time, env.S(t.Unsure))
	}
	add(t.Who, e.Staff)
	add(t.Role, env.RoleName(e.Role))
	add(t.Where, e.Location)
	add(t.Patient, e.Patient)
	if e.Purpose != "" {
		add(t.Purpose, env.S(env.T.Find.Purpose(e.Purpose)))
	}
	if _, known := t.Incidents[e.Reason]; !known {
		add(t.Reason, e.Reason)
	}
	add(t.Outcome, l.outcome(e))
	add(t.Detail, e.Detail)
	if e.Card != nil {
		add(t.Card, env.S(env.T.Card.Proofs[e.Card.Proof])+" ("+e.Card.Profile+")")
	}
	widget.Flow(c, r, pairs, 3, true)
}
