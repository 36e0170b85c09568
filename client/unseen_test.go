package client_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

// measured has the centre hear of a critical result of Wong's, of so many days ago.
func (w *world) measured(id, test, status, value string, days int) {
	w.t.Helper()
	w.comesLater(id, "Observation", fmt.Sprintf(`"status":%q,"category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":%q},"subject":{"reference":"Patient/wong"},"effectiveDateTime":%q,"valueQuantity":{"value":%s,"unit":"mmol/L"},"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"HH"}]}]`,
		status, test, w.clock.now().AddDate(0, 0, -days).Format(time.RFC3339), value))
}

// inbox is what a session tells of abnormal results: id, how far it has come, who has opened and who acknowledged it.
func (w *world) inbox(s *client.Session, c ehrdesk.Chart) (out []string, marks map[string]string) {
	w.t.Helper()
	who := c.Patient().ID
	opened, err := s.Openings(ctx, who)
	if err != nil {
		w.t.Fatal(err)
	}
	said, err := s.Acknowledged(ctx, who)
	if err != nil {
		w.t.Fatal(err)
	}
	marks = map[string]string{}
	for _, x := range unseen.Of(unseen.Given{List: c.List, Now: w.deskNow(), Opened: opened, Said: said, For: s.Account()}) {
		marks[x.Record.ID] = x.Mark
		words := x.Record.ID
		for _, o := range x.Openers {
			words += " opened by " + o.By
		}
		if x.Said != nil {
			words += " acknowledged by " + x.Said.By
		}
		if x.Partial {
			words += " partial"
		}
		out = append(out, words)
	}
	return out, marks
}

func (w *world) wantInbox(s *client.Session, c ehrdesk.Chart, when string, want ...string) map[string]string {
	w.t.Helper()
	got, marks := w.inbox(s, c)
	if !slices.Equal(got, want) {
		w.t.Errorf("%s: %q, want %q", when, got, want)
	}
	return marks
}

// Who has opened an abnormal result and who has acknowledged it is kept by name, for everybody here, over a new sign-in
// and when the copy of the record has gone, until the result is another.
func TestWhoHasOpenedAndWhoHasAcknowledgedAResultIsKept(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("drho", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	w.measured("k", "Potassium", "final", "6.8", 3)
	w.measured("na", "Sodium", "final", "160", 4)
	c := w.chart(s, n)
	who := c.Patient().ID
	k := ehrdesk.Ref{Resource: "Observation", ID: "k"}
	w.wantInbox(s, c, "nobody has looked", "k", "na")
	for range 2 {
		if err := s.NoteOpening(ctx, who, k); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.NoteOpening(ctx, who, ehrdesk.Ref{Resource: "Observation", ID: "obs-wong-0"}); err != nil { // in range
		t.Fatal(err)
	}
	w.wantInbox(s, c, "one was opened", "k opened by drlee", "na")
	w.shut(s)
	w.shut(w.signIn("drlee")) // lets the colleague in

	ho := w.signIn("drho")
	c = w.chart(ho, n)
	if err := ho.NoteOpening(ctx, who, k); err != nil {
		t.Fatal(err)
	}
	marks := w.wantInbox(ho, c, "a colleague has opened it", "k opened by drlee opened by drho", "na")
	if err := ho.CloseResult(ctx, who, marks["k"], "resonium given, repeat on Friday"); err != nil {
		t.Fatal(err)
	}
	w.wantInbox(ho, c, "acknowledged", "na", "k opened by drlee opened by drho acknowledged by drho")
	if last := w.lastEntry(ho, ehrdesk.AuditAcknowledge); last.Patient != who || last.Detail != "result Observation/k" || last.Reason != "resonium given, repeat on Friday" {
		t.Errorf("written down: %+v", last)
	}
	if got, err := ho.PurgeAll(ctx); err != nil || got != 1 {
		t.Fatalf("%d copies, %v", got, err)
	}
	w.shut(ho)

	s = w.signIn("drlee")
	c = w.chart(s, n)
	w.wantInbox(s, c, "of a new copy", "na", "k opened by drlee opened by drho acknowledged by drho")
	w.measured("k", "Potassium", "corrected", "7.1", 3)
	if _, err := c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	w.wantInbox(s, c, "corrected", "k", "na")
	w.shut(s)
}

func TestAResultThatIsNotCompleteCannotBeAcknowledged(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	w.measured("k", "Potassium", "preliminary", "6.8", 3)
	c := w.chart(s, n)
	who := c.Patient().ID
	mark := w.wantInbox(s, c, "not complete", "k partial")["k"]
	if err := s.CloseResult(ctx, who, mark, "seen"); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("%v", err)
	}
	a := ehrdesk.Acknowledgement{Mark: mark, Rule: unseen.Rule, Version: unseen.Version, Reason: "seen"}
	if err := s.Acknowledge(ctx, who, a); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("as if it were a finding: %v", err)
	}
	if err := s.NoteOpening(ctx, who, ehrdesk.Ref{Resource: "Observation", ID: "k"}); err != nil {
		t.Fatal(err)
	}
	w.measured("k", "Potassium", "final", "6.8", 3)
	if _, err := c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.CloseResult(ctx, who, mark, "seen"); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("as it stood before: %v", err)
	}
	mark = w.wantInbox(s, c, "complete", "k")["k"]
	if err := s.CloseResult(ctx, who, mark, ""); err != nil {
		t.Errorf("complete, without a reason: %v", err)
	}
}

func TestWhoAnswersForNoResultAcknowledgesNone(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("pharma", ehrdesk.Pharmacist)
	w.enrol("nursing", ehrdesk.Nurse)
	dr := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(dr, n, key)
	w.measured("k", "Potassium", "final", "6.8", 3)
	c := w.chart(dr, n)
	who := c.Patient().ID
	mark := w.wantInbox(dr, c, "new", "k")["k"]
	if err := dr.CloseResult(ctx, who, mark, strings.Repeat("x", ehrdesk.AcknowledgeMost+1)); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("too long: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	denied := func(what string, err error) {
		t.Helper()
		if ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
			t.Errorf("%s: %v", what, err)
		}
	}
	k := ehrdesk.Ref{Resource: "Observation", ID: "k"}
	denied("no chart is open", dr.CloseResult(ctx, who, mark, ""))
	denied("no chart is open", dr.NoteOpening(ctx, who, k))
	w.shut(dr)

	pharma := w.signIn("pharma")
	c = w.chart(pharma, n)
	if err := pharma.NoteOpening(ctx, who, k); err != nil {
		t.Fatal(err)
	}
	denied("a pharmacist", pharma.CloseResult(ctx, who, mark, ""))
	w.wantInbox(pharma, c, "a pharmacist has opened it", "k opened by pharma")
	w.shut(pharma)

	nurse := w.signIn("nursing")
	t.Cleanup(func() { _ = nurse.Close() })
	w.chart(nurse, n)
	_, err := nurse.Openings(ctx, who)
	denied("a nurse", err)
	denied("a nurse", nurse.NoteOpening(ctx, who, k))
	denied("a nurse", nurse.CloseResult(ctx, who, mark, ""))
}

// What is too old to be told is forgotten with the next opening.
func TestOpeningsOfOldResultsGo(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	w.measured("k", "Potassium", "final", "6.8", 3)
	c := w.chart(s, n)
	who := c.Patient().ID
	if err := s.NoteOpening(ctx, who, ehrdesk.Ref{Resource: "Observation", ID: "k"}); err != nil {
		t.Fatal(err)
	}
	w.shut(s)
	w.clock.advance((ehrdesk.UnseenDays + 1) * 24 * time.Hour)
	s = w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	w.measured("na", "Sodium", "final", "160", 1)
	w.chart(s, n)
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "providers", w.hcp, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	lines := func() (n int) {
		if err := db.QueryRow("SELECT count(*) FROM slip").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := lines()
	if got, err := s.Openings(ctx, who); err != nil || len(got) != 0 {
		t.Errorf("told: %+v, %v", got, err)
	}
	if err := s.NoteOpening(ctx, who, ehrdesk.Ref{Resource: "Observation", ID: "na"}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Openings(ctx, who); err != nil || len(got) != 1 || got[0].Record.ID != "na" || lines() != before {
		t.Errorf("%+v, %v, %d lines of %d", got, err, lines(), before)
	}
}
