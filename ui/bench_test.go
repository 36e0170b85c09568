package ui_test

import (
	"io"
	"slices"
	"sync"
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
	p.Press("3", "3")
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

// counter counts what is written to a terminal, and notes when it was last.
type counter struct {
	mu   sync.Mutex
	n    int
	last time.Time
}

func (c *counter) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n, c.last = c.n+len(p), time.Now()
	return len(p), nil
}

func (c *counter) count() (int, time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n, c.last
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

// One key costs at most 1 KB on the wire. With -short unset the library's own renderer
// is asked too, for docs/performance.md.
func TestAKeyInTheLongestListWritesLittle(t *testing.T) {
	each, p50, p99 := perKey(t, true)
	if each == 0 || each > 1024 {
		t.Errorf("%d bytes a key, at most 1024", each)
	}
	t.Logf("MEASURE %d bytes a key, on the terminal after %.1f ms (p50), %.1f ms (p99)", each, p50, p99)
	if !testing.Short() {
		each, p50, p99 = perKey(t, false)
		t.Logf("MEASURE by the library's renderer: %d bytes a key, on the terminal after %.1f ms (p50), %.1f ms (p99)", each, p50, p99)
	}
}

// perKey presses keys in the longest list and gives the bytes of each, and the
// milliseconds to the last of them.
func perKey(t *testing.T, ours bool) (each int, p50, p99 float64) {
	p := longest(t)
	out := &counter{}
	var to io.Writer = out
	if ours {
		screen := ui.OnScreen(p.M, out)
		defer screen.Start(time.Millisecond)()
		to = screen
	}
	in, hold := io.Pipe()
	defer hold.Close()
	prog := tea.NewProgram(watched{Model: p.M}, tea.WithInput(in), tea.WithOutput(to), tea.WithWindowSize(200, 60), tea.WithFPS(120), tea.WithoutSignals())
	done := make(chan error, 1)
	go func() { _, err := prog.Run(); done <- err }()
	quiet := func() (int, time.Time) { // nothing more is written for some frames
		last, at := out.count()
		for end, same := time.Now().Add(10*time.Second), 0; same < 4 && time.Now().Before(end); {
			ok := make(chan struct{})
			prog.Send(wait{ok})
			<-ok
			<-time.After(9 * time.Millisecond)
			n, when := out.count()
			if n != last {
				same = 0
			} else {
				same++
			}
			last, at = n, when
		}
		return last, at
	}
	before, _ := quiet()
	const presses = 60 // more than a page: the jumps of the list count
	var took []float64
	after := before
	for range presses {
		pressed := time.Now()
		prog.Send(uitest.Key("down"))
		n, at := quiet()
		if n > after {
			took = append(took, float64(at.Sub(pressed).Microseconds())/1000)
		}
		after = n
	}
	prog.Kill()
	<-done
	if len(took) == 0 {
		return 0, 0, 0
	}
	slices.Sort(took)
	return (after - before) / presses, took[len(took)/2], took[len(took)*99/100]
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
