// Package cache is the encrypted store on a clinician's desk: copies of
// patients' records, and the journal of what was done with them. One directory
// belongs to one provider.
package cache
