package person

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// What ends is known to the desk from the centre's word at each sign-in, and from its
// refusals. It stands in the person's line, which their sealed keys are bound to, so that
// without the line nothing opens from the end on, whatever is done to the file or the
// clock. Nothing is destroyed by it: acts wait, and copies have their own time.

// Ending is what the centre said has ended of a person and their provider, or is to end, and
// when it last said something new of it.
type Ending struct {
	Ends  []ehrdesk.End `json:"ends,omitempty"`
	Heard time.Time     `json:"ends_heard,omitzero"`
}

// EndOf is the end that keeps somebody from working at this desk at a time: of their own
// line, and of their provider where a colleague has heard of it since; nil for none.
func EndOf(p Person, others []Person, at time.Time) *ehrdesk.End {
	ends := p.Ends
	for _, o := range others {
		if o.Staff == p.Staff || o.Provider != p.Provider || !o.Heard.After(p.Heard) {
			continue
		}
		for _, e := range o.Ends {
			if e.Of.OfProvider() {
				ends = append(ends[:len(ends):len(ends)], e)
			}
		}
	}
	if p.Heard.After(at) { // the clock was set back
		at = p.Heard
	}
	return ehrdesk.EndInForce(ends, at)
}

// Ended is the end that keeps this session from going on, nil for none.
func (s Sitting) Ended() *ehrdesk.End {
	if e := s.Line.Ended(); e != nil {
		return e
	}
	return EndOf(s.Self.Known(), Of(s.Store), s.Vault.Time())
}

// Heard is Ended by this person's own word from the centre. It waits for nothing.
func (s Sitting) Heard() *ehrdesk.End {
	if e := s.Line.Ended(); e != nil {
		return e
	}
	return EndOf(s.Self.Known(), nil, s.Vault.Time())
}

// Ends are those that are known of this person and their provider.
func (s Sitting) Ends() []ehrdesk.End { return s.Self.Known().Ends }

// Hear takes over what the centre says at sign-in of what is to end.
func (s Sitting) Hear(p *Person, g fhir.Grant) {
	news := !same(p.Ends, g.Ends)
	for _, o := range Of(s.Store) { // whose word is older than this one from now on
		news = news || o.Staff != p.Staff && o.Heard.After(p.Heard) && len(o.Ends) > 0
	}
	if !news {
		return
	}
	p.Ends, p.Heard = g.Ends, s.Now()
	if !g.At.IsZero() {
		p.Heard = g.At
	}
}

// Refused keeps what the centre has refused this person for.
func (s Sitting) Refused(ctx context.Context, e *ehrdesk.End) {
	s.Self.Amend(ctx, func(p *Person) {
		for _, had := range p.Ends {
			if equal(had, *e) {
				return
			}
		}
		p.Ends, p.Heard = append(p.Ends[:len(p.Ends):len(p.Ends)], *e), s.Now()
	})
}

func same(a, b []ehrdesk.End) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equal(a, b ehrdesk.End) bool {
	return a.Of == b.Of && a.Since.Equal(b.Since) && a.Until.Equal(b.Until) && a.Reason == b.Reason
}
