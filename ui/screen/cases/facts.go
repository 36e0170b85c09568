package cases

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// facts is the choice of where the clinical fact of a passing message stands: that there is none in it, or a record of one's provider's
// in the chart that is open. With many it is the choice of records of the chart that are named, of which there may be none. sel counts
// from 1; 0 is nowhere, so that nothing is chosen by itself.
type facts struct {
	from   func() (all []screen.Wrote, open bool) // open reports whether the patient's chart is open
	read   bool
	all    []screen.Wrote
	open   bool
	many   bool
	named  []screen.Wrote // of many
	chosen bool
	record screen.Wrote // zero for none
	in     widget.Input
	sel    int
}

func (f *facts) have() {
	if !f.read {
		f.all, f.open = f.from()
		f.read = true
	}
}

// found are the records that what is typed leaves.
func (f *facts) found() (out []screen.Wrote) {
	f.have()
	words := strings.Fields(fold.String(f.in.Text()))
	for _, r := range f.all {
		if slices.Contains(f.named, r) {
			continue
		}
		if have := fold.String(r.Words); !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(have, w) }) {
			out = append(out, r)
		}
	}
	return out
}

// count is how many can be chosen as the list stands: that there is none, and the records that are listed.
func (f *facts) count() int { return f.none() + min(len(f.found()), mostListed-f.none()) }

// none is how many lines stand before the records: that there is no fact, where one is chosen.
func (f *facts) none() int {
	if f.many {
		return 0
	}
	return 1
}

// take chooses the one in focus.
func (f *facts) take() {
	if f.sel < 1 || f.sel > f.count() {
		return
	}
	switch {
	case f.many:
		f.named = append(f.named, f.found()[f.sel-1])
	case f.sel > 1:
		f.chosen, f.record = true, f.found()[f.sel-2]
	default:
		f.chosen, f.record = true, screen.Wrote{}
	}
	f.in.Clear()
	f.sel = 0
}

// fact is what was chosen, nil for nothing. By whose word there is none, the desk says.
func (f *facts) fact() *ehrdesk.CaseFact {
	switch {
	case !f.chosen:
		return nil
	case f.record.Ref == (ehrdesk.Ref{}):
		return &ehrdesk.CaseFact{None: true}
	}
	return &ehrdesk.CaseFact{Record: f.record.Ref}
}

// words are what was chosen.
func (f *facts) words(e *screen.Env) string {
	t := &e.T.Cases.How
	switch {
	case len(f.named) > 0:
		var out []string
		for _, r := range f.named {
			out = append(out, r.Words)
		}
		return strings.Join(out, " · ")
	case !f.chosen:
		return "–"
	case f.record.Ref == (ehrdesk.Ref{}):
		return text.Sprintf(e.S(t.NoFact), ehrdesk.CleanLine(e.Account().Name))
	}
	return f.record.Words
}

// list are the lines below the entry.
func (f *facts) list(e *screen.Env) (out []part) {
	t := &e.T.Cases.How
	found := f.found()
	none := t.FactNone
	var lines []string
	if f.many {
		none = e.T.Cases.With.NoRecords
	} else {
		lines = append(lines, text.Sprintf(e.S(t.NoFact), ehrdesk.CleanLine(e.Account().Name)))
	}
	for _, r := range found[:min(len(found), mostListed-f.none())] {
		lines = append(lines, r.Words)
	}
	for i, words := range lines {
		st, mark := theme.Text, "  "
		if i+1 == f.sel {
			st, mark = theme.Selected, "▸ "
		}
		out = append(out, part{st, mark + words})
	}
	note := ""
	switch more := len(found) - (mostListed - f.none()); {
	case !f.open:
		note = e.S(t.FactShut)
	case more > 0:
		note = text.Sprintf(e.S(t.FactMore), more)
	case len(f.all) == 0:
		note = e.S(none)
	}
	if note != "" {
		out = append(out, part{theme.Muted, "  " + note})
	}
	return out
}
