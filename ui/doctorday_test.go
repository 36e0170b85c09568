package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// awaited is a desk at which somebody who was looked up is at the clinic, and somebody else, of
// whom no more than the number is known, is to come; of both there are copies, and of one whose
// consent was withdrawn.
func awaited(d *fake.Desk) {
	add := func(number string, work ehrdesk.WorkState, looked bool) {
		n, err := ehrdesk.ParseNumber(number)
		if err != nil {
			panic(err)
		}
		i := len(d.Day)
		t := ehrdesk.Task{ID: number, Kind: ehrdesk.TaskArrival, State: ehrdesk.TaskOpen, Number: n, At: fake.Clock().Add(time.Duration(i) * 10 * time.Minute), Work: work,
			Marked: ehrdesk.Stamp{At: fake.Clock(), By: "clerk"}}
		if looked {
			t.Patient, t.Participation, t.Checked = d.Patient(number), ehrdesk.Registered, fake.Clock()
			t.Consent = ehrdesk.SharingConsent{State: ehrdesk.ConsentActive, Term: ehrdesk.Indefinite, Since: fake.Clock().AddDate(-1, 0, 0)}
		}
		d.Day = append(d.Day, t)
	}
	add(fake.Active, ehrdesk.WorkAccepted, true)
	add(fake.OneYear, ehrdesk.WorkRequested, false)
	add(fake.NoConsent, ehrdesk.WorkRequested, false)
	add(fake.Withdrawn, ehrdesk.WorkRequested, false)
	d.Fresh = map[string]int{"p2": 3, "p3": 0, "p5": 7}
}

// A doctor sees on the list whose record is here and how much of it is new, and not what it is.
func TestADoctorSeesOnTheListHowMuchIsNew(t *testing.T) {
	d := fake.New()
	awaited(d)
	p := signIn(play(t, d, "en", 200, 60), 0).Press("ctrl+t").Want("here since 09:41", "eHR ● 3 new", "not looked up yet · eHR ●").Deny("7 new", "0 new")
	if got := d.Calls["open"]; got != 0 {
		t.Errorf("%d charts were opened", got)
	}
	p.Press("ctrl+l").Deny("eHR ●").Type(fake.Passphrase).Press("enter").Want("eHR ● 3 new")
	d.Fresh["p2"] = 4
	p.Press("f2", "ctrl+t").Want("eHR ● 4 new")
	delete(d.Fresh, "p2")
	p.Press("f2", "ctrl+t").Deny("new")
	d.Fresh["p2"], d.Fail = 4, map[string]error{"held": ehrdesk.E("test", ehrdesk.CodeTampered, nil)}
	p.Press("f2", "ctrl+t").Want("here since 09:41").Deny("eHR ●")
}

// What is to be acted on stands apart from what is to be known, and neither says what it is; the chart does.
func TestADoctorSeesOnTheListHowMuchIsToBeActedOn(t *testing.T) {
	for lang, want := range map[string]string{"en": "eHR ● 3 new · ! 2 to act on · 1 to know", "zh-Hant": "! 2 項待處理 · 1 項待知悉", "zh-Hans": "! 2 项待处理 · 1 项待知悉"} {
		d := fake.New()
		awaited(d)
		d.Waits = map[string][2]int{"p2": {2, 1}}
		signIn(play(t, d, lang, 200, 60), doctor).Press("ctrl+t").Want(want).Deny("Potassium", "0 to")
		d.Waits = map[string][2]int{"p2": {0, 1}}
		signIn(play(t, d, lang, 200, 60), doctor).Press("ctrl+t").Deny("! ")
	}
	d := fake.New()
	awaited(d)
	d.Waits = map[string][2]int{"p2": {2, 1}}
	signIn(play(t, d, "en", 200, 60), clerk).Press("ctrl+t").Want("here since 09:41").Deny("to act on", "to know")
}

func TestTheFrontDeskSeesNothingOfACopy(t *testing.T) {
	d := fake.New()
	awaited(d)
	signIn(play(t, d, "en", 200, 60), clerk).Press("ctrl+t").Want("here since 09:41").Deny("eHR ●", "new")
	if got := d.Calls["held"]; got != 0 {
		t.Errorf("asked %d times", got)
	}
}

func TestPlainSaysHowMuchIsNew(t *testing.T) {
	d := fake.New()
	awaited(d)
	all, _, _ := told(t, d, "en", append(signsIn, "today", "quit")...)
	wants(t, all, "eHR, 3 new")
}
