// Package fhirtest is a small FHIR R4 server in memory, for tests of whoever speaks to
// servers that are not ours. It behaves well unless its Quirks say otherwise: each of
// them is a habit that a server in use was seen with. It promises that what it stores
// are the bytes it was given, with a version and a time in meta and nothing else
// changed, and that a test can change what is stored between any two requests.
//
// What it does not do: transactions, chained and modified searches, includes, formats
// other than JSON, profiles, terminology, who may read what.
package fhirtest
