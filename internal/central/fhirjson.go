package central

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	json "github.com/go-json-experiment/json/v1"
)

// obj and list are FHIR JSON that the centre writes itself.
type (
	obj  = map[string]any
	list = []any
)

func extension(name, valueType string, value any) obj {
	return obj{"url": ehrdesk.ExtensionPrefix + name, valueType: value}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// outcomeOf is the OperationOutcome of a refusal.
func outcomeOf(f *apiError) obj {
	issue := obj{"severity": "error", "code": issueType(f.status), "diagnostics": f.text}
	details := obj{"text": f.text}
	if f.issue != "" {
		details["coding"] = list{obj{"system": ehrdesk.SystemIssue, "code": f.issue}}
	}
	issue["details"] = details
	var ext list
	if f.tries != nil {
		ext = append(ext, extension("tries-left", "valueInteger", *f.tries))
	}
	if !f.until.IsZero() {
		ext = append(ext, extension("locked-until", "valueInstant", stamp(f.until)))
	}
	for _, name := range f.fields {
		ext = append(ext, extension("card-field", "valueCode", name))
	}
	if !f.expected.IsZero() {
		ext = append(ext, extension("records-expected", "valueInstant", stamp(f.expected)))
	}
	if f.rule != "" {
		ext = append(ext, extension("giver-rule", "valueCode", f.rule))
	}
	if f.vouch != "" {
		ext = append(ext, extension("checkpoint", "valueString", f.vouch))
	}
	if ext != nil {
		issue["extension"] = ext
	}
	return obj{"resourceType": "OperationOutcome", "issue": list{issue}}
}

// issueType is FHIR's own word for a refusal (value set issue-type).
func issueType(status int) string {
	switch status {
	case 400:
		return "invalid"
	case 401:
		return "login"
	case 403:
		return "forbidden"
	case 404:
		return "not-found"
	case 405:
		return "not-supported"
	case 409, 412:
		return "conflict"
	case 410:
		return "deleted"
	case 413:
		return "too-long"
	case 422:
		return "business-rule"
	case 423:
		return "lock-error"
	case 429:
		return "throttled"
	default:
		return "exception"
	}
}

// minimalPatient is who a participant is, without a word of clinical content:
// what a look-up may show before any consent.
func (q *tx) minimalPatient(p *participant) (obj, error) {
	out := obj{"resourceType": "Patient", "id": p.patient,
		"extension": list{extension("participation", "valueCode", string(p.state))}}
	if p.state == ehrdesk.Registered && p.verified > 0 && q.now.Before(fromMicros(p.verified).Add(toldExpected)) {
		out["extension"] = append(out["extension"].(list), extension("records-expected", "valueInstant", stamp(fromMicros(p.expected))))
	}
	if p.state == ehrdesk.Left { // who has left is known by id alone
		return out, nil
	}
	var ids list
	err := q.rows("SELECT system, value FROM identifier WHERE patient = ? ORDER BY system", []any{p.patient}, func(scanRow func(...any) error) error {
		var system, value string
		err := scanRow(&system, &value)
		ids = append(ids, obj{"system": system, "value": value})
		return err
	})
	if err != nil {
		return nil, err
	}
	out["identifier"] = ids
	s, err := q.record("Patient", p.patient)
	if err != nil || s == nil {
		return out, err
	}
	f, err := scan(s.body)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"name", "gender", "birthDate", "_birthDate", "deceasedBoolean", "deceasedDateTime", "_deceasedDateTime", "modifierExtension", "implicitRules", "active", "link"} {
		if v := f.Raw(name); v != nil {
			out[name] = json.RawMessage(v)
		}
	}
	return out, nil
}

// consentResource is a sharing consent on the wire.
func consentResource(p *participant, h *HCP, c consent) obj {
	status := "inactive"
	switch c.State {
	case ehrdesk.ConsentActive, ehrdesk.ConsentDeemed:
		status = "active"
	case ehrdesk.ConsentPending:
		status = "proposed"
	case ehrdesk.ConsentNone, ehrdesk.ConsentExpired, ehrdesk.ConsentWithdrawn, ehrdesk.ConsentUnknown:
	}
	org := obj{"identifier": obj{"system": ehrdesk.SystemHCP, "value": h.ID}, "display": h.Name}
	provision := obj{"type": "permit", "actor": list{obj{
		"role":      obj{"coding": list{obj{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}}},
		"reference": org,
	}}}
	period := obj{}
	if !c.Since.IsZero() {
		period["start"] = stamp(c.Since)
	}
	end := c.Until
	if !c.Ended.IsZero() {
		end = c.Ended
	}
	if !end.IsZero() {
		period["end"] = stamp(end)
	}
	if len(period) > 0 {
		provision["period"] = period
	}
	ext := list{extension("consent-state", "valueCode", string(c.State))}
	if c.Term != "" {
		ext = append(ext, extension("consent-term", "valueCode", string(c.Term)))
	}
	if c.Channel != "" {
		ext = append(ext, extension("consent-channel", "valueCode", string(c.Channel)))
	}
	if c.Giver.Kind != "" {
		ext = append(ext, extension("consent-giver", "valueString", c.Giver.Kind))
	}
	if c.proof != "" {
		ext = append(ext, extension("consent-proof", "valueCode", c.proof))
	}
	if !c.Ended.IsZero() {
		ext = append(ext, extension("consent-ended", "valueInstant", stamp(c.Ended)))
	}
	out := obj{
		"resourceType": "Consent", "id": c.ID, "extension": ext, "status": status,
		"scope":        obj{"coding": list{obj{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}}},
		"category":     list{obj{"coding": list{obj{"system": ehrdesk.SystemConsent, "code": "sharing"}}}},
		"patient":      obj{"reference": "Patient/" + p.patient},
		"organization": list{org}, "provision": provision,
		"policyRule": obj{"text": "Electronic Health System Ordinance (Cap. 625)"},
	}
	if !c.Since.IsZero() {
		out["dateTime"] = stamp(c.Since)
	}
	return out
}

func param(name, valueType string, value any) obj {
	return obj{"name": name, valueType: value}
}

func part(name string, parts ...any) obj { return obj{"name": name, "part": list(parts)} }

func parameters(p ...any) obj { return obj{"resourceType": "Parameters", "parameter": list(p)} }
