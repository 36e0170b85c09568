// Package keys turns keystrokes into intents by the catalogue and the scope the
// user is in, and knows what to say of a key that does nothing there.
package keys

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/intent"
)

// Dispatcher finds the intent of a key.
type Dispatcher struct {
	entries []intent.Entry
	byKey   map[string][]bound
}

type bound struct{ entry, arg int }

// New checks the catalogue: no key may mean two things in one scope, and every
// intent stands in it once.
func New(entries []intent.Entry) (*Dispatcher, error) {
	d := &Dispatcher{entries: entries, byKey: map[string][]bound{}}
	seen := map[intent.ID]bool{}
	for i, e := range entries {
		if seen[e.ID] {
			return nil, fmt.Errorf("keys: intent %d stands twice", e.ID)
		}
		seen[e.ID] = true
		for arg, k := range e.Keys {
			for _, o := range d.byKey[k] {
				if entries[o.entry].Bound()&e.Bound() != 0 {
					return nil, fmt.Errorf("keys: %q means both %q and %q", k, entries[o.entry].Name[0], e.Name[0])
				}
			}
			d.byKey[k] = append(d.byKey[k], bound{i, arg})
		}
	}
	return d, nil
}

// Name is the keystroke as the catalogue spells it. Full-width letters and
// digits, as a Chinese input method gives them, count as plain ones.
func Name(k tea.KeyPressMsg) string {
	if t := k.Text; t != "" && t != " " && k.Mod&(tea.ModCtrl|tea.ModAlt) == 0 {
		r := []rune(t)
		if len(r) == 1 {
			if r[0] >= 0xff01 && r[0] <= 0xff5e {
				return string(r[0] - 0xfee0)
			}
			if r[0] >= 0x80 { // an input method is on: the key itself counts
				if k.BaseCode != 0 {
					return string(k.BaseCode)
				}
				if plain, ok := map[rune]string{'、': "/", '「': "[", '」': "]"}[r[0]]; ok {
					return plain
				}
			}
			return t
		}
	}
	if s := k.Keystroke(); s != "ctrl+j" {
		return s
	}
	return "enter" // as a terminal in line mode hands Enter on: pressed before the program had it
}

// Printable reports whether a text field takes the key as text.
func Printable(k tea.KeyPressMsg) bool {
	return k.Text != "" && k.Mod&(tea.ModCtrl|tea.ModAlt) == 0
}

// Lookup finds the intent of a key in a scope. elsewhere is an entry that the
// key belongs to in some other scope, for saying what is not available here.
func (d *Dispatcher) Lookup(key string, s intent.Scope) (in intent.Intent, ok bool, elsewhere *intent.Entry) {
	for _, b := range d.byKey[key] {
		e := &d.entries[b.entry]
		if e.Bound()&s != 0 {
			return intent.Intent{ID: e.ID, Arg: b.arg}, true, nil
		}
		elsewhere = e
	}
	return intent.Intent{}, false, elsewhere
}

// Entry is the catalogue's entry for id.
func (d *Dispatcher) Entry(id intent.ID) (intent.Entry, bool) {
	for _, e := range d.entries {
		if e.ID == id {
			return e, true
		}
	}
	return intent.Entry{}, false
}

// Entries is the catalogue.
func (d *Dispatcher) Entries() []intent.Entry { return d.entries }
