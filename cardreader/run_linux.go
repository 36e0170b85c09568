package cardreader

import (
	"os/exec"

	"golang.org/x/sys/unix"
)

// wait waits until the program has ended, kills what it left behind, and only
// then collects it: until there the group's number is nobody else's.
func (g *group) wait(cmd *exec.Cmd) error {
	for unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
	g.kill(cmd)
	return cmd.Wait()
}
