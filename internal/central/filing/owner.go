package filing

import (
	"slices"

	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Reasons why a resource could not be kept, as import names them.
const (
	whyUnknownPatient = "its patient is not a participant"
	whyManyPatients   = "it names more than one patient"
	whyNoPatient      = "it names no patient"
	whyNotPlain       = "whose it is does not stand in it where FHIR has it"
)

// own settles whose each resource is. The patients of the batch have their
// targets already.
func (b *batch) own() {
	var patients []string
	for _, it := range b.items {
		if it.Type == "Patient" {
			it.owner, it.decided = it.target, true
			if it.reason == "" && !slices.Contains(patients, it.target) {
				patients = append(patients, it.target)
			}
		}
	}
	for _, it := range b.items {
		if it.decided {
			continue
		}
		b.ownByReference(it)
		if !it.decided && it.place().Linked && it.Type != "Provenance" { // which is whose the record is that it is of
			it.decided = true
		}
	}
	for _, it := range b.items {
		if !it.decided && len(patients) == 1 && b.onePatient() {
			it.owner, it.decided = patients[0], true
		}
	}
	b.ownByNeighbour()
	for _, it := range b.items {
		if !it.decided {
			it.decided, it.reason = true, whyNoPatient
		}
		b.nameOwner(it)
	}
}

// nameOwner writes into a record that names nobody whose it was found to be, in the
// element that FHIR has for that: a desk reads the record alone, and keeps aside
// what does not say whose it is.
func (b *batch) nameOwner(it *item) {
	claims, needed := it.Claims()
	if it.owner == "" || it.reason != "" || !needed || it.Type == "Patient" || slices.ContainsFunc(claims, fhir.Claim.IsPatient) {
		return
	}
	element := fhir.OwnerElement(it.Type)
	if element == "" || it.Has(element) {
		it.owner, it.reason = "", whyNotPlain
		return
	}
	it.named = resource.Insert(it.At.TypeEnd, `,"`+element+`":{"reference":`+resource.Quote("Patient/"+it.owner)+`}`)
}

// onePatient reports whether the batch holds a single Patient entry, kept or
// not: what names nobody must not fall to the one that happened to be kept.
func (b *batch) onePatient() bool {
	n := 0
	for _, it := range b.items {
		if it.Type == "Patient" {
			n++
		}
	}
	return n == 1
}

// ownByReference decides by what the resource itself says: by the elements that say
// whose it is, else by any other patient it refers to.
func (b *batch) ownByReference(it *item) {
	var owners []string
	claims, _ := it.Claims()
	for _, c := range claims {
		if !c.IsPatient() || b.namesAnother(it, c.Literal) {
			continue
		}
		id := b.claimed(it, c)
		if id == "" { // it must not fall to the patient whose bundle it came in
			it.decided, it.reason = true, whyUnknownPatient
			return
		}
		if !slices.Contains(owners, id) {
			owners = append(owners, id)
		}
	}
	if len(owners) == 0 {
		for _, r := range it.Refs {
			if r.URL {
				continue
			}
			id, isPatient := b.patientOf(it, r.Value)
			if isPatient && id != "" && !slices.Contains(owners, id) {
				owners = append(owners, id)
			}
		}
	}
	switch len(owners) {
	case 0:
	case 1:
		it.owner, it.decided = owners[0], true
	default:
		it.decided, it.reason = true, whyManyPatients
	}
}

// namesAnother reports whether a reference that has yet to be resolved names what
// is no patient: by its form alone, urn:uuid could be anybody, and of the actors of
// an appointment only one is the patient.
func (b *batch) namesAnother(it *item, value string) bool {
	to, _ := b.find(it, value)
	return to != nil && to.Type != "Patient"
}

// claimed is the participant that a claim names, "" for none: by its reference, by
// an identifier, by the identifiers of a patient held inside the resource.
func (b *batch) claimed(it *item, c fhir.Claim) string {
	if c.Literal != "" && c.Literal[0] != '#' {
		if id, _ := b.patientOf(it, c.Literal); id != "" || c.Value == "" {
			return id
		}
	}
	for _, i := range append(slices.Clone(c.Contained), c.Identifier) {
		if i.Value == "" {
			continue
		}
		if to := b.conditionalKey("Patient", i.String()); to != nil {
			return to.target
		}
		if id := b.byNumber(i.String()); id != "" {
			return id
		}
	}
	return ""
}

// byNumber is the participant with "system|value", where the sender may name them by it:
// somebody of this batch, or who consented to the provider once. A number of anybody else is
// as good as nobody's, so that no deposit tells who is registered.
func (b *batch) byNumber(key string) string {
	id := registry.ByIdentifier(b.tx, key)
	if id == "" || b.from == nil || b.from.Provider.Deemed || b.tx.Consents.Last(id, b.from.HCP) != nil {
		return id
	}
	for _, it := range b.items {
		if it.Type == "Patient" && it.target == id {
			return id
		}
	}
	return ""
}

// patientOf is the logical id of the patient that a reference names, "" for one
// that nobody here knows.
func (b *batch) patientOf(from *item, value string) (id string, isPatient bool) {
	if to, _ := b.find(from, value); to != nil {
		if to.Type != "Patient" {
			return "", false
		}
		if to.reason != "" {
			return "", true
		}
		return to.target, true
	}
	if len(value) > 8 && value[:8] == "Patient?" {
		return b.byNumber(conditionalIdentifier(value[8:])), true
	}
	base, kind, id, _ := fhir.SplitReference(value)
	if kind != "Patient" {
		return "", false
	}
	if base != "" { // another server's patient
		return "", true
	}
	p := b.tx.Participants.Get(id)
	if p == nil {
		return "", true
	}
	return id, true
}

// ownByNeighbour gives what names no patient to the one patient whose records
// of this batch it refers to or that refer to it, until nothing changes. A Provenance
// is whose the record is that it is of, whoever else refers to it.
func (b *batch) ownByNeighbour() {
	for changed := true; changed; {
		changed = false
		near := map[*item][]string{}
		note := func(it *item, owner string) {
			if owner != "" && !slices.Contains(near[it], owner) {
				near[it] = append(near[it], owner)
			}
		}
		for _, it := range b.items {
			for _, r := range it.Refs {
				to, _ := b.find(it, r.Value)
				if to == nil {
					continue
				}
				if !it.decided {
					note(it, to.owner)
				}
				if !to.decided && to.Type != "Provenance" {
					note(to, it.owner)
				}
			}
		}
		for it, owners := range near {
			changed = true
			it.decided = true
			if len(owners) == 1 {
				it.owner = owners[0]
			} else {
				it.reason = whyManyPatients
			}
		}
	}
}
