package screen

import "strings"

// Reader is a screen that says its list itself where it is read line by line: the items
// that stand now, numbered from 1 on over all there are, with the lines between them.
// ok is false while the screen shows something else than a list.
type Reader interface {
	Read() (list Reading, ok bool)
}

// Reading is a list to be read.
type Reading struct {
	Lines []Line
	Sel   int // number of the item in focus, 0 for none
	Total int // how many items there are, those that do not stand now too
}

// Line is one line of it. N is its number where it is an item, 0 for words between.
type Line struct {
	N    int
	Text string
}

// Spoken is the parts of a line one after the other; those that are empty are left out.
func Spoken(parts ...string) string {
	var have []string
	for _, s := range parts {
		if s != "" {
			have = append(have, s)
		}
	}
	return strings.Join(have, ", ")
}
