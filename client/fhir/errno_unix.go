//go:build !windows

package fhir

import "syscall"

// What the system says of a connection that does not come about.
var (
	refusedCalls   = []error{syscall.ECONNREFUSED}
	noNetworkCalls = []error{syscall.ENETUNREACH, syscall.ENETDOWN, syscall.EHOSTUNREACH, syscall.EHOSTDOWN}
)
