// Package results puts measured values together: every number of a test in one unit
// is one series, in the order of time. It promises that a number stays as it was sent,
// digit by digit, that two units are never one series and nothing is converted, that
// each numeric result which was not entered in error is in exactly one series, that
// what is no number is not among them, and that the same records give the same series
// in whatever order they come. It has no words and no clock of its own.
package results
