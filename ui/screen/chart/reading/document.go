package reading

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// A document (a Composition of FHIR, as an International Patient Summary is one) is read
// in its author's order: each section under its title with the author's own text, and
// then the records that it names, which can be followed.

// composed writes a section of a document; it reports whether the element is one.
func (w *writer) composed(n *node, indent int) bool {
	if w.resource != "Composition" || n.name != "section" || len(n.below) == 0 {
		return false
	}
	w.out.Shown++
	title, code := ehrdesk.CleanLine(n.value("title")), n.child("code")
	if title == "" && code != nil {
		title = w.in.Words.Said(code.concept(), "code")
	}
	if title == "" {
		title = w.label(n)
	}
	w.add(Line{Indent: indent, Label: title})
	for i := range n.below {
		switch c := &n.below[i]; {
		case c.name == "title":
			w.out.Shown++
		case c.name == "code": // by which programs know the section; its title says what it is
			w.out.Left += c.size()
		case c.name == "text" && c.child("div") != nil:
			w.narrative(c, indent+1)
		case c.name == "emptyReason":
			w.add(Line{Indent: indent + 1, Label: w.label(c), Value: w.in.Words.Empty(c.concept())})
			w.count(c, 1)
			w.extensions(c, indent+1)
		case c.name == "entry", c.name == "section", c.name == "orderedBy", c.name == "mode": // entries stand together; how a list is sorted is seen
		default:
			w.node(c, indent+1)
		}
	}
	w.entries(n, indent+1)
	for i := range n.below {
		switch c := &n.below[i]; c.name {
		case "section":
			w.composed(c, indent+1)
		case "mode", "orderedBy":
			w.out.Left += c.size()
		}
	}
	return true
}

// narrative is a section's text as its author wrote it, without its markup.
func (w *writer) narrative(n *node, indent int) {
	if said := strings.Trim(w.in.Words.Element(n.child("div").el), "\n "); said != "" {
		w.add(Line{Indent: indent, Value: said})
	}
	w.count(n, 1)
	w.extensions(n, indent)
}

// entries are the records that a section names, in its order: a line each, results as a
// table. Those that are restricted and those that the chart does not have are counted: a
// section never looks complete when it is not.
func (w *writer) entries(section *node, indent int) {
	var here []Line
	missing, restricted := 0, 0
	for i := range section.below {
		n := &section.below[i]
		if n.name != "entry" {
			continue
		}
		w.count(n, 1)
		r, ok := w.in.Find(target(n.value("reference")))
		display := ehrdesk.CleanLine(n.value("display"))
		switch {
		case ok && r.Restricted:
			restricted++
		case ok:
			here = append(here, w.entry(&r, indent))
		case display != "": // what the sender calls it is all there is
			here = append(here, Line{Indent: indent, Value: display + " (" + w.in.Words.Put(w.in.Words.Reading().NotHere) + ")"})
		default:
			missing++
		}
	}
	w.out.Lines = append(w.out.Lines, here...)
	for _, m := range []struct {
		n    int
		held bool
	}{{restricted, true}, {missing, false}} {
		if m.n > 0 {
			w.add(Line{Indent: indent, Value: w.in.Words.Lacking(m.n, m.held)})
		}
	}
}

// entry is a record in a line of its own words: a result with its range and flag, a drug
// with its dose, anything else with its date.
func (w *writer) entry(r *ehrdesk.Record, indent int) Line {
	words := w.in.Words
	f := words.Open(r)
	if r.Resource == "Observation" {
		name, value, span, flag := words.Cells(r, &f)
		return Line{Label: name, Cells: []string{value, span, flag}, Flag: r.Flag, Link: r.Ref()}
	}
	said := w.in.Say(r)
	if r.Kind == ehrdesk.KindMedication && !r.Linked && len(f.Dosages) > 0 {
		drug := words.Drug(r, &f)
		if _, taken := drug.Parts(); len(taken) == 0 {
			said += "  " + words.ShortDose(&f)
		}
	}
	if day := words.Date(r.Date); day != "" {
		said += "  " + day
	}
	return Line{Indent: indent, Value: said, Link: r.Ref()}
}
