package extract

// shape is what an element of a resource is written as.
type shape uint8

const (
	concept    shape = iota + 1 // CodeableConcept
	code                        // a code of FHIR's own
	words                       // string, markdown
	truth                       // boolean
	moment                      // dateTime
	day                         // date
	onset                       // onset[x] and its like: a dateTime, or words
	effective                   // effective[x]: a dateTime
	count                       // doseNumber[x] and its like: a positive integer, or words
	measure                     // SimpleQuantity
	annotation                  // Annotation: its text
	named                       // a Reference by what it is called, or a literal one
	file                        // Attachment
	anyValue                    // Observation.value[x]
	inside                      // elements of its own
	given                       // what the response itself says: whose it is, by whom, when
)

// element is one element of a resource, in FHIR's order.
type element struct {
	name  string
	shape shape
	list  bool
	must  bool   // a resource without it is none
	is    string // what it says where the form does not: a code
	parts []element
}

const (
	conditionClinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
	allergyClinical   = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
)

// elements are those of a resource type that a form may speak of; nil of a type that
// nothing is extracted to. Source: HL7 FHIR R4 (4.0.1).
func elements(resource string) []element {
	switch resource {
	case "Observation":
		return []element{
			{name: "status", shape: code, must: true, is: "final"}, {name: "category", shape: concept, list: true}, {name: "code", shape: concept, must: true},
			{name: "subject", shape: given}, {name: "encounter", shape: given}, {name: "effective", shape: effective}, {name: "performer", shape: given, list: true},
			{name: "value", shape: anyValue, must: true}, {name: "interpretation", shape: concept, list: true}, {name: "note", shape: annotation, list: true},
			{name: "bodySite", shape: concept}, {name: "method", shape: concept}, {name: "derivedFrom", shape: given, list: true},
		}
	case "Condition":
		return []element{
			{name: "clinicalStatus", shape: concept, is: conditionClinical + "|active"}, {name: "verificationStatus", shape: concept},
			{name: "category", shape: concept, list: true}, {name: "severity", shape: concept}, {name: "code", shape: concept, must: true}, {name: "bodySite", shape: concept, list: true},
			{name: "subject", shape: given, must: true}, {name: "encounter", shape: given}, {name: "onset", shape: onset}, {name: "abatement", shape: onset},
			{name: "recordedDate", shape: given}, {name: "recorder", shape: given}, {name: "note", shape: annotation, list: true},
		}
	case "AllergyIntolerance":
		return []element{
			{name: "clinicalStatus", shape: concept, is: allergyClinical + "|active"}, {name: "verificationStatus", shape: concept}, {name: "type", shape: code},
			{name: "category", shape: code, list: true}, {name: "criticality", shape: code}, {name: "code", shape: concept, must: true}, {name: "patient", shape: given, must: true},
			{name: "encounter", shape: given}, {name: "onset", shape: onset}, {name: "recordedDate", shape: given}, {name: "recorder", shape: given},
			{name: "lastOccurrence", shape: moment}, {name: "note", shape: annotation, list: true},
			{name: "reaction", shape: inside, list: true, parts: []element{
				{name: "substance", shape: concept}, {name: "manifestation", shape: concept, list: true, must: true}, {name: "description", shape: words},
				{name: "onset", shape: moment}, {name: "severity", shape: code}, {name: "exposureRoute", shape: concept}, {name: "note", shape: annotation, list: true},
			}},
		}
	case "Immunization":
		return []element{
			{name: "status", shape: code, must: true, is: "completed"}, {name: "statusReason", shape: concept}, {name: "vaccineCode", shape: concept, must: true},
			{name: "patient", shape: given, must: true}, {name: "encounter", shape: given}, {name: "occurrence", shape: onset, must: true}, {name: "recorded", shape: given},
			{name: "primarySource", shape: truth}, {name: "reportOrigin", shape: concept}, {name: "location", shape: named}, {name: "manufacturer", shape: named},
			{name: "lotNumber", shape: words}, {name: "expirationDate", shape: day}, {name: "site", shape: concept}, {name: "route", shape: concept},
			{name: "doseQuantity", shape: measure}, {name: "note", shape: annotation, list: true}, {name: "reasonCode", shape: concept, list: true}, {name: "isSubpotent", shape: truth},
			{name: "protocolApplied", shape: inside, list: true, parts: []element{
				{name: "series", shape: words}, {name: "targetDisease", shape: concept, list: true}, {name: "doseNumber", shape: count, must: true}, {name: "seriesDoses", shape: count},
			}},
		}
	case "DocumentReference":
		return []element{
			{name: "status", shape: code, must: true, is: "current"}, {name: "docStatus", shape: code}, {name: "type", shape: concept}, {name: "category", shape: concept, list: true},
			{name: "subject", shape: given}, {name: "date", shape: given}, {name: "author", shape: given, list: true}, {name: "description", shape: words},
			{name: "content", shape: inside, list: true, must: true, parts: []element{{name: "attachment", shape: file, must: true}}}, {name: "context", shape: given},
		}
	}
	return nil
}
