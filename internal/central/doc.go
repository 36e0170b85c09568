// Package central is a small, faithful reference of a central record service:
// FHIR R4 over HTTP above an embedded SQLite store, with the consent, access and
// notification rules of Hong Kong's eHealth enforced where the records lie.
//
// The wire is described in docs/central.md. The rules that matter most:
//
//   - No record is served without an active or deemed sharing consent of its
//     patient to the asking provider, checked in the same snapshot as the data.
//   - What a profession may not see is left out, never masked.
//   - A resource is served as the bytes it came as; only its id, its version and
//     time, and references within its bundle are ever edited.
//   - An acknowledged write survives the loss of the process.
//   - No number, name, key or clinical word reaches the log.
package central
