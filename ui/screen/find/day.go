package find

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

type taskMsg = screen.Done[ehrdesk.Task]

// wait begins to wait for the patient's own act, in the app or by telephone.
func (s *Screen) wait(ch ehrdesk.Channel) tea.Cmd {
	f := s.found
	return s.keep(ehrdesk.Task{Kind: ehrdesk.TaskWait, Number: f.Patient.Number(), Patient: f.Patient, Participation: f.Participation, Consent: f.Consent,
		Channel: ch, Checked: f.Checked})
}

// noteArrival keeps what was found of somebody on today's list.
func (s *Screen) noteArrival() tea.Cmd {
	f := s.found
	var all []ehrdesk.Task
	for _, t := range s.env.Day.Tasks {
		if t.Kind == ehrdesk.TaskArrival && (t.Number == s.asked || t.Patient.ID != "" && t.Patient.ID == f.Patient.ID) {
			t.Patient, t.Participation, t.Consent, t.Checked = f.Patient, f.Participation, f.Consent, f.Checked
			all = append(all, t)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return s.keep(all...)
}

// keep keeps tasks of one patient: somebody may come twice on a day. Who goes on to the next
// patient meanwhile does not take back what is being written of this one.
func (s *Screen) keep(tasks ...ehrdesk.Task) tea.Cmd {
	session := s.env.Session
	s.put.Drop()
	var cmd tea.Cmd
	s.put, cmd = screen.Start(s.env, 10*time.Second, tasks[0].Patient.ID, func(ctx context.Context) (last ehrdesk.Task, err error) {
		for _, t := range tasks {
			if last, err = session.PutTask(ctx, t); err != nil {
				break
			}
		}
		return last, err
	})
	return cmd
}

// kept says what is waited for now; it is on the disk.
func (s *Screen) kept(m taskMsg) {
	e := s.env
	e.Day.Stale, e.Day.Tell = true, true
	switch {
	case m.Err != nil:
		e.Warn(e.ExplainLine(m.Err))
	case m.Value.Kind == ehrdesk.TaskWait:
		e.Say(e.S(e.T.Today.WaitLead))
	}
}

// waitLine says what is waited for of the patient on screen, "" for nothing.
func (s *Screen) waitLine() string {
	e := s.env
	if e.Slow(&s.put) {
		return e.Progress(&s.put, e.T.Today.Writing)
	}
	t, ok := e.Day.Wait(s.found.Patient)
	if !ok {
		return ""
	}
	return text.Sprintf(e.S(e.T.Today.WaitingSince), e.Clock(t.Added), e.S(e.T.Consent.ChannelName(t.Channel)))
}

// Heard asks again about the patient on screen when something has changed. What is being
// asked already may be answered from before the hint, so that it is asked once more afterwards.
func (s *Screen) Heard(h ehrdesk.Hint) tea.Cmd {
	switch {
	case h.Kind != ehrdesk.HintConsent || h.Patient == "":
	case s.job.Running():
		s.hinted = h.Patient
	case s.found != nil && !s.busy() && h.Patient == s.found.Patient.ID:
		return s.again()
	}
	return nil
}

// Tick asks again for somebody of whom nothing could be said when the line was down, as soon
// as it is back.
func (s *Screen) Tick() tea.Cmd {
	if s.failure == nil || s.busy() || s.asked.IsZero() || s.env.Session == nil || s.env.Locked {
		return nil
	}
	switch ehrdesk.CodeOf(s.failure) {
	case ehrdesk.CodeOffline, ehrdesk.CodeTimeout:
		if l := s.env.Session.Link(); l.State == ehrdesk.Online && l.Since.After(s.tried) {
			return s.look(s.asked)
		}
	}
	return nil
}

// again asks once more, and keeps what is on screen until the answer is there.
func (s *Screen) again() tea.Cmd {
	session, n := s.env.Session, s.asked
	if n.IsZero() {
		n = s.found.Patient.Number()
	}
	s.hinted = ""
	var cmd tea.Cmd
	s.job, cmd = screen.Start(s.env, 15*time.Second, s.found.Patient.ID, func(ctx context.Context) (ehrdesk.Finding, error) { return session.Find(ctx, n) })
	return cmd
}

// blind reports a number that could not be asked about: a signed form of that
// patient can be kept for the line, and nothing else.
func (s *Screen) blind() bool {
	return s.env.TakesConsent() && s.found == nil && !s.asked.IsZero() && ehrdesk.CodeOf(s.failure) == ehrdesk.CodeOffline
}

func (s *Screen) whyNoVerification() string {
	e := s.env
	switch {
	case s.found == nil:
		return e.S(e.T.Common.NoPatient)
	case s.found.Participation != ehrdesk.Unverified:
		return e.S(e.T.Find.Verified)
	case s.found.Cached:
		return e.S(e.T.Find.NeedsLine)
	}
	return ""
}

func (s *Screen) whyNoRenewal() string {
	e := s.env
	if s.found == nil {
		return e.S(e.T.Common.NoPatient)
	}
	c := s.found.Consent
	switch {
	case s.found.Cached:
		return e.S(e.T.Find.NeedsLine)
	case s.state() != ehrdesk.ConsentActive || c.Until.IsZero() || s.found.Patient.Deceased:
		return e.S(e.T.Today.NotRenew)
	}
	return ""
}
