package accesslog

import (
	"cmp"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// incidentsADay are so many of one reason that a desk is given events of in a day. A desk that
// is mended does not differ five times; one that is made to differ again and again, to bury
// what else there is to see, has what is more counted with the last.
const incidentsADay = 5

// foundAtDesk writes an incident at a desk down as one event, however often it is found: what
// says by what it differs from others of its reason. Found again it is counted, and shown with
// the event. most bounds the events of one reason in a day, 0 for no bound.
func foundAtDesk(tx *store.Tx, e Event, what string, most int) {
	desk := cmp.Or(tx.Checkpoints.Writer(e.Who.Client), e.Who.Client) // several people's keys speak for one log
	at := tx.Now.UnixMicro()
	event := tx.Checkpoints.Incident(desk, e.Reason, what)
	if event == "" && most > 0 {
		if n, newest := tx.Checkpoints.IncidentsSince(desk, e.Reason, tx.Now.Add(-24*time.Hour).UnixMicro()); n >= most {
			event = newest
		}
	}
	if event != "" {
		tx.Checkpoints.IncidentAgain(event, at)
		return
	}
	e.ID = uuid.NewString()
	tx.Checkpoints.AddIncident(store.Incident{Event: e.ID, Desk: desk, Reason: e.Reason, What: what}, at)
	Add(tx, e)
}

// FoundUpstream writes down what the engine behind a gate gave of one patient's that is not plainly
// theirs: one event for each, however often it is found.
func FoundUpstream(tx *store.Tx, who *store.Account, patient, reason, what string) {
	asked := *who
	asked.Client = "" // it is no desk's doing
	foundAtDesk(tx, Event{Action: ehrdesk.AuditIncident, Who: &asked, Patient: patient, Reason: reason, What: what}, what, incidentsADay)
}
