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

// nobodys reports whether what others refer to tells of no person's health, whoever is given it: it names
// no patient anywhere, where that has no element for it either, and is no group whose members are told
// by another.
func nobodys(r *fhir.Resource) bool {
	for _, ref := range r.Layout().References {
		if kind := fhir.Target(ref.Value).Resource; kind == "Patient" || kind == "Group" && r.Type == "Group" {
			return false
		}
	}
	return true
}

// judge reads from a row what may become of it.
func judge(e *fhir.Entry, who *fhir.Person, of *store.Scope) (verdict, ehrdesk.Placement) {
	r := e.Resource
	switch {
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
	case whose == fhir.Nobodys && place.Linked && !nobodys(&r):
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
