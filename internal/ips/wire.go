package ips

// What a document's own resources are written by. Members stand in FHIR's order.
type (
	coding struct {
		System  string `json:"system"`
		Code    string `json:"code"`
		Display string `json:"display,omitempty"`
	}
	concept struct {
		Coding []coding `json:"coding,omitempty"`
		Text   string   `json:"text,omitempty"`
	}
	identifier struct {
		System string `json:"system"`
		Value  string `json:"value"`
	}
	reference struct {
		Reference string `json:"reference"`
	}
	meta struct {
		Profile []string `json:"profile,omitempty"`
		Tag     []coding `json:"tag,omitempty"`
	}
	narrative struct {
		Status string `json:"status"`
		Div    string `json:"div"`
	}
	period struct {
		End string `json:"end"`
	}
	event struct {
		Code   []concept `json:"code"`
		Period period    `json:"period"`
	}
	section struct {
		Title       string      `json:"title"`
		Code        concept     `json:"code"`
		Text        narrative   `json:"text"`
		Entry       []reference `json:"entry,omitempty"`
		EmptyReason *concept    `json:"emptyReason,omitempty"`
	}
	composition struct {
		ResourceType    string      `json:"resourceType"`
		ID              string      `json:"id"`
		Meta            meta        `json:"meta"`
		Language        string      `json:"language"`
		Text            narrative   `json:"text"`
		Identifier      identifier  `json:"identifier"`
		Status          string      `json:"status"`
		Type            concept     `json:"type"`
		Subject         reference   `json:"subject"`
		Date            string      `json:"date"`
		Author          []reference `json:"author"`
		Title           string      `json:"title"`
		Confidentiality string      `json:"confidentiality"`
		Custodian       reference   `json:"custodian"`
		Event           []event     `json:"event,omitempty"`
		Section         []section   `json:"section"`
	}
	humanName struct {
		Use    string   `json:"use,omitempty"`
		Text   string   `json:"text,omitempty"`
		Family string   `json:"family,omitempty"`
		Given  []string `json:"given,omitempty"`
	}
	patient struct {
		ResourceType string       `json:"resourceType"`
		ID           string       `json:"id"`
		Meta         meta         `json:"meta"`
		Text         *narrative   `json:"text,omitempty"`
		Identifier   []identifier `json:"identifier,omitempty"`
		Name         []humanName  `json:"name"`
		Gender       string       `json:"gender,omitempty"`
		BirthDate    string       `json:"birthDate,omitempty"`
		NoBirthDate  *absent      `json:"_birthDate,omitempty"`
	}
	absent struct {
		Extension []extension `json:"extension"`
	}
	extension struct {
		URL       string `json:"url"`
		ValueCode string `json:"valueCode"`
	}
	organization struct {
		ResourceType string       `json:"resourceType"`
		ID           string       `json:"id"`
		Identifier   []identifier `json:"identifier,omitempty"`
		Name         string       `json:"name"`
	}
	device struct {
		ResourceType string       `json:"resourceType"`
		ID           string       `json:"id"`
		DeviceName   []deviceName `json:"deviceName"`
		Owner        reference    `json:"owner"`
	}
	deviceName struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
)

// The profiles that the document's own resources have. The records' resources say nothing of a profile: they are as their sender
// wrote them.
const (
	profile          = "http://hl7.org/fhir/uv/ips/StructureDefinition/"
	systemLOINC      = "http://loinc.org"
	systemEmpty      = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
	systemAct        = "http://terminology.hl7.org/CodeSystem/v3-ActClass"
	systemObserved   = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
	systemURI        = "urn:ietf:rfc:3986"
	dataAbsentReason = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
)
