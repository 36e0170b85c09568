package mailbox

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// How many cases, or events of one, an answer has. Whether each case's consent stands a gate asks its engine.
const mostCases, mostPage = 25, 100

func number(r *http.Request, name string) (int64, error) {
	n, err := strconv.ParseInt(cmp.Or(r.URL.Query().Get(name), "0"), 10, 64)
	if err != nil || n < 0 {
		return 0, refusal.Invalid("How far the desk has read is a number.")
	}
	return n, nil
}

func numbered(name string, n int64) any {
	return rest.Param(name, "valueString", strconv.FormatInt(n, 10))
}

// list gives the cases that somebody is or was in and that changed after one change. Of a case whose patient has not consented to
// their provider any more they are told that it is there, and nothing else. With the list they are told what else a desk would ask for each
// time: how many keys of theirs are left to seal to, and up to which change groups have come.
func (m *Mailbox) list(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	if err := works(who); err != nil {
		return m.tried(r, who, accesslog.Event{Action: ehrdesk.AuditQuery, What: "Case"}, "", err)
	}
	since, err := number(r, "since")
	if err != nil {
		return err
	}
	var out rest.List
	err = m.store.Read(r.Context(), func(tx *store.Tx) error {
		rows := tx.Desks.Cases().Of(who.HCP, who.Staff, since, mostCases)
		upTo := since
		if len(rows) > 0 {
			upTo = rows[len(rows)-1].Seen
		}
		out = rest.List{numbered("upTo", upTo), rest.Param("more", "valueBoolean", len(rows) == mostCases), numbered("groups", tx.Desks.Groups().Last())}
		out = append(out, counts(tx.Desks.OfferedKeys().Left(who.Client, who.Staff))...)
		for i := range rows {
			one, err := row(tx, who, &rows[i])
			if err != nil {
				return err
			}
			out = append(out, one)
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.rest.FHIR(w, r, http.StatusOK, rest.Parameters(out...))
	return nil
}

func row(tx *store.Tx, who *store.Account, c *store.CaseOf) (any, error) {
	_, _, err := gate.MayRead(tx, who, c.Patient)
	f, refused := refusal.As(err)
	if err != nil && !refused {
		return nil, err
	}
	parts := []any{rest.Param("id", "valueUuid", c.ID)}
	switch {
	case refused:
		parts = append(parts, rest.Param("closed", "valueCode", cmp.Or(f.Issue, "refused")))
	case c.Left != 0:
		parts = append(parts, numbered("n", int64(c.Left)), rest.Param("patient", "valueString", c.Patient), rest.Param("left", "valueBoolean", true))
	default:
		parts = append(parts, numbered("n", int64(c.N)), rest.Param("head", "valueString", c.Head), rest.Param("patient", "valueString", c.Patient), rest.Param("state", "valueCode", c.State))
	}
	return rest.Part("case", parts...), nil
}

// events gives those of a case after one, each as its author signed it with the head of its envelope, and how far envelopes have come
// to whom they are for; with the first of them, whom the case is about. Who left is given those until they did.
func (m *Mailbox) events(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	id := r.URL.Query().Get("case")
	if !isID(id) {
		return refusal.Invalid("A case has a UUID.")
	}
	what := accesslog.Event{Action: ehrdesk.AuditReceive, What: ofCase(id)}
	if err := works(who); err != nil {
		return m.tried(r, who, what, id, err)
	}
	since, err := number(r, "since")
	if err != nil {
		return err
	}
	change, err := number(r, "deliveries")
	if err != nil {
		return err
	}
	since = min(since, mostCase)
	var out rest.List
	given := false
	err = m.store.Read(r.Context(), func(tx *store.Tx) (err error) {
		out, given, err = answer(tx, who, id, int(since), change)
		return err
	})
	if err != nil {
		return m.tried(r, who, what, id, err)
	}
	if given { // before anything of it leaves
		err = m.store.Write(r.Context(), func(tx *store.Tx) error {
			if out, _, err = answer(tx, who, id, int(since), change); err != nil {
				return err
			}
			accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditReceive, Who: who, Patient: tx.Desks.Cases().Get(id).Patient, What: ofCase(id)})
			return nil
		})
		if err != nil {
			return m.tried(r, who, what, id, err)
		}
	}
	m.rest.FHIR(w, r, http.StatusOK, rest.Parameters(out...))
	return nil
}

func answer(tx *store.Tx, who *store.Account, id string, since int, change int64) (out rest.List, given bool, err error) {
	p := placeOf(tx, who, id)
	if p.row == nil {
		return nil, false, refusal.NotFound()
	}
	if _, _, err := gate.MayRead(tx, who, p.row.Patient); err != nil {
		return nil, false, err
	}
	rows := tx.Desks.Cases().Events(id, since, min(mostPage, max(0, p.until-since)))
	out = rest.List{rest.Param("more", "valueBoolean", len(rows) > 0 && rows[len(rows)-1].N < p.until)}
	for i := range rows {
		out = append(out, event(tx, &rows[i]))
	}
	if since == 0 && len(rows) > 0 { // an event names nobody; who may read the record may know whose it is
		if one := tx.Participants.Get(p.row.Patient); one != nil {
			whose, err := registry.Minimal(tx, one)
			if err != nil {
				return nil, false, err
			}
			out = append(out, rest.Obj{"name": "patient", "resource": whose})
		}
	}
	if p.in {
		for _, d := range tx.Desks.Envelopes().Reached(id, change) {
			parts := []any{rest.Param("envelope", "valueUuid", d.Envelope), rest.Param("provider", "valueString", d.HCP), rest.Param("staff", "valueString", d.Staff), numbered("change", d.Change)}
			if d.Delivered != 0 {
				parts = append(parts, rest.Param("at", "valueInstant", rest.Instant(d.Delivered)))
			}
			out = append(out, rest.Part("delivered", parts...))
		}
	}
	return out, len(rows) > 0, nil
}

func event(tx *store.Tx, e *store.CaseEventRow) any {
	parts := []any{numbered("n", int64(e.N)), rest.Param("event", "valueString", e.Signed), rest.Param("at", "valueInstant", rest.Instant(e.At))}
	if e.Envelope != "" {
		there := tx.Desks.Envelopes().Get(e.Envelope)
		parts = append(parts, rest.Param("head", "valueString", e.Head), rest.Param("there", "valueBoolean", there != nil && (there.Until == 0 || there.Until > tx.Now.UnixMicro())))
	}
	return rest.Part("event", parts...)
}
