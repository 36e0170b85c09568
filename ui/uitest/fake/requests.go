package fake

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Asked are the requests of a desk: what the centre has, and what this desk has of it since it last asked.
type Asked struct {
	Centre []ehrdesk.Request
	Refuse ehrdesk.Refusal // the centre refuses every step
	here   []ehrdesk.Request
	asOf   time.Time
}

var _ ehrdesk.Requesting = (*session)(nil)

// Requests are those that the desk has; the front desk is given no letter.
func (s *session) Requests(ctx context.Context) ([]ehrdesk.Request, time.Time, error) {
	err := s.d.call(ctx, "requests")
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	out := slices.Clone(s.d.Asked.here)
	for i := range out {
		out[i].Steps = slices.Clone(out[i].Steps)
		if s.a.Role == ehrdesk.FrontDesk {
			out[i].Body = ehrdesk.RequestBody{}
			for j := range out[i].Steps {
				out[i].Steps[j].Note, out[i].Steps[j].Answer = "", nil
			}
		}
	}
	return out, s.d.Asked.asOf, err
}

// FetchRequests takes over what the centre has.
func (s *session) FetchRequests(ctx context.Context) (int, error) {
	if err := s.d.call(ctx, "fetch-requests"); err != nil {
		return 0, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if s.d.Link == ehrdesk.Offline {
		return 0, ehrdesk.E("fake.requests", ehrdesk.CodeOffline, nil)
	}
	a := &s.d.Asked
	stuck := slices.Clone(a.here)
	a.here, a.asOf = slices.Clone(a.Centre), s.d.now()
	for _, r := range stuck {
		if i := slices.IndexFunc(a.here, func(h ehrdesk.Request) bool { return h.ID == r.ID }); i >= 0 && r.Stuck != "" {
			a.here[i] = r
		}
	}
	return len(a.here), nil
}

// Step keeps a step, and gives it to the centre where the line is up.
func (s *session) Step(ctx context.Context, id string, step ehrdesk.RequestStep) (ehrdesk.Request, error) {
	if err := s.d.call(ctx, "step"); err != nil {
		return ehrdesk.Request{}, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	a := &s.d.Asked
	i := slices.IndexFunc(a.here, func(r ehrdesk.Request) bool { return r.ID == id })
	if i < 0 {
		return ehrdesk.Request{}, ehrdesk.E("fake.step", ehrdesk.CodeNotFound, nil)
	}
	r := &a.here[i]
	if !ehrdesk.MayStep(r.Kind, r.State, step.State, r.Side(s.a.Provider), s.a.Role) {
		return *r, ehrdesk.E("fake.step", ehrdesk.CodeConflict, nil)
	}
	step.ID, step.By = fmt.Sprintf("step-%d", len(r.Steps)+1), ehrdesk.RequestParty{ID: s.a.Provider, Name: s.a.ProviderName}
	step.Staff, step.Name, step.At = s.a.Staff, s.a.Name, s.d.now()
	r.Steps, r.State, r.Version = append(slices.Clone(r.Steps), step), step.State, r.Version+1
	switch {
	case a.Refuse != "":
		r.Waits, r.Why, r.Stuck = ehrdesk.DepositRefused, a.Refuse, step.ID
	case s.d.Link == ehrdesk.Offline:
		r.Waits, r.Stuck = ehrdesk.DepositWaits, step.ID
	default:
		if j := slices.IndexFunc(a.Centre, func(c ehrdesk.Request) bool { return c.ID == id }); j >= 0 {
			a.Centre[j] = *r
		}
	}
	return *r, nil
}

// giveUp takes a step back that the centre does not have.
func (d *Desk) giveUp(id string) bool {
	for i := range d.Asked.here {
		if d.Asked.here[i].Stuck != id {
			continue
		}
		for _, c := range d.Asked.Centre {
			if c.ID == d.Asked.here[i].ID {
				d.Asked.here[i] = c
			}
		}
		return true
	}
	return false
}

// AskBefore has the desk have what the centre has, as of this morning.
func (d *Desk) AskBefore() {
	d.Asked.here, d.Asked.asOf = slices.Clone(d.Asked.Centre), d.now().Add(-130*time.Minute)
}
