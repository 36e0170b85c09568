package client

import (
	"context"
	"errors"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
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

// Deliver sends what waits for the line and gives how many items the centre
// took. One that it refuses is marked and stops nothing but the acts about the
// same patient. Then colleagues who wait for the desk's keys are let in, and the
// centre is asked to vouch for the access log.
func (s *Session) Deliver(ctx context.Context) (int, error) {
	defer s.idle.work()()
	settled, err := s.settleActs(ctx)
	if err != nil {
		return len(settled), err
	}
	sent, _, err := s.deliver(ctx)
	n := sent + len(settled)
	if err != nil {
		return n, err
	}
	if e := s.letIn(ctx); e != nil && !offline(e) {
		s.desk.opt.Log.Warn("newcomers not admitted", "code", string(ehrdesk.CodeOf(e)))
	}
	s.vouch(ctx)
	return n, nil
}

// deliver sends the items in order, one sender at a time. changed are the acts
// that have come to something.
func (s *Session) deliver(ctx context.Context) (sent int, changed []ehrdesk.Task, err error) {
	s.acting.Lock()
	defer s.acting.Unlock()
	items, err := s.vault.Pending(ctx)
	if err != nil {
		return 0, nil, err
	}
	parked := map[string]bool{}
	for _, it := range items {
		a := openAct(it.Payload)
		switch {
		case it.State.Final():
			if a != nil && it.State != cache.ItemExpired { // given up, or somebody has to look first
				parked[it.Lane] = true
			}
			continue
		case parked[it.Lane]:
			continue
		case a != nil && a.Staff != s.Account().Staff:
			parked[it.Lane] = true // only who took it sends it
			continue
		}
		if a == nil {
			err = s.deliverAccess(ctx, it)
		} else {
			var t ehrdesk.Task
			t, err = s.deliverAct(ctx, it, *a)
			if t.ID != "" {
				changed = append(changed, t)
			}
			parked[it.Lane] = t.State == ehrdesk.TaskRefused
		}
		if err != nil {
			return sent, changed, err
		}
		if !parked[it.Lane] {
			sent++
		}
	}
	return sent, changed, nil
}

// deliverAccess sends an access event that happened offline. Only an error that
// leaves it waiting is returned.
func (s *Session) deliverAccess(ctx context.Context, it cache.Item) error {
	var e ehrdesk.AuditEvent
	if json.Unmarshal(it.Payload, &e) != nil {
		return s.vault.Mark(ctx, it.OpID, cache.ItemRejected, it.Attempts, time.Time{}, "unreadable")
	}
	err := s.api.PutAuditEvent(ctx, e)
	s.heard(err)
	state := cache.ItemConfirmed
	switch {
	case offline(err):
		_ = s.vault.Mark(context.WithoutCancel(ctx), it.OpID, cache.ItemQueued, it.Attempts+1, s.desk.opt.Now(), string(ehrdesk.CodeOf(err)))
		return err
	case err != nil:
		state = cache.ItemRejected
	}
	return s.vault.Mark(ctx, it.OpID, state, it.Attempts+1, time.Time{}, string(ehrdesk.CodeOf(err)))
}

// deliverAct sends an act that waited for the line. It is marked as being sent
// first; after a crash in between it is sent again under the same request id.
func (s *Session) deliverAct(ctx context.Context, it cache.Item, a actRecord) (ehrdesk.Task, error) {
	if err := s.vault.Mark(ctx, it.OpID, cache.ItemSending, it.Attempts+1, time.Time{}, ""); err != nil {
		return ehrdesk.Task{}, err
	}
	r, err := s.probe(ctx, a)
	s.heard(err)
	after := context.WithoutCancel(ctx)
	mark := func(state cache.ItemState, code ehrdesk.Code) error {
		return s.vault.Mark(after, it.OpID, state, it.Attempts+1, time.Time{}, string(code))
	}
	switch code := ehrdesk.CodeOf(err); {
	case err == nil:
		a.Patient = save(r.Patient)
		if err := s.actDone(after, a, r, nil); err != nil {
			return ehrdesk.Task{}, err
		}
		return s.doneTask(a, r), mark(cache.ItemConfirmed, "")
	case offline(err), errors.Is(err, fhir.ErrOutcomeUnknown), errors.Is(err, context.Canceled), code == ehrdesk.CodeNotSignedIn:
		return ehrdesk.Task{}, errors.Join(err, mark(cache.ItemQueued, code))
	default:
		t := actTask(a, ehrdesk.TaskRefused)
		t.Why = code
		state := cache.ItemRejected
		if code == ehrdesk.CodeConflict {
			state = cache.ItemConflict
		}
		if a.Op == ehrdesk.AuditRevoke && code == ehrdesk.CodeNotFound { // withdrawn already: what was wished is so
			state, t.State = cache.ItemConfirmed, ehrdesk.TaskEnded
		}
		if e := s.actNoted(after, a, nil, code); e != nil {
			return t, e
		}
		return t, mark(state, code)
	}
}

// actsWaiting are the acts of this desk that the centre has not answered or has
// refused: in the outbox and under way.
func (s *Session) actsWaiting(ctx context.Context) ([]actRecord, error) {
	out, err := s.actsUnderWay(ctx)
	if err != nil {
		return nil, err
	}
	items, err := s.vault.Pending(ctx)
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		if a := openAct(it.Payload); a != nil && it.State != cache.ItemExpired {
			out = append(out, *a)
		}
	}
	return out, nil
}

// Waiting is a line of the outbox.
type Waiting struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"` // "access", or the act: "grant", "revoke"
	State    string    `json:"state"`
	Attempts int       `json:"attempts"`
	Since    time.Time `json:"since"`
	Why      string    `json:"why,omitempty"` // of the last try that failed
}

// Outbox lists what waits for the centre.
func (s *Session) Outbox(ctx context.Context) ([]Waiting, error) {
	items, err := s.vault.Pending(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Waiting, 0, len(items))
	for _, it := range items {
		w := Waiting{ID: it.OpID, Kind: "access", State: it.State.String(), Attempts: it.Attempts, Since: it.Created, Why: it.Note}
		if a := openAct(it.Payload); a != nil {
			w.Kind = string(a.Op)
		}
		out = append(out, w)
	}
	return out, nil
}
