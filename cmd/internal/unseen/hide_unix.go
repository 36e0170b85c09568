//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package unseen

import "golang.org/x/sys/unix"

// hide turns the echo off; what was typed by now stays to be read.
func hide(fd int) (end func()) {
	was, err := unix.IoctlGetTermios(fd, get)
	if err != nil {
		return func() {} // it is asked for as it would have been
	}
	quiet := *was
	quiet.Lflag &^= unix.ECHO
	if unix.IoctlSetTermios(fd, set, &quiet) != nil {
		return func() {}
	}
	return func() { _ = unix.IoctlSetTermios(fd, set, was) } // a terminal that is gone shows nothing
}
