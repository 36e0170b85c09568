package confine

import "golang.org/x/sys/unix"

const (
	arch     = unix.AUDIT_ARCH_AARCH64
	openCall = -1
)

// older are calls that this architecture has beside those that took their place.
var older = [...]int{unix.SYS_NEWFSTATAT, unix.SYS_GETRLIMIT}
