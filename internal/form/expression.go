package form

import (
	"slices"

	"github.com/ehrdesk/ehrdesk/internal/form/path"
)

// expressions judges every expression, once the whole form is read. One beyond
// internal/form/path, or that asks for what is not known here, is named.
func (r *reader) expressions() {
	r.f.variables = r.variables("", nil, r.f.variables)
	r.rules("", nil, r.f.rules)
	r.f.Each(func(it *Item) {
		it.variables = r.variables(it.Link, it, it.variables)
		r.rules(it.Link, it, it.rules)
		r.begins(it)
		if it.Calculated != "" {
			if it.calculates = r.understood(it, it.Calculated); it.calculates == nil {
				it.Calculated = ""
				r.calculated(it, "sdc-questionnaire-calculatedExpression")
			} else {
				it.ReadOnly, r.f.reckons = true, true
			}
		}
		if it.askedIf.text != "" {
			if it.askedIf.read = r.understood(it, it.askedIf.text); it.askedIf.read == nil {
				r.say(it.Link, "sdc-questionnaire-enableWhenExpression", Expression, Refuses)
			}
			r.f.reckons = true
		}
	})
}

// begins judges what an item begins with: without it the item begins empty.
func (r *reader) begins(it *Item) {
	p := &it.Populate
	if p.Context != "" && (p.Name == "" || r.understood(it.Parent, p.Context) == nil) {
		r.say(it.Link, "itemPopulationContext "+p.Context, Expression, NotUsed)
		p.Context, p.Name = "", ""
	}
	if p.Expression != "" && r.understood(it, p.Expression, "entry") == nil {
		r.say(it.Link, "initialExpression "+p.Expression, Expression, NotUsed)
		p.Expression = ""
	}
}

// variables keeps those that are understood; what uses another one is not understood
// either, and is named itself.
func (r *reader) variables(link string, it *Item, in []variable) (out []variable) {
	for _, v := range in {
		if it == nil {
			r.f.variables = out
		} else {
			it.variables = out
		}
		if v.read = r.understood(it, v.text); v.read == nil || v.name == "" {
			r.say(link, "variable "+v.name, Expression, NotUsed)
			continue
		}
		out = append(out, v)
	}
	return out
}

func (r *reader) rules(link string, it *Item, rules []rule) {
	for i := range rules {
		if rules[i].read = r.understood(it, rules[i].text); rules[i].read == nil {
			r.say(link, rules[i].what, Expression, Refuses)
		}
	}
}

// understood reads an expression whose names and members are known where an item stands;
// nil where one is not. more are names that are known there besides.
func (r *reader) understood(it *Item, text string, more ...string) *path.Expr {
	e, err := path.Parse(text)
	if err != nil {
		return nil
	}
	for _, m := range e.Members() {
		if !slices.Contains(members(), m) {
			return nil
		}
	}
	for _, name := range e.Names() {
		if !slices.Contains(more, name) && !r.f.names(it, name) {
			return nil
		}
	}
	return e
}

// members are those that the trees of a form, a response, a patient, a person and a record have here.
func members() []string {
	return []string{
		"item", "linkId", "answer", "value", "code", "system", "display", "unit", "text", "answerOption",
		"id", "birthDate", "gender", "name", "use", "family", "given", "prefix", "suffix", "telecom", "address", "line",
		"reference", "source", "date",
	}
}

// names reports a name that expressions of an item may use.
func (f *Form) names(it *Item, name string) bool {
	switch name {
	case "patient", "user", "practitioner", "resource", "context", "questionnaire":
		return true
	}
	for ; it != nil; it = it.Parent {
		if it.Populate.Context != "" && it.Populate.Name == name || named(it.variables, name) != nil {
			return true
		}
	}
	return named(f.variables, name) != nil
}

// named is the variable of a name.
func named(list []variable, name string) *variable {
	for i := range list {
		if list[i].name == name {
			return &list[i]
		}
	}
	return nil
}
