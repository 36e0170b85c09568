package sharing

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/google/uuid"
)

// lookUp tells, by identifier, who somebody is and how the consent stands.
func (s *Sharing) lookUp(w http.ResponseWriter, r *http.Request, who *store.Account, form url.Values) error {
	for name := range form {
		switch name {
		case "identifier", "_revinclude", "_count":
		default:
			return refusal.Invalid("A look-up takes an identifier and nothing else.")
		}
	}
	if len(form["identifier"]) != 1 || !strings.Contains(form.Get("identifier"), "|") {
		return refusal.Invalid("A look-up takes one identifier, system|value.")
	}
	entries := rest.List{}
	err := s.store.Write(r.Context(), func(tx *store.Tx) error {
		entries = rest.List{}
		patient, err := registry.ByIdentifier(tx, form.Get("identifier"))
		if err != nil {
			return err
		}
		p, err := tx.Participants.Get(patient)
		if err != nil {
			return err
		}
		if p == nil || p.State == ehrdesk.NotRegistered {
			return accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditFind, Who: who, Outcome: ehrdesk.CodeNotFound})
		}
		res, err := registry.Minimal(tx, p)
		if err != nil {
			return err
		}
		base := s.rest.Base(r)
		entries = append(entries, rest.Obj{"fullUrl": base + "/Patient/" + p.Patient, "resource": res, "search": rest.Obj{"mode": "match"}})
		con, err := gate.ConsentTo(tx, p, &who.Provider)
		if err != nil {
			return err
		}
		if p.State == ehrdesk.Registered && con.State != ehrdesk.ConsentNone && wantsConsent(form) {
			entries = append(entries, rest.Obj{"fullUrl": base + "/Consent/" + con.ID, "resource": consentResource(p, &who.Provider, con), "search": rest.Obj{"mode": "include"}})
		}
		return accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditFind, Who: who, Patient: patient})
	})
	if err != nil {
		return err
	}
	total := 0
	if len(entries) > 0 {
		total = 1
	}
	out := rest.Obj{"resourceType": "Bundle", "type": "searchset", "timestamp": rest.Stamp(s.rest.Now()), "total": total}
	if total > 0 {
		out["entry"] = entries
	}
	s.rest.FHIR(w, r, http.StatusOK, out)
	return nil
}

func wantsConsent(form url.Values) bool {
	for _, v := range form["_revinclude"] {
		if v == "Consent:patient" {
			return true
		}
	}
	return false
}

// open decides on an access: the purpose is written down, the patient is told,
// and the answer says what the profession will see.
func (s *Sharing) open(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	in, err := rest.ReadInput(w, r)
	if err != nil {
		return err
	}
	purpose, err := ehrdesk.ParsePurpose(in.Get("purpose").ValueCode)
	if err != nil {
		return refusal.Invalid("There is no such purpose of access.")
	}
	reason := strings.TrimSpace(in.Get("reason").ValueString)
	if (purpose == ehrdesk.OtherPurposes && reason == "") || len(reason) > 1000 {
		return refusal.Invalid("Another purpose needs its reason in words.")
	}
	id := r.PathValue("id")
	e := accesslog.Event{ID: uuid.NewString(), Action: ehrdesk.AuditOpen, Who: who, Patient: id, Purpose: string(purpose), Reason: reason, Kinds: gate.Visible(who)}
	var out rest.Obj
	err = s.store.Write(r.Context(), func(tx *store.Tx) error {
		p, con, err := gate.Admit(tx, e, true)
		if err != nil {
			return err
		}
		waiting := p.Waiting(tx.Now)
		counts, err := tx.Records.Counts(id)
		if err != nil {
			return err
		}
		parts := rest.List{rest.Param("access", "valueString", e.ID), rest.Obj{"name": "consent", "resource": consentResource(p, &who.Provider, con)},
			rest.Param("notified", "valueCode", notifiedWord(p.Notify))}
		if waiting {
			parts = append(parts, rest.Param("recordsExpected", "valueInstant", rest.Stamp(store.Time(p.Expected))))
		}
		for _, k := range ehrdesk.Kinds() {
			access, n := gate.Level(who, k), counts[k]
			switch {
			case access == ehrdesk.NoAccess || waiting:
				n = store.Tally{}
			case access == ehrdesk.Restricted: // the kind as a whole
				n.Plain += n.Labelled
				n.Labelled = n.Plain
			}
			parts = append(parts, rest.Part("kind", rest.Param("name", "valueCode", k.String()), rest.Param("access", "valueCode", access.String()),
				rest.Param("count", "valueInteger", n.Plain), rest.Param("restricted", "valueInteger", n.Labelled)))
		}
		out = rest.Parameters(parts...)
		return nil
	})
	if err != nil {
		return err
	}
	s.rest.FHIR(w, r, http.StatusOK, out)
	return nil
}
