package central

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/google/uuid"
)

// patientSearch is the look-up by identifier, which tells who somebody is and
// how the consent stands, or a search among a patient's own records.
func (s *server) patientSearch(w http.ResponseWriter, r *http.Request, who *token) error {
	body, err := s.body(w, r, 64<<10)
	if err != nil {
		return err
	}
	form, err := parseForm(r, body)
	if err != nil {
		return err
	}
	if !form.Has("identifier") {
		return s.searchForm(w, r, who, "Patient", form)
	}
	return s.lookUp(w, r, who, form)
}

func (s *server) lookUp(w http.ResponseWriter, r *http.Request, who *token, form url.Values) error {
	for name := range form {
		switch name {
		case "identifier", "_revinclude", "_count":
		default:
			return invalid("A look-up takes an identifier and nothing else.")
		}
	}
	if len(form["identifier"]) != 1 || !strings.Contains(form.Get("identifier"), "|") {
		return invalid("A look-up takes one identifier, system|value.")
	}
	entries := list{}
	err := s.c.write(r.Context(), func(q *tx) error {
		entries = list{}
		patient, err := q.patientByIdentifier(form.Get("identifier"))
		if err != nil {
			return err
		}
		p, err := q.participant(patient)
		if err != nil {
			return err
		}
		if p == nil || p.state == ehrdesk.NotRegistered {
			return q.audit(event{action: ehrdesk.AuditFind, who: who, outcome: ehrdesk.CodeNotFound})
		}
		res, err := q.minimalPatient(p)
		if err != nil {
			return err
		}
		base := s.base(r)
		entries = append(entries, obj{"fullUrl": base + "/Patient/" + p.patient, "resource": res, "search": obj{"mode": "match"}})
		con, err := q.consentTo(p, &who.provider)
		if err != nil {
			return err
		}
		if p.state == ehrdesk.Registered && con.State != ehrdesk.ConsentNone && wantsConsent(form) {
			entries = append(entries, obj{"fullUrl": base + "/Consent/" + con.ID, "resource": consentResource(p, &who.provider, con), "search": obj{"mode": "include"}})
		}
		return q.audit(event{action: ehrdesk.AuditFind, who: who, patient: patient})
	})
	if err != nil {
		return err
	}
	total := 0
	if len(entries) > 0 {
		total = 1
	}
	out := obj{"resourceType": "Bundle", "type": "searchset", "timestamp": stamp(s.c.now()), "total": total}
	if total > 0 {
		out["entry"] = entries
	}
	s.fhir(w, r, http.StatusOK, out)
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
func (s *server) open(w http.ResponseWriter, r *http.Request, who *token) error {
	in, err := s.input(w, r)
	if err != nil {
		return err
	}
	purpose, err := ehrdesk.ParsePurpose(in.get("purpose").ValueCode)
	if err != nil {
		return invalid("There is no such purpose of access.")
	}
	reason := strings.TrimSpace(in.get("reason").ValueString)
	if (purpose == ehrdesk.OtherPurposes && reason == "") || len(reason) > 1000 {
		return invalid("Another purpose needs its reason in words.")
	}
	id := r.PathValue("id")
	e := event{id: uuid.NewString(), action: ehrdesk.AuditOpen, who: who, patient: id, purpose: string(purpose), reason: reason, kinds: visible(who)}
	var out obj
	err = s.c.write(r.Context(), func(q *tx) error {
		p, con, err := q.admit(e, true)
		if err != nil {
			return err
		}
		waiting := p.waiting(q.now)
		counts, err := q.counts(id)
		if err != nil {
			return err
		}
		parts := list{param("access", "valueString", e.id), obj{"name": "consent", "resource": consentResource(p, &who.provider, con)},
			param("notified", "valueCode", notifiedWord(p.notify))}
		if waiting {
			parts = append(parts, param("recordsExpected", "valueInstant", stamp(fromMicros(p.expected))))
		}
		for _, k := range ehrdesk.Kinds() {
			access, n := who.access(k), counts[k]
			switch {
			case access == ehrdesk.NoAccess || waiting:
				n = tally{}
			case access == ehrdesk.Restricted: // the kind as a whole
				n.plain += n.labelled
				n.labelled = n.plain
			}
			parts = append(parts, part("kind", param("name", "valueCode", k.String()), param("access", "valueCode", access.String()),
				param("count", "valueInteger", n.plain), param("restricted", "valueInteger", n.labelled)))
		}
		out = parameters(parts...)
		return nil
	})
	if err != nil {
		return err
	}
	s.fhir(w, r, http.StatusOK, out)
	return nil
}

// tally is how many records of a kind there are, without and with a
// restricting label.
type tally struct{ plain, labelled int }

func (q *tx) counts(patient string) (map[ehrdesk.Kind]tally, error) {
	out := map[ehrdesk.Kind]tally{}
	return out, q.rows("SELECT kind, sum(1 - labelled), sum(labelled) FROM record WHERE patient = ? AND deleted = 0 AND linked = 0 GROUP BY kind", []any{patient}, func(scanRow func(...any) error) error {
		var k ehrdesk.Kind
		var n tally
		err := scanRow(&k, &n.plain, &n.labelled)
		out[k] = n
		return err
	})
}

// admit decides on an access, writes it down either way, and tells the patient
// of a new one. A refusal keeps what was written.
func (q *tx) admit(e event, opened bool) (*participant, consent, error) {
	p, con, err := q.mayRead(e.who, e.patient)
	var f *apiError
	if errors.As(err, &f) {
		e.outcome = f.code()
		if p == nil {
			e.patient = ""
		}
		if err := q.audit(e); err != nil {
			return nil, con, err
		}
		return nil, con, f.kept()
	}
	if err != nil {
		return nil, con, err
	}
	if err := q.audit(e); err != nil {
		return nil, con, err
	}
	return p, con, q.visit(e.who, p, opened)
}

// access admits a read of all that who is given and gives the instant of it on
// the store's clock: all that is stored up to it can be read now, all that comes
// later is later. While records have not begun to flow the instant is not past
// that moment, so that who asks again from it gets them all.
func (c *Centre) access(ctx context.Context, who *token, patient string) (p *participant, at int64, err error) {
	err = c.write(ctx, func(q *tx) error {
		known, err := q.participant(patient)
		if err != nil {
			return err
		}
		if p, _, err = q.admit(event{action: ehrdesk.AuditRead, who: who, patient: patient, kinds: q.given(who, known)}, false); err != nil {
			return err
		}
		if _, at, err = q.change(); p.waiting(q.now) {
			at = min(at, p.expected)
		}
		return err
	})
	return p, at, err
}
