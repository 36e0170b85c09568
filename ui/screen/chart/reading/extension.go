package reading

import (
	"strings"
)

// extensions writes what an extension adds to a value that is one line: it may turn
// its meaning round.
func (w *writer) extensions(n *node, indent int) {
	for i := range n.below {
		c := &n.below[i]
		if c.name == "extension" || c.name == "modifierExtension" {
			w.out.Left -= c.size() // counted among the parts of the value before
			w.extension(c, indent)
		} else {
			w.extensions(c, indent)
		}
	}
}

// extension writes an addition of the sender's that is one value as a line, by the name
// that its address ends with. One that is a tree of its own is left to the tree of all
// elements, unless it may turn the record's meaning round.
func (w *writer) extension(n *node, indent int) {
	var value *node
	for i := range n.below {
		if c := &n.below[i]; is(c.name, "value") {
			value = c
		}
	}
	url := n.value("url")
	switch {
	case value != nil && n.below != nil && len(n.below) == 2 && url != "" && !aside(url):
		w.labelled(value, extensionName(url), indent)
		w.count(n, 0)
		w.out.Left -= value.size() // counted by its own line
	case n.name == "modifierExtension":
		w.members(n, w.in.Label(n.el), indent)
	default:
		w.out.Left += n.size()
	}
}

// aside reports an addition that says nothing of the patient: the same words in another
// language, how a name is put together.
func aside(url string) bool {
	for _, s := range [...]string{"/translation", "/iso21090-", "/rendering-", "/data-absent-reason", "/geolocation", "/originalText"} {
		if strings.Contains(url, s) {
			return true
		}
	}
	return false
}

// extensionName is the last part of an address, as words: ".../estimated-by" is
// "estimated by".
func extensionName(url string) string {
	url = strings.TrimRight(url, "/")
	url = url[strings.LastIndexAny(url, "/#:")+1:]
	return strings.NewReplacer("-", " ", "_", " ").Replace(url)
}
