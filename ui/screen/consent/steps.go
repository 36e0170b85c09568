package consent

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// The steps from the notices to the review, each with the keys that it takes.

func (s *Screen) handleNotice(in intent.Intent) {
	if s.notice.handle(s.env, in, s.offer) {
		s.readAt = s.env.Now()
		s.step = stepGiver
	}
}

func (s *Screen) handleTerm(in intent.Intent) tea.Cmd {
	n := len(s.offer.Terms)
	switch in.ID {
	case intent.Up:
		s.term, s.wrong = max(0, s.term-1), screen.Wrong{}
	case intent.Down:
		s.term, s.wrong = min(n-1, s.term+1), screen.Wrong{}
	case intent.PickLetter:
		if in.Arg < n { // chosen, not gone on
			s.term, s.wrong = in.Arg, screen.Wrong{}
		}
	case intent.Digits: // of a key that is typed too early
		s.wrong = screen.Saying(s.env.T.Capture.TermFirst)
	case intent.Accept:
		if s.term < 0 {
			s.wrong = screen.Saying(s.env.T.Capture.NoTerm)
			return nil
		}
		return s.toKey()
	}
	return nil
}

// toKey goes to what the channel rests on; a card that is in is read at once.
func (s *Screen) toKey() tea.Cmd {
	s.step, s.wrong = stepKey, screen.Wrong{}
	if s.channel == ehrdesk.ByCard {
		return s.readCard()
	}
	return nil
}

func (s *Screen) handleKey(in intent.Intent) {
	t := &s.env.T.Capture
	switch in.ID {
	case intent.Edited:
		s.wrong = screen.Wrong{}
	case intent.Up, intent.Down:
		s.onDate = s.channel == ehrdesk.ByForm && in.ID == intent.Down
	case intent.NextPane, intent.PrevPane:
		s.onDate = s.channel == ehrdesk.ByForm && !s.onDate
	case intent.Accept:
		if s.channel == ehrdesk.ByForm {
			if ehrdesk.CleanLine(s.form.Text()) == "" {
				s.onDate, s.wrong = false, screen.Saying(t.FormNeeded)
				return
			}
			if wrong, ok := undated(s.env, s.signed, s.finding, false); !ok {
				s.onDate, s.wrong = true, wrong
				return
			}
		} else if s.out.locked(s.env) {
			s.env.Warn(s.env.Words(s.out.wrong))
			return
		} else if _, err := ehrdesk.ParseAccessKey(s.key.Text()); err != nil {
			s.wrong = screen.Saying(t.KeyShape)
			return
		}
		s.step, s.wrong = stepReview, screen.Wrong{}
	}
}

func (s *Screen) chosenTerm() ehrdesk.Term {
	if s.offer == nil || s.term < 0 || s.term >= len(s.offer.Terms) {
		return ""
	}
	return s.offer.Terms[s.term]
}
