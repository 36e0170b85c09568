package client_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// Who enrols anew where acts wait that only they can deliver keeps the activation code
// while they try to remember their passphrase; at another provider nothing waits for them.
func TestAWrongPassphraseUsesNoActivationCode(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	number, key := w.patient("Wong", 1)
	s := w.signIn("drlee")
	w.consent(s, number, key)
	w.line.set(true, nil)
	if _, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: number, Channel: ehrdesk.ByForm, FormReference: "W-1", DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	w.line.set(false, nil)
	enrol := func(code, passphrase string) error {
		_, err := w.desk.Enrol(ctx, ehrdesk.Enrolment{Central: w.base, Staff: "drlee", Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret(passphrase)})
		return err
	}
	code := func(hcp string) string {
		t.Helper()
		c, err := w.centre.AddAccount(ctx, hcp, "drlee", "Dr Lee", ehrdesk.Doctor)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	own := code(w.hcp)
	wantCode(t, "a wrong passphrase", enrol(own, "brown kettles 九十四 lantern"), ehrdesk.CodeNotSignedIn)
	wantCode(t, "a wrong code", enrol("ABCD-EFGH-JKMN-PQRS", "brown kettles 九十四 lantern"), ehrdesk.CodeDenied)
	elsewhere, err := w.centre.AddHCP(ctx, central.HCP{Name: "Elsewhere"})
	if err != nil {
		t.Fatal(err)
	}
	if err := enrol(code(elsewhere), "brown kettles 九十四 lantern"); err != nil {
		t.Errorf("at another provider: %v", err)
	}
	if err := enrol(own, pass); err != nil {
		t.Fatalf("with the passphrase and the same code: %v", err)
	}
	again, err := w.desk.SignIn(ctx, "drlee@"+w.hcp, ehrdesk.NewSecret(pass))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if n := len(w.line.requests("$revoke-sharing-consent")); n == 0 {
		t.Error("what waited was not sent")
	}
}
