package records

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/ehrdesk/ehrdesk/internal/central/filing"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// bundleWriter writes a searchset by joining stored bytes; no body is decoded.
type bundleWriter struct {
	w    bytes.Buffer // room for the head, then the entries
	head []byte       // what stands before the link
	base string
	n    int
	size int // bytes of resources
	more bool
}

func (b *bundleWriter) everything(tx *store.Tx, id string, of store.Scope, cur *rest.Cursor) error {
	b.begin(*cur)
	left := cur.Count
	add := func(r *store.Row) error {
		if left == 0 || pageIsFull(b.size, len(r.Body)) {
			b.more = true
			return errPageFull
		}
		left--
		cur.After = r.Place
		return b.entry(r.Type, r.ID, r.Body, r.Linked)
	}
	if cur.Phase == 0 {
		if err := full(tx.Charts.Own(id, of, cur.Since, cur.After, left+1, add)); err != nil || b.more {
			return err
		}
		cur.Phase, cur.After = 1, 0
	}
	return full(tx.Charts.Shared(id, of, cur.Since, cur.After, left+1, add))
}

// full is err, where it is more than that the page is full.
func full(err error) error {
	if errors.Is(err, errPageFull) {
		return nil
	}
	return err
}

// perEntry is more bytes than most entries without a document take, and mostAhead as much as a
// page is made room for before it is known what it takes.
const (
	perEntry  = 1200
	mostAhead = 1 << 20
)

// headRoom is left before the entries for what is known after them: whether there is a page
// after this one. Its link stands before them, as FHIR orders the elements of a Bundle, so that
// whoever reads the page can ask for the next before they have read this one's entries.
const headRoom = 1 << 10

func (b *bundleWriter) begin(cur rest.Cursor) {
	b.start(perEntry*min(cur.Count, cur.Total), cur.At)
	b.head = append(b.head, `,"total":`+strconv.Itoa(cur.Total)...)
}

// start makes room for so many bytes of entries: a page that grows by doubling is copied over
// and over.
func (b *bundleWriter) start(ahead int, at int64) {
	b.w.Grow(min(headRoom+ahead+512, mostAhead))
	b.w.Write(make([]byte, headRoom))
	b.head = append(b.head, `{"resourceType":"Bundle","type":"searchset","timestamp":"`+rest.Instant(at)+`"`...)
}

// bytes gives the bundle: the head is put right before the entries.
func (b *bundleWriter) bytes() []byte {
	all := b.w.Bytes()
	if len(b.head) > headRoom {
		return append(b.head, all[headRoom:]...)
	}
	from := headRoom - len(b.head)
	copy(all[from:], b.head)
	return all[from:]
}

// pageBytes is after how many bytes of resources a page ends, however many it
// was to have: a reader has to hold it whole. What makes it longer than any answer
// that a desk reads begins the next.
const pageBytes = 8 << 20

// pageIsFull reports whether one more resource, of so many bytes, is for the next page.
func pageIsFull(size, more int) bool {
	return size >= pageBytes || size > 0 && size+more > filing.MaxResource
}

var errPageFull = errors.New("the page is full")

// entry writes one resource. Types and ids are of FHIR's safe alphabet.
func (b *bundleWriter) entry(kind, id, body []byte, linked bool) error {
	sep := `,{"fullUrl":"`
	if b.n == 0 { // FHIR has no empty arrays
		sep = `,"entry":[{"fullUrl":"`
	}
	b.n++
	b.w.WriteString(sep)
	b.w.WriteString(b.base)
	b.w.WriteByte('/')
	b.w.Write(kind)
	b.w.WriteByte('/')
	b.w.Write(id)
	b.w.WriteString(`","resource":`)
	b.w.Write(body)
	b.size += len(body)
	mode := `,"search":{"mode":"match"}}`
	if linked {
		mode = `,"search":{"mode":"include"}}`
	}
	b.w.WriteString(mode)
	return nil
}

// end closes the bundle, with the link to the next page where there is one.
func (b *bundleWriter) end(s *rest.Server, cur rest.Cursor, who *store.Account, where, path string) error {
	if b.n > 0 {
		b.w.WriteByte(']')
	}
	if b.more {
		page, err := s.Seal(cur, who, where)
		if err != nil {
			return err
		}
		b.head = append(b.head, `,"link":[{"relation":"next","url":`+resource.Quote(b.base+path+"?page="+page)+`}]`...)
	}
	b.w.WriteByte('}')
	return nil
}
