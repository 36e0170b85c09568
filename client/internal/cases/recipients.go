package cases

import (
	"context"
	"errors"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// sealing is what it takes to say something.
type sealing struct{ *Cases }

// usual is in which order those acknowledge a critical message whose author has not said it: those who are on call first.
func (s sealing) usual(ctx context.Context, to []ehrdesk.CasePerson, author ehrdesk.CasePerson) ([]ehrdesk.CasePerson, error) {
	onCall, err := s.directory.OnCall(ctx)
	if err != nil {
		return nil, err
	}
	out := slices.DeleteFunc(slices.Clone(to), func(p ehrdesk.CasePerson) bool { return p == author })
	last := func(p ehrdesk.CasePerson) int {
		if _, on := onCall[p]; on {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b ehrdesk.CasePerson) int { return last(a) - last(b) })
	return out, nil
}

// recipients are the keys that the centre gave to seal to, each one that its person signed, and writes them into the head. A signer
// whom the desk does not know has the directory asked once. Of a desk in the author's own name that they have not said to be theirs
// there is none. Errors: CodeTampered.
func (s sealing) recipients(ctx context.Context, op string, e *ehrdesk.CaseEvent, people []ehrdesk.CasePerson, given []fhir.CaseKey, h *sealed.Head) (keys []sealed.Public, err error) {
	for try := range 2 {
		signers, err := s.directory.Sealing(ctx)
		if err != nil {
			return nil, err
		}
		known, err := s.directory.Cases(ctx)
		if err != nil {
			return nil, err
		}
		keys, h.To = nil, nil
		unknown := false
		for _, g := range given {
			o, key, err := sealed.ReadOffer(g.Offer, signers)
			if errors.Is(err, sealed.ErrUnknown) && g.Of == e.By {
				if _, _, err := sealed.ReadOffer(g.Offer, known); err == nil {
					continue
				}
			}
			unknown = unknown || errors.Is(err, sealed.ErrUnknown)
			switch {
			case errors.Is(err, sealed.ErrUnknown) && try == 0:
				continue
			case err != nil || o.Of != sealed.Person(g.Of) || o.Kind == sealed.OfferCase && o.Case != e.Case || !e.Envelope.Passes.IsZero() && o.Kind != sealed.OfferOnce || !slices.Contains(people, g.Of):
				return nil, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "a key that the centre gave is not signed by whom it is of")
			}
			h.To, keys = append(h.To, sealed.To{Person: o.Of, Key: key.Name()}), append(keys, key)
		}
		if !unknown || try > 0 {
			break
		}
		if err := s.directory.Refresh(ctx, 0); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// groupsToo has a letter be sealed to the groups that it is for, and to the one for which it is said, each by the key of its current epoch.
func (s sealing) groupsToo(ctx context.Context, op string, e *ehrdesk.CaseEvent, l *letter) (err error) {
	a := answering(s)
	all, err := a.histories(ctx)
	if err != nil {
		return err
	}
	for _, g := range e.Names() {
		if h := all[g.Group()]; h == nil || h.Group.Keyless { // it may have another by now
			if err := a.refresh(ctx, &ehrdesk.Case{}, g); err != nil {
				return err
			}
		}
	}
	if l.groups, err = a.named(ctx, op, e); err != nil {
		return err
	}
	for _, at := range l.groups {
		key, err := a.keyOf(ctx, op, at.Of)
		if err != nil {
			return err
		}
		l.h.To, l.keys = append(l.h.To, sealed.To{Person: sealed.Person(at.Of), Key: key.Name()}), append(l.keys, key)
	}
	return nil
}
