package chart

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/directory"
)

// signed is what signs which records of a snapshot. A Provenance of records that are shown is no row of its own: it is read with
// the records that it is of.
type signed struct {
	first  map[ehrdesk.Ref]int32 // place in links of the first of a record that is shown, from 1; of another the negative
	links  []link
	folded map[string]*ehrdesk.Record // Provenances that are no rows, by id
	broken *broken                    // nil where nothing is signed
}

// link is a Provenance of a record, and the place of the next of the same record, from 1; 0 for none.
type link struct {
	by   *ehrdesk.Record
	to   ehrdesk.Ref
	next int32
}

// by are the Provenances of a record that is shown.
func (s *signed) by(to ehrdesk.Ref) (out []ehrdesk.Ref) {
	for i := s.first[to]; i > 0; i = s.links[i-1].next {
		if ref := s.links[i-1].by.Ref(); !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	return out
}

// broken is whether a signature on a record does not hold, of those that were looked at.
type broken struct {
	mu   sync.Mutex
	refs map[ehrdesk.Ref]bool
}

func (b *broken) known(ref ehrdesk.Ref) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, known := b.refs[ref]
	return known
}

const provenance = "Provenance"

// signing finds them. Records without a Provenance among them cost a glance each.
func signing(records []*ehrdesk.Record, see func(*ehrdesk.Record) bool) (s signed) {
	n := 0
	for _, r := range records {
		if r.Resource == provenance && r.Linked {
			n++
		}
	}
	if n == 0 {
		return s
	}
	s = signed{make(map[ehrdesk.Ref]int32, n), make([]link, 0, n), make(map[string]*ehrdesk.Record, n), &broken{refs: map[ehrdesk.Ref]bool{}}}
	for _, r := range records {
		if r.Resource != provenance || !r.Linked || !see(r) {
			continue
		}
		f := r.Facts()
		for _, x := range f.Relations {
			if x.Role == "target" && x.Ref.ID != "" && x.Ref.Resource != provenance {
				s.links = append(s.links, link{r, x.Ref, -s.first[x.Ref]})
				s.first[x.Ref] = -int32(len(s.links)) //nolint:gosec // a chart has fewer records
			}
		}
	}
	for _, r := range records {
		if i, is := s.first[r.Ref()]; is && i < 0 && see(r) {
			s.first[r.Ref()] = -i
			for i = -i; i > 0; i = s.links[i-1].next {
				by := s.links[i-1].by
				s.folded[by.ID] = by
			}
		}
	}
	return s
}

func (s *signed) has(ref ehrdesk.Ref) bool {
	return ref.Resource == provenance && s.folded[ref.ID] != nil
}

func (s *signed) find(ref ehrdesk.Ref) (ehrdesk.Record, bool) {
	if !s.has(ref) {
		return ehrdesk.Record{}, false
	}
	return *s.folded[ref.ID], true
}

// Signing are the Provenances that sign records of the chart and are no rows of their own.
func (c *Chart) Signing() []ehrdesk.Record {
	s := c.shown().signed
	out := make([]ehrdesk.Record, 0, len(s.folded))
	for _, r := range s.folded {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b ehrdesk.Record) int {
		if n := b.Updated.Compare(a.Updated); n != 0 {
			return n
		}
		return compareRefs(a.Ref(), b.Ref())
	})
	return out
}

func compareRefs(a, b ehrdesk.Ref) int {
	switch x, y := a.String(), b.String(); {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// SignatureBroken reports a record of which it was found that a signature on it does not hold.
func (c *Chart) SignatureBroken(ref ehrdesk.Ref) bool {
	b := c.shown().signed.broken
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refs[ref]
}

// askWithin is how long somebody who has opened a record waits for the centre to say whose an unknown key is.
const askWithin = 2 * time.Second

// verified holds the signatures on a record against its bytes. Where one is by a key that is not known, and somebody looks, the
// centre is asked whose it is, seldom.
func verified(ctx context.Context, c *Chart, r ehrdesk.Record, looks bool) ([]ehrdesk.Signature, error) {
	s := c.shown().signed
	by := s.by(r.Ref())
	if len(by) == 0 || c.at.opt.Signatures == nil {
		return nil, nil
	}
	record := directory.Resource{Ref: r.Ref(), Version: r.Version}
	var err error
	if record.Body, err = rawOf(ctx, c, r.Ref()); err != nil {
		return nil, err
	}
	var provenances []directory.Resource
	for _, ref := range by {
		body, err := rawOf(ctx, c, ref)
		if err != nil {
			return nil, err
		}
		provenances = append(provenances, directory.Resource{Ref: ref, Body: body})
	}
	found, err := c.at.opt.Signatures.Signatures(ctx, record, provenances)
	unknown := slices.ContainsFunc(found, func(x ehrdesk.Signature) bool { return x.State == ehrdesk.SignatureUnknown })
	if err == nil && unknown && looks && c.at.Line.Link().State == ehrdesk.Online {
		asking, stop := context.WithTimeout(ctx, askWithin)
		if c.at.opt.Signatures.Refresh(asking, directory.Moment) == nil {
			found, err = c.at.opt.Signatures.Signatures(ctx, record, provenances)
		}
		stop()
	}
	if err != nil {
		return nil, err
	}
	s.broken.mu.Lock()
	defer s.broken.mu.Unlock()
	s.broken.refs[r.Ref()] = directory.Broken(found)
	return found, nil
}

// Verify holds the signatures of open charts against their records, while nobody works: rows then say which do not hold.
func (o *Charts) Verify(ctx context.Context) {
	o.mu.Lock()
	open := slices.Collect(maps.Keys(o.open))
	o.mu.Unlock()
	for _, c := range open {
		v := c.shown()
		for ref, i := range v.signed.first {
			if i < 0 { // of a record that is not shown
				continue
			}
			if ctx.Err() != nil {
				return
			}
			if r, ok := v.find(ref); ok && !v.signed.broken.known(ref) {
				_, _ = verified(ctx, c, r, false) // what cannot be read is said where it is opened
			}
		}
	}
}
