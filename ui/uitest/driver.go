// Package uitest drives the workstation in tests. Driver runs a real program
// through teatest and lets a test wait on what the user would see, or on the
// program being idle, never on the raw byte stream, in which text that is on the
// screen may never appear. Player does the same without a program, step by step,
// for goldens and properties.
package uitest

import (
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/teatest/v2"
)

// patience is how long a wait may take before the test fails. It is there so that
// a test ends on any machine, however busy; nothing is measured by it.
const patience = 2 * time.Minute

// background is a command nobody waits for: a timer, a listener.
type background interface{ BackgroundCmd() tea.Cmd }

type probe struct {
	inner tea.Model
	s     *shared
}

type shared struct {
	mu      sync.Mutex
	cond    *sync.Cond
	content string
	busy    int
	drawn   int
	gen     uint64
}

type done struct{ msg tea.Msg }

func (p probe) Init() tea.Cmd { return p.track(p.inner.Init()) }

func (p probe) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	d, tracked := msg.(done)
	if tracked {
		msg = d.msg
	}
	var cmd tea.Cmd
	if msg != nil {
		p.inner, cmd = p.inner.Update(msg)
	}
	cmd = p.track(cmd) // counted before this one is released: no idle gap
	if tracked {
		p.s.mu.Lock()
		p.s.drawn++ // released by View, so idle means drawn
		p.s.mu.Unlock()
	}
	return p, cmd
}

func (p probe) View() tea.View {
	v := p.inner.View()
	p.s.mu.Lock()
	p.s.content, p.s.gen = v.Content, p.s.gen+1
	p.s.busy, p.s.drawn = p.s.busy-p.s.drawn, 0
	p.s.cond.Broadcast()
	p.s.mu.Unlock()
	return v
}

// members gives the commands of a Batch or Sequence.
func members(m tea.Msg) ([]tea.Cmd, bool) {
	v := reflect.ValueOf(m)
	if !v.IsValid() || v.Kind() != reflect.Slice || v.Type().Elem() != reflect.TypeFor[tea.Cmd]() {
		return nil, false
	}
	out := make([]tea.Cmd, v.Len())
	for i := range out {
		out[i], _ = v.Index(i).Interface().(tea.Cmd)
	}
	return out, true
}

func (p probe) track(c tea.Cmd) tea.Cmd {
	if c == nil {
		return nil
	}
	p.s.add(1)
	return func() tea.Msg {
		m := c()
		if cmds, ok := members(m); ok {
			out := reflect.MakeSlice(reflect.TypeOf(m), len(cmds), len(cmds)) // same type, tracked members
			for i, c := range cmds {
				out.Index(i).Set(reflect.ValueOf(p.track(c)))
			}
			p.s.add(-1)
			return out.Interface()
		}
		switch m := m.(type) {
		case nil:
			p.s.add(-1)
			return nil
		case background: // runs, but idleness does not wait for it
			p.s.add(-1)
			return tea.BatchMsg{m.BackgroundCmd()}
		case tea.QuitMsg, tea.InterruptMsg, tea.SuspendMsg:
			p.s.add(-1)
			return m
		}
		return done{m}
	}
}

func (s *shared) add(n int) { s.mu.Lock(); s.busy += n; s.cond.Broadcast(); s.mu.Unlock() }

// Driver is one running program.
type Driver struct {
	*teatest.TestModel
	t    testing.TB
	s    *shared
	w, h int
}

// Start runs m in a window of w x h.
func Start(t testing.TB, m tea.Model, w, h int) *Driver {
	s := &shared{}
	s.cond = sync.NewCond(&s.mu)
	return &Driver{teatest.NewTestModel(t, probe{m, s}, teatest.WithInitialTermSize(w, h)), t, s, w, h}
}

// Screen is the last frame as plain text, one line a row.
func (d *Driver) Screen() string {
	d.s.mu.Lock()
	c := d.s.content
	d.s.mu.Unlock()
	return Plain(c, d.w, d.h)
}

// WaitText waits until the screen shows want.
func (d *Driver) WaitText(want string) {
	d.t.Helper()
	if !d.Await(func(screen string) bool { return strings.Contains(screen, want) }) {
		d.t.Fatalf("%s\nthe screen above never showed %q", d.Screen(), want)
	}
}

// Await looks at the screen whenever something was drawn, until ok of it. It
// gives up in the end, and reports that.
func (d *Driver) Await(ok func(screen string) bool) bool {
	late := false
	end := time.AfterFunc(patience, func() {
		d.s.mu.Lock()
		late = true
		d.s.cond.Broadcast()
		d.s.mu.Unlock()
	})
	defer end.Stop()
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	for {
		content, gen := d.s.content, d.s.gen
		d.s.mu.Unlock() // the program goes on drawing
		done := ok(Plain(content, d.w, d.h))
		d.s.mu.Lock()
		for !done && !late && d.s.gen == gen {
			d.s.cond.Wait()
		}
		if done || late {
			return done
		}
	}
}

// Press presses keys by name, as Key spells them.
func (d *Driver) Press(names ...string) {
	for _, n := range names {
		d.Send(Key(n))
	}
}

type barrier struct{}

// Settle returns when every message sent so far and every command it led to,
// except background ones, has been handled and drawn.
func (d *Driver) Settle() {
	d.t.Helper()
	ok := make(chan struct{})
	go func() {
		d.s.mu.Lock()
		g := d.s.gen
		d.s.mu.Unlock()
		d.Send(barrier{}) // queued behind what was sent before
		d.s.mu.Lock()
		for d.s.busy > 0 || d.s.gen <= g {
			d.s.cond.Wait()
		}
		d.s.mu.Unlock()
		close(ok)
	}()
	select {
	case <-ok:
	case <-time.After(patience):
		d.t.Fatal("not idle")
	}
}
