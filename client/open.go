package client

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// openWait is how long the centre has for its leave beside the look-up before it, where
// there is a copy to show.
const openWait = 500 * time.Millisecond

// Open asks the centre for leave, writes the access down, and gives the chart.
// Where the centre cannot be asked, a copy opens while its policy lets it.
func (s *Session) Open(ctx context.Context, n ehrdesk.Number, p ehrdesk.Purpose, reason string) (ehrdesk.Chart, error) {
	defer s.sitting.Idle.Work()()
	s.foresight.yield() // somebody waits
	c, err := s.open(ctx, n, p, reason, true)
	if err != nil {
		return nil, err // not a typed nil
	}
	return c, nil
}

// open opens a chart; looked says that somebody looks at it, to whom what comes is new no more.
func (s *Session) open(ctx context.Context, n ehrdesk.Number, p ehrdesk.Purpose, reason string, looked bool) (*Chart, error) {
	const op = "open"
	if _, err := ehrdesk.ParsePurpose(string(p)); err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the purpose of access is missing")
	}
	if p == ehrdesk.OtherPurposes && strings.TrimSpace(reason) == "" {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "another purpose needs its reason in words")
	}
	if !s.sitting.Self.Account().Role.Clinical() {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "not for this profession")
	}
	until := time.Now().Add(s.sitting.Line.Patience())
	f, err := s.find(ctx, n, until)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	if f.Cached {
		return s.openCopy(ctx, f, p, reason)
	}
	if err := mayOpen(f); err != nil {
		return nil, err
	}
	shows, err := s.shows(ctx, n)
	if err != nil {
		return nil, err
	}
	ask := func(ctx context.Context) (fhir.Decision, error) { return s.centre.Open(ctx, f.Patient.ID, p, reason) }
	var d fhir.Decision
	if shows {
		d, err = line.AskOrShow(ctx, s.sitting.Line, until.Add(openWait), ask, nil)
	} else {
		d, err = line.Ask(ctx, s.sitting.Line, line.AskWait, ask)
	}
	if ae := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditOpen, Patient: f.Patient.ID, Purpose: p, Reason: reason, Outcome: ehrdesk.CodeOf(err), Detail: d.Access}); ae != nil {
		return nil, ae
	}
	if line.Unusable(err) { // it was there for the look-up
		if f, err = s.findCopy(ctx, n, err); err != nil {
			return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
		}
		return s.openCopy(ctx, f, p, reason)
	}
	if err != nil {
		return nil, err
	}
	how := chart.Access{Purpose: p, Unseen: !looked}
	return s.opened(ctx, f, d, how)
}

// opened opens the chart for which the centre has given leave.
func (s *Session) opened(ctx context.Context, f ehrdesk.Finding, d fhir.Decision, how chart.Access) (*Chart, error) {
	h := copies.Header{Patient: copies.Save(f.Patient), Consent: d.Consent, Checked: line.Later(f.Checked, d.At), Notified: d.Notified, Known: f.Participation == ehrdesk.KnownHere}
	for _, k := range d.Kinds {
		if len(k.Unasked) > 0 {
			if h.Unasked == nil {
				h.Unasked = map[string][]string{}
			}
			h.Unasked[k.Kind.String()] = k.Unasked
		}
		if k.Access == ehrdesk.General && k.Restricted > 0 {
			if h.Held == nil {
				h.Held = map[string]int{}
			}
			h.Held[k.Kind.String()] = k.Restricted
		}
	}
	copy, old, known, err := s.copies.Of(ctx, "id|"+f.Patient.ID)
	if err != nil {
		return nil, err
	}
	h.Marks, h.Total, h.Policy, h.Aside, h.Missing, h.Looks, h.Results = old.Marks, old.Total, old.Policy, old.Aside, old.Missing, old.Looks, old.Results
	switch {
	case how.Ahead:
		h.FetchedBy(s.Account().Staff, s.desk.opt.Now())
	case !how.Unseen:
		h.OpenedBy(s.Account().Staff, s.desk.opt.Now())
	}
	if !known {
		h.Policy = s.copies.InForce(copies.Policy{})
	}
	if err := s.copies.PutHeader(ctx, &copy, &h); err != nil {
		return nil, err
	}
	how.Kinds, how.Expected = d.Kinds, line.Later(d.Expected, f.RecordsExpected)
	c, err := s.charts.Open(ctx, copy, h, how)
	if ehrdesk.CodeOf(err) == ehrdesk.CodeTampered { // its list: the patient is fetched whole
		if err := s.copies.Spoiled(ctx, copy.ID, f.Patient.ID); err != nil {
			return nil, err
		}
		copy, h.Marks, h.Total = cache.Copy{}, nil, 0
		if err := s.copies.PutHeader(ctx, &copy, &h); err != nil {
			return nil, err
		}
		c, err = s.charts.Open(ctx, copy, h, how)
	}
	return c, err
}

func mayOpen(f ehrdesk.Finding) error {
	const op = "open"
	switch {
	case f.NoView != "":
		return ehrdesk.E(op, ehrdesk.CodeDenied, ehrdesk.ErrNotAgreedToView)
	case f.Participation == ehrdesk.Unverified:
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "registered, but the identity has not been verified")
	case f.Participation == ehrdesk.Left:
		return ehrdesk.Errorf(op, ehrdesk.CodeConsentNeeded, "withdrew from eHealth")
	case f.Waiting == ehrdesk.AuditRevoke:
		return ehrdesk.Errorf(op, ehrdesk.CodeConsentNeeded, "a withdrawal taken at this desk waits for the line")
	case !f.Consent.State.Allows():
		return ehrdesk.Errorf(op, ehrdesk.CodeConsentNeeded, "no sharing consent to this provider")
	}
	return nil
}

// openCopy opens without the centre: only while the consent known then still
// runs, and within the hours that the provider's policy allows since the centre
// last confirmed it. The access waits in the outbox.
func (s *Session) openCopy(ctx context.Context, f ehrdesk.Finding, p ehrdesk.Purpose, reason string) (*Chart, error) {
	const op = "open"
	deny := func(code ehrdesk.Code, words string) (*Chart, error) {
		if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditOpen, Patient: f.Patient.ID, Purpose: p, Reason: reason, Outcome: code, Detail: "offline"}); err != nil {
			return nil, err
		}
		return nil, ehrdesk.Errorf(op, code, "%s", words)
	}
	switch {
	case s.desk.opt.Now().Before(line.Later(s.copies.Time(), f.Checked).Add(-5 * time.Minute)):
		return deny(ehrdesk.CodeDenied, "this desk's clock is behind what the centre or the desk itself has written; the copy stays closed")
	case f.NoView != "":
		if _, err := deny(ehrdesk.CodeDenied, ""); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
			return nil, err
		}
		return nil, ehrdesk.E(op, ehrdesk.CodeDenied, ehrdesk.ErrNotAgreedToView)
	case f.Consent.State == ehrdesk.ConsentUnknown:
		return deny(ehrdesk.CodeOffline, "the central service cannot be reached, and the copy is older than the policy allows")
	case !f.Consent.State.Allows():
		return deny(ehrdesk.CodeConsentNeeded, "no sharing consent to this provider")
	}
	copy, h, ok, err := s.copies.Of(ctx, "id|"+f.Patient.ID)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeOffline, "the central service cannot be reached, and this desk holds no copy")
	}
	if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditOpenCached, Patient: f.Patient.ID, Purpose: p, Reason: reason}); err != nil {
		return nil, err
	}
	h.OpenedBy(s.Account().Staff, s.desk.opt.Now())
	if err := s.copies.PutHeader(ctx, &copy, &h); err != nil {
		return nil, err
	}
	c, err := s.charts.Open(ctx, copy, h, chart.Access{Purpose: p, Cached: true})
	if ehrdesk.CodeOf(err) == ehrdesk.CodeTampered {
		err = errors.Join(err, s.copies.Spoiled(ctx, copy.ID, f.Patient.ID))
	}
	return c, err
}

// SyncCopy brings one patient's copy into step: a chart opened to follow up,
// and put away again.
func (s *Session) SyncCopy(ctx context.Context, n ehrdesk.Number) (ehrdesk.SyncReport, error) {
	c, err := s.open(ctx, n, ehrdesk.FollowUp, "", false)
	if err != nil {
		return ehrdesk.SyncReport{}, err
	}
	r, err := c.Sync(ctx, nil)
	if err == nil {
		s.copies.Tidy(ctx) // who asked for it may be a script that ends with it
	}
	if e := c.Close(); err == nil {
		err = e
	}
	return r, err
}
