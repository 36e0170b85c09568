package fhir

import (
	"errors"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// ErrOtherPatient is the cause when a server answers with somebody else's record.
var ErrOtherPatient = errors.New("the centre sent another patient's record; nothing of that page was kept")

// auditResource writes an R4 AuditEvent for an access (IHE BALP PatientRead in
// outline): who, for which provider, which patient by logical id, why, when.
func auditResource(e ehrdesk.AuditEvent) ([]byte, error) {
	type ref struct {
		Reference  string      `json:"reference,omitempty"`
		Identifier *identifier `json:"identifier,omitempty"`
		Display    string      `json:"display,omitempty"`
	}
	type agent struct {
		Who       ref  `json:"who"`
		Requestor bool `json:"requestor"`
	}
	resource := map[string]any{
		"resourceType": "AuditEvent",
		"id":           e.ID,
		"type":         coding{System: "http://terminology.hl7.org/CodeSystem/audit-event-type", Code: "rest", Display: "RESTful Operation"},
		"subtype":      []coding{{System: "urn:example:hk:access", Code: string(e.Action)}},
		"action":       "R",
		"recorded":     instant(e.At),
		"outcome":      "0",
		"purposeOfEvent": []map[string]any{{"coding": []coding{
			{System: "http://terminology.hl7.org/CodeSystem/v3-ActReason", Code: "TREAT"}, {System: "urn:example:hk:purpose", Code: string(e.Purpose)},
		}, "text": e.Reason}},
		"agent":  []agent{{Who: ref{Identifier: &identifier{"urn:example:hk:staff", e.Staff}}, Requestor: true}},
		"source": map[string]any{"observer": ref{Identifier: &identifier{ehrdesk.SystemHCP, e.Provider}, Display: e.Location}},
		"entity": []map[string]any{{"what": ref{Reference: "Patient/" + e.Patient}}},
	}
	if e.Aside != nil {
		resource["action"], resource["outcome"], resource["outcomeDesc"] = "E", "4", e.Aside.Words()
		delete(resource, "purposeOfEvent")
	}
	if e.TimeUncertain {
		resource["extension"] = []map[string]any{{"url": ehrdesk.ExtensionTimeUncertain, "valueBoolean": true}}
	}
	b, err := json.Marshal(resource, json.Deterministic(true))
	if err != nil {
		return nil, ehrdesk.Errorf("outbox", ehrdesk.CodeOther, "the access event cannot be written")
	}
	return b, nil
}
