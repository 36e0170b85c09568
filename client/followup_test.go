package client_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// ownClinic is how the records of the tests name the clinic of newWorld.
const ownClinic = `{"reference":"Organization/own","display":"Harbour Light"}`

// leavesOpen has the centre hear of what the clinic has booked and ordered for a patient, and nobody came
// for, answered, or sent back.
func (w *world) leavesOpen(patient string) {
	w.t.Helper()
	ago := func(days int) string { return w.clock.now().AddDate(0, 0, -days).Format(time.DateOnly) }
	of := `"subject":{"reference":"Patient/` + patient + `"}`
	w.comesLater("missed-1", "Appointment", `"status":"booked","start":"`+ago(9)+`T09:00:00+08:00","participant":[{"actor":{"reference":"Patient/`+patient+`"},"status":"accepted"},{"actor":`+ownClinic+`,"status":"accepted"}]`)
	w.comesLater("referral-1", "ServiceRequest", `"status":"active","intent":"order","category":[{"text":"Referral"}],"authoredOn":"`+ago(120)+`","requester":`+ownClinic+`,`+of)
	w.comesLater("test-1", "ServiceRequest", `"status":"active","intent":"order","code":{"coding":[{"system":"http://loinc.org","code":"4548-4","display":"HbA1c"}]},"authoredOn":"`+ago(30)+`","requester":`+ownClinic+`,`+of)
	w.comesLater("test-2", "ServiceRequest", `"status":"active","intent":"order","code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},"authoredOn":"`+ago(30)+`","requester":{"display":"Queen Mary Hospital"},`+of)
}

// looseEnds is what a desk shows of what is to be followed up.
func (d *clinicDesk) looseEnds() (out []string) {
	d.w.t.Helper()
	all, err := d.s.Calls(ctx)
	if err != nil {
		d.w.t.Fatal(err)
	}
	for _, t := range all {
		record := t.Call.Record.ID
		if record == "" {
			record = "-"
		}
		out = append(out, fmt.Sprintf("%s %s %s %s %s", t.Kind, t.Call.What, record, t.Work, t.Call.Outcome()))
	}
	slices.Sort(out)
	return out
}

func (d *clinicDesk) opensChart(n ehrdesk.Number) {
	d.w.t.Helper()
	if err := d.w.chart(d.s, n).Close(); err != nil {
		d.w.t.Fatal(err)
	}
	d.w.clock.advance(time.Minute)
}

func TestWhatARecordLeavesOpenIsFollowedUpOnceByWhoMaySeeIt(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	clerk, doctor := w.atTwo()
	other := w.deskOf("drho", ehrdesk.Doctor)
	for range 2 {
		for _, d := range []*clinicDesk{clerk, doctor, other} {
			d.poll()
		}
	}
	n, key := w.patient("Wong", 1)
	w.consent(clerk.s, n, key)
	w.leavesOpen("wong")
	if got := clerk.looseEnds(); len(got) != 0 {
		t.Fatalf("before anybody opened the record: %q", got)
	}
	doctor.opensChart(n)
	want := []string{"call missed missed-1 requested ", "call referral referral-1 requested ", "review test test-1 requested "}
	if got := doctor.looseEnds(); !slices.Equal(got, want) {
		t.Fatalf("the doctor has %q", got)
	}
	// Opened again, and at another desk, nothing is put down twice, in reach or out of it.
	doctor.poll()
	doctor.opensChart(n)
	other.opensChart(n)
	for range 2 {
		for _, d := range []*clinicDesk{other, doctor, clerk} {
			d.poll()
		}
	}
	for _, d := range []*clinicDesk{doctor, other} {
		if got := d.looseEnds(); !slices.Equal(got, want) {
			t.Errorf("%s has %q", d.who, got)
		}
	}
	// The front desk is told of the calls, and of neither why nor the review.
	all, err := clerk.s.Calls(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.Kind != ehrdesk.TaskCall || c.Call.What != ehrdesk.FollowUnsaid || c.Call.Record != (ehrdesk.Ref{}) || !c.Call.Missed.IsZero() || c.Call.Days(w.clock.now()) > 0 || c.Patient.Name.Family != "Wong" {
			t.Errorf("%+v", c)
		}
	}
	listed, err := clerk.s.Tasks(ctx)
	if err != nil || len(all) != 2 || slices.ContainsFunc(listed, func(t ehrdesk.Task) bool { return t.Kind == ehrdesk.TaskReview }) {
		t.Errorf("%d calls; %+v, %v", len(all), listed, err)
	}
	mine, err := doctor.s.Calls(ctx)
	if err != nil {
		t.Fatal(err)
	}
	review := mine[slices.IndexFunc(mine, func(t ehrdesk.Task) bool { return t.Kind == ehrdesk.TaskReview })]
	_, err = clerk.s.NoteCall(ctx, review.ID, ehrdesk.CallTaken, time.Time{})
	wantCode(t, "the front desk of a review", err, ehrdesk.CodeNotFound)

	// It has an owner and an outcome as calls have; what is concluded is not found again, for as long as it could be.
	doctor.notesCall(review.ID, ehrdesk.CallTaken)
	doctor.notesCall(review.ID, ehrdesk.CallGivenUp)
	for _, c := range all {
		clerk.notesCall(c.ID, ehrdesk.CallReached)
	}
	clerk.poll()
	doctor.poll()
	other.poll()
	for range 3 {
		w.clock.advance(20 * 24 * time.Hour)
		for _, d := range []*clinicDesk{doctor, other} {
			d.again()
			d.poll()
			d.opensChart(n)
			if got := d.looseEnds(); slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, " requested ") }) {
				t.Fatalf("%s has once more %q", d.who, got)
			}
		}
	}
}

func TestWhatHasComeBackIsConcludedByItself(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	clerk, doctor := w.atTwo()
	n, key := w.patient("Wong", 1)
	w.consent(clerk.s, n, key)
	w.leavesOpen("wong")
	doctor.opensChart(n)
	w.comesLater("result-1", "DiagnosticReport", `"status":"final","code":{"text":"HbA1c"},"basedOn":[{"reference":"ServiceRequest/test-1"}],"effectiveDateTime":"`+w.clock.now().Format(time.DateOnly)+`","subject":{"reference":"Patient/wong"}`)
	doctor.opensChart(n)
	want := []string{"call missed missed-1 requested ", "call referral referral-1 requested ", "review test test-1 completed came"}
	if got := doctor.looseEnds(); !slices.Equal(got, want) {
		t.Errorf("the doctor has %q", got)
	}
	// Who comes after all is called for the booking no more, and for the referral still.
	clerk.poll()
	doctor.poll()
	clerk.poll()
	f, err := clerk.s.Find(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	line := clerk.booksArrival(f.Patient.Number().Printed(), "", w.clock.now())
	clerk.marksAs(line, ehrdesk.WorkAccepted)
	clerk.poll()
	doctor.poll()
	want = []string{"call missed missed-1 completed came", "call referral referral-1 requested ", "review test test-1 completed came"}
	if got := doctor.looseEnds(); !slices.Equal(got, want) {
		t.Errorf("after the patient came %q", got)
	}
}

// A booking on the list that came to nothing and its record are one call.
func TestABookingOfTheListAndOfTheRecordIsOneCall(t *testing.T) {
	w := newWorld(t, 240)
	w.clock.hasLeft(3 * time.Hour)
	clerk, doctor := w.atTwo()
	n, key := w.patient("Wong", 1)
	w.consent(clerk.s, n, key)
	f, err := clerk.s.Find(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	line := clerk.booksArrival(f.Patient.Number().Printed(), "", w.clock.now())
	line.Patient, line.Participation, line.Consent, line.Checked = f.Patient, f.Participation, f.Consent, f.Checked
	if _, err := clerk.s.PutTask(ctx, line); err != nil {
		t.Fatal(err)
	}
	day := w.clock.now().Format(time.DateOnly)
	w.comesLater("missed-2", "Appointment", `"status":"noshow","start":"`+day+`T09:00:00+08:00","participant":[{"actor":{"reference":"Patient/wong"},"status":"accepted"},{"actor":`+ownClinic+`,"status":"accepted"}]`)
	w.clock.advance(time.Minute)
	clerk.closesDay()
	clerk.poll()
	w.clock.advance(3 * 24 * time.Hour)
	for _, d := range []*clinicDesk{clerk, doctor} {
		d.again()
		d.poll()
	}
	doctor.opensChart(n)
	if got := doctor.looseEnds(); len(got) != 1 || !strings.HasPrefix(got[0], "call  - ") {
		t.Errorf("the doctor has %q", got)
	}
}

// Of a record that is not all here nothing is said to be lacking.
func TestNobodyFollowsUpWhatTheDeskCannotSee(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	clerk := w.deskOf("clerk", ehrdesk.FrontDesk)
	pharmacist := w.deskOf("pho", ehrdesk.Pharmacist) // radiology is restricted to them
	n, key := w.patient("Wong", 1)
	w.consent(clerk.s, n, key)
	w.leavesOpen("wong")
	w.comesLater("scan-1", "ImagingStudy", lateScan)
	pharmacist.opensChart(n)
	if got := pharmacist.looseEnds(); slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "test") }) || len(got) == 0 {
		t.Errorf("the pharmacist has %q", got)
	}
}

// A desk that has not heard that a colleague at another has concluded what a record leaves open makes the line anew, and it stays
// concluded; what a colleague has taken stays taken.
func TestWhatWasFollowedUpElsewhereIsNotOpenedByADeskThatHasNotHeard(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	clerk, doctor := w.atTwo()
	other := w.deskOf("drho", ehrdesk.Doctor)
	polled := func() {
		for range 3 {
			for _, d := range []*clinicDesk{clerk, doctor, other} {
				d.poll()
			}
		}
	}
	polled()
	n, key := w.patient("Wong", 1)
	w.consent(clerk.s, n, key)
	w.leavesOpen("wong")
	doctor.opensChart(n)
	all, err := doctor.s.Calls(ctx)
	if err != nil || len(all) != 3 {
		t.Fatalf("%+v, %v", all, err)
	}
	for i := range all {
		if all[i].Call.What == ehrdesk.FollowTest {
			doctor.notesCall(all[i].ID, ehrdesk.CallTaken)
			continue
		}
		doctor.notesCall(all[i].ID, ehrdesk.CallReached)
	}
	w.clock.advance(time.Minute)
	other.opensChart(n) // before it has heard
	polled()
	want := []string{"call missed missed-1 completed reached", "call referral referral-1 completed reached", "review test test-1 accepted "}
	for _, d := range []*clinicDesk{doctor, other} {
		if got := d.looseEnds(); !slices.Equal(got, want) {
			t.Errorf("%s has %q, want %q", d.who, got, want)
		}
	}
}
