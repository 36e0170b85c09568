package accesslog

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

const (
	accessEvents = "$access-events"
	maxAsked     = 16 << 10 // bytes of a question
	eventsAPage  = 500
)

// accessEvents gives a security officer what the centre wrote down of the officer's own
// provider, a page at a time, for the officer's desk to hold its own log against. Nobody
// else is given any of it. That it was asked for, each page of it, and by whom it was
// refused, is an event before anything is read.
func (d *Desks) accessEvents(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	in, err := rest.ReadInput(w, r, maxAsked)
	if err != nil {
		return err
	}
	err = d.store.Write(r.Context(), func(tx *store.Tx) error {
		e := Event{Action: ehrdesk.AuditLog, Who: who, What: accessEvents}
		if who.Role.ReadsLogs() {
			Add(tx, e)
			return nil
		}
		f := refusal.RoleMayNot()
		e.Outcome = f.Code()
		Add(tx, e)
		return f.Kept()
	})
	if err != nil {
		return err
	}
	from, err := time.Parse(time.RFC3339Nano, in.Get("from").ValueInstant)
	if err != nil {
		return refusal.Invalid("The list begins at an instant.")
	}
	after := int64(0)
	if text := in.Get("after").ValueString; text != "" {
		if after, err = strconv.ParseInt(text, 10, 64); err != nil {
			return refusal.Invalid("A further page follows the number of an event.")
		}
	}
	var out rest.List
	err = d.store.Read(r.Context(), func(tx *store.Tx) error {
		out = nil
		last, logs := int64(0), map[string]string{}
		err := tx.Log.OfProvider(who.HCP, from.UnixMicro(), after, func(e *store.LogEntry) error {
			if len(out) == eventsAPage {
				return errEnough
			}
			log, known := logs[e.Client]
			if !known {
				log = tx.Checkpoints.Writer(e.Client)
				logs[e.Client] = log
			}
			out = append(out, rest.Part("event", eventParts(e, log)...))
			last = e.Seq
			return nil
		})
		if errors.Is(err, errEnough) {
			out = append(out, rest.Param("after", "valueString", strconv.FormatInt(last, 10)))
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	d.rest.FHIR(w, r, http.StatusOK, rest.Parameters(out...))
	return nil
}

// eventParts is an event on the wire, with the log of the desk that it was at; what is empty
// is left out.
func eventParts(e *store.LogEntry, log string) rest.List {
	parts := rest.List{rest.Param("id", "valueString", e.ID), rest.Param("at", "valueInstant", rest.Instant(e.At)), rest.Param("action", "valueCode", string(e.Action))}
	for _, t := range [...]struct{ name, value string }{{"staff", e.Staff}, {"role", string(e.Role)}, {"location", e.Location}, {"patient", e.Patient}, {"purpose", e.Purpose}, {"reason", e.Reason},
		{"outcome", e.Outcome}, {"what", e.What}, {"access", e.Access}, {"reporter", e.Reporter}, {"log", log}, {"desk", e.Client}} {
		if t.value != "" {
			parts = append(parts, rest.Param(t.name, "valueString", t.value))
		}
	}
	if e.Acted != 0 {
		parts = append(parts, rest.Param("acted", "valueInstant", rest.Instant(e.Acted)))
	}
	if e.Again.Times > 1 {
		parts = append(parts, rest.Param("times", "valueInteger", e.Again.Times), rest.Param("last", "valueInstant", rest.Instant(e.Again.Last)))
	}
	for _, m := range e.Marks {
		parts = append(parts, rest.Param("mark", "valueString", m))
	}
	return parts
}
