package consent

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// readCard reads the card that is in, for this act.
func (s *Screen) readCard() tea.Cmd {
	cmd := s.card.Begin(s.env, s.request, s.finding.Patient.ID)
	if cmd != nil {
		s.wrong = screen.Wrong{}
	}
	return cmd
}

var _ interface {
	screen.Screen
	screen.CardFollower
	screen.Concealer
	screen.Resumer
	screen.Fallback
} = (*Screen)(nil)

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
			s.card.Forget()
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
	if insertion == s.card.Insertion && insertion != 0 {
		if s.job.Running() || s.check.Running() {
			s.env.Warn(s.env.S(s.env.T.Card.RemovedSending))
			return nil
		}
		s.card.Forget()
		s.step, s.wrong = stepKey, screen.Saying(s.env.T.Card.RemovedStep)
	}
	if s.step == stepKey && s.card.Insertion == 0 { // one of two was taken out
		return s.readCard()
	}
	return nil
}

// cardStays reports that the card read is still in; one that left while the act
// was under way carries no second try.
func (s *Screen) cardStays() bool {
	if e, _ := s.env.Cards.Readable(); s.channel != ehrdesk.ByCard || e.Insertion == s.card.Insertion {
		return true
	}
	s.card.Forget()
	s.step = stepKey
	return false
}

// acceptCard goes on with a good reading, and reads again after a failure.
func (s *Screen) acceptCard() tea.Cmd {
	t := &s.env.T.Card
	_, n := s.env.Cards.Readable()
	switch {
	case s.card.Good():
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

// Conceal forgets card and key before the desk is locked, a key half typed too.
func (s *Screen) Conceal() {
	if s.channel == ehrdesk.ByForm || s.job.Running() || s.check.Running() {
		return
	}
	s.card.Forget()
	s.key.Clear()
	if s.step == stepReview {
		s.step = stepKey
	}
}

// Resume reads the card again after the desk was locked.
func (s *Screen) Resume() tea.Cmd {
	if s.channel == ehrdesk.ByCard && s.step == stepKey && s.card.Insertion == 0 {
		return s.readCard()
	}
	return nil
}
