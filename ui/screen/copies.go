package screen

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
)

// Copies is of whom this desk keeps a copy that the person at the desk may open, by what each is
// asked for by. It opens none of them.
type Copies struct {
	by  ehrdesk.Holdings
	job Job
}

type heldMsg = Done[ehrdesk.Holdings]

// Read asks for them, of whoever may open charts.
func (h *Copies) Read(e *Env) tea.Cmd {
	session, ok := e.Session.(ehrdesk.Foreseeing)
	if !ok || !e.Clinical() || e.Locked {
		return nil
	}
	h.job.Stop()
	var cmd tea.Cmd
	h.job, cmd = Start(e, 10*time.Second, "", func(ctx context.Context) (ehrdesk.Holdings, error) {
		all, err := session.Held(ctx)
		return ehrdesk.HoldingsOf(all), err
	})
	return cmd
}

// Update takes them; without an answer nothing is said of a copy.
func (h *Copies) Update(msg tea.Msg) bool {
	m, ok := msg.(heldMsg)
	if !ok || !h.job.Takes(m.Req) {
		return false
	}
	if h.by = nil; m.Err == nil {
		h.by = m.Value
	}
	return true
}

// Of is what is kept of somebody: of a patient who was looked up, and else of a number.
func (h *Copies) Of(p ehrdesk.Patient, n ehrdesk.Number) (ehrdesk.Held, bool) { return h.by.Of(p, n) }

// Forget drops them: a locked desk holds no names.
func (h *Copies) Forget() {
	h.job.Stop()
	h.by = nil
}
