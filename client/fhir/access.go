package fhir

import (
	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// Ref is a FHIR Reference that is written.
type Ref struct {
	Reference  string      `json:"reference,omitempty"`
	Type       string      `json:"type,omitempty"`
	Identifier *Identifier `json:"identifier,omitempty"`
	Display    string      `json:"display,omitempty"`
}

// Agent is who took part in an access.
type Agent struct {
	Type      any  `json:"type,omitempty"`
	Who       Ref  `json:"who"`
	Requestor bool `json:"requestor"`
}

// SystemStaff is the system of a provider's staff numbers.
const SystemStaff = "urn:example:hk:staff"

// AccessEvent is an R4 AuditEvent for an access (IHE BALP PatientRead in
// outline), by member: who, for which provider, which patient by logical id, why, when.
func AccessEvent(e ehrdesk.AuditEvent) map[string]any {
	resource := map[string]any{
		"resourceType": "AuditEvent",
		"id":           e.ID,
		"type":         Coding{System: "http://terminology.hl7.org/CodeSystem/audit-event-type", Code: "rest", Display: "RESTful Operation"},
		"subtype":      []Coding{{System: "urn:example:hk:access", Code: string(e.Action)}},
		"action":       "R",
		"recorded":     Instant(e.At),
		"outcome":      "0",
		"purposeOfEvent": []map[string]any{{"coding": []Coding{
			{System: "http://terminology.hl7.org/CodeSystem/v3-ActReason", Code: "TREAT"}, {System: "urn:example:hk:purpose", Code: string(e.Purpose)},
		}, "text": e.Reason}},
		"agent":  []Agent{{Who: Ref{Identifier: &Identifier{SystemStaff, e.Staff}}, Requestor: true}},
		"source": map[string]any{"observer": Ref{Identifier: &Identifier{ehrdesk.SystemHCP, e.Provider}, Display: e.Location}},
		"entity": []map[string]any{{"what": Ref{Reference: "Patient/" + e.Patient}}},
	}
	if e.Aside != nil {
		resource["action"], resource["outcome"], resource["outcomeDesc"] = "E", "4", e.Aside.Words()
		delete(resource, "purposeOfEvent")
	}
	if e.TimeUncertain {
		resource["extension"] = []map[string]any{{"url": ehrdesk.ExtensionTimeUncertain, "valueBoolean": true}}
	}
	return resource
}

// MarshalAccess writes an access event.
func MarshalAccess(event map[string]any) ([]byte, error) {
	b, err := json.Marshal(event, json.Deterministic(true))
	if err != nil {
		return nil, ehrdesk.Errorf("outbox", ehrdesk.CodeOther, "the access event cannot be written")
	}
	return b, nil
}
