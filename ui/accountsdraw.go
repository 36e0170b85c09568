package ui

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

var (
	_ screen.Footer = (*accounts)(nil)
	_ screen.Reader = (*accounts)(nil)
)

// Foot ranks the keys by what is in front: the question, the form, the list.
func (a *accounts) Foot() []intent.ID {
	switch {
	case a.asking != nil:
		return []intent.ID{intent.Accept, intent.Back}
	case a.form != nil:
		return []intent.ID{intent.Accept, intent.NextPane, intent.Back}
	}
	return []intent.ID{intent.Accept, intent.EndAccount, intent.ExtendAccount, intent.CloseAccount, intent.EndDesk, intent.OtherView, intent.Recheck, intent.Back}
}

// FootFor offers an act where it can be done to the row in focus.
func (a *accounts) FootFor(id intent.ID) (keys, word string, offered bool) {
	e := a.m.env
	entry, _ := a.m.keys.Entry(id)
	act, acts := map[intent.ID]string{intent.EndAccount: "expire", intent.ExtendAccount: "extend", intent.CloseAccount: "close", intent.EndDesk: "end-desk"}[id]
	word = e.S(entry.Hint)
	switch {
	case acts:
		return entry.Label(), word, a.why(act) == ""
	case id == intent.Accept && a.asking == nil && a.form == nil:
		unfold, _ := a.m.keys.Entry(intent.Fold)
		r := a.row()
		return entry.Label(), e.S(unfold.Hint), r != nil && len(r.of.Desks) > 0 && !a.papers
	}
	return entry.Label(), word, true
}

func (a *accounts) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := a.m.env, &a.m.env.T.Accounts
	c.Fill(r, theme.Dialog, ' ')
	in := paint.Rect{X: r.X + 2, Y: r.Y, W: min(r.W-4, 150), H: r.H}
	x := c.Put(in.X, in.Y, in.Right(), theme.Title, e.S(t.Title))
	c.SetCursor(in.X, in.Y)
	body := in.From(3)
	switch {
	case a.asking != nil:
		n := widget.Para(c, body, theme.Critical, "! "+a.question())
		c.Put(body.X, body.Y+n+1, body.Right(), theme.Strong, e.S(t.Keys))
		c.SetCursor(body.X, body.Y+n+1)
		return
	case a.form != nil:
		a.drawForm(c, body)
		return
	case a.act.Running():
		c.Put(x+2, in.Y, in.Right(), theme.Syncing, e.Progress(&a.act.Job, t.Doing))
	case a.job.Running():
		c.Put(x+2, in.Y, in.Right(), theme.Syncing, e.Progress(&a.job, t.Loading))
	case a.loaded:
		c.Put(x+2, in.Y, in.Right(), theme.Muted, text.Sprintf(e.S(t.Count), len(a.all.Accounts)))
	}
	if a.wrong != nil && !a.job.Running() {
		body = body.From(widget.Para(c, in.From(2), theme.Critical, "! "+a.fault()))
	}
	if !a.loaded {
		return
	}
	x = in.X
	for i, name := range t.Views {
		st, words := theme.Muted, e.S(name)
		if (i == 1) == a.papers {
			st, words = theme.Strong, "["+words+"]"
		}
		x = c.Put(x, in.Y+1, in.Right(), st, words) + 2
	}
	if a.papers {
		for i, words := range a.checklist() {
			if i < body.H {
				c.Put(body.X, body.Y+i, body.Right(), theme.Dialog, paint.Cut(words, body.W))
			}
		}
		return
	}
	a.drawList(c, body)
}

// fault is what kept the accounts from being had.
func (a *accounts) fault() string {
	if a.noAdministrator(a.wrong) {
		return a.m.env.S(a.m.env.T.Accounts.NotYours)
	}
	return a.m.env.ExplainLine(a.wrong)
}

// question is what is asked before an act.
func (a *accounts) question() string {
	e, t, q := a.m.env, &a.m.env.T.Accounts, a.asking
	if q.act.Since.IsZero() {
		return text.Sprintf(e.S(t.Ask[q.act.Act]), q.who)
	}
	return text.Sprintf(e.S(t.AskOn[q.act.Act]), q.who, ehrdesk.At(q.act.Since.In(ehrdesk.HongKong())).Date())
}

func (a *accounts) drawForm(c *paint.Canvas, r paint.Rect) {
	e, t, f := a.m.env, &a.m.env.T.Accounts, a.form
	c.Put(r.X, r.Y, r.Right(), theme.Strong, paint.Cut(text.Sprintf(e.S(t.Form[f.act]), f.who), r.W))
	y := f.Draw(c, paint.Rect{X: r.X, Y: r.Y + 2, W: r.W, H: 3}, true)
	hint := t.DayHint
	if f.act == "extend" {
		hint = t.NoEndHint
	}
	widget.Para(c, r.From(y-r.Y+1), theme.Muted, e.S(hint))
}

// checklist is which documents the provider has to show and how each stands, a line each.
func (a *accounts) checklist() (out []string) {
	e, t := a.m.env, &a.m.env.T.Accounts
	if !a.all.Known {
		return []string{e.S(t.Unknown)}
	}
	out = append(out, text.Sprintf(e.S(t.Establishment), ehrdesk.CleanLine(a.all.Establishment)))
	for _, p := range a.all.Papers {
		state := ehrdesk.CleanLine(p.State)
		if words, ok := t.Papers[p.State]; ok {
			state = e.S(words)
		}
		out = append(out, state+": "+ehrdesk.CleanLine(p.Name))
	}
	return out
}

// drawList is the rows, and below them all of the one in focus.
func (a *accounts) drawList(c *paint.Canvas, body paint.Rect) {
	e, t := a.m.env, &a.m.env.T.Accounts
	const details = 6
	list := paint.Rect{X: body.X, Y: body.Y, W: body.W, H: max(1, body.H-details-1)}
	if len(a.rows) == 0 {
		widget.Para(c, list, theme.Dialog, e.S(t.None))
		return
	}
	first := max(0, min(a.sel-list.H/2, len(a.rows)-list.H))
	for i := 0; i < list.H && first+i < len(a.rows); i++ {
		a.drawRow(c, list, list.Y+i, &a.rows[first+i], first+i == a.sel)
	}
	c.HLine(body.X, list.Bottom(), body.Right(), theme.Rule)
	var pairs []widget.Pair
	for _, p := range a.details(&a.rows[a.sel]) {
		pairs = append(pairs, widget.Pair{Label: p[0], Value: p[1], Style: theme.Dialog, LabelStyle: theme.Label})
	}
	widget.Flow(c, paint.Rect{X: body.X, Y: list.Bottom() + 1, W: body.W, H: details}, pairs, 3, true)
}

func (a *accounts) drawRow(c *paint.Canvas, r paint.Rect, y int, row *accountRow, selected bool) {
	st := theme.Dialog
	if selected {
		st = theme.Selected
		c.Fill(paint.Rect{X: r.X - 1, Y: y, W: r.W + 1, H: 1}, st, ' ')
		c.Put(r.X-1, y, r.Right(), st, "▸")
		c.SetCursor(r.X, y)
	}
	c.Item(r.X, y, selected)
	parts := a.parts(row)
	if row.desk != nil {
		c.Put(r.X+4, y, r.Right(), st, paint.Cut(strings.Join(parts, " · "), r.W-4))
		return
	}
	at := []int{0, 9, 28, 41}
	if r.W >= 120 {
		at = []int{0, 14, 50, 72}
	}
	for i := range 3 {
		c.Put(r.X+at[i], y, r.X+at[i+1]-1, st, paint.Cut(parts[i], at[i+1]-at[i]-1))
	}
	if state := row.of.State; !selected && state != "active" {
		st = theme.Abnormal
	}
	c.Put(r.X+at[3], y, r.Right(), st, paint.Cut(strings.Join(parts[3:], " · "), r.W-at[3]))
}

// parts are what a row says, one after the other.
func (a *accounts) parts(row *accountRow) []string {
	e, t, w := a.m.env, &a.m.env.T.Accounts, row.of
	if d := row.desk; d != nil {
		in := t.SignedOut
		if d.SignedIn {
			in = t.SignedIn
		}
		return []string{e.S(t.Desk) + " " + ehrdesk.CleanLine(d.Key), e.S(in)}
	}
	out := []string{ehrdesk.CleanLine(w.Staff), ehrdesk.CleanLine(w.Name), e.RoleName(w.Role), a.state(w.State)}
	for _, end := range w.Ends {
		if !end.Over(e.Now()) {
			out = append(out, a.end(&end))
		}
	}
	return append(out, a.desks(w))
}

// desks is on how many an account is enrolled, and on how many of them it is signed in.
func (a *accounts) desks(w *ehrdesk.StaffAccount) string {
	e, t, in := a.m.env, &a.m.env.T.Accounts, 0
	for _, d := range w.Desks {
		if d.SignedIn {
			in++
		}
	}
	if in > 0 {
		return text.Sprintf(e.S(t.DesksIn), len(w.Desks), in)
	}
	return text.Sprintf(e.S(t.Desks), len(w.Desks))
}

// state is the word for a state; one that nobody has a word for is its own.
func (a *accounts) state(s string) string {
	if words, ok := a.m.env.T.Accounts.States[s]; ok {
		return a.m.env.S(words)
	}
	return ehrdesk.CleanLine(s)
}

// end says what ends and when, in the words that the person's own screens have.
func (a *accounts) end(end *ehrdesk.End) string {
	e := a.m.env
	what := e.S(e.T.Ends.Soon(end.Of))
	when := func(at time.Time) string { return ehrdesk.At(at.In(ehrdesk.HongKong())).DateTime() }
	if !end.Since.After(e.Now()) {
		words := what + ": " + text.Sprintf(e.S(e.T.Accounts.Over), when(end.Since))
		if !end.Until.IsZero() {
			words += text.Sprintf(e.S(e.T.Ends.Until), when(end.Until))
		}
		return words
	}
	return text.Sprintf(e.S(e.T.Ends.Last), what, ehrdesk.At(end.Since.Add(-1).In(ehrdesk.HongKong())).Date(), end.DaysLeft(e.Now()))
}

// details is everything of a row: a label and a value each.
func (a *accounts) details(row *accountRow) (out [][2]string) {
	e, t := a.m.env, &a.m.env.T.Accounts
	add := func(label text.T, value string) { out = append(out, [2]string{e.S(label), value}) }
	when := e.Now().Location()
	add(t.Name, ehrdesk.CleanLine(row.of.Name))
	if d := row.desk; d != nil {
		add(t.Desk, ehrdesk.CleanLine(d.Key))
		add(t.Since, ehrdesk.At(d.Since.In(when)).DateTime())
		if !d.Seen.IsZero() {
			add(t.Seen, ehrdesk.At(d.Seen.In(when)).DateTime())
		}
		add(t.State, a.parts(row)[1])
		return out
	}
	state := a.state(row.of.State)
	if row.of.Administrator {
		state += " · " + e.S(t.Administrator)
	}
	add(t.State, state)
	for i := range row.of.Ends {
		end := &row.of.Ends[i]
		words := a.end(end)
		if reason := ehrdesk.CleanLine(end.Reason); reason != "" {
			words += " (" + reason + ")"
		}
		out = append(out, [2]string{"", words})
	}
	return append(out, [2]string{"", a.desks(row.of)})
}

// Read says the list line by line; a question and a form are read as they are drawn.
func (a *accounts) Read() (screen.Reading, bool) {
	e, t := a.m.env, &a.m.env.T.Accounts
	if a.asking != nil || a.form != nil || a.job.Running() || a.act.Running() || a.wrong != nil || !a.loaded {
		return screen.Reading{}, false
	}
	out := screen.Reading{Lines: []screen.Line{{Text: e.S(t.Title)}}}
	if a.papers {
		for _, words := range a.checklist() {
			out.Lines = append(out.Lines, screen.Line{Text: words})
		}
		return out, true
	}
	out.Sel, out.Total = a.sel+1, len(a.rows)
	for i := range a.rows {
		out.Lines = append(out.Lines, screen.Line{N: i + 1, Text: screen.Spoken(a.parts(&a.rows[i])...)})
	}
	if len(a.rows) == 0 {
		out.Sel = 0
		out.Lines = append(out.Lines, screen.Line{Text: e.S(t.None)})
		return out, true
	}
	for _, p := range a.details(&a.rows[a.sel]) {
		out.Lines = append(out.Lines, screen.Line{Text: strings.TrimSpace(p[0] + " " + p[1])})
	}
	return out, true
}
