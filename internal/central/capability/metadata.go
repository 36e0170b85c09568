// Package capability is what the centre says that it can do: its CapabilityStatement and
// a definition of each operation. It states, and does nothing.
package capability

import (
	"net/http"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
)

// Routes are what anybody may read.
func Routes(s *rest.Server) map[string]http.HandlerFunc {
	out := map[string]http.HandlerFunc{"GET /fhir/metadata": func(w http.ResponseWriter, r *http.Request) { s.FHIR(w, r, http.StatusOK, metadata(s.Base(r))) }}
	for _, op := range operations {
		out["GET /fhir/OperationDefinition/"+op.name] = func(w http.ResponseWriter, r *http.Request) { s.FHIR(w, r, http.StatusOK, op.definition()) }
	}
	return out
}

// metadata is the CapabilityStatement.
func metadata(base string) rest.Obj {
	return rest.Obj{
		"resourceType": "CapabilityStatement", "status": "active", "date": "2026-11-22", "kind": "instance", "fhirVersion": "4.0.1",
		"format": rest.List{"json"}, "software": rest.Obj{"name": "ehrcentral"},
		"implementation": rest.Obj{"description": "Reference central service for training and tests", "url": base},
		"rest": rest.List{rest.Obj{
			"mode": "server",
			"security": rest.Obj{"service": rest.List{rest.Obj{"coding": rest.List{rest.Obj{"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR"}}}},
				"extension": rest.List{rest.Obj{"url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris", "extension": rest.List{rest.Obj{"url": "token", "valueUri": base + "/token"}}},
					rest.Obj{"url": ehrdesk.ExtensionPrefix + "jwks", "valueUri": base + accesslog.JWKSPath}}},
			"interaction": rest.List{rest.Obj{"code": "transaction"}, rest.Obj{"code": "batch"}},
			"resource":    capabilities(),
			"operation":   offered(true),
		}},
	}
}

// served are the types that patients' records hold most; every other FHIR R4
// type is taken and served in the same way.
var served = []string{
	"AllergyIntolerance", "Binary", "CarePlan", "CareTeam", "Composition", "Condition", "Consent", "Device", "DiagnosticReport", "DocumentReference",
	"Encounter", "FamilyMemberHistory", "Flag", "Goal", "ImagingStudy", "Immunization", "List", "Location", "Media", "Medication", "MedicationAdministration",
	"MedicationDispense", "MedicationRequest", "MedicationStatement", "Observation", "Organization", "Patient", "Practitioner", "PractitionerRole",
	"Procedure", "Provenance", "QuestionnaireResponse", "RelatedPerson", "ServiceRequest", "Specimen",
}

func capabilities() rest.List {
	var out rest.List
	for _, t := range served {
		var interactions, params rest.List
		for _, code := range []string{"read", "vread", "history-instance", "history-type", "search-type", "create", "update", "delete"} {
			if t == "Patient" && slices.Contains([]string{"create", "update", "delete"}, code) {
				continue
			}
			interactions = append(interactions, rest.Obj{"code": code})
		}
		for _, p := range [][2]string{{"_id", "token"}, {"_lastUpdated", "date"}, {"patient", "reference"}, {"identifier", "token"}, {"category", "token"}, {"code", "token"}} {
			params = append(params, rest.Obj{"name": p[0], "type": p[1]})
		}
		res := rest.Obj{"type": t, "interaction": interactions, "searchParam": params, "versioning": "versioned", "conditionalCreate": t != "Patient", "readHistory": true}
		if t == "Patient" {
			res["operation"] = append(offered(false), rest.Obj{"name": "everything", "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything"})
			res["searchRevInclude"] = rest.List{"Consent:patient"}
		}
		out = append(out, res)
	}
	return out
}

// offered are our operations: those of the whole centre, or of Patient.
func offered(system bool) rest.List {
	var out rest.List
	for _, op := range operations {
		if op.system == system {
			out = append(out, rest.Obj{"name": op.name, "definition": operationURL(op.name)})
		}
	}
	return out
}
