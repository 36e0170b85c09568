package main

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// A telephone number of nobody, as the person gives it at the desk.
const newPhone = "61234567"

// toVerification goes to the page and corrects what the person registered with:
// another telephone, no e-mail any more.
func (c *clerk) toVerification(v visitor) {
	c.t.Helper()
	c.looksUp(v, "identity not yet verified")
	c.press("i")
	c.reads()
	c.see("Telephone")
	c.press("ctrl+u")
	c.Type(newPhone)
	c.press("down", "down", "ctrl+u")
	c.press("down", "down", "down") // address, language; the way of notices
	if v.Notify == "email" {
		c.press("left") // by SMS from now on
	}
	c.press("down", "space") // confirmed
}

func (c *clerk) verifiedByDocument(v visitor) {
	c.t.Helper()
	c.toVerification(v)
	c.press("down")
	if len(v.Patient.Documents) == 0 { // not known from the registration: past the card and the certificate of exemption
		c.press("right", "right", "right")
		c.see("Hong Kong birth certificate")
	}
	c.press("down", "down", "space", "down") // the patient consents; seen
	c.Type(tailOf(v.Patient))
	c.press("down", "right", "down", "down") // the term; by Access Key
	c.Type(v.AccessKey)
	c.press("enter")
	c.last("identity by document, with consent", "y", "consent recorded")
	c.see("expected by")
	c.Press("enter")
	c.see("Find a patient")
	c.records(v, ehrdesk.ByAccessKey, "patient", ehrdesk.Indefinite, ehrdesk.AuditVerify)
}

func (c *clerk) verifiedByCard(v visitor) {
	c.t.Helper()
	c.toVerification(v)
	c.putIn(v)
	c.see("genuine chip")
	c.press("down", "down", "space", "down", "right", "down")
	c.last("identity by card, with consent", "y", "consent recorded")
	c.slot.pull()
	c.Press("enter")
	c.see("Find a patient")
	c.records(v, ehrdesk.ByCard, "patient", ehrdesk.Indefinite, ehrdesk.AuditVerify)
}

// renewsFromTheList takes the first of the consents that run out, below the
// arrivals, and renews it by the patient's card.
func (c *clerk) renewsFromTheList(v visitor) {
	c.t.Helper()
	c.Press("ctrl+t")
	c.see("Arrivals 30")
	c.Press("pgdown", "pgdown", "pgdown")
	c.see("Consents that run out")
	// They are asked for beside the arrivals: where they came after the keys, the keys ended above them.
	for range 30 {
		c.Settle()
		if shown := c.Screen(); strings.Index(shown, "▸") > strings.Index(shown, "Consents that run out") {
			break
		}
		c.Press("down")
	}
	c.pressed = 0
	c.press("R")
	c.see("Renew the sharing consent")
	c.see(v.Patient.HKIC.Printed())
	c.putIn(v)
	c.see("genuine chip")
	c.last("renewal by card, from the list", "y", "Consent recorded")
	c.slot.pull()
	c.Press("enter")
	c.see("Find a patient")
	c.records(v, ehrdesk.ByCard, "patient", ehrdesk.OneYear, ehrdesk.AuditGrant)
}

func (c *clerk) renewsByKey(v visitor) {
	c.t.Helper()
	c.looksUp(v, "one-year ends")
	c.press("R")
	c.see("Access Key, 8 digits") // the terms have come
	c.Type(tailOf(v.Patient))
	c.Type(v.AccessKey)
	c.last("renewal by Access Key", "y", "Consent recorded")
	c.Press("enter")
	c.see("Find a patient")
	c.records(v, ehrdesk.ByAccessKey, "patient", ehrdesk.OneYear, ehrdesk.AuditGrant)
}

func (c *clerk) withdraws(v visitor) {
	c.t.Helper()
	c.looksUp(v, "Registered · sharing consent to this provider")
	c.press("ctrl+p")
	c.see("Commands: type to narrow")
	c.Type("withdraw")
	c.press("enter")
	c.see("Withdraw the sharing consent")
	c.press("space")
	c.Type(tailOf(v.Patient))
	c.press("enter")
	c.Type(v.AccessKey)
	c.press("enter")
	c.last("withdrawal", "y", "Consent withdrawn")
	c.Press("enter")
	c.see("Find a patient")
	w := v.Consents[0].Consent
	c.want[v.Patient.EHR.Compact()] = wanted{w.Channel, w.Giver.Kind, w.Term, ehrdesk.ConsentWithdrawn, ehrdesk.AuditRevoke}
}

// doneToday reads the list at the end of the day.
func (c *clerk) doneToday() {
	c.t.Helper()
	c.Press("ctrl+t")
	c.see("Arrivals 30")
	c.Press("pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown")
	c.see("withdrawal · Access Key · SW-")
	c.see("consent · telephone")
}

// wardClerk is a clerk of the Hospital Authority.
const wardClerk = "Ms HO Suk Ching"

func (c *clerk) enrolWardClerk() {
	c.t.Helper()
	const authority, staff = "9100000019", "wardclerk"
	code, err := c.centre.AddAccount(c.t.Context(), authority, staff, wardClerk, ehrdesk.FrontDesk)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.desk.Enrol(c.t.Context(), ehrdesk.Enrolment{Central: c.base, Staff: staff, Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret(demoPassphrase)}); err != nil {
		c.t.Fatal(err)
	}
}

// deemedElsewhere is the same desk for a provider to whom joining gave the
// consent: it is shown, and can neither be given nor withdrawn.
func (c *clerk) deemedElsewhere() {
	c.t.Helper()
	c.signIn(wardClerk, "looks its holder up at once")
	v := c.queue[len(c.queue)-1]
	c.looksUp(v, "given by joining eHealth")
	c.Press("f3")
	c.see("given by joining eHealth")
	c.Press("ctrl+p")
	c.see("Commands: type to narrow")
	c.Type("withdraw")
	c.Press("enter")
	c.see("cannot be withdrawn at a desk")
	c.Press("esc", "esc")
}
