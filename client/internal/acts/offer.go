package acts

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// offerList holds what the centre last offered: without the line a signed form
// can still be taken by the notices and terms that it was signed under.
const offerList = "offer"

// offerKept is how long it counts. The centre judges the versions again.
const offerKept = 30 * 24 * time.Hour

type offerRecord struct {
	Offer ehrdesk.Offer `json:"offer"`
	At    time.Time     `json:"at"`
}

// offers is what the centre last offered.
type offers struct {
	lists cache.Worklists
	now   func() time.Time

	mu   sync.Mutex
	at   time.Time // when it was last kept
	last [sha256.Size]byte
}

// Offer asks the centre what may be put to a patient. Where it cannot be asked
// the answer is what it last said, for channels that need no line.
func (s *Acts) Offer(ctx context.Context) (ehrdesk.Offer, error) {
	defer s.Idle.Work()()
	o, err := line.Ask(ctx, s.Line, line.AskWait, s.centre.Offer)
	switch {
	case err == nil:
		defer s.second.hears(&o, true) // what is kept is the centre's word alone
		if err := s.offers.keep(context.WithoutCancel(ctx), o); err != nil {
			s.Log.Warn("the centre's offer was not kept", "code", string(ehrdesk.CodeOf(err)))
		}
	case line.Down(err):
		if kept, ok := s.offers.kept(ctx); ok {
			s.second.hears(&kept, false)
			return kept, nil
		}
	}
	return o, err
}

// keep writes an offer down where it differs from the one kept, or that one
// is a day old. That it failed costs an offline desk its forms and nothing else.
func (s *offers) keep(ctx context.Context, o ehrdesk.Offer) error {
	now := s.now()
	said, err := json.Marshal(o, json.Deterministic(true))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(said)
	s.mu.Lock()
	fresh := sum == s.last && now.Sub(s.at) < 24*time.Hour
	s.mu.Unlock()
	if fresh {
		return nil
	}
	b, err := json.Marshal(offerRecord{o, now})
	if err != nil {
		return err
	}
	if err := s.lists.Put(ctx, offerList, offerList, b); err != nil {
		return err
	}
	s.mu.Lock()
	s.at, s.last = now, sum
	s.mu.Unlock()
	return nil
}

func (s *offers) kept(ctx context.Context) (ehrdesk.Offer, bool) {
	items, err := s.lists.Items(ctx, offerList)
	if err != nil || len(items) == 0 {
		return ehrdesk.Offer{}, false
	}
	var r offerRecord
	if json.Unmarshal(items[0].Payload, &r) != nil || s.now().Sub(r.At) > offerKept {
		return ehrdesk.Offer{}, false
	}
	r.Offer.Channels = []ehrdesk.Channel{ehrdesk.ByForm}
	return r.Offer, true
}
