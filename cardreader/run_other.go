//go:build !unix && !windows

package cardreader

import "os/exec"

// Nothing is run where nothing is administered.
func environment() []string { return nil }

type group struct{}

func newGroup(*exec.Cmd) group { return group{} }

func (group) wait(cmd *exec.Cmd) error { return cmd.Wait() }

func closeInherited() {}
