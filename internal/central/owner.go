package central

import (
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// Reasons why a resource could not be kept, as import names them.
const (
	whyUnknownPatient = "its patient is not a participant"
	whyManyPatients   = "it names more than one patient"
	whyNoPatient      = "it names no patient"
)

// primary are the members that say whose a resource is, in FHIR R4's patient
// compartment: subject, patient, beneficiary (Coverage), individual
// (ResearchSubject), for (Task), candidate (EnrollmentRequest).
var primary = []string{"subject", "patient", "beneficiary", "individual", "for", "candidate"}

// own settles whose each resource is. The patients of the batch have their
// targets already.
func (b *batch) own() error {
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
		if err := b.ownByReference(it); err != nil {
			return err
		}
		if !it.decided && it.place().Linked {
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
	}
	return nil
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

func (b *batch) ownByReference(it *item) error {
	var first, other []string
	for _, r := range it.refs {
		if r.url {
			continue
		}
		id, isPatient, err := b.patientOf(it, r.value)
		if err != nil {
			return err
		}
		if !isPatient {
			continue
		}
		isPrimary := slices.Contains(primary, r.top)
		switch {
		case isPrimary && id == "":
			it.decided, it.reason = true, whyUnknownPatient
			return nil
		case isPrimary && !slices.Contains(first, id):
			first = append(first, id)
		case id != "" && !slices.Contains(other, id):
			other = append(other, id)
		}
	}
	if len(first) == 0 {
		if err := b.ownByName(it, &first); err != nil || it.decided {
			return err
		}
	}
	if len(first) == 0 {
		first = other
	}
	switch len(first) {
	case 0:
	case 1:
		it.owner, it.decided = first[0], true
	default:
		it.decided, it.reason = true, whyManyPatients
	}
	return nil
}

// ownByName follows a logical reference, a subject with an identifier and no
// literal reference. One that names nobody known is refused: it must not fall to
// the patient whose bundle it came in.
func (b *batch) ownByName(it *item, owners *[]string) error {
	for _, r := range it.refs {
		if slices.Contains(primary, r.top) { // a literal reference, to something that is no patient
			return nil
		}
	}
	for _, key := range it.named {
		id := ""
		if to := b.conditionalKey("Patient", key); to != nil {
			id = to.target
		} else {
			var err error
			if id, err = b.q.patientByIdentifier(key); err != nil {
				return err
			}
		}
		if id == "" {
			it.decided, it.reason = true, whyUnknownPatient
			return nil
		}
		if !slices.Contains(*owners, id) {
			*owners = append(*owners, id)
		}
	}
	return nil
}

// patientOf is the logical id of the patient that a reference names, "" for one
// that nobody here knows.
func (b *batch) patientOf(from *item, value string) (id string, isPatient bool, err error) {
	if to, _ := b.find(from, value); to != nil {
		if to.Type != "Patient" {
			return "", false, nil
		}
		if to.reason != "" {
			return "", true, nil
		}
		return to.target, true, nil
	}
	if len(value) > 8 && value[:8] == "Patient?" {
		id, err := b.q.patientByIdentifier(conditionalIdentifier(value[8:]))
		return id, true, err
	}
	base, kind, id, _ := splitReference(value)
	if kind != "Patient" {
		return "", false, nil
	}
	if base != "" { // another server's patient
		return "", true, nil
	}
	p, err := b.q.participant(id)
	if err != nil || p == nil {
		return "", true, err
	}
	return id, true, nil
}

// ownByNeighbour gives what names no patient to the one patient whose records
// of this batch it refers to or that refer to it, until nothing changes.
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
			for _, r := range it.refs {
				to, _ := b.find(it, r.value)
				if to == nil {
					continue
				}
				if !it.decided {
					note(it, to.owner)
				}
				if !to.decided {
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

// linkedType reports whether resources of a type are shared ones that records
// refer to.
func linkedType(kind string) bool { return ehrdesk.Place(kind, nil, nil).Linked }
