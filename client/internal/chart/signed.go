package chart

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/directory"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// signed is what signs which records of a snapshot. A Provenance of records that are shown is no row of its own: it is read with
// the records that it is of.
type signed struct {
	first  map[ehrdesk.Ref]int32 // place in links of the first of a record that is shown, from 1; of another the negative
	links  []link
	folded map[string]*ehrdesk.Record // Provenances that are no rows, by id
	found  *verdicts                  // nil where nothing is signed
}

// link is a Provenance of a record, and the place of the next of the same record, from 1; 0 for none.
type link struct {
	by   *ehrdesk.Record
	to   ehrdesk.Ref
	next int32
	own  bool // by the Provenance's facts this provider wrote the record
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

// verdicts are what was found of the signatures on records, of those that were looked at.
type verdicts struct {
	mu   sync.Mutex
	refs map[ehrdesk.Ref]ehrdesk.RecordMark
}

func (v *verdicts) known(ref ehrdesk.Ref) bool {
	_, known := v.of(ref)
	return known
}

func (v *verdicts) of(ref ehrdesk.Ref) (m ehrdesk.RecordMark, known bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	m, known = v.refs[ref]
	return m, known
}

const provenance = "Provenance"

// signing finds them, and which of them name provider as who wrote. Records without a Provenance among them cost a glance each.
func signing(records []*ehrdesk.Record, provider string, see func(*ehrdesk.Record) bool) (s signed) {
	n := 0
	for _, r := range records {
		if r.Resource == provenance && r.Linked {
			n++
		}
	}
	if n == 0 {
		return s
	}
	s = signed{make(map[ehrdesk.Ref]int32, n), make([]link, 0, n), make(map[string]*ehrdesk.Record, n), &verdicts{refs: map[ehrdesk.Ref]ehrdesk.RecordMark{}}}
	var o ehrdesk.Opener
	for _, r := range records {
		if r.Resource != provenance || !r.Linked || !see(r) {
			continue
		}
		f := o.Open(r)
		own, _ := f.WroteFor(provider)
		for i := range f.Relations {
			x := &f.Relations[i]
			if x.Role == "target" && x.Ref.ID != "" && x.Ref.Resource != provenance {
				s.links = append(s.links, link{r, x.Ref, -s.first[x.Ref], own})
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

// Marks are what is known of who wrote a record: what was found where its signatures were looked at, else what the Provenances
// that came with it say.
func (c *Chart) Marks(ref ehrdesk.Ref) ehrdesk.RecordMark {
	s := &c.shown().signed
	if s.found == nil {
		return 0
	}
	if m, known := s.found.of(ref); known {
		return m
	}
	for i := s.first[ref]; i > 0; i = s.links[i-1].next {
		if s.links[i-1].own {
			return ehrdesk.MarkOwn
		}
	}
	return 0
}

// marksOf are what Provenances say of a record, with what the signatures in them are worth. One that names the provider counts
// unless a signature in it does not hold, or others alone have signed it.
func marksOf(ref ehrdesk.Ref, provider string, provenances []directory.Resource, found []ehrdesk.Signature) (m ehrdesk.RecordMark) {
	if directory.Broken(found) {
		m |= ehrdesk.MarkBroken
	}
	for i := range provenances {
		o, err := r4.Parse(provenances[i].Body)
		if err != nil || !about(o, ref) || !slices.Contains(onBehalfOf(o), provider) {
			continue
		}
		broken, own, others := false, false, false
		for k := range found {
			if s := &found[k]; s.By == provenances[i].Ref {
				valid := s.State == ehrdesk.SignatureValid
				broken = broken || s.State == ehrdesk.SignatureInvalid
				own = own || valid && s.Provider == provider
				others = others || valid && s.Provider != "" && s.Provider != provider
			}
		}
		switch {
		case broken, others && !own:
			m |= ehrdesk.MarkClaimed
		case own:
			m |= ehrdesk.MarkOwn | ehrdesk.MarkHolds
		default:
			m |= ehrdesk.MarkOwn
		}
	}
	if m.Has(ehrdesk.MarkOwn) {
		m &^= ehrdesk.MarkClaimed
	}
	return m
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
	s.found.mu.Lock()
	defer s.found.mu.Unlock()
	s.found.refs[r.Ref()] = marksOf(r.Ref(), c.at.Self.Account().Provider, provenances, found)
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
			if r, ok := v.find(ref); ok && !v.signed.found.known(ref) {
				_, _ = verified(ctx, c, r, false) // what cannot be read is said where it is opened
			}
		}
	}
}
