package signin

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

var sprintf = text.Sprintf

type enrolledMsg = screen.Done[ehrdesk.Account]

// form is the enrolment form: five fields, three of them masked.
type form struct {
	fields [5]widget.Input
	focus  int
	wrong  screen.Wrong
}

const (
	fieldCentral = iota
	fieldStaff
	fieldCode
	fieldPass
	fieldAgain
)

func newForm() *form {
	f := &form{}
	f.fields[fieldCentral].Set(scheme)
	for _, i := range []int{fieldCode, fieldPass, fieldAgain} {
		f.fields[i].Masked = true
	}
	return f
}

// scheme is what an address begins with, and is none by itself.
const scheme = "https://"

// names are what the fields are called, in their order.
func (f *form) names(t *text.SignIn) [5]text.T {
	return [5]text.T{t.Central, t.Staff, t.Code, t.Passphrase, t.Again}
}

// lacks says what is wrong with a field, and goes there.
func (f *form) lacks(field int, words text.T) { f.focus, f.wrong = field, screen.Saying(words) }

func (f *form) field() *widget.Input { return &f.fields[f.focus] }

func (f *form) clear() {
	for i := range f.fields {
		f.fields[i].Clear()
	}
}

func (s *Screen) handleEnrol(in intent.Intent) tea.Cmd {
	f := s.enrol
	switch in.ID {
	case intent.NextPane, intent.Down:
		f.focus = (f.focus + 1) % len(f.fields)
	case intent.PrevPane, intent.Up:
		f.focus = (f.focus + len(f.fields) - 1) % len(f.fields)
	case intent.Edited:
		f.wrong = screen.Wrong{}
	case intent.Back:
		f.clear()
		s.enrol = nil
	case intent.Accept:
		if f.focus < fieldAgain {
			f.focus++
			return nil
		}
		return s.submitEnrol()
	}
	return nil
}

func (s *Screen) submitEnrol() tea.Cmd {
	f, t := s.enrol, &s.env.T.SignIn
	for i, name := range f.names(t) {
		switch typed := strings.TrimSpace(f.fields[i].Text()); {
		case typed == "" || i == fieldCentral && typed == scheme:
			f.lacks(i, t.Needed.With(name))
			return nil
		case i == fieldPass && f.fields[i].Len() < 8:
			f.lacks(i, t.PassShort)
			return nil
		}
	}
	pass, again := f.fields[fieldPass].Secret(), f.fields[fieldAgain].Secret()
	differ := !bytes.Equal(pass.Bytes(), again.Bytes())
	again.Wipe()
	if differ {
		pass.Wipe()
		f.lacks(fieldAgain, t.Differ)
		f.fields[fieldAgain].Clear()
		return nil
	}
	e := ehrdesk.Enrolment{
		Central: strings.TrimSpace(f.fields[fieldCentral].Text()), Staff: strings.TrimSpace(f.fields[fieldStaff].Text()),
		Code:       ehrdesk.NewSecret(strings.TrimSpace(f.fields[fieldCode].Text())),
		Passphrase: pass,
	}
	desk := s.env.Desk
	var cmd tea.Cmd
	s.job, cmd = screen.Start(s.env, time.Minute, "", func(ctx context.Context) (ehrdesk.Account, error) {
		defer pass.Wipe()
		return desk.Enrol(ctx, e)
	})
	return cmd
}

func (s *Screen) enrolled(m enrolledMsg) (tea.Cmd, bool) {
	if !s.job.Takes(m.Req) {
		return nil, false
	}
	t := &s.env.T.SignIn
	if s.enrol == nil {
		return nil, true
	}
	switch ehrdesk.CodeOf(m.Err) {
	case "":
		s.enrol.clear()
		s.enrol = nil
		s.env.Say(s.env.S(t.Enrolled))
		return s.load(), true
	case ehrdesk.CodeDenied:
		s.enrol.lacks(fieldCode, t.CodeRefused)
		if end := (*ehrdesk.End)(nil); errors.As(m.Err, &end) { // the code is good, and stays so
			s.enrol.wrong = screen.Failed(m.Err)
		}
	case ehrdesk.CodeConflict:
		s.enrol.lacks(fieldStaff, t.Taken)
	default:
		s.enrol.wrong = screen.Failed(m.Err)
	}
	if weak := (*ehrdesk.WeakPassphrase)(nil); errors.As(m.Err, &weak) { // the code was not used
		s.enrol.fields[fieldPass].Clear()
		s.enrol.fields[fieldAgain].Clear()
		s.enrol.focus = fieldPass
		return nil, true
	}
	s.enrol.fields[fieldCode].Clear()
	return nil, true
}

func (s *Screen) drawEnrol(c *paint.Canvas, r paint.Rect) {
	e, t, f := s.env, &s.env.T.SignIn, s.enrol
	c.Put(r.X, r.Y, r.Right(), theme.Title, e.S(t.EnrolTitle))
	labels := f.names(t)
	w := 0
	for _, l := range labels {
		w = max(w, paint.Width(e.S(l)))
	}
	y := r.Y + 2
	for i, l := range labels {
		c.Put(r.X, y, r.Right(), theme.Label, e.S(l))
		f.fields[i].Draw(c, r.X+w+2, y, min(50, r.W-w-2), i == f.focus && !s.job.Running())
		y += 2
	}
	switch {
	case s.job.Running():
		c.Put(r.X, y, r.Right(), theme.Syncing, e.Progress(&s.job, t.Enrolling))
	case !f.wrong.None():
		widget.Para(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 3}, theme.Critical, "! "+e.Words(f.wrong))
	}
}
