package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

const (
	signEvery = 100 // entries of the access log between two signed checkpoints
	vouchWait = 5 * time.Second
)

// recordRollback writes down what the store found of itself to be of an earlier day.
func (s *Session) recordRollback(ctx context.Context) error {
	all, err := s.vault.AccessLog().Checkpoints(ctx)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		s.signed = all[len(all)-1].N
	}
	if err := s.recordLost(ctx); err != nil {
		return err
	}
	found := s.vault.RollbackDetected()
	if len(found) == 0 {
		return nil
	}
	if slices.Equal(found, []string{cache.StaleDamaged}) {
		return s.settle(ctx, "the file of the copies was damaged", WarnCopies)
	}
	detail := earlier + strings.Join(found, ", ")
	if slices.Contains(found, cache.StaleJournal) {
		detail += fmt.Sprintf(" (%d entries remembered)", s.store.Remembered())
	}
	return s.settle(ctx, detail, WarnStale)
}

const earlier = "put back to an earlier day: "

// settle ends an incident: written down first, then what lay aside is destroyed.
func (s *Session) settle(ctx context.Context, detail, code string) error {
	s.warn(code)
	if err := s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditIncident, Outcome: ehrdesk.CodeTampered, Detail: detail}); err != nil {
		return err
	}
	return s.vault.AcknowledgeRollback(context.WithoutCancel(ctx))
}

// signSometimes signs the access log every signEvery entries, with the line or
// without it.
func (s *Session) signSometimes(ctx context.Context, n int64) {
	s.mu.Lock()
	due := n >= s.signed+signEvery
	online := s.link.State == ehrdesk.Online
	s.mu.Unlock()
	if !due || !s.vouching.TryLock() {
		return
	}
	_, err := s.sign(ctx, n)
	s.vouching.Unlock()
	if err != nil {
		s.desk.opt.Log.Warn("access log not signed", "code", string(ehrdesk.CodeOf(err)))
		return
	}
	if online {
		ctx, cancel := context.WithTimeout(ctx, vouchWait)
		defer cancel()
		s.vouch(ctx)
	}
}

// signAll signs the whole of the access log, where that was not done yet and is not
// being done.
func (s *Session) signAll(ctx context.Context) {
	if !s.vouching.TryLock() {
		return
	}
	defer s.vouching.Unlock()
	state, err := s.vault.State(ctx)
	if err == nil {
		s.mu.Lock()
		due := state.N > s.signed
		s.mu.Unlock()
		if due {
			_, err = s.signAt(ctx, state, state.N)
		}
	}
	if err != nil {
		s.desk.opt.Log.Warn("access log not signed", "code", string(ehrdesk.CodeOf(err)))
	}
}

// sign signs the first n entries of the access log and keeps that.
func (s *Session) sign(ctx context.Context, n int64) (cache.Checkpoint, error) {
	state, err := s.vault.State(ctx)
	if err != nil {
		return cache.Checkpoint{}, err
	}
	return s.signAt(ctx, state, n)
}

func (s *Session) signAt(ctx context.Context, state ehrdesk.AuditCheckpoint, n int64) (cache.Checkpoint, error) {
	head, err := s.vault.AccessLog().HeadAt(ctx, n)
	if err != nil {
		return cache.Checkpoint{}, err
	}
	state.N, state.Head = n, head
	client, key := s.tokens.desk()
	signed, err := fhir.SignCheckpoint(key, client, state, s.desk.opt.Now())
	if err != nil {
		return cache.Checkpoint{}, err
	}
	c := cache.Checkpoint{N: n, Head: head, Signed: signed}
	if err := s.vault.AccessLog().KeepCheckpoint(ctx, c); err != nil {
		return c, err
	}
	s.mu.Lock()
	s.signed = max(s.signed, n)
	s.mu.Unlock()
	return c, nil
}

// vouch has the centre vouch for the access log as it stands. That it does not
// is no error of what else is being done: it is written down and told.
func (s *Session) vouch(ctx context.Context) {
	where := s.tokens.keysAt(ctx)
	if where == "" || !s.vouching.TryLock() {
		return // nobody to ask, or somebody is at it
	}
	defer s.vouching.Unlock()
	keys, err := s.keysOfCentre(ctx, where)
	if err == nil {
		err = s.vouchTo(ctx, keys)
	}
	if err != nil && !offline(err) {
		s.desk.opt.Log.Warn("access log not vouched for", "code", string(ehrdesk.CodeOf(err)))
	}
}

// keysOfCentre are the keys that this desk takes for the centre's: those it saw first.
func (s *Session) keysOfCentre(ctx context.Context, where string) ([]jose.JSONWebKey, error) {
	s.mu.Lock()
	known := s.known.Centre
	s.mu.Unlock()
	if len(known) == 0 {
		fresh, err := centreKeys(ctx, s.tokens.api, where)
		if err != nil {
			return nil, err
		}
		client, desk := s.tokens.desk()
		s.amend(ctx, func(p *person) { p.Centre, p.ClientID, p.DeskKey = fresh, client, &jsonKey{desk.Public()} })
		known = fresh
	}
	return plainKeys(known), nil
}

func plainKeys(in []jsonKey) []jose.JSONWebKey {
	out := make([]jose.JSONWebKey, len(in))
	for i, k := range in {
		out[i] = k.JSONWebKey
	}
	return out
}

// centreKeys asks the centre for its keys; nothing where it has none.
func centreKeys(ctx context.Context, api *fhir.Client, where string) ([]jsonKey, error) {
	if where == "" {
		return nil, nil
	}
	keys, err := api.CentreKeys(ctx, where)
	out := make([]jsonKey, len(keys))
	for i, k := range keys {
		out[i] = jsonKey{k}
	}
	return out, err
}

// vouchTo sends the entries since the last word of the centre, signEvery at a
// time.
func (s *Session) vouchTo(ctx context.Context, keys []jose.JSONWebKey) error {
	at, err := optional[countersigner]("checkpoint", s.centre)
	if err != nil {
		return err
	}
	state, err := s.vault.State(ctx)
	if err != nil {
		return err
	}
	from, err := s.vouchedTo(ctx, keys)
	if err != nil {
		return err
	}
	full, asked := state.N, false
	for {
		to := min(full, from+signEvery)
		c, err := s.signAt(ctx, state, to)
		if err != nil {
			return err
		}
		entries, err := s.vault.AccessLog().Sealed(ctx, from, to)
		if err != nil {
			return err
		}
		c.Vouched, err = at.Checkpoint(ctx, c.Signed, entries)
		var no *fhir.Refusal
		switch {
		case errors.As(err, &no):
			known, err := s.refused(ctx, no, keys)
			if err != nil || no.Issue != "audit-gap" || asked {
				return err
			}
			from, asked = known.N, true // where the centre says to begin: once
			continue
		case err != nil:
			return err
		}
		v, err := fhir.OpenVouch(c.Vouched, keys)
		if err != nil {
			s.warn(WarnKey)
			return err
		}
		state.N, state.Head = c.N, c.Head
		if client, _ := s.tokens.desk(); v.Client != client || !v.Is(state) {
			return ehrdesk.Errorf("checkpoint", ehrdesk.CodeTampered, "the central service vouched for something else")
		}
		if err := s.vault.AccessLog().KeepCheckpoint(ctx, c); err != nil {
			return err
		}
		if from = to; to == full {
			return nil
		}
	}
}

// vouchedTo is how far the centre has vouched for the chain on this desk.
func (s *Session) vouchedTo(ctx context.Context, keys []jose.JSONWebKey) (int64, error) {
	all, err := s.vault.AccessLog().Checkpoints(ctx)
	if err != nil {
		return 0, err
	}
	for _, c := range slices.Backward(all) {
		if c.Vouched == "" {
			continue
		}
		head, err := s.vault.AccessLog().HeadAt(ctx, c.N)
		if err != nil {
			return 0, err
		}
		if v, err := fhir.OpenVouch(c.Vouched, keys); err == nil && v.N == c.N && slices.Equal(head, v.Head) {
			return c.N, nil
		}
	}
	return 0, nil
}

// refused judges a refusal by what the centre says it last vouched for. Where
// the desk is behind that, its copies are put aside and destroyed, once for each
// such word of the centre.
func (s *Session) refused(ctx context.Context, no *fhir.Refusal, keys []jose.JSONWebKey) (fhir.Vouch, error) {
	if no.Issue == "audit-log" || (no.Vouched == "" && no.Issue != "audit-gap") {
		return fhir.Vouch{}, ehrdesk.E("checkpoint", ehrdesk.CodeConflict, no)
	}
	if no.Vouched == "" {
		return fhir.Vouch{}, nil // it knows nothing yet
	}
	known, err := fhir.OpenVouch(no.Vouched, keys)
	if err != nil {
		s.warn(WarnKey)
		return known, err
	}
	if known.Log != s.vault.Install() {
		return known, ehrdesk.Errorf("checkpoint", ehrdesk.CodeTampered, "the central service speaks of another desk")
	}
	if no.Issue == "audit-gap" {
		state, err := s.vault.State(ctx)
		if err != nil || known.N <= state.N {
			return known, err
		}
	}
	s.warn(WarnBehind)
	all, err := s.vault.AccessLog().Checkpoints(ctx)
	if err != nil {
		return known, err
	}
	seen := slices.ContainsFunc(all, func(c cache.Checkpoint) bool {
		return c.N == known.N && slices.Equal(c.Head, known.Head) && c.Signed == ""
	})
	if seen && no.Issue != "copies-behind" {
		return known, ehrdesk.E("checkpoint", ehrdesk.CodeConflict, no)
	}
	s.blankAll()
	if err := s.vault.Quarantine(ctx, known.Generation); err != nil {
		return known, err
	}
	if err := s.settle(ctx, fmt.Sprintf(earlier+"%s, %s, vouched to entry %d", cache.StaleCentre, no.Issue, known.N), WarnBehind); err != nil {
		return known, err
	}
	if no.Issue != "copies-behind" {
		if err := s.vault.AccessLog().KeepCheckpoint(ctx, cache.Checkpoint{N: known.N, Head: known.Head, Vouched: no.Vouched}); err != nil {
			return known, err
		}
	}
	return known, ehrdesk.E("checkpoint", ehrdesk.CodeConflict, no)
}

// blankAll empties every chart of this session.
func (s *Session) blankAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.charts {
		c.blank()
	}
}
