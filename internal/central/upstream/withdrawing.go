package upstream

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// mostMeant bounds how many ids of one person are followed, and so how often the engine is asked.
const mostMeant = 8

// Meant are all whom a withdrawal by a number is of. What the store knows is enough: who was registered by
// the number may withdraw, whatever became of them at the engine. Beside them is meant who has the number
// there now, and under which other ids the same person was registered: a record that was merged into
// another, or entered anew, leaves the consents of before where they are.
func (q participants) Meant(n store.Number) (patients []string) {
	if !known(n.System) {
		return nil
	}
	if q.v.local {
		if q.v.without != nil {
			q.v.meant = &n
		}
		return named(q.ByNumber(n))
	}
	here := q.here(n)
	there := q.v.lookFor(n)
	if here != "" && here != there && (there == "" || !q.v.stands(here)) {
		patients = append(patients, here) // else the number was put right there: it is the other's
	}
	if there != "" {
		patients = append(patients, there)
	}
	for i := 0; i < len(patients); i++ {
		for _, other := range q.beside(patients[i]) {
			if !slices.Contains(patients, other) && len(patients) < mostMeant {
				patients = append(patients, other)
			}
		}
	}
	return patients
}

// here is who was registered by a number, "" for nobody.
func (q participants) here(n store.Number) (patient string) {
	return q.Participants.ByNumber(store.Number{System: n.System, Value: q.v.veil.text(ofNumber, n.Value)})
}

func named(patient string) []string {
	if patient == "" {
		return nil
	}
	return []string{patient}
}

func first(patients []string) string {
	if len(patients) == 0 {
		return ""
	}
	return patients[0]
}

// beside are the participants who are the same person under another id: whom the record was merged into, who
// was merged into it, and who was registered by a number of theirs and is not there any more.
func (q participants) beside(patient string) (out []string) {
	q.v.get(ehrdesk.Ref{Resource: "Patient", ID: patient})
	found := q.v.theirs(patient)
	if found == nil {
		return nil
	}
	fhir.Each(found.Raw("link"), func(l jsontext.Value) {
		other := q.v.linked(l)
		switch kind := fhir.TextAt(l, "type"); {
		case other == "" || q.Participants.Get(other) == nil:
		case kind == "replaced-by" && !current(found.Resource) && q.isThemselves(other), kind == "replaces" && q.became(other, patient):
			out = append(out, other)
		}
	})
	if !current(found.Resource) {
		return out
	}
	for _, n := range q.v.systems().numbersOf(found.Resource) {
		if other := q.here(n); other != "" && other != patient && q.became(other, patient) {
			out = append(out, other)
		}
	}
	return out
}

// linked is the id of the engine's Patient that a link leads to, "" for none.
func (v *view) linked(link jsontext.Value) string {
	base, kind, id, _ := fhir.SplitReference(fhir.TextAt(fhir.ObjectOf(link).Raw("other"), "reference"))
	if kind == "Patient" && (base == "" || base == v.engine.URL+"/") {
		return id
	}
	return ""
}

// became reports that who was registered by an id is a patient now, as the engine says of that: their own
// record is not there any more, or leads to the patient's.
func (q participants) became(other, patient string) bool {
	for hop := range mostMeant {
		q.v.get(ehrdesk.Ref{Resource: "Patient", ID: other})
		found, next := q.v.theirs(other), ""
		switch {
		case found == nil:
			return hop == 0
		case current(found.Resource):
			return false
		}
		fhir.Each(found.Raw("link"), func(l jsontext.Value) {
			if fhir.TextAt(l, "type") == "replaced-by" && next != patient {
				next = q.v.linked(l)
			}
		})
		if next == "" || next == patient {
			return next == patient || hop == 0
		}
		other = next
	}
	return false
}

// isThemselves reports that a participant's id has at the engine who was registered by it.
func (q participants) isThemselves(patient string) bool {
	q.v.get(ehrdesk.Ref{Resource: "Patient", ID: patient})
	return q.v.theirs(patient) != nil
}

// stands reports that who was registered by an id is there under it, in use.
func (v *view) stands(patient string) bool {
	v.get(ehrdesk.Ref{Resource: "Patient", ID: patient})
	found := v.theirs(patient)
	return found != nil && current(found.Resource)
}
