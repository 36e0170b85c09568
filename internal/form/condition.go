package form

import "github.com/ehrdesk/ehrdesk/internal/fhir"

// condition reads one enableWhen.
func (r *reader) condition(it *Item, o fhir.Object) {
	r.modifiers(it.Link, o.Raw("modifierExtension"))
	c := Condition{Question: o.Text("question"), Operator: operatorOf(o.Text("operator"))}
	v, ok := valueOf(o, "answer")
	if c.Answer = v; !ok || c.Operator == 0 || c.Question == "" || c.Operator == Exists && v.Kind != IsBoolean {
		r.say(it.Link, "enableWhen", Malformed, Refuses)
		return
	}
	it.When = append(it.When, c)
}

func operatorOf(s string) Operator {
	switch s {
	case "exists":
		return Exists
	case "=":
		return Equal
	case "!=":
		return NotEqual
	case ">":
		return Greater
	case "<":
		return Less
	case ">=":
		return AtLeast
	case "<=":
		return AtMost
	}
	return 0
}

// conditions finds the questions that conditions ask for, and refuses a form in which
// whether something is asked depends on its own answer.
func (r *reader) conditions() {
	r.f.Each(func(it *Item) {
		for i := range it.When {
			q, ok := r.f.byLink[it.When[i].Question]
			if !ok || !q.Type.Asks() {
				r.say(it.Link, "enableWhen "+it.When[i].Question, NoQuestion, Refuses)
				continue
			}
			if k := it.When[i].Answer.Kind; it.When[i].Operator != Exists && !q.accepts(k) && !compares(q.Type, k) {
				r.say(it.Link, "enableWhen "+q.Link, Contradicts, Refuses)
			}
			it.When[i].asked = q
		}
	})
	done := map[*Item]bool{}
	r.f.Each(func(it *Item) {
		if len(it.When) > 0 && circles(it, done, map[*Item]bool{}) {
			it.When = nil // nobody goes round in it
			r.say(it.Link, "enableWhen", Circle, Refuses)
		}
	})
	r.f.Each(func(it *Item) { r.closed(it) })
}

// compares reports kinds that are compared though they are not the same: a number
// written either way, a code where a string is an option.
func compares(t Type, k Kind) bool {
	return (t == Decimal || t == Integer) && (k == IsDecimal || k == IsInteger) || t == DateTime && k == IsDate || t == Choice && (k == IsCoding || k == IsString)
}

// circles reports whether it.When leads back to it, by questions and by what they
// stand in.
func circles(it *Item, done, on map[*Item]bool) bool {
	if done[it] {
		return false
	}
	if on[it] {
		return true
	}
	on[it] = true
	defer delete(on, it)
	if it.Parent != nil && circles(it.Parent, done, on) {
		return true
	}
	for i := range it.When {
		if q := it.When[i].asked; q != nil && circles(q, done, on) {
			return true
		}
	}
	done[it] = true
	return false
}

// closed refuses a form that cannot be completed, as something that has to be answered
// cannot be.
func (r *reader) closed(it *Item) {
	if !it.Closed || !it.Required {
		return
	}
	for p := it.Parent; p != nil; p = p.Parent {
		if p.Type == Group && p.Repeats && !p.Required && p.Limits.MinOccurs == 0 {
			return // the whole part can be left out
		}
	}
	r.say(it.Link, "required", Contradicts, Refuses)
}
