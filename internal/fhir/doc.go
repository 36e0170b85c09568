// Package fhir reads FHIR R4 bytes, for desk and centre alike: what is well
// formed, of what type and id a resource is, whose record it is, where it goes
// among the eleven types, what it says (its facts), and every element of it. It
// is the only reader in the program, so that two rooms never see two different
// records in the same bytes. It speaks no HTTP, keeps no state and changes no
// byte.
package fhir
