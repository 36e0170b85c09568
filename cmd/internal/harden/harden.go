// Package harden closes a process to whoever else works on the machine: what it
// holds in memory are keys and records. It is a fence, not a wall: root climbs it.
package harden

import (
	"io"
	"log"
)

// Process keeps the memory of this process out of core files and, where the
// system lets it, from other programs of the same user, and the files it makes
// from other users. A system that refuses stops nothing: Gaps says so.
//
// It also has no library write to standard error: of an answer that is longer
// than it says, net/http would log the rest there, which is somebody's record.
func Process() {
	log.SetOutput(io.Discard)
	process()
}

// Gaps reads back from the system what of it does not hold, in words; nil where
// everything does.
func Gaps() []string { return gaps() }
