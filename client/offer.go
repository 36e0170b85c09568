package client

import (
	"context"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
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

// Offer asks the centre what may be put to a patient. Where it cannot be asked
// the answer is what it last said, for channels that need no line.
func (s *Session) Offer(ctx context.Context) (ehrdesk.Offer, error) {
	defer s.idle.work()()
	ask, cancel := context.WithTimeout(ctx, askWait)
	defer cancel()
	o, err := s.centre.Offer(ask)
	s.heard(err)
	switch {
	case err == nil:
		s.keepOffer(context.WithoutCancel(ctx), o)
	case offline(err):
		if kept, ok := s.keptOffer(ctx); ok {
			return kept, nil
		}
	}
	return o, err
}

// keepOffer writes an offer down where it differs from the one kept, or that one
// is a day old. That it failed costs an offline desk its forms and nothing else.
func (s *Session) keepOffer(ctx context.Context, o ehrdesk.Offer) {
	now := s.desk.opt.Now()
	s.mu.Lock()
	fresh := now.Sub(s.offered) < 24*time.Hour && !s.offered.IsZero()
	s.offered = now
	s.mu.Unlock()
	if fresh {
		return
	}
	b, err := json.Marshal(offerRecord{o, now})
	if err == nil {
		err = s.vault.Worklists().Put(ctx, offerList, offerList, b)
	}
	if err != nil {
		s.desk.opt.Log.Warn("the centre's offer was not kept", "code", string(ehrdesk.CodeOf(err)))
	}
}

func (s *Session) keptOffer(ctx context.Context) (ehrdesk.Offer, bool) {
	items, err := s.vault.Worklists().Items(ctx, offerList)
	if err != nil || len(items) == 0 {
		return ehrdesk.Offer{}, false
	}
	var r offerRecord
	if json.Unmarshal(items[0].Payload, &r) != nil || s.desk.opt.Now().Sub(r.At) > offerKept {
		return ehrdesk.Offer{}, false
	}
	r.Offer.Channels = []ehrdesk.Channel{ehrdesk.ByForm}
	return r.Offer, true
}
