// Package capability is what the centre says that it can do: its CapabilityStatement and
// a definition of each operation. It states, and does nothing.
package capability

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/directory"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
)

// Routes are what anybody may read. keeps is whether the centre keeps the records itself: a gate
// says what it does of them, which is less.
func Routes(s *rest.Server, keeps bool) map[string]http.HandlerFunc {
	out := map[string]http.HandlerFunc{"GET /fhir/metadata": func(w http.ResponseWriter, r *http.Request) { s.FHIR(w, r, http.StatusOK, metadata(s.Base(r), keeps)) }}
	for _, op := range operations {
		out["GET /fhir/OperationDefinition/"+op.name] = func(w http.ResponseWriter, r *http.Request) { s.FHIR(w, r, http.StatusOK, op.definition()) }
	}
	return out
}

// metadata is the CapabilityStatement.
func metadata(base string, keeps bool) rest.Obj {
	if !keeps {
		return gateway(base)
	}
	return rest.Obj{
		"resourceType": "CapabilityStatement", "status": "active", "date": "2026-11-22", "kind": "instance", "fhirVersion": "4.0.1",
		"format": rest.List{"json"}, "software": rest.Obj{"name": "ehrcentral"},
		"implementation": rest.Obj{"description": "Reference central service for training and tests", "url": base},
		"rest": rest.List{rest.Obj{
			"mode": "server",
			"security": rest.Obj{"service": rest.List{rest.Obj{"coding": rest.List{rest.Obj{"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR"}}}},
				"description": "An access token is bound to a key: every request carries a proof of it (DPoP, RFC 9449; ES256, with the nonce of DPoP-Nonce). Bearer tokens are not taken.",
				"extension": rest.List{rest.Obj{"url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris", "extension": rest.List{rest.Obj{"url": "token", "valueUri": base + "/token"}}},
					rest.Obj{"url": ehrdesk.ExtensionPrefix + "jwks", "valueUri": base + accesslog.JWKSPath}}},
			"interaction": rest.List{rest.Obj{"code": "transaction"}, rest.Obj{"code": "batch"}},
			"resource":    capabilities(),
			"operation":   offered(true),
		}},
	}
}

// gateway is the CapabilityStatement of a gate: what it gives of the engine's records, and ours.
func gateway(base string) rest.Obj {
	out := metadata(base, true)
	says := out["rest"].(rest.List)[0].(rest.Obj)
	delete(says, "interaction")
	out["implementation"] = rest.Obj{"description": "Consent gate before an engine that keeps the records", "url": base}
	var types rest.List
	for _, t := range says["resource"].(rest.List) {
		had := t.(rest.Obj)
		r := rest.Obj{"type": had["type"], "interaction": rest.List{rest.Obj{"code": "read"}, rest.Obj{"code": "vread"}}, "versioning": "versioned", "readHistory": true}
		if had["type"] == "Patient" {
			r["interaction"] = append(r["interaction"].(rest.List), rest.Obj{"code": "search-type"})
			r["searchParam"] = rest.List{rest.Obj{"name": "identifier", "type": "token"}}
			r["operation"] = slices.DeleteFunc(slices.Clone(had["operation"].(rest.List)), func(op any) bool { return op.(rest.Obj)["name"] == "tombstones" })
			r["operation"] = append(r["operation"].(rest.List), rest.Obj{"name": "present", "definition": operationURL("present")})
			r["searchRevInclude"] = had["searchRevInclude"]
		}
		if params := directory.Params(had["type"].(string)); params != nil {
			r["interaction"] = append(r["interaction"].(rest.List), rest.Obj{"code": "search-type"})
			r["searchParam"], r["documentation"] = named(params), inDirectory
		}
		types = append(types, r)
	}
	says["resource"] = types
	return out
}

// served are the types that patients' records hold most; every other FHIR R4
// type is taken and served in the same way.
var served = []string{
	"AllergyIntolerance", "Binary", "CarePlan", "CareTeam", "Composition", "Condition", "Consent", "Device", "DiagnosticReport", "DocumentReference",
	"Encounter", "FamilyMemberHistory", "Flag", "Goal", "HealthcareService", "ImagingStudy", "Immunization", "List", "Location", "Media", "Medication", "MedicationAdministration",
	"MedicationDispense", "MedicationRequest", "MedicationStatement", "Observation", "Organization", "Patient", "Practitioner", "PractitionerRole",
	"Procedure", "Provenance", "QuestionnaireResponse", "RelatedPerson", "ServiceRequest", "Specimen",
}

// inDirectory says what of a type is the centre's own.
const inDirectory = "Searched by GET: the centre's directory of providers, people, their public keys and services. Answers have an ETag for the whole list."

// named are what the directory is searched by.
func named(params []string) (out rest.List) {
	for _, p := range params {
		kind := "token"
		switch p {
		case "name":
			kind = "string"
		case "organization", "practitioner":
			kind = "reference"
		}
		out = append(out, rest.Obj{"name": p, "type": kind})
	}
	return out
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
		if own := directory.Params(t); own != nil {
			own = slices.DeleteFunc(slices.Clone(own), func(p string) bool { return p == "_id" || p == "identifier" })
			res["searchParam"], res["documentation"] = append(params, named(own)...), inDirectory
		}
		out = append(out, res)
	}
	return out
}

// offered are our operations: those of the whole centre, or of Patient.
func offered(system bool) rest.List {
	var out rest.List
	for _, op := range operations {
		if op.system == system && !op.gate {
			out = append(out, rest.Obj{"name": op.name, "definition": operationURL(op.name)})
		}
	}
	return out
}

// operation is one of our FHIR operations, as its OperationDefinition tells it.
type operation struct {
	name, title string
	affects     bool // changes something at the centre
	system      bool // called at the base, without a type
	instance    bool // called on one patient
	gate        bool // of a gate alone
	in, out     []opParam
}

// opParam is a parameter: name, type, how often ("0..1", "1..1", "0..*"), and
// what it says. A type of "" has parts.
type opParam struct{ name, kind, times, text string }

// grantIn and receiptOut are what giving a consent takes and what it gives back.
var (
	grantIn = []opParam{{"identifier", "Identifier", "1..1", "HKIC, eHR number or other document"}, {"channel", "code", "1..1", "card, access-key or form"}, {"term", "code", "1..1", "one of the offer's"},
		{"giver", "", "1..1", "kind; of a substitute decision maker name, document, noneBefore and declaration"}, {"notice", "", "1..*", "id and version of each notice read"}, {"noticeReadAt", "instant", "1..1", "when"},
		{"documentSighted", "boolean", "1..1", "the identity document has been seen"}, {"accessKey", "string", "0..1", "8 digits, with channel access-key"}, {"formReference", "string", "0..1", "of the signed form, with channel form"}, {"formSigned", "date", "0..1", "the day beside the signature, with channel form"},
		{"card", "", "0..1", "with channel card: profile, source, scheme, response, signed and face, as the card gave them over the challenge of this act"},
		{"requestId", "uuid", "1..1", "the act; the same act sent twice counts once"},
		{"taken", "", "0..1", "in the place of all of these, of an act that another person took: act, the parameters with operation (grant or verify) as that person signed them, and signature, their JWS"}}
	receiptOut = []opParam{{"receipt", "string", "1..1", "the centre's reference"}, {"issued", "instant", "1..1", "the centre's clock"}, {"consent", "Consent", "1..1", "as it now stands"}, {"patient", "Patient", "1..1", "minimal demographics"},
		{"notified", "code", "1..1", "sms, email, post or none"}, {"recordsExpected", "instant", "0..1", "when records begin to flow"},
		{"confirmedOn", "integer", "0..1", "of an act on one person's word: on how many contacts the patient is told"}, {"newContactFrom", "instant", "0..1", "when one-time codes go to contact data that were changed"}}
)

// operations are those of docs/central.md.
var operations = []operation{
	{name: "consent-offer", title: "What may be put to a patient", system: true,
		out: []opParam{{"term", "code", "1..*", "how long a consent may run"}, {"channel", "code", "1..*", "ways of giving it"}, {"notice", "", "1..*", "a notice the patient must have read: id, version, official, and title and text by language"},
			{"reason", "", "0..*", "why restricted records may be asked for: code, and text by language"}, {"secondPerson", "code", "0..*", "acts that a second person of the asking provider approves: consent-by-form, identity-by-document"}}},
	{name: "present", title: "Names of the records that there are of a patient's; before an engine that does not tell what it has deleted", instance: true, gate: true,
		out: []opParam{{"record", "string", "0..*", "type and id"}, {"asOf", "instant", "1..1", "when this was so, by the clock that records are dated by"}}},
	{name: "events", title: "Hints, as server-sent events, that a consent to the asking provider or a patient's records have changed", system: true,
		out: []opParam{{"return", "Binary", "1..1", "text/event-stream: event consent or record, id a change number, data the patient's id and no more"}}},
	{name: "day", title: "The asking provider's day: what its desks have to say of it, merged, and what the asking desk lacks", affects: true, system: true,
		in: []opParam{{"since", "string", "1..1", "how far the desk has read, 0 for nothing"}, {"from", "date", "1..1", "the first day that is wanted"}, {"line", "Resource", "0..500", "an Appointment or Task"},
			{"reader", "", "0..1", "who asks, as a reader: public (HPKE keyset), install, bond (JWS of the person's key)"}, {"key", "", "0..*", "a key of the list: id, and wrap (for, bytes) for each reader"}, {"readers", "string", "0..1", "what was last said of the readers"}},
		out: []opParam{{"now", "string", "1..1", "how far the desk has read with this"}, {"more", "boolean", "1..1", "there is more: ask again"}, {"line", "Resource", "0..500", "what has changed"}, {"untaken", "", "0..*", "id, code (day, clock, size, full, staff) and why: a line told that was not taken, while the others were"}, {"readers", "string", "1..1", "what follows is left out where this was sent"},
			{"list-key", "uuid", "0..*", "the keys of the list, oldest first"}, {"key", "", "0..*", "id and bytes: those sealed for who asks"}, {"reader", "", "0..*", "holder, staff, install, public, bond, and has: the keys that they have"}}},
	{name: "day-list", title: "A day of the asking provider, for its other programs", system: true,
		out: []opParam{{"return", "Bundle", "1..1", "searchset: Appointment, Encounter for whoever has come, Task"}}},
	{name: "link", title: "Keep a sealed file for whoever has its link: a SMART Health Link, whose key stays with the desk", affects: true, system: true,
		in: []opParam{{"patient", "string", "1..1", "whose summary it is: the logical id"}, {"file", "base64Binary", "1..1", "JWE, compact, of at most 4 MiB"}, {"ends", "instant", "1..1", "within 30 days"},
			{"opens", "string", "1..1", "how often it may be opened: 1 to 100"}, {"passcode", "string", "0..1", "that is asked for; five wrong ones end the link"}, {"direct", "boolean", "0..1", "the address gives the file itself, without a manifest"}},
		out: []opParam{{"id", "uuid", "1..1", "by which the link is ended"}, {"url", "uri", "1..1", "what the link leads to"}, {"ends", "instant", "1..1", "as asked"}}},
	{name: "links", title: "The asker's links that have not ended", system: true,
		out: []opParam{{"link", "", "0..*", "id, patient, made, ends, left, opened, passcode and direct"}}},
	{name: "link-end", title: "End a link of the asker's, and delete its file", affects: true, system: true,
		in:  []opParam{{"id", "uuid", "1..1", "of the link"}},
		out: []opParam{{"id", "uuid", "1..1", "as asked"}}},
	{name: "case-event", title: "Take the event that comes next in a sealed case, or begin one, with what is said in it", affects: true, system: true,
		in:  []opParam{{"event", "string", "1..1", "JWS of the asker's key"}, {"head", "string", "0..1", "JWS: of the envelope that is said"}, {"sealed", "base64Binary", "0..1", "a short envelope; a longer one is brought before"}},
		out: []opParam{{"n", "string", "1..1", "the event's number"}, {"head", "string", "1..1", "the case's hash after it"}}},
	{name: "cases", title: "The sealed cases that the asker is or was in and that changed", system: true,
		in:  []opParam{{"since", "string", "0..1", "how far the desk has read"}},
		out: []opParam{{"upTo", "string", "1..1", "how far it has with this"}, {"more", "boolean", "1..1", "ask again"}, {"case", "", "0..25", "id, n, head, patient and state; left of one that the asker left; closed, and nothing else, where the consent has ended"}}},
	{name: "case-events", title: "The events of a case after one, and how far its envelopes have come", affects: true, system: true,
		in:  []opParam{{"case", "uuid", "1..1", "which"}, {"since", "string", "0..1", "the event"}, {"deliveries", "string", "0..1", "the change up to which deliveries are known"}},
		out: []opParam{{"more", "boolean", "1..1", "ask again"}, {"event", "", "0..100", "n, event and head as signed, at, and there: the envelope has not gone yet"}, {"delivered", "", "0..*", "envelope, provider, staff, change and at"}}},
	{name: "case-envelope", title: "An envelope: brought by PUT before its event, given by GET to its author and to whom it is for", affects: true, system: true,
		in: []opParam{{"id", "uuid", "1..1", "of the envelope"}}},
	{name: "offer-keys", title: "Offer keys of the asking desk to be sealed to", affects: true, system: true,
		in:  []opParam{{"key", "string", "1..50", "JWS of the asker's key"}},
		out: []opParam{{"left", "string", "1..1", "prekeys that were given to nobody"}, {"last", "boolean", "1..1", "there is one of the last resort"}}},
	{name: "offered-keys", title: "How many prekeys of the asking desk are left", system: true,
		out: []opParam{{"left", "string", "1..1", "prekeys that were given to nobody"}, {"last", "boolean", "1..1", "there is one of the last resort"}}},
	{name: "take-keys", title: "Keys of members of a case to seal to, one for each of their desks", affects: true, system: true,
		in:  []opParam{{"case", "uuid", "1..1", "which"}, {"person", "", "1..50", "provider and staff"}, {"once", "boolean", "0..1", "prekeys alone, for what passes"}},
		out: []opParam{{"key", "", "0..*", "provider, staff, kind (case, once or last) and offer, as it was signed"}}},
	{name: "case-report", title: "Report to the operator what somebody did in a case", affects: true, system: true,
		in:  []opParam{{"case", "uuid", "1..1", "which"}, {"n", "string", "1..1", "the event"}, {"why", "code", "1..1", "not-for-care, wrong-patient, abusive, too-much or other"}},
		out: []opParam{{"id", "uuid", "1..1", "of the report"}}},
	{name: "key-log", title: "The log of whose signing keys count, and its head, signed", system: true,
		in:  []opParam{{"since", "string", "1..1", "the entry up to which the desk has read"}},
		out: []opParam{{"head", "string", "1..1", "JWT: n, head and iat"}, {"more", "boolean", "1..1", "ask again"}, {"entry", "string", "0..2000", "each as it is hashed"}}},
	{name: "expiring-consents", title: "The asking provider's consents that end soon", affects: true, system: true,
		in:  []opParam{{"days", "integer", "0..1", "how soon; 30 if not given"}},
		out: []opParam{{"return", "Bundle", "1..1", "searchset, soonest first: Consent (match) and minimal Patient (include); pages of 200"}}},
	{name: "card-nonce", title: "Ask for the centre's part of the challenge that the patient's card is to sign in one act", affects: true, system: true,
		in:  []opParam{{"requestId", "uuid", "1..1", "the act; a second call for it replaces the nonce"}},
		out: []opParam{{"nonce", "base64Binary", "1..1", "32 bytes, good for one try at that act by the asking provider"}, {"expires", "instant", "1..1", "the centre's clock"}}},
	{name: "staff", title: "The asking provider's accounts, with the keys they are enrolled by", system: true,
		out: []opParam{{"staff", "", "0..*", "staff, name, role, and key, once for each desk: a JWK as text"}}},
	{name: "audit-checkpoint", title: "Have the centre vouch for the asking desk's access log", affects: true, system: true,
		in: []opParam{{"checkpoint", "string", "1..1", "JWS of the desk's key: log, n, head, generation"},
			{"entry", "base64Binary", "0..*", "the sealed entries that follow what the centre has vouched for, in order, to entry n"}},
		out: []opParam{{"checkpoint", "string", "1..1", "JWS of the centre's key: client, log, n, head, generation, time"}}},
	{name: "access-events", title: "What the centre wrote down of the asking provider, for a security officer", affects: true, system: true,
		in: []opParam{{"from", "instant", "1..1", "where the list begins"}, {"after", "string", "0..1", "a further page: what the page before ended with"}},
		out: []opParam{{"event", "", "0..500", "id, at, action, and where there are: acted, staff, role, location, patient, purpose, reason, outcome, what, access, reporter, desk, log (the access log that the desk speaks for) and mark"},
			{"after", "string", "0..1", "where there is a further page"}}},
	{name: "registration", title: "What a participant registered with, to be checked with them", affects: true,
		in:  []opParam{{"identifier", "Identifier", "1..1", "HKIC, eHR number or other document"}},
		out: []opParam{{"patient", "Patient", "1..1", "minimal demographics, telecom, address and communication"}, {"notify", "code", "1..1", "sms, email, post or none"}}},
	{name: "verify-identity", title: "Verify a participant's identity, correct the contact data and record the sharing consent, in one", affects: true,
		in: append([]opParam{{"method", "code", "1..1", "card (then the channel is card) or document"}, {"documentType", "code", "0..1", "with method document: the type seen"},
			{"contact", "", "0..1", "phone, phoneOther, email, address, language, notify; what is left out stays, what is empty is taken out"},
			{"contactConfirmed", "boolean", "1..1", "the patient has confirmed it"}}, grantIn...),
		out: receiptOut},
	{name: "grant-sharing-consent", title: "Record a patient's sharing consent to the asking provider", affects: true,
		in: append(slices.Clone(grantIn), opParam{"telephone", "boolean", "0..1", "with channel access-key: the patient is on the telephone; then documentSighted is false"}, opParam{"identityAsked", "boolean", "0..1", "with telephone: name, birth date and number were asked for, and agree"}, opParam{"renew", "boolean", "0..1", "in the place of an active consent that has an end, for longer: a year runs from that end where it is at most 30 days off, else from now"}), out: receiptOut},
	{name: "revoke-sharing-consent", title: "Record the end of a sharing consent at the patient's wish", affects: true,
		in: []opParam{{"identifier", "Identifier", "1..1", "HKIC, eHR number or other document"}, {"channel", "code", "1..1", "access-key or form"}, {"giver", "", "1..1", "who withdraws"}, {"documentSighted", "boolean", "1..1", "the identity document has been seen"},
			{"accessKey", "string", "0..1", "with channel access-key"}, {"formReference", "string", "0..1", "with channel form"}, {"formSigned", "date", "0..1", "the day beside the signature, with channel form"}, {"requestId", "uuid", "1..1", "the act"}},
		out: []opParam{{"receipt", "string", "1..1", "the centre's reference"}, {"issued", "instant", "1..1", "the centre's clock"}, {"consent", "Consent", "1..1", "as it now stands"}, {"patient", "Patient", "1..1", "minimal demographics"}, {"notified", "code", "1..1", "sms, email, post or none"}, {"confirmedOn", "integer", "0..1", "of a withdrawal by form: on how many contacts the patient is told"}}},
	{name: "open", title: "Ask for leave to open a patient's record", affects: true, instance: true,
		in: []opParam{{"purpose", "code", "1..1", "why, in the desk's words"}, {"purposeOfUse", "Coding", "0..1", "why, as v3-ActReason"}, {"reason", "string", "0..1", "in words; required for purpose other"},
			{"arrival", "uuid", "0..1", "the line of the provider's day by which the patient is here: the record is fetched before it is opened, where the provider's policy allows it"}},
		out: []opParam{{"access", "string", "1..1", "id of the audit event"}, {"consent", "Consent", "1..1", "the consent it rests on"}, {"notified", "code", "1..1", "how the patient is told"}, {"kind", "", "0..*", "name, access, count and restricted of each kind of record"},
			{"recordsExpected", "instant", "0..1", "when records begin to flow, until then"}}},
	{name: "send-one-time-code", title: "Send the patient a one-time code for restricted records", affects: true, instance: true,
		in: []opParam{{"requestId", "uuid", "1..1", "the act"}},
		out: []opParam{{"sentTo", "code", "1..1", "sms or email"}, {"expires", "instant", "1..1", "the centre's clock, ten minutes on"},
			{"newContactFrom", "instant", "0..1", "the code went to the contact of before: when codes go to the new one"}}},
	{name: "release-restricted", title: "Take the patient's additional consent to see restricted records for a quarter of an hour", affects: true, instance: true,
		in: []opParam{{"kind", "code", "1..*", "kinds of record"}, {"reason", "code", "1..1", "one of the offer's"}, {"reasonText", "string", "1..1", "in words, 10 characters or more"},
			{"channel", "code", "1..1", "card or one-time-code"}, {"oneTimeCode", "string", "0..1", "6 digits, with channel one-time-code"},
			{"card", "", "0..1", "with channel card: as in a grant, over the challenge of this act"}, {"requestId", "uuid", "1..1", "the act"}},
		out: []opParam{{"release", "string", "1..1", "what the records are asked for by"}, {"until", "instant", "1..1", "the centre's clock"}, {"kind", "code", "1..*", "as asked"}, {"notified", "code", "1..1", "how the patient is told"}}},
	{name: "restricted", title: "The restricted records that a release opens", affects: true, instance: true,
		in:  []opParam{{"release", "string", "1..1", "of this person at this desk"}, {"_count", "integer", "0..1", "entries a page"}},
		out: []opParam{{"return", "Bundle", "1..1", "searchset, never to be kept"}}},
	{name: "end-release", title: "End a release before its time", affects: true, instance: true,
		in:  []opParam{{"release", "string", "1..1", "of this person at this desk"}},
		out: []opParam{{"release", "string", "1..1", "as asked"}, {"ended", "instant", "1..1", "when"}}},
	{name: "tombstones", title: "What has been withdrawn from a patient's record", instance: true,
		in:  []opParam{{"_since", "instant", "1..1", "from when on"}},
		out: []opParam{{"return", "Bundle", "1..1", "history of deletions, each with its reason"}}},
}

func operationURL(name string) string { return "urn:example:hk:operation:" + name }

// definition is served without a token, as /metadata is.
func (op operation) definition() rest.Obj {
	var params rest.List
	for i, of := range [...][]opParam{op.in, op.out} {
		use := [...]string{"in", "out"}[i]
		for _, p := range of {
			least, most, _ := strings.Cut(p.times, "..")
			e := rest.Obj{"name": p.name, "use": use, "min": int(least[0] - '0'), "max": most, "documentation": p.text}
			if e["type"] = p.kind; p.kind == "" {
				delete(e, "type")
				e["part"] = rest.List{rest.Obj{"name": "part", "use": use, "min": 0, "max": "*", "type": "Element", "documentation": p.text}}
			}
			params = append(params, e)
		}
	}
	d := rest.Obj{
		"resourceType": "OperationDefinition", "id": op.name, "url": operationURL(op.name), "name": opName(op.name), "title": op.title, "status": "active", "kind": "operation",
		"date": "2026-11-22", "code": op.name, "affectsState": op.affects, "system": op.system, "type": !op.system && !op.instance, "instance": op.instance, "parameter": params,
	}
	if !op.system {
		d["resource"] = rest.List{"Patient"}
	}
	return d
}

// opName is the name as an identifier: "GrantSharingConsent".
func opName(s string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(s, "-") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}
