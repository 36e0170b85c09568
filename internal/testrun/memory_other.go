//go:build !linux

package main

// inMemory is none: see the one for Linux.
func inMemory() (dir string, remove func(), err error) { return "", nil, nil }
