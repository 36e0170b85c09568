package consent

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// card is the step in which the patient's card proves itself: the centre's nonce
// makes a challenge of this act, the chip signs it in the transaction in which
// the card is read, and what was read is compared with the centre's record.
type card struct {
	job       screen.Job
	insertion uint64
	reading   *ehrdesk.CardReading
	match     ehrdesk.CardMatch
	err       error // why there is no reading
}

// readingTime is for the centre's nonce and the card together.
const readingTime = 20 * time.Second

type readingMsg = screen.Done[*ehrdesk.CardReading]

// forget ends a reading and wipes what the card gave.
func (k *card) forget() {
	k.job.Stop()
	k.reading.Wipe()
	*k = card{}
}

// good reports a reading that a consent can rest on.
func (k *card) good() bool {
	return k.reading != nil && k.reading.Proof == ehrdesk.CardGenuineChip && k.match.Holds()
}

// begin reads the card that is in, for one act about a patient; nil where there
// is none to read.
func (k *card) begin(e *screen.Env, request, patient string) tea.Cmd {
	in, n := e.Cards.Readable()
	if n != 1 || e.Locked {
		return nil
	}
	k.forget()
	k.insertion = in.Insertion
	session, source, insertion, provider := e.Session, e.Cards.Source, in.Insertion, e.Account().Provider
	var cmd tea.Cmd
	k.job, cmd = screen.Start(e, readingTime, patient, func(ctx context.Context) (*ehrdesk.CardReading, error) {
		nonce, err := session.CardNonce(ctx, request)
		if err != nil {
			return nil, err
		}
		challenge := ehrdesk.CardChallenge(nonce.Value, request, provider)
		return source.Read(ctx, insertion, &challenge)
	})
	return cmd
}

// take takes what the card gave.
func (k *card) take(e *screen.Env, m readingMsg, p ehrdesk.Patient) {
	if k.err = m.Err; m.Err != nil {
		return
	}
	k.reading, k.match = m.Value, ehrdesk.CompareCard(m.Value.Face, p)
	if !k.match.OtherPerson() {
		e.Cards.Used = k.insertion // its holder is on the screen: no look-up by itself
	}
}

// evidence is a copy of what the card gave: the reading may be wiped while it
// travels.
func (k *card) evidence() *ehrdesk.CardEvidence {
	v := k.reading.Evidence
	v.Face = slices.Clone(v.Face)
	return &v
}

// readCard reads the card that is in, for this act.
func (s *Screen) readCard() tea.Cmd {
	cmd := s.card.begin(s.env, s.request, s.finding.Patient.ID)
	if cmd != nil {
		s.wrong = screen.Wrong{}
	}
	return cmd
}

// Card follows the readers while the consent is taken.
func (s *Screen) Card(e ehrdesk.CardEvent) tea.Cmd {
	if s.channel != ehrdesk.ByCard || s.step == stepReceipt {
		return nil
	}
	switch e.Kind {
	case ehrdesk.CardInserted, ehrdesk.CardMute:
		if said := s.env.CardSaid(e); said != "" {
			s.env.Warn(said)
			return nil
		}
		if s.step != stepKey {
			return nil
		}
		if _, n := s.env.Cards.Readable(); n > 1 {
			s.card.forget()
			return nil
		}
		return s.readCard()
	case ehrdesk.CardRemoved:
		return s.cardOut(e.Insertion)
	case ehrdesk.CardServiceDown:
		s.env.Warn(s.env.CardWhy())
	case ehrdesk.CardServiceUp:
		s.env.Say(s.env.S(s.env.T.Card.ServiceBack))
	}
	return nil
}

// cardOut is the end of what the card stood for: it is wiped, nothing is
// submitted, and the step waits for it again. Only an act under way goes on: its
// outcome is the centre's to say.
func (s *Screen) cardOut(insertion uint64) tea.Cmd {
	if insertion == s.card.insertion && insertion != 0 {
		if s.job.Running() || s.check.Running() {
			s.env.Warn(s.env.S(s.env.T.Card.RemovedSending))
			return nil
		}
		s.card.forget()
		s.step, s.wrong = stepKey, screen.Saying(s.env.T.Card.RemovedStep)
	}
	if s.step == stepKey && s.card.insertion == 0 { // one of two was taken out
		return s.readCard()
	}
	return nil
}

// cardStays reports that the card read is still in; one that left while the act
// was under way carries no second try.
func (s *Screen) cardStays() bool {
	if e, _ := s.env.Cards.Readable(); s.channel != ehrdesk.ByCard || e.Insertion == s.card.insertion {
		return true
	}
	s.card.forget()
	s.step = stepKey
	return false
}

// acceptCard goes on with a good reading, and reads again after a failure.
func (s *Screen) acceptCard() tea.Cmd {
	t := &s.env.T.Card
	_, n := s.env.Cards.Readable()
	switch {
	case s.card.good():
		s.step, s.wrong = stepReview, screen.Wrong{}
		return nil
	case n > 1:
		s.env.Warn(s.env.S(t.Two))
	case n == 0 && s.env.CardWhy() != "":
		s.env.Warn(s.env.CardWhy())
	case n == 0:
		s.env.Warn(s.env.S(t.Waiting))
	default:
		s.wrong = screen.Wrong{}
		return s.readCard()
	}
	return nil
}

// Conceal forgets the card before the desk is locked.
func (s *Screen) Conceal() {
	if s.channel != ehrdesk.ByCard || s.job.Running() || s.check.Running() {
		return
	}
	s.card.forget()
	if s.step == stepReview {
		s.step = stepKey
	}
}

// Resume reads the card again after the desk was locked.
func (s *Screen) Resume() tea.Cmd {
	if s.channel == ehrdesk.ByCard && s.step == stepKey && s.card.insertion == 0 {
		return s.readCard()
	}
	return nil
}
