package upstream

import (
	"bytes"
	"context"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// What is said of a logical id that does not stand for who was registered by it.
const (
	anotherPerson = "Under this patient's id there may be somebody else now: neither a number nor a name with the birth date is that of before. It has to be put right where the records are kept."
	replaced      = "This patient's record was merged into another or is out of use: look the patient up by number."
	noPerson      = "There is no such patient where the records are kept."
)

// Unlike reads who is at the engine under an id, as often as somebody asks: a consent was given by a
// person and not by an id.
func (q participants) Unlike(patient string) string {
	if q.v.local {
		return ""
	}
	return q.v.unlike(patient)
}

func (v *view) unlike(patient string) (why string) {
	found := v.get(ehrdesk.Ref{Resource: "Patient", ID: patient})
	switch {
	case found == nil:
		return noPerson
	case !current(found.Resource):
		return replaced
	}
	info, err := v.ours(found.Resource)
	if err != nil {
		v.abort(engine.Strange())
	}
	p := v.tx.Participants.Get(patient)
	if p == nil {
		return noPerson
	}
	same, moved := v.Store.holds(p, v.registered(patient), info)
	if !same || moved {
		v.once("Patient/"+patient, func(ctx context.Context) error {
			return v.Store.beneath(ctx, func(tx *store.Tx) error {
				if p := tx.Participants.Get(patient); p != nil {
					v.Store.follow(tx, p, info, &store.Account{Staff: "engine"})
				}
				return nil
			})
		})
	}
	if !same {
		return anotherPerson
	}
	return ""
}

// registered are the numbers that the store beneath has of somebody.
func (v *view) registered(patient string) []store.Number {
	known := v.tx.Participants.Numbers(patient)
	for i := range known {
		known[i].Value = v.lifted(ofNumber, known[i].Value)
	}
	return known
}

// theirs is the engine's Patient where it was read for this request and is who was registered by its id,
// nil else: of a stranger's nothing is told, shown or sent anywhere as if it were theirs.
func (v *view) theirs(patient string) *engine.Found {
	v.had.mu.Lock()
	found := v.had.found[ehrdesk.Ref{Resource: "Patient", ID: patient}]
	v.had.mu.Unlock()
	if found == nil || found.Gone {
		return nil
	}
	same, judged := v.same[found]
	if !judged {
		info, err := v.ours(found.Resource)
		if p := v.tx.Participants.Get(patient); p != nil && err == nil {
			same, _ = v.Store.holds(p, v.registered(patient), info)
		}
		v.same[found] = same
	}
	if !same {
		return nil
	}
	return found
}

// Is reports whether a Patient, as the engine has it or once had it, is of who was registered by its id.
// Errors: the store's.
func (s *Store) Is(ctx context.Context, patient fhir.Resource) (same bool, err error) {
	err = s.Store.Read(ctx, func(tx *store.Tx) error {
		v := &view{Store: s, had: newHeld(), local: true}
		v.had.found[patient.Ref()] = &engine.Found{Resource: patient}
		return v.run(tx, func(*store.Tx) error {
			same = v.theirs(patient.ID) != nil
			return nil
		})
	})
	return same, err
}

// holds holds who is at the engine against who was registered: the same is who is shown to be, by a number
// or by a name with the birth date; moved says that something was put right.
func (s *Store) holds(p *store.Participant, known []store.Number, now *resource.Info) (same, moved bool) {
	prints, shared, all := s.keys.Prints(now), false, true
	fresh := numbersIn(now)
	for _, n := range fresh {
		had := slices.Contains(known, n)
		shared, all = shared || had, all && had
	}
	made := !slices.ContainsFunc(fresh, func(n store.Number) bool { return n.System == ehrdesk.SystemEHR })
	for _, n := range known {
		all = all && (slices.Contains(fresh, n) || made && n.System == ehrdesk.SystemEHR)
	}
	return shared || registry.SamePerson(p.Person, prints), !all || !bytes.Equal(p.Person, prints)
}

// follow has the store know somebody by what was put right at the engine, so that the next correction
// is one of it alone. Where it is somebody else the store is left as it is, and an officer is told.
func (s *Store) follow(tx *store.Tx, p *store.Participant, now *resource.Info, who *store.Account) (same bool) {
	known := tx.Participants.Numbers(p.Patient)
	same, moved := s.holds(p, known, now)
	switch {
	case !same:
		accesslog.FoundUpstream(tx, who, p.Patient, "another person under the id of a participant", "Patient/"+p.Patient)
	case moved:
		next, ehr := *p, false
		next.Person, next.HKIC = s.keys.Prints(now), ""
		var numbers []store.Number
		for _, n := range numbersIn(now) {
			if other := tx.Participants.ByNumber(n); other != "" && other != p.Patient {
				continue // that is the other's until it is put right there
			}
			numbers = append(numbers, n)
			switch n.System {
			case ehrdesk.SystemHKIC:
				next.HKIC = n.Value
			case ehrdesk.SystemEHR:
				next.EHR, ehr = n.Value, true
			}
		}
		if !ehr {
			numbers = append(numbers, store.Number{System: ehrdesk.SystemEHR, Value: p.EHR})
		}
		tx.Participants.Follow(&next, numbers)
	}
	return same
}

// numbersIn are the numbers of somebody as registration reads them.
func numbersIn(f *resource.Info) (out []store.Number) {
	for _, i := range f.Identifiers() {
		out = append(out, store.Number{System: i.System, Value: i.Value})
	}
	return out
}

func (q participants) Follow(p *store.Participant, numbers []store.Number) {
	kept, sealed := q.sealed(p, numbers)
	q.Participants.Follow(kept, sealed)
}

// sealed is somebody as the store beneath knows them.
func (q participants) sealed(p *store.Participant, numbers []store.Number) (*store.Participant, []store.Number) {
	kept := *p
	kept.EHR, kept.HKIC = q.v.veil.text(ofNumber, p.EHR), q.v.veil.text(ofNumber, p.HKIC)
	out := make([]store.Number, len(numbers))
	for i, n := range numbers {
		out[i] = store.Number{System: n.System, Value: q.v.veil.text(ofNumber, n.Value)}
	}
	return &kept, out
}
