package gate

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// ConsentResource is a sharing consent on the wire.
func ConsentResource(p *store.Participant, h *store.HCP, c store.Consent) rest.Obj {
	status := "inactive"
	switch c.State {
	case ehrdesk.ConsentActive, ehrdesk.ConsentDeemed:
		status = "active"
	case ehrdesk.ConsentPending:
		status = "proposed"
	case ehrdesk.ConsentNone, ehrdesk.ConsentExpired, ehrdesk.ConsentWithdrawn, ehrdesk.ConsentUnknown:
	}
	org := rest.Obj{"identifier": rest.Obj{"system": ehrdesk.SystemHCP, "value": h.ID}, "display": h.Name}
	provision := rest.Obj{"type": "permit", "actor": rest.List{rest.Obj{
		"role":      rest.Obj{"coding": rest.List{rest.Obj{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}}},
		"reference": org,
	}}}
	period := rest.Obj{}
	if !c.Since.IsZero() {
		period["start"] = rest.Stamp(c.Since)
	}
	end := c.Until
	if !c.Ended.IsZero() {
		end = c.Ended
	}
	if !end.IsZero() {
		period["end"] = rest.Stamp(end)
	}
	if len(period) > 0 {
		provision["period"] = period
	}
	ext := rest.List{rest.Extension("consent-state", "valueCode", string(c.State))}
	if c.Term != "" {
		ext = append(ext, rest.Extension("consent-term", "valueCode", string(c.Term)))
	}
	if c.Channel != "" {
		ext = append(ext, rest.Extension("consent-channel", "valueCode", string(c.Channel)))
	}
	if c.Giver.Kind != "" {
		ext = append(ext, rest.Extension("consent-giver", "valueString", c.Giver.Kind))
	}
	if c.Proof != "" {
		ext = append(ext, rest.Extension("consent-proof", "valueCode", c.Proof))
	}
	if c.Telephone {
		ext = append(ext, rest.Extension("consent-telephone", "valueBoolean", true))
	}
	if !c.Signed.IsZero() {
		ext = append(ext, rest.Extension("consent-signed", "valueDate", c.Signed.String()))
	}
	if !c.Ended.IsZero() {
		ext = append(ext, rest.Extension("consent-ended", "valueInstant", rest.Stamp(c.Ended)))
	}
	out := rest.Obj{
		"resourceType": "Consent", "id": c.ID, "extension": ext, "status": status,
		"scope":        rest.Obj{"coding": rest.List{rest.Obj{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}}},
		"category":     rest.List{rest.Obj{"coding": rest.List{rest.Obj{"system": ehrdesk.SystemConsent, "code": "sharing"}}}},
		"patient":      rest.Obj{"reference": "Patient/" + p.Patient},
		"organization": rest.List{org}, "provision": provision,
		"policyRule": rest.Obj{"text": "Electronic Health System Ordinance (Cap. 625)"},
	}
	if !c.Since.IsZero() {
		out["dateTime"] = rest.Stamp(c.Since)
	}
	return out
}
