package engine

import (
	"encoding/base64"
	"errors"
	"hash/fnv"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// counted are the rows of a list that came so far, each once: a list that changes while it is read, or
// an engine that gives a page again, gives rows twice, and as many others are missing.
type counted map[[8]byte]bool

// tail is of how many rows a place remembers that they came, beyond one List: where a list has moved on
// between two pages, those at the end of the one begin the other.
const tail = 64

// fresh is how many rows of a page came for the first time, by what this list had and what stands at
// the end of the page before; end is what stands at the end of this one.
func (c counted) fresh(b *fhir.Bundle, before string) (n int, end string) {
	last, err := base64.RawURLEncoding.DecodeString(before)
	if err != nil {
		last = nil
	}
	for i := 0; i+8 <= len(last); i += 8 {
		c[[8]byte(last[i:])] = true
	}
	for i := range b.Entries {
		e := &b.Entries[i]
		if !isRow(e) {
			continue
		}
		if e.Resource.ID == "" { // which one it is nobody can tell
			n++
			continue
		}
		h := fnv.New64a()
		_, _ = h.Write([]byte(e.Resource.Ref().String()))
		mark := [8]byte(h.Sum(nil))
		if !c[mark] {
			n++
		}
		c[mark] = true
		last = append(last, mark[:]...)
	}
	return n, base64.RawURLEncoding.EncodeToString(last[max(0, len(last)-8*tail):])
}

// isRow reports an entry that is what was asked for, readable or not.
func isRow(e *fhir.Entry) bool {
	return (e.Resource.Bytes != nil || e.Fault != nil) && e.Mode != "include" && e.Mode != "outcome" && e.Resource.Type != "OperationOutcome"
}

// rows is how many of a page's entries are what was asked for.
func rows(b *fhir.Bundle) (n int) {
	for i := range b.Entries {
		if isRow(&b.Entries[i]) {
			n++
		}
	}
	return n
}

// most is the greatest total that is believed: of more rows no list comes to its end.
const most = mostPages * fhir.MaxPage

// all is how many rows a page has, those that came before too.
func all(b *fhir.Bundle) (n int) {
	for i := range b.Entries {
		if isRow(&b.Entries[i]) {
			n++
		}
	}
	return n
}

// Expired reports that a list is to be begun again.
func Expired(err error) bool {
	var r *refusal.Error
	return errors.As(err, &r) && r.Issue == expired().Issue
}
