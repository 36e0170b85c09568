// Package purpose asks why a record is to be opened, and opens it.
package purpose

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Screen is the choice; consultation is offered first, so that Enter opens.
type Screen struct {
	env      *screen.Env
	finding  ehrdesk.Finding
	purposes []ehrdesk.Purpose
	sel      int
	reason   widget.Input
	wrong    screen.Wrong
	job      screen.Job
}

type chartMsg = screen.Done[ehrdesk.Chart]

// New asks for the purpose of opening the record of the patient found, or opens it at
// once for the usual one of the person's profession, which the screen before has named.
func New(env *screen.Env, d screen.ToPurpose) (*Screen, tea.Cmd) {
	s := &Screen{env: env, finding: d.Finding, purposes: ehrdesk.Purposes(), reason: widget.Input{Max: 200}}
	s.sel = slices.Index(s.purposes, screen.UsualPurpose(env.Account().Role))
	if d.AtOnce {
		return s, s.open()
	}
	return s, nil
}

// Finding is the patient it is about.
func (s *Screen) Finding() ehrdesk.Finding { return s.finding }

// Scope is the list.
func (s *Screen) Scope() intent.Scope { return intent.Purpose }

func (s *Screen) other() bool { return s.purposes[s.sel] == ehrdesk.OtherPurposes }

// Field is the reason, asked for with "other".
func (s *Screen) Field() *widget.Input {
	if s.other() && !s.job.Running() {
		return &s.reason
	}
	return nil
}

// Handle chooses and opens.
func (s *Screen) Handle(in intent.Intent) tea.Cmd {
	if s.job.Running() {
		if in.ID == intent.Back {
			s.job.Stop()
			s.env.Say(s.env.S(s.env.T.Common.Cancelled))
		} else {
			s.env.Warn(s.env.S(s.env.T.Common.StillRunning))
		}
		return nil
	}
	switch in.ID {
	case intent.Up:
		s.sel = max(0, s.sel-1)
	case intent.Down:
		s.sel = min(len(s.purposes)-1, s.sel+1)
	case intent.PageUp:
		s.sel = 0
	case intent.PageDown:
		s.sel = len(s.purposes) - 1
	case intent.Edited:
		s.wrong = screen.Wrong{}
	case intent.Pick:
		// only chooses: a record opened by a digit meant for something else would
		// be an access that the patient is told of
		s.sel = min(in.Arg, len(s.purposes)-1)
	case intent.Accept:
		return s.open()
	case intent.Back:
		s.env.Go(screen.ToFind{Finding: &s.finding})
	}
	return nil
}

func (s *Screen) open() tea.Cmd {
	reason := ehrdesk.CleanLine(s.reason.Text())
	if s.other() && paint.Width(reason) < 10 {
		s.wrong = screen.Saying(s.env.T.Find.ReasonNeeded)
		return nil
	}
	if !s.other() {
		reason = ""
	}
	s.wrong = screen.Wrong{}
	session, n, p := s.env.Session, s.finding.Patient.Number(), s.purposes[s.sel]
	if session == nil {
		return nil
	}
	var cmd tea.Cmd
	s.job, cmd = screen.Start(s.env, 30*time.Second, s.finding.Patient.ID, func(ctx context.Context) (ehrdesk.Chart, error) {
		return session.Open(ctx, n, p, reason)
	})
	return cmd
}

// Update takes the chart; one of another patient is refused and closed.
func (s *Screen) Update(msg tea.Msg) (tea.Cmd, bool) {
	m, ok := msg.(chartMsg)
	if !ok || !s.job.Takes(m.Req) {
		return nil, false
	}
	switch {
	case m.Err != nil:
		s.wrong = screen.Failed(m.Err)
	case m.Value.Patient().ID != s.finding.Patient.ID:
		m.Discard()
		s.wrong = screen.Failed(ehrdesk.E("ui.open", ehrdesk.CodeTampered, nil))
	default:
		s.env.Go(screen.ToChart{Chart: m.Value, Purpose: s.purposes[s.sel]})
	}
	return nil, true
}

var _ interface {
	screen.Screen
	screen.Fallback
} = (*Screen)(nil)

// Fallback says, of a digit beyond the list, which ones there are.
func (s *Screen) Fallback(key string) string {
	if len(key) == 1 && key[0] >= '0' && key[0] <= '9' {
		return text.Sprintf(s.env.S(s.env.T.Find.PickPurpose), len(s.purposes))
	}
	return ""
}

// DisabledReason is never: the root refuses what does not belong here.
func (s *Screen) DisabledReason(id intent.ID) string {
	if id == intent.Sync || id == intent.Withdraw || id == intent.Consent {
		return s.env.S(s.env.T.Find.PurposeTitle)
	}
	return ""
}

// HintFor names what Enter does.
func (s *Screen) HintFor(id intent.ID) string {
	if id == intent.Accept {
		return s.env.S(s.env.T.Find.PurposeHint)
	}
	return ""
}

// Unsaved is false.
func (s *Screen) Unsaved() bool { return false }

// Leave cancels the opening.
func (s *Screen) Leave() { s.job.Stop() }

// Draw paints the banner and the list.
func (s *Screen) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Find
	y := r.Y + e.Banner(c, r, s.finding.Patient)
	y += e.DrawConsent(c, r.From(y-r.Y), s.finding)
	c.HLine(r.X, y, r.Right(), theme.Rule)
	in := paint.Rect{X: r.X + 2, Y: y + 2, W: min(r.W-4, 90), H: r.Bottom() - y - 2}
	c.Put(in.X, in.Y, in.Right(), theme.Title, e.S(t.PurposeTitle))
	y = in.Y + 1
	y += widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 2}, theme.Muted, e.S(t.PurposeLead))
	for i, p := range s.purposes {
		widget.Option(c, in.X, y, in.Right(), i == s.sel, string(rune('1'+i)), e.S(t.Purpose(p)), "")
		y++
	}
	if s.other() {
		x := c.Put(in.X+2, y, in.Right(), theme.Label, e.S(t.Reason)+"  ")
		s.reason.Draw(c, x, y, in.Right()-x, !s.job.Running())
		y++
	}
	y++
	note := e.S(t.Notified)
	switch {
	case s.finding.Cached:
		note = e.S(t.OfflineOpen)
	case s.finding.Participation == ehrdesk.KnownHere:
		note = e.S(t.ToldNotSaid)
	case s.finding.Untold:
		note = e.S(e.T.Capture.Declined)
	}
	y += widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 2}, theme.Text, note)
	switch {
	case s.job.Running():
		c.Put(in.X, y, in.Right(), theme.Syncing, e.Progress(&s.job, t.Opening))
	case !s.wrong.None():
		widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 3}, theme.Critical, "! "+e.Words(s.wrong))
	}
}
