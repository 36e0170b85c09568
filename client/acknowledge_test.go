package client_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func finding(mark, reason string) ehrdesk.Acknowledgement {
	return ehrdesk.Acknowledgement{Mark: mark, Rule: "1a", Version: "2026.11", Reason: reason, Records: []ehrdesk.Ref{{Resource: "MedicationRequest", ID: "w"}}}
}

// What a doctor says to a finding is kept with who said it and when, in the access log by rule and reason, and for as
// long as the clinic keeps its log: also after the copy of the record has gone.
func TestWhatIsSaidToAFindingIsKeptAndOutlivesTheCopy(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("WONG", 2)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	w.consent(s, n, key)
	c := w.chart(s, n)
	who := c.Patient().ID
	if err := s.Acknowledge(ctx, who, finding("a", "bridging agreed with cardiology")); err != nil {
		t.Fatal(err)
	}
	got, err := s.Acknowledged(ctx, who)
	if err != nil || len(got) != 1 || got[0].By != "drlee" || got[0].At.IsZero() || got[0].Reason != "bridging agreed with cardiology" || len(got[0].Records) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	last := w.lastEntry(s, ehrdesk.AuditAcknowledge)
	if last.Patient != who || last.Detail != "rule 1a of 2026.11" || last.Reason != "bridging agreed with cardiology" {
		t.Errorf("written down: %+v", last)
	}
	if err := s.Acknowledge(ctx, who, finding("a", "said once more")); err != nil {
		t.Fatal(err)
	}
	if got, _ := s.Acknowledged(ctx, who); len(got) != 1 || got[0].Reason != "said once more" {
		t.Errorf("said twice: %+v", got)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Acknowledged(ctx, who); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("with no chart open: %v", err)
	}
	if err := s.Acknowledge(ctx, who, finding("b", "")); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("with no chart open: %v", err)
	}
	_ = s.Close()
	s = w.signIn("drlee")
	if got, err := s.Acknowledged(ctx, w.chart(s, n).Patient().ID); err != nil || len(got) != 1 {
		t.Errorf("after signing in again: %+v, %v", got, err)
	}
}

func TestWhoDoesNotDecideOnDrugsAcknowledgesNothing(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("nursing", ehrdesk.Nurse)
	n, key := w.patient("WONG", 2)
	dr := w.signIn("drlee")
	w.consent(dr, n, key)
	who := w.chart(dr, n).Patient().ID
	if err := dr.Acknowledge(ctx, who, finding("a", "seen")); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []ehrdesk.Acknowledgement{finding("", "x"), finding("b", strings.Repeat("x", ehrdesk.AcknowledgeMost+1)), {Mark: "b"}} {
		if err := dr.Acknowledge(ctx, who, bad); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	_ = dr.Close()
	nurse := w.signIn("nursing")
	t.Cleanup(func() { _ = nurse.Close() })
	w.chart(nurse, n)
	if err := nurse.Acknowledge(ctx, who, finding("b", "seen")); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("a nurse: %v", err)
	}
	if got, err := nurse.Acknowledged(ctx, who); err != nil || len(got) != 1 || got[0].By != "drlee" {
		t.Errorf("a nurse reads %+v, %v", got, err)
	}
}

// Who says that something is to be measured finds it on the day's list by that day, once, for who sees results.
func TestWhatIsToBeMeasuredIsOnTheDaysList(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("WONG", 2)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	w.consent(s, n, key)
	who := w.chart(s, n).Patient().ID
	a := finding("a", "INR after the antibiotic")
	a.Again = w.clock.now().AddDate(0, 0, 4)
	for range 2 {
		if err := s.Acknowledge(ctx, who, a); err != nil {
			t.Fatal(err)
		}
	}
	var found []ehrdesk.Task
	all, err := s.Calls(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range all {
		if k.Call.What == ehrdesk.FollowMonitor {
			found = append(found, k)
		}
	}
	if len(found) != 1 || found[0].Kind != ehrdesk.TaskReview || found[0].Call.Days(w.clock.now()) < 4 || found[0].Call.Record.ID != "w" {
		t.Errorf("%+v", found)
	}
	a.Records, a.Mark = nil, "b"
	if err := s.Acknowledge(ctx, who, a); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("of no record: %v", err)
	}
}

// Nothing says that it was kept where it is not on the disk.
func TestAnAcknowledgementThatIsNotOnTheDiskIsAnError(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("WONG", 2)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	w.consent(s, n, key)
	who := w.chart(s, n).Patient().ID
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "providers", w.hcp, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"slip", "audit"} {
		if _, err := db.Exec("CREATE TRIGGER full BEFORE INSERT ON " + table + " BEGIN SELECT RAISE(ABORT, 'full'); END"); err != nil {
			t.Fatal(err)
		}
		if err := s.Acknowledge(ctx, who, finding("a", "seen")); err == nil {
			t.Errorf("%s: no error", table)
		}
		if got, _ := s.Acknowledged(ctx, who); len(got) != 0 {
			t.Errorf("%s: %+v", table, got)
		}
		if _, err := db.Exec("DROP TRIGGER full"); err != nil {
			t.Fatal(err)
		}
	}
}
