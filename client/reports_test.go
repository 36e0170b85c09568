package client_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// reportOf is a radiology report of today.
func (w *world) reportOf(id, status, conclusion string) {
	w.t.Helper()
	w.comesLater(id, "DiagnosticReport", fmt.Sprintf(`"status":%q,"category":[{"coding":[{"code":"RAD"}]}],"code":{"text":"Chest X-ray"},"subject":{"reference":"Patient/wong"},"effectiveDateTime":%q,"conclusion":%q`,
		status, w.clock.now().Format(time.RFC3339), conclusion))
}

// lookedFor are the reports that a session is told to look at: record, rule, whether again, owner, and "over" with the outcome.
func lookedFor(t *testing.T, s *client.Session) (out []string, tasks []ehrdesk.Task) {
	t.Helper()
	all, err := s.Tasks(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range all {
		if k.Call.What != ehrdesk.FollowReport {
			continue
		}
		tasks = append(tasks, k)
		words := []string{k.Call.Record.ID, k.Call.Report.Rule, string(k.Call.Report.Again), k.Call.Owner()}
		if k.Work.Over() {
			words = append(words, "over", string(k.Call.Outcome()))
		}
		out = append(out, strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " "))
	}
	return out, tasks
}

func wantLooks(t *testing.T, s *client.Session, when string, want ...string) []ehrdesk.Task {
	t.Helper()
	got, tasks := lookedFor(t, s)
	if !slices.Equal(got, want) {
		t.Fatalf("%s: %q, want %q", when, got, want)
	}
	return tasks
}

// A report that newly comes has a doctor look at it, once at whatever desk, until a person has concluded it by name: opening it
// does not. What was there when a desk first had the record is no news; the front desk is told of none.
func TestAReportThatComesIsLookedAtOnceAtWhateverDesk(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	clerk, doctor := w.atTwo()
	other := w.deskOf("drho", ehrdesk.Doctor)
	polled := func() {
		for range 2 {
			for _, d := range []*clinicDesk{clerk, doctor, other} {
				d.poll()
			}
		}
	}
	polled()
	n, key := w.patient("Wong", 1)
	w.consent(doctor.s, n, key)
	w.reportOf("before", "final", "Old shadow.")
	w.measured("k", "Potassium", "final", "6.8", 0)
	w.looksAt(doctor.s, n)
	wantLooks(t, doctor.s, "what was there at first")
	w.looksAt(other.s, n)

	w.reportOf("xray", "final", "CANARY-SHADOW")
	w.syncs(doctor.s, n)
	w.syncs(doctor.s, n)
	polled()
	w.syncs(other.s, n) // the other desk finds it too
	polled()
	for _, d := range []*clinicDesk{doctor, other} {
		tasks := wantLooks(t, d.s, d.who, "xray radiology")
		if k := tasks[0]; k.Kind != ehrdesk.TaskReview || k.Call.Days(w.deskNow()) <= 0 || k.Call.At.After(w.deskNow()) || k.Call.Report.Says.English != "radiology report" {
			t.Errorf("%+v", k)
		}
	}
	wantLooks(t, clerk.s, "at the front desk")
	if all, err := clerk.s.Tasks(ctx); err != nil || slices.ContainsFunc(all, func(k ehrdesk.Task) bool { return k.Kind.Called() }) {
		t.Errorf("the front desk is told %+v, %v", all, err)
	}
	c := w.chart(other.s, n) // opened, and not concluded
	if _, err := c.Detail(ctx, ehrdesk.Ref{Resource: "DiagnosticReport", ID: "xray"}); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	task := wantLooks(t, other.s, "opened", "xray radiology")[0]
	if _, err := clerk.s.NoteCall(ctx, task.ID, ehrdesk.CallReached, time.Time{}); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("the front desk concludes it: %v", err)
	}
	if _, err := other.s.NoteCall(ctx, task.ID, ehrdesk.CallDeclined, time.Time{}); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("will not come: %v", err)
	}
	if _, err := other.s.NoteCall(ctx, task.ID, ehrdesk.CallReached, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if last := w.lastEntry(other.s, ehrdesk.AuditAcknowledge); last.Patient == "" || last.Detail != "report, reached: DiagnosticReport/xray" {
		t.Errorf("written down: %+v", last)
	}
	polled()
	wantLooks(t, doctor.s, "concluded by a colleague", "xray radiology drho over reached")
	w.syncs(doctor.s, n)
	polled()
	wantLooks(t, doctor.s, "synced again", "xray radiology drho over reached")

	// A month later the line is forgotten, and the report is not found again; a corrected one is, and says so.
	w.clock.advance(30 * 24 * time.Hour)
	doctor.again()
	other.again()
	w.syncs(doctor.s, n)
	w.syncs(other.s, n)
	wantLooks(t, doctor.s, "a month later")
	w.reportOf("xray", "corrected", "CANARY-NOTHING")
	w.syncs(doctor.s, n)
	wantLooks(t, doctor.s, "corrected", "xray radiology corrected")
}

// A newer version that comes while the first waits takes its place, keeps by when, and says that it is one; a report that is sent
// again as it was is none.
func TestANewerReportTakesThePlaceOfTheOneThatWaits(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	n, key := w.patient("Wong", 1)
	w.consent(s, n, key)
	w.looksAt(s, n)
	w.reportOf("xray", "preliminary", "Shadow?")
	w.syncs(s, n)
	first := wantLooks(t, s, "preliminary", "xray radiology")[0]
	at := w.clock.now().Format(time.RFC3339)
	final := fmt.Sprintf(`"status":"final","category":[{"coding":[{"code":"RAD"}]}],"code":{"text":"Chest X-ray"},"subject":{"reference":"Patient/wong"},"effectiveDateTime":%q,"conclusion":"Shadow."`, at)
	w.clock.advance(24 * time.Hour)
	w.comesLater("xray", "DiagnosticReport", final)
	w.syncs(s, n)
	got, tasks := lookedFor(t, s)
	if len(got) != 2 || got[0] != "xray radiology over withdrawn" || got[1] != "xray radiology newer" || !tasks[1].Call.Due.Equal(first.Call.Due) {
		t.Fatalf("%q, due %v and %v", got, first.Call.Due, tasks)
	}
	w.comesLater("xray", "DiagnosticReport", final+`,"meta":{"tag":[{"code":"sent-again"}]}`)
	w.syncs(s, n)
	if again, _ := lookedFor(t, s); !slices.Equal(again, got) {
		t.Errorf("sent again: %q", again)
	}
	w.comesLater("xray", "DiagnosticReport", strings.Replace(final, `"final"`, `"entered-in-error"`, 1))
	w.syncs(s, n)
	if gone, _ := lookedFor(t, s); len(gone) != 2 || gone[1] != "xray radiology newer over withdrawn" {
		t.Errorf("entered in error: %q", gone)
	}
}

// A desk that has not heard that a colleague at another has concluded a report makes the line anew, and it stays concluded.
func TestAReportThatWasConcludedElsewhereIsNotOpenedByADeskThatHasNotHeard(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	_, doctor := w.atTwo()
	other := w.deskOf("drho", ehrdesk.Doctor)
	both := []*clinicDesk{doctor, other}
	for range 3 {
		for _, d := range both {
			d.poll()
		}
	}
	n, key := w.patient("Wong", 1)
	w.consent(doctor.s, n, key)
	w.looksAt(doctor.s, n)
	w.looksAt(other.s, n)
	w.reportOf("xray", "final", "Shadow.")
	w.syncs(doctor.s, n)
	task := wantLooks(t, doctor.s, "found", "xray radiology")[0]
	if _, err := doctor.s.NoteCall(ctx, task.ID, ehrdesk.CallReached, time.Time{}); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(time.Minute)
	w.syncs(other.s, n) // before it has heard
	for range 3 {
		for _, d := range both {
			d.poll()
		}
	}
	for _, d := range both {
		wantLooks(t, d.s, d.who, "xray radiology drlee over reached")
	}
}

// Of a report of a kind that a profession is not given nobody of it is told, and whose rule is not theirs neither; a critical
// result that no report holds is looked at, and one in a report is that report.
func TestWhoIsNotToLookAtAReportIsNotTold(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("pharma", ehrdesk.Pharmacist)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 1)
	w.consent(s, n, key)
	w.looksAt(s, n)
	w.shut(s)
	w.shut(w.signIn("drlee")) // lets the colleague in
	pharma := w.signIn("pharma")
	w.looksAt(pharma, n)
	w.measured("k", "Potassium", "final", "6.8", 0)
	w.reportOf("xray", "final", "Shadow.")
	w.syncs(pharma, n)
	wantLooks(t, pharma, "a pharmacist")
	w.shut(pharma)
	s = w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	wantLooks(t, s, "as the pharmacist's sync found it", "k critical-laboratory")
	w.syncs(s, n)
	wantLooks(t, s, "a doctor", "k critical-laboratory", "xray radiology")
	w.comesLater("panel", "DiagnosticReport", `"status":"final","category":[{"coding":[{"code":"LAB"}]}],"code":{"text":"Renal function"},"subject":{"reference":"Patient/wong"},"effectiveDateTime":"`+w.clock.now().Format(time.RFC3339)+`","result":[{"reference":"Observation/na"}]`)
	w.measured("na", "Sodium", "final", "118", 0)
	w.syncs(s, n)
	wantLooks(t, s, "a report with its result", "k critical-laboratory", "xray radiology", "panel critical-laboratory")
}

// When the consent ends nothing of a report is told any more: withdrawn it is concluded, run out it has no word.
func TestOfAReportWithoutAConsentNoWordIsTold(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	n, key := w.patient("Wong", 1)
	g := grant(t, n, key)
	g.Term = ehrdesk.OneYear
	r, err := s.Grant(ctx, g)
	if err != nil {
		t.Fatal(err)
	}
	w.looksAt(s, n)
	w.reportOf("xray", "final", "Shadow.")
	w.syncs(s, n)
	wantLooks(t, s, "while it lasts", "xray radiology")
	w.clock.advance(r.Consent.Until.Sub(w.clock.now()))
	task := wantLooks(t, s, "at its end", "")[0]
	if task.Call.Report.Says != (ehrdesk.LocalName{}) || task.Call.Kind != 0 || task.Call.Record != (ehrdesk.Ref{}) || task.Call.Mark != "" {
		t.Errorf("%+v", task.Call)
	}
	if _, err := s.NoteCall(ctx, task.ID, ehrdesk.CallGivenUp, time.Time{}); err != nil {
		t.Errorf("it can be concluded: %v", err)
	}
}

func TestAReportIsGoneWithAConsentThatIsWithdrawn(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	n, key := w.patient("Wong", 1)
	w.consent(s, n, key)
	w.looksAt(s, n)
	w.reportOf("xray", "final", "Shadow.")
	w.syncs(s, n)
	wantLooks(t, s, "while it stands", "xray radiology")
	if _, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "W-1", DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	none := func(when string) {
		t.Helper()
		k := wantLooks(t, s, when, "over withdrawn")[0]
		if c := k.Call; c.Record != (ehrdesk.Ref{}) || c.Kind != 0 || c.Mark != "" || c.Report.Says != (ehrdesk.LocalName{}) || c.Report.Rule != "" || !c.At.IsZero() {
			t.Errorf("%s: %+v", when, c)
		}
	}
	none("withdrawn")
	w.shut(s)
	w.reopen(time.Minute)
	s = w.signIn("drlee")
	none("on the disk")
}

// A report that a colleague has concluded has no word left either once the consent is withdrawn, at each desk; given anew, the consent
// does not have it looked at again.
func TestAReportThatWasLookedAtHasNoWordAfterAWithdrawal(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	_, doctor := w.atTwo()
	other := w.deskOf("drho", ehrdesk.Doctor)
	polled := func() {
		for range 3 {
			doctor.poll()
			other.poll()
		}
	}
	polled()
	n, key := w.patient("Wong", 1)
	w.consent(doctor.s, n, key)
	w.looksAt(doctor.s, n)
	w.reportOf("xray", "final", "Shadow.")
	w.syncs(doctor.s, n)
	task := wantLooks(t, doctor.s, "found", "xray radiology")[0]
	if _, err := doctor.s.NoteCall(ctx, task.ID, ehrdesk.CallReached, time.Time{}); err != nil {
		t.Fatal(err)
	}
	polled()
	wantLooks(t, other.s, "heard", "xray radiology drlee over reached")
	if _, err := doctor.s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "W-1", DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	polled()
	for _, d := range []*clinicDesk{doctor, other} {
		if c := wantLooks(t, d.s, "withdrawn", "drlee over reached")[0].Call; c.Kind != 0 || c.Mark != "" || c.Report.Says != (ehrdesk.LocalName{}) {
			t.Errorf("%s: %+v", d.who, c)
		}
	}
	w.clock.advance(time.Minute)
	g := formGrant(n, "K-again")
	if _, err := doctor.s.Grant(ctx, g); err != nil {
		t.Fatal(err)
	}
	w.looksAt(doctor.s, n)
	w.syncs(doctor.s, n)
	wantLooks(t, doctor.s, "given anew", "drlee over reached")
}

// A site's own table stands in the place of the program's.
func TestASitesOwnTableSaysWhichReportsAreLookedAt(t *testing.T) {
	const head = "rule,kind,category,codes,flag,for,days,most,en,zh-Hant,zh-Hans,source\n"
	rules, _, err := ehrdesk.ParseReportRules(strings.NewReader(head + "ours,laboratory,,,abnormal,pharmacist,0,30,a result for the pharmacist,,,ours\n"))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	w.reports = &rules
	w.reopen(time.Minute)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("pharma", ehrdesk.Pharmacist)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 1)
	w.consent(s, n, key)
	w.looksAt(s, n)
	w.measured("k", "Potassium", "final", "6.8", 0)
	w.reportOf("xray", "final", "Shadow.")
	w.syncs(s, n)
	wantLooks(t, s, "the doctor")
	w.shut(s)
	w.shut(w.signIn("drlee"))
	pharma := w.signIn("pharma")
	t.Cleanup(func() { _ = pharma.Close() })
	wantLooks(t, pharma, "the pharmacist", "k ours")
}
