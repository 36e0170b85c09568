package harden

import "golang.org/x/sys/unix"

// untrace takes the process from what programs of the same user may attach to,
// and its memory from a handler that core files are piped to: the limit on their
// length does not count for those.
func untrace() { _ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) }

func traceable() []string {
	if n, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || n != 0 {
		return []string{"other programs of this user can read this one's memory"}
	}
	return nil
}
