package unseen

import "golang.org/x/sys/unix"

const get, set, setAndDrop = unix.TCGETS, unix.TCSETS, unix.TCSETSF
