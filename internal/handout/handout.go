// Package handout gives what an open chart shows to other programs of this desk: a
// document to a viewer, text to the printer. It promises that nothing it gives is in a
// file with a name, an argument or an environment; that no shell is involved, and no
// program but those the administrator configured; and that the viewers it opened end when
// it is told so, and with this program. Whether anything may be given is not judged here.
package handout

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Viewer shows documents of some types.
type Viewer struct {
	Types   []string // media types, as image/* or application/pdf
	Command []string // the program by its absolute path, and its arguments; the document comes last, or where {} stands
}

// Programs are what documents and text are given to.
type Programs struct {
	Viewers []Viewer
	Links   []string // what an address may begin with, as https://pacs.hospital.example/: others are not opened
	Printer []string // reads text from its standard input, as lp does
}

// Check reports programs that cannot be meant. Errors: CodeInvalid.
func (p Programs) Check() error {
	commands := [][]string{}
	for _, v := range p.Viewers {
		if commands = append(commands, v.Command); len(v.Types) == 0 {
			return ehrdesk.Errorf("site", ehrdesk.CodeInvalid, "a viewer names the types that it shows")
		}
	}
	if p.Printer != nil {
		commands = append(commands, p.Printer)
	}
	for _, l := range p.Links {
		if u, err := url.Parse(l); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return ehrdesk.Errorf("site", ehrdesk.CodeInvalid, "links are named by what their addresses begin with: https, a host, perhaps a path")
		}
	}
	for _, c := range commands {
		if len(c) == 0 || !filepath.IsAbs(c[0]) {
			return ehrdesk.Errorf("site", ehrdesk.CodeInvalid, "viewers and the printer are named by their absolute paths")
		}
	}
	return nil
}

// linkType is the media type of an address that stands for what lies elsewhere. Source:
// RFC 2483 §5.
const linkType = "text/uri-list"

// leads reports whether an address lies below one of those that are named: the same host
// and port, and a path that goes on from a named one at a segment.
func (p Programs) leads(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || slices.Contains(strings.Split(u.Path, "/"), "..") {
		return false
	}
	return slices.ContainsFunc(p.Links, func(l string) bool {
		to, err := url.Parse(l)
		if err != nil || !strings.EqualFold(to.Host, u.Host) {
			return false
		}
		rest, below := strings.CutPrefix(u.Path, strings.TrimSuffix(to.Path, "/"))
		return below && (rest == "" || rest[0] == '/')
	})
}

// Hand gives to the programs of a desk.
type Hand struct {
	programs Programs
	getenv   func(string) string

	mu   sync.Mutex
	open map[*exec.Cmd]context.CancelFunc
	wait sync.WaitGroup
}

// New is a hand for programs that were checked.
func New(p Programs) *Hand {
	return &Hand{programs: p, getenv: os.Getenv, open: map[*exec.Cmd]context.CancelFunc{}}
}

// Viewers is how many are configured.
func (h *Hand) Viewers() int { return len(h.programs.Viewers) }

// ViewObstacle is why a document of a type is not shown by another program.
func (h *Hand) ViewObstacle(kind string) ehrdesk.Obstacle {
	switch {
	case !inMemory:
		return ehrdesk.NotHere
	case h.getenv("SSH_CONNECTION") != "" || h.getenv("SSH_TTY") != "":
		return ehrdesk.OverSSH
	case h.getenv("DISPLAY") == "" && h.getenv("WAYLAND_DISPLAY") == "":
		return ehrdesk.NoDisplay
	case h.viewer(kind) == nil:
		return ehrdesk.NoProgram
	}
	return ""
}

// viewer is the command for a type, nil for none.
func (h *Hand) viewer(kind string) []string {
	for _, v := range h.programs.Viewers {
		for _, t := range v.Types {
			if ok, err := path.Match(strings.ToLower(t), strings.ToLower(kind)); ok && err == nil {
				return v.Command
			}
		}
	}
	return nil
}

// shown is what a viewer is told of who works here: where its window opens, and its
// letters.
var shown = [...]string{"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "HOME", "PATH", "LANG", "LC_ALL", "LC_CTYPE", "PULSE_SERVER", "GDK_BACKEND", "QT_QPA_PLATFORM"}

func (h *Hand) environment() []string {
	out := []string{}
	for _, name := range shown {
		if v := h.getenv(name); v != "" {
			out = append(out, name+"="+v)
		}
	}
	return out
}

// View opens a document in its viewer, and comes back when that has started. Errors:
// CodeDenied where ViewObstacle names one, CodeOther.
func (h *Hand) View(kind string, data []byte) error {
	const op = "view"
	if why := h.ViewObstacle(kind); why != "" {
		return ehrdesk.E(op, ehrdesk.CodeDenied, why)
	}
	if kind == linkType && !h.programs.leads(strings.TrimSpace(string(data))) {
		return ehrdesk.E(op, ehrdesk.CodeDenied, ehrdesk.NoLink)
	}
	file, name, err := memory(data)
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	command := placed(h.viewer(kind), name)
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // the administrator's
	cmd.Env, cmd.Dir, cmd.ExtraFiles = h.environment(), "/", []*os.File{file}
	cmd.SysProcAttr, cmd.Cancel = apart(), func() error { return end(cmd) }
	started := make(chan error, 1)
	h.mu.Lock()
	h.open[cmd] = stop
	h.wait.Add(1)
	h.mu.Unlock()
	go func() {
		defer h.wait.Done()
		err := runApart(cmd, started)
		_ = file.Close()
		stop()
		h.mu.Lock()
		delete(h.open, cmd)
		h.mu.Unlock()
		_ = err // how a viewer ends says nothing of what it was given
	}()
	if err := <-started; err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the viewer does not start")
	}
	return nil
}

// placed is a command with the document's name in its place.
func placed(command []string, name string) []string {
	out := make([]string, 0, len(command)+1)
	found := false
	for _, a := range command {
		if a == "{}" {
			a, found = name, true
		}
		out = append(out, a)
	}
	if !found {
		out = append(out, name)
	}
	return out
}

// Shut ends the viewers that are open, and waits for their end.
func (h *Hand) Shut() {
	h.mu.Lock()
	for _, stop := range h.open {
		stop()
	}
	h.mu.Unlock()
	h.wait.Wait()
}

// PrintObstacle is why nothing is printed.
func (h *Hand) PrintObstacle() ehrdesk.Obstacle {
	if len(h.programs.Printer) == 0 {
		return ehrdesk.NoProgram
	}
	return ""
}

// printTime is how long a printer's program may take to take a page.
const printTime = 30 * time.Second

// Print gives text to the printer's program. Errors: CodeDenied, CodeTimeout, CodeOther.
func (h *Hand) Print(ctx context.Context, text string) error {
	const op = "print"
	if why := h.PrintObstacle(); why != "" {
		return ehrdesk.E(op, ehrdesk.CodeDenied, why)
	}
	ctx, stop := context.WithTimeout(ctx, printTime)
	defer stop()
	cmd := exec.CommandContext(ctx, h.programs.Printer[0], h.programs.Printer[1:]...) //nolint:gosec // the administrator's
	cmd.Env, cmd.Dir, cmd.Stdin, cmd.WaitDelay = h.environment(), "/", strings.NewReader(text), time.Second
	switch err := cmd.Run(); {
	case ctx.Err() != nil:
		return ehrdesk.E(op, ehrdesk.CodeTimeout, ctx.Err())
	case err != nil:
		return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the printer's program did not take it")
	}
	return nil
}
