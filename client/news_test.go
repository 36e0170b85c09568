package client_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

const (
	newAllergy = `"clinicalStatus":{"coding":[{"code":"active"}]},"code":{"text":"Penicillin"},"patient":{"reference":"Patient/wong"}`
	newDrug    = `"status":"active","intent":"order","medicationCodeableConcept":{"text":"warfarin"},"subject":{"reference":"Patient/wong"},"authoredOn":"2026-01-05"`
)

// newsOn are what a session's list says waits of somebody: what it is of, whether it is to be acted on, whose it is.
func newsOn(t *testing.T, s *client.Session) (out []string) {
	t.Helper()
	all, err := s.Tasks(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range ehrdesk.Waiting(all) {
		out = append(out, strings.TrimSpace(string(k.Call.What)+" "+k.Call.Record.ID+" "+k.Call.Owner()))
	}
	return out
}

func wantNews(t *testing.T, s *client.Session, when string, want ...string) {
	t.Helper()
	if got := newsOn(t, s); !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", when, got, want)
	}
}

// idsOf are the lines of what waits of records.
func idsOf(t *testing.T, s *client.Session, records ...string) (out []string) {
	t.Helper()
	all, err := s.Tasks(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range ehrdesk.Waiting(all) {
		if slices.Contains(records, k.Call.Record.ID) {
			out = append(out, k.ID)
		}
	}
	return out
}

func (w *world) syncs(s *client.Session, n ehrdesk.Number) {
	w.t.Helper()
	w.clock.advance(time.Minute)
	if _, err := s.SyncCopy(ctx, n); err != nil {
		w.t.Fatal(err)
	}
}

// expected is a patient who is on the day's list, and whose record was looked at before.
func (w *world) expected(s *client.Session) (n ehrdesk.Number, who string, arrival ehrdesk.Task) {
	w.t.Helper()
	n, key := w.patient("Wong", 1)
	w.consent(s, n, key)
	w.clock.advance(time.Minute)
	c := w.chart(s, n)
	who = c.Patient().ID
	if err := c.Close(); err != nil {
		w.t.Fatal(err)
	}
	arrival, err := s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: n})
	if err != nil {
		w.t.Fatal(err)
	}
	return n, who, arrival
}

// What was in a record when it was first opened is not what came new later, also where it had come to the centre in the same second,
// of which the centre says no part.
func TestWhatCameInTheSecondOfTheFirstLookIsNotNew(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	w.clock.advance(w.clock.now().Truncate(time.Second).Add(time.Second + 300*time.Millisecond).Sub(w.clock.now()))
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	n, key := w.patient("Wong", 1) // with an allergy
	w.consent(s, n, key)
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Sync(ctx, func(ehrdesk.Progress) {}); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: n}); err != nil {
		t.Fatal(err)
	}
	w.comesLater("d", "MedicationRequest", newDrug)
	w.syncs(s, n)
	wantNews(t, s, "after a sync", "know d")
	if got, _ := lookedFor(t, s); len(got) != 0 {
		t.Errorf("reports of the first look: %q", got)
	}
}

func TestWhatCameNewWaitsForItsOwnerUntilSomebodyAcknowledgesItAtWhateverDesk(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(3 * time.Hour)
	clerk, doctor := w.atTwo()
	other := w.deskOf("drho", ehrdesk.Doctor)
	all := []*clinicDesk{clerk, doctor, other}
	polled := func() {
		for range 2 {
			for _, d := range all {
				d.poll()
			}
		}
	}
	polled()
	n, who, _ := w.expected(doctor.s)
	w.measured("k", "Potassium", "final", "6.8", 0)
	w.comesLater("a", "AllergyIntolerance", newAllergy)
	w.comesLater("d", "MedicationRequest", newDrug)
	w.syncs(doctor.s, n) // nobody has opened the chart
	wantNews(t, doctor.s, "after a sync", "act k", "act a", "know d")
	w.syncs(doctor.s, n)
	polled()
	wantNews(t, doctor.s, "synced again", "act k", "act a", "know d")
	wantNews(t, other.s, "at another desk", "act k", "act a", "know d")
	wantNews(t, clerk.s, "at the front desk")
	if err := other.s.TakeNews(ctx, who); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "the front desk takes it", clerk.s.TakeNews(ctx, who), ehrdesk.CodeNotFound)
	polled()
	wantNews(t, doctor.s, "taken by a colleague", "act k drho", "act a drho", "know d drho")

	// Without the chart nobody acknowledges anything, nor two that are to be acted on at once.
	ids := idsOf(t, doctor.s, "a", "d")
	wantCode(t, "no chart is open", doctor.s.AcknowledgeNews(ctx, who, ids...), ehrdesk.CodeDenied)
	c := w.chart(doctor.s, n)
	wantCode(t, "one of them is to be acted on", doctor.s.AcknowledgeNews(ctx, who, ids...), ehrdesk.CodeInvalid)
	wantCode(t, "none", doctor.s.AcknowledgeNews(ctx, who, "nothing"), ehrdesk.CodeNotFound)
	for _, id := range ids {
		if err := doctor.s.AcknowledgeNews(ctx, who, id); err != nil {
			t.Fatal(err)
		}
	}
	if last := w.lastEntry(doctor.s, ehrdesk.AuditAcknowledge); last.Patient != who || last.Detail != "news MedicationRequest/d" {
		t.Errorf("written down: %+v", last)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	polled()
	wantNews(t, other.s, "two were acknowledged", "act k drho")

	// The next day, and after a restart, it is there still; the chart at the other desk says who acknowledged.
	w.clock.advance(24 * time.Hour)
	for _, d := range []*clinicDesk{doctor, other} {
		d.again()
		d.poll()
		wantNews(t, d.s, d.who+" the next day", "act k drho")
	}
	c = w.chart(other.s, n)
	defer c.Close()
	said, err := other.s.Acknowledged(ctx, who)
	if err != nil || len(said) != 2 || said[0].By != "drlee" {
		t.Errorf("%+v, %v", said, err)
	}
	if err := other.s.AcknowledgeNews(ctx, who, idsOf(t, other.s, "k")...); err != nil {
		t.Fatal(err)
	}
	w.wantInbox(other.s, c, "acknowledged at the door", "k acknowledged by drho")
	doctor.poll()
	other.poll()
	doctor.poll()
	wantNews(t, doctor.s, "all were")
	dc := w.chart(doctor.s, n)
	defer dc.Close()
	w.wantInbox(doctor.s, dc, "at the other desk", "k acknowledged by drho")
	w.clock.advance(30 * 24 * time.Hour) // the line is forgotten, and what it said is not
	w.wantInbox(doctor.s, dc, "a month later", "k acknowledged by drho")
	w.syncs(doctor.s, n)
	wantNews(t, doctor.s, "and is not found again")
}

func TestWhoseTheListIsNotAboutAndWhoWasNeverLookedAtWaitForNobody(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	n, key := w.patient("Wong", 1)
	w.consent(s, n, key)
	w.measured("k", "Potassium", "final", "6.8", 0)
	if _, err := s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: n}); err != nil {
		t.Fatal(err)
	}
	w.syncs(s, n)
	wantNews(t, s, "nobody has looked before: it is read whole")
	all, err := s.Tasks(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range all {
		if k.Kind == ehrdesk.TaskArrival {
			if err := s.DropTask(ctx, k.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.comesLater("a", "AllergyIntolerance", newAllergy)
	w.syncs(s, n)
	wantNews(t, s, "not on the list")
	if _, err := s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: n}); err != nil {
		t.Fatal(err)
	}
	w.syncs(s, n)
	wantNews(t, s, "on it since, and nobody had looked", "act a")
}

// A desk that has not heard that a colleague has acknowledged what came new finds it too, and it stays acknowledged.
func TestWhatWasAcknowledgedElsewhereIsNotOpenedByADeskThatHasNotHeard(t *testing.T) {
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
	n, who, _ := w.expected(doctor.s)
	polled()
	w.looksAt(other.s, n)
	w.comesLater("a", "AllergyIntolerance", newAllergy)
	w.syncs(doctor.s, n)
	c := w.chart(doctor.s, n)
	if err := doctor.s.AcknowledgeNews(ctx, who, idsOf(t, doctor.s, "a")...); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(time.Minute)
	w.syncs(other.s, n) // before it has heard
	wantNews(t, other.s, "found", "act a")
	polled()
	wantNews(t, other.s, "heard")
	wantNews(t, doctor.s, "at the desk that has acknowledged it")
}

// What a pharmacist is not given is told to the doctor who comes after them.
func TestWhatOneProfessionIsNotGivenIsToldToAnother(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("pharma", ehrdesk.Pharmacist)
	s := w.signIn("drlee")
	n, _, _ := w.expected(s)
	w.shut(s)
	w.shut(w.signIn("drlee")) // lets the colleague in
	w.comesLater("note", "DocumentReference", `"status":"current","type":{"text":"Advance directive: do not attempt cardiopulmonary resuscitation"},"category":[{"text":"clinical note"}],"subject":{"reference":"Patient/wong"},"content":[{"attachment":{"contentType":"text/plain"}}]`)
	w.comesLater("d", "MedicationRequest", newDrug)
	pharma := w.signIn("pharma")
	w.looksAt(pharma, n)
	w.comesLater("a", "AllergyIntolerance", newAllergy)
	w.looksAt(pharma, n)
	wantNews(t, pharma, "of what a pharmacist is given", "act a")
	w.shut(pharma)
	s = w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	w.syncs(s, n)
	wantNews(t, s, "and the doctor", "act a", "know note", "know d")
}

func TestWhoTakesAPatientInHasWhatWaits(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	n, _, arrival := w.expected(s)
	w.comesLater("a", "AllergyIntolerance", newAllergy)
	w.syncs(s, n)
	wantNews(t, s, "nobody has it", "act a")
	if _, err := s.Mark(ctx, arrival.ID, ehrdesk.WorkInProgress); err != nil {
		t.Fatal(err)
	}
	wantNews(t, s, "with the doctor", "act a drlee")
	w.comesLater("d", "MedicationRequest", newDrug)
	w.syncs(s, n)
	wantNews(t, s, "and what comes meanwhile", "act a drlee", "know d drlee")
}

func TestWhatCameNewIsGoneWithItsRecordAndWithTheConsent(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	n, who, _ := w.expected(s)
	w.comesLater("a", "AllergyIntolerance", newAllergy)
	w.comesLater("d", "MedicationRequest", newDrug)
	w.measured("k", "Potassium", "final", "6.8", 0)
	w.syncs(s, n)
	wantNews(t, s, "three came", "act a", "act k", "know d")
	if err := s.TakeNews(ctx, who); err != nil {
		t.Fatal(err)
	}
	w.comesLater("d", "MedicationRequest", strings.Replace(newDrug, `"active"`, `"entered-in-error"`, 1))
	w.syncs(s, n)
	wantNews(t, s, "one was entered in error", "act a drlee", "act k drlee")

	// What was corrected is told anew, and stays where what it is now would not be told.
	w.measured("k", "Potassium", "corrected", "7.2", 0)
	w.comesLater("a", "AllergyIntolerance", strings.Replace(newAllergy, `"active"`, `"resolved"`, 1))
	w.syncs(s, n)
	wantNews(t, s, "one was corrected, one resolved", "act a drlee", "act k")

	if _, err := s.PurgeAll(ctx); err != nil {
		t.Fatal(err)
	}
	wantNews(t, s, "the copy has gone", "act a drlee", "act k")
	if _, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "W-1", DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	wantNews(t, s, "the consent has ended")
}

func TestAConsentThatRunsOutTakesWhatWaitsWithIt(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	n, key := w.patient("Wong", 1)
	g := grant(t, n, key)
	g.Term = ehrdesk.OneYear
	r, err := s.Grant(ctx, g)
	if err != nil || r.Consent.Until.IsZero() {
		t.Fatal(r.Consent, err)
	}
	w.looksAt(s, n)
	if _, err := s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: n}); err != nil {
		t.Fatal(err)
	}
	w.comesLater("a", "AllergyIntolerance", newAllergy)
	w.syncs(s, n)
	left := r.Consent.Until.Sub(w.clock.now())
	w.clock.advance(left - time.Minute)
	wantNews(t, s, "a minute before its end", "act a")
	w.clock.advance(time.Minute)
	wantNews(t, s, "at its end")
}

func TestAConsentThatIsEndedElsewhereTakesWhatWaitsWithIt(t *testing.T) {
	w := newWorld(t, 24)
	p := somebody(t, 1, ehrdesk.Registered)
	w.settle(p)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	n := number(p)
	w.consent(s, n, theirKey)
	w.clock.advance(time.Minute)
	c := w.chart(s, n)
	patient := c.Patient().ID
	if _, err := s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: n}); err != nil {
		t.Fatal(err)
	}
	w.comesLater("a", "AllergyIntolerance", strings.Replace(newAllergy, "wong", patient, 1))
	if _, err := c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	wantNews(t, s, "one came", "act a")
	w.patientActs(p, ehrdesk.ByApp, true)
	if _, err := c.Sync(ctx, nil); ehrdesk.CodeOf(err) != ehrdesk.CodeConsentNeeded {
		t.Fatalf("synced: %v", err)
	}
	wantNews(t, s, "withdrawn in the app")
}

func TestAResultAtTheDoorIsAcknowledgedByTheRulesOfResults(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("pharma", ehrdesk.Pharmacist)
	w.enrol("nursing", ehrdesk.Nurse)
	s := w.signIn("drlee")
	n, who, _ := w.expected(s)
	w.measured("k", "Potassium", "preliminary", "6.8", 0)
	w.comesLater("d", "MedicationRequest", newDrug)
	c := w.chart(s, n)
	wantNews(t, s, "not complete", "act k", "know d")
	wantCode(t, "not complete", s.AcknowledgeNews(ctx, who, idsOf(t, s, "k")...), ehrdesk.CodeConflict)
	w.measured("k", "Potassium", "final", "6.8", 0)
	if _, err := c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	marks := w.wantInbox(s, c, "complete", "k")
	if err := s.CloseResult(ctx, who, marks["k"], "seen"); err != nil {
		t.Fatal(err)
	}
	wantNews(t, s, "acknowledged among the results", "know d")
	w.measured("k", "Potassium", "corrected", "7.0", 0)
	if _, err := c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	wantNews(t, s, "corrected", "act k", "know d")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	w.shut(s)
	w.shut(w.signIn("drlee")) // lets the colleagues in

	pharma := w.signIn("pharma")
	c = w.chart(pharma, n)
	wantCode(t, "a pharmacist of a result", pharma.AcknowledgeNews(ctx, who, idsOf(t, pharma, "k")...), ehrdesk.CodeDenied)
	if err := pharma.AcknowledgeNews(ctx, who, idsOf(t, pharma, "d")...); err != nil {
		t.Errorf("a pharmacist of a drug: %v", err)
	}
	wantNews(t, pharma, "the drug was acknowledged", "act k")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	w.shut(pharma)
	nurse := w.signIn("nursing")
	t.Cleanup(func() { _ = nurse.Close() })
	wantNews(t, nurse, "a nurse is given none")
	w.chart(nurse, n)
	_, err := nurse.News(ctx, who)
	wantCode(t, "a nurse", err, ehrdesk.CodeDenied)
}
