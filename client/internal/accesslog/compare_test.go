package accesslog

import (
	"fmt"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

var (
	nine  = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	since = nine.Add(-time.Hour)
	until = nine.Add(5 * time.Hour)
)

func here(id string, after time.Duration, action ehrdesk.AuditAction, staff, patient string, purpose ehrdesk.Purpose, outcome ehrdesk.Code) ehrdesk.LogEntry {
	return ehrdesk.LogEntry{AuditEvent: ehrdesk.AuditEvent{ID: id, At: nine.Add(after), Action: action, Staff: staff, Patient: patient, Purpose: purpose, Outcome: outcome}}
}

func there(id string, after time.Duration, action ehrdesk.AuditAction, staff, patient string, purpose ehrdesk.Purpose, log string) ehrdesk.CentreEntry {
	return ehrdesk.CentreEntry{AuditEvent: here(id, after, action, staff, patient, purpose, "").AuditEvent, Log: log}
}

// Each way in which the two logs may differ has its name, and what agrees has none.
func TestEachDifferenceOfTheLogsIsNamed(t *testing.T) {
	open, cached, visit := ehrdesk.AuditOpen, ehrdesk.AuditOpenCached, ehrdesk.Consultation
	denied := there("c", 0, open, "clerk", "p1", visit, "ours")
	denied.Outcome = ehrdesk.CodeDenied
	again := there("c", time.Second, ehrdesk.AuditRevoke, "clerk", "p1", "", "ours")
	again.Outcome = ehrdesk.CodeNotFound
	unknown := there("c", time.Second, ehrdesk.AuditRevoke, "clerk", "", "", "ours")
	unknown.Outcome = ehrdesk.CodeNotFound
	ends := there("c", time.Minute, ehrdesk.AuditRelease, "dr", "p1", "", "ours")
	ends.Reason = "ended: 1"
	lock := here("d", 0, open, "dr", "p1", visit, "")
	lock.Detail = AfterLock
	for name, c := range map[string]struct {
		here   []ehrdesk.LogEntry
		centre []ehrdesk.CentreEntry
		want   []ehrdesk.Difference
	}{
		"agree":                                 {[]ehrdesk.LogEntry{here("d", time.Second, open, "dr", "p1", visit, "")}, []ehrdesk.CentreEntry{there("c", 0, open, "dr", "p1", visit, "ours")}, []ehrdesk.Difference{ehrdesk.NoDifference}},
		"a report, told later":                  {[]ehrdesk.LogEntry{here("x", 0, cached, "dr", "p1", visit, "")}, []ehrdesk.CentreEntry{there("x", 0, cached, "dr", "p1", visit, "ours")}, []ehrdesk.Difference{ehrdesk.NoDifference}},
		"a report of somebody else":             {[]ehrdesk.LogEntry{here("x", 0, cached, "dr", "p1", visit, "")}, []ehrdesk.CentreEntry{there("x", 0, cached, "other", "p1", visit, "ours")}, []ehrdesk.Difference{ehrdesk.OtherPerson}},
		"a report, and here of nobody":          {[]ehrdesk.LogEntry{here("x", 0, ehrdesk.AuditSetAside, "dr", "", "", ehrdesk.CodeTampered)}, []ehrdesk.CentreEntry{there("x", 0, ehrdesk.AuditSetAside, "dr", "p1", "", "ours")}, []ehrdesk.Difference{ehrdesk.OtherPerson}},
		"not yet reported":                      {[]ehrdesk.LogEntry{here("waits", 0, cached, "dr", "p1", visit, "")}, nil, []ehrdesk.Difference{ehrdesk.OnlyWaiting}},
		"reported, and not there":               {[]ehrdesk.LogEntry{here("x", 0, cached, "dr", "p1", visit, "")}, nil, []ehrdesk.Difference{ehrdesk.OnlyHere}},
		"left out by the centre":                {[]ehrdesk.LogEntry{here("d", 0, open, "dr", "p1", visit, "")}, nil, []ehrdesk.Difference{ehrdesk.OnlyHere}},
		"refused here":                          {[]ehrdesk.LogEntry{here("d", 0, open, "dr", "p1", visit, ehrdesk.CodeConsentNeeded)}, nil, []ehrdesk.Difference{ehrdesk.OnlyRefused}},
		"no answer came":                        {[]ehrdesk.LogEntry{here("d", 0, open, "dr", "p1", visit, ehrdesk.CodeTimeout)}, []ehrdesk.CentreEntry{there("c", 0, open, "dr", "p1", visit, "ours")}, []ehrdesk.Difference{ehrdesk.NoDifference}},
		"struck out here":                       {nil, []ehrdesk.CentreEntry{there("c", 0, open, "dr", "p1", visit, "ours")}, []ehrdesk.Difference{ehrdesk.NotInThisLog}},
		"another desk":                          {nil, []ehrdesk.CentreEntry{there("c", 0, open, "dr", "p1", visit, "theirs")}, []ehrdesk.Difference{ehrdesk.OtherDesk}},
		"another desk, at the time":             {[]ehrdesk.LogEntry{here("d", 0, open, "dr", "p1", visit, "")}, []ehrdesk.CentreEntry{there("c", 0, open, "dr", "p1", visit, "theirs")}, []ehrdesk.Difference{ehrdesk.OnlyHere, ehrdesk.OtherDesk}},
		"another purpose":                       {[]ehrdesk.LogEntry{here("d", 0, open, "dr", "p1", visit, "")}, []ehrdesk.CentreEntry{there("c", 0, open, "dr", "p1", ehrdesk.FollowUp, "ours")}, []ehrdesk.Difference{ehrdesk.OtherPurpose}},
		"another time":                          {[]ehrdesk.LogEntry{here("d", 0, open, "dr", "p1", visit, "")}, []ehrdesk.CentreEntry{there("c", 20*time.Minute, open, "dr", "p1", visit, "ours")}, []ehrdesk.Difference{ehrdesk.OtherTime}},
		"done here and refused there":           {[]ehrdesk.LogEntry{here("d", 0, open, "clerk", "p1", visit, "")}, []ehrdesk.CentreEntry{denied}, []ehrdesk.Difference{ehrdesk.OnlyHere, ehrdesk.NotInThisLog}},
		"hours apart is not one":                {[]ehrdesk.LogEntry{here("d", 0, open, "dr", "p1", visit, "")}, []ehrdesk.CentreEntry{there("c", 3*time.Hour, open, "dr", "p1", visit, "ours")}, []ehrdesk.Difference{ehrdesk.OnlyHere, ehrdesk.NotInThisLog}},
		"two, of which one is missing":          {[]ehrdesk.LogEntry{here("d", 0, open, "dr", "p1", visit, ""), here("e", 30*time.Minute, open, "dr", "p1", visit, "")}, []ehrdesk.CentreEntry{there("c", 30*time.Minute, open, "dr", "p1", visit, "ours")}, []ehrdesk.Difference{ehrdesk.OnlyHere, ehrdesk.NoDifference}},
		"refused, the desk knows no id":         {[]ehrdesk.LogEntry{here("d", 0, ehrdesk.AuditRevoke, "clerk", "", "", ehrdesk.CodeNotFound)}, []ehrdesk.CentreEntry{again}, []ehrdesk.Difference{ehrdesk.NoDifference}},
		"no answer, the desk knows no id":       {[]ehrdesk.LogEntry{here("d", 0, ehrdesk.AuditRevoke, "clerk", "", "", ehrdesk.CodeTimeout)}, []ehrdesk.CentreEntry{there("c", 0, ehrdesk.AuditRevoke, "clerk", "p1", "", "ours")}, []ehrdesk.Difference{ehrdesk.NoDifference}},
		"refused, the centre knows no id":       {[]ehrdesk.LogEntry{here("d", 0, ehrdesk.AuditRevoke, "clerk", "p1", "", ehrdesk.CodeNotFound)}, []ehrdesk.CentreEntry{unknown}, []ehrdesk.Difference{ehrdesk.NoDifference}},
		"refused, two patients":                 {[]ehrdesk.LogEntry{here("d", 0, ehrdesk.AuditRevoke, "clerk", "p2", "", ehrdesk.CodeNotFound)}, []ehrdesk.CentreEntry{again}, []ehrdesk.Difference{ehrdesk.OnlyRefused, ehrdesk.NotInThisLog}},
		"done, the desk names nobody":           {[]ehrdesk.LogEntry{here("d", 0, ehrdesk.AuditRevoke, "clerk", "", "", "")}, []ehrdesk.CentreEntry{there("c", 0, ehrdesk.AuditRevoke, "clerk", "p1", "", "ours")}, []ehrdesk.Difference{ehrdesk.OnlyHere, ehrdesk.NotInThisLog}},
		"a form that waited a minute":           {[]ehrdesk.LogEntry{here("d", 0, ehrdesk.AuditGrant, "clerk", "p1", "", ehrdesk.CodeOffline), here("e", time.Minute, ehrdesk.AuditGrant, "clerk", "p1", "", "")}, []ehrdesk.CentreEntry{there("c", time.Minute, ehrdesk.AuditGrant, "clerk", "p1", "", "ours")}, []ehrdesk.Difference{ehrdesk.NoDifference}},
		"two that waited, one answer":           {[]ehrdesk.LogEntry{here("d", 0, ehrdesk.AuditGrant, "clerk", "p1", "", ehrdesk.CodeOffline), here("e", time.Minute, ehrdesk.AuditGrant, "clerk", "p1", "", ehrdesk.CodeOffline), here("f", 10*time.Minute, ehrdesk.AuditGrant, "clerk", "p1", "", "")}, []ehrdesk.CentreEntry{there("c", 10*time.Minute, ehrdesk.AuditGrant, "clerk", "p1", "", "ours")}, []ehrdesk.Difference{ehrdesk.OnlyRefused, ehrdesk.NoDifference}},
		"an answer that came half an hour late": {[]ehrdesk.LogEntry{here("d", 0, ehrdesk.AuditGrant, "clerk", "p1", "", ehrdesk.CodeTimeout), here("e", 30*time.Minute, ehrdesk.AuditGrant, "clerk", "p1", "", "")}, []ehrdesk.CentreEntry{there("c", 0, ehrdesk.AuditGrant, "clerk", "p1", "", "ours")}, []ehrdesk.Difference{ehrdesk.OtherTime}},
		"looking and reading":                   {[]ehrdesk.LogEntry{here("d", 0, ehrdesk.AuditFind, "dr", "p1", "", "")}, []ehrdesk.CentreEntry{there("c", 0, ehrdesk.AuditRead, "dr", "p1", "", "ours"), ends}, nil},
		"after a lock":                          {[]ehrdesk.LogEntry{lock}, nil, nil},
		"before and after the period":           {[]ehrdesk.LogEntry{here("d", -2*time.Hour, open, "dr", "p1", visit, "")}, []ehrdesk.CentreEntry{there("c", 6*time.Hour, open, "dr", "p1", visit, "ours")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := Compare(c.here, c.centre, map[string]bool{"waits": true}, "ours", since, until)
			var found []ehrdesk.Difference
			for _, r := range got.Rows {
				found = append(found, r.Difference)
			}
			if fmt.Sprint(found) != fmt.Sprint(c.want) {
				t.Errorf("%q, want %q", found, c.want)
			}
		})
	}
}

func TestWhatCannotBeReadIsCountedInTheComparison(t *testing.T) {
	got := Compare([]ehrdesk.LogEntry{{Seq: 1, AuditEvent: ehrdesk.AuditEvent{Action: ehrdesk.AuditSealed}}, {Seq: 2, AuditEvent: ehrdesk.AuditEvent{Action: ehrdesk.AuditDamaged}}}, nil, nil, "ours", since, until)
	if got.Unreadable != 2 || len(got.Rows) != 0 {
		t.Errorf("%+v", got)
	}
}

// A year's entries of one busy desk are compared while somebody waits.
func BenchmarkCompare(b *testing.B) {
	var ours []ehrdesk.LogEntry
	var theirs []ehrdesk.CentreEntry
	for i := range 10_000 {
		after := time.Duration(i) * time.Second
		p := fmt.Sprint("p", i%200)
		ours = append(ours, here(fmt.Sprint("d", i), after, ehrdesk.AuditOpen, "dr", p, ehrdesk.Consultation, ""))
		theirs = append(theirs, there(fmt.Sprint("c", i), after+time.Second, ehrdesk.AuditOpen, "dr", p, ehrdesk.Consultation, "ours"))
	}
	for b.Loop() {
		if got := Compare(ours, theirs, nil, "ours", since, until); len(got.Rows) != 10_000 {
			b.Fatal(len(got.Rows))
		}
	}
}
