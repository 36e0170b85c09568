package ui

import (
	"os"
	"strconv"
	"syscall"
)

// overwriteSignalStacks overwrites what a signal has left of a thread's registers on the stack on which it was handled: copying a text
// goes through registers of 16 bytes and more, which hold a short word whole, and a thread that waits keeps them there for as long as it
// does. Each thread is sent the signal by which the runtime interrupts goroutines, which is handled in the same place and means nothing
// where nobody asked for it.
func overwriteSignalStacks() {
	all, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return
	}
	for _, one := range all {
		if id, err := strconv.Atoi(one.Name()); err == nil {
			_ = syscall.Tgkill(syscall.Getpid(), id, syscall.SIGURG) // one that has ended has left nothing
		}
	}
}
