package plain

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// The resources of an act, as IHE's Privacy Consent on FHIR has them: what was shown or
// signed stands in DocumentReference and Provenance, not in the Consent.

// author writes them: one person of one provider.
type author struct {
	site Site
	who  Asker
}

// withdrawal is the code of a form that ends a consent.
const withdrawal = "withdrawal"

// A form is a patient's consent document by LOINC.
const systemLOINC, formLOINC = "http://loinc.org", "59284-0"

func concept(system, code string) map[string]any {
	return map[string]any{"coding": []fhir.Coding{{System: system, Code: code}}}
}

// formSystem is the system of the numbers of a provider's forms.
func (a author) formSystem() string { return "urn:example:hk:form:" + a.site.Provider.ID }

// form is a signed form by its number: the paper stays at the provider.
func (a author) form(request string, who person, number string, signed time.Time) slot {
	return newSlot("DocumentReference", part(request, "DocumentReference"), map[string]any{
		"identifier": []fhir.Identifier{{System: a.formSystem(), Value: number}},
		"status":     "current",
		"type":       concept(systemLOINC, formLOINC),
		"subject":    fhir.Ref{Reference: "Patient/" + who.ID},
		"date":       fhir.Instant(signed),
		"custodian":  a.organization(),
		"context":    map[string]any{"related": []fhir.Ref{{Identifier: &fhir.Identifier{System: systemURI, Value: fhir.URN(request)}}}},
		"content":    []map[string]any{{"attachment": map[string]any{"title": "Signed form, kept by the provider"}}},
	})
}

// requestOf is the request id of the act that a form was stored by, "" for none of ours.
func requestOf(r r4.Resource) string {
	out := ""
	r4.Each(r4.ObjectOf(r.Raw("context")).Raw("related"), func(v r4.Value) {
		i := r4.ObjectOf(r4.ObjectOf(v).Raw("identifier"))
		if id := trimURN(i.Text("value")); i.Text("system") == systemURI && part(id, "DocumentReference") == ownID(r) {
			out = id
		}
	})
	return out
}

// ownID is the id under which this desk, or another one, has stored a resource.
func ownID(r r4.Resource) string {
	for _, i := range r.Identifiers() {
		if i.System == systemURI {
			return trimURN(i.Value)
		}
	}
	return r.ID
}

func trimURN(s string) string {
	const urn = "urn:uuid:"
	if len(s) > len(urn) && s[:len(urn)] == urn {
		return s[len(urn):]
	}
	return ""
}

// endsOne reports a form by which a consent was withdrawn.
func endsOne(r r4.Resource) bool { return says(r.Raw("category"), ehrdesk.SystemConsent, withdrawal) }

// consent is the Consent of a grant.
func (a author) consent(g ehrdesk.Grant, who person, form ehrdesk.Ref) map[string]any {
	period := map[string]any{"start": fhir.Instant(g.NoticeReadAt)}
	if g.Term == ehrdesk.OneYear {
		period["end"] = fhir.Instant(g.NoticeReadAt.AddDate(1, 0, 0))
	}
	ext := func(name, kind, value string) map[string]any {
		return map[string]any{"url": ehrdesk.ExtensionPrefix + name, kind: value}
	}
	policies := []map[string]any{}
	for _, uri := range notices(g.NoticeVersions) {
		policies = append(policies, map[string]any{"uri": uri})
	}
	out := map[string]any{
		"extension": []map[string]any{ext("consent-term", "valueCode", string(g.Term)), ext("consent-channel", "valueCode", string(g.Channel)), ext("consent-giver", "valueString", g.Giver.Kind)},
		"status":    "active",
		"scope":     concept("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
		"category":  []map[string]any{concept(ehrdesk.SystemConsent, "sharing")},
		"patient":   fhir.Ref{Reference: "Patient/" + who.ID},
		"dateTime":  fhir.Instant(g.NoticeReadAt),
		"performer": []fhir.Ref{giver(g.Giver, who)}, "organization": []fhir.Ref{a.organization()},
		"sourceReference": fhir.Ref{Reference: form.String()},
		"policyRule":      map[string]any{"text": "Electronic Health System Ordinance (Cap. 625)"},
		"provision": map[string]any{"type": "permit", "period": period, "actor": []map[string]any{{
			"role": concept("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP"), "reference": a.organization(),
		}}},
	}
	if len(policies) > 0 {
		out["policy"] = policies
	}
	return out
}

// giver is who gave or took back a consent.
func giver(g ehrdesk.Giver, who person) fhir.Ref {
	if g.Kind == "" || g.Kind == ehrdesk.SelfGiver {
		return fhir.Ref{Reference: "Patient/" + who.ID}
	}
	return fhir.Ref{Type: "RelatedPerson", Display: cmp.Or(g.Name, g.Kind)}
}

// proof is who did what, on which form. Of a Consent that is not there yet the target is
// its identifier: some servers refuse a reference to what they do not have.
func (a author) proof(request, operation string, g ehrdesk.Giver, who person, form ehrdesk.Ref, targets []fhir.Ref, at time.Time) map[string]any {
	party := "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
	out := map[string]any{
		"target":   targets,
		"recorded": fhir.Instant(at),
		"activity": concept("http://terminology.hl7.org/CodeSystem/v3-DataOperation", operation),
		"agent": []map[string]any{
			{"type": concept(party, "enterer"), "who": fhir.Ref{Identifier: &fhir.Identifier{System: fhir.SystemStaff, Value: a.who.Staff}}, "onBehalfOf": a.organization()},
			{"type": concept(party, "informant"), "who": giver(g, who)},
		},
		"extension": []map[string]any{{"url": ehrdesk.ExtensionPrefix + "document-sighted", "valueBoolean": true}},
	}
	if form.ID != "" {
		out["entity"] = []map[string]any{{"role": "source", "what": fhir.Ref{Reference: form.String()}}}
	}
	return out
}

func (a author) grantProof(g ehrdesk.Grant, who person, form ehrdesk.Ref, at time.Time) slot {
	body := a.proof(g.RequestID, "CREATE", g.Giver, who, form, []fhir.Ref{{Reference: form.String()},
		{Type: "Consent", Identifier: &fhir.Identifier{System: systemURI, Value: fhir.URN(g.RequestID)}}}, at)
	if read := notices(g.NoticeVersions); len(read) > 0 {
		body["policy"] = read
	}
	return newSlot("Provenance", part(g.RequestID, "Provenance"), body)
}

func (a author) withdrawalProof(w ehrdesk.Withdrawal, who person, form ehrdesk.Ref, ended []r4.Resource, at time.Time) slot {
	var targets []fhir.Ref
	for _, r := range ended {
		targets = append(targets, fhir.Ref{Reference: r.Ref().String()})
	}
	if form.ID != "" {
		targets = append(targets, fhir.Ref{Reference: form.String()})
	}
	if len(targets) == 0 {
		targets = []fhir.Ref{{Reference: "Patient/" + who.ID}}
	}
	return newSlot("Provenance", part(w.RequestID, "Provenance"), a.proof(w.RequestID, "UPDATE", w.Giver, who, form, targets, at))
}

// provider are the identifiers of the provider: the site's, and ours of the same value.
func (a author) provider() []r4.Identifier {
	p := a.site.Provider
	out := []r4.Identifier{{System: ehrdesk.SystemHCP, Value: p.ID}}
	if p.System != "" && p.System != ehrdesk.SystemHCP {
		out = append([]r4.Identifier{{System: p.System, Value: p.ID}}, out...)
	}
	return out
}

// organization is a reference to the provider.
func (a author) organization() fhir.Ref {
	p := a.provider()[0]
	r := fhir.Ref{Identifier: &fhir.Identifier{System: p.System, Value: p.Value}, Display: a.site.Provider.Name}
	if id := a.site.Provider.Organization; id != "" {
		r.Reference = "Organization/" + id
	}
	return r
}

// itsOwn reports what this desk, or another of its kind, has written of a consent: the form,
// who took it, the Consent. It is no record of the patient's health. The name that desks put on
// it does not say so: whoever writes at the server could keep an advance directive from clinicians
// by that. So it has to be what a desk writes, and to hold nothing besides.
func itsOwn(r *fhir.Resource) bool {
	if ownMembers[r.Record.Resource] == nil || r.Long != nil || !bytes.Contains(r.Body, []byte(`"`+systemRequest+`"`)) {
		return false
	}
	read, err := r4.Read(r.Body)
	return err == nil && asWritten(read)
}

// ownMembers are the elements of what a desk writes, by type, with those that a server adds.
var ownMembers = map[string][]string{
	"Consent":           {"identifier", "extension", "status", "scope", "category", "patient", "dateTime", "performer", "organization", "sourceReference", "policyRule", "policy", "provision"},
	"DocumentReference": {"identifier", "status", "type", "category", "subject", "date", "custodian", "context", "content"},
	"Provenance":        {"extension", "target", "recorded", "activity", "agent", "entity", "policy"},
}

var everyMember = []string{"resourceType", "id", "meta", "language", "text"}

// asWritten reports a resource as grant and withdraw write it.
func asWritten(r r4.Resource) bool {
	id := tagged(r)
	if !fhir.CanonicalUUID(id) {
		return false
	}
	for _, m := range r.Object {
		if name := string(m.Name); !slices.Contains(everyMember, name) && !slices.Contains(ownMembers[r.Type], name) {
			return false
		}
	}
	named := slices.Contains(r.Identifiers(), r4.Identifier{System: systemURI, Value: fhir.URN(id)})
	switch r.Type {
	case "Consent":
		provision := r4.ObjectOf(r.Raw("provision"))
		return named && says(r.Raw("scope"), "", "patient-privacy") && says(r.Raw("category"), ehrdesk.SystemConsent, "sharing") &&
			provision.Text("type") == "permit" && provision.Raw("provision") == nil
	case "DocumentReference":
		return named && says(r.Raw("type"), systemLOINC, formLOINC) && !holds(r.Raw("content"))
	case "Provenance":
		sighted := false
		r4.Each(r.Raw("extension"), func(v r4.Value) {
			sighted = sighted || r4.TextAt(v, "url") == ehrdesk.ExtensionPrefix+"document-sighted"
		})
		return sighted
	}
	return false
}

// tagged is the id that a desk's tag on a resource names, "" for none or several.
func tagged(r r4.Resource) (id string) {
	n := 0
	r4.Each(r4.ObjectOf(r.Raw("meta")).Raw("tag"), func(v r4.Value) {
		if r4.TextAt(v, "system") == systemRequest {
			id = r4.TextAt(v, "code")
			n++
		}
	})
	if n != 1 {
		return ""
	}
	return id
}

// says reports whether a concept, or one of several, has a code; "" for its system is any.
func says(v r4.Value, system, code string) (found bool) {
	r4.Each(v, func(c r4.Value) {
		r4.Each(r4.ObjectOf(c).Raw("coding"), func(k r4.Value) {
			found = found || r4.TextAt(k, "code") == code && (system == "" || r4.TextAt(k, "system") == system)
		})
	})
	return found
}

// holds reports whether there is more of a form's content than its title.
func holds(content r4.Value) (more bool) {
	r4.Each(content, func(v r4.Value) {
		for _, m := range r4.ObjectOf(r4.ObjectOf(v).Raw("attachment")) {
			more = more || string(m.Name) != "title"
		}
	})
	return more
}
