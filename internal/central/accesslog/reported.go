package accesslog

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Routes are what a desk signed in may ask for.
func (d *Desks) Routes() map[string]rest.Handler {
	return map[string]rest.Handler{"POST /fhir/$audit-checkpoint": d.rest.Operation(d.store, maxCheckpoint, d.checkpoint), "PUT /fhir/AuditEvent/{id}": d.report}
}

// reported is the part of an AuditEvent that a desk's report of an access needs.
type reported struct {
	ResourceType string `json:"resourceType"`
	Recorded     string `json:"recorded"`
	OutcomeDesc  string `json:"outcomeDesc"`
	Extension    []struct {
		URL     string `json:"url"`
		Boolean bool   `json:"valueBoolean"`
	} `json:"extension"`
	Subtype []struct {
		Code string `json:"code"`
	} `json:"subtype"`
	PurposeOfEvent []struct {
		Coding []struct {
			System string `json:"system"`
			Code   string `json:"code"`
		} `json:"coding"`
		Text string `json:"text"`
	} `json:"purposeOfEvent"`
	Agent []struct {
		Who struct {
			Identifier struct {
				Value string `json:"value"`
			} `json:"identifier"`
		} `json:"who"`
	} `json:"agent"`
	Entity []struct {
		What struct {
			Reference string `json:"reference"`
		} `json:"what"`
	} `json:"entity"`
}

// reports are the actions that a desk reports: an access from its own copy, a
// record it keeps aside, one that was another patient's.
var reports = [...]string{string(ehrdesk.AuditOpenCached), string(ehrdesk.AuditSetAside), string(ehrdesk.AuditIncident)}

// report takes a desk's report of an access from its own copy while the
// line was down: it is written down and the patient is told, as for any other.
// The id is the desk's, and a report that comes twice counts once.
func (d *Desks) report(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	body, err := rest.Body(w, r, 64<<10)
	if err != nil {
		return err
	}
	var in reported
	if json.Unmarshal(body, &in) != nil || in.ResourceType != "AuditEvent" {
		return refusal.Malformed("The body is not an AuditEvent.")
	}
	id, err := uuid.Parse(r.PathValue("id"))
	at, errTime := time.Parse(time.RFC3339Nano, in.Recorded)
	if err != nil || errTime != nil || !in.unsure() && at.After(d.rest.Now().Add(5*time.Minute)) {
		return refusal.Invalid("A report needs a UUID and a time that has been.")
	}
	if len(in.Subtype) != 1 || !slices.Contains(reports[:], in.Subtype[0].Code) || len(in.Agent) != 1 || len(in.Entity) != 1 {
		return refusal.Invalid("A report is of one access by one person to one patient.")
	}
	patient, ok := strings.CutPrefix(in.Entity[0].What.Reference, "Patient/")
	staff := in.Agent[0].Who.Identifier.Value
	if !ok || staff == "" || len(staff) > 64 {
		return refusal.Invalid("A report is of one access by one person to one patient.")
	}
	clock := ""
	if in.unsure() {
		clock = " by a clock that is not known to be right"
	}
	err = d.store.Write(r.Context(), func(tx *store.Tx) error {
		if found := tx.Log.Has(id.String()); found {
			return nil
		}
		p := tx.Participants.Get(patient)
		if p == nil {
			return refusal.NotRegistered()
		}
		by := *who
		by.Staff = staff
		if action := ehrdesk.AuditAction(in.Subtype[0].Code); action != ehrdesk.AuditOpenCached { // nobody has seen anything
			Add(tx, Event{ID: id.String(), Action: action, Who: &by, Patient: p.Patient, Outcome: ehrdesk.CodeTampered, Reason: in.aside()})
			return nil
		}
		Visit(tx, &by, p, true)
		Add(tx, Event{ID: id.String(), Action: ehrdesk.AuditOpenCached, Who: &by, Patient: p.Patient, Purpose: in.purpose(),
			Reason: strings.TrimSpace(in.reason() + " (reported by the desk; opened at " + at.UTC().Format(time.RFC3339) + clock + ")")})
		return nil
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// unsure reports that the desk does not vouch for its clock: such a report may give
// a time to come, and is taken all the same.
func (in reported) unsure() bool {
	for _, e := range in.Extension {
		if e.URL == ehrdesk.ExtensionTimeUncertain && e.Boolean {
			return true
		}
	}
	return false
}

// aside names a record that a desk keeps aside, and why: in fixed words and an id,
// as anything else may be what the record says.
func (in reported) aside() string {
	name, reason, ok := strings.Cut(in.OutcomeDesc, ": ")
	kind, id, both := strings.Cut(name, "/")
	if !ok || !slices.Contains(ehrdesk.AsideReasons(), ehrdesk.AsideReason(reason)) || both && !(fhir.ValidType(kind) && fhir.ValidID(id)) {
		return "a record is kept aside at a desk"
	}
	return in.OutcomeDesc
}

// reason is why, in the person's words, cut to what $open takes.
func (in reported) reason() string {
	for _, c := range in.PurposeOfEvent {
		if c.Text != "" {
			return ehrdesk.CleanLine(c.Text[:min(len(c.Text), 1000)])
		}
	}
	return ""
}

// purpose is the desk's own word among the codes, where it is one we know.
func (in reported) purpose() string {
	for _, c := range in.PurposeOfEvent {
		for _, k := range c.Coding {
			if p, err := ehrdesk.ParsePurpose(k.Code); err == nil {
				return string(p)
			}
		}
	}
	return ""
}
