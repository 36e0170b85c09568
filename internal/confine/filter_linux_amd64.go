package confine

import "golang.org/x/sys/unix"

const (
	arch     = unix.AUDIT_ARCH_X86_64
	openCall = unix.SYS_OPEN
)

// older are calls that this architecture has beside those that took their place.
var older = [...]int{unix.SYS_NEWFSTATAT, unix.SYS_STAT, unix.SYS_LSTAT, unix.SYS_ACCESS, unix.SYS_READLINK, unix.SYS_ARCH_PRCTL, unix.SYS_POLL, unix.SYS_TIME, unix.SYS_GETRLIMIT}
