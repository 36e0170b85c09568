package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cmd/internal/populate"
	"github.com/ehrdesk/ehrdesk/internal/report"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
	"github.com/ehrdesk/ehrdesk/ui"
)

// What the screen writes is a signed report in a file of its owner alone, which is in the log
// before it is written, and a clerk's has the clerk's entries.
func TestTheScreensReportsAreSignedFilesOfTheirOwnerAlone(t *testing.T) {
	t.Parallel()
	d := newSettledDesk(t, populate.From(territory.New(territory.Options{Patients: 3, Seed: demoSeed, Now: testclock.Start()}), demoHours), nil)
	at := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	r := reports{filepath.Join(t.TempDir(), "reports"), func() time.Time { return at }}
	in := func(staff string) ehrdesk.Session {
		t.Helper()
		s, err := d.desk.SignIn(t.Context(), staff, ehrdesk.NewSecret(demoPassphrase))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	officer := in("officer")
	written := func(s ehrdesk.Session, save func() (string, error), words ...string) string {
		t.Helper()
		at = at.Add(time.Second)
		name, err := save()
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if found, err := d.desk.CheckReport(t.Context(), b); err != nil || found.Finding != report.OK {
			t.Errorf("%+v, %v", found, err)
		}
		for _, w := range words {
			if !strings.Contains(string(b), w) {
				t.Errorf("no %q in\n%s", w, b)
			}
		}
		return string(b)
	}
	week := ehrdesk.LogFilter{Since: d.today.AddDate(0, 0, -7)}
	shown := func(s ehrdesk.Session, f ehrdesk.LogFilter) ui.Report {
		t.Helper()
		if _, err := s.AccessLog(t.Context()); err != nil { // looked at twice
			t.Fatal(err)
		}
		log, err := s.AccessLog(t.Context())
		if err != nil || len(log) < 3 {
			t.Fatalf("%d entries, %v", len(log), err)
		}
		return ui.Report{Filter: f, Of: len(log), Entries: []int64{log[0].Seq, log[2].Seq}, Narrowed: []string{"today"}}
	}
	text := written(officer, func() (string, error) { return r.SaveLog(t.Context(), officer, shown(officer, week)) }, "by officer, officer", "unbroken", "officer log detail: screen", "today, 2 of ", "Entries: 2\n")
	if n := strings.Count(text, " officer "); n != 2 || strings.Contains(text, "detail: export") { // what was shown, and not what is there by now
		t.Errorf("%d entries:\n%s", n, text)
	}
	if log, err := officer.AccessLog(t.Context()); err != nil || log[1].Detail != "export" {
		t.Errorf("not in the log: %+v, %v", log, err)
	}
	if _, err := r.SaveLog(t.Context(), officer, shown(officer, week)); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("over another report: %v", err)
	}
	c, err := officer.(ehrdesk.LogComparer).CompareLogs(t.Context(), d.today.AddDate(0, 0, -7), d.today.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	c.Rows = append(c.Rows, ehrdesk.Compared{Centre: &ehrdesk.CentreEntry{AuditEvent: ehrdesk.AuditEvent{At: d.today, Action: ehrdesk.AuditOpen, Staff: "drlee"}}, Difference: ehrdesk.NotInThisLog})
	last := len(c.Rows) - 1
	c.Rows = append(c.Rows, ehrdesk.Compared{Centre: &ehrdesk.CentreEntry{AuditEvent: ehrdesk.AuditEvent{At: d.today, Action: ehrdesk.AuditOpen, Staff: "nurse"}}, Difference: ehrdesk.OtherDesk})
	compared := ui.Report{Compared: c, Of: len(c.Rows), Rows: c.Rows[last : last+1], Narrowed: []string{"to look into"}}
	if text := written(officer, func() (string, error) { return r.SaveCompared(t.Context(), officer, compared) }, "beside the centre's", "1 only-centre-this-desk, 1 only-centre-elsewhere", "not in this desk's log", "to look into, 1 of ", "Entries: 1\n"); strings.Contains(text, "by another desk") {
		t.Errorf("a row that was not shown:\n%s", text)
	}
	compared.Rows = nil // nothing is shown: a report of that, and of nothing else
	written(officer, func() (string, error) { return r.SaveCompared(t.Context(), officer, compared) }, "beside the centre's", "0 of ", "Entries: 0\n")
	again := ehrdesk.CentreEntry{AuditEvent: ehrdesk.AuditEvent{At: d.today, Action: ehrdesk.AuditIncident, Staff: "nurse", Reason: "audit-differs"}, Times: 7, Last: d.today}
	written(officer, func() (string, error) {
		return r.SaveUnusual(t.Context(), officer, ui.Report{Compared: c, Of: 3, Centre: []ehrdesk.CentreEntry{again}})
	}, "What is unusual", "1 of 3 entries", "audit-differs", "found 7 times, last ")
	clerk := in("clerk")
	if text := written(clerk, func() (string, error) {
		return r.SaveLog(t.Context(), clerk, shown(clerk, ehrdesk.LogFilter{}))
	}, "by clerk", "clerk log"); strings.Contains(text, "officer log") {
		t.Errorf("a clerk's report has what others did:\n%s", text)
	}
}
