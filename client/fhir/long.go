package fhir

import (
	"bytes"
	"io"
	"sort"
)

// Long is the exact bytes of a resource with a document in it, which are not all
// in memory. It can be read until its page is closed.
type Long struct {
	rest  []byte // without what was taken out
	at    int    // where it began in its page
	cuts  []cut
	spool io.ReaderAt
}

// Reader reads it from its beginning. Errors: the spool's.
func (l *Long) Reader() io.Reader {
	parts := make([]io.Reader, 0, 2*len(l.cuts)+1)
	from := 0
	for _, c := range l.cuts {
		parts = append(parts, bytes.NewReader(l.rest[from:c.at-l.at]), io.NewSectionReader(l.spool, c.from, c.size))
		from = c.at - l.at
	}
	return io.MultiReader(append(parts, bytes.NewReader(l.rest[from:]))...)
}

// within are the cuts at from or after it and before to. All stand in order.
func within(cuts []cut, from, to int) []cut {
	i := sort.Search(len(cuts), func(i int) bool { return cuts[i].at >= from })
	j := sort.Search(len(cuts), func(i int) bool { return cuts[i].at >= to })
	return cuts[i:j]
}
