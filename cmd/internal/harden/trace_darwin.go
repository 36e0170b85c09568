package harden

import "golang.org/x/sys/unix"

// untrace refuses every debugger from now on.
func untrace() { _ = unix.PtraceDenyAttach() }

func traceable() []string { return nil } // the system does not tell
