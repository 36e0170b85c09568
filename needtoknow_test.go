package ehrdesk

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// What each reader sees of a doctor's entries: the words of a reason, the kinds of record and the
// purpose go no further than the records themselves.
func TestTheAccessLogTellsNobodyMoreThanTheRecordWould(t *testing.T) {
	open := AuditEvent{Action: AuditOpen, Staff: "drlee", Role: Doctor, Patient: "p", Purpose: OtherPurposes, Reason: "HIV drug interaction check"}
	release := AuditEvent{Action: AuditRelease, Staff: "drlee", Role: Doctor, Patient: "p", Reason: "seen at the STD clinic", Detail: "laboratory medication"}
	scan := AuditEvent{Action: AuditRelease, Staff: "drlee", Role: Doctor, Patient: "p", Reason: "head injury", Detail: "radiology laboratory"}
	view := AuditEvent{Action: AuditView, Staff: "drlee", Role: Doctor, Patient: "p", Detail: "DiagnosticReport/hiv-1"}
	aside := AuditEvent{Action: AuditSetAside, Staff: "drlee", Role: Doctor, Patient: "p", Outcome: CodeTampered, Detail: "MedicationRequest/x: whose", Aside: &Aside{}}
	grant := AuditEvent{Action: AuditGrant, Staff: "drlee", Role: Doctor, Patient: "p", Detail: "form SC-1"}
	for _, c := range []struct {
		reader Account
		e      AuditEvent
		want   string // reason|detail|purpose
	}{
		{Account{Staff: "drchan", Role: Doctor}, open, "HIV drug interaction check||other"},
		{Account{Staff: "drlee", Role: Doctor}, release, "seen at the STD clinic|laboratory medication|"},
		{Account{Staff: "officer", Role: Officer}, release, "seen at the STD clinic|laboratory medication|"},
		{Account{Staff: "pat", Role: Pharmacist}, open, "||other"},
		{Account{Staff: "pat", Role: Pharmacist}, release, "|laboratory medication|"},
		{Account{Staff: "pat", Role: Pharmacist}, scan, "||"},
		{Account{Staff: "pat", Role: Pharmacist}, view, "||"},
		{Account{Staff: "nan", Role: Nurse}, release, "||"},
		{Account{Staff: "nan", Role: Nurse}, aside, "||"},
		{Account{Staff: "may", Role: FrontDesk}, open, "||"},
		{Account{Staff: "may", Role: FrontDesk}, release, "||"},
		{Account{Staff: "may", Role: FrontDesk}, grant, "|form SC-1|"},
		{Account{Staff: "drlee", Role: FrontDesk}, open, "||"}, // somebody who is at the front desk now
		{Account{Staff: "x", Role: "podiatrist"}, release, "||"},
	} {
		got := c.e.SeenBy(c.reader)
		if line := strings.Join([]string{got.Reason, got.Detail, string(got.Purpose)}, "|"); line != c.want {
			t.Errorf("%s sees of %s %q, want %q", c.reader.Role, c.e.Action, line, c.want)
		}
		if got.Staff != c.e.Staff || got.Action != c.e.Action || got.Patient != c.e.Patient || got.Outcome != c.e.Outcome {
			t.Errorf("%s is told too little of %s", c.reader.Role, c.e.Action)
		}
		if got.Aside != nil && got.Detail == "" {
			t.Errorf("%s is told which record", c.reader.Role)
		}
	}
}

// Whatever an entry is, one who is not given every kind of record reads nobody else's words in it, and
// what is left is the same however often it is asked.
func TestNobodyReadsTheWordsOfAnotherInTheAccessLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`secret[0-9]{4}`).Draw(t, "word")
		e := AuditEvent{At: time.Unix(0, 0), Action: rapid.SampledFrom([]AuditAction{AuditOpen, AuditOpenCached, AuditRead, AuditQuery, AuditRelease, AuditView, AuditCopy, AuditPrint, AuditSetAside, AuditIncident, AuditClose, "new"}).Draw(t, "action"),
			Staff: "drlee", Reason: word, Detail: rapid.SampledFrom([]string{"", word, "laboratory " + word}).Draw(t, "detail")}
		role := rapid.SampledFrom(Professions()).Draw(t, "role")
		got := e.SeenBy(Account{Staff: "other", Role: role})
		if !GivenAll(role) && !role.ReadsLogs() && strings.Contains(got.Reason+got.Detail, word) {
			t.Fatalf("%s reads %q of %s", role, word, e.Action)
		}
		if again := got.SeenBy(Account{Staff: "other", Role: role}); again != got {
			t.Fatal("otherwise the second time")
		}
	})
}
