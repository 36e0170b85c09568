// Package arrivals reads a clinic's list of who comes, as other programs write it, and
// says what of it would change on the desk's list. It is pure: bytes, a moment and the
// list as it stands go in, and nothing is changed anywhere.
//
// It promises that each line is read right or refused with the reason: a time, a day or
// a number that nobody wrote is never made up. Only what stands under a heading that
// says so is read as a date or a time where it is digits alone.
package arrivals
