package chart

import (
	"slices"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// memoryOnly holds the records of an open chart that policy never lets this desk keep:
// in memory alone, and gone with the chart. A chart that holds some fetches the
// patient whole at its first sync, as the copy does not have them; so does one
// whose copy lacks what may be kept by now.
type memoryOnly struct {
	never map[ehrdesk.Kind]bool
	lacks map[ehrdesk.Kind]bool // by the copy, as it was when the chart was opened

	mu      sync.Mutex
	full    bool // a whole sync has come
	over    bool // the chart is closed: nothing more is taken in
	records map[ehrdesk.Ref]*cache.Change
}

// keepApart is for records of the kinds that are never kept, and of those that the copy
// lacks. Where there are none, the copy has had everything.
func keepApart(never, lacks []string) *memoryOnly {
	return &memoryOnly{never: kindSet(never), lacks: kindSet(lacks), full: len(never)+len(lacks) == 0, records: map[ehrdesk.Ref]*cache.Change{}}
}

func kindSet(names []string) map[ehrdesk.Kind]bool {
	set := map[ehrdesk.Kind]bool{}
	for _, name := range names {
		if k, err := ehrdesk.ParseKind(name); err == nil {
			set[k] = true
		}
	}
	return set
}

// keep keeps a record that must not reach the disk, and reports whether it is one.
func (a *memoryOnly) keep(res *fhir.Resource) bool {
	ref, mine := res.Record.Ref(), a.never[res.Record.Kind]
	a.mu.Lock()
	defer a.mu.Unlock()
	a.drop(ref)          // an earlier version, perhaps of a kind that was apart
	if mine && !a.over { // of its own: the page's memory is the page's
		a.records[ref] = &cache.Change{Record: res.Record, Body: slices.Clone(res.Body)}
	}
	return mine
}

// has reports whether a record is kept apart.
func (a *memoryOnly) has(ref ehrdesk.Ref) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.records[ref] != nil
}

// drop wipes a record. The caller holds a.mu.
func (a *memoryOnly) drop(ref ehrdesk.Ref) {
	if c := a.records[ref]; c != nil {
		clear(c.Body)
		delete(a.records, ref)
	}
}

// hadAll reports whether the copy and this chart together have had everything: until
// then a sync asks from the beginning.
func (a *memoryOnly) hadAll() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.full
}

// missing reports that records of a kind are not kept, and have not come yet.
func (a *memoryOnly) missing(k ehrdesk.Kind) bool {
	if !a.never[k] && !a.lacks[k] {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.full
}

// keepsAny reports whether there are records that must not reach the disk.
func (a *memoryOnly) keepsAny() bool { return len(a.never) > 0 }

// withdraw takes out the records that have left, by a sync that brought all there is.
func (a *memoryOnly) withdraw(left func(ehrdesk.Ref) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for ref := range a.records {
		if left(ref) {
			a.drop(ref)
		}
	}
	a.full = true
}

// rename gives late names to the records that are kept apart, and leaves the
// others to the store.
func (a *memoryOnly) rename(late []ehrdesk.Record) []ehrdesk.Record {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.DeleteFunc(late, func(r ehrdesk.Record) bool {
		c := a.records[r.Ref()]
		if c != nil {
			c.Record = r
		}
		return c != nil
	})
}

// with is the copy's records and those kept apart, newest first.
func (a *memoryOnly) with(records []*ehrdesk.Record) []*ehrdesk.Record {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.records) == 0 {
		return records
	}
	out := slices.Clone(records)
	for _, c := range a.records {
		r := c.Record
		out = append(out, &r)
	}
	slices.SortStableFunc(out, func(x, y *ehrdesk.Record) int { return y.Date.Compare(x.Date) })
	return out
}

// body is a record's bytes, nil where it is not kept apart.
func (a *memoryOnly) body(ref ehrdesk.Ref) []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.records[ref]; c != nil {
		return slices.Clone(c.Body)
	}
	return nil
}

// forget wipes everything.
func (a *memoryOnly) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range a.records {
		clear(c.Body)
	}
	clear(a.records)
	a.over = true
}
