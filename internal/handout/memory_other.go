//go:build !linux

package handout

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

const inMemory = false

func memory([]byte) (*os.File, string, error) { return nil, "", errors.ErrUnsupported }

func apart() *syscall.SysProcAttr { return nil }

func end(cmd *exec.Cmd) error { return cmd.Process.Kill() }

func runApart(cmd *exec.Cmd, started chan<- error) error {
	err := cmd.Start()
	if started <- err; err != nil {
		return err
	}
	return cmd.Wait()
}
