package client_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func exporting(t *testing.T, w *world, ways ...ehrdesk.Handout) (s interface {
	ehrdesk.Session
	ehrdesk.Linking
}, c ehrdesk.Exporting) {
	t.Helper()
	own, h := handing(t, w, ways...)
	return own, h.(ehrdesk.Exporting)
}

func TestAnExportLeavesOnlyWhereThePolicyLetsCopies(t *testing.T) {
	w := newWorld(t, 24)
	s, c := exporting(t, w, ehrdesk.HandoutPrint, ehrdesk.HandoutView)
	own := s.(ehrdesk.Linking)
	err := c.Export(ctx, ehrdesk.Export{What: "ips-file", Reason: "moves"}, func(context.Context) error { t.Error("sent"); return nil })
	if ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Error(err)
	}
	// The centre asks it too, of whoever goes past the chart.
	_, err = own.KeepLink(ctx, ehrdesk.NewLink{Patient: c.(ehrdesk.Chart).Patient().ID, File: []byte("a.b"), Ends: w.clock.now().Add(time.Hour), Opens: 1})
	if ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Error(err)
	}
}

func TestAnExportIsWrittenDownWithItsReasonBeforeAnythingLeaves(t *testing.T) {
	w := newWorld(t, 24)
	s, h := handing(t, w, ehrdesk.HandoutCopy)
	c := h.(ehrdesk.Exporting)
	for what, action := range map[string]ehrdesk.AuditAction{"ips-file": ehrdesk.AuditCopy, "teaching": ehrdesk.AuditCopy, "ips-link": ehrdesk.AuditShare} {
		sent := false
		err := c.Export(ctx, ehrdesk.Export{What: what, Reason: " moves abroad ", Records: 7}, func(context.Context) error {
			sent = true
			log := accesses(t, s)
			if last := log[len(log)-1]; last.Action != action || last.Reason != "moves abroad" || last.Detail != what+": 7 record(s)" || last.Patient == "" || last.Outcome != "" {
				t.Errorf("%s: when it leaves the log ends with %+v", what, last)
			}
			return nil
		})
		if !sent || err != nil {
			t.Errorf("%s: sent %t, %v", what, sent, err)
		}
	}
	if err := c.Export(ctx, ehrdesk.Export{What: "ips-file", Reason: " \t"}, func(context.Context) error { t.Error("sent"); return nil }); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Error(err)
	}
	broken := ehrdesk.Errorf("export", ehrdesk.CodeOther, "the disk is full")
	_ = c.Export(ctx, ehrdesk.Export{What: "ips-file", Reason: "why"}, func(context.Context) error { return broken })
	if log := accesses(t, s); log[len(log)-1].Outcome != ehrdesk.CodeOther {
		t.Errorf("one that failed: %+v", log[len(log)-1])
	}
}

func TestNoExportLeavesWhereTheAccessLogCannotBeWritten(t *testing.T) {
	w := newWorld(t, 24)
	_, c := exporting(t, w, ehrdesk.HandoutCopy)
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "providers", w.hcp, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = db.Exec("DROP TRIGGER full") }()
	if err := c.Export(ctx, ehrdesk.Export{What: "ips-file", Reason: "why"}, func(context.Context) error { t.Error("sent"); return nil }); err == nil {
		t.Error("no error")
	}
}

func TestALinkIsMadeListedAndEndedByWhoMadeIt(t *testing.T) {
	w := newWorld(t, 24)
	s, h := handing(t, w, ehrdesk.HandoutCopy)
	patient := h.(ehrdesk.Chart).Patient().ID
	k, err := s.KeepLink(ctx, ehrdesk.NewLink{Patient: patient, File: []byte("a.b"), Ends: w.clock.now().Add(time.Hour), Opens: 3, Passcode: ehrdesk.NewSecret("4711")})
	if err != nil || !strings.Contains(k.URL, "/shl/") {
		t.Fatalf("%+v, %v", k, err)
	}
	all, err := s.Links(ctx)
	if err != nil || len(all) != 1 || all[0].ID != k.ID || all[0].Left != 3 || !all[0].Passcode || all[0].URL != "" || all[0].Patient != patient || all[0].Made.IsZero() {
		t.Errorf("%+v, %v", all, err)
	}
	if err := s.EndLink(ctx, k.ID); err != nil {
		t.Error(err)
	}
	if err := s.EndLink(ctx, k.ID); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("once more: %v", err)
	}
	if log := accesses(t, s); log[len(log)-1].Action != ehrdesk.AuditUnshare || log[len(log)-1].Outcome != ehrdesk.CodeNotFound {
		t.Errorf("%+v", log[len(log)-1])
	}
	if all, err := s.Links(ctx); err != nil || len(all) > 0 {
		t.Errorf("%+v, %v", all, err)
	}
}
