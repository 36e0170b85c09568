package page

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// Making is what a page works out of the records outside the event loop, V being the
// page's own type, so that no other page takes it. Records that come meanwhile are not
// missed: it is made once more after this, also where this one failed.
type Making[V any] struct {
	job   screen.Job
	again bool // the records have changed since the job began
	have  bool
}

// Begin makes it anew. While one is being made, the next waits.
func (m *Making[V]) Begin(b *Book, f func() V) (cmd tea.Cmd) {
	if m.again = m.job.Running(); m.again {
		return nil
	}
	m.job, cmd = screen.Start(b.Env, time.Minute, b.Chart.Patient().ID, func(context.Context) (V, error) { return f(), nil })
	return cmd
}

// Take takes what was made; made is false for a failure, which is told, and used for
// another's message. again says that it has to be begun once more.
func (m *Making[V]) Take(b *Book, msg tea.Msg) (v V, made, again, used bool) {
	d, ok := msg.(screen.Done[V])
	if !ok || d.Who != b.Chart.Patient().ID || !m.job.Takes(d.Req) {
		return v, false, false, false
	}
	if d.Err != nil {
		b.Env.Warn(b.Env.ExplainLine(d.Err))
		return v, false, m.again, true
	}
	m.have = true
	return d.Value, true, m.again, true
}

// Have reports that something was made.
func (m *Making[V]) Have() bool { return m.have }

// Drop forgets what was made, and what is being made.
func (m *Making[V]) Drop() {
	m.job.Stop()
	m.have = false
}

// Stop ends what is being made.
func (m *Making[V]) Stop() { m.job.Stop() }

// Slow says what is waited for once that takes long enough to be said, "" before.
func (m *Making[V]) Slow(b *Book, words text.T) string {
	if !b.Env.Slow(&m.job) {
		return ""
	}
	return b.Env.Progress(&m.job, words)
}
