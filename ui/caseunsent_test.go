package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// saysOffline opens a message while the line is there and answers it once it is gone.
func saysOffline(t *testing.T, d *fake.Desk) *uitest.Player {
	t.Helper()
	sealedCases(d)
	p := toCase(signIn(play(t, d, "en", 80, 24), doctor), "alert").Press("enter")
	d.Link = ehrdesk.Offline
	return p.Press("1").Type("My answer.").Press("f9", "y").Want("sent when the line is back")
}

const unsent = "NOT SENT YET in sealed cases: 1. It stays sealed on this desk"

// Whoever leaves the program, signs out or locks the desk is told how much of what they wrote in cases is not sent, and what becomes of
// it: not a word of what it is.
func TestWhatIsNotSentYetIsSaidBeforeSomebodyLeaves(t *testing.T) {
	d := fake.New()
	p := saysOffline(t, d).Press("ctrl+q").Want(unsent).Deny("My answer.")
	if p.Press("esc").Want("My answer."); p.Quit {
		t.Fatal("the program ended")
	}
	p.Press("ctrl+p").Type("sign out").Press("enter").Want(unsent).Press("esc").Want("My answer.")
	p.Press("ctrl+p").Type("sign out").Press("enter", "enter").Want("Sign in")
	if d.Closed != 1 {
		t.Error("the session goes on")
	}
	d = fake.New()
	p = saysOffline(t, d).Press("ctrl+l").Want(unsent, "Passphrase").Deny("My answer.", "Mei Ling", "Alert")
	p.Press("f8").Want("密封個案中尚未送出：1 項").Press("f8", "f8")
	d.Link = ehrdesk.Online
	unlock(p).Press("f5").Want("My answer.").Deny("WAITS ON THIS DESK").Press("ctrl+l").Deny("NOT SENT YET")
	if p = saysOffline(t, fake.New()).Press("ctrl+q", "enter"); !p.Quit {
		t.Error("Enter did not leave")
	}
}

// Whoever has nothing to be sent is asked nothing; that something was opened is not counted, nor what was refused.
func TestNobodyIsAskedWhereNothingWaits(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := toCase(signIn(play(t, d, "en", 80, 24), doctor), "alert").Press("enter", "ctrl+l").Deny("NOT SENT YET")
	unlock(p).Press("ctrl+q").Deny("NOT SENT YET")
	if !p.Quit {
		t.Error("the program goes on")
	}
	d = fake.New()
	sealedCases(d)
	d.Sealed.Refuse = ehrdesk.Refusal(ehrdesk.CodeConsentNeeded)
	toCase(signIn(play(t, d, "en", 80, 24), doctor), "alert").Press("enter", "y", "y").Want("NOT SENT, REFUSED").Press("ctrl+q").Deny("NOT SENT YET")
}
