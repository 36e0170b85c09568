// Package inbox is what providers ask of each other about patients: referrals, queries of a record, incidents, and the centre's
// word that a record somebody has read was corrected. The centre carries each from one provider to the other, holds every step
// against the rules, and gives nobody leave to see a record by it: a letter is read by whom it is addressed to, and the records
// it names by the patient's consent.
package inbox

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Inbox is the requests of a store.
type Inbox struct {
	rest  *rest.Server
	store store.Store
}

// New is the inbox of a store.
func New(rest *rest.Server, st store.Store) *Inbox { return &Inbox{rest, st} }

// Limits.
const (
	maxBody  = 1 << 20 // bytes of a request with its letters
	maxSteps = 100     // of one request
	maxPage  = 100     // requests of an answer
	maxADay  = 1000    // requests that a provider changes in a day
	maxNote  = 2000    // bytes of a note
	maxText  = 200 << 10
)

// Routes are what a desk signed in may ask for.
func (b *Inbox) Routes() map[string]rest.Handler {
	return map[string]rest.Handler{
		"GET /fhir/$requests":      b.list,
		"POST /fhir/$request":      b.ask,
		"POST /fhir/$request-step": b.step,
	}
}

// works refuses whom a request is none of the business of.
func works(who *store.Account) error {
	if who.Role == ehrdesk.FrontDesk || who.Role.Clinical() {
		return nil
	}
	return refusal.New(http.StatusForbidden, "", "Requests are for those who work with patients.")
}

// list gives the requests from and to a provider that changed after one that the desk has.
func (b *Inbox) list(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	if err := works(who); err != nil {
		return err
	}
	since, err := strconv.ParseInt(r.URL.Query().Get("since"), 10, 64)
	if err != nil || since < 0 {
		return refusal.Invalid("since is how far the desk has read: a number.")
	}
	var rows []store.RequestRow
	var parts []any
	given := false // of one of them nobody has been given the letter yet
	read := func(tx *store.Tx) error {
		parts, given = nil, false
		rows = tx.Desks.Inbox().After(who.HCP, since, maxPage)
		for i := range rows {
			one, err := part(tx, who, &rows[i])
			if err != nil {
				return err
			}
			parts = append(parts, one)
			given = given || rows[i].Delivered == 0 && rows[i].To == who.HCP && who.Role.Clinical()
		}
		return nil
	}
	if err = b.store.Read(r.Context(), read); err == nil && given {
		err = b.store.Write(r.Context(), func(tx *store.Tx) error {
			if err := read(tx); err != nil {
				return err
			}
			for i := range rows {
				deliver(tx, who, &rows[i])
			}
			return nil
		})
	}
	if err != nil {
		return err
	}
	upTo := since
	if len(rows) > 0 {
		upTo = rows[len(rows)-1].Seq
	}
	out := append([]any{rest.Param("upTo", "valueString", strconv.FormatInt(upTo, 10)), rest.Param("more", "valueBoolean", len(rows) == maxPage)}, parts...)
	b.rest.FHIR(w, r, http.StatusOK, rest.Parameters(out...))
	return nil
}

// deliver writes down that a letter was given to somebody whom it is for.
func deliver(tx *store.Tx, who *store.Account, row *store.RequestRow) {
	if row.Delivered != 0 || row.To != who.HCP || !who.Role.Clinical() {
		return
	}
	row.Delivered = tx.Now.UnixMicro()
	tx.Desks.Inbox().Put(row)
	accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditRead, Who: who, Patient: row.Patient, What: "Task/" + row.ID})
}

// part is a request as somebody may see it, with who it is about.
func part(tx *store.Tx, who *store.Account, row *store.RequestRow) (any, error) {
	body := row.Body
	if !who.Role.Clinical() {
		q, err := fhir.ParseRequest(body)
		if err != nil {
			return nil, store.Err
		}
		q = bare(q)
		if body, err = fhir.MarshalRequest(&q); err != nil {
			return nil, store.Err
		}
	}
	parts := []any{rest.Obj{"name": "task", "resource": raw(body)}}
	if person := tx.Records.Get("Patient", row.Patient); person != nil && !person.Deleted {
		parts = append(parts, rest.Obj{"name": "patient", "resource": raw(person.Body)})
	}
	return rest.Part("request", parts...), nil
}

// bare is a request without what is for clinical people.
func bare(q ehrdesk.Request) ehrdesk.Request {
	q.Body = ehrdesk.RequestBody{Specialty: q.Body.Specialty, Priority: q.Body.Priority}
	for i := range q.Steps {
		q.Steps[i].Note, q.Steps[i].Answer = "", nil
	}
	return q
}

// ask takes a new request. However often it is sent, it is there once.
func (b *Inbox) ask(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	q, err := requestIn(w, r)
	if err != nil {
		return err
	}
	return b.act(w, r, who, func(tx *store.Tx) (*store.RequestRow, error) {
		if had := tx.Desks.Inbox().Get(q.ID); had != nil {
			if had.From != who.HCP || had.Patient != q.Patient.ID {
				return nil, refusal.New(http.StatusConflict, "", "There is another request of this id.")
			}
			return had, nil
		}
		if err := mayAsk(tx, who, &q); err != nil {
			return nil, err
		}
		q.From = ehrdesk.RequestParty{ID: who.HCP, Name: who.Provider.Name}
		q.Steps = q.Steps[:1]
		q.State, q.Version = ehrdesk.RequestSent, 1
		q.Steps[0] = ehrdesk.RequestStep{ID: q.Steps[0].ID, State: ehrdesk.RequestSent, By: q.From, Staff: who.Staff, Name: who.Name, At: tx.Now, Note: q.Steps[0].Note}
		return keep(tx, &q, &store.RequestRow{})
	}, ehrdesk.AuditCreate, q.ID)
}

// mayAsk reports why a provider may not ask this.
func mayAsk(tx *store.Tx, who *store.Account, q *ehrdesk.Request) error {
	switch {
	case !who.Role.Clinical():
		return refusal.RoleMayNot()
	case who.Provider.NoDeposit:
		return refusal.NotAgreed("deposit")
	case q.Kind == ehrdesk.RequestCorrected, len(q.Steps) != 1, q.From.ID != who.HCP:
		return refusal.Invalid("A request has its kind, who asks it and its first step.")
	case len(q.Body.Letter.Text) > maxText || len(q.Body.Letter.Title) > maxNote || len(q.Steps[0].Note) > maxNote:
		return refusal.New(http.StatusRequestEntityTooLarge, "", "A letter says too much.")
	case q.Body.Letter.Text == "":
		return refusal.Invalid("A request says what is asked.")
	case q.Kind == ehrdesk.RequestQuery && q.Body.About.ID == "":
		return refusal.Invalid("A query says which record it is about.")
	case tx.Desks.Inbox().Sent(who.HCP, tx.Now.Add(-24*time.Hour).UnixMicro()) >= maxADay:
		return &refusal.Error{Status: http.StatusTooManyRequests, Text: "The provider has sent more in a day than it may.", Until: tx.Now.Add(time.Hour)}
	}
	if tx.Participants.Get(q.Patient.ID) == nil {
		return refusal.NotRegistered()
	}
	if q.Kind == ehrdesk.RequestIncident {
		q.To = ehrdesk.RequestParty{ID: ehrdesk.Office, Name: officeName}
		return nil
	}
	to := tx.Accounts.Provider(q.To.ID)
	switch {
	case to == nil || to.ID == who.HCP:
		return refusal.New(http.StatusUnprocessableEntity, "not-found", "Who is asked is another provider of the directory.")
	case ehrdesk.EndInForce(tx.Accounts.Ends(to.ID, ""), tx.Now) != nil:
		return refusal.New(http.StatusUnprocessableEntity, "not-found", "Who is asked takes no part any more.")
	}
	q.To.Name = to.Name
	return nil
}

// keep writes a request as it is now.
func keep(tx *store.Tx, q *ehrdesk.Request, row *store.RequestRow) (*store.RequestRow, error) {
	body, err := fhir.MarshalRequest(q)
	if err != nil {
		return nil, err
	}
	if len(body) > maxBody {
		return nil, refusal.New(http.StatusRequestEntityTooLarge, "", "A request says too much, with what was said before.")
	}
	seq, _ := tx.Changes.Next()
	last := q.Steps[len(q.Steps)-1].ID
	*row = store.RequestRow{ID: q.ID, Kind: string(q.Kind), State: string(q.State), Patient: q.Patient.ID, From: q.From.ID, To: q.To.ID, Seq: seq, Changed: tx.Now.UnixMicro(), Delivered: row.Delivered, Body: body}
	tx.Desks.Inbox().Put(row)
	if !tx.Desks.Inbox().Step(last, q.ID) {
		return nil, refusal.New(http.StatusConflict, "", "There is another step of this id.")
	}
	return row, nil
}

// act does something to a request in one transaction, writes it down, also where it is refused, and answers with the request.
func (b *Inbox) act(w http.ResponseWriter, r *http.Request, who *store.Account, do func(tx *store.Tx) (*store.RequestRow, error), action ehrdesk.AuditAction, id string) error {
	var answer any
	err := b.store.Write(r.Context(), func(tx *store.Tx) error {
		answer = nil
		if err := standing.Check(tx, who); err != nil {
			return err
		}
		row, err := do(tx)
		if err != nil {
			return err
		}
		accesslog.Add(tx, accesslog.Event{Action: action, Who: who, Patient: row.Patient, What: "Task/" + row.ID, Reason: row.State})
		answer, err = part(tx, who, row)
		return err
	})
	if refused, ok := refusal.As(err); ok {
		err = errors.Join(err, b.store.Write(r.Context(), func(tx *store.Tx) error { // that it was tried is kept; nothing of it is
			accesslog.Add(tx, accesslog.Event{Action: action, Who: who, What: "Task/" + id, Outcome: refused.Code()})
			return nil
		}))
	}
	if err != nil {
		return err
	}
	b.rest.FHIR(w, r, http.StatusOK, rest.Parameters(answer))
	return nil
}

// requestIn reads the request of a call.
func requestIn(w http.ResponseWriter, r *http.Request) (q ehrdesk.Request, err error) {
	in, err := rest.ReadInput(w, r, 2*maxBody)
	if err != nil {
		return q, err
	}
	if q, err = fhir.ParseRequest(in.Get("task").Resource); err != nil {
		return q, refusal.Invalid("The task is no request as desks write them.")
	}
	for _, id := range append([]string{q.ID}, stepIDs(&q)...) {
		if u, err := uuid.Parse(id); err != nil || u.String() != id {
			return q, refusal.Invalid("A request and each of its steps have a UUID.")
		}
	}
	return q, nil
}

func stepIDs(q *ehrdesk.Request) (out []string) {
	for i := range q.Steps {
		out = append(out, q.Steps[i].ID)
	}
	return out
}
