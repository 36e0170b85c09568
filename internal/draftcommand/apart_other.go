//go:build !linux

package draftcommand

import (
	"os/exec"
	"syscall"
)

func apart() *syscall.SysProcAttr { return nil }

func end(cmd *exec.Cmd) error { return cmd.Process.Kill() }
