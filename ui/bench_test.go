package ui_test

import (
	"io"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// longest is the chart of ten thousand records at 200x60 in Chinese, in the
// middle of its list.
func longest(t testing.TB) *uitest.Player {
	p := open(signIn(play(t, fake.New(), "zh-Hant", 200, 60), doctor), fake.Big)
	p.Press("3")
	for range 20 {
		p.Press("pgdown")
	}
	return p.Want("10,000")
}

// BenchmarkKeyToFrame is one key in the longest list: Update and View.
func BenchmarkKeyToFrame(b *testing.B) {
	m := longest(b).M
	keys := [2]tea.KeyPressMsg{uitest.Key("down"), uitest.Key("up")}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		m, _ = m.Update(keys[i/5%2])
		_ = m.View().Content
		i++
	}
}

func TestAKeyInTheLongestListAllocatesLittle(t *testing.T) {
	m := longest(t).M
	keys := [2]tea.KeyPressMsg{uitest.Key("down"), uitest.Key("up")}
	i := 0
	n := testing.AllocsPerRun(100, func() {
		m, _ = m.Update(keys[i/5%2])
		_ = m.View().Content
		i++
	})
	if n > 500 {
		t.Errorf("%.0f allocations a key, at most 500", n)
	}
	t.Logf("%.0f allocations a key", n)
}

// counter counts what the program writes to its terminal.
type counter struct {
	mu chan struct{}
	n  int
}

func (c *counter) Write(p []byte) (int, error) {
	c.mu <- struct{}{}
	c.n += len(p)
	<-c.mu
	return len(p), nil
}

func (c *counter) count() int {
	c.mu <- struct{}{}
	defer func() { <-c.mu }()
	return c.n
}

// wait is a message that says when everything before it has been handled.
type wait struct{ ch chan struct{} }

// watched tells when messages have been handled and drawn.
type watched struct {
	tea.Model
}

func (w watched) Update(m tea.Msg) (tea.Model, tea.Cmd) {
	if x, ok := m.(wait); ok {
		close(x.ch)
		return w, nil
	}
	var cmd tea.Cmd
	w.Model, cmd = w.Model.Update(m)
	return w, cmd
}

// One key costs at most 1 KB on the wire.
func TestAKeyInTheLongestListWritesLittle(t *testing.T) {
	p := longest(t)
	out := &counter{mu: make(chan struct{}, 1)}
	in, hold := io.Pipe()
	defer hold.Close()
	screen := ui.OnScreen(p.M, out)
	defer screen.Start(time.Millisecond)()
	prog := tea.NewProgram(watched{Model: p.M}, tea.WithInput(in), tea.WithOutput(screen), tea.WithWindowSize(200, 60), tea.WithFPS(120), tea.WithoutSignals())
	done := make(chan error, 1)
	go func() { _, err := prog.Run(); done <- err }()
	quiet := func() int { // nothing more is written for some frames
		last, same := out.count(), 0
		for end := time.Now().Add(10 * time.Second); same < 4 && time.Now().Before(end); {
			ok := make(chan struct{})
			prog.Send(wait{ok})
			<-ok
			<-time.After(9 * time.Millisecond)
			if n := out.count(); n != last {
				last, same = n, 0
			} else {
				same++
			}
		}
		return last
	}
	before := quiet()
	const presses = 60 // more than a page: the jumps of the list count
	for range presses {
		prog.Send(uitest.Key("down"))
		quiet()
	}
	each := (out.count() - before) / presses
	prog.Kill()
	<-done
	if each == 0 || each > 1024 {
		t.Errorf("%d bytes a key, at most 1024", each)
	}
	t.Logf("%d bytes a key", each)
}

// BenchmarkKeyToDetail is the same with the detail pane beside it read, laid
// out and drawn.
func BenchmarkKeyToDetail(b *testing.B) {
	p := longest(b)
	keys := [2]string{"down", "up"}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		p.Press(keys[i/5%2])
		i++
	}
}
