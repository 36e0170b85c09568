package main

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cmd/internal/populate"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
)

// A withdrawal in the app closes the record on the doctor's screen by the centre's word alone,
// as the clocks stand still and nothing is asked for by time: also where the record has just
// been opened and is in the middle of its first sync, and where it lies behind the look-up.
// How long it took is logged; the centre looks for what has changed each second.
func TestAWithdrawalInTheAppClosesTheRecordOnTheScreen(t *testing.T) {
	t.Parallel()
	world := territory.New(territory.Options{Patients: 40, Seed: demoSeed, Now: testclock.Start()})
	d := newSettledDesk(t, populate.From(world, demoHours), nil)
	m, err := ui.New(ui.Config{Desk: d.desk, Lang: "en", IdleLock: -1, Now: d.now})
	if err != nil {
		t.Fatal(err)
	}
	doctor := &eyes{uitest.Start(t, m, 100, 30), t}
	doctor.see("Dr LEE Kin Chung")
	doctor.Type(demoPassphrase)
	doctor.Press("enter")
	doctor.see("Find a patient")
	var who ehrdesk.Patient
	for i := range world.Len() {
		p := world.Person(i)
		if p.Participation == ehrdesk.Registered && !p.Patient.Deceased && !p.Patient.HKIC.IsZero() && p.Patient.Years(testclock.Start()) > 18 && stands(p) == ehrdesk.ConsentNone {
			who = p.Patient
			break
		}
	}
	if who.HKIC.IsZero() {
		t.Fatal("nobody without a consent in the territory")
	}
	act := func(withdraw bool) {
		t.Helper()
		if _, err := d.centre.PatientAct(t.Context(), who.EHR.Compact(), territory.DemoProvider, ehrdesk.ByApp, withdraw); err != nil {
			t.Fatal(err)
		}
	}
	for round, until := range []func(){
		func() { doctor.see("synced") },
		func() {}, // as soon as anything of the record is seen
		func() { doctor.see("synced"); doctor.Press("f2"); doctor.see("Opened today") },
		func() { doctor.see("synced"); doctor.Press("f5"); doctor.Press("m") },
	} {
		act(false)
		doctor.Press("f2")
		doctor.see("HKIC or eHR number")
		doctor.Type(who.HKIC.Printed())
		doctor.Press("enter")
		doctor.see("The record can be opened")
		doctor.Press("enter")
		doctor.see("Last visits", "synced")
		until()
		began := time.Now()
		act(true)
		doctor.see("The sharing consent has ended")
		t.Logf("round %d: closed after %v", round, time.Since(began).Round(10*time.Millisecond))
		doctor.Press("esc")
		doctor.gone("Last visits")
	}
	doctor.Press("ctrl+q")
	doctor.WaitFinished(t)
}
