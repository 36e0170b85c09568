package central

import (
	"net/http"
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// metadata is the CapabilityStatement.
func (s *server) metadata(w http.ResponseWriter, r *http.Request) {
	base := s.base(r)
	s.fhir(w, r, http.StatusOK, obj{
		"resourceType": "CapabilityStatement", "status": "active", "date": "2026-11-22", "kind": "instance", "fhirVersion": "4.0.1",
		"format": list{"json"}, "software": obj{"name": "ehrcentral"},
		"implementation": obj{"description": "Reference central service for training and tests", "url": base},
		"rest": list{obj{
			"mode": "server",
			"security": obj{"service": list{obj{"coding": list{obj{"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR"}}}},
				"extension": list{obj{"url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris", "extension": list{obj{"url": "token", "valueUri": base + "/token"}}},
					obj{"url": ehrdesk.ExtensionPrefix + "jwks", "valueUri": base + jwksPath}}},
			"interaction": list{obj{"code": "transaction"}, obj{"code": "batch"}},
			"resource":    capabilities(),
			"operation":   offered(true),
		}},
	})
}

// served are the types that patients' records hold most; every other FHIR R4
// type is taken and served in the same way.
var served = []string{
	"AllergyIntolerance", "Binary", "CarePlan", "CareTeam", "Composition", "Condition", "Consent", "Device", "DiagnosticReport", "DocumentReference",
	"Encounter", "FamilyMemberHistory", "Flag", "Goal", "ImagingStudy", "Immunization", "List", "Location", "Media", "Medication", "MedicationAdministration",
	"MedicationDispense", "MedicationRequest", "MedicationStatement", "Observation", "Organization", "Patient", "Practitioner", "PractitionerRole",
	"Procedure", "Provenance", "QuestionnaireResponse", "RelatedPerson", "ServiceRequest", "Specimen",
}

func capabilities() list {
	var out list
	for _, t := range served {
		var interactions, params list
		for _, code := range []string{"read", "vread", "history-instance", "history-type", "search-type", "create", "update", "delete"} {
			if t == "Patient" && slices.Contains([]string{"create", "update", "delete"}, code) {
				continue
			}
			interactions = append(interactions, obj{"code": code})
		}
		for _, p := range [][2]string{{"_id", "token"}, {"_lastUpdated", "date"}, {"patient", "reference"}, {"identifier", "token"}, {"category", "token"}, {"code", "token"}} {
			params = append(params, obj{"name": p[0], "type": p[1]})
		}
		res := obj{"type": t, "interaction": interactions, "searchParam": params, "versioning": "versioned", "conditionalCreate": t != "Patient", "readHistory": true}
		if t == "Patient" {
			res["operation"] = append(offered(false), obj{"name": "everything", "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything"})
			res["searchRevInclude"] = list{"Consent:patient"}
		}
		out = append(out, res)
	}
	return out
}

// offered are our operations: those of the whole centre, or of Patient.
func offered(system bool) list {
	var out list
	for _, op := range operations {
		if op.system == system {
			out = append(out, obj{"name": op.name, "definition": operationURL(op.name)})
		}
	}
	return out
}
