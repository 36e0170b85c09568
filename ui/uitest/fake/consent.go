package fake

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func (s *session) Offer(ctx context.Context) (ehrdesk.Offer, error) {
	return ehrdesk.Offer{Terms: s.d.Terms, Channels: ehrdesk.Channels(), Notices: notices(), Reasons: reasons(), Second: s.d.SecondActs}, s.d.call(ctx, "offer")
}

// CardNonce is the request's own, for tests that sign it.
func (s *session) CardNonce(ctx context.Context, requestID string) (ehrdesk.CardNonce, error) {
	n := ehrdesk.CardNonce{Expires: Clock().Add(5 * time.Minute)}
	copy(n.Value[:], requestID)
	return n, s.d.call(ctx, "nonce")
}

func (s *session) Grant(ctx context.Context, g ehrdesk.Grant) (ehrdesk.Receipt, error) {
	if err := s.d.call(ctx, "grant"); err != nil {
		return ehrdesk.Receipt{}, s.unknown(err, ehrdesk.AuditGrant, g.RequestID, g.Patient)
	}
	if g.Channel == ehrdesk.ByForm && slices.Contains(s.d.SecondActs, ehrdesk.ConsentByForm) {
		return s.hold(ehrdesk.AuditGrant, ehrdesk.Verification{Grant: g})
	}
	if s.d.Link == ehrdesk.Offline {
		return s.queued(g)
	}
	s.d.mu.Lock()
	s.d.Grants = append(s.d.Grants, g)
	s.d.mu.Unlock()
	p := s.d.find(g.Patient)
	if p == nil {
		return ehrdesk.Receipt{}, ehrdesk.E("fake.grant", ehrdesk.CodeNotFound, nil)
	}
	if !g.NoticeRead || !g.DocumentSighted && !(g.Telephone && g.IdentityAsked) || g.Term == "" || g.RequestID == "" {
		return ehrdesk.Receipt{}, ehrdesk.E("fake.grant", ehrdesk.CodeInvalid, nil)
	}
	if g.Channel == ehrdesk.ByCard && (g.Card == nil || g.Card.Proof != ehrdesk.CardGenuineChip) {
		return ehrdesk.Receipt{}, ehrdesk.E("fake.grant", ehrdesk.CodeCard, nil)
	}
	if err := s.key(g.Channel, g.AccessKey); err != nil {
		return ehrdesk.Receipt{}, err
	}
	c := ehrdesk.SharingConsent{ID: "SC-2026-000482", State: ehrdesk.ConsentActive, Term: g.Term, Channel: g.Channel, Giver: g.Giver, Since: Clock(), Signed: g.Signed, Telephone: g.Telephone}
	if g.Term == ehrdesk.OneYear {
		c.Until = Clock().AddDate(1, 0, 0)
	}
	if g.Renew {
		c.Until, _ = p.consent.Anew(g.Term, Clock())
	}
	s.d.mu.Lock()
	p.consent = c
	s.d.mu.Unlock()
	return ehrdesk.Receipt{Reference: c.ID, Consent: c, Patient: p.patient, At: Clock(), Notified: s.d.told(), Untold: s.d.Notify == "", Confirmed: confirmed(g.Channel, g.Telephone)}, nil
}

// told is how somebody is told of a consent, whatever they declined of accesses.
func (d *Desk) told() string { return cmp.Or(d.Notify, "sms") }

// confirmed is on how many contacts somebody is told of an act by form or by telephone.
func confirmed(by ehrdesk.Channel, telephone bool) int {
	if by == ehrdesk.ByForm || telephone {
		return 3
	}
	return 0
}

// unknown keeps an act of unknown outcome on the day's list, as the desk does.
func (s *session) unknown(err error, act ehrdesk.AuditAction, request string, n ehrdesk.Number) error {
	if p := s.d.find(n); p != nil && ehrdesk.CodeOf(err) == ehrdesk.CodeTimeout {
		s.d.mu.Lock()
		defer s.d.mu.Unlock()
		s.d.Day = append(s.d.Day, ehrdesk.Task{ID: request, Kind: ehrdesk.TaskAct, State: ehrdesk.TaskUnknown, Act: act, Number: n, Patient: p.patient, Added: Clock(), At: Clock()})
	}
	return err
}

// key is the centre's rule: three wrong ones and the key is locked.
func (s *session) key(ch ehrdesk.Channel, k ehrdesk.AccessKey) error {
	if ch != ehrdesk.ByAccessKey || k.Reveal() == Key {
		return nil
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if s.d.tries++; s.d.tries >= 3 {
		return ehrdesk.E("fake.key", ehrdesk.CodeLocked, &ehrdesk.LockOut{Until: Clock().Add(15 * time.Minute)})
	}
	return ehrdesk.E("fake.key", ehrdesk.CodeDenied, &ehrdesk.WrongKey{TriesLeft: 3 - s.d.tries})
}

func (s *session) Revoke(ctx context.Context, w ehrdesk.Withdrawal) (ehrdesk.Receipt, error) {
	if err := s.d.call(ctx, "revoke"); err != nil {
		return ehrdesk.Receipt{}, s.unknown(err, ehrdesk.AuditRevoke, w.RequestID, w.Patient)
	}
	if err := s.key(w.Channel, w.AccessKey); err != nil {
		return ehrdesk.Receipt{}, err
	}
	p := s.d.find(w.Patient)
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	s.d.Revokes = append(s.d.Revokes, w)
	p.consent.State, p.consent.Ended = ehrdesk.ConsentWithdrawn, Clock()
	return ehrdesk.Receipt{Reference: "SC-2026-000483", Consent: p.consent, Patient: p.patient, At: Clock(), Notified: s.d.told(), Untold: s.d.Notify == "", Confirmed: confirmed(w.Channel, false)}, nil
}
