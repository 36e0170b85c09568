package screen

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
)

// Names are whom this desk knows by name from an earlier visit, by what each is asked for by. Nobody is
// asked for them.
type Names struct {
	by  ehrdesk.Acquaintances
	job Job
}

type namesMsg = Done[ehrdesk.Acquaintances]

// Read asks the desk for them.
func (n *Names) Read(e *Env) tea.Cmd {
	session, ok := e.Session.(ehrdesk.Acquainted)
	if !ok || e.Locked {
		return nil
	}
	n.job.Stop()
	var cmd tea.Cmd
	n.job, cmd = Start(e, 10*time.Second, "", func(ctx context.Context) (ehrdesk.Acquaintances, error) {
		all, err := session.Known(ctx)
		return ehrdesk.AcquaintancesOf(all), err
	})
	return cmd
}

// Update takes them; without an answer nobody is known.
func (n *Names) Update(msg tea.Msg) bool {
	m, ok := msg.(namesMsg)
	if !ok || !n.job.Takes(m.Req) {
		return false
	}
	if n.by = nil; m.Err == nil {
		n.by = m.Value
	}
	return true
}

// Of is who was known by a number.
func (n *Names) Of(number ehrdesk.Number) (ehrdesk.Acquaintance, bool) { return n.by.Of(number) }

// Forget drops them: a locked desk holds no names.
func (n *Names) Forget() {
	n.job.Stop()
	n.by = nil
}
