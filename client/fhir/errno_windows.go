package fhir

import "golang.org/x/sys/windows"

// What the system says of a connection that does not come about.
var (
	refusedCalls   = []error{windows.WSAECONNREFUSED}
	noNetworkCalls = []error{windows.WSAENETUNREACH, windows.WSAENETDOWN, windows.WSAEHOSTUNREACH, windows.WSAEHOSTDOWN}
)
