// Package ehrdesk is the language of the project: the identifiers, states,
// rules and records of Hong Kong's eHealth as a clinician's desk meets them, and
// the interfaces between the rooms of the house. It does no I/O and imports
// nothing of ours but the tables of its rules; everything else may import it.
//
// Personal numbers and secrets mask themselves when printed in the usual ways
// and are revealed only by methods asked for by name.
package ehrdesk
