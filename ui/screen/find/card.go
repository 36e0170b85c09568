package find

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// readingTime is how long a card may take before the desk gives it up.
const readingTime = 12 * time.Second

type readingMsg = screen.Done[*ehrdesk.CardReading]

// Card follows the readers: a card put in looks its holder up at once, whatever
// was on the screen; one taken out ends its reading and is forgotten.
func (s *Screen) Card(e ehrdesk.CardEvent) tea.Cmd {
	switch e.Kind {
	case ehrdesk.CardInserted, ehrdesk.CardMute:
		if said := s.env.CardSaid(e); said != "" {
			s.env.Warn(said)
			return nil
		}
		return s.waiting()
	case ehrdesk.CardRemoved:
		s.removed(e.Insertion)
	case ehrdesk.CardServiceDown:
		s.env.Warn(s.env.CardWhy())
	}
	return nil
}

// waiting reads the card that is in and has not been looked up yet.
func (s *Screen) waiting() tea.Cmd {
	e, n := s.env.Cards.Readable()
	if n == 0 || e.Insertion == s.env.Cards.Used || s.env.Locked || s.env.Session == nil {
		return nil
	}
	s.job.Stop()
	s.forget()
	s.clear()
	s.env.Cards.Used, s.insertion = e.Insertion, e.Insertion
	source, insertion := s.env.Cards.Source, e.Insertion
	var cmd tea.Cmd
	s.reading, cmd = screen.Start(s.env, readingTime, "", func(ctx context.Context) (*ehrdesk.CardReading, error) {
		return source.Read(ctx, insertion, nil)
	})
	return cmd
}

// read takes what the card gave and looks its holder up.
func (s *Screen) read(m readingMsg) tea.Cmd {
	if m.Err != nil {
		s.cardErr = m.Err
		return nil
	}
	n := m.Value.Face.Number()
	if n.IsZero() {
		m.Value.Wipe()
		s.env.Warn(s.env.S(s.env.T.Card.NoNumber))
		return nil
	}
	s.card = m.Value
	s.in.Set(n.Printed())
	s.parse()
	return s.look(n)
}

// removed forgets the card. An answer already on screen is the centre's and
// stays; what was still being asked is cancelled.
func (s *Screen) removed(insertion uint64) {
	if insertion != s.insertion {
		return
	}
	running := s.busy()
	shown := s.found != nil && s.card != nil
	s.forget()
	switch {
	case running:
		s.job.Stop()
		s.clear()
		s.env.Warn(s.env.S(s.env.T.Card.Removed))
	case shown:
		s.env.Say(s.env.S(s.env.T.Card.RemovedMatched))
	default: // a failure that was shown goes with its card
		s.clear()
		s.env.Say(s.env.S(s.env.T.Card.Removed))
	}
}

// forget ends a reading and wipes what a card gave.
func (s *Screen) forget() {
	s.reading.Stop()
	s.card.Wipe()
	s.card, s.cardErr, s.insertion = nil, nil, 0
}

// matched reports a card that can carry a consent of the patient on screen.
func (s *Screen) matched() bool {
	return s.card != nil && s.found != nil && s.card.Proof == ehrdesk.CardGenuineChip &&
		ehrdesk.CompareCard(s.card.Face, s.found.Patient).Holds()
}

// Conceal forgets what a card gave before the desk is locked.
func (s *Screen) Conceal() {
	s.forget()
	s.choose.recents.Forget()
	s.choose.left = ""
}

// Resume looks up a card that was put in while the desk was locked.
func (s *Screen) Resume() tea.Cmd { return tea.Batch(s.choose.recents.Read(s.env), s.waiting()) }
