// Package fhir is FHIR R4 on the wire, as the desk needs it: requests and
// answers, bundles split into the exact bytes of each resource, thin
// projections into the language of the root package, and the walk over a
// resource that shows every element. It keeps no state and writes no file: long
// documents of a page go where its caller says (OpenSpool).
//
// Resources are never decoded into full models and written back: models drop
// what they do not know. The bytes received are the record.
package fhir
