package filling

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Field is what somebody types into, nil where the row in focus is chosen.
func (f *Form) Field() *widget.Input {
	if r := f.focus(); r != nil && r.kind != pick {
		return f.input(r)
	}
	return nil
}

// input is what is typed into a row. What stands there was typed, or is the answer.
func (f *Form) input(r *row) *widget.Input {
	if in := f.ins[r.spot]; in != nil {
		return in
	}
	in := &widget.Input{Max: 400, Breaks: r.kind == area}
	if n := r.Item.Limits.MaxLength; n > 0 { // what is too long is said, and not cut
		in.Max = max(in.Max, n+n/2)
	} else if r.kind == area {
		in.Max = 20000
	}
	v := f.a.Value(r.place)
	if r.unit {
		in.Set(first(v.Unit.Display, v.Unit.Code, f.units[r.place].Display))
	} else {
		in.Set(f.typedOf(v))
	}
	f.ins[r.spot] = in
	return in
}

// NewLine reports that Enter begins a new line in the row in focus.
func (f *Form) NewLine() bool { r := f.focus(); return r != nil && r.kind == area }

// Picks reports that the row in focus is one of a few, chosen by a digit.
func (f *Form) Picks() bool { r := f.focus(); return r != nil && r.kind == pick }

// Handle goes about in the form and answers; changed says that an answer is another now, used that the intent was the form's.
func (f *Form) Handle(in intent.Intent) (changed, used bool) {
	r := f.focus()
	if r == nil {
		return false, false
	}
	f.ahead = ahead{}
	switch in.ID {
	case intent.Edited:
		return f.edited(r), true
	case intent.Up:
		return false, f.vertical(r, -1)
	case intent.Down:
		return false, f.vertical(r, 1)
	case intent.PageUp, intent.PageDown:
		for range 6 {
			f.step(map[intent.ID]int{intent.PageUp: -1, intent.PageDown: 1}[in.ID])
		}
	case intent.Top:
		f.at = -1
		f.step(1)
	case intent.Bottom:
		f.at = len(f.rows)
		f.step(-1)
	case intent.PrevPane:
		f.step(-1)
	case intent.NextPane:
		f.step(1)
	case intent.Accept:
		return f.accept(r), true
	case intent.Left:
		return f.turn(r, -1), true
	case intent.Right, intent.Tick:
		return f.turn(r, 1), true
	case intent.Pick:
		return f.choose(r, in.Arg), true
	case intent.ClearAnswer:
		return f.clear(r), true
	case intent.AddRow:
		return f.add(r), true
	case intent.RemoveRow:
		return f.remove(r), true
	default:
		return false, false
	}
	return false, true
}

// vertical goes a line up or down in a text of several lines, among the choices that match, or to another row.
func (f *Form) vertical(r *row, d int) bool {
	switch r.kind {
	case area:
		if f.ins[r.spot] != nil && f.input(r).Line(d) {
			return true
		}
	case find:
		if n := len(f.matches(r)); f.hint+d >= -1 && f.hint+d < n && n > 0 {
			f.hint += d
			return true
		}
	case head, said, typing, pick:
	}
	f.step(d)
	return true
}

// accept takes the choice that is marked, begins a new line, or goes on.
func (f *Form) accept(r *row) bool {
	switch r.kind {
	case area:
		return f.input(r).Insert("\n") && f.edited(r)
	case find:
		all := f.matches(r)
		at := f.hint
		if at < 0 && len(all) > 0 && !r.Item.Open && !f.input(r).Empty() {
			at = 0
		}
		if at >= 0 && at < len(all) {
			f.set(r, all[at].Value)
			delete(f.ins, r.spot)
			f.again()
			f.step(1)
			return true
		}
	case head, said, typing, pick:
	}
	f.step(1)
	return false
}

// edited takes what was typed into the row in focus.
func (f *Form) edited(r *row) bool {
	in := f.input(r)
	switch {
	case r.unit:
		f.units[r.place] = ehrdesk.Coding{Display: strings.TrimSpace(in.Text())}
		f.set(r, f.measured(r, f.a.Value(r.place)))
	case r.kind == find:
		f.looked(r, in)
	case r.Item.Type == form.Quantity:
		f.set(r, f.measured(r, valueOf(r.Item, in.Text())))
	default:
		f.set(r, valueOf(r.Item, in.Text()))
	}
	f.again()
	return true
}

// looked takes what is typed to find a choice. What comes behind an answer that was chosen begins anew.
func (f *Form) looked(r *row, in *widget.Input) {
	if v := f.a.Value(r.place); chosen(v) {
		if rest, goesOn := strings.CutPrefix(in.Text(), f.words(v)); goesOn {
			in.Set(rest)
		} else {
			in.Clear()
		}
	}
	f.hint = -1
	typed := strings.TrimSpace(in.Text())
	v := form.Value{Kind: r.Item.Type.Kind(), Text: typed} // half typed: none yet
	if typed == "" {
		v = form.Value{}
	} else if r.Item.Open {
		v = form.Value{Kind: form.IsString, Text: typed}
	}
	f.set(r, v)
}

// chosen reports an answer that was chosen, and not typed.
func chosen(v form.Value) bool {
	return v.Kind == form.IsCoding && v.Coding != (ehrdesk.Coding{}) || v.Kind == form.IsReference && v.Ref != (form.Pointer{})
}

// matches are the choices that what is typed leaves; none once one of them is the answer.
func (f *Form) matches(r *row) []Choice {
	if r.kind != find || chosen(f.a.Value(r.place)) {
		return nil
	}
	typed := strings.ToLower(strings.TrimSpace(f.input(r).Text()))
	if typed == "" {
		return r.choices
	}
	var out []Choice
	for _, c := range r.choices {
		if strings.Contains(strings.ToLower(c.Words), typed) || strings.EqualFold(c.Value.Coding.Code, typed) {
			out = append(out, c)
		}
	}
	return out
}

// measured is a quantity with its unit: the only one there is, or the one that was chosen.
func (f *Form) measured(r *row, v form.Value) form.Value {
	if v.IsZero() {
		return v
	}
	switch chosen, ok := f.units[r.place]; {
	case ok:
		v.Unit = chosen
	case len(r.Item.Units) == 1:
		v.Unit = r.Item.Units[0]
	case r.Item.Unit != (ehrdesk.Coding{}) && len(r.Item.Units) == 0:
		v.Unit = r.Item.Unit
	default:
		v.Unit = f.a.Value(r.place).Unit
	}
	return v
}

// turn goes to the next of a few choices.
func (f *Form) turn(r *row, d int) bool {
	if r.kind != pick || len(r.choices) == 0 {
		return false
	}
	at := f.sel(r)
	if at < 0 && d < 0 {
		at = 0
	}
	return f.choose(r, (at+d+len(r.choices))%len(r.choices))
}

// sel is which of a few choices is the answer, -1 for none.
func (f *Form) sel(r *row) int {
	v := f.a.Value(r.place)
	if r.unit {
		if v.IsZero() {
			v.Unit = f.units[r.place]
		}
		return slices.IndexFunc(r.choices, func(c Choice) bool { return c.Value.Unit == v.Unit })
	}
	return slices.IndexFunc(r.choices, func(c Choice) bool { return same(c.Value, v) })
}

// same reports one answer, whatever it is called.
func same(a, b form.Value) bool {
	if a.Kind == form.IsCoding && b.Kind == form.IsCoding && a.Coding.Code != "" {
		return a.Coding.System == b.Coding.System && a.Coding.Code == b.Coding.Code
	}
	return a == b
}

// choose answers with one of a few.
func (f *Form) choose(r *row, i int) bool {
	if r.kind != pick || i >= len(r.choices) {
		return false
	}
	if r.unit {
		f.units[r.place] = r.choices[i].Value.Unit
		f.set(r, f.measured(r, f.a.Value(r.place)))
	} else {
		f.set(r, r.choices[i].Value)
	}
	f.again()
	return true
}

func (f *Form) clear(r *row) bool {
	had := !f.a.Value(r.place).IsZero()
	f.set(r, form.Value{})
	delete(f.ins, spot{r.place, false})
	delete(f.ins, spot{r.place, true})
	delete(f.units, r.place)
	f.again()
	return had
}

// set answers. What the form refuses stays as it was; nothing is offered that it would refuse.
func (f *Form) set(r *row, v form.Value) {
	if f.a.Set(r.place, v) == nil {
		delete(f.Began, r.place) // it is the doctor's own word now
	}
}

// repeating is what the row in focus may be had once more of: itself, or what it stands in. Rows are those that lead to it.
func (f *Form) repeating(r *row) (form.Place, bool) {
	rows := strings.Split(r.place.Rows, ".")
	for it, n := r.Item, len(rows); it != nil && n > 0; it, n = it.Parent, n-1 {
		if it.Repeats && !it.ReadOnly && !it.Closed {
			return form.Place{Link: it.Link, Rows: strings.Join(rows[:n], ".")}, true
		}
	}
	return form.Place{}, false
}

// Repeats reports that the row in focus may be had once more.
func (f *Form) Repeats() bool {
	r := f.focus()
	if r == nil {
		return false
	}
	_, ok := f.repeating(r)
	return ok
}

func (f *Form) add(r *row) bool {
	p, ok := f.repeating(r)
	if !ok {
		return false
	}
	to, err := f.a.Add(p)
	if err != nil {
		return false
	}
	f.shifted()
	f.To(to)
	return true
}

func (f *Form) remove(r *row) bool {
	p, ok := f.repeating(r)
	if !ok || f.a.Remove(p) != nil {
		return false
	}
	f.shifted()
	return true
}

// shifted makes all anew where places may be others'.
func (f *Form) shifted() {
	f.units = map[form.Place]ehrdesk.Coding{}
	f.Began = nil // by their places, which have changed
	f.left = map[form.Place]bool{}
	f.renew()
	f.hint = -1
}
