package central

import (
	"net/http"

	"github.com/ehrdesk/ehrdesk"
	json "github.com/go-json-experiment/json/v1"
)

// The actions that only the centre knows.
const (
	auditVerify  ehrdesk.AuditAction = "verify"        // an identity, with the consent given in one go
	auditCode    ehrdesk.AuditAction = "one-time-code" // sent to the patient
	auditRelease ehrdesk.AuditAction = "release"       // restricted records, for a quarter of an hour
)

// contactMembers are those of a Patient that say how somebody is reached.
var contactMembers = [...]string{"telecom", "address", "communication"}

// registration gives what a participant registered with, for the desk to check
// with them: more than a look-up does, and still nothing clinical.
func (s *server) registration(w http.ResponseWriter, r *http.Request, who *token) error {
	in, err := s.input(w, r)
	if err != nil {
		return err
	}
	if !mayTakeConsent(who) {
		return roleMayNot()
	}
	id := in.get("identifier").ValueIdentifier
	var out obj
	err = s.c.write(r.Context(), func(q *tx) error {
		patient, err := q.patientByIdentifier(id.System + "|" + id.Value)
		if err != nil {
			return err
		}
		p, err := q.participant(patient)
		if err != nil {
			return err
		}
		e := event{action: ehrdesk.AuditFind, who: who, patient: patient, reason: "contact data of the registration"}
		if p == nil || p.state == ehrdesk.Left || p.state == ehrdesk.NotRegistered {
			e.outcome = ehrdesk.CodeNotFound
			if err := q.audit(e); err != nil {
				return err
			}
			return notRegistered().kept()
		}
		res, err := q.minimalPatient(p)
		if err != nil {
			return err
		}
		rec, err := q.record("Patient", p.patient)
		if err != nil {
			return err
		}
		if rec != nil {
			m, err := membersOf(rec.body)
			if err != nil {
				return err
			}
			for _, name := range contactMembers {
				if v, ok := m[name]; ok {
					res[name] = json.RawMessage(v.value)
				}
			}
		}
		out = parameters(obj{"name": "patient", "resource": res}, param("notify", "valueCode", notifiedWord(p.notify)))
		return q.audit(e)
	})
	if err != nil {
		return err
	}
	s.fhir(w, r, http.StatusOK, out)
	return nil
}
