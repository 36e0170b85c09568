package ehrdesk

import (
	"context"
	"time"
)

// Acquaintance is somebody whom this desk knew by name at an earlier visit.
type Acquaintance struct {
	Patient Patient   // who they were then
	At      time.Time // when the centre said so last
}

// Acquainted is a session that knows people by name without asking anybody: from the copies of this
// desk that the policy lets it keep, and from lines of the day's list of earlier days, of those alone
// whose consent is in force. It tells no more than a look-up of the same number would, and not from
// where the name is known.
type Acquainted interface {
	Known(ctx context.Context) ([]Acquaintance, error)
}

// Acquaintances are people by what each is asked for by.
type Acquaintances map[string]Acquaintance

// AcquaintancesOf puts people in order to be looked up in. Of two names of one number the later counts.
func AcquaintancesOf(all []Acquaintance) Acquaintances {
	out := Acquaintances{}
	for _, one := range all {
		for _, n := range one.Patient.numbers() {
			if had, ok := out[n.key()]; !ok || one.At.After(had.At) {
				out[n.key()] = one
			}
		}
	}
	return out
}

// Of is who was known by a number.
func (a Acquaintances) Of(n Number) (one Acquaintance, ok bool) {
	if n.IsZero() {
		return one, false
	}
	one, ok = a[n.key()]
	return one, ok
}

// numbers are all by which a patient may be asked for.
func (p Patient) numbers() (out []Number) {
	all := []Number{{HKIC: p.HKIC}, {EHR: p.EHR}}
	for _, d := range p.Documents {
		all = append(all, Number{Document: d})
	}
	for _, n := range all {
		if !n.IsZero() {
			out = append(out, n)
		}
	}
	return out
}
