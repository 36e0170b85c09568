package client

import (
	"context"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// deliverSoon sends what waits, within the call: there is seldom anything, and
// a caller that is about to close the store must not race with it.
func (s *Session) deliverSoon(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := s.Deliver(ctx); err != nil && !offline(err) {
		s.desk.opt.Log.Warn("outbox not delivered", "code", string(ehrdesk.CodeOf(err)))
	}
}

// Deliver sends the access events that happened offline and gives how many the
// centre took. An event the centre refuses is marked and stops no other. Then
// colleagues who wait for the desk's keys are let in, and the centre is asked to
// vouch for the access log.
func (s *Session) Deliver(ctx context.Context) (int, error) {
	n, err := s.deliver(ctx)
	if err != nil {
		return n, err
	}
	if e := s.letIn(ctx); e != nil && !offline(e) {
		s.desk.opt.Log.Warn("newcomers not admitted", "code", string(ehrdesk.CodeOf(e)))
	}
	s.vouch(ctx)
	return n, nil
}

func (s *Session) deliver(ctx context.Context) (int, error) {
	items, err := s.vault.Pending(ctx)
	if err != nil {
		return 0, err
	}
	sent := 0
	for _, it := range items {
		var e ehrdesk.AuditEvent
		if json.Unmarshal(it.Payload, &e) != nil {
			if err := s.vault.Mark(ctx, it.OpID, cache.ItemRejected, it.Attempts, time.Time{}, "unreadable"); err != nil {
				return sent, err
			}
			continue
		}
		err := s.api.PutAuditEvent(ctx, e)
		s.heard(err)
		state := cache.ItemConfirmed
		switch {
		case offline(err):
			_ = s.vault.Mark(context.WithoutCancel(ctx), it.OpID, cache.ItemQueued, it.Attempts+1, s.desk.opt.Now(), string(ehrdesk.CodeOf(err)))
			return sent, err
		case err != nil:
			state = cache.ItemRejected
		default:
			sent++
		}
		if err := s.vault.Mark(ctx, it.OpID, state, it.Attempts+1, time.Time{}, string(ehrdesk.CodeOf(err))); err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// Waiting is a line of the outbox.
type Waiting struct {
	ID       string    `json:"id"`
	State    string    `json:"state"`
	Attempts int       `json:"attempts"`
	Since    time.Time `json:"since"`
}

// Outbox lists what waits for the centre.
func (s *Session) Outbox(ctx context.Context) ([]Waiting, error) {
	items, err := s.vault.Pending(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Waiting, 0, len(items))
	for _, it := range items {
		out = append(out, Waiting{ID: it.OpID, State: it.State.String(), Attempts: it.Attempts, Since: it.Created})
	}
	return out, nil
}
