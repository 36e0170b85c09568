package cases

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// filling is a form and what is written by it, on a screen of this package.
type filling struct {
	env     *screen.Env
	form    *form
	job     screen.Job // that writes it
	dir     directory
	dropped bool // a lock took what was typed
}

// scope is what is being filled in or asked; ok is false where nothing is.
func (f *filling) scope() (intent.Scope, bool) {
	switch {
	case f.form == nil:
		return 0, false
	case f.form.asks:
		return intent.CaseAsk, true
	}
	return intent.CaseFill, true
}

// Field is the one of the form.
func (f *filling) Field() *widget.Input {
	if f.form == nil || f.form.asks || f.job.Running() {
		return nil
	}
	switch one := f.form.field(); {
	case one.in != nil:
		return one.in
	case one.pick != nil:
		return &one.pick.in
	case one.facts != nil:
		return &one.facts.in
	}
	return nil
}

// handle fills the form, or answers what it asks; send is a yes.
func (f *filling) handle(in intent.Intent) (cmd tea.Cmd, send bool) {
	e, k := f.env, f.form
	sure := k.sure
	k.sure = false
	switch {
	case in.ID == intent.Back && f.job.Running(): // it goes on: the case says what became of it
		f.job.Drop()
		f.close()
	case f.job.Running():
		e.Warn(e.S(e.T.Common.StillRunning))
	case in.ID == intent.Back && k.asks && len(k.fields) > 0:
		k.asks, k.wrong = false, screen.Wrong{}
	case in.ID == intent.Back && f.Unsaved() && !sure:
		k.sure, k.wrong = true, screen.Saying(e.T.Cases.EscLoses)
	case in.ID == intent.Back:
		f.close()
	case in.ID == intent.StepYes:
		return nil, true
	case k.asks:
		k.scroll.Handle(in)
	case in.ID == intent.Preview, k.handle(e, in):
		if k.wrong = k.lacks(e); k.wrong.None() {
			k.asks = true
			k.scroll.Reset()
		}
	}
	return nil, false
}

// disabled says why a key does nothing in what is filled in.
func (f *filling) disabled(id intent.ID) string {
	t, k := &f.env.T.Cases, f.form
	switch {
	case k == nil || k.asks:
	case id == intent.Tick && !k.field().tick:
		return f.env.S(t.NotTick)
	case id == intent.RemoveRow && k.field().nothingIn():
		return f.env.S(t.NotPick)
	}
	return ""
}

func (f *filling) hint(id intent.ID) string {
	k, t := f.form, &f.env.T.Cases
	if id == intent.Tick {
		return f.env.S(t.YesNo)
	}
	if id != intent.Accept || k.asks {
		return ""
	}
	switch one := k.field(); {
	case one.long():
		return f.env.S(t.NewLine)
	case one.pick != nil && one.pick.sel > 0, one.facts != nil && one.facts.sel > 0:
		return f.env.S(t.AddIt)
	}
	return ""
}

// Unsaved reports that something was typed or chosen that would be lost.
func (f *filling) Unsaved() bool {
	if f.form == nil {
		return false
	}
	p := f.form.picked()
	return f.form.words() != "" || f.form.told() || f.form.act == text.CaseBegin && p != nil && len(p.chosen) > 0
}

func (f *filling) close() {
	if f.form != nil {
		f.form.forget()
	}
	f.form = nil
}

func (f *filling) leave() {
	f.job.Drop()
	f.dir.job.Stop()
	f.close()
}

func (f *filling) conceal() {
	f.dropped = f.Unsaved() && !f.job.Running()
	f.leave()
	f.dir = directory{}
}

func (f *filling) resumed() {
	if f.dropped {
		f.env.Warn(f.env.S(f.env.T.Cases.Dropped))
	}
	f.dropped = false
}
