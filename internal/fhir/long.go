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
	cuts  []Cut
	spool io.ReaderAt
}

// Long gives the whole of an entry's resource where the page it came in was
// extracted and something of it was taken out; nil where its bytes are all there.
func (e *Entry) Long(cuts []Cut, spool io.ReaderAt) *Long {
	if cuts := within(cuts, e.At, e.At+len(e.Resource.Bytes)); len(cuts) > 0 {
		return &Long{rest: e.Resource.Bytes, at: e.At, cuts: cuts, spool: spool}
	}
	return nil
}

// Reader reads it from its beginning. Errors: the spool's.
func (l *Long) Reader() io.Reader {
	parts := make([]io.Reader, 0, 2*len(l.cuts)+1)
	from := 0
	for _, c := range l.cuts {
		parts = append(parts, bytes.NewReader(l.rest[from:c.At-l.at]), io.NewSectionReader(l.spool, c.From, c.Size))
		from = c.At - l.at
	}
	return io.MultiReader(append(parts, bytes.NewReader(l.rest[from:]))...)
}

// within are the cuts at from or after it and before to. All stand in order.
func within(cuts []Cut, from, to int) []Cut {
	i := sort.Search(len(cuts), func(i int) bool { return cuts[i].At >= from })
	j := sort.Search(len(cuts), func(i int) bool { return cuts[i].At >= to })
	return cuts[i:j]
}
