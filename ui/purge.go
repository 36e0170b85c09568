package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// purged is how many copies were destroyed.
type purged int

// purgeDue destroys what is past its time, also while nobody is signed in and
// while the desk is locked. What fails is due again.
func (m *Model) purgeDue() (cmd tea.Cmd) {
	k, ok := m.env.Desk.(ehrdesk.CopyKeeper)
	if !ok || m.purge.Running() || m.env.Now().Before(k.Due()) {
		return nil
	}
	m.purge, cmd = screen.Start(m.env, time.Minute, "", func(ctx context.Context) (purged, error) {
		n, err := k.Purge(ctx)
		return purged(n), err
	})
	return cmd
}

// tookPurge lets a screen notice that what it shows is gone.
func (m *Model) tookPurge(msg screen.Done[purged]) tea.Cmd {
	if !m.purge.Takes(msg.Req) {
		return nil
	}
	return m.tickScreen()
}

// tickScreen tells the screen of the work that time has passed. What it says behind
// the lock is kept until it is seen again.
func (m *Model) tickScreen() (cmd tea.Cmd) {
	if t, ok := m.main.(screen.Ticker); ok {
		cmd = t.Tick()
		if m.lock != nil {
			m.keep()
		}
	}
	if t, ok := m.aside.chart.(screen.Ticker); ok && m.lock == nil {
		cmd = tea.Batch(cmd, t.Tick(), m.settleAside())
	}
	return cmd
}
