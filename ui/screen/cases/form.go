package cases

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// longest is how many characters a message has at most: in any script they are within what a desk takes.
const longest = 16000

// form is what somebody is about to do: what it needs is filled in, and then it is shown as it leaves and asked about.
type form struct {
	act    text.CaseAct
	event  int    // that it answers, or is a receipt of; 0 for none
	waits  string // what is given up
	begun  string // the case that was begun, of a form whose message could not be kept
	fields []*field
	at     int
	asks   bool
	sure   bool          // Esc was pressed, and what it loses said
	scroll widget.Scroll // of what is shown as it leaves
	wrong  screen.Wrong
}

// field is one of: a text of several lines, people, one of several, yes or no.
type field struct {
	label   text.T
	in      *widget.Input
	pick    *pick
	choices []text.T
	at      int  // of choices
	tick    bool // it is yes or no
	yes     bool
}

func (k *form) text(label text.T) {
	k.fields = append(k.fields, &field{label: label, in: &widget.Input{Max: longest, Breaks: true}})
}

func (k *form) people(p *pick) { k.fields = append(k.fields, &field{label: p.label, pick: p}) }

func (k *form) choose(label text.T, choices []text.T) {
	k.fields = append(k.fields, &field{label: label, choices: choices})
}

func (k *form) ticks() { k.fields = append(k.fields, &field{tick: true}) }

func (k *form) field() *field { return k.fields[k.at] }

// of gives the first field for which ok holds; nil for none.
func (k *form) of(ok func(*field) bool) *field {
	if i := slices.IndexFunc(k.fields, ok); i >= 0 {
		return k.fields[i]
	}
	return nil
}

func (k *form) words() string {
	if f := k.of(func(f *field) bool { return f.in != nil }); f != nil {
		return strings.TrimSpace(ehrdesk.CleanColumns(f.in.Text()))
	}
	return ""
}

func (k *form) picked() *pick {
	if f := k.of(func(f *field) bool { return f.pick != nil }); f != nil {
		return f.pick
	}
	return nil
}

func (k *form) critical() bool {
	f := k.of(func(f *field) bool { return f.tick })
	return f != nil && f.yes
}

// choice is what of the n-th list of choices is chosen.
func (k *form) choice(n int) int {
	for _, f := range k.fields {
		if f.choices == nil {
			continue
		}
		if n == 0 {
			return f.at
		}
		n--
	}
	return 0
}

func (k *form) forget() {
	for _, f := range k.fields {
		if f.in != nil {
			f.in.Clear()
		}
	}
}

// handle goes about in what is filled in; last is Enter where nothing more is asked for.
func (k *form) handle(e *screen.Env, in intent.Intent) (last bool) {
	k.wrong = screen.Wrong{}
	f := k.field()
	switch in.ID {
	case intent.Up:
		k.up(f)
	case intent.Down:
		k.down(e, f)
	case intent.NextPane:
		k.at = (k.at + 1) % len(k.fields)
	case intent.PrevPane:
		k.at = (k.at + len(k.fields) - 1) % len(k.fields)
	case intent.Left, intent.Right:
		f.turn(map[intent.ID]int{intent.Left: -1, intent.Right: 1}[in.ID])
	case intent.Tick:
		f.turn(1)
	case intent.Edited:
		if f.pick != nil {
			f.pick.sel = 0
		}
	case intent.RemoveRow:
		if p := k.picked(); p != nil && len(p.chosen) > 0 {
			p.chosen = p.chosen[:len(p.chosen)-1]
		}
	case intent.Accept:
		return k.accept(e, f)
	default:
	}
	return false
}

func (k *form) up(f *field) {
	switch {
	case f.in != nil && f.in.Line(-1):
	case f.pick != nil && f.pick.sel > 0:
		f.pick.sel--
	default:
		k.at = max(k.at-1, 0)
	}
}

func (k *form) down(e *screen.Env, f *field) {
	switch {
	case f.in != nil && f.in.Line(1):
	case f.pick != nil && f.pick.sel < len(f.pick.shown(e)):
		f.pick.sel++
	default:
		k.at = min(k.at+1, len(k.fields)-1)
	}
}

// turn goes to the next of what is chosen from.
func (f *field) turn(d int) {
	switch n := len(f.choices); {
	case f.tick:
		f.yes = !f.yes
	case n > 0:
		f.at = (f.at + d + n) % n
	}
}

func (k *form) accept(e *screen.Env, f *field) (last bool) {
	switch {
	case f.in != nil:
		f.in.Insert("\n")
		return false
	case f.pick != nil && f.pick.sel > 0:
		f.pick.take(e)
		return f.pick.one && len(k.fields) == 1
	case f.pick != nil && strings.TrimSpace(f.pick.in.Text()) != "":
		k.wrong = screen.Saying(e.T.Cases.ChooseIt)
		return false
	}
	if k.at == len(k.fields)-1 {
		return true
	}
	k.at++
	return false
}

// lacks says what stands in the way, and puts the focus there.
func (k *form) lacks(e *screen.Env) screen.Wrong {
	t := &e.T.Cases
	at := func(words text.T, is func(*field) bool) screen.Wrong {
		k.at = slices.IndexFunc(k.fields, is)
		return screen.Saying(words)
	}
	isText := func(f *field) bool { return f.in != nil }
	isPick := func(f *field) bool { return f.pick != nil }
	p := k.picked()
	switch {
	case (k.act == text.CaseSay || k.act == text.CaseReply) && k.words() == "":
		return at(t.NeedsText, isText)
	case p != nil && strings.TrimSpace(p.in.Text()) != "":
		return at(t.ChooseIt, isPick)
	case k.act == text.CaseBegin && len(p.chosen) == 0:
		return at(t.NeedsOne, isPick)
	case p != nil && p.one && len(p.chosen) == 0:
		return at(t.NeedsPerson, isPick)
	}
	return screen.Wrong{}
}

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
	case id == intent.RemoveRow && (k.field().pick == nil || len(k.field().pick.chosen) == 0):
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
	case one.in != nil:
		return f.env.S(t.NewLine)
	case one.pick != nil && one.pick.sel > 0:
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
	return f.form.words() != "" || f.form.act == text.CaseBegin && p != nil && len(p.chosen) > 0
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
