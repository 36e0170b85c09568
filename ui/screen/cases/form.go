package cases

import (
	"slices"
	"strings"

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
	name   text.T // of the act; zero for its usual one
	event  int    // that it answers, or is a receipt of; 0 for none
	waits  string // what is given up
	all    []*field
	fields []*field // of all, those that are asked for as the others stand
	how    *handling
	tell   *telling // of a case that is begun
	at     int
	asks   bool
	sure   bool          // Esc was pressed, and what it loses said
	scroll widget.Scroll // of what is shown as it leaves
	wrong  screen.Wrong
}

// field is one of: a text of one or several lines, people, where a fact stands, one of several, yes or no.
type field struct {
	label   text.T
	in      *widget.Input
	pick    *pick
	facts   *facts
	choices []text.T
	at      int    // of choices
	tick    bool   // it is yes or no
	on      text.T // the label of a yes
	yes     bool
	fold    bool          // the yes unfolds others
	when    func() bool   // it is asked for; nil for always
	note    func() string // what stands beside a line that is left; nil for nothing
}

// long reports a text of several lines.
func (f *field) long() bool { return f.in != nil && f.in.Breaks }

func (k *form) add(f *field) *field {
	k.all = append(k.all, f)
	if f.when == nil || f.when() {
		k.fields = append(k.fields, f)
	}
	return f
}

func (k *form) text(label text.T) {
	k.add(&field{label: label, in: &widget.Input{Max: longest, Breaks: true}})
}

func (k *form) people(p *pick) { k.add(&field{label: p.label, pick: p}) }

func (k *form) choose(label text.T, choices []text.T) *field {
	return k.add(&field{label: label, choices: choices})
}

// lay has those fields asked for that are as the others stand now; the focus stays where it is.
func (k *form) lay() {
	if len(k.fields) == 0 {
		return
	}
	at := k.field()
	k.fields = k.fields[:0]
	for _, f := range k.all {
		if f.when == nil || f.when() {
			k.fields = append(k.fields, f)
		}
	}
	k.at = min(max(slices.Index(k.fields, at), 0), len(k.fields)-1)
}

// point puts the focus into a field, unfolding what it stands in.
func (k *form) point(f *field) {
	if k.how != nil && !slices.Contains(k.fields, f) {
		k.how.more.yes = true
		k.lay()
	}
	k.at = max(slices.Index(k.fields, f), 0)
}

func (k *form) field() *field { return k.fields[k.at] }

// of gives the first field for which ok holds; nil for none.
func (k *form) of(ok func(*field) bool) *field {
	if i := slices.IndexFunc(k.all, ok); i >= 0 {
		return k.all[i]
	}
	return nil
}

func (k *form) words() string {
	if f := k.of((*field).long); f != nil {
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

// choice is what of the n-th list of choices is chosen.
func (k *form) choice(n int) int {
	for _, f := range k.all {
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
	for _, f := range k.all {
		if f.in != nil {
			f.in.Clear()
		}
		if f.facts != nil {
			f.facts.in.Clear()
		}
	}
}

// handle goes about in what is filled in; last is Enter where nothing more is asked for.
func (k *form) handle(e *screen.Env, in intent.Intent) (last bool) {
	k.wrong = screen.Wrong{}
	f := k.field()
	defer k.lay()
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
		if f.facts != nil {
			f.facts.sel = 0
		}
	case intent.RemoveRow:
		if p := f.pick; p != nil && len(p.chosen) > 0 {
			p.chosen = p.chosen[:len(p.chosen)-1]
		}
		if n := f.facts; n != nil && len(n.named) > 0 {
			n.named = n.named[:len(n.named)-1]
		}
	case intent.Accept:
		return k.accept(e, f)
	default:
	}
	return false
}

func (k *form) up(f *field) {
	switch {
	case f.long() && f.in.Line(-1):
	case f.facts != nil && f.facts.sel > 0:
		f.facts.sel--
	case f.pick != nil && f.pick.sel > 0:
		f.pick.sel--
	default:
		k.at = max(k.at-1, 0)
	}
}

func (k *form) down(e *screen.Env, f *field) {
	switch {
	case f.long() && f.in.Line(1):
	case f.facts != nil && f.facts.sel < f.facts.count():
		f.facts.sel++
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
	case f.long():
		f.in.Insert("\n")
		return false
	case f.fold && !f.yes:
		f.yes = true
		return false
	case f.facts != nil && f.facts.sel > 0:
		f.facts.take()
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

// says reports that something is said by the form: a case is begun without, but for an alert.
func (k *form) says() bool { return k.act != text.CaseBegin || k.words() != "" || k.alerts() }

// lacks says what stands in the way, and puts the focus there.
func (k *form) lacks(e *screen.Env) screen.Wrong {
	t := &e.T.Cases
	at := func(words text.T, is func(*field) bool) screen.Wrong {
		k.at = slices.IndexFunc(k.fields, is)
		return screen.Saying(words)
	}
	isText := (*field).long
	isPick := func(f *field) bool { return f.pick != nil }
	p := k.picked()
	switch {
	case (k.act == text.CaseSay || k.act == text.CaseReply || k.how.brings() && !k.alerts()) && k.words() == "":
		return at(t.NeedsText, isText)
	case p != nil && strings.TrimSpace(p.in.Text()) != "":
		return at(t.ChooseIt, isPick)
	case k.act == text.CaseBegin && len(p.chosen) == 0:
		return at(t.NeedsOne, isPick)
	case p != nil && (p.one || p.some) && len(p.chosen) == 0:
		return at(t.NeedsPerson, isPick)
	}
	if k.how == nil || !k.says() {
		return screen.Wrong{}
	}
	if f, words := k.lacksTelling(e); f != nil {
		k.point(f)
		return screen.Saying(words)
	}
	to, _ := p.people()
	if f, words := k.how.lacks(e, k, to); f != nil {
		k.point(f)
		return screen.Saying(words)
	}
	return screen.Wrong{}
}
