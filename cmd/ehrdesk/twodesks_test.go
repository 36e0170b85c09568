package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/cmd/internal/populate"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
)

// answersLost is a line on which requests arrive, and the answers to acts do not come back while it is so.
type answersLost struct{ so atomic.Bool }

func (l *answersLost) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || !l.so.Load() || !strings.Contains(r.URL.Path, "$grant-sharing-consent") {
		return answer, err
	}
	_ = answer.Body.Close()
	return nil, io.ErrUnexpectedEOF
}

// besideDesk is a desk of the clinic with its screen.
type besideDesk struct {
	eyes
	of   *settledDesk
	dir  string
	web  *http.Client
	desk *client.Desk
}

func (b *besideDesk) open() {
	b.desk = client.New(client.Options{Dir: b.dir, HTTP: b.web, Patience: time.Minute, Now: b.of.now, Cost: cachetest.Cost()})
}

// begins starts the program and signs the one person in that the desk has.
func (b *besideDesk) begins() {
	b.t.Helper()
	m, err := ui.New(ui.Config{Desk: b.desk, Lang: "en", IdleLock: -1, Now: b.of.now})
	if err != nil {
		b.t.Fatal(err)
	}
	b.Driver = uitest.Start(b.t, m, 120, 40)
	b.see("Passphrase")
	b.Settle()
	b.Type(demoPassphrase)
	b.Press("enter")
	b.see("Find a patient")
}

// again ends the program and starts it anew.
func (b *besideDesk) again() {
	b.t.Helper()
	b.Press("ctrl+q")
	b.WaitFinished(b.t)
	if err := b.desk.Close(); err != nil {
		b.t.Fatal(err)
	}
	b.open()
	b.begins()
}

// deskBeside enrols somebody of the front desk on a desk of their own.
func deskBeside(t *testing.T, of *settledDesk, staff string, line http.RoundTripper) *besideDesk {
	t.Helper()
	b := &besideDesk{eyes: eyes{t: t}, of: of, dir: filepath.Join(t.TempDir(), staff), web: &http.Client{Transport: line}}
	b.open()
	t.Cleanup(func() { _ = b.desk.Close() })
	code, err := of.centre.AddAccount(t.Context(), territory.DemoProvider, staff, "Clerk "+staff, ehrdesk.FrontDesk)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.desk.Enrol(context.Background(), ehrdesk.Enrolment{Central: of.base, Staff: staff, Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret(demoPassphrase)}); err != nil {
		t.Fatal(err)
	}
	b.begins()
	return b
}

// looks looks somebody up.
func (b *besideDesk) looks(p territory.Person, answer string) {
	b.t.Helper()
	b.Press("f2")
	b.see("Find a patient")
	b.Type(p.Patient.HKIC.Printed())
	b.Press("enter")
	b.see(answer)
}

// reads goes on through the notices, who consents, and the term.
func (b *besideDesk) reads(p territory.Person) {
	b.t.Helper()
	b.see("version")
	b.Press("y")
	b.see("Who consents")
	b.Press("space")
	b.Type(tailOf(p.Patient))
	b.Press("enter")
	b.see("How long it runs")
	b.Press("a", "enter")
}

// rowOf waits until the list has a line of somebody that says something.
func (b *besideDesk) rowOf(p territory.Person, says string) {
	b.t.Helper()
	has := func(screen string) bool {
		lines := strings.Split(screen, "\n")
		for i, l := range lines {
			if strings.Contains(l, p.Patient.Name.Latin()) && (strings.Contains(l, says) || i+1 < len(lines) && strings.Contains(lines[i+1], says)) {
				return true
			}
		}
		return false
	}
	for range 2 { // a hint that is lost is made good by what each desk asks once a minute, the one that has the key and then this one
		if b.Await(has) {
			return
		}
	}
	b.t.Fatalf("%s\nno line above of %s says %q", b.Screen(), p.Patient.Name.Latin(), says)
}

// One desk waits for a consent in the app, and does not know what became of a form that it sent. Another
// desk takes that consent by Access Key: the list of the first has it at once, waits no more, offers
// nothing that is done already, and has it so after a restart.
func TestAConsentTakenAtAnotherDeskEndsTheWaitOnThisOnesList(t *testing.T) {
	world := territory.New(territory.Options{Patients: 60, Seed: demoSeed, Now: testclock.Start()})
	var people []territory.Person
	for i := range world.Len() {
		if p := world.Person(i); grown(18, 90, ehrdesk.ConsentNone)(p) {
			people = append(people, p)
		}
	}
	of := newSettledDesk(t, brief{populate.From(world, demoHours)}, nil)
	lost := &answersLost{}
	here, there := deskBeside(t, of, "here", lost), deskBeside(t, of, "there", http.DefaultTransport)
	waited, unknown := people[0], people[1]
	here.Press("ctrl+t")
	here.see("Nobody is on today's list", "Consents that run out")
	for _, p := range []territory.Person{waited, unknown} {
		here.Press("+")
		here.see("Number, and the time if there is one")
		here.Type(p.Patient.HKIC.Printed())
		here.Press("enter")
		here.see("1 added")
	}
	here.looks(unknown, "Any one of five ways")
	here.Press("3")
	here.reads(unknown)
	here.see("Form reference")
	here.Type("SCF-7")
	here.Press("enter")
	here.see("Review")
	lost.so.Store(true)
	here.Press("y")
	here.see("The consent is active at the centre")
	here.looks(waited, "Any one of five ways")
	here.Press("4")
	here.see("Waiting since")
	here.Press("ctrl+t")
	here.see("outcome unknown: asked again")
	here.rowOf(waited, "waits for the patient")
	here.rowOf(waited, "CONSENT none")

	there.Press("ctrl+t")
	there.rowOf(waited, "CONSENT none") // what a colleague has looked up
	there.looks(waited, "Any one of five ways")
	there.Press("2")
	there.reads(waited)
	there.see("0 of 8")
	there.Type(waited.AccessKey)
	there.Press("enter")
	there.see("Review")
	there.Press("y")
	there.see("Consent recorded")

	right := func(when string) {
		t.Helper()
		here.rowOf(waited, "CONSENT indefinite")
		here.gone("waits for the patient")
		here.see("outcome unknown: asked again")
		if s := flat(here.Screen()); strings.Count(s, waited.Patient.Name.Latin()) != 2 { // who comes, and what was done
			t.Errorf("%s: %s", when, fmt.Sprint(here.Screen()))
		}
	}
	right("at once")
	here.again()
	here.Press("ctrl+t")
	right("after a restart")
	here.Press("/")
	here.see("Show only")
	here.Type(strings.Split(waited.Patient.HKIC.Printed(), "(")[0])
	here.Press("enter", "enter")
	here.see("does not open records")
	here.Press("f3")
	here.see("the consent is active already")
	here.Press("4")
	here.Settle()
	if s := flat(here.Screen()); strings.Contains(s, "Waiting since") {
		t.Errorf("a consent is waited for that is there:\n%s", here.Screen())
	}
	lost.so.Store(false)
}
