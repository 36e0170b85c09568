//go:build !linux

package ui

// overwriteSignalStacks does nothing here.
func overwriteSignalStacks() {}
