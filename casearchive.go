package ehrdesk

import "time"

// CaseArchive is a sealed case that ended as one to be archived, as it lies on this desk: sealed to the organisation's archive key, which
// no desk has.
type CaseArchive struct {
	Name  string // on this desk
	Case  string
	Staff string // for whom it was archived
	At    time.Time
	Key   string // the archive key's name
	Bytes int
}
