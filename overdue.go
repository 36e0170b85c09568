package ehrdesk

import "time"

// How long what was done at a desk may wait for the centre.
const (
	UnsentLong    = 72 * time.Hour      // then whoever works here is told to bring the line back
	UnsentTooLong = 30 * 24 * time.Hour // then the administrator takes it out with the recovery key
)

// Overdue is whether something has waited too long.
type Overdue string

// The grades of it.
const (
	InTime         Overdue = ""
	OverdueLong    Overdue = "long"
	OverdueTooLong Overdue = "too-long"
)

// OverdueAt is how something stands at now that has waited since.
func OverdueAt(since, now time.Time) Overdue {
	switch d := now.Sub(since); {
	case d > UnsentTooLong:
		return OverdueTooLong
	case d > UnsentLong:
		return OverdueLong
	}
	return InTime
}
