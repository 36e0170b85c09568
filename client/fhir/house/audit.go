package house

import (
	"context"
	"net/url"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/go-json-experiment/json"
)

// ReportAccess deposits an access that happened while the centre could not be
// asked. The id is the desk's: sent twice, it counts once.
func (c *Centre) ReportAccess(ctx context.Context, e ehrdesk.AuditEvent) error {
	body, err := auditResource(e)
	if err != nil {
		return err
	}
	_, err = c.wire.Put(ctx, "outbox", "AuditEvent/"+url.PathEscape(e.ID), body)
	return err
}

// auditResource writes an R4 AuditEvent for an access (IHE BALP PatientRead in
// outline): who, for which provider, which patient by logical id, why, when.
func auditResource(e ehrdesk.AuditEvent) ([]byte, error) {
	type ref struct {
		Reference  string           `json:"reference,omitempty"`
		Identifier *fhir.Identifier `json:"identifier,omitempty"`
		Display    string           `json:"display,omitempty"`
	}
	type agent struct {
		Who       ref  `json:"who"`
		Requestor bool `json:"requestor"`
	}
	resource := map[string]any{
		"resourceType": "AuditEvent",
		"id":           e.ID,
		"type":         fhir.Coding{System: "http://terminology.hl7.org/CodeSystem/audit-event-type", Code: "rest", Display: "RESTful Operation"},
		"subtype":      []fhir.Coding{{System: "urn:example:hk:access", Code: string(e.Action)}},
		"action":       "R",
		"recorded":     fhir.Instant(e.At),
		"outcome":      "0",
		"purposeOfEvent": []map[string]any{{"coding": []fhir.Coding{
			{System: "http://terminology.hl7.org/CodeSystem/v3-ActReason", Code: "TREAT"}, {System: "urn:example:hk:purpose", Code: string(e.Purpose)},
		}, "text": e.Reason}},
		"agent":  []agent{{Who: ref{Identifier: &fhir.Identifier{System: "urn:example:hk:staff", Value: e.Staff}}, Requestor: true}},
		"source": map[string]any{"observer": ref{Identifier: &fhir.Identifier{System: ehrdesk.SystemHCP, Value: e.Provider}, Display: e.Location}},
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
