package fake

import (
	"context"
	"fmt"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Office has a security officer work at the desk: the last of its people.
func (d *Desk) Office() *Desk {
	a := d.People[0]
	a.Staff, a.Name, a.Role = "ochan", "CHAN Siu Man 陳小文", ehrdesk.Officer
	d.People = append(d.People, a)
	return d
}

// What the comparison has instead of a row of each kind, as a desk's Rows.
const (
	NoRows   = -1 // nothing
	SameRows = -2 // three acts that are the same at both
)

var _ ehrdesk.LogComparer = (*session)(nil)

// CompareLogs has one row of each kind, and what the centre marked.
func (s *session) CompareLogs(ctx context.Context, since, until time.Time) (ehrdesk.LogComparison, error) {
	if err := s.d.call(ctx, "compare"); err != nil {
		return ehrdesk.LogComparison{}, err
	}
	if !s.a.Role.ReadsLogs() {
		return ehrdesk.LogComparison{}, ehrdesk.E("audit.compare", ehrdesk.CodeDenied, nil)
	}
	out := ehrdesk.LogComparison{Since: since, Until: until, Unreadable: 1}
	switch s.d.Rows {
	case SameRows:
		out.Rows = []ehrdesk.Compared{s.d.row(1, ehrdesk.NoDifference), s.d.row(2, ehrdesk.NoDifference), s.d.row(3, ehrdesk.NoDifference)}
		return out, nil
	case NoRows:
		return out, nil
	}
	for i := range s.d.Rows {
		out.Rows = append(out.Rows, s.d.row(i, ehrdesk.NoDifference))
	}
	for i, difference := range append(ehrdesk.Differences(), ehrdesk.NoDifference) {
		out.Rows = append(out.Rows, s.d.row(i, difference))
	}
	for i := range out.Rows {
		if c := out.Rows[i].Centre; c != nil {
			out.Centre = append(out.Centre, *c)
		}
	}
	late := s.d.row(40, ehrdesk.OtherDesk).Centre
	late.Marks, late.Told, late.Reporter = []string{"late", "out-of-hours"}, late.At.Add(time.Hour), "cmei"
	surname := s.d.row(41, ehrdesk.OtherDesk).Centre
	surname.Marks = []string{"same-surname", "mark-of-tomorrow"}
	refused := s.d.row(42, ehrdesk.OtherDesk).Centre
	refused.Action, refused.Reason, refused.Outcome = ehrdesk.AuditIncident, "audit-differs", ehrdesk.CodeTampered
	refused.Times, refused.Last, refused.Purpose = 37, refused.At.Add(2*time.Hour), ""
	out.Centre = append(out.Centre, *late, *surname, *refused)
	return out, nil
}

// row is an opening in the morning on which the two logs differ so.
func (d *Desk) row(i int, difference ehrdesk.Difference) ehrdesk.Compared {
	staff := "drlee"
	if d.Hostile != "" {
		staff = d.Hostile
	}
	at := Clock().Add(time.Duration(i-50) * time.Minute)
	e := ehrdesk.AuditEvent{ID: fmt.Sprint("event-", i), At: at, Action: ehrdesk.AuditOpen, Staff: staff, Role: ehrdesk.Doctor, Location: "Kwai Chung", Patient: fmt.Sprint("p", i%4), Purpose: ehrdesk.Consultation}
	here := &ehrdesk.LogEntry{Seq: int64(100 + i), AuditEvent: e}
	centre := &ehrdesk.CentreEntry{AuditEvent: e}
	c := ehrdesk.Compared{Here: here, Centre: centre, Difference: difference}
	switch difference {
	case ehrdesk.OnlyHere, ehrdesk.OnlyWaiting, ehrdesk.OnlyRefused:
		c.Centre = nil
	case ehrdesk.OtherDesk, ehrdesk.NotInThisLog:
		c.Here = nil
	case ehrdesk.OtherTime:
		c.By = 20 * time.Minute
		centre.At = at.Add(c.By)
	case ehrdesk.OtherPurpose:
		centre.Purpose = ehrdesk.FollowUp
	case ehrdesk.OtherPerson:
		centre.Staff = "nwong"
	case ehrdesk.NoDifference:
	}
	return c
}
