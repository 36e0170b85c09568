// Package territory makes a synthetic population for demonstrations and tests:
// people of Hong Kong with names in both scripts, documents, addresses, consents
// in every state, and histories of up to ten years over all eleven record types.
//
// Nobody in it is real. The same seed gives the same people, and person i is the
// same person however many are asked for. Numbers satisfy the public rules of
// form (an HKIC's check digit) and nothing more.
//
// A chart hangs together as a clinician expects: measurements follow the person,
// disease moves them and treatment moves them back; what is computed is computed
// from what is printed beside it; nothing happened in the future. Who is asked for
// on another day has another history. It is no guide to practice.
//
// Histories are written by history.go: follow-ups and illnesses (attendance.go)
// with what is measured (visit.go, laboratory.go, from course.go), given
// (treatment.go), booked (booking.go) and written (document.go); stories.go adds
// what somebody was cast for in roles.go.
package territory
