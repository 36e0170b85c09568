package reading

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// Head is what stands above a record that is opened, each of it once: what it is, how it
// stands and when, where it came from, and of a measurement its value.
type Head struct {
	Title  string
	Status string // "" where the record has none
	When   string // "" where no date is recorded
	Source string
	Value  string // of a measurement
	Flag   string
	Range  string

	InError bool
}

// HeadOf is a record's head, from its overview alone.
func HeadOf(words text.Words, r *ehrdesk.Record) Head {
	said := words.Whole(r)
	h := Head{Title: said.Title, Status: said.State, When: said.Sent, Source: ehrdesk.CleanLine(r.Source), InError: said.InError}
	if r.Resource == "Observation" {
		if f := words.Open(r); measured(&f) || words.Pressure(&f) {
			h.Flag, h.Range = said.Flag, said.Range
			h.Value = words.Measured(r, f)
		}
	}
	return h
}

// measured reports a value of the record itself.
func measured(f *ehrdesk.Facts) bool {
	return slices.ContainsFunc(f.Results, func(r ehrdesk.Result) bool { return r.Code.IsZero() })
}

// judging are the elements of a measurement that its value, its flag and its range say.
var judging = map[string]bool{"interpretation": true, "referenceRange": true, "dataAbsentReason": true}

// inHead reports an element that the head says in full: nothing is said twice.
func (w *writer) inHead(n *node) bool {
	h := &w.out.Head
	if h.Title == "" {
		return false
	}
	whole := !w.facts.More && !w.facts.Unread
	switch {
	case h.Value != "" && whole && (is(n.name, "value") || judging[n.name]):
		return true
	case n.name == "component" && h.Value != "" && whole && w.in.Words.Pressure(&w.facts) && len(w.facts.Results) == 2:
		return true
	case n.child("reference") != nil:
		name := n.value("display")
		if r, found := w.in.Find(target(n.value("reference"))); found && name == "" {
			if !r.Linked { // a record of the patient's that can be followed stays
				return false
			}
			name = r.Title
		}
		return n.only("reference", "display", "type") && same(name, h.Source)
	case len(n.below) == 1 && n.below[0].child("reference") != nil:
		return w.inHead(&n.below[0])
	case len(n.below) == 0 && !n.el.When.IsZero():
		return w.in.Words.Element(n.el) == h.When
	case n.only("start", "end"):
		return false
	case len(n.below) == 0:
		said := w.in.Words.Plain(w.in.Record, w.resource, n.el, n.name)
		return said == h.Title || said != "" && said == h.Source || slices.Contains(strings.Split(h.Status, " · "), said)
	case n.only("display"):
		return same(n.value("display"), h.Source)
	case n.isConcept() && n.only("coding", "text"):
		said := w.in.Words.Said(n.concept(), n.name)
		return strings.HasPrefix(h.Title, said) || strings.HasSuffix(h.Title, said) || slices.Contains(strings.Split(h.Status, " · "), said)
	}
	return false
}

func same(a, b string) bool { return a != "" && ehrdesk.CleanLine(a) == b }

// filed are the codes by which results are filed: the list that a record stands in, and
// its name, say as much.
var filed = map[string]bool{"laboratory": true, "LAB": true, "RAD": true, "imaging": true, "vital-signs": true, "encounter-diagnosis": true, "problem-list-item": true,
	"outpatient": true, "community": true, "allergy": true}

// usual reports an element that says what is a matter of course: an order that is one, of
// no haste, a result filed under results. The tree of all elements has it.
func usual(resource string, n *node) bool {
	switch n.name {
	case "intent":
		return strings.HasSuffix(n.el.Value, "order")
	case "priority":
		return n.el.Value == "routine"
	case "category":
		switch resource {
		case "DocumentReference":
			return n.child("text") == nil && len(n.concept().Codings) == 1 // the list that it stands in
		case "Observation", "DiagnosticReport", "Condition", "MedicationRequest", "AllergyIntolerance":
		default:
			return false
		}
		k := n.concept()
		return len(k.Codings) > 0 && !slices.ContainsFunc(k.Codings, func(c ehrdesk.Coding) bool { return !filed[c.Code] }) && (k.Text == "" || len(k.Codings) == 1 && strings.EqualFold(k.Text, k.Codings[0].Display))
	}
	return false
}
