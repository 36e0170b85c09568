package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// inMemory is a new folder for the tests' files in a file system of memory, and what removes it; ""
// where there is none that is large enough, or from which no program can be run. Most of what the stores' tests
// wait for is a disk, thousands of times for what is thrown away; make long waits for it.
func inMemory() (dir string, remove func(), err error) {
	const shm, gib = "/dev/shm", 1 << 30
	var at unix.Statfs_t
	if err := unix.Statfs(shm, &at); err != nil || at.Type != unix.TMPFS_MAGIC || at.Bavail*uint64(at.Bsize) < 4*gib || free() < 8*gib {
		return "", nil, nil
	}
	dir, err = os.MkdirTemp(shm, "t") // short: a socket's path has a hundred letters
	if err != nil {
		return "", nil, nil
	}
	remove = func() { _ = os.RemoveAll(dir) }
	// A folder of which whoever runs a server for a test reads as well, as /tmp is.
	probe := filepath.Join(dir, "probe")
	if err = os.Chmod(dir, 0o711); err == nil {
		err = os.WriteFile(probe, []byte("#!/bin/sh\n"), 0o700)
	}
	if err == nil && exec.Command(probe).Run() != nil { // mounted noexec
		remove()
		return "", nil, nil
	}
	if err == nil {
		err = os.Remove(probe)
	}
	if err != nil {
		remove()
		return "", nil, err
	}
	return dir, remove, nil
}

// free is how much memory programs can have, in bytes.
func free() (n uint64) {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "MemAvailable:"); ok {
			_, _ = fmt.Sscanf(rest, "%d kB", &n)
		}
	}
	return n << 10
}
