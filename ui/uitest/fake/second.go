package fake

import (
	"context"
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// hold keeps an act for a second person.
func (s *session) hold(op ehrdesk.AuditAction, v ehrdesk.Verification) (ehrdesk.Receipt, error) {
	var who ehrdesk.Patient
	if p := s.d.find(v.Patient); p != nil {
		who = p.patient
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	s.d.Held = append(s.d.Held, ehrdesk.HeldAct{ID: v.RequestID, Digest: v.FormReference, Op: op, Verification: v, Who: who, By: s.a.Staff, Name: s.a.Name, At: Clock()})
	s.d.Day = append(s.d.Day, ehrdesk.Task{ID: v.RequestID, Kind: ehrdesk.TaskAct, State: ehrdesk.TaskHeld, Act: op, Channel: v.Channel, Form: v.FormReference, Number: v.Patient, Patient: who,
		Staff: s.a.Staff, At: Clock(), Added: Clock(), Second: ehrdesk.Seconded{Taker: s.a.Name}})
	return ehrdesk.Receipt{Queued: true, Second: true, At: Clock(), Patient: who, Consent: ehrdesk.SharingConsent{State: ehrdesk.ConsentPending, Term: v.Term, Channel: v.Channel, Giver: v.Giver}}, nil
}

// heldAct is one that waits; own lets who took it look.
func (s *session) heldAct(id string, own bool) (ehrdesk.HeldAct, error) {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	i := slices.IndexFunc(s.d.Held, func(h ehrdesk.HeldAct) bool { return h.ID == id })
	switch {
	case i < 0:
		return ehrdesk.HeldAct{}, ehrdesk.E("fake.second", ehrdesk.CodeConflict, ehrdesk.ErrDecided)
	case !own && s.d.Held[i].By == s.a.Staff:
		return ehrdesk.HeldAct{}, ehrdesk.E("fake.second", ehrdesk.CodeDenied, ehrdesk.ErrOwnAct)
	}
	return s.d.Held[i], nil
}

// HeldAct shows one.
func (s *session) HeldAct(ctx context.Context, id string) (ehrdesk.HeldAct, error) {
	if err := s.d.call(ctx, "held"); err != nil {
		return ehrdesk.HeldAct{}, err
	}
	return s.heldAct(id, true)
}

// ApproveAct sends one.
func (s *session) ApproveAct(ctx context.Context, id, digest string) (ehrdesk.Receipt, error) {
	if err := s.d.call(ctx, "approve-act"); err != nil {
		return ehrdesk.Receipt{}, err
	}
	h, err := s.heldAct(id, false)
	if err == nil && h.Digest != digest {
		err = ehrdesk.E("fake.second", ehrdesk.CodeConflict, ehrdesk.ErrDecided)
	}
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	c := ehrdesk.SharingConsent{ID: "SC-2026-000484", State: ehrdesk.ConsentActive, Term: h.Term, Channel: h.Channel, Giver: h.Giver, Since: Clock(), Signed: h.Signed}
	p := s.d.find(h.Patient)
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	p.consent = c
	s.d.Grants = append(s.d.Grants, h.Grant)
	s.d.Held = slices.DeleteFunc(s.d.Held, func(o ehrdesk.HeldAct) bool { return o.ID == id })
	for i := range s.d.Day {
		if t := &s.d.Day[i]; t.ID == id {
			t.Kind, t.State, t.Reference, t.Consent, t.Second = ehrdesk.TaskDone, ehrdesk.TaskEnded, c.ID, c, ehrdesk.Seconded{}
		}
	}
	return ehrdesk.Receipt{Reference: c.ID, Consent: c, Patient: p.patient, At: Clock(), Notified: s.d.told(), Confirmed: 3}, nil
}

// RefuseAct gives one back.
func (s *session) RefuseAct(ctx context.Context, id, reason string) error {
	if err := s.d.call(ctx, "refuse-act"); err != nil {
		return err
	}
	if _, err := s.heldAct(id, false); err != nil {
		return err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	s.d.Held = slices.DeleteFunc(s.d.Held, func(o ehrdesk.HeldAct) bool { return o.ID == id })
	for i := range s.d.Day {
		if t := &s.d.Day[i]; t.ID == id {
			t.State, t.Second.Refuser, t.Second.Reason = ehrdesk.TaskRefused, s.a.Name, reason
		}
	}
	return nil
}
