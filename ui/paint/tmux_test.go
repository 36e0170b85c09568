package paint

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// insideTmux is the variable by which the test runs itself in a window of tmux, with
// the seed.
const insideTmux = "EHRDESK_SCENE"

func TestMain(m *testing.M) {
	if seed, err := strconv.ParseUint(os.Getenv(insideTmux), 10, 64); err == nil {
		os.Exit(play(seed))
	}
	os.Exit(m.Run())
}

// play draws random frames on the terminal it runs in, one for each key.
func play(seed uint64) int {
	s := newScene(seed, 80, 24)
	s.screen = NewScreen(os.Stdout)
	defer s.screen.Start(time.Second / 120)()
	if _, err := tea.NewProgram(s, tea.WithOutput(onTerminal{os.Stdout, s.screen})).Run(); err != nil {
		return 1
	}
	return 0
}

// onTerminal is what the library writes to: the screen, with the terminal's size.
type onTerminal struct {
	*os.File
	screen *Screen
}

func (o onTerminal) Write(p []byte) (int, error) { return o.screen.Write(p) }

// multiplexer is a tmux of the test's own, driven by its control mode: one process
// for all commands.
type multiplexer struct {
	t   *testing.T
	in  io.Writer
	out *bufio.Reader
}

func startTmux(t *testing.T, w, h int, env, program string) *multiplexer {
	dir, err := os.MkdirTemp("", "t") // a socket's path has to be short
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "s")
	tmux := func(args ...string) *exec.Cmd {
		cmd := exec.Command("tmux", append([]string{"-S", socket, "-f", "/dev/null", "-u"}, args...)...)
		cmd.Env = append(os.Environ(), "TMUX=", "TERM=xterm-256color", "LC_ALL=C.UTF-8", "LANG=C.UTF-8")
		return cmd
	}
	t.Cleanup(func() {
		_ = tmux("kill-server").Run()
		_ = os.RemoveAll(dir)
	})
	first := tmux("new-session", "-d", "-x", strconv.Itoa(w), "-y", strconv.Itoa(h), "-e", env, program)
	if out, err := first.CombinedOutput(); err != nil {
		t.Fatalf("tmux: %v: %s", err, out)
	}
	cmd := tmux("-C", "attach-session", "-f", "no-output")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	m := &multiplexer{t, in, bufio.NewReader(out)}
	m.answer() // to the attaching
	m.do("set-option -g status off")
	m.do(fmt.Sprintf("resize-window -x %d -y %d", w, h))
	return m
}

// do gives tmux a command and returns what it answers.
func (m *multiplexer) do(command string) []string {
	m.t.Helper()
	if _, err := io.WriteString(m.in, command+"\n"); err != nil {
		m.t.Fatal(err)
	}
	return m.answer()
}

func (m *multiplexer) answer() (lines []string) {
	m.t.Helper()
	for begun := false; ; {
		line, err := m.out.ReadString('\n')
		if err != nil {
			m.t.Fatalf("tmux ended: %v", err)
		}
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "%begin "):
			begun = true
		case strings.HasPrefix(line, "%end ") && begun:
			return lines
		case strings.HasPrefix(line, "%error ") && begun:
			m.t.Fatalf("tmux: %q", lines)
		case begun:
			lines = append(lines, line)
		}
	}
}

// shows asks tmux for its screen until that is the frame, and gives the last row that
// was not when time is up.
func (m *multiplexer) shows(s *scene) (bad string) {
	m.t.Helper()
	want := strings.Split(ansi.Strip(s.canvas.String(nil)), "\n")
	for end := time.Now().Add(30 * time.Second); ; {
		got := m.do("capture-pane -p")
		bad = ""
		for y, row := range want {
			there := ""
			if y < len(got) {
				there = got[y]
			}
			if strings.TrimRight(there, " ") != strings.TrimRight(row, " ") {
				bad = fmt.Sprintf("frame %d, row %d\nreads %q\n want %q", s.n, y, there, row)
			}
		}
		if bad == "" || time.Now().After(end) {
			return bad
		}
	}
}

// TestEveryCellIsRightInTmux has the same program in a window of tmux, which is given
// keys, pasted Chinese and other sizes, and holds what tmux shows against each frame.
func TestEveryCellIsRightInTmux(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("SKIP frames through tmux: there is no tmux")
	}
	n, seed := count(t, "EHRDESK_TMUX_FRAMES", 60)
	const w, h = 80, 24
	m := startTmux(t, w, h, fmt.Sprintf("%s=%d", insideTmux, seed), quoted(os.Args[0]))
	s := newScene(seed, w, h)
	same := func(did string) {
		t.Helper()
		s.draw()
		if bad := m.shows(s); bad != "" {
			t.Fatalf("seed %d, after %s: %s", seed, did, bad)
		}
	}
	same("the start")
	for i := range n {
		nw, nh, _ := s.advance()
		m.do("send-keys n")
		if i%3 > 0 || nw != s.w || nh != s.h { // at times the next key comes before the frame is there
			same("a key")
		}
		if nw != s.w || nh != s.h {
			m.do(fmt.Sprintf("resize-window -x %d -y %d", nw, nh))
			s.w, s.h = nw, nh
			same("another size")
		}
		if i%10 == 9 {
			text := sceneWords(true)[i/10%8]
			m.do("set-buffer '" + text + "'")
			m.do("paste-buffer -p -d")
			s.typed += text
			s.n++
			same("a paste")
		}
	}
	same("all")
	m.do("send-keys q")
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
