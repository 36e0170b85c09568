package fhir

import "sync"

// common are the texts that most records have: names of elements, codes and their
// systems. A record shares them with every other rather than holding its own.
var common = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, s := range []string{
		"http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org", "http://hl7.org/fhir/sid/icd-10", "http://www.whocc.no/atc",
		"http://www.nlm.nih.gov/research/umls/rxnorm", "http://hl7.org/fhir/sid/cvx",
		"http://terminology.hl7.org/CodeSystem/observation-category", "http://terminology.hl7.org/CodeSystem/condition-clinical",
		"http://terminology.hl7.org/CodeSystem/condition-ver-status", "http://terminology.hl7.org/CodeSystem/condition-category",
		"http://terminology.hl7.org/CodeSystem/v3-ActCode", "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
		"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification",
		"AMB", "AllergyIntolerance", "H", "IMP", "L", "N", "Observation", "abatementDateTime", "achievementStatus", "active", "actuality", "address",
		"allowedCodeableConcept", "amended", "appointmentType", "asNeededBoolean", "asNeededCodeableConcept", "authored", "authoredOn", "availability",
		"bodySite", "bodyStructure", "bodysite", "businessStatus", "category", "class", "clinicalStatus", "cm", "code", "collectedDateTime", "collection",
		"comment", "communication", "completed", "component", "conclusion", "conclusionCode", "condition", "confirmed", "contact", "contained", "created",
		"createdDateTime", "createdPeriod", "criticality", "date", "dateAsserted", "dateTime", "dateWritten", "daysSupply", "description", "detected",
		"dispenseRequest", "doNotPerform", "docStatus", "dosage", "dosageInstruction", "doseNumber", "doseQuantity", "effectiveDateTime",
		"effectiveInstant", "effectivePeriod", "encounter", "encounter-diagnosis", "executionPeriod", "expectedSupplyDuration", "extension", "final",
		"finding", "finished", "format", "g/L", "hospitalization", "id", "identifiedDateTime", "identifiedPeriod", "identifier", "implicitRules",
		"indication", "intent", "interpretation", "isSubpotent", "issued", "kg", "laboratory", "language", "laterality", "lensSpecification",
		"lifecycleStatus", "location", "locationQualifier", "lotNumber", "medication", "medicationCodeableConcept", "medicationReference", "meta", "mg",
		"mmHg", "mmol/L", "modality", "modifierExtension", "name", "note", "numberOfRepeatsAllowed", "occurredDateTime", "occurredPeriod",
		"occurrenceDateTime", "occurrencePeriod", "occurrenceTiming", "onsetDateTime", "order", "outcome", "outcomeCode", "outcomeCodeableConcept",
		"participant", "participantStatus", "patient", "patientInstruction", "performedDateTime", "performedPeriod", "performer", "period", "photo",
		"planningHorizon", "prediction", "preliminary", "primarySource", "priority", "productCode", "protocolApplied", "quantity", "reaction", "reason",
		"reasonCode", "reasonCodeableConcept", "reasonNotTaken", "reasonReference", "reasonType", "receivedTime", "recorded", "recordedDate", "recordedOn",
		"referenceRange", "requester", "resolved", "resourceType", "result", "route", "sent", "series", "seriesDoses", "serviceProvider", "servicedDate",
		"servicedPeriod", "severity", "site", "specialty", "start", "startDate", "started", "status", "statusDate", "statusReason",
		"statusReasonCodeableConcept", "subject", "subpotentReason", "substitution", "summary", "telecom", "text", "timingDateTime", "timingPeriod",
		"topic", "true", "type", "vaccineCode", "value", "valueCodeableConcept", "valueQuantity", "valueString", "verificationStatus", "vital-signs",
		"whenHandedOver", "whenPrepared",
	} {
		out[s] = s
	}
	return out
})

// textOf is b as a string, a common one without an allocation.
func textOf(b []byte) string {
	if s, ok := common()[string(b)]; ok {
		return s
	}
	return string(b)
}
