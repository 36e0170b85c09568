// Package accesslog is this desk's access log as one session writes and reads it. It
// promises that an access is on the disk before anything comes of it, that what
// happened without the line waits for the centre in the same transaction, that the
// log is signed every so many entries, and that a centre which remembers more of the
// log than the desk does has the desk's copies put away.
package accesslog

import (
	"context"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// Countersigner is a centre that vouches for the access logs of desks.
type Countersigner interface {
	// Checkpoint gives the centre's signature for the desk's, and what leads to it from
	// seen, its last word. Errors: *fhir.Refusal.
	Checkpoint(ctx context.Context, signed string, entries [][]byte, seen string) (fhir.Countersigned, error)
}

// Screens are what lies open, of which nothing is shown any more when the copies of
// the desk are put away.
type Screens interface{ BlankAll() }

// Log is the access log of one session.
type Log struct {
	person.Sitting
	log      cache.AccessLog
	centre   Countersigner
	overseen Overseen
	screens  Screens

	mu       sync.Mutex
	signed   int64      // entries under the newest signed checkpoint
	vouching sync.Mutex // one checkpoint at a time
}

// New is the log of a session. centre is nil where it vouches for nothing, overseen where it
// tells nobody what it wrote down.
func New(at person.Sitting, centre Countersigner, overseen Overseen, screens Screens) *Log {
	return &Log{Sitting: at, log: at.Vault.AccessLog(), centre: centre, overseen: overseen, screens: screens}
}

// Record writes an access event, durable before it returns.
func (l *Log) Record(ctx context.Context, e ehrdesk.AuditEvent) error {
	a := l.Self.Account()
	e.ID = uuid.NewString()
	e.At, e.TimeUncertain = l.Line.Clocked()
	e.Staff, e.Role, e.Provider, e.Location = a.Staff, a.Role, a.Provider, a.Location
	b, err := json.Marshal(e)
	if err != nil {
		return ehrdesk.Errorf("audit", ehrdesk.CodeOther, "the access event cannot be written")
	}
	var n int64
	whole := context.WithoutCancel(ctx)
	if e.Reported() { // the centre has yet to hear of it: whatever happens now
		n, err = l.log.AddAndEnqueue(whole, b, "patient|"+e.Patient, e.ID, b)
	} else {
		n, err = l.log.Add(whole, b)
	}
	if err != nil {
		return err
	}
	l.signSometimes(ctx, n)
	return nil
}

// Incident writes down that something was found to be changed.
func (l *Log) Incident(ctx context.Context, patient, detail string) error {
	return l.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditIncident, Patient: patient, Outcome: ehrdesk.CodeTampered, Detail: detail})
}
