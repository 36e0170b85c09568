package cases

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// What was said to a group in a case opens by the key of an epoch, which is the group's and not the case's. So that a case that has ended opens
// for nobody, the epoch in which something was said in it ends too, and each desk of the staff destroys its key once no case that goes on
// needs it.

// undecidedFor is how long an event may yet come to be taken after it was signed, and more: the centre takes none that is older than five
// minutes.
const undecidedFor = time.Hour

// uses are the epochs of a group that what was said to it in cases here is sealed to: in cases that go on, and in those that are over.
func (s answering) uses(ctx context.Context, g *ehrdesk.Group) (open, over map[int]bool, err error) {
	open, over = map[int]bool{}, map[int]bool{}
	items, err := s.lists.Items(ctx, s.list(caseList))
	if err != nil {
		return nil, nil, err
	}
	of := g.Person()
	for _, it := range items {
		if it.ID == markItem {
			continue
		}
		k, err := s.kept(ctx, it.ID)
		if err != nil {
			return nil, nil, err
		}
		if !slices.ContainsFunc(k.Case.Groups, func(at ehrdesk.CaseGroupAt) bool { return at.Of == of }) {
			continue
		}
		into := open
		if k.Case.State.Over() || k.Left {
			into = over
		}
		for i := range k.Case.Said {
			for _, at := range k.Case.Said[i].Groups {
				if e, ok := g.EpochAt(at.N); ok && at.Of == of {
					into[e.N] = true
				}
			}
		}
	}
	return open, over, nil
}

// endEpochs begins an epoch where something was said in the current one in a case that is over, and destroys the keys that this desk needs no
// more: of epochs of before that no case that goes on needs, and those that were made for an epoch that never began. The caller has the turn.
func (s *Groups) endEpochs(ctx context.Context, id string, k *keptGroup) error {
	open, over, err := answering{s.Cases}.uses(ctx, &k.Group)
	if err != nil {
		return err
	}
	now, current := k.Group.Current()
	if current && over[now.N] && !s.atCentre().Before(now.At.Add(ehrdesk.GroupEpochLeast)) {
		err := s.say(ctx, "group.renew", id, k, ehrdesk.GroupEvent{Kind: ehrdesk.GroupRenewed}, func(g *ehrdesk.Group) bool {
			e, ok := g.Current()
			return ok && e.N == now.N
		})
		if err != nil || k.Broken != "" {
			return err
		}
	}
	var m mark // by which the cases here are all that there are
	if _, err := s.get(ctx, caseList, markItem, &m); err != nil {
		return err
	}
	spent := map[string]bool{}
	begun := map[string]bool{}
	for i, e := range k.Group.Epochs {
		begun[nameOf(e.Key)] = true
		if last := i == len(k.Group.Epochs)-1; !last && !open[e.N] {
			spent[nameOf(e.Key)] = m.At.After(k.Group.Epochs[i+1].At.Add(ehrdesk.GroupApart))
		}
	}
	never, err := s.groupKeyNames(ctx, id, func(name string, made time.Time) bool {
		return !begun[name] && s.Now().Sub(made).Abs() >= undecidedFor
	})
	if err != nil {
		return err
	}
	gone, err := s.groupKeyNames(ctx, id, func(name string, _ time.Time) bool { return spent[name] })
	if err != nil || len(gone) == 0 {
		return cmp.Or(err, s.off(ctx, groupKeyList, never...))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.destroy(ctx, func() error { return s.off(ctx, groupKeyList, append(gone, never...)...) })
}
