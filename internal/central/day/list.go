package day

import (
	"net/http"
	"time"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// list is a day as other programs of the provider read it: a searchset of its Appointments, with
// an Encounter for whoever has come, and Tasks.
func (l *Lists) list(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	if err := works(who); err != nil {
		return err
	}
	day := r.URL.Query().Get("day")
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return refusal.Invalid("day is the day that is wanted: YYYY-MM-DD.")
	}
	var entries rest.List
	err := l.store.Read(r.Context(), func(tx *store.Tx) error {
		for seq := int64(0); ; {
			rows := tx.Desks.Days().After(who.HCP, seq, day, ehrdesk.MaxDayLines)
			for _, row := range rows {
				seq = row.Seq
				line, err := fhir.ParseDayLine(row.Body)
				if err != nil {
					return store.Err
				}
				if line.Booked.Day != day {
					continue
				}
				entries = append(entries, rest.Obj{"resource": json.RawMessage(row.Body), "search": rest.Obj{"mode": "match"}})
				if e := encounter(line); e != nil {
					entries = append(entries, rest.Obj{"resource": e, "search": rest.Obj{"mode": "include"}})
				}
			}
			if len(rows) < ehrdesk.MaxDayLines {
				return nil
			}
		}
	})
	if err != nil {
		return err
	}
	l.rest.FHIR(w, r, http.StatusOK, rest.Obj{"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries})
	return nil
}

// encounter is the visit of somebody who has come, nil for one who has not.
func encounter(line ehrdesk.DayLine) rest.Obj {
	status := ""
	switch line.State() {
	case ehrdesk.WorkAccepted:
		status = "arrived"
	case ehrdesk.WorkOnHold:
		status = "onleave"
	case ehrdesk.WorkInProgress:
		status = "in-progress"
	case ehrdesk.WorkCompleted:
		status = "finished"
	case ehrdesk.WorkRequested, ehrdesk.WorkFailed, ehrdesk.WorkRejected, ehrdesk.WorkCancelled, ehrdesk.WorkInError: // not there
	}
	if line.Kind != ehrdesk.TaskArrival || status == "" {
		return nil
	}
	system, value := line.Booked.Number.Identifier()
	out := rest.Obj{"resourceType": "Encounter", "id": line.ID, "status": status, "class": rest.Obj{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
		"subject": rest.Obj{"identifier": rest.Obj{"system": system, "value": value}}, "appointment": rest.List{rest.Obj{"reference": "Appointment/" + line.ID}}}
	for _, s := range line.Steps {
		if s.State == ehrdesk.WorkAccepted || s.State == ehrdesk.WorkInProgress {
			out["period"] = rest.Obj{"start": rest.Stamp(s.Stamp.At)}
			break
		}
	}
	return out
}
