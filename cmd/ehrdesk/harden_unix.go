//go:build unix

package main

import "syscall"

// harden keeps memory out of core files: it holds keys and records.
func harden() {
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) // a platform that refuses has no core files to fear
	syscall.Umask(0o077)
}
