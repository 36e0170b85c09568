package sharing

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/limits"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
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
	var tooOften error
	err := s.store.Write(r.Context(), func(tx *store.Tx) (err error) {
		entries, tooOften = rest.List{}, nil
		if err := standing.Check(tx, who); err != nil {
			return err
		}
		var marks []string
		marks, tooOften = limits.Spend(tx, &limits.LookUps, who, ehrdesk.AuditFind)
		if tooOften != nil && !who.Role.TakesConsent() {
			return tooOften
		}
		patient := registry.ByIdentifier(tx, form.Get("identifier"))
		p := tx.Participants.Get(patient)
		if tooOften != nil {
			if marks, err = mayWithdraw(tx, who, p, tooOften); err != nil {
				return err
			}
		}
		if p == nil || p.State == ehrdesk.NotRegistered {
			accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditFind, Who: who, Outcome: ehrdesk.CodeNotFound, Marks: marks})
			return nil
		}
		res, err := registry.Minimal(tx, p)
		if err != nil {
			return err
		}
		if _, until := tx.Tries.Get(store.AccessKey, p.Patient, who.HCP); until > 0 && tx.Now.Before(store.Time(until)) { // said before the key is asked for
			res["extension"] = append(res["extension"].(rest.List), rest.Extension("key-locked-until", "valueInstant", rest.Stamp(store.Time(until))))
		}
		for what, why := range s.closed(&who.Provider) {
			res["extension"] = append(res["extension"].(rest.List), rest.Extension(what+"-closed", "valueCode", why))
		}
		if p.State == ehrdesk.Registered { // contact data that others change are remembered as they were
			if _, err := codeContact(tx, p); err != nil {
				return err
			}
		}
		base := s.rest.Base(r)
		entries = append(entries, rest.Obj{"fullUrl": base + "/Patient/" + p.Patient, "resource": res, "search": rest.Obj{"mode": "match"}})
		con := gate.ConsentTo(tx, p, &who.Provider)
		if p.State == ehrdesk.Registered && con.State != ehrdesk.ConsentNone && wantsConsent(form) {
			entries = append(entries, rest.Obj{"fullUrl": base + "/Consent/" + con.ID, "resource": gate.ConsentResource(p, &who.Provider, con), "search": rest.Obj{"mode": "include"}})
		}
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditFind, Who: who, Patient: patient, Marks: marks})
		return nil
	})
	if err != nil {
		return cmp.Or(tooOften, err) // and no word of what an engine says of the number
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

// counted counts what ended as nobody could be meant by a number: it has told of people by that as a look-up
// does, and was undone with all that it wrote. Where no look-up is left it says that alone. A withdrawal is of
// those who are known here where the engine is not there: that it is refused for that tells as much.
func (s *Sharing) counted(doing ehrdesk.AuditAction, h rest.Handler) rest.Handler {
	return func(w http.ResponseWriter, r *http.Request, who *store.Account) error {
		err := h(w, r, who)
		f, refused := refusal.As(err)
		if !refused || f.Issue != refusal.Unclear && (doing != ehrdesk.AuditRevoke || !strings.HasPrefix(f.Issue, "upstream-")) {
			return err
		}
		return cmp.Or(s.store.Write(r.Context(), func(tx *store.Tx) error {
			marks, err := limits.Spend(tx, &limits.LookUps, who, doing)
			if err != nil {
				return err
			}
			accesslog.Add(tx, accesslog.Event{Action: doing, Who: who, Outcome: f.Code(), Marks: marks})
			return nil
		}), err)
	}
}

// mayWithdraw lets a look-up past the limit through where somebody is found who has a consent to withdraw.
// Errors: tooOften, or that of those.
func mayWithdraw(tx *store.Tx, who *store.Account, p *store.Participant, tooOften error) (marks []string, err error) {
	if p == nil || p.State != ehrdesk.Registered || gate.ConsentTo(tx, p, &who.Provider).State != ehrdesk.ConsentActive {
		return nil, tooOften
	}
	return limits.Spend(tx, &limits.Own, who, ehrdesk.AuditFind)
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
func (s *Sharing) open(r *http.Request, who *store.Account, in rest.Input) (rest.Act, error) {
	purpose, err := ehrdesk.ParsePurpose(in.Get("purpose").ValueCode)
	if err != nil {
		return nil, refusal.Invalid("There is no such purpose of access.")
	}
	reason := strings.TrimSpace(in.Get("reason").ValueString)
	if (purpose == ehrdesk.OtherPurposes && reason == "") || len(reason) > 1000 {
		return nil, refusal.Invalid("Another purpose needs its reason in words.")
	}
	id, arrival, way := r.PathValue("id"), in.Get("arrival").ValueUUID, accesslog.Opening
	if arrival != "" {
		if way = accesslog.Ahead; reason != "" {
			return nil, refusal.Invalid("What is fetched ahead has its reason.")
		}
		reason = fetchedAhead
	}
	e := accesslog.Event{ID: uuid.NewString(), Action: ehrdesk.AuditOpen, Who: who, Patient: id, Purpose: string(purpose), Reason: reason, Kinds: gate.Visible(who)}
	return func(tx *store.Tx) (any, error) {
		if arrival != "" {
			if err := awaits(tx, who, id, arrival); err != nil {
				if f, ok := refusal.As(err); ok {
					err = gate.Refuse(tx, e, f)
				}
				return nil, err
			}
		}
		p, con, err := gate.Admit(tx, e, way)
		if err != nil {
			return nil, err
		}
		waiting := p.Waiting(tx.Now)
		counts := tx.Records.Counts(id)
		parts := rest.List{rest.Param("access", "valueString", e.ID), rest.Obj{"name": "consent", "resource": gate.ConsentResource(p, &who.Provider, con)},
			rest.Param("notified", "valueCode", notifiedWord(p.Notify))}
		if waiting {
			parts = append(parts, rest.Param("recordsExpected", "valueInstant", rest.Stamp(store.Time(p.Expected))))
		}
		for _, k := range ehrdesk.Kinds() {
			access, n := gate.Level(who, k), counts[k]
			switch {
			case access == ehrdesk.NoAccess || waiting:
				n = store.Tally{Unasked: n.Unasked}
			case access == ehrdesk.Restricted: // the kind as a whole
				n.Plain += n.Labelled
				n.Labelled = n.Plain
			}
			part := rest.List{rest.Param("name", "valueCode", k.String()), rest.Param("access", "valueCode", access.String()),
				rest.Param("count", "valueInteger", n.Plain), rest.Param("restricted", "valueInteger", n.Labelled)}
			for _, kind := range n.Unasked {
				part = append(part, rest.Param("unasked", "valueCode", kind))
			}
			if n.LeftOut {
				part = append(part, rest.Param("leftOut", "valueBoolean", true))
			}
			parts = append(parts, rest.Part("kind", part...))
		}
		return rest.Parameters(parts...), nil
	}, nil
}

// The actions that only the centre knows.
const (
	auditVerify  ehrdesk.AuditAction = "verify"        // an identity, with the consent given in one go
	auditCode    ehrdesk.AuditAction = "one-time-code" // sent to the patient
	auditRelease ehrdesk.AuditAction = "release"       // restricted records, for a quarter of an hour
	auditWrong   ehrdesk.AuditAction = "wrong-code"    // many wrong keys or codes, whoever's
)

// registration gives what a participant whose identity is not verified yet registered
// with, for the desk to check with them: more than a look-up does, masked, and nothing
// clinical. Of everybody else it says nothing.
func (s *Sharing) registration(_ *http.Request, who *store.Account, in rest.Input) (rest.Act, error) {
	if !who.Role.TakesConsent() {
		return nil, refusal.RoleMayNot()
	}
	id := in.Get("identifier").ValueIdentifier
	return func(tx *store.Tx) (any, error) {
		marks, err := limits.Spend(tx, &limits.Identities, who, ehrdesk.AuditFind)
		if err != nil {
			return nil, err
		}
		patient := registry.ByIdentifier(tx, id.System+"|"+id.Value)
		p := tx.Participants.Get(patient)
		e := accesslog.Event{Action: ehrdesk.AuditFind, Who: who, Patient: patient, Reason: "contact data of the registration", Marks: marks}
		var refused *refusal.Error
		switch {
		case p == nil || p.State == ehrdesk.Left || p.State == ehrdesk.NotRegistered:
			refused = refusal.NotRegistered()
		case p.State != ehrdesk.Unverified:
			refused = alreadyVerified()
		}
		if refused != nil {
			e.Outcome = refused.Code()
			accesslog.Add(tx, e)
			return nil, refused.Kept()
		}
		res, err := registry.Minimal(tx, p)
		if err != nil {
			return nil, err
		}
		rec := tx.Records.Get("Patient", p.Patient)
		if rec != nil {
			m, err := membersOf(rec.Body)
			if err != nil {
				return nil, err
			}
			show(m, res)
		}
		accesslog.Add(tx, e)
		return rest.Parameters(rest.Obj{"name": "patient", "resource": res}, rest.Param("notify", "valueCode", notifiedWord(p.Notify))), nil
	}, nil
}

// expiringPage is how many consents a page of $expiring-consents names.
const expiringPage = 200

// expiring lists the asking provider's active consents that end within some
// days, soonest first, each with the minimal Patient. It is one look-up,
// written down page by page.
func (s *Sharing) expiring(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	const where = "expiring"
	var cur rest.Cursor
	if page := r.URL.Query().Get("page"); page != "" {
		var err error
		if cur, err = s.rest.Unseal(page, who, where); err != nil {
			return err
		}
	} else {
		days, err := rest.Count(r.URL.Query().Get("days"), int(ehrdesk.RunsOutWithin/(24*time.Hour)), 366)
		if err != nil {
			return err
		}
		cur = rest.Cursor{At: s.rest.Now().UnixMicro(), Count: days, Access: uuid.NewString()}
	}
	if !who.Role.TakesConsent() {
		return refusal.RoleMayNot()
	}
	var entries rest.List
	more, from := false, cur
	err := s.store.Write(r.Context(), func(tx *store.Tx) error {
		entries, more, cur = nil, false, from // it may begin again
		e := accesslog.Event{Action: ehrdesk.AuditFind, Who: who, Reason: "consents that end within " + strconv.Itoa(cur.Count) + " days", Access: cur.Access}
		if cur.After == 0 {
			e.ID, e.Access = cur.Access, ""
		}
		accesslog.Add(tx, e)
		ending, total := tx.Consents.Ending(who.HCP, tx.Now, store.Time(cur.At).AddDate(0, 0, cur.Count), store.Ending{Until: cur.Since, Seq: cur.After}, expiringPage+1)
		cur.Total = total
		if more = len(ending) > expiringPage; more {
			ending = ending[:expiringPage]
		}
		for _, e := range ending {
			found, err := expiringEntries(tx, s.rest.Base(r), who, e.Patient)
			if err != nil {
				return err
			}
			if entries = append(entries, found...); found == nil {
				cur.Total--
			}
			cur.Since, cur.After = e.Until, e.Seq
		}
		return nil
	})
	if err != nil {
		return err
	}
	out := rest.Obj{"resourceType": "Bundle", "type": "searchset", "timestamp": rest.Instant(cur.At), "total": cur.Total}
	if len(entries) > 0 {
		out["entry"] = entries
	}
	if more {
		page, err := s.rest.Seal(cur, who, where)
		if err != nil {
			return err
		}
		out["link"] = rest.List{rest.Obj{"relation": "next", "url": s.rest.Base(r) + "/$expiring-consents?page=" + page}}
	}
	s.rest.FHIR(w, r, http.StatusOK, out)
	return nil
}

// expiringEntries are those of one consent, none where it opens nothing any more: it has ended where the
// records are kept, or the patient's id does not stand for who gave it.
func expiringEntries(tx *store.Tx, base string, who *store.Account, patient string) (rest.List, error) {
	p := tx.Participants.Get(patient)
	con := gate.ConsentTo(tx, p, &who.Provider)
	if con.State != ehrdesk.ConsentActive {
		return nil, nil
	}
	res, err := registry.Minimal(tx, p)
	if err != nil {
		return nil, err
	}
	return rest.List{
		rest.Obj{"fullUrl": base + "/Consent/" + con.ID, "resource": gate.ConsentResource(p, &who.Provider, con), "search": rest.Obj{"mode": "match"}},
		rest.Obj{"fullUrl": base + "/Patient/" + patient, "resource": res, "search": rest.Obj{"mode": "include"}},
	}, nil
}
