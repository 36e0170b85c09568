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
	written(officer, func() (string, error) { return r.SaveLog(t.Context(), officer, week) }, "by officer, officer", "unbroken", "officer log detail: export")
	if _, err := r.SaveLog(t.Context(), officer, week); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("over another report: %v", err)
	}
	c, err := officer.(ehrdesk.LogComparer).CompareLogs(t.Context(), d.today.AddDate(0, 0, -7), d.today.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	c.Rows = append(c.Rows, ehrdesk.Compared{Centre: &ehrdesk.CentreEntry{AuditEvent: ehrdesk.AuditEvent{At: d.today, Action: ehrdesk.AuditOpen, Staff: "drlee"}}, Difference: ehrdesk.NotInThisLog})
	written(officer, func() (string, error) { return r.SaveCompared(t.Context(), officer, c) }, "beside the centre's", "1 only-centre-this-desk", "not in this desk's log")
	c.Rows = nil
	written(officer, func() (string, error) { return r.SaveCompared(t.Context(), officer, c) }, "What is unusual")
	clerk := in("clerk")
	if text := written(clerk, func() (string, error) { return r.SaveLog(t.Context(), clerk, ehrdesk.LogFilter{}) }, "Report:  by clerk", "clerk log"); strings.Contains(text, "officer log") {
		t.Errorf("a clerk's report has what others did:\n%s", text)
	}
}
