package form

import (
	"slices"
	"strconv"
)

// Line is one row of a form in the order in which it is shown.
type Line struct {
	Place   Place
	Item    *Item
	Row     int // of the item's rows here
	Rows    int
	Value   Value
	Enabled bool
}

// Lines are all rows of the form as it stands, those that are not asked too.
func (a *Answers) Lines() (out []Line) {
	a.walk(&a.top, "", func(l Line, _ *row) bool {
		out = append(out, l)
		return true
	})
	return out
}

// walk gives fn every row below p whose parts it wants to see.
func (a *Answers) walk(p *part, rows string, fn func(Line, *row) bool) {
	for i := range p.entries {
		e := &p.entries[i]
		for n := range e.rows {
			at := Place{e.item.Link, below(rows, n)}
			if fn(Line{at, e.item, n, len(e.rows), e.rows[n].value, a.Enabled(at)}, &e.rows[n]) {
				a.walk(&e.rows[n].inside, at.Rows, fn)
			}
		}
	}
}

func below(rows string, n int) string {
	if rows == "" {
		return strconv.Itoa(n)
	}
	return rows + "." + strconv.Itoa(n)
}

// Enabled reports whether an item is asked: what it stands in is, its conditions hold,
// and a question that it belongs to has an answer.
func (a *Answers) Enabled(p Place) bool {
	it, _, _, ok := a.find(p)
	if !ok {
		return false
	}
	return a.isEnabled(it, p.all(it))
}

// all is the numbers of the rows that lead to a place.
func (p Place) all(it *Item) []int {
	out := make([]int, it.Depth+1)
	n, at := 0, 0
	for i := range len(p.Rows) {
		if p.Rows[i] == '.' {
			at, n = at+1, 0
			continue
		}
		if n = n*10 + int(p.Rows[i]-'0'); at < len(out) {
			out[at] = n
		}
	}
	return out
}

func (a *Answers) isEnabled(it *Item, rows []int) bool {
	if it.Parent == nil && len(it.When) == 0 && it.askedIf.read == nil {
		return true
	}
	key := At(it.Link, rows[:it.Depth]...) // a row of an item is asked where the others are
	if known, ok := a.enabled[key]; ok {
		return known
	}
	is := (it.Parent == nil || a.isEnabled(it.Parent, rows) && a.answered(it, rows)) && a.holds(it, rows) && (it.askedIf.read == nil || a.askedIf[key])
	if a.enabled == nil {
		a.enabled = map[Place]bool{}
	}
	a.enabled[key] = is
	return is
}

// answered reports that the question an item belongs to has an answer; words beside it
// need none.
func (a *Answers) answered(it *Item, rows []int) bool {
	if !it.Parent.Type.Asks() || it.Type == Display {
		return true
	}
	return !a.Value(At(it.Parent.Link, rows[:it.Depth]...)).IsZero()
}

// holds tries the conditions of an item.
func (a *Answers) holds(it *Item, rows []int) bool {
	for i := range it.When {
		c := &it.When[i]
		is := c.asked != nil && c.holds(a.asked(it, rows, c.asked))
		if is == it.Any {
			return is
		}
	}
	return len(it.When) == 0 || !it.Any
}

// holds tries one condition on the answers to its question. Without an answer only "is
// not answered" and "is not" hold.
func (c *Condition) holds(answers []Value) bool {
	if c.Operator == Exists {
		return (len(answers) > 0) == (c.Answer.Text == "true")
	}
	for _, v := range answers {
		if c.meets(v) {
			return c.Operator != NotEqual
		}
	}
	return c.Operator == NotEqual
}

// meets holds one answer against the condition; for "is not" whether it is.
func (c *Condition) meets(v Value) bool {
	switch c.Operator {
	case Equal, NotEqual:
		return same(v, c.Answer)
	case Greater, Less, AtLeast, AtMost:
		n, ok := compare(v, c.Answer)
		if !ok {
			return false
		}
		return c.Operator == Greater && n > 0 || c.Operator == Less && n < 0 || c.Operator == AtLeast && n >= 0 || c.Operator == AtMost && n <= 0
	case Exists:
	}
	return false
}

// asked are the answers to a question as an item sees them: those in the nearest part
// that both stand in. What is not asked itself has none.
func (a *Answers) asked(it *Item, rows []int, q *Item) (out []Value) {
	way := make([]*Item, q.Depth+1)
	for x := q; x != nil; x = x.Parent {
		way[x.Depth] = x
	}
	mine := make([]*Item, it.Depth+1)
	for x := it; x != nil; x = x.Parent {
		mine[x.Depth] = x
	}
	at, depth := &a.top, 0
	for depth < len(way) && depth < it.Depth && way[depth] == mine[depth] {
		e := at.entry(way[depth])
		if rows[depth] >= len(e.rows) {
			return nil
		}
		r := &e.rows[rows[depth]]
		if depth++; depth == len(way) { // the question that the item belongs to
			if !r.value.IsZero() {
				out = append(out, r.value)
			}
			return out
		}
		at = &r.inside
	}
	a.collect(at, way, slices.Clone(rows[:depth]), &out)
	return out
}

// collect gathers the answers to the last item of a way, over all rows on it.
func (a *Answers) collect(p *part, way []*Item, rows []int, out *[]Value) {
	depth := len(rows)
	e := p.entry(way[depth])
	for n := range e.rows {
		here := append(slices.Clone(rows), n)
		if !a.isEnabled(e.item, here) {
			return
		}
		if depth < len(way)-1 {
			a.collect(&e.rows[n].inside, way, here, out)
		} else if !e.rows[n].value.IsZero() {
			*out = append(*out, e.rows[n].value)
		}
	}
}
