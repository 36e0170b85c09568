package inbox

import (
	"github.com/go-json-experiment/json/jsontext"
	"net/http"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// raw is JSON that is written as it is.
func raw(b []byte) any { return jsontext.Value(b) }

// step takes the last step of the task that a desk sends, as far as the request that it is of stands where the desk saw it.
func (b *Inbox) step(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	q, err := requestIn(w, r)
	if err != nil {
		return err
	}
	if len(q.Steps) < 2 {
		return refusal.Invalid("A step comes after those that were there.")
	}
	next := q.Steps[len(q.Steps)-1]
	return b.act(w, r, who, func(tx *store.Tx) (*store.RequestRow, error) {
		row := tx.Desks.Inbox().Get(q.ID)
		if row == nil || row.From != who.HCP && row.To != who.HCP {
			return nil, refusal.NotFound()
		}
		had, err := fhir.ParseRequest(row.Body)
		if err != nil {
			return nil, store.Err
		}
		for i := range had.Steps {
			if had.Steps[i].ID == next.ID {
				return row, nil // it was taken before
			}
		}
		if err := mayStep(&had, who, &next); err != nil {
			return nil, err
		}
		next.By, next.Staff, next.Name, next.At = ehrdesk.RequestParty{ID: who.HCP, Name: who.Provider.Name}, who.Staff, who.Name, tx.Now
		had.Steps, had.State = append(had.Steps, next), next.State
		deliver(tx, who, row)
		return keep(tx, &had, row)
	}, ehrdesk.AuditUpdate, q.ID)
}

// mayStep reports why somebody may not bring a request into a state.
func mayStep(had *ehrdesk.Request, who *store.Account, next *ehrdesk.RequestStep) error {
	if err := works(who); err != nil {
		return err
	}
	side := had.Side(who.HCP)
	switch {
	case !ehrdesk.MayStep(had.Kind, had.State, next.State, side, who.Role):
		if ehrdesk.MayStep(had.Kind, had.State, next.State, side, ehrdesk.Doctor) {
			return refusal.RoleMayNot()
		}
		return refusal.New(http.StatusConflict, "", "The request has moved on: this step cannot follow.")
	case !who.Role.Clinical() && (next.Note != "" || next.Answer != nil):
		return refusal.RoleMayNot()
	}
	return sound(had, next)
}

// sound reports what a step lacks, or says too much of, whoever takes it.
func sound(had *ehrdesk.Request, next *ehrdesk.RequestStep) error {
	switch {
	case len(had.Steps) >= maxSteps:
		return refusal.New(http.StatusUnprocessableEntity, "too-many", "The request has as many steps as it may have.")
	case next.State.NeedsNote() && next.Note == "":
		return refusal.Invalid("This step says why.")
	case next.State == ehrdesk.RequestBooked && next.Day.IsZero():
		return refusal.Invalid("A booking has a day.")
	case next.State == ehrdesk.RequestAnswered && (next.Answer == nil || next.Answer.Text == ""):
		return refusal.Invalid("An answer has words.")
	case next.State != ehrdesk.RequestAnswered && next.Answer != nil, next.State != ehrdesk.RequestBooked && !next.Day.IsZero():
		return refusal.Invalid("This step has no letter, or no day.")
	case len(next.Note) > maxNote, next.Answer != nil && (len(next.Answer.Text) > maxText || len(next.Answer.Title) > maxNote):
		return refusal.New(http.StatusRequestEntityTooLarge, "", "A step says too much.")
	}
	return nil
}
