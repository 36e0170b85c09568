package house

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// mostEvents bounds what a desk takes of the centre's log at a time.
const mostEvents = 100_000

// AccessEvents gives the centre's own events of the asking provider from an instant on,
// oldest first, cleaned. Errors: CodeDenied for anybody but a security officer, CodeNotFound
// where the centre has no such list, CodeTampered for a list that does not go on, CodeOffline,
// CodeTimeout.
func (c *Centre) AccessEvents(ctx context.Context, from time.Time) ([]ehrdesk.CentreEntry, error) {
	const op = "audit.compare"
	var out []ehrdesk.CentreEntry
	after := ""
	for {
		p := fhir.Parameters{{Name: "from", Instant: fhir.Instant(from)}}
		if after != "" {
			p = append(p, fhir.Parameter{Name: "after", String: fhir.Str(after)})
		}
		got, _, err := c.wire.Ask(ctx, op, "$access-events", p)
		if err != nil {
			return nil, err
		}
		events := got.All("event")
		for _, e := range events {
			out = append(out, entryOf(fhir.Parts(e.Raw("part"))))
		}
		next := got.Text("after")
		if next == "" {
			return out, nil
		}
		if len(events) == 0 || next == after || len(out) > mostEvents {
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's list of events does not end")
		}
		after = next
	}
}

// entryOf reads an event. Of what it says nothing is believed to be safe for a screen.
func entryOf(p fhir.Answers) ehrdesk.CentreEntry {
	line := func(name string) string { return ehrdesk.CleanLine(p.Text(name)) }
	e := ehrdesk.CentreEntry{What: line("what"), Reporter: line("reporter"), Log: p.Text("log"), AuditEvent: ehrdesk.AuditEvent{ID: p.Text("id"), At: p.Time("at"), Action: ehrdesk.AuditAction(line("action")),
		Staff: line("staff"), Role: ehrdesk.Profession(line("role")), Location: line("location"), Patient: line("patient"), Purpose: ehrdesk.Purpose(line("purpose")), Reason: line("reason"), Outcome: ehrdesk.Code(line("outcome"))}}
	if acted := p.Time("acted"); !acted.IsZero() {
		e.Told, e.At = e.At, acted
	}
	e.Times, e.Last = max(1, p.Number("times")), p.Time("last")
	for _, m := range p.All("mark") {
		_, v := m.Choice("value")
		e.Marks = append(e.Marks, ehrdesk.CleanLine(r4.Text(v)))
	}
	return e
}
