//go:build !linux

// Package virtualpcd runs a pcscd with vsmartcard's virtual readers for tests,
// on Linux alone.
package virtualpcd
