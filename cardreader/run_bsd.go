//go:build unix && !linux

package cardreader

import "os/exec"

// wait collects the program and then kills what it left behind: while any of it
// lives, the group's number is nobody else's.
func (g *group) wait(cmd *exec.Cmd) error {
	err := cmd.Wait()
	g.kill(cmd)
	return err
}
