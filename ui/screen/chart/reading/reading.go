package reading

import (
	"slices"
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/tables"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// Line is a line of a record: a label with what it says, a heading (no value), or text
// of its own (no label). Link is the record it refers to, where it refers to one.
type Line struct {
	Indent int
	Label  string
	Value  string
	Link   ehrdesk.Ref
}

// Reading is a record laid out.
type Reading struct {
	Lines []Line
	Shown int // elements that the lines say
	Left  int // elements that stand in the tree of all elements alone
}

// In is what laying out needs beside the record.
type In struct {
	Words text.Words
	Label func(el *ehrdesk.Element) string // an element's name in the screen's language
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
	"occurrence": true, "deceased": true, "born": true, "age": true, "multipleBirth": true}

// Of lays a record out.
func Of(in In, resource string, elements []ehrdesk.Element) Reading {
	w := writer{in: in}
	o := orders()[resource]
	all := tree(elements)
	slices.SortStableFunc(all, func(a, b node) int { return o.place(a.name) - o.place(b.name) })
	for i := range all {
		if technical[all[i].name] {
			w.out.Left += all[i].size()
			continue
		}
		w.node(&all[i], 0)
	}
	return w.out
}

type writer struct {
	in  In
	out Reading
}

// count says that so many of an element and those within it are said, and the rest left.
func (w *writer) count(n *node, said int) {
	w.out.Shown += said
	w.out.Left += n.size() - said
}

func (w *writer) add(l Line) { w.out.Lines = append(w.out.Lines, l) }

// node writes an element: in one line where its members are the parts of one value, else
// as a heading with its members below.
func (w *writer) node(n *node, indent int) {
	label := w.in.Label(n.el)
	switch {
	case len(n.below) == 0:
		w.add(Line{indent, label, w.in.Words.Element(n.el), ehrdesk.Ref{}})
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
		w.ends(n, label, indent, "start", "end")
	case n.child("text") != nil && n.only("text", "time", "authorString", "authorReference"):
		w.annotation(n, label, indent)
	case n.only("low", "high"):
		w.ends(n, label, indent, "low", "high")
	case n.el.Value != "": // a concept, a coding, a quantity: its words are the heading's
		w.add(Line{indent, label, w.in.Words.Element(n.el), ehrdesk.Ref{}})
		w.count(n, 1)
		w.extensions(n, indent+1)
	default:
		w.add(Line{Indent: indent, Label: label})
		w.out.Shown++
		for i := range n.below {
			w.node(&n.below[i], indent+1)
		}
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
	if l.Value == "" {
		l.Value = ehrdesk.CleanLine(n.value("reference"))
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

// extensions writes what an extension adds to a value that is one line: it may turn
// its meaning round.
func (w *writer) extensions(n *node, indent int) {
	for i := range n.below {
		c := &n.below[i]
		if c.name == "extension" || c.name == "modifierExtension" {
			w.out.Left -= c.size() // counted among the parts of the value before
			w.node(c, indent)
		} else {
			w.extensions(c, indent)
		}
	}
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
