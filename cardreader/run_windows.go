package cardreader

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

func environment() []string {
	system, err := windows.GetSystemDirectory()
	if err != nil {
		return []string{"LANG=C"}
	}
	return []string{"PATH=" + system, "LANG=C"}
}

// group is the program alone: what it starts is its own to end.
type group struct{}

func newGroup(cmd *exec.Cmd) group {
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true}
	return group{}
}

func (group) wait(cmd *exec.Cmd) error { return cmd.Wait() }

func closeInherited() {} // handles are inherited by name alone
