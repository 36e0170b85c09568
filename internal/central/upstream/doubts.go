package upstream

import (
	"cmp"
	"context"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// doubts are consents that were withdrawn here and that somebody came upon: whether they stand at the
// engine as if they had not is looked at beside, so that who is refused waits for nothing. The zero
// value is ready.
type doubts struct {
	mu  sync.Mutex
	all map[ehrdesk.Ref]pair
}

// pair is whose consent it is, to whom.
type pair struct{ patient, hcp string }

// mostDoubts is how many are kept: of more the next who comes upon one brings it back.
const mostDoubts = 1024

func (d *doubts) add(of ehrdesk.Ref, p pair) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all == nil {
		d.all = map[ehrdesk.Ref]pair{}
	}
	if len(d.all) < mostDoubts {
		d.all[of] = p
	}
}

func (d *doubts) take() map[ehrdesk.Ref]pair {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := d.all
	d.all = nil
	return all
}

// standStill has the engine told once more of consents that were withdrawn here and stand there again,
// out of a backup or by somebody's hand, or still. Errors: the engine's; what was not looked at then
// is looked at again.
func (s *Store) standStill(ctx context.Context) (failed error) {
	var gone error
	for ref, p := range s.doubts.take() {
		if gone == nil {
			switch err := s.standsStill(ctx, ref, p); {
			case err == nil:
			case isRefused(err): // of this one: who comes upon it next brings it back
				failed = err
			default:
				gone = err
			}
		}
		if gone != nil {
			s.doubts.add(ref, p)
		}
	}
	return cmp.Or(gone, failed)
}

func (s *Store) standsStill(ctx context.Context, ref ehrdesk.Ref, p pair) error {
	found, err := s.engine.Read(ctx, ref, "")
	if err != nil || found == nil || found.Gone {
		return err
	}
	return s.Store.Write(ctx, func(tx *store.Tx) error {
		if word, _, _ := heed(found.Resource, p.patient, p.hcp, tx.Now); word == ended {
			return nil
		}
		v := &view{Store: s, had: newHeld(), local: true, quiet: true}
		return v.run(tx, func(tx *store.Tx) error {
			c := tx.Consents.Last(p.patient, p.hcp)
			if c == nil || c.ID != ref.ID || c.State != ehrdesk.ConsentWithdrawn || len(tx.Log.Owed().Of(ref.Resource, ref.ID)) > 0 {
				return nil
			}
			accesslog.FoundUpstream(tx, &store.Account{HCP: p.hcp, Staff: "engine"}, p.patient, "a consent that was withdrawn and stands where the records are kept", ref.String())
			v.owe(v.consent(p.patient, p.hcp, *c, ""))
			return nil
		})
	})
}
