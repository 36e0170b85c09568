//go:build unix

package harden

import "golang.org/x/sys/unix"

func process() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) // Gaps reads it back
	unix.Umask(0o077)
	untrace()
}

func gaps() []string {
	var out []string
	var core unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &core); err != nil || core.Cur != 0 || core.Max != 0 {
		out = append(out, "core files are not off")
	}
	return append(out, traceable()...)
}
