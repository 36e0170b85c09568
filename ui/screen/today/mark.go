package today

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// marks are the states that a key says of somebody who comes.
func marks(id intent.ID) ehrdesk.WorkState {
	switch id {
	case intent.MarkHere:
		return ehrdesk.WorkAccepted
	case intent.MarkIn:
		return ehrdesk.WorkInProgress
	case intent.MarkSeen:
		return ehrdesk.WorkCompleted
	case intent.MarkAway:
		return ehrdesk.WorkFailed
	}
	return ehrdesk.WorkRequested
}

// mark says how far somebody has come, on the lists of all desks of the clinic.
func (s *Screen) mark(r row, id intent.ID) tea.Cmd {
	e, to := s.env, marks(id)
	if r.ending != nil || r.task.Kind != ehrdesk.TaskArrival {
		e.Warn(e.S(e.T.Today.MarkWho))
		return nil
	}
	if r.task.Work == to {
		return nil
	}
	session, task := e.Session, r.task
	var cmd tea.Cmd
	s.polling = false
	s.job, cmd = screen.Start(e, 10*time.Second, "", func(ctx context.Context) (done, error) {
		_, err := session.Mark(ctx, task.ID, to)
		return done{marked: true}, err
	})
	return cmd
}

// isHere reports whether somebody is at the clinic.
func isHere(w ehrdesk.WorkState) bool {
	return w == ehrdesk.WorkAccepted || w == ehrdesk.WorkInProgress || w == ehrdesk.WorkOnHold
}

// come is how far somebody has come, since when, and who said so where that was a colleague; ""
// of one who is booked.
func come(e *screen.Env, k ehrdesk.Task) (string, paint.Style) {
	t := &e.T.Today
	var words text.T
	style := theme.Good
	switch k.Work {
	case ehrdesk.WorkAccepted:
		words = t.Here
	case ehrdesk.WorkInProgress:
		words, style = t.In, theme.Syncing
	case ehrdesk.WorkOnHold:
		words = t.Held
	case ehrdesk.WorkCompleted:
		words = t.Seen
	case ehrdesk.WorkFailed:
		words, style = t.Away, theme.Abnormal
	default:
		return "", theme.Text
	}
	out := e.S(words)
	if !k.Marked.IsZero() {
		out += " " + e.Clock(k.Marked.At)
		if k.Marked.By != e.Session.Account().Staff {
			out += " (" + ehrdesk.CleanLine(k.Marked.By) + ")"
		}
	}
	return out, style
}
