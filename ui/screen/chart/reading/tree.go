// Package reading lays one record out as somebody would write it: what it says first, a
// line an element, codes and references in words, and none of what programs need. It
// promises that every element of the resource is either in what it gives or among those
// it counts as left to the tree of all elements; and that no text is changed but by the
// words that ui/text has for dates and codes.
package reading

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// node is an element with what is within it.
type node struct {
	el    *ehrdesk.Element
	name  string // its own name without its number: "coding"
	below []node
}

// tree builds the elements' tree from the list, in the order sent.
func tree(elements []ehrdesk.Element) []node {
	out, _ := level(elements, 0)
	return out
}

func level(elements []ehrdesk.Element, depth int) (out []node, rest []ehrdesk.Element) {
	for len(elements) > 0 && elements[0].Depth >= depth {
		n := node{el: &elements[0], name: leaf(elements[0].Path)}
		n.below, elements = level(elements[1:], depth+1)
		out = append(out, n)
	}
	return out, elements
}

// leaf is the last name of a path, without its number in a list.
func leaf(path string) string {
	name := path[strings.LastIndexByte(path, '.')+1:]
	if i := strings.IndexByte(name, '['); i >= 0 {
		name = name[:i]
	}
	return name
}

// child is the member of a name, nil for none.
func (n *node) child(name string) *node {
	for i := range n.below {
		if n.below[i].name == name {
			return &n.below[i]
		}
	}
	return nil
}

// value is what a member says, "" for none.
func (n *node) value(name string) string {
	if c := n.child(name); c != nil {
		return c.el.Value
	}
	return ""
}

// only reports that an element has no members but those of the names.
func (n *node) only(names ...string) bool {
	for i := range n.below {
		found := false
		for _, name := range names {
			found = found || n.below[i].name == name
		}
		if !found {
			return false
		}
	}
	return len(n.below) > 0
}

// size counts the element and everything within it.
func (n *node) size() int {
	total := 1
	for i := range n.below {
		total += n.below[i].size()
	}
	return total
}
