package sharing

import (
	"net/http"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
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
func (s *Sharing) registration(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	in, err := rest.ReadInput(w, r)
	if err != nil {
		return err
	}
	if !mayTakeConsent(who) {
		return refusal.RoleMayNot()
	}
	id := in.Get("identifier").ValueIdentifier
	var out rest.Obj
	err = s.store.Write(r.Context(), func(tx *store.Tx) error {
		patient, err := registry.ByIdentifier(tx, id.System+"|"+id.Value)
		if err != nil {
			return err
		}
		p, err := tx.Participants.Get(patient)
		if err != nil {
			return err
		}
		e := accesslog.Event{Action: ehrdesk.AuditFind, Who: who, Patient: patient, Reason: "contact data of the registration"}
		if p == nil || p.State == ehrdesk.Left || p.State == ehrdesk.NotRegistered {
			e.Outcome = ehrdesk.CodeNotFound
			if err := accesslog.Add(tx, e); err != nil {
				return err
			}
			return refusal.NotRegistered().Kept()
		}
		res, err := registry.Minimal(tx, p)
		if err != nil {
			return err
		}
		rec, err := tx.Records.Get("Patient", p.Patient)
		if err != nil {
			return err
		}
		if rec != nil {
			m, err := membersOf(rec.Body)
			if err != nil {
				return err
			}
			for _, name := range contactMembers {
				if v, ok := m[name]; ok {
					res[name] = json.RawMessage(v.value)
				}
			}
		}
		out = rest.Parameters(rest.Obj{"name": "patient", "resource": res}, rest.Param("notify", "valueCode", notifiedWord(p.Notify)))
		return accesslog.Add(tx, e)
	})
	if err != nil {
		return err
	}
	s.rest.FHIR(w, r, http.StatusOK, out)
	return nil
}
