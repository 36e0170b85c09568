package engine

import (
	"slices"

	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// What an engine says of a list it says in an OperationOutcome among the rows, and answers 200. Of what it
// could not do at present nobody takes what came for all there is: a desk would tell "none" by it, and
// take off what did not come.

// unfinished are the issues of a list that is not whole at present.
var unfinished = [...]string{"transient", "lock-error", "no-store", "exception", "timeout", "incomplete", "throttled"}

// withheld are those of one that leaves something out for good, as whoever asks may not have it.
var withheld = [...]string{"suppressed", "security", "forbidden"}

// broken reports a list of which the engine says that something failed, or that there is more.
func broken(b *fhir.Bundle) bool {
	return slices.ContainsFunc(b.Entries, func(e fhir.Entry) bool {
		return issues(&e, func(severity, code string) bool {
			return severity == "error" || severity == "fatal" || slices.Contains(unfinished[:], code)
		})
	})
}

// Withholds reports an entry by which the engine says that it leaves something out of a list.
func Withholds(e *fhir.Entry) bool {
	return issues(e, func(_, code string) bool { return slices.Contains(withheld[:], code) })
}

// issues reports an OperationOutcome in a list with an issue that is so.
func issues(e *fhir.Entry, so func(severity, code string) bool) (found bool) {
	if e.Resource.Type != "OperationOutcome" { // which needs no id
		return false
	}
	fhir.Each(e.Resource.Raw("issue"), func(v fhir.Value) {
		found = found || so(fhir.TextAt(v, "severity"), fhir.TextAt(v, "code"))
	})
	return found
}
