// Package filling draws a form (internal/form) and takes its answers from the keyboard: groups with headings, a row an item, what
// is asked at this moment alone. It promises that what is half typed is kept as it was typed; that what is wrong with an answer
// is said beside it in words once somebody has left it; and that nothing is answered but by a key of theirs.
package filling

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Choice is an answer to choose.
type Choice struct {
	Value form.Value
	Words string
}

// Given is what a form is shown with.
type Given struct {
	Lang    text.Lang
	T       *text.Filling
	Records func(types []string) []Choice // of the chart, for a reference; nil for none
	Began   map[form.Place]string         // the record, in words, that an answer was taken from
}

// Form is a form that somebody fills in.
type Form struct {
	Given
	a        *form.Answers
	rows     []*row
	at       int // the row in focus
	ins      map[spot]*widget.Input
	units    map[form.Place]ehrdesk.Coding // chosen before there is a number
	problems []form.Problem
	wrong    map[form.Place]form.Problem // the first of each place
	left     map[form.Place]bool         // those that somebody has been at, and left
	all      bool                        // all that is wrong is said
	top      int                         // first line of the screen that is drawn
	hint     int                         // of the choices that match, the one that Enter takes; -1 for none
	ahead    ahead
}

// spot is where something is typed: a place, or the unit of its quantity.
type spot struct {
	place form.Place
	unit  bool
}

// New shows the answers; they are changed in place.
func New(a *form.Answers, g Given) *Form {
	f := &Form{Given: g, a: a, left: map[form.Place]bool{}, units: map[form.Place]ehrdesk.Coding{}, hint: -1}
	f.renew()
	f.at = -1
	f.step(1)
	return f
}

// Answers are what has been entered.
func (f *Form) Answers() *form.Answers { return f.a }

// kind is how a row is answered.
type kind uint8

const (
	head   kind = iota // a group: no focus
	said               // words, or an answer that nobody may change here: no focus
	typing             // a line
	area               // lines
	pick               // one of a few: a digit, ← →
	find               // one of many, or one's own words: typed, and looked for
)

// row is a row of the form.
type row struct {
	form.Line
	spot
	kind    kind
	choices []Choice
	label   []string // wrapped
	labelW  int
	lang    text.Lang
}

// fewest are as many choices as have a digit each.
const fewest = 7

// renew makes the rows anew, after the answers have changed, and forgets what was typed where the answers say it.
func (f *Form) renew() {
	f.ins = map[spot]*widget.Input{}
	f.again()
}

// again makes the rows anew and keeps what is typed.
func (f *Form) again() {
	now := f.focus()
	lines := f.a.Lines()
	f.rows = f.rows[:0:0]
	for _, l := range lines {
		if !l.Enabled || f.hidden(l.Item) {
			continue
		}
		r := &row{Line: l, spot: spot{place: l.Place}, kind: f.kindOf(l.Item)}
		r.choices = f.choicesOf(r)
		if r.kind == find && len(r.choices) <= fewest && !l.Item.Open {
			r.kind = pick
		}
		f.rows = append(f.rows, r)
		if l.Item.Type == form.Quantity && r.kind == typing && len(l.Item.Units) != 1 {
			u := &row{Line: l, spot: spot{l.Place, true}, kind: pick, choices: unitsOf(l.Item)}
			if len(u.choices) == 0 {
				u.kind = typing
			}
			f.rows = append(f.rows, u)
		}
	}
	if now != nil {
		f.goTo(now.spot)
	}
	f.wrong = map[form.Place]form.Problem{}
	f.problems = f.a.Check()
	for _, p := range f.problems {
		if _, twice := f.wrong[p.Place]; !twice {
			f.wrong[p.Place] = p
		}
	}
}

// hidden reports an item that its author does not have shown.
func (f *Form) hidden(it *form.Item) bool {
	for ; it != nil; it = it.Parent {
		if it.Hidden {
			return true
		}
	}
	return false
}

func (f *Form) kindOf(it *form.Item) kind {
	switch {
	case it.Type == form.Group:
		return head
	case it.Type == form.Display, it.ReadOnly, it.Closed, it.Calculated != "":
		return said
	case len(it.Options) > 0:
		return find
	}
	switch it.Type {
	case form.Boolean:
		return pick
	case form.LongText:
		return area
	case form.Reference:
		if f.Records != nil {
			return find
		}
		return said
	case form.Attachment:
		return said
	case form.Choice:
		if it.Open {
			return find
		}
		return said
	case form.Decimal, form.Integer, form.Date, form.DateTime, form.Time, form.String, form.URL, form.Quantity, form.Group, form.Display:
	}
	return typing
}

func (f *Form) choicesOf(r *row) []Choice {
	it := r.Item
	switch {
	case r.kind != pick && r.kind != find:
		return nil
	case it.Type == form.Boolean:
		return []Choice{{form.Value{Kind: form.IsBoolean, Text: "true"}, f.T.Yes.In(f.Lang)}, {form.Value{Kind: form.IsBoolean, Text: "false"}, f.T.No.In(f.Lang)}}
	case it.Type == form.Reference:
		return f.Records(it.Refers)
	}
	out := make([]Choice, 0, len(it.Options))
	for i := range it.Options {
		o := &it.Options[i]
		words := Said(o.Words, f.Lang)
		if words == "" {
			words = f.words(o.Value)
		}
		if o.Prefix != "" {
			words = ehrdesk.CleanLine(o.Prefix) + " " + words
		}
		out = append(out, Choice{o.Value, words})
	}
	return out
}

func unitsOf(it *form.Item) (out []Choice) {
	for _, u := range it.Units {
		out = append(out, Choice{form.Value{Kind: form.IsQuantity, Unit: u}, ehrdesk.CleanLine(first(u.Display, u.Code))})
	}
	return out
}

// focus is the row in focus, nil for none.
func (f *Form) focus() *row {
	if f.at >= 0 && f.at < len(f.rows) {
		return f.rows[f.at]
	}
	return nil
}

func (r *row) open() bool { return r.kind != head && r.kind != said }

// step goes to the next row that can be answered; false where there is none.
func (f *Form) step(d int) bool {
	for i := f.at + d; i >= 0 && i < len(f.rows); i += d {
		if f.rows[i].open() {
			f.leave()
			f.at, f.hint = i, -1
			return true
		}
	}
	return false
}

// leave marks the row in focus as one that somebody has been at.
func (f *Form) leave() {
	if r := f.focus(); r != nil {
		f.left[r.place] = true
	}
}

// goTo puts the focus on a row, or on one near it where it is no more.
func (f *Form) goTo(s spot) bool {
	for _, same := range [...]func(*row) bool{
		func(r *row) bool { return r.spot == s }, func(r *row) bool { return r.place == s.place }, func(r *row) bool { return r.place.Link == s.place.Link },
	} {
		if i := slices.IndexFunc(f.rows, func(r *row) bool { return r.open() && same(r) }); i >= 0 {
			f.at = i
			return true
		}
	}
	f.at = min(f.at, len(f.rows)-1)
	for f.at > 0 && !f.rows[f.at].open() {
		f.at--
	}
	return false
}

// To goes to a place: of a group, to the first row in it.
func (f *Form) To(p form.Place) bool {
	f.leave()
	f.hint = -1
	if f.goTo(spot{place: p}) {
		return true
	}
	i := slices.IndexFunc(f.rows, func(r *row) bool { return r.place == p })
	for ; i >= 0 && i < len(f.rows); i++ {
		if f.rows[i].open() {
			f.at = i
			return true
		}
	}
	return false
}

// Name is what the item of a place is called, with its row where it repeats.
func (f *Form) Name(p form.Place) string {
	it, ok := f.a.Form().Item(p.Link)
	if !ok {
		return Said(f.a.Form().Title, f.Lang)
	}
	name := f.label(it)
	rows := strings.Split(p.Rows, ".")
	for up, i := it, len(rows)-1; up != nil && i >= 0; up, i = up.Parent, i-1 {
		if n, err := strconv.Atoi(rows[i]); err == nil && up.Repeats && f.a.Rows(form.Place{Link: up.Link, Rows: strings.Join(rows[:i+1], ".")}) > 1 {
			name += " " + strconv.Itoa(n+1)
			break
		}
	}
	return name
}

func (f *Form) label(it *form.Item) string {
	words := Said(it.Text, f.Lang)
	if words == "" {
		words = Said(it.Short, f.Lang)
	}
	if words == "" && len(it.Codes) > 0 {
		words = ehrdesk.CleanLine(it.Codes[0].Display)
	}
	if words == "" {
		words = ehrdesk.CleanLine(it.Link)
	}
	if p := Said(it.Prefix, f.Lang); p != "" {
		words = p + " " + words
	}
	return words
}
