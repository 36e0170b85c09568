package form

import (
	"maps"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/form/path"
)

// Around is what expressions may ask of beside the answers.
type Around struct {
	Patient, User []path.Node
	Entry         []path.Node // the record that the form is about; none for most
	Now           time.Time
}

// Know says what expressions may ask of, and reckons what depends on it.
func (a *Answers) Know(k Around) {
	a.known = k
	a.settle()
}

// mostRounds is how often answers that are reckoned of one another are reckoned again.
const mostRounds = 8

// settle reckons, after a change, what is asked and what is calculated by expressions.
// An expression that has no answer asks for nothing and calculates nothing.
func (a *Answers) settle() {
	a.enabled = nil
	if !a.form.reckons {
		return
	}
	for range mostRounds {
		s := a.sight()
		asked := map[Place]bool{}
		changed := a.reckon(&a.top, "", s, asked)
		changed = changed || !maps.Equal(asked, a.askedIf)
		if a.askedIf, a.enabled = asked, nil; !changed {
			return
		}
	}
}

func (a *Answers) reckon(p *part, rows string, s *sight, asked map[Place]bool) (changed bool) {
	for i := range p.entries {
		e := &p.entries[i]
		it := e.item
		first := Place{it.Link, below(rows, 0)}
		if it.askedIf.read != nil {
			is, err := it.askedIf.read.Holds(s.scope(it, first))
			asked[Place{it.Link, rows}] = is && err == nil
		}
		if it.calculates != nil {
			v := Value{}
			if out, err := it.calculates.Of(s.scope(it, first)); err == nil && len(out) == 1 {
				if got, ok := it.From(out[0]); ok {
					v = got
				}
			}
			if e.rows[0].value != v {
				e.rows[0].value, changed = v, true
			}
		}
		for n := range e.rows {
			changed = a.reckon(&e.rows[n].inside, below(rows, n), s, asked) || changed
		}
	}
	return changed
}

// sight is what expressions see at one moment.
type sight struct {
	a     *Answers
	root  []path.Node
	at    map[Place]path.Node
	form  []path.Node
	depth int
}

func (a *Answers) sight() *sight {
	root, at := a.tree()
	return &sight{a: a, root: []path.Node{root}, at: at, form: []path.Node{{Kind: path.Object, Members: map[string][]path.Node{"item": questions(a.form.Items)}}}}
}

// scope is what an expression of an item sees at a place; without an item, of the form.
func (s *sight) scope(it *Item, at Place) path.Scope {
	context := s.root
	if it != nil {
		if context = nil; len(s.at[at].Members) > 0 {
			context = []path.Node{s.at[at]}
		}
	}
	return path.Scope{Context: context, Now: s.a.known.Now, Named: func(name string) []path.Node { return s.named(name, it, at) }}
}

func (s *sight) named(name string, it *Item, at Place) []path.Node {
	switch name {
	case "patient":
		return s.a.known.Patient
	case "user", "practitioner":
		return s.a.known.User
	case "entry":
		return s.a.known.Entry
	case "resource":
		return s.root
	case "questionnaire":
		return s.form
	case "context":
		return s.scope(it, at).Context
	}
	if s.depth++; s.depth > maxDepth { // variables that name one another
		s.depth--
		return nil
	}
	defer func() { s.depth-- }()
	rows := strings.Split(at.Rows, ".")
	for ; it != nil; it = it.Parent {
		if v := named(it.variables, name); v != nil && it.Depth < len(rows) {
			return s.worth(v, it, Place{it.Link, strings.Join(rows[:it.Depth+1], ".")})
		}
	}
	if v := named(s.a.form.variables, name); v != nil {
		return s.worth(v, nil, Place{})
	}
	return nil
}

func (s *sight) worth(v *variable, it *Item, at Place) []path.Node {
	out, err := v.read.Of(s.scope(it, at))
	if err != nil {
		return nil
	}
	return out
}

// Find reckons an expression of an item at a place: what it begins with.
func (a *Answers) Find(e *path.Expr, it *Item, at Place, named func(string) []path.Node) ([]path.Node, error) {
	s := a.sight().scope(it, at)
	known := s.Named
	s.Named = func(name string) []path.Node {
		if out := named(name); out != nil {
			return out
		}
		return known(name)
	}
	return e.Of(s)
}

// checkRules holds the answers against the rules of the form and of what is asked in it.
func (a *Answers) checkRules(out *[]Problem) {
	if !a.form.ruled() {
		return
	}
	s := a.sight()
	check := func(rules []rule, it *Item, at Place) {
		for i := range rules {
			if r := &rules[i]; r.read != nil {
				if is, err := r.read.Holds(s.scope(it, at)); err != nil || !is {
					*out = append(*out, Problem{Place: at, What: Rule, Words: r.human})
				}
			}
		}
	}
	check(a.form.rules, nil, Place{})
	for _, l := range a.Lines() {
		if _, there := s.at[l.Place]; there && l.Enabled {
			check(l.Item.rules, l.Item, l.Place)
		}
	}
}

func (f *Form) ruled() bool {
	is := len(f.rules) > 0
	f.Each(func(it *Item) { is = is || len(it.rules) > 0 })
	return is
}
