package screen

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
)

// Recents are the patients whose charts the person at the desk has opened today.
type Recents struct {
	All []ehrdesk.Recent
	job Job
}

type recentsMsg = Done[[]ehrdesk.Recent]

// Read asks for them, of whoever may open charts.
func (r *Recents) Read(e *Env) tea.Cmd {
	session, ok := e.Session.(ehrdesk.Recalling)
	if !ok || !e.Clinical() || e.Locked {
		return nil
	}
	y, m, d := e.Now().Date()
	since := time.Date(y, m, d, 0, 0, 0, 0, e.Now().Location())
	r.job.Stop()
	var cmd tea.Cmd
	r.job, cmd = Start(e, 10*time.Second, "", func(ctx context.Context) ([]ehrdesk.Recent, error) { return session.Recent(ctx, since) })
	return cmd
}

// Update takes them; without an answer nobody is named.
func (r *Recents) Update(msg tea.Msg) bool {
	m, ok := msg.(recentsMsg)
	if !ok || !r.job.Takes(m.Req) {
		return false
	}
	if m.Err == nil {
		r.All = m.Value
	}
	return true
}

// At is when a patient's chart was last opened today; zero for not.
func (r *Recents) At(p ehrdesk.Patient) time.Time {
	for _, o := range r.All {
		if o.Patient.ID != "" && o.Patient.ID == p.ID {
			return o.At
		}
	}
	return time.Time{}
}

// Forget drops them: a locked desk holds no names.
func (r *Recents) Forget() {
	r.job.Stop()
	r.All = nil
}
