package plain

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// accessEvent is an access as IHE's Basic Audit Log Patterns has a read of one patient.
func (a author) accessEvent(e ehrdesk.AuditEvent, software string) map[string]any {
	const dicom, iti = "http://dicom.nema.org/resources/ontology/DCM", "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType"
	typed := func(system, code string) map[string]any {
		return map[string]any{"coding": []fhir.Coding{{System: system, Code: code}}}
	}
	event := fhir.AccessEvent(e)
	if e.Aside == nil {
		event["subtype"] = []fhir.Coding{{System: "http://hl7.org/fhir/restful-interaction", Code: "read"}, {System: "urn:example:hk:access", Code: string(e.Action)}}
	}
	event["agent"] = []fhir.Agent{
		{Type: typed(dicom, "110153"), Who: fhir.Ref{Display: "ehrdesk"}},
		{Type: typed(dicom, "110152"), Who: fhir.Ref{Display: software}},
		{Type: typed("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP"), Who: fhir.Ref{Identifier: &fhir.Identifier{System: fhir.SystemStaff, Value: e.Staff}}, Requestor: true},
	}
	event["source"] = map[string]any{"observer": a.organization()}
	event["entity"] = []map[string]any{
		{"what": fhir.Ref{Reference: "Patient/" + e.Patient}, "type": fhir.Coding{System: "http://terminology.hl7.org/CodeSystem/audit-entity-type", Code: "1"},
			"role": fhir.Coding{System: "http://terminology.hl7.org/CodeSystem/object-role", Code: "1"}},
		{"what": fhir.Ref{Identifier: &fhir.Identifier{System: systemURI, Value: fhir.URN(e.ID)}}, "type": fhir.Coding{System: iti, Code: "XrequestId"}},
	}
	return event
}
