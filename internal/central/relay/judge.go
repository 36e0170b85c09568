package relay

import (
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// verdict is what becomes of a row of the engine's.
type verdict int

const (
	give   verdict = iota
	leave          // it is not for this profession, or no record at all
	aside          // whose it is cannot be made out, or it cannot be read
	others         // it is another patient's
)

// judge reads from a row what may become of it.
func judge(e *fhir.Entry, who *fhir.Person, of *store.Scope) (verdict, ehrdesk.Placement) {
	r := e.Resource
	switch {
	case e.LeavesOut():
		return aside, ehrdesk.Placement{}
	case r.Bytes == nil || r.Type == "OperationOutcome":
		return leave, ehrdesk.Placement{}
	case e.Fault != nil:
		return aside, ehrdesk.Placement{}
	case engine.Own(r):
		return leave, ehrdesk.Placement{}
	}
	place := r.Place()
	switch whose := r.Whose(*who); {
	case whose == fhir.Anothers:
		return others, place
	case whose == fhir.Nobodys && place.Linked && namesOthers(&r, "", who), whose == fhir.Theirs && place.Linked && namesOthers(&r, who.ID, who):
		return aside, place
	case whose == fhir.Nobodys && place.Linked:
		if slices.Contains(of.Shared, place.Kind) && !r.Labelled() {
			return give, place
		}
		return leave, place
	case whose != fhir.Theirs:
		if !place.Sharable && !place.Linked {
			return leave, place
		}
		return aside, place
	case !place.Sharable && !place.Linked:
		return leave, place
	}
	kinds := of.Plain
	if r.Labelled() {
		kinds = of.Labelled
	}
	if slices.Contains(kinds, place.Kind) || slices.Contains(of.Both, place.Kind) {
		return give, place
	}
	return leave, place
}
