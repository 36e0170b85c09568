package reading

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// attachment says a document's title with its text, or why there is none. A text of
// several lines stands under the title as its heading.
func (w *writer) attachment(n *node, label string, indent int) {
	if t := n.value("title"); t != "" {
		label = ehrdesk.CleanLine(t)
	}
	kind := ehrdesk.CleanLine(n.value("contentType"))
	data, url := n.child("data"), n.child("url")
	said := 1
	switch {
	case data != nil:
		w.document(label, w.in.Words.Element(data.el), indent)
		said++
	case url != nil:
		w.add(Line{Indent: indent, Label: label, Value: strings.TrimSpace(w.in.Words.Element(url.el) + " " + kind)})
		said++
	default:
		w.add(Line{Indent: indent, Label: label, Value: kind})
	}
	if c := n.child("creation"); c != nil {
		w.add(Line{Indent: indent + 1, Label: w.in.Label(c.el), Value: w.in.Words.Element(c.el)})
		said++
	}
	w.count(n, said)
}

// document is a heading with a text below, or both in a line.
func (w *writer) document(label, text string, indent int) {
	if !strings.Contains(text, "\n") {
		w.add(Line{Indent: indent, Label: label, Value: text})
		return
	}
	w.add(Line{Indent: indent, Label: label})
	w.add(Line{Indent: indent + 1, Value: text})
}
