package cases

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// How many prekeys a desk has at the centre, and below how many it brings more.
const (
	fullKeys = 40
	lowKeys  = 20
)

// keptKey is the private half of a key that this desk offered.
type keptKey struct {
	Secret []byte           `json:"secret"`
	Kind   sealed.OfferKind `json:"kind"`
	Case   string           `json:"case,omitempty"`
	Made   time.Time        `json:"made"`
}

// Offer has the centre have enough keys of this desk for others to seal to, and one of the last resort. Private halves are on the disk
// before the public ones are offered. left is what the centre said just now of how many there are, nil where it has to be asked.
func (s *Cases) Offer(ctx context.Context, left *fhir.CaseKeysLeft) error {
	const op = "case.keys"
	if s.may(op) != nil {
		return nil
	}
	if left == nil {
		var err error
		if left, err = line.Ask(ctx, s.Line, line.AskWait, s.centre.OfferedKeys); err != nil {
			return err
		}
	}
	var has fhir.CaseKeysLeft
	if left != nil {
		has = *left
	}
	var kinds []sealed.OfferKind
	if !has.Last {
		kinds = append(kinds, sealed.OfferLast)
	}
	if has.Once < lowKeys {
		for range fullKeys - has.Once {
			kinds = append(kinds, sealed.OfferOnce)
		}
	}
	if len(kinds) == 0 {
		return nil
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	_, err := offering{s}.offer(ctx, op, "", kinds)
	return err
}

// offering is what it takes to have the centre have keys of this desk.
type offering struct{ *Cases }

// offer makes keys and offers them, and gives the name of the last. The caller has the turn.
func (s offering) offer(ctx context.Context, op, of string, kinds []sealed.OfferKind) (name string, err error) {
	by, err := s.signs(op)
	if err != nil {
		return "", err
	}
	desk := s.Self.Known().ClientID
	var signed, names []string
	for _, kind := range kinds {
		k, err := sealed.NewKey()
		if err != nil {
			return "", ehrdesk.E(op, ehrdesk.CodeOther, err)
		}
		name = k.Public().Name()
		if err := s.put(ctx, keyList, name, keptKey{k.Secret(), kind, of, s.Now()}); err != nil {
			return "", err
		}
		one, err := sealed.SignOffer(&sealed.Offer{Of: sealed.Person(s.me()), Desk: desk, Kind: kind, Case: of, Key: k.Public().String(), At: s.atCentre()}, by)
		if err != nil {
			return "", ehrdesk.E(op, ehrdesk.CodeOther, err)
		}
		signed, names = append(signed, one), append(names, name)
	}
	_, err = line.Ask(ctx, s.Line, line.ActWait, func(ctx context.Context) (bool, error) {
		return true, s.centre.OfferKeys(ctx, signed)
	})
	if err != nil && !undecided(err) { // the centre has none of them
		return "", cmp.Or(s.off(ctx, keyList, names...), err)
	}
	return name, cmp.Or(err, s.tidy(ctx))
}

// mostKeys is how many private halves of prekeys a desk keeps of a person: of those that may have come to the centre, or were given to
// somebody who never wrote, nobody says so.
const mostKeys = 500

// tidy takes the oldest prekeys off where there are too many.
func (s offering) tidy(ctx context.Context) error {
	items, err := s.lists.Items(ctx, s.list(keyList))
	if err != nil || len(items) <= mostKeys {
		return err
	}
	type old struct {
		name string
		at   time.Time
	}
	var once []old
	err = s.keys(ctx, nil, func(name string, k *keptKey) {
		if k.Kind == sealed.OfferOnce {
			once = append(once, old{name, k.Made})
		}
	})
	if err != nil || len(once) <= mostKeys {
		return err
	}
	slices.SortFunc(once, func(a, b old) int { return a.at.Compare(b.at) })
	var off []string
	for _, o := range once[:len(once)-mostKeys] {
		off = append(off, o.name)
	}
	return s.off(ctx, keyList, off...)
}

// keys gives the private halves that this desk has of whoever is signed in, of the names that are wanted, nil for all.
func (s *shelf) keys(ctx context.Context, wanted func(name string) bool, f func(name string, k *keptKey)) error {
	return s.each(ctx, keyList, wanted, func(name string, b []byte) {
		var k keptKey
		if unmarshal(b, &k) {
			f(name, &k)
		}
	})
}
