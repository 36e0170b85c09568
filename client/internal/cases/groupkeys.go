package cases

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// lookEvery is how often the keys of a group's staff are looked after where nothing has changed: somebody may have another desk.
const lookEvery = 10 * time.Minute

// lookAfter does what follows of how far each group has come on whose staff whoever is signed in is, or was.
func (s *Groups) lookAfter(ctx context.Context, changed map[string]bool) error {
	var ids []string
	err := s.each(ctx, groupList, func(id string) bool { return id != markItem }, func(id string, b []byte) {
		var k keptGroup
		if !unmarshal(b, &k) || !k.whole() {
			return
		}
		was := slices.ContainsFunc(k.Group.Staff, func(m ehrdesk.CaseMember) bool { return m.CasePerson == s.me() })
		if was && (changed[id] || s.Now().Sub(k.Keyed).Abs() >= lookEvery) {
			ids = append(ids, id)
		}
	})
	for _, id := range ids {
		if err != nil {
			break
		}
		var k keptGroup
		if k, err = s.one(ctx, id); err == nil {
			err = s.settleGroup(ctx, id, &k)
		}
	}
	return err
}

// settleGroup has the keys of a group be as its history says: of one that is closed, or that whoever is signed in has left, they are
// destroyed here; of another this desk has its own, begins an epoch where somebody has left, and gives the key to desks of the staff that
// have none. The caller has the turn.
func (s *Groups) settleGroup(ctx context.Context, id string, k *keptGroup) error {
	_, in := k.Group.Member(s.me())
	switch {
	case k.Broken != "":
		return nil
	case !in || k.Group.Closed:
		return cmp.Or(answering{s.Cases}.left(ctx, id), s.forgetGroup(ctx, id))
	case k.Group.Keyless:
		err := s.say(ctx, "group.renew", id, k, ehrdesk.GroupEvent{Kind: ehrdesk.GroupRenewed}, func(g *ehrdesk.Group) bool { return g.Keyless && !g.Closed })
		if k.Group.Keyless || k.Broken != "" { // not where a colleague's desk was first
			return err
		}
	}
	if err := s.endEpochs(ctx, id, k); err != nil || k.Broken != "" {
		return err
	}
	now, current := k.Group.Current()
	if !current {
		return nil
	}
	if err := s.giveAndTake(ctx, id, &k.Group, now); err != nil {
		return err
	}
	k.Keyed = s.Now()
	return s.keep(ctx, id, k)
}

// giveAndTake opens the role keys that were sealed to this desk, and seals that of the current epoch to the desks of the staff that want
// it.
func (s *Groups) giveAndTake(ctx context.Context, id string, g *ehrdesk.Group, now ehrdesk.GroupEpoch) error {
	keys, err := s.epochs(ctx)
	if err != nil {
		return err
	}
	ask := func(again bool) (fhir.GroupKeysOut, error) {
		return line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) (fhir.GroupKeysOut, error) {
			return s.at.GroupKeys(ctx, id, opensOf(g, keys), keys[nameOf(now.Key)] != nil, again)
		})
	}
	out, err := ask(false)
	if err != nil {
		return err
	}
	if len(out.Boxes) > 0 {
		wrong, err := s.openBoxes(ctx, id, g, out.Boxes)
		if err != nil {
			return err
		}
		if keys, err = s.epochs(ctx); err != nil {
			return err
		}
		if out, err = ask(wrong && keys[nameOf(now.Key)] == nil); err != nil {
			return err
		}
	}
	key := keys[nameOf(now.Key)]
	if key == nil || len(out.Wants) == 0 {
		return nil
	}
	boxes, err := s.give(ctx, g, key, out.Wants)
	if err != nil || len(boxes) == 0 {
		return err
	}
	_, err = line.Ask(ctx, s.Line, line.ActWait, func(ctx context.Context) (bool, error) {
		return true, s.at.GiveGroupKeys(ctx, id, now.N, boxes)
	})
	if errors.Is(err, errBehind) { // it has moved on: with the next look
		return nil
	}
	return err
}

// openBoxes opens role keys that were sealed to prekeys of this desk, each held against the public half that the group's history names:
// who sealed it is of no matter then. wrong is whether one was none; that is written down. The prekeys go.
func (s *Groups) openBoxes(ctx context.Context, id string, g *ehrdesk.Group, boxes []fhir.GroupBox) (wrong bool, err error) {
	for _, b := range boxes {
		i := slices.IndexFunc(g.Epochs, func(e ehrdesk.GroupEpoch) bool { return e.N == b.Epoch })
		if i < 0 {
			continue
		}
		var secret []byte
		once := false
		err := s.keys(ctx, func(name string) bool { return name == b.Key }, func(_ string, k *keptKey) {
			if key, err := sealed.ParseKey(k.Secret); err == nil {
				once = k.Kind == sealed.OfferOnce
				if r, err := sealed.OpenBytes(bytes.NewReader(b.Sealed), key); err == nil {
					secret, _ = io.ReadAll(io.LimitReader(r, 4<<10))
				}
			}
		})
		if err != nil {
			return wrong, err
		}
		key, bad := sealed.ParseKey(secret)
		if bad != nil || key.Public().String() != g.Epochs[i].Key {
			clear(secret)
			if wrong = true; len(secret) > 0 {
				if err := s.access.Incident(ctx, "", "a role key of a group that is not the one that its history names"); err != nil {
					return wrong, err
				}
			}
			continue
		}
		err = s.put(ctx, groupKeyList, key.Public().Name(), keptEpoch{secret, id, s.Now()})
		clear(secret)
		if err != nil {
			return wrong, err
		}
		if once { // a prekey opens one thing, and goes
			if err := s.off(ctx, keyList, b.Key); err != nil {
				return wrong, err
			}
		}
	}
	return wrong, nil
}

// give seals a role key to keys that the centre gave, each one that somebody on the group's staff has signed, whatever the centre says of
// whose it is. What is not so is written down and sealed to by nobody.
func (s *Groups) give(ctx context.Context, g *ehrdesk.Group, key *sealed.Key, wants []fhir.GroupWant) (out []fhir.GroupGiven, err error) {
	signers, err := s.knowing(ctx, wants)
	if err != nil {
		return nil, err
	}
	secret := key.Secret()
	defer clear(secret)
	for _, w := range wants {
		o, to, err := sealed.ReadOffer(w.Offer, signers)
		if errors.Is(err, sealed.ErrUnknown) { // a key that this desk does not know yet, or one's own that was not said to be: later
			continue
		}
		if _, in := g.Member(ehrdesk.CasePerson(o.Of)); err != nil || !in || o.Of != sealed.Person(w.Of) || o.Desk != w.Desk || o.Kind == sealed.OfferCase {
			if err := s.access.Incident(ctx, "", "a key to seal a group's role key to that is of nobody on its staff"); err != nil {
				return nil, err
			}
			continue
		}
		b, err := sealed.SealBytes(secret, to)
		if err != nil {
			return nil, ehrdesk.E("group.keys", ehrdesk.CodeOther, err)
		}
		out = append(out, fhir.GroupGiven{Desk: o.Desk, Staff: o.Of.Staff, Key: to.Name(), Sealed: b})
	}
	return out, nil
}

// knowing are the keys by which somebody says where to seal to; where one of those that are wanted is not known here, the directory is asked
// once.
func (s *Groups) knowing(ctx context.Context, wants []fhir.GroupWant) (sealed.Signers, error) {
	known, err := s.directory.Cases(ctx)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(wants, func(w fhir.GroupWant) bool {
		_, _, err := sealed.ReadOffer(w.Offer, known)
		return errors.Is(err, sealed.ErrUnknown)
	}) {
		if err := s.directory.Refresh(ctx, 0); err != nil {
			return nil, err
		}
	}
	return s.directory.Sealing(ctx)
}

// groupKeyNames are the names of the private halves of a group that this desk has, for which ok holds.
func (s *Groups) groupKeyNames(ctx context.Context, id string, ok func(name string, made time.Time) bool) (out []string, err error) {
	err = s.each(ctx, groupKeyList, nil, func(name string, b []byte) {
		var k keptEpoch
		if unmarshal(b, &k) && k.Group == id && ok(name, k.Made) {
			out = append(out, name)
		}
		clear(k.Secret)
	})
	return out, err
}

// forgetGroup destroys the role keys of a group, and the key under which they lay: a copy of the journal from before opens nothing by them.
func (s *Groups) forgetGroup(ctx context.Context, id string) error {
	names, err := s.groupKeyNames(ctx, id, func(string, time.Time) bool { return true })
	if err != nil || len(names) == 0 {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.destroy(ctx, func() error { return s.off(ctx, groupKeyList, names...) })
}
