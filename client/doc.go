// Package client is one signed-in session at this desk: it signs in, finds
// patients, takes consent, opens charts, keeps the desk's encrypted copies in
// step with the centre, and delivers what waits.
//
// It implements the root package's Desk, Session and Chart. It joins two rooms
// that know nothing of each other: client/fhir, which speaks to the centre and
// keeps no state, and cache, which keeps state and knows no FHIR.
//
// A Session is wiring: acts, charts, copies, access log, line and who is signed in are
// rooms below client/internal, each with its own state and the interfaces it needs of
// others. What it asks of a centre is in centre.go, and one file names which centre.
//
// Locks are taken in this order: a session's end, a chart's sync, the sending of acts,
// a checkpoint of the access log, the set of open charts, a chart, what a chart holds;
// every other lock is taken last and holds no call into another room.
package client

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/accesslog"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// What a desk's rooms have of their own and its callers name.
type (
	Chart    = chart.Chart
	Ceiling  = copies.Ceiling
	Kept     = copies.Kept
	LogState = accesslog.State
)

var _ interface {
	ehrdesk.Chart
	ehrdesk.Fleeting
} = (*Chart)(nil)

// WarningCodes are all that whoever signs in may have to be told.
func WarningCodes() []string { return warnings.Codes() }

// WarningWords is a warning as a command prints it.
func WarningWords(code string) string { return warnings.Words(code) }
