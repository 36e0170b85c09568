package fhir

import "slices"

// What a server says of a list it says in an OperationOutcome among the rows, and answers 200. Of what it
// could not do at present nobody takes what came for all there is: a desk would tell "none" by it, and
// take off what did not come.

// unfinished are the issues of a list that is not whole at present.
var unfinished = [...]string{"transient", "lock-error", "no-store", "exception", "timeout", "incomplete", "throttled"}

// withheld are those of one that leaves something out for good, as whoever asks may not have it.
var withheld = [...]string{"suppressed", "security", "forbidden"}

// Unfinished reports a list of which the server says that something failed, or that there is more.
func (b *Bundle) Unfinished() bool {
	return slices.ContainsFunc(b.Entries, func(e Entry) bool {
		return issues(&e, func(severity, code string) bool {
			return severity == "error" || severity == "fatal" || slices.Contains(unfinished[:], code)
		})
	})
}

// Short reports a list to which by the server's own word more belongs than it gives, now or for good.
func (b *Bundle) Short() bool {
	return b.Unfinished() || slices.ContainsFunc(b.Entries, func(e Entry) bool { return e.LeavesOut() })
}

// LeavesOut reports an entry of a list behind which something is that is not given: the server says
// so, or there is nothing in its place.
func (e *Entry) LeavesOut() bool {
	return issues(e, func(_, code string) bool { return slices.Contains(withheld[:], code) }) || e.Resource.Bytes == nil && e.Mode != "outcome"
}

// issues reports an OperationOutcome in a list with an issue that is so.
func issues(e *Entry, so func(severity, code string) bool) (found bool) {
	if e.Resource.Type != "OperationOutcome" { // which needs no id
		return false
	}
	Each(e.Resource.Raw("issue"), func(v Value) {
		found = found || so(TextAt(v, "severity"), TextAt(v, "code"))
	})
	return found
}
