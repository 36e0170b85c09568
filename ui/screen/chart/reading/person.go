package reading

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// contact writes a telephone number, an address or a name, each with its use, in a line.
// It reports whether the element is one.
func (w *writer) contact(n *node, label string, indent int) bool {
	var said string
	switch {
	case n.name == "telecom":
		said = n.value("value")
	case n.name == "address":
		if said = n.value("text"); said == "" {
			var parts []string
			for i := range n.below {
				switch c := &n.below[i]; c.name {
				case "line", "city", "district", "state", "postalCode", "country":
					parts = append(parts, c.el.Value)
				}
			}
			said = strings.Join(parts, ", ")
		}
	case n.name == "name":
		if said = n.el.Value; said == "" {
			said = n.value("text")
		}
	}
	if said = ehrdesk.CleanLine(said); said == "" {
		return false
	}
	shown := 2
	for _, name := range [...]string{"use", "system"} {
		if c := n.child(name); c != nil && n.name != "name" {
			if use := w.in.Words.Plain(w.in.Record, w.resource, c.el, name); use != "" {
				said += " (" + use + ")"
				shown++
			}
			break
		}
	}
	w.add(Line{Indent: indent, Label: label, Value: said})
	w.count(n, min(shown, n.size()))
	w.extensions(n, indent+1)
	return true
}

// period is a time from one moment to another; of a visit the day that stands above is
// not said again, and a stay says how many days it took.
func (w *writer) period(n *node, label string, indent int) {
	from, until := n.child("start"), n.child("end")
	r := w.in.Record
	if r == nil || from == nil {
		w.ends(n, label, indent, "start", "end")
		return
	}
	if until == nil {
		if w.in.Words.Element(from.el) != w.out.Head.When {
			w.add(Line{Indent: indent, Label: label, Value: w.in.Words.Element(from.el)})
		}
		w.count(n, n.size())
		return
	}
	said := w.in.Words.Spell(r, from.el.When, until.el.When)
	if day := w.in.Words.Date; said == "" || w.resource != "Encounter" && day(from.el.When) != day(until.el.When) {
		w.ends(n, label, indent, "start", "end")
		return
	}
	w.add(Line{Indent: indent, Label: label, Value: said})
	w.count(n, n.size())
}
