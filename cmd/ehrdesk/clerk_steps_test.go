package main

import (
	"fmt"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// day casts the people of the day and gives the work with each, in turn.
func (c *clerk) day() (steps []func()) {
	none, active, adult := ehrdesk.ConsentNone, ehrdesk.ConsentActive, 18
	with := func(kind func(territory.Person) bool, do func(visitor)) {
		v := c.next(kind)
		steps = append(steps, func() { do(v) })
	}
	// Those of whom there are few are cast first.
	with(endsWithin(12), c.renewsFromTheList)
	with(endsWithin(30), c.renewsByKey)
	with(func(p territory.Person) bool { return p.Patient.Deceased && p.Participation == ehrdesk.Registered }, c.answered("Age at Death", "f3", "The patient has died"))
	with(func(p territory.Person) bool {
		y := p.Patient.Years(testclock.Start())
		return y == 16 && stands(p) == active && p.Consents[0].Consent.Giver.Kind == "parent"
	}, c.answered("turned 16 on", "f3", "the consent is active already"))
	with(only(ehrdesk.Left), c.answered("The patient has left eHealth", "f3", "Withdrawn from eHealth"))
	with(only(ehrdesk.NotRegistered), c.answered("Nobody of this number has joined", "f3", "Not registered with eHealth"))
	with(grown(adult, 120, ehrdesk.ConsentWithdrawn), c.answered("the patient withdrew the sharing consent", "ctrl+p", "Commands"))
	with(unverified("EC", adult), c.verifiedByDocument)
	with(unverified("PASS", adult), c.verifiedByDocument)
	with(unverified("", adult), c.verifiedByCard)
	with(unverified("", 16), c.verifiedByDocument)
	with(grown(2, 16, none), c.forAChild("a", "parent", "LEE Tai Ming"))
	with(grown(0, 16, none), c.forAChild("d", "family", "CHAN Sau Ying"))
	with(grown(80, 120, none), c.byGuardian)
	with(grown(adult, 120, ehrdesk.ConsentExpired), c.byKey(ehrdesk.OneYear))
	with(grown(adult, 120, ehrdesk.ConsentPending), c.byForm)
	for range 4 {
		with(grown(adult, 90, none), c.byCard)
	}
	for range 3 {
		with(grown(adult, 90, none), c.byKey(ehrdesk.Indefinite))
	}
	with(grown(adult, 90, none), c.byWrongKeyThenRight)
	with(grown(adult, 90, none), c.byFormUsedBefore)
	with(grown(adult, 90, none), c.byFormWithoutTheLine)
	with(grown(adult, 90, none), c.byApp)
	with(grown(adult, 90, none), c.byTelephone)
	with(grown(adult, 120, active), c.answered("does not open records", "f3", "the consent is active already"))
	with(grown(adult, 120, active), c.withdraws)
	return steps
}

// looksUp types the number and waits for the answer.
func (c *clerk) looksUp(v visitor, answer string) {
	c.t.Helper()
	c.Press("f2")
	c.see("Find a patient")
	c.Type(v.number)
	c.Press("enter")
	c.see(answer)
	c.pressed = 0
}

// records says what the act is to leave on record.
func (c *clerk) records(v visitor, ch ehrdesk.Channel, giver string, term ehrdesk.Term, action ehrdesk.AuditAction) {
	c.want[v.Patient.EHR.Compact()] = wanted{ch, giver, term, ehrdesk.ConsentActive, action}
}

// answered is somebody for whom nothing is to be done: the screen says so, and
// says why the key that would do it does not.
func (c *clerk) answered(lead, key, why string) func(visitor) {
	return func(v visitor) {
		c.t.Helper()
		c.looksUp(v, lead)
		c.Press(key)
		c.see(why)
		c.Press("esc")
	}
}

// reads has the patient read the notices.
func (c *clerk) reads() {
	c.t.Helper()
	c.see("reads both notices")
	c.see("version") // they have come
	c.press("y")
}

// self is the patient in person, told by the digits of the document.
func (c *clerk) self(v visitor, term string) {
	c.t.Helper()
	c.see("Who consents")
	c.press("space")
	c.Type(tailOf(v.Patient))
	c.press("enter")
	c.runs(term)
}

func (c *clerk) runs(term string) {
	c.t.Helper()
	c.see("How long it runs")
	c.press(term, "enter")
}

// tailOf is what is typed off the document once more.
func tailOf(p ehrdesk.Patient) string {
	if p.HKIC.IsZero() {
		return fmt.Sprint(p.Born.Time.Year())
	}
	return p.HKIC.Tail()
}

// gives types the key and goes to the review.
func (c *clerk) gives(key string) {
	c.t.Helper()
	c.see("0 of 8")
	c.Type(key)
	c.press("enter")
	c.see("Review")
}

// receipt submits and hands on to the next patient.
func (c *clerk) receipt(kind string) {
	c.t.Helper()
	c.last(kind, "y", "Consent recorded")
	c.Press("enter")
	c.see("Find a patient")
}

func (c *clerk) byCard(v visitor) {
	c.t.Helper()
	c.Press("f2")
	c.see("Find a patient")
	c.putIn(v)
	c.see("genuine chip · agrees with the centre's record")
	c.see(v.Patient.HKIC.Printed())
	c.pressed = 0
	c.press("enter")
	c.reads()
	c.see("Who consents")
	c.press("space", "enter")
	c.runs("a")
	c.see("compare the photo with the person")
	c.press("enter")
	c.see("Review")
	c.last("consent by card", "y", "Consent recorded")
	c.see("hand the card back")
	c.slot.pull()
	c.Press("enter")
	c.see("Find a patient")
	c.records(v, ehrdesk.ByCard, "patient", ehrdesk.Indefinite, ehrdesk.AuditGrant)
}

// putIn puts the patient's own card into the reader.
func (c *clerk) putIn(v visitor) {
	c.t.Helper()
	face, ok := printed(v.Patient)
	if !ok {
		c.t.Fatal("no card of that patient")
	}
	card, err := trainingCard(c.issuer, face, "")
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.slot.put(c.t.Context(), card); err != nil {
		c.t.Fatal(err)
	}
}

func (c *clerk) byKey(term ehrdesk.Term) func(visitor) {
	return func(v visitor) {
		c.t.Helper()
		c.looksUp(v, "Any one of five ways")
		c.press("enter")
		c.reads()
		c.self(v, map[ehrdesk.Term]string{ehrdesk.Indefinite: "a", ehrdesk.OneYear: "b"}[term])
		c.gives(v.AccessKey)
		c.receipt("consent by Access Key")
		c.records(v, ehrdesk.ByAccessKey, "patient", term, ehrdesk.AuditGrant)
	}
}

func (c *clerk) byWrongKeyThenRight(v visitor) {
	c.t.Helper()
	wrong := []byte(v.AccessKey)
	wrong[0] = '0' + (wrong[0]-'0'+1)%10
	c.looksUp(v, "Any one of five ways")
	c.press("2")
	c.reads()
	c.self(v, "a")
	c.gives(string(wrong))
	c.Press("y")
	c.see("not right; 2 tries left")
	c.gives(v.AccessKey)
	c.receipt("consent by Access Key, wrong at first")
	c.records(v, ehrdesk.ByAccessKey, "patient", ehrdesk.Indefinite, ehrdesk.AuditGrant)
}

// toForm goes to the step of the signed form.
func (c *clerk) toForm(v visitor) {
	c.t.Helper()
	c.looksUp(v, "Any one of five ways")
	c.press("3")
	c.reads()
	c.self(v, "a")
	c.see("Form reference")
}

const usedForm = "SCF-2026-0117"

func (c *clerk) byForm(v visitor) {
	c.t.Helper()
	c.toForm(v)
	c.Type(usedForm)
	c.press("enter")
	c.see("Review")
	c.receipt("consent by signed form")
	c.records(v, ehrdesk.ByForm, "patient", ehrdesk.Indefinite, ehrdesk.AuditGrant)
}

func (c *clerk) byFormUsedBefore(v visitor) {
	c.t.Helper()
	c.toForm(v)
	c.Type(usedForm)
	c.press("enter")
	c.see("Review")
	c.press("y")
	c.see("A form of this number is on record already")
	c.press("ctrl+u")
	c.Type("SCF-2026-0118")
	c.press("enter")
	c.see("Review")
	c.receipt("consent by signed form, its number used before")
	c.records(v, ehrdesk.ByForm, "patient", ehrdesk.Indefinite, ehrdesk.AuditGrant)
}

// byFormWithoutTheLine: the line goes before the act is sent. It is kept, opens
// nothing, and is delivered when the line is back.
func (c *clerk) byFormWithoutTheLine(v visitor) {
	c.t.Helper()
	c.toForm(v)
	c.Type("SCF-2026-0119")
	c.press("enter")
	c.see("Review")
	c.line.cut.Store(true)
	c.last("signed form without the line", "y", "Kept on this desk")
	c.see("no record opens by it")
	c.Press("enter")
	c.see("Find a patient")
	c.Press("ctrl+t")
	c.see("kept until the line is back")
	c.line.cut.Store(false)
	c.Press("f5")
	c.gone("kept until the line is back")
	c.Press("esc")
	c.looksUp(v, "CONSENT indefinite")
	c.records(v, ehrdesk.ByForm, "patient", ehrdesk.Indefinite, ehrdesk.AuditGrant)
}

// byApp: the patient consents in the app while the clerk has gone on; a line of
// words says so wherever the clerk is.
func (c *clerk) byApp(v visitor) {
	c.t.Helper()
	c.looksUp(v, "Any one of five ways")
	c.press("4")
	c.see("Waiting since")
	c.Press("f2")
	c.see("Find a patient")
	c.patientActs(v, ehrdesk.ByApp)
	c.see("consent given by eHealth App")
}

// byTelephone: the patient rings while the screen waits, and it follows.
func (c *clerk) byTelephone(v visitor) {
	c.t.Helper()
	c.looksUp(v, "Any one of five ways")
	c.press("5")
	c.see("Waiting since")
	c.patientActs(v, ehrdesk.ByIVRS)
	c.see("consent given by telephone")
	c.see("CONSENT indefinite")
	c.Press("esc")
}

func (c *clerk) patientActs(v visitor, ch ehrdesk.Channel) {
	c.t.Helper()
	if _, err := c.centre.PatientAct(c.t.Context(), v.Patient.EHR.Compact(), territory.DemoProvider, ch, false); err != nil {
		c.t.Fatal(err)
	}
	c.records(v, ch, "patient", ehrdesk.Indefinite, ehrdesk.AuditGrant)
}

// forAChild: somebody else consents, told by name and by the document seen; of a
// later rank, that nobody of an earlier one can.
func (c *clerk) forAChild(pick, kind, name string) func(visitor) {
	return func(v visitor) {
		c.t.Helper()
		c.looksUp(v, "Any one of five ways")
		c.press("2")
		c.reads()
		c.see("under 16")
		c.press(pick)
		c.substitute(v, name, kind == "family", false)
		c.gives(v.AccessKey)
		c.receipt("for a child")
		c.records(v, ehrdesk.ByAccessKey, kind, ehrdesk.Indefinite, ehrdesk.AuditGrant)
	}
}

// byGuardian: an adult who cannot act.
func (c *clerk) byGuardian(v visitor) {
	c.t.Helper()
	c.looksUp(v, "Any one of five ways")
	c.press("2")
	c.reads()
	c.see("Who consents")
	c.press("b")
	c.substitute(v, "WONG Ka Fai", false, true)
	c.gives(v.AccessKey)
	c.receipt("for an adult who cannot act")
	c.records(v, ehrdesk.ByAccessKey, "guardian", ehrdesk.Indefinite, ehrdesk.AuditGrant)
}

func (c *clerk) substitute(v visitor, name string, order, unable bool) {
	c.t.Helper()
	c.press("space", "enter")
	c.see("write the name")
	c.Type(name)
	c.press("enter")
	c.see("which document")
	c.Type("HKIC")
	c.press("enter")
	c.see("the number that stands on that document")
	c.Type("G7654321")
	c.press("enter")
	switch {
	case unable:
		c.see("tick (Space) that they cannot act")
		c.press("space")
	case order:
		c.see("Those named above come first")
		c.press("space")
	default:
		c.see("type it from the document")
	}
	c.Type(tailOf(v.Patient))
	c.press("enter")
	c.runs("a")
}
