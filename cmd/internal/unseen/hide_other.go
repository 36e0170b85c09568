//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package unseen

// hide does nothing where a terminal is no file with modes: the passphrase is hidden once it is
// asked for.
func hide(int) (end func()) { return func() {} }
