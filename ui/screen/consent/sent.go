package consent

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// sent is whether an act went out whose outcome is not known: whoever leaves then drops
// nothing, as it may be on record, and this desk goes on asking.
type sent struct{ open bool }

// goes notes that the act goes out.
func (s *sent) goes() { s.open = true }

// heard takes the answer: with any that says what became of the act nothing is open. While
// something is, the day's list has the act on it and so has the centre asked.
func (s *sent) heard(e *screen.Env, err error) {
	if s.open = ehrdesk.CodeOf(err) == ehrdesk.CodeTimeout; s.open {
		e.Day.Stale, e.Day.Tell = true, true
	}
}

// Submitted reports whether an act is out whose outcome is not known.
func (s *sent) Submitted() bool { return s.open }

// outcome is what the day's list says became of an act of unknown outcome, once it does: a
// receipt, or the refusal. ok is false while nothing is known, and where nothing was open.
func (s *sent) outcome(e *screen.Env, request string) (r ehrdesk.Receipt, err error, ok bool) {
	if !s.open {
		return r, nil, false
	}
	for _, t := range e.Day.Tasks {
		switch {
		case t.ID != request:
		case t.Kind == ehrdesk.TaskDone:
			s.open = false
			return ehrdesk.Receipt{Reference: t.Reference, Consent: t.Consent, Patient: t.Patient, At: t.At, Notified: ehrdesk.NotifiedUnknown}, nil, true
		case t.State == ehrdesk.TaskRefused:
			s.open = false
			return r, t.Why.Err("act"), true
		}
	}
	return r, nil, false
}

// late is when whoever waits for an answer is told that they may go on.
const late = 3 * time.Second

// waits warns whoever wants to leave while the act is under way. It is not cancelled, as
// its outcome would be unknown; leaving for another patient is told in drawSending.
func waits(e *screen.Env, job *screen.Job) {
	if e.Now().Sub(job.Since()) < late {
		e.Warn(e.S(e.T.Capture.Sending))
	} else {
		e.Warn(e.S(e.T.Capture.SendingLong))
	}
}

// drawSending paints that the act is under way and how long already, and from late on what
// can be done meanwhile.
func drawSending(c *paint.Canvas, r paint.Rect, e *screen.Env, job *screen.Job, doing text.T) {
	since := e.Now().Sub(job.Since())
	c.Put(r.X, r.Y, r.Right(), theme.Syncing, e.Working.Mark()+" "+e.S(doing)+" "+e.Elapsed(since))
	if since >= late {
		widget.Para(c, paint.Rect{X: r.X, Y: r.Y + 1, W: r.W, H: r.H - 1}, theme.Text, e.S(e.T.Capture.SendingLong))
	}
}

// Heard follows an act of unknown outcome to its end: when this desk has learnt it, the
// receipt is shown, or why the centre refused it.
func (s *Screen) Heard(ehrdesk.Hint) tea.Cmd {
	if s.busy() {
		return nil
	}
	if r, err, ok := s.outcome(s.env, s.request); ok {
		s.conclude(r, err)
	}
	return nil
}

// Heard is the same of an act on one page.
func (p *onePage) Heard(ehrdesk.Hint) tea.Cmd {
	if p.job.Running() {
		return nil
	}
	if r, err, ok := p.outcome(p.env, p.request); ok {
		p.conclude(r, err)
	}
	return nil
}

// Heard is the same of a withdrawal.
func (w *Withdrawal) Heard(ehrdesk.Hint) tea.Cmd {
	if w.job.Running() {
		return nil
	}
	if r, err, ok := w.outcome(w.env, w.request); ok {
		w.conclude(r, err)
	}
	return nil
}

var (
	_ screen.Listener = (*Screen)(nil)
	_ screen.Listener = (*onePage)(nil)
	_ screen.Listener = (*Withdrawal)(nil)
)
