package upstream

import (
	"strings"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// owe leaves a resource for the engine, marked as a gate's own.
func (v *view) owe(r rest.Obj) {
	kind, id := r["resourceType"].(string), r["id"].(string)
	b, err := json.Marshal(tagged(r))
	if err != nil {
		v.abort(store.Err)
	}
	v.tx.Log.Owed().Add(store.Due{Type: kind, ID: id, Body: v.veil.bytes(ofDue, b)})
	v.owes = true
}

// tagged marks a resource as a gate's own.
func tagged(r rest.Obj) rest.Obj {
	r["meta"] = rest.Obj{"tag": rest.List{rest.Obj{"system": engine.TagSystem, "code": strings.ToLower(r["resourceType"].(string))}}}
	return r
}

// consent is a sharing consent as it stands at the engine: what desks are told of it, who gave it
// and on which notices.
func (v *view) consent(patient, hcp string, c store.Consent, notices string) rest.Obj {
	h := v.tx.Accounts.Provider(hcp)
	p := v.tx.Participants.Get(patient)
	if h == nil || p == nil {
		v.abort(store.Err)
	}
	if c.State == store.Renewed {
		c.State = ehrdesk.ConsentWithdrawn
	}
	out := gate.ConsentResource(p, h, c)
	ext := out["extension"].(rest.List)
	for name, text := range map[string]string{"consent-giver-name": c.Giver.Name, "consent-giver-document": c.Giver.Document, "consent-giver-declaration": c.Giver.Declaration, "consent-notices": notices} {
		if text != "" {
			ext = append(ext, rest.Extension(name, "valueString", text))
		}
	}
	out["extension"] = ext
	return out
}

// coding is one Coding.
func coding(system, code string) rest.Obj { return rest.Obj{"system": system, "code": code} }

// restful are FHIR's names for what was done to a resource; what is none of them has ours.
var restful = map[ehrdesk.AuditAction]string{ehrdesk.AuditRead: "R", ehrdesk.AuditOpen: "R", ehrdesk.AuditFind: "E", ehrdesk.AuditQuery: "E",
	ehrdesk.AuditCreate: "C", ehrdesk.AuditGrant: "C", ehrdesk.AuditUpdate: "U", ehrdesk.AuditRevoke: "U", ehrdesk.AuditDelete: "D"}

// eventID is the id of an event at the engine: its own, where FHIR allows it.
func eventID(id string) string {
	if !fhir.ValidID(id) {
		return registry.MadeID("event", id)
	}
	return id
}

// auditEvent is an event of the log by the Basic Audit Log Patterns of IHE: who, at which
// provider, did what to whom, why, and what came of it. It holds no number.
func (v *view) auditEvent(e *store.LogEntry) rest.Obj {
	action, known := restful[e.Action]
	if !known {
		action = "E"
	}
	outcome := "0"
	if e.Outcome != "" {
		outcome = "4"
	}
	who := rest.Obj{"requestor": true, "who": rest.Obj{"identifier": rest.Obj{"system": ehrdesk.SystemHCP + ":staff", "value": e.HCP + "/" + e.Staff}}}
	if e.Role != "" {
		who["role"] = rest.List{rest.Obj{"text": string(e.Role)}}
	}
	agents := rest.List{who}
	if e.HCP != "" {
		agents = append(agents, rest.Obj{"requestor": false, "who": rest.Obj{"identifier": rest.Obj{"system": ehrdesk.SystemHCP, "value": e.HCP}}})
	}
	if e.Client != "" {
		agents = append(agents, rest.Obj{"requestor": false, "type": rest.Obj{"coding": rest.List{coding("http://dicom.nema.org/resources/ontology/DCM", "110150")}}, "name": e.Client})
	}
	out := rest.Obj{"resourceType": "AuditEvent", "id": eventID(e.ID), "extension": v.inChain(e), "type": coding("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest"),
		"subtype": rest.List{coding(ehrdesk.ExtensionPrefix+"action", string(e.Action))}, "action": action, "recorded": rest.Instant(e.At), "outcome": outcome,
		"agent": agents, "source": rest.Obj{"observer": rest.Obj{"display": "ehrcentral"}, "type": rest.List{coding("http://terminology.hl7.org/CodeSystem/security-source-type", "4")}}}
	if e.Outcome != "" {
		out["outcomeDesc"] = e.Outcome
	}
	if e.Purpose != "" {
		out["purposeOfEvent"] = rest.List{rest.Obj{"coding": rest.List{coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", "TREAT")}, "text": e.Purpose}}
	}
	var entities rest.List
	if e.Patient != "" {
		entities = append(entities, rest.Obj{"what": rest.Obj{"reference": "Patient/" + e.Patient}, "type": coding("http://terminology.hl7.org/CodeSystem/audit-entity-type", "1"), "role": coding("http://terminology.hl7.org/CodeSystem/object-role", "1")})
	}
	if ref := fhir.Target(e.What); ref.ID != "" && ref.Resource != "Patient" {
		entities = append(entities, rest.Obj{"what": rest.Obj{"reference": ref.String()}, "type": coding("http://terminology.hl7.org/CodeSystem/audit-entity-type", "2")})
	} else if e.What != "" {
		entities = append(entities, rest.Obj{"name": e.What, "type": coding("http://terminology.hl7.org/CodeSystem/audit-entity-type", "2")})
	}
	if entities != nil {
		out["entity"] = entities
	}
	return out
}

// communication is what a patient is told. The centre sends nothing itself: who sends reads it
// at the engine.
func (v *view) communication(n *store.Notice) rest.Obj {
	id := registry.MadeID("notice", n.Patient, rest.Instant(n.At), n.Channel, n.Contact, n.Text)
	out := rest.Obj{"resourceType": "Communication", "id": id, "status": "preparation", "subject": rest.Obj{"reference": "Patient/" + n.Patient},
		"recipient": rest.List{rest.Obj{"reference": "Patient/" + n.Patient}}, "payload": rest.List{rest.Obj{"contentString": n.Text}}}
	if n.Channel != "" {
		out["medium"] = rest.List{rest.Obj{"text": n.Channel}}
	}
	if n.Contact != "" {
		out["extension"] = rest.List{rest.Extension("notice-contact", "valueString", n.Contact)}
	}
	return out
}
