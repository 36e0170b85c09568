package consent

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// submit sends the act, once for each press of the key.
func (s *Screen) submit() tea.Cmd {
	g := ehrdesk.Grant{
		Patient: s.finding.Patient.Number(), Channel: s.channel, Term: s.chosenTerm(), Giver: s.giver.value(),
		NoticeRead: true, NoticeVersions: map[string]string{}, NoticeReadAt: s.readAt, DocumentSighted: s.giver.seen.On && !s.phone,
		Telephone: s.phone, IdentityAsked: s.phone && s.giver.seen.On,
		RequestID: s.request,
	}
	for _, n := range s.offer.Notices {
		g.NoticeVersions[n.ID] = n.Version
	}
	switch s.channel {
	case ehrdesk.ByForm:
		g.FormReference, g.Signed = ehrdesk.CleanLine(s.form.Text()), signedOn(s.signed)
	case ehrdesk.ByCard:
		if !s.card.Good() {
			s.step = stepKey
			return nil
		}
		g.Card = s.card.Evidence()
	default:
		key, err := ehrdesk.ParseAccessKey(s.key.Text())
		if err != nil {
			s.step, s.wrong = stepKey, screen.Saying(s.env.T.Capture.KeyShape)
			return nil
		}
		g.AccessKey = key
	}
	s.wrong = screen.Wrong{}
	s.goes()
	session := s.env.Session
	var cmd tea.Cmd
	s.job, cmd = screen.Start(s.env, 30*time.Second, s.finding.Patient.ID, func(ctx context.Context) (ehrdesk.Receipt, error) {
		return session.Grant(ctx, g)
	})
	return cmd
}

func (s *Screen) granted(m receiptMsg) tea.Cmd {
	s.heard(s.env, m.Err)
	code := ehrdesk.CodeOf(m.Err)
	if !errors.Is(m.Err, ehrdesk.ErrFormUsed) && (code == ehrdesk.CodeTimeout || code == ehrdesk.CodeConflict) { // done after all, or by somebody else
		return s.ask()
	}
	s.conclude(m.Value, m.Err)
	return nil
}

// conclude takes what became of the act.
func (s *Screen) conclude(r ehrdesk.Receipt, err error) {
	switch code := ehrdesk.CodeOf(err); {
	case err == nil && r.Patient.ID != "" && r.Patient.ID != s.finding.Patient.ID:
		s.wrong = screen.Failed(ehrdesk.E("ui.grant", ehrdesk.CodeTampered, nil))
	case err == nil:
		s.key.Clear()
		s.card.Forget()
		s.receipt, s.step = r, stepReceipt
		s.env.Day.Stale, s.env.Day.Tell = true, true
	case errors.Is(err, ehrdesk.ErrFormUsed):
		s.step, s.onDate, s.wrong = stepKey, false, screen.Failed(err)
	case errors.Is(err, ehrdesk.ErrSignedAhead), errors.Is(err, ehrdesk.ErrSignedBefore):
		s.step, s.onDate, s.wrong = stepKey, true, screen.Failed(err)
	case code == ehrdesk.CodeDenied || code == ehrdesk.CodeLocked:
		s.key.Clear()
		s.out.take(err)
		s.finding.KeyLocked = s.out.until
		s.step, s.wrong = stepKey, screen.Failed(err)
		if s.out.locked(s.env) {
			s.wrong = screen.Wrong{} // stands on the key's step by itself, until it ends
		}
	case code == ehrdesk.CodeCard: // the centre does not take the evidence: only a new reading can be better
		s.card.Forget()
		s.card.Err, s.step = err, stepKey
	default:
		s.cardStays()
		s.wrong = screen.Failed(err)
	}
}

// ask looks the patient up to learn whether the act was recorded.
func (s *Screen) ask() tea.Cmd {
	session, n := s.env.Session, s.finding.Patient.Number()
	var cmd tea.Cmd
	s.check, cmd = screen.Start(s.env, 15*time.Second, s.finding.Patient.ID, func(ctx context.Context) (ehrdesk.Finding, error) {
		return session.Find(ctx, n)
	})
	return cmd
}

func (s *Screen) checked(m findingMsg) {
	t := &s.env.T.Capture
	switch {
	case m.Err != nil || m.Value.Cached || m.Value.Patient.ID != s.finding.Patient.ID:
		s.wrong = screen.Saying(t.UnknownOffline)
	case m.Value.Consent.StateAt(s.env.Now()).Allows():
		s.key.Clear()
		s.card.Forget()
		s.receipt = ehrdesk.Receipt{Reference: ehrdesk.ShortReference(m.Value.Consent.ID), Consent: m.Value.Consent, Patient: m.Value.Patient, At: m.Value.Checked, Untold: m.Value.Untold}
		s.step, s.asked = stepReceipt, true
		s.env.Say(s.env.S(t.Checked))
	default:
		s.cardStays()
		s.wrong = screen.Saying(t.UnknownNot)
	}
}
