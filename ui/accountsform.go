package ui

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// accountForm asks of what an end is set or extended, from which day on, and why.
type accountForm struct {
	widget.Form
	act, staff, who string
	what, on        *widget.Row
	day, reason     widget.Input
}

// ending are what a User Administrator may end of a person, in the order of the form.
func ending() []ehrdesk.EndOf { return []ehrdesk.EndOf{ehrdesk.AccountEnds, ehrdesk.RegistrationEnds} }

func newAccountForm(e *screen.Env, act, staff, who string) *accountForm {
	t := &e.T.Accounts
	f := &accountForm{act: act, staff: staff, who: who, day: widget.Input{Max: 11}, reason: widget.Input{Max: 60}}
	label := func(words text.T) func() string { return func() string { return e.S(words) } }
	f.what = &widget.Row{Kind: widget.ChoiceRow, Label: label(t.What), Count: len(ending()), Option: func(i int) string { return e.S(e.T.Ends.Soon(ending()[i])) }}
	f.on = &widget.Row{Kind: widget.TextRow, Label: label(t.Day), Input: &f.day, Width: 14}
	f.Rows = []*widget.Row{f.what, f.on,
		{Kind: widget.TextRow, Label: label(t.Reason), Input: &f.reason, Width: 50, Hidden: func() bool { return act != "expire" }}}
	f.At = 1
	return f
}

// fill goes about in the form; Enter asks whether what stands there is to be done.
func (a *accounts) fill(in intent.Intent) {
	e, t, f := a.m.env, &a.m.env.T.Accounts, a.form
	switch in.ID {
	case intent.Back:
		a.form = nil
	case intent.Accept:
		act := ehrdesk.AccountAct{Act: f.act, Staff: f.staff, Of: ending()[f.what.Sel], Reason: strings.TrimSpace(f.reason.Text())}
		if day := strings.TrimSpace(f.day.Text()); day != "" {
			at, err := dayOf(day)
			switch {
			case err != nil:
				f.Focus(f.on)
				e.Warn(e.S(t.BadDay))
				return
			case f.act == "extend" && !at.After(e.Now()):
				f.Focus(f.on)
				e.Warn(e.S(t.NeedsDay))
				return
			}
			act.Since = at
		}
		a.asking = &accountAsk{act, f.who + ": " + e.S(e.T.Ends.Soon(act.Of))}
	default:
		f.Handle(in)
	}
}

// dayOf is midnight in Hong Kong at the beginning of a day, in the one form that dates have on
// the screen, or in that of the command line.
func dayOf(s string) (time.Time, error) {
	if at, err := time.ParseInLocation("2-Jan-2006", s, ehrdesk.HongKong()); err == nil {
		return at, nil
	}
	return time.ParseInLocation(time.DateOnly, s, ehrdesk.HongKong())
}
