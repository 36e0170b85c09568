package client

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// Find asks the centre; where it cannot be asked, the desk's own copy answers
// if there is one, and the answer says so.
func (s *Session) Find(ctx context.Context, n ehrdesk.Number) (ehrdesk.Finding, error) {
	if n.IsZero() {
		return ehrdesk.Finding{}, ehrdesk.Errorf("find", ehrdesk.CodeInvalid, "type an HKIC number or a 12-digit eHR number")
	}
	ask, cancel := context.WithTimeout(ctx, askWait)
	defer cancel()
	f, err := s.api.Find(ask, n)
	s.heard(err)
	if offline(err) {
		return s.findCopy(ctx, n, err)
	}
	if e := s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Patient: f.Patient.ID, Outcome: ehrdesk.CodeOf(err)}); e != nil {
		return ehrdesk.Finding{}, e
	}
	if err != nil {
		return f, err
	}
	if f.Checked.IsZero() {
		f.Checked = s.desk.opt.Now()
	}
	f.Consent.State = f.Consent.StateAt(later(s.desk.opt.Now(), f.Checked))
	return f, s.learn(ctx, f)
}

// findCopy answers from the desk's copy. why is the error of asking the centre.
func (s *Session) findCopy(ctx context.Context, n ehrdesk.Number, why error) (ehrdesk.Finding, error) {
	c, ok, err := s.vault.Lookup(ctx, key(n))
	if err != nil {
		return ehrdesk.Finding{}, err
	}
	if !ok {
		return ehrdesk.Finding{}, ehrdesk.Errorf("find", ehrdesk.CodeOf(why), "the central service cannot be reached, and this desk holds no copy")
	}
	h, err := openHeader(c.Header)
	if err != nil {
		return ehrdesk.Finding{}, err
	}
	f := ehrdesk.Finding{Participation: ehrdesk.Registered, Patient: h.Patient.patient(), Consent: h.Consent, Checked: h.Checked, Cached: true}
	now := later(s.desk.opt.Now(), h.Checked)
	if f.Consent.State = h.Consent.StateAt(now); f.Consent.State.Allows() && !now.Before(h.offlineUntil()) {
		f.Consent.State = ehrdesk.ConsentUnknown
	}
	return f, s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Patient: f.Patient.ID, Outcome: ehrdesk.CodeOffline})
}

// learn brings the copy's header into line with what the centre just said. A
// consent that has ended destroys the copy at once.
func (s *Session) learn(ctx context.Context, f ehrdesk.Finding) error {
	c, ok, err := s.vault.Lookup(ctx, "id|"+f.Patient.ID)
	if err != nil || !ok {
		return err
	}
	if !f.Consent.State.Allows() {
		return s.shred(ctx, c.ID)
	}
	h, err := openHeader(c.Header)
	if err != nil {
		return err
	}
	h.Patient, h.Consent, h.Checked = save(f.Patient), f.Consent, f.Checked
	return s.putHeader(ctx, &c, h)
}

// putHeader writes a copy's header, keys and last day.
func (s *Session) putHeader(ctx context.Context, c *cache.Copy, h header) error {
	s.mu.Lock()
	if s.policy.Mode != "" {
		h.Policy = s.policy
	}
	s.mu.Unlock()
	b, err := h.seal()
	if err != nil {
		return err
	}
	c.Header, c.PurgeAfter = b, purgeAfter(h.Policy, h.Checked)
	*c, err = s.vault.Put(ctx, *c, keys(h.Patient.patient()))
	return err
}

// shred destroys a copy and closes the charts that show it.
func (s *Session) shred(ctx context.Context, id cache.PatientID) error {
	s.mu.Lock()
	for c := range s.charts {
		if c.copyID() == id {
			c.blank()
		}
	}
	s.mu.Unlock()
	return s.vault.Shred(context.WithoutCancel(ctx), id)
}

// Offer asks the centre what may be put to a patient.
func (s *Session) Offer(ctx context.Context) (ehrdesk.Offer, error) {
	ask, cancel := context.WithTimeout(ctx, askWait)
	defer cancel()
	o, err := s.api.Offer(ask)
	s.heard(err)
	return o, err
}

// Grant submits a sharing consent. What can be known to be missing is refused
// before anything leaves the desk.
func (s *Session) Grant(ctx context.Context, g ehrdesk.Grant) (ehrdesk.Receipt, error) {
	if err := checkGrant(g); err != nil {
		return ehrdesk.Receipt{}, err
	}
	if g.RequestID == "" {
		g.RequestID = uuid.NewString()
	}
	if g.NoticeReadAt.IsZero() {
		g.NoticeReadAt = s.desk.opt.Now()
	}
	if len(g.NoticeVersions) == 0 {
		o, err := s.Offer(ctx)
		if err != nil {
			return ehrdesk.Receipt{}, err
		}
		g.NoticeVersions = map[string]string{}
		for _, n := range o.Notices {
			g.NoticeVersions[n.ID] = n.Version
		}
	}
	act, cancel := context.WithTimeout(ctx, actWait)
	defer cancel()
	r, err := s.api.GrantConsent(act, g)
	s.heard(err)
	e := ehrdesk.AuditEvent{Action: ehrdesk.AuditGrant, Patient: r.Patient.ID, Outcome: ehrdesk.CodeOf(err), Detail: string(g.Channel) + " " + r.Reference}
	if g.Channel == ehrdesk.ByCard {
		e.Card = g.Card.WithoutFace()
	}
	if ae := s.record(ctx, e); ae != nil && err == nil {
		err = ae
	}
	return r, err
}

func checkGrant(g ehrdesk.Grant) error {
	const op = "consent"
	bad := func(words string) error { return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s", words) }
	switch {
	case g.Patient.IsZero():
		return bad("whose consent it is, is missing")
	case !g.NoticeRead:
		return bad("the patient must have read the notices first")
	case !g.DocumentSighted:
		return bad("the identity document must be sighted")
	case g.Giver.Kind == "":
		return bad("who gives the consent is missing")
	case g.Giver.Kind != ehrdesk.SelfGiver && (g.Giver.Name == "" || g.Giver.Document == ""):
		return bad("the substitute decision maker's name and document are missing")
	case g.Term == "":
		return bad("the term of the consent is missing")
	case g.Channel == ehrdesk.ByAccessKey && g.AccessKey.Empty():
		return bad("the Access Key is missing")
	case g.Channel == ehrdesk.ByForm && g.FormReference == "":
		return bad("the signed form's reference is missing")
	case !g.Channel.AtDesk():
		return bad("this channel is the patient's own act, outside the clinic")
	case g.Channel == ehrdesk.ByCard:
		return checkCard(g)
	}
	return nil
}

// Revoke ends a sharing consent at the centre and destroys the desk's copy.
func (s *Session) Revoke(ctx context.Context, w ehrdesk.Withdrawal) (ehrdesk.Receipt, error) {
	if w.Patient.IsZero() || !w.DocumentSighted {
		return ehrdesk.Receipt{}, ehrdesk.Errorf("revoke", ehrdesk.CodeInvalid, "the identity document must be sighted")
	}
	if w.Channel == ehrdesk.ByCard {
		return ehrdesk.Receipt{}, ehrdesk.Errorf("revoke", ehrdesk.CodeInvalid, "a consent is withdrawn by Access Key or by form")
	}
	if w.RequestID == "" {
		w.RequestID = uuid.NewString()
	}
	if w.Giver.Kind == "" {
		w.Giver.Kind = ehrdesk.SelfGiver
	}
	act, cancel := context.WithTimeout(ctx, actWait)
	defer cancel()
	r, err := s.api.RevokeConsent(act, w)
	s.heard(err)
	e := ehrdesk.AuditEvent{Action: ehrdesk.AuditRevoke, Patient: r.Patient.ID, Outcome: ehrdesk.CodeOf(err), Detail: string(w.Channel) + " " + r.Reference}
	if ae := s.record(ctx, e); ae != nil && err == nil {
		err = ae
	}
	if err != nil {
		return r, err
	}
	c, ok, err := s.vault.Lookup(ctx, key(w.Patient))
	if err == nil && ok {
		err = s.shred(ctx, c.ID)
	}
	return r, err
}

// later is the greater of the desk's clock and the centre's last word, so that
// a clock set back revives nothing.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
