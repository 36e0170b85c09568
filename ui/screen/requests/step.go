package requests

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// taken are the states that the keys 1 to 8 bring a request into.
func taken() []ehrdesk.RequestState {
	return []ehrdesk.RequestState{ehrdesk.RequestReceived, ehrdesk.RequestAccepted, ehrdesk.RequestDeclined, ehrdesk.RequestBooked,
		ehrdesk.RequestSeen, ehrdesk.RequestAnswered, ehrdesk.RequestRecalled, ehrdesk.RequestClosed}
}

// why says why a step cannot be taken now, "" if it can.
func why(e *screen.Env, r *ehrdesk.Request, to ehrdesk.RequestState) string {
	t, me := &e.T.Requests, e.Account()
	side := r.Side(me.Provider)
	other := ehrdesk.Asks
	if side == ehrdesk.Asks {
		other = ehrdesk.IsAsked
	}
	switch {
	case r.Waits == ehrdesk.DepositRefused:
		return e.S(t.GiveUpFirst)
	case ehrdesk.MayStep(r.Kind, r.State, to, side, me.Role):
		return ""
	case ehrdesk.MayStep(r.Kind, r.State, to, side, ehrdesk.Doctor):
		return e.S(t.ForClinicians)
	case ehrdesk.MayStep(r.Kind, r.State, to, other, ehrdesk.Doctor):
		return e.S(t.NotSide)
	}
	return text.Sprintf(e.S(t.NotNext), e.S(t.StateOf(r.State)))
}

// begin opens the card of a step, or says why it cannot be taken.
func (s *Screen) begin(r *ehrdesk.Request, to ehrdesk.RequestState) {
	e, t := s.env, &s.env.T.Requests
	if no := why(e, r, to); no != "" {
		e.Warn(e.S(t.Acts[to]) + " – " + text.Sprintf(e.S(t.Why), no))
		return
	}
	s.card = newCard(r.ID, to, t)
	if s.card.title != nil {
		s.card.title.Set(e.S(t.AnswerTitle))
	}
}

// handleCard fills the card, or answers what it asks.
func (s *Screen) handleCard(in intent.Intent) tea.Cmd {
	e, k := s.env, s.card
	switch {
	case in.ID == intent.Back && s.job.Running(): // it goes on: the list says what became of it
		s.job.Drop()
		s.close()
	case s.job.Running():
		e.Warn(e.S(e.T.Common.StillRunning))
	case in.ID == intent.Back && k.asks && len(k.fields) > 0:
		k.asks, k.wrong = false, screen.Wrong{}
	case in.ID == intent.Back:
		s.close()
	case in.ID == intent.StepYes:
		return s.send()
	case k.asks:
		k.scroll.Handle(in)
	case in.ID == intent.Preview, in.ID == intent.Accept && !k.field().in.Breaks && k.at == len(k.fields)-1:
		if k.wrong = k.lacks(e); k.wrong.None() {
			k.asks = true
			k.scroll.Reset()
		}
	default:
		k.handle(in)
	}
	return nil
}

// stepped is what has become of a step, or that one was given up.
type stepped struct {
	r     ehrdesk.Request
	to    ehrdesk.RequestState
	given bool
}

// Stepped says what has become of a step, or why it was not taken.
type Stepped = screen.Done[stepped]

// send writes the step; without the line it waits on the desk.
func (s *Screen) send() (cmd tea.Cmd) {
	e, k := s.env, s.card
	session, ok := e.Session.(ehrdesk.Requesting)
	if !ok {
		return nil
	}
	if keeper := e.Session; k.gives != "" {
		s.job, cmd = screen.Start(e, 10*time.Second, "", func(ctx context.Context) (stepped, error) {
			return stepped{given: true}, keeper.DropTask(ctx, k.gives)
		})
		return cmd
	}
	step := k.step()
	s.job, cmd = screen.Start(e, time.Minute, "", func(ctx context.Context) (stepped, error) {
		r, err := session.Step(ctx, k.id, step)
		return stepped{r: r, to: step.State}, err
	})
	return cmd
}

// Update takes what became of a step.
func (s *Screen) Update(msg tea.Msg) (tea.Cmd, bool) {
	m, ok := msg.(Stepped)
	if !ok || !s.job.Takes(m.Req) {
		return nil, false
	}
	e, t := s.env, &s.env.T.Requests
	e.Day.Asked.Stale = true
	switch {
	case ehrdesk.CodeOf(m.Err) == ehrdesk.CodeConflict:
		s.close()
		e.Day.Asked.Ask = true
		e.Warn(e.S(t.Moved))
	case m.Err != nil:
		if s.card != nil {
			s.card.wrong = screen.Failed(m.Err)
		}
	case m.Value.given:
		s.close()
		e.Say(e.S(t.GivenUp))
	default:
		s.close()
		if r := find(e, m.Value.r.ID); r != nil {
			*r = m.Value.r // on the screen before the desk is read again
		}
		told(e, m.Value)
	}
	return nil, true
}

// told says what became of a step.
func told(e *screen.Env, d stepped) {
	t := &e.T.Requests
	act := e.S(t.StateOf(d.to))
	switch d.r.Waits {
	case ehrdesk.DepositWaits:
		e.Warn(text.Sprintf(e.S(t.DoneWaits), act))
	case ehrdesk.DepositRefused:
		e.Warn(text.Sprintf(e.S(t.DoneRefused), act, e.Reason(d.r.Why)))
	case ehrdesk.DepositSent, ehrdesk.DepositApproval:
		fallthrough
	default:
		e.Say(text.Sprintf(e.S(t.Done), act))
	}
}

// field is an entry of a card.
type field struct {
	in    *widget.Input
	label text.T
}

// typedDay is a day in the one form that dates have on the screen, or in that of the command line.
func typedDay(s string) (ehrdesk.When, bool) {
	s = strings.TrimSpace(s)
	for _, form := range []string{"2-Jan-2006", time.DateOnly} {
		if at, err := time.Parse(form, s); err == nil {
			return ehrdesk.Day(at.Year(), at.Month(), at.Day()), true
		}
	}
	return ehrdesk.When{}, false
}
