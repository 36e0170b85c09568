package reading

import (
	"slices"
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/tables"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// Line is a line of a record: a label with what it says, a heading (no value), a row of a
// table (with cells), or text of its own (no label). Link is the record it refers to,
// where it refers to one.
type Line struct {
	Indent int
	Label  string
	Value  string
	Cells  []string // of a result: value with unit, range, flag; Label is its name
	Flag   ehrdesk.Flag
	Link   ehrdesk.Ref
}

// Reading is a record laid out.
type Reading struct {
	Head  Head
	Lines []Line
	Shown int // elements that the head and the lines say
	Left  int // elements that stand in the tree of all elements alone
}

// In is what laying out needs beside the record.
type In struct {
	Words text.Words
	Label func(el *ehrdesk.Element) string // an element's name in the screen's language, where no clinician's word is known
	// Record is the record's overview, whose facts say what its elements mean together.
	Record *ehrdesk.Record
	// Find gives a record that is referred to, where the chart shows it.
	Find func(ehrdesk.Ref) (ehrdesk.Record, bool)
	// Say is what a record that is referred to says in a line, its title with its value.
	Say func(*ehrdesk.Record) string
}

// technical are elements that programs need and nobody reads, and whose record it is,
// which the banner says.
var technical = map[string]bool{"resourceType": true, "id": true, "meta": true, "implicitRules": true, "language": true, "identifier": true,
	"subject": true, "patient": true, "instantiatesCanonical": true, "instantiatesUri": true, "groupIdentifier": true, "masterIdentifier": true}

// order is where the elements of a type of resource stand.
type order struct{ first, last []string }

var orders = sync.OnceValue(func() map[string]order {
	out := map[string]order{}
	for _, f := range tables.Details() {
		out[f[0]] = order{strings.Split(f[1], ";"), strings.Split(f[2], ";")}
	}
	return out
})

// place is where an element stands: among the first by its number, in the middle, last.
func (o *order) place(name string) int {
	for i, n := range o.first {
		if is(name, n) {
			return i
		}
	}
	for i, n := range o.last {
		if is(name, n) {
			return 2000 + i
		}
	}
	if name == "text" {
		return 1900 // a narrative says again what stands before it
	}
	return 1000
}

// is reports an element by its name, of a choice also with its type: valueQuantity is value.
func is(name, of string) bool {
	rest, ok := strings.CutPrefix(name, of)
	return ok && (rest == "" || rest[0] >= 'A' && rest[0] <= 'Z' && choices[of])
}

// choices are the elements of R4 that may be of several types.
var choices = map[string]bool{"value": true, "effective": true, "onset": true, "abatement": true, "medication": true, "performed": true,
	"occurrence": true, "deceased": true, "born": true, "age": true, "multipleBirth": true, "source": true}

// Of lays a record out.
func Of(in In, resource string, elements []ehrdesk.Element) Reading {
	w := writer{in: in, resource: resource}
	if in.Record != nil {
		w.facts = in.Words.Open(in.Record)
		w.out.Head = HeadOf(in.Words, in.Record)
	}
	o := orders()[resource]
	all := tree(elements)
	slices.SortStableFunc(all, func(a, b node) int { return o.place(a.name) - o.place(b.name) })
	for i := range all {
		switch n := &all[i]; {
		case technical[n.name] || usual(resource, n), n.name == "verificationStatus" && w.nothingKnown(), generated(n) && len(w.out.Lines) > 0:
			w.out.Left += n.size()
		case w.written[n.name]: // with the first of the name
			w.count(n, 1)
			w.extensions(n, 0)
		case w.inHead(n):
			w.count(n, 1)
			w.extensions(n, 0)
		case w.together(n, all), w.composed(n, 0):
		default:
			w.node(n, 0)
		}
	}
	for i := range w.out.Lines { // a text whose name is the record's needs none of its own
		if l := &w.out.Lines[i]; l.Label != "" && l.Label == w.out.Head.Title && l.Value != "" {
			l.Label = ""
		}
	}
	w.out.Lines = slices.DeleteFunc(w.out.Lines, func(l Line) bool {
		return l.Label != "" && l.Label == w.out.Head.Title && l.Value == "" && l.Cells == nil
	})
	return w.out
}

// nothingKnown reports a record that says that nothing is known: that needs no confirming.
func (w *writer) nothingKnown() bool {
	return w.in.Record != nil && w.in.Record.Flag == ehrdesk.FlagNoInformation
}

// generated reports a narrative that its sender made of the elements: they are said.
// Source: HL7 FHIR R4, narrative-status.
func generated(n *node) bool { return n.name == "text" && n.value("status") == "generated" }

type writer struct {
	in       In
	resource string
	facts    ehrdesk.Facts
	written  map[string]bool // elements whose facts are said for all of them at once
	out      Reading
}

// count says that so many of an element and those within it are said, and the rest left.
func (w *writer) count(n *node, said int) {
	w.out.Shown += said
	w.out.Left += n.size() - said
}

func (w *writer) add(l Line) { w.out.Lines = append(w.out.Lines, l) }

// label is what a clinician calls an element; where there is no word for it, its name.
func (w *writer) label(n *node) string {
	name := n.name
	for choice := range choices {
		if is(name, choice) {
			name = choice
			break
		}
	}
	if s := w.in.Words.Label(w.resource, name); s != "" {
		return s
	}
	return w.in.Label(n.el)
}

// node writes an element: in one line where its members are the parts of one value, else
// as a heading with its members below.
func (w *writer) node(n *node, indent int) { w.labelled(n, w.label(n), indent) }

func (w *writer) labelled(n *node, label string, indent int) {
	switch {
	case n.name == "extension" || n.name == "modifierExtension":
		w.extension(n, indent)
	case len(n.below) == 0:
		w.add(Line{Indent: indent, Label: label, Value: w.in.Words.Plain(w.in.Record, w.resource, n.el, n.name)})
		w.out.Shown++
	case n.child("reference") != nil && n.only("reference", "display", "type", "identifier"):
		w.reference(n, label, indent)
	case n.name == "text" && n.child("div") != nil:
		w.add(Line{Indent: indent, Label: label, Value: w.in.Words.Element(n.child("div").el)})
		w.count(n, 2)
	case n.child("contentType") != nil || n.child("data") != nil && n.child("url") == nil && n.only("contentType", "language", "data", "size", "hash", "title", "creation"):
		w.attachment(n, label, indent)
	case n.name == "series" && n.child("uid") != nil:
		w.series(n, label, indent)
	case n.only("start", "end"):
		w.period(n, label, indent)
	case n.child("text") != nil && n.only("text", "time", "authorString", "authorReference"):
		w.annotation(n, label, indent)
	case n.only("low", "high"):
		w.ends(n, label, indent, "low", "high")
	case n.isConcept():
		w.add(Line{Indent: indent, Label: label, Value: w.in.Words.Said(n.concept(), n.name)})
		w.count(n, 1)
		w.extensions(n, indent+1)
	case n.only("value", "unit", "system", "code", "comparator", "extension", "_value"):
		value := w.in.Words.Element(n.el)
		if duration(n) {
			value = w.in.Words.Amount(n.quantity())
		}
		w.add(Line{Indent: indent, Label: label, Value: value})
		w.count(n, 1)
		w.extensions(n, indent+1)
	case w.contact(n, label, indent):
	case n.el.Value != "": // something else with words of its own: a name
		w.add(Line{Indent: indent, Label: label, Value: w.in.Words.Element(n.el)})
		w.count(n, 1)
		w.extensions(n, indent+1)
	default:
		w.members(n, label, indent)
	}
}

// reference says the record referred to: what the chart knows of it, else what the
// sender calls it, else where it is.
func (w *writer) reference(n *node, label string, indent int) {
	target := target(n.value("reference"))
	words := ehrdesk.CleanLine(n.value("display"))
	l := Line{Indent: indent, Label: label, Value: words}
	if r, ok := w.in.Find(target); ok {
		l.Link = target
		if said := w.in.Say(&r); said != "" {
			l.Value = said
		}
	}
	if l.Value == "" { // an address says nothing to a reader; the tree has it
		l.Value = w.in.Words.Put(w.in.Words.Reading().NotHere)
	}
	w.add(l)
	w.count(n, 1)
}

// target is the record that a reference names, by type and id.
func target(s string) ehrdesk.Ref {
	parts := strings.Split(s, "/")
	for i, p := range parts {
		if p == "_history" {
			parts = parts[:i]
			break
		}
	}
	if len(parts) < 2 {
		return ehrdesk.Ref{}
	}
	return ehrdesk.Ref{Resource: parts[len(parts)-2], ID: parts[len(parts)-1]}
}

// ends is both ends in one line; an end that was not sent is not there.
func (w *writer) ends(n *node, label string, indent int, from, to string) {
	var parts [2]string
	for i, name := range [...]string{from, to} {
		if c := n.child(name); c != nil {
			parts[i] = w.in.Words.Element(c.el)
			w.count(c, 1)
		}
	}
	w.out.Shown++
	w.add(Line{Indent: indent, Label: label, Value: strings.TrimSpace(parts[0] + " – " + parts[1])})
}

// annotation is a note with who wrote it and when, where that was sent.
func (w *writer) annotation(n *node, label string, indent int) {
	var by []string
	for _, name := range [...]string{"time", "authorString"} {
		if c := n.child(name); c != nil {
			by = append(by, w.in.Words.Element(c.el))
		}
	}
	if a := n.child("authorReference"); a != nil {
		by = append(by, ehrdesk.CleanLine(a.el.Value))
	}
	words := w.in.Words.Element(n.child("text").el)
	if len(by) > 0 {
		words += " (" + strings.Join(by, ", ") + ")"
	}
	w.add(Line{Indent: indent, Label: label, Value: words})
	w.count(n, len(n.below)+1)
}
