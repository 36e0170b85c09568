// Package fhir is FHIR R4 on the wire, as the desk needs it: requests and
// answers, lists followed page by page, bundles split into the exact bytes of each
// resource, thin projections into the language of the root package. It promises that
// a token goes to one host, that an answer is bounded in bytes, entries, pages and
// time without progress, and that an error says whether the centre may have acted.
// It keeps no state and writes no file: long documents of a page go where its caller
// says (OpenSpool). What is asked of a centre is for an adapter below it to say.
//
// Resources are never decoded into full models and written back: models drop
// what they do not know. The bytes received are the record.
package fhir
