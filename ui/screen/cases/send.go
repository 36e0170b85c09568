package cases

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// written is what was written on this desk's disk: an act, and of a beginning the case.
type written struct {
	act text.CaseAct
	id  string
}

// Written says what became of an act, or why it was not written.
type Written = screen.Done[written]

type (
	opened struct {
		event int
		text  string
		until time.Time // of what passes
	}
	openedMsg = screen.Done[opened]
)

// ended is where the focus goes so that what was written last has it.
var ended = key{event: -1}

// send writes what was asked about. It is on the disk when it is said to be; the centre is told beside.
func (s *Screen) send() (cmd tea.Cmd) {
	e, k, v := s.env, s.form, s.view()
	session, ok := e.Session.(ehrdesk.Casing)
	if !ok || v == nil {
		return nil
	}
	if k.act == text.CaseAllergy {
		return s.looksUp(v)
	}
	id, event := s.id, k.event
	write := func(ctx context.Context) error { return session.StepCase(ctx, id, kindOf(k.act), nil, "") }
	switch k.act {
	case text.CaseReply, text.CaseSay:
		m, file := k.message(e, id, s.recipients(v)), k.how.attached
		write = func(ctx context.Context) error {
			return file.with(m, func(m ehrdesk.CaseMessage) error { return session.SayInCase(ctx, m) })
		}
	case text.CaseReseal:
		m := k.anew(id)
		write = func(ctx context.Context) error { return session.SayInCase(ctx, m) }
	case text.CaseAck:
		write = func(ctx context.Context) error {
			return session.AnswerInCase(ctx, id, event, ehrdesk.CaseAcknowledged, "")
		}
	case text.CaseDecline:
		why := declines()[k.choice(0)]
		write = func(ctx context.Context) error {
			return session.AnswerInCase(ctx, id, event, ehrdesk.CaseDeclined, why)
		}
	case text.CaseGiveUp:
		waits := k.waits
		write = func(ctx context.Context) error { return session.GiveUpInCase(ctx, waits) }
	case text.CaseAdd, text.CaseTakeOut, text.CaseHand:
		who := k.picked().chosen[0]
		write = func(ctx context.Context) error { return session.StepCase(ctx, id, kindOf(k.act), &who, "") }
	case text.CaseExtend, text.CaseReopen:
		why := keeps()[k.choice(0)]
		write = func(ctx context.Context) error { return session.StepCase(ctx, id, kindOf(k.act), nil, why) }
	case text.CaseClose, text.CaseEnd, text.CaseBegin, text.CaseAllergy:
	}
	act := k.act
	s.job, cmd = screen.Start(e, time.Minute, v.Patient, func(ctx context.Context) (written, error) { return written{act, id}, write(ctx) })
	return cmd
}

// Update takes what became of an act, and what was opened.
func (s *Screen) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch m := msg.(type) {
	case Written:
		if !s.job.Takes(m.Req) {
			return nil, false
		}
		s.wrote(m)
	case openedMsg:
		if !s.opens.Takes(m.Req) {
			return nil, false
		}
		s.opened(m)
	case savedMsg:
		if !s.saves.job.Takes(m.Req) {
			return nil, false
		}
		s.saved(m)
	default:
		return nil, s.dir.take(s.env, msg)
	}
	return nil, true
}

func (s *Screen) wrote(m Written) {
	e, t := s.env, &s.env.T.Cases
	e.Day.Cases.Stale = true
	if m.Err != nil {
		if s.form == nil {
			return
		}
		if s.form.wrong = notKept(t, m.Err); m.Value.act == text.CaseGiveUp && ehrdesk.CodeOf(m.Err) == ehrdesk.CodeConflict {
			s.form.wrong = screen.Saying(t.MayBeSent)
		}
		return
	}
	e.Day.Cases.Ask = true
	s.close()
	if m.Value.act == text.CaseSay || m.Value.act == text.CaseReply || m.Value.act == text.CaseReseal {
		s.key, s.at, s.skip, s.history = ended, int(^uint(0)>>1), 0, false
		if v := s.view(); v != nil {
			s.had = len(itemsOf(v))
		}
	}
	kept(e, m.Value.act)
}

// kept says that an act is on the disk, and whether it can be sent now.
func kept(e *screen.Env, act text.CaseAct) {
	t := &e.T.Cases
	switch words := e.S(t.Acts[act]); {
	case act == text.CaseGiveUp:
		e.Say(e.S(t.GivenUp))
	case e.Session.Link().State == ehrdesk.Offline:
		e.Warn(text.Sprintf(e.S(t.KeptWaits), words))
	default:
		e.Say(text.Sprintf(e.S(t.Kept), words))
	}
}

// longOpen is how long a message may take to be opened: one with a file over a slow line. A line that stands still is given up before.
const longOpen = 30 * time.Minute

// openIt opens what is in focus: whoever said it is told. What was opened is not opened again: its receipts are listed.
func (s *Screen) openIt(v *ehrdesk.CaseView) (cmd tea.Cmd) {
	e, t, it, me := s.env, &s.env.T.Cases, s.chosen(v), s.env.Me()
	session, ok := e.Session.(ehrdesk.Casing)
	if !ok || it.said == nil || s.opens.Running() {
		return nil
	}
	said := it.said
	_, here := v.Words[said.Envelope]
	switch {
	case !v.CanRead(said, me):
		e.Warn(text.Sprintf(e.S(t.Sealed), names(e, v, said.To)))
		return nil
	case v.Closed != "":
		e.Warn(e.S(t.NoConsentNow))
		return nil
	case e.Plain && !said.Passes.IsZero() && said.By != me: // what is said line by line stays above the line
		e.Warn(e.S(t.Body.NotSpoken))
		return nil
	case !v.Unread(said, me, e.Now()) && (here || !said.Passes.IsZero()): // what was opened shows what others have done with it
		s.full = !s.full
		return nil
	}
	s.key = it.key
	id, event := s.id, said.Event
	s.opens, cmd = screen.Start(e, longOpen, v.Patient, func(ctx context.Context) (opened, error) {
		r, err := session.OpenInCase(ctx, id, event)
		return opened{event, r.Body.Text, r.Until}, err
	})
	return cmd
}

func (s *Screen) opened(m openedMsg) {
	e, t := s.env, &s.env.T.Cases
	a := &e.Day.Cases
	a.Stale = true
	if m.Err != nil {
		e.Warn(e.ExplainLine(m.Err))
		return
	}
	a.Ask = true
	if !m.Value.until.IsZero() {
		s.passing = passing{m.Value.event, m.Value.text, m.Value.until}
	}
	if v := s.view(); v != nil {
		for i := range v.Said {
			if said := &v.Said[i]; said.Event == m.Value.event && v.For(said, e.Me()) {
				e.Say(text.Sprintf(e.S(t.AuthorTold), author(e, v, said)))
			}
		}
	}
}
