// Package client is one signed-in session at this desk: it signs in, finds
// patients, takes consent, opens charts, keeps the desk's encrypted copies in
// step with the centre, and delivers what waits.
//
// It implements the root package's Desk, Session and Chart. It joins two rooms
// that know nothing of each other: client/fhir, which speaks to the centre and
// keeps no state, and cache, which keeps state and knows no FHIR.
package client
