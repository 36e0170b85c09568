package draftcommand

import (
	"os/exec"
	"syscall"
)

// apart has a program in a session of its own, away from our terminal, and ended with us.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}

// end ends a program and what it started.
func end(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
