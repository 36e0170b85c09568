package unseen

import "golang.org/x/sys/unix"

const get, set = unix.TCGETS, unix.TCSETS
