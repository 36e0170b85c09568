// Package fhir reads FHIR R4 bytes, for desk and centre alike: what stands in
// them, in the words and the order in which it was sent. It keeps no state and
// does no I/O.
package fhir
