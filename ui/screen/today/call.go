package today

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// call is the page of one call: what is known of it, and what may have come of it.
type call struct {
	id  string
	sel ehrdesk.CallOutcome // chosen; "" for the first that is offered
}

// closing is the look at whom closing the day has called, before it does.
type closing struct {
	calls  []ehrdesk.Task
	scroll widget.Scroll
}

// missed is what closing the day would make, asked for to be looked at.
type missed []ehrdesk.Task

type missedMsg = screen.Done[missed]

// beginCall opens the page of a call.
func (s *Screen) beginCall(r row) {
	if r.ending != nil || !r.task.Kind.Called() {
		s.env.Warn(s.env.S(s.env.T.Calls.NotACall))
		return
	}
	s.entry, s.call = entryCall, &call{id: r.task.ID}
}

// called is the call as the list has it now: a colleague may have said something of it since.
func (s *Screen) called() (ehrdesk.Task, bool) {
	i := slices.IndexFunc(s.env.Day.Tasks, func(t ehrdesk.Task) bool { return s.call != nil && t.ID == s.call.id })
	if i < 0 {
		return ehrdesk.Task{}, false
	}
	return s.env.Day.Tasks[i], true
}

// offered are the outcomes that may follow what was said last.
func (s *Screen) offered(t ehrdesk.Task) (out []ehrdesk.CallOutcome) {
	for _, o := range t.Call.What.Offers() {
		again := o.Work() == t.Work && !t.Work.Over()
		mine := o == ehrdesk.CallTaken && t.Work == ehrdesk.WorkAccepted && t.Call.Owner() == s.env.Session.Account().Staff
		if (again || t.Work.Becomes(o.Work())) && !mine {
			out = append(out, o)
		}
	}
	return out
}

// pick is the outcome chosen, of those that are offered.
func (s *Screen) pick(offered []ehrdesk.CallOutcome) int {
	return max(0, slices.Index(offered, s.call.sel))
}

func (s *Screen) handleCall(in intent.Intent) tea.Cmd {
	t, there := s.called()
	if in.ID == intent.Back || !there {
		s.close()
		return nil
	}
	all := s.offered(t)
	if len(all) == 0 {
		return nil
	}
	at := s.pick(all)
	switch in.ID {
	case intent.Up:
		at--
	case intent.Down:
		at++
	case intent.PageUp:
		at = 0
	case intent.PageDown:
		at = len(all) - 1
	case intent.Accept:
		return s.note(t, all[at])
	}
	s.call.sel = all[min(max(at, 0), len(all)-1)]
	return nil
}

// note notes what came of a call. Who takes one over makes it next, and stays on its page.
func (s *Screen) note(t ehrdesk.Task, o ehrdesk.CallOutcome) tea.Cmd {
	caller, ok := s.env.Session.(ehrdesk.Caller)
	if !ok {
		return nil
	}
	var cmd tea.Cmd
	s.polling = false
	s.job, cmd = screen.Start(s.env, 10*time.Second, "", func(ctx context.Context) (done, error) {
		now, err := caller.NoteCall(ctx, t.ID, o, time.Time{})
		return done{called: o, of: t, due: now.Call.Due}, err
	})
	return cmd
}

func (s *Screen) toldCall(m Written) {
	e, t := s.env, &s.env.T.Calls
	words := e.S(t.CameOf(m.Value.of)[m.Value.called])
	switch m.Value.called {
	case ehrdesk.CallTaken:
		if s.call != nil {
			s.call.sel = ""
		}
		e.Say(text.Sprintf(e.S(t.Noted), words))
		return
	case ehrdesk.CallNoAnswer:
		e.Say(text.Sprintf(e.S(t.Again), words, civil(m.Value.due)))
	default:
		e.Say(text.Sprintf(e.S(t.Noted), words))
	}
	s.close()
}

// lookMissed looks whom closing the day would have called.
func (s *Screen) lookMissed() tea.Cmd {
	caller, ok := s.env.Session.(ehrdesk.Caller)
	if !ok {
		return nil
	}
	var cmd tea.Cmd
	s.polling = false
	s.job, cmd = screen.Start(s.env, 30*time.Second, "", func(ctx context.Context) (missed, error) { return caller.Missed(ctx) })
	return cmd
}

// sawMissed shows them, or says that there is nobody.
func (s *Screen) sawMissed(m missedMsg) {
	switch {
	case m.Err != nil:
		s.env.Warn(s.env.ExplainLine(m.Err))
	case len(m.Value) == 0:
		s.env.Say(s.env.S(s.env.T.Calls.CloseNobody))
	default:
		s.entry, s.closing = entryClose, &closing{calls: m.Value}
	}
}

func (s *Screen) handleClose(in intent.Intent) tea.Cmd {
	switch in.ID {
	case intent.Back:
		s.close()
	case intent.Accept:
		return s.closeDay()
	default:
		s.closing.scroll.Handle(in)
	}
	return nil
}

// closeDay has those called that were looked at, and nobody else: who came meanwhile is left out,
// and who was put down by a colleague is not put down again.
func (s *Screen) closeDay() tea.Cmd {
	caller, ok := s.env.Session.(ehrdesk.Caller)
	if !ok {
		return nil
	}
	var ids []string
	for _, t := range s.closing.calls {
		ids = append(ids, t.ID)
	}
	var cmd tea.Cmd
	s.polling = false
	s.job, cmd = screen.Start(s.env, time.Minute, "", func(ctx context.Context) (done, error) {
		made, err := caller.CloseDay(ctx, ids)
		return done{closed: true, added: len(made)}, err
	})
	return cmd
}

// civil is a day whose date counts in whatever zone.
func civil(day time.Time) string { return ehrdesk.At(day).Date() }
