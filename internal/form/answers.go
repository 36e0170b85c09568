package form

import (
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// maxRows is how often an item may be repeated, and maxBegun how many rows a form
// begins with, so that values in parts in parts do not fill the memory.
const (
	maxRows  = 200
	maxBegun = 2 * maxItems
)

// Answers are what somebody has answered so far. Of an item that is not asked any more
// the answer is kept, in case it is again, and leaves with nothing.
type Answers struct {
	form    *Form
	top     part
	enabled map[Place]bool // what was found out since the last change
	askedIf map[Place]bool // of items whose being asked is reckoned, by the part that they stand in
	known   Around
}

// part is one occurrence of the form, of a group or of an answer: a list of rows for
// each item in it.
type part struct{ entries []entry }

type entry struct {
	item *Item
	rows []row // never empty: a question without an answer has one of no value
}

type row struct {
	value  Value
	inside part
}

// Place is one row of one item. Rows has the number of the row of each part that it
// stands in, from the first level, and its own, parted by points.
type Place struct{ Link, Rows string }

// At is a place by the rows that lead to it; those that are not given are the first.
func At(link string, rows ...int) Place {
	s := make([]string, len(rows))
	for i, n := range rows {
		s[i] = strconv.Itoa(n)
	}
	return Place{link, strings.Join(s, ".")}
}

// New are the answers that the form begins with.
func New(f *Form) *Answers {
	a := &Answers{form: f, top: begin(f.Items)}
	a.settle()
	return a
}

// Form is the form that is answered.
func (a *Answers) Form() *Form { return a.form }

// begin are the items of a part as it begins.
func begin(items []*Item) part {
	left := maxBegun
	return newPart(items, &left)
}

func newPart(items []*Item, left *int) part {
	p := part{make([]entry, len(items))}
	for i, it := range items {
		p.entries[i] = entry{it, newRows(it, left)}
	}
	return p
}

// newRows are the rows that an item begins with.
func newRows(it *Item, left *int) []row {
	values := it.Initial
	if len(values) == 0 {
		for i := range it.Options {
			if it.Options[i].Selected {
				values = append(values, it.Options[i].Value)
			}
		}
	}
	n := 1
	if it.Repeats && *left > 0 {
		n = min(max(len(values), 1), maxRows)
	}
	*left -= n
	rows := make([]row, n)
	for i := range rows {
		if rows[i].inside = newPart(it.Items, left); it.Type.Asks() && i < len(values) {
			rows[i].value = values[i]
		}
	}
	return rows
}

// find walks to a place.
func (a *Answers) find(p Place) (it *Item, e *entry, n int, ok bool) {
	it, ok = a.form.byLink[p.Link]
	if !ok {
		return nil, nil, 0, false
	}
	way := make([]*Item, it.Depth+1)
	for x := it; x != nil; x = x.Parent {
		way[x.Depth] = x
	}
	at := &a.top
	rest := p.Rows
	for i, x := range way {
		var head string
		head, rest, _ = strings.Cut(rest, ".")
		if n = 0; head != "" {
			var err error
			if n, err = strconv.Atoi(head); err != nil {
				return nil, nil, 0, false
			}
		}
		if e = at.entry(x); e == nil || n < 0 || n > len(e.rows) || n == len(e.rows) && i < len(way)-1 {
			return nil, nil, 0, false
		}
		if i < len(way)-1 {
			at = &e.rows[n].inside
		}
	}
	return it, e, n, rest == ""
}

func (p *part) entry(it *Item) *entry {
	for i := range p.entries {
		if p.entries[i].item == it {
			return &p.entries[i]
		}
	}
	return nil
}

// Value is the answer at a place, the zero Value where there is none.
func (a *Answers) Value(p Place) Value {
	if _, e, n, ok := a.find(p); ok && n < len(e.rows) {
		return e.rows[n].value
	}
	return Value{}
}

// Rows is how many rows the item of a place has there.
func (a *Answers) Rows(p Place) int {
	if _, e, _, ok := a.find(p); ok {
		return len(e.rows)
	}
	return 0
}

// Set answers a question, as somebody types or chooses: whether the answer will do is
// for Check. Errors: CodeNotFound, CodeInvalid, CodeDenied for what may not be changed.
func (a *Answers) Set(p Place, v Value) error {
	if it, _, _, ok := a.find(p); ok && it.ReadOnly {
		return ehrdesk.Errorf("form.set", ehrdesk.CodeDenied, "this answer may not be changed by hand")
	}
	return a.Fill(p, v)
}

// Fill is Set by the program itself, which may also answer what nobody may change.
func (a *Answers) Fill(p Place, v Value) error {
	const op = "form.set"
	it, e, n, ok := a.find(p)
	switch {
	case !ok || n == len(e.rows):
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the form has no such place")
	case !it.Type.Asks():
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this asks for no answer")
	case it.Calculated != "":
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "this answer is calculated")
	case v.IsZero():
	case it.Closed:
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "this cannot be answered at this desk")
	case !it.accepts(v.Kind):
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an answer of another type is asked for")
	}
	e.rows[n].value = cleaned(v)
	a.settle()
	return nil
}

// cleaned is a value as it is kept: words without what a terminal would carry out.
func cleaned(v Value) Value {
	if v.Kind == IsString {
		v.Text = ehrdesk.CleanColumns(v.Text)
	} else {
		v.Text = ehrdesk.CleanLine(v.Text)
	}
	v.Coding.Display, v.Unit.Display = ehrdesk.CleanLine(v.Coding.Display), ehrdesk.CleanLine(v.Unit.Display)
	v.Ref.Display, v.File.Title = ehrdesk.CleanLine(v.Ref.Display), ehrdesk.CleanLine(v.File.Title)
	if v.Kind == IsString && v.Text == "" {
		return Value{}
	}
	return v
}

// Clear takes an answer away.
func (a *Answers) Clear(p Place) error { return a.Set(p, Value{}) }

// Add adds a row to an item that repeats, after those that are there. Errors:
// CodeNotFound, CodeInvalid.
func (a *Answers) Add(p Place) (Place, error) {
	const op = "form.add"
	it, e, _, ok := a.find(p)
	switch {
	case !ok:
		return Place{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the form has no such place")
	case !it.Repeats || it.Closed:
		return Place{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this is asked once")
	case len(e.rows) >= maxRows || it.Limits.MaxOccurs > 0 && len(e.rows) >= it.Limits.MaxOccurs:
		return Place{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "no more of this are allowed")
	}
	r := row{inside: begin(it.Items)}
	e.rows = append(e.rows, r)
	a.settle()
	return p.sibling(it, len(e.rows)-1), nil
}

// Remove takes a row of an item that repeats away; the last one that is left is
// emptied. Errors: CodeNotFound, CodeDenied.
func (a *Answers) Remove(p Place) error {
	const op = "form.remove"
	it, e, n, ok := a.find(p)
	switch {
	case !ok || n == len(e.rows):
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the form has no such place")
	case it.ReadOnly:
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "this answer may not be changed by hand")
	}
	if e.rows = append(e.rows[:n:n], e.rows[n+1:]...); len(e.rows) == 0 {
		e.rows = []row{{inside: begin(it.Items)}}
	}
	a.settle()
	return nil
}

// sibling is the row n of the item at p.
func (p Place) sibling(it *Item, n int) Place {
	rows := make([]string, it.Depth+1)
	rest := p.Rows
	for i := range rows {
		var head string
		if head, rest, _ = strings.Cut(rest, "."); head == "" {
			head = "0"
		}
		rows[i] = head
	}
	rows[it.Depth] = strconv.Itoa(n)
	return Place{p.Link, strings.Join(rows, ".")}
}
