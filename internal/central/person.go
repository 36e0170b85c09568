package central

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// onRecord is who a participant is by the centre's own record: the numbers of
// the index, and name, birth date and gender of the Patient.
func (q *tx) onRecord(p *participant) (ehrdesk.Patient, error) {
	out := ehrdesk.Patient{ID: p.patient, Gender: ehrdesk.Unknown}
	if p.hkic != "" {
		h, err := ehrdesk.ParseHKIC(p.hkic)
		if err != nil {
			return out, errStore
		}
		out.HKIC = h
	}
	s, err := q.record("Patient", p.patient)
	if err != nil || s == nil {
		return out, err
	}
	f, err := scan(s.body)
	if err != nil {
		return out, err
	}
	who := fhir.PatientOf(f.Object, q.now)
	out.Name, out.Born, out.Gender = who.Name, who.Born, who.Gender
	return out, nil
}
