package paint

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

// count is how many frames a test draws: a sample, unless the environment says how
// many (make long), and the seed, which the environment can say too.
func count(t *testing.T, env string, sample int) (n int, seed uint64) {
	n, seed = sample, 1
	if v, err := strconv.Atoi(os.Getenv(env)); err == nil {
		n, seed = v, uint64(time.Now().UnixNano())
	}
	if v, err := strconv.ParseUint(os.Getenv("EHRDESK_SEED"), 10, 64); err == nil {
		seed = v
	}
	t.Logf("MEASURE %d frames, EHRDESK_SEED=%d", n, seed)
	return n, seed
}

// emulator is a terminal that is not ours.
type emulator struct {
	mu sync.Mutex
	*vt.Emulator
	bytes int
}

func (e *emulator) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.bytes += len(p)
	return e.Emulator.Write(p)
}

// differs says of the first cell that does not stand on the terminal as it was drawn,
// its looks included.
func (e *emulator) differs(s *scene, looks map[string]uv.Style) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var f grid
	f.take(s.canvas, s.palettes[s.palette])
	for y := range f.h {
		for x := range f.w {
			want, got := &f.row(y)[x], e.CellAt(x, y)
			if want.r == 0 { // said with the first half
				continue
			}
			word := string(text(nil, want, f.clusters))
			sgr := string(begin(nil, f.palette, want.style)) + "m"
			style, ok := looks[sgr]
			if !ok {
				buf := uv.NewScreenBuffer(1, 1)
				uv.NewStyledString(sgr+"x").Draw(buf, buf.Bounds())
				style = buf.CellAt(0, 0).Style
				looks[sgr] = style
			}
			width := 1
			if x+1 < f.w && f.row(y)[x+1].r == 0 {
				width = 2
			}
			if got == nil || got.Content != word || got.Width != width || !got.Style.Equal(&style) {
				return fmt.Sprintf("frame %d, row %d, column %d of %dx%d: want %q in %q, there is %+v", s.n, y, x, f.w, f.h, word, sgr, got)
			}
		}
	}
	if x, y := s.canvas.Cursor(); e.CursorPosition().X != x || e.CursorPosition().Y != y {
		return fmt.Sprintf("frame %d: the cursor is at %v, want %d,%d", s.n, e.CursorPosition(), x, y)
	}
	return ""
}

// TestEveryCellOfRandomFramesIsRight runs a program that draws frames at random
// through Bubble Tea and the screen into a terminal that is not ours, and holds that
// against the canvas after each: every character, its looks, and the cursor.
func TestEveryCellOfRandomFramesIsRight(t *testing.T) {
	n, seed := count(t, "EHRDESK_FRAMES", 4000)
	const w, h = 80, 24
	term := &emulator{Emulator: vt.NewEmulator(w, h)}
	s := newScene(seed, w, h)
	s.screen = NewScreen(term)
	stop := s.screen.Start(time.Millisecond)
	defer stop()
	prog := tea.NewProgram(s, tea.WithInput(term.Emulator), tea.WithOutput(s.screen), tea.WithWindowSize(w, h),
		tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithFPS(120), tea.WithoutSignals())
	done := make(chan error, 1)
	go func() { _, err := prog.Run(); done <- err }()
	drawn := func() {
		ch := make(asked)
		prog.Send(ch)
		<-ch
		if err := s.screen.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	for !term.ours() { // the program shows its screen with its first tick
		drawn()
	}
	looks := map[string]uv.Style{}
	next := newScene(seed, w, h) // the same steps, to know what size comes
	for range n {
		nw, nh, _ := next.advance()
		prog.Send(step{})
		drawn()
		if nw != next.w || nh != next.h {
			next.w, next.h = nw, nh
			term.mu.Lock()
			term.Resize(nw, nh)
			term.mu.Unlock()
			prog.Send(tea.WindowSizeMsg{Width: nw, Height: nh})
			drawn()
		}
		if bad := term.differs(s, looks); bad != "" {
			t.Errorf("seed %d: %s", seed, bad)
			break
		}
	}
	prog.Kill()
	<-done
	t.Logf("MEASURE %d bytes a frame", term.bytes/n)
}

// ours reports whether the program has its own screen.
func (e *emulator) ours() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.IsAltScreen()
}
