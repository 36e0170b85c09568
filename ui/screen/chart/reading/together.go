package reading

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// together writes what several elements, or the many parts of one, say as a whole: a
// dosage is a sentence, results are a table. It reports whether it did.
func (w *writer) together(n *node, all []node) bool {
	whole := w.in.Record != nil && !w.facts.More && !w.facts.Unread
	words := w.in.Words
	switch {
	case n.name == "result" || n.name == "hasMember":
		return w.result(n)
	case n.name == "dosageInstruction" || n.name == "dosage":
		if !whole || len(w.facts.Dosages) == 0 {
			return false
		}
		for _, line := range words.Taken(&w.facts) {
			w.add(Line{Label: w.label(n), Value: line})
		}
	case n.name == "component":
		if !whole || count(all, n.name) > len(w.facts.Results) {
			return false
		}
		for i := range w.facts.Results {
			if r := &w.facts.Results[i]; !r.Code.IsZero() {
				name, value, span, flag := words.Component(r)
				w.add(Line{Label: name, Cells: []string{value, span, flag}, Flag: r.Flag})
			}
		}
	case n.name == "reaction" && w.resource == "AllergyIntolerance":
		said := words.Reactions(&w.facts)
		if !whole || said == "" {
			return false
		}
		w.add(Line{Label: w.label(n), Value: ehrdesk.CleanLine(said)})
	case n.name == "protocolApplied":
		said := words.Series(&w.facts)
		if !whole || said == "" {
			return false
		}
		if against := n.child("targetDisease"); against != nil {
			if d := words.Said(against.concept(), ""); d != "" {
				said += ", " + words.Put(words.Reading().Against, d)
			}
		}
		w.add(Line{Label: w.label(n), Value: said})
	case n.name == "referenceRange" && len(w.facts.Results) > 0:
		said := words.Ranges(w.facts.Results[0].Ranges)
		if !whole || said == "" {
			return false
		}
		w.add(Line{Label: w.label(n), Value: ehrdesk.CleanLine(said)})
	case n.name == "dispenseRequest":
		return w.supply(n, whole)
	default:
		return false
	}
	if w.written == nil {
		w.written = map[string]bool{}
	}
	w.written[n.name] = true
	w.count(n, 1)
	w.extensions(n, 0)
	return true
}

func count(all []node, name string) (n int) {
	for i := range all {
		if all[i].name == name {
			n++
		}
	}
	return n
}

// result is a row of a table: the name of a result that is a record of its own, its value,
// range and flag.
func (w *writer) result(n *node) bool {
	r, ok := w.in.Find(target(n.value("reference")))
	if !ok {
		return false
	}
	f := w.in.Words.Open(&r)
	name, value, span, flag := w.in.Words.Cells(&r, &f)
	w.add(Line{Label: name, Cells: []string{value, span, flag}, Flag: r.Flag, Link: r.Ref()})
	w.count(n, 1)
	return true
}

// supply is what an order lets be handed out, in a line; its other parts follow.
func (w *writer) supply(n *node, whole bool) bool {
	said := w.in.Words.Handed(&w.facts)
	if !whole || said == "" {
		return false
	}
	w.add(Line{Label: w.label(n), Value: said})
	w.out.Shown++
	for i := range n.below {
		switch c := &n.below[i]; c.name {
		case "quantity", "expectedSupplyDuration", "numberOfRepeatsAllowed":
			w.count(c, 1)
			w.extensions(c, 1)
		default:
			w.node(c, 1)
		}
	}
	return true
}

// members writes an object's members: where it has but one, in the object's own line, and
// where what it has is said in a few words, behind the first of them.
func (w *writer) members(n *node, label string, indent int) {
	if n.name == "context" || n.name == "hospitalization" { // what is in them has names that say enough
		w.out.Shown++
		for i := range n.below {
			w.node(&n.below[i], indent)
		}
		return
	}
	if len(n.below) == 1 {
		w.out.Shown++
		if c := &n.below[0]; c.name == "extension" || c.name == "modifierExtension" {
			w.extension(c, indent)
		} else {
			w.labelled(c, label, indent)
		}
		return
	}
	if lead, rest := n.lead(); lead != nil {
		w.out.Shown++
		at := len(w.out.Lines)
		w.labelled(lead, label, indent)
		for _, c := range rest {
			before := len(w.out.Lines)
			w.node(c, indent+1)
			// One word beside it: "Dr YIP (accepted)".
			if l := w.out.Lines; len(l) == before+1 && len(l) > at+1 && brief(c) && l[at].Value != "" && l[before].Link == (ehrdesk.Ref{}) {
				l[at].Value += " (" + l[before].Value + ")"
				w.out.Lines = l[:before]
			}
		}
		return
	}
	w.add(Line{Indent: indent, Label: label})
	w.out.Shown++
	for i := range n.below {
		w.node(&n.below[i], indent+1)
	}
}

// leads are the members that say what an object is about.
var leads = [...]string{"actor", "individual", "condition", "location", "module", "party", "attachment", "item", "reference"}

// lead is the member that an object is about, and the others; nil for none.
func (n *node) lead() (lead *node, rest []*node) {
	for _, name := range leads {
		if lead = n.child(name); lead != nil && len(lead.below) > 0 {
			break
		}
		lead = nil
	}
	if lead == nil {
		return nil, nil
	}
	for i := range n.below {
		if c := &n.below[i]; c != lead {
			rest = append(rest, c)
		}
	}
	return lead, rest
}

// brief reports a member that is a word: a status, a role.
func brief(n *node) bool {
	switch n.name {
	case "status", "use", "function", "rank", "type", "required", "mode":
		return true
	}
	return false
}

// isConcept reports a concept or a coding that has words or a code.
func (n *node) isConcept() bool {
	switch {
	case n.only("coding", "text", "extension"):
		return n.child("coding") != nil || n.child("text") != nil && len(n.child("text").below) == 0
	case n.only("system", "version", "code", "display", "userSelected", "extension"):
		return n.child("code") != nil
	}
	return false
}

// concept is the element as a concept.
func (n *node) concept() ehrdesk.Concept {
	k := ehrdesk.Concept{Text: n.value("text")}
	add := func(c *node) {
		k.Codings = append(k.Codings, ehrdesk.Coding{System: c.value("system"), Code: c.value("code"), Display: c.value("display")})
	}
	for i := range n.below {
		if n.below[i].name == "coding" {
			add(&n.below[i])
		}
	}
	if len(k.Codings) == 0 && k.Text == "" {
		add(n)
	}
	return k
}

// quantity is the element as a quantity.
func (n *node) quantity() ehrdesk.Quantity {
	return ehrdesk.Quantity{Number: n.value("value"), Comparator: n.value("comparator"), Unit: n.value("unit"), System: n.value("system"), Code: n.value("code")}
}

// duration reports an element that is a length of time.
func duration(n *node) bool {
	return n.name == "daysSupply" || n.name == "length" || strings.HasSuffix(n.name, "Duration") || strings.HasSuffix(n.name, "Age") || n.name == "age"
}
