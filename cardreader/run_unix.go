//go:build unix

package cardreader

import (
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
)

func environment() []string { return []string{"PATH=/usr/bin:/bin", "LANG=C"} }

// group is the process group of a program that is to end whole.
type group struct {
	mu   sync.Mutex
	over bool
}

func newGroup(cmd *exec.Cmd) *group {
	g := new(group)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.over {
			return os.ErrProcessDone
		}
		return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
	return g
}

// kill ends all that is left of the group, for the last time.
func (g *group) kill(cmd *exec.Cmd) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.over = true
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}

// closeInherited has the files that this process was itself started with, and
// that Go does not know of, closed in what it starts.
func closeInherited() {
	dir, err := os.Open("/dev/fd")
	if err != nil {
		return
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		if fd, err := strconv.Atoi(name); err == nil && fd > 2 {
			syscall.CloseOnExec(fd)
		}
	}
}
