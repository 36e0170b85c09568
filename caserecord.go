package ehrdesk

import "strconv"

// CaseRecordState is how a record that a message names stands to what the reader's own desk shows of it.
type CaseRecordState string

// The states.
const (
	CaseRecordUnknown CaseRecordState = ""         // the patient's chart is not open here
	CaseRecordSame    CaseRecordState = "same"     // the same bytes
	CaseRecordNewer   CaseRecordState = "newer"    // a later version than the one that is named
	CaseRecordOlder   CaseRecordState = "older"    // an earlier one: this desk is not in step yet
	CaseRecordOther   CaseRecordState = "other"    // other bytes, and nothing says which came first
	CaseRecordNotHere CaseRecordState = "not-here" // this desk does not show it: it is not in step, or this person may not see it
)

// CaseRecordSeen is a record that a message names, as the reader's desk shows it now.
type CaseRecordSeen struct {
	CaseRecord
	State CaseRecordState
	Here  *Record // as the desk's own chart lists it, nil where it does not
}

// Against holds the record that a message names against what a desk has: its version, and SHA-256 of its bytes.
func (r *CaseRecord) Against(version string, digest []byte) CaseRecordState {
	if string(digest) == string(r.Digest) {
		return CaseRecordSame
	}
	was, e := strconv.ParseUint(r.Version, 10, 64)
	is, e2 := strconv.ParseUint(version, 10, 64)
	switch {
	case e != nil || e2 != nil || was == is:
		return CaseRecordOther
	case is > was:
		return CaseRecordNewer
	}
	return CaseRecordOlder
}
