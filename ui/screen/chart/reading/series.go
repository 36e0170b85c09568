package reading

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// series is a line of an imaging study: its number, by which reports point at pictures
// ("series 3 image 41"), what it is and how many images it has. The images' own elements
// are left to the tree.
func (w *writer) series(n *node, label string, indent int) {
	said := 1
	if number := n.value("number"); number != "" {
		label, _, _ = strings.Cut(label, " ") // its place in the list is no number of the study's
		label += " " + ehrdesk.CleanLine(number)
		said++
	}
	var parts []string
	for _, name := range [...]string{"modality", "description", "bodySite", "laterality", "started"} {
		if c := n.child(name); c != nil {
			words := w.in.Words.Element(c.el)
			if words == "" { // a coding without words
				words = ehrdesk.CleanLine(c.value("code"))
			}
			if words != "" {
				parts = append(parts, words)
			}
			said++
		}
	}
	if c := n.child("numberOfInstances"); c != nil {
		parts = append(parts, w.in.Label(c.el)+" "+w.in.Words.Element(c.el))
		said++
	}
	w.add(Line{Indent: indent, Label: label, Value: strings.Join(parts, " · ")})
	w.count(n, said)
	w.extensions(n, indent+1)
}
