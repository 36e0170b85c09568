package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

func TestARestrictedRecordIsARowAndNothingMore(t *testing.T) {
	d := fake.New()
	labelled(d)
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("3", "3", "home")
	p.Want("laboratory reports", "[restricted]", "[r]").Deny("HIV", "negative")
	p.Press("/").Type("hiv").Deny("antibody").Press("esc", "esc")
	p.Press("esc", "3", "3", "home", "r").Want("additional consent")
}

func TestARestrictedRecordNeedsKindReasonWordsAndThePatientsCode(t *testing.T) {
	d := fake.New()
	labelled(d)
	p := open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active).Press("X").Want("Restricted records", "not the Access Key")
	p.Press("y").Want("choose a reason").Press("right", "y").Want("write why, in words").Type("too short").Press("down", "y").Want("10 characters")
	p.Type(" by one").Press("down", "y").Want("6 digits")
	p.Type(fake.Key).Press("down", "y") // the Access Key fits no code's field
	if len(d.Releases) != 1 || d.Releases[0].Code.Reveal() != fake.Key[:6] {
		t.Fatalf("%+v", d.Releases)
	}
	p.Want("one-time code is not right").Deny(fake.Key[:6])
	p.Press("up", "o").Want("Sent by SMS").Type(fake.Code).Press("down", "y")
	p.Want("RESTRICTED RECORDS SHOWN until 09:56")
	p.Press("3", "3", "home").Want("HIV antibody 愛滋病毒抗體 [r]")
	if r := d.Releases[1]; len(r.Kinds) != 1 || r.Kinds[0] != ehrdesk.KindLaboratory || r.Reason != "continuity" || r.Words != "too short by one" || r.RequestID != d.Releases[0].RequestID {
		t.Errorf("asked for %+v", r)
	}
}

func TestRestrictedRecordsLeaveTheScreenWhenTheirTimeIsUp(t *testing.T) {
	d := fake.New()
	labelled(d)
	p, pass := clocked(t, d, 120, 40)
	released(open(signIn(p, doctor), fake.Active), fake.Code).Press("3", "3", "home", "enter").Want("HIV antibody")
	pass(14 * time.Minute)
	p.Want("HIV antibody")
	pass(time.Minute)
	p.Want("time for restricted records is over").Deny("HIV", "RESTRICTED RECORDS SHOWN")
}

func TestRestrictedRecordsAreEndedWithOneKeyAndWithTheChart(t *testing.T) {
	d := fake.New()
	labelled(d)
	p := released(open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active), fake.Code).Want("HIV antibody")
	p.Press("X").Want("no longer shown").Deny("HIV antibody", "RESTRICTED RECORDS SHOWN")
	if d.Calls["endrelease"] != 1 {
		t.Error("the centre was not told")
	}
}

func TestThePatientsCardReleasesInTheCodesPlace(t *testing.T) {
	d, k := fake.New(), &fake.Cards{}
	labelled(d)
	p := playCards(t, d, k, "en", 80, 24)
	open(signIn(p, doctor), fake.Active).Press("X", "right", "down").Type("dose of a new drug").Press("down", "right")
	p.Want("the patient's card in the reader")
	e := putIn(p, k, d.Card(fake.NoConsent))
	p.Press("down", "y")
	if len(d.Releases) != 0 {
		t.Fatal("another person's card released")
	}
	p.Send(screen.CardMsg{Event: k.Remove(e)})
	putIn(p, k, d.Card(fake.Active))
	p.Want("genuine chip").Press("y").Want("RESTRICTED RECORDS SHOWN")
	if r := d.Releases[0]; r.Card == nil || !r.Code.Empty() {
		t.Errorf("asked for %+v", r)
	}
}

func TestTheFrontDeskAndTheOfflineDeskCannotAskForRestrictedRecords(t *testing.T) {
	d := fake.New()
	labelled(d)
	d.Link = ehrdesk.Offline
	p := open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active)
	p.Press("X").Deny("Reason")
}

func TestAllergiesHeldBackAreNeverReadAsNone(t *testing.T) {
	d := fake.New()
	d.Change("p2", func(f fake.Facts) { f.Allergies.Withheld = 1 })
	open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active).Want("KNOWN ALLERGIES 2", "+ 1 RESTRICTED")
	d = fake.New()
	d.Change("p2", func(f fake.Facts) {
		*f.Allergies = ehrdesk.Allergies{State: ehrdesk.AllergyCannotKnow, Reason: "restricted", Withheld: 1}
	})
	open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active).Want("Allergies unavailable – 1 restricted").Deny("No known")
}

func TestACodeThatNoLongerServesIsSaidInWordsOfItsOwn(t *testing.T) {
	d := fake.New()
	labelled(d)
	d.Fail["release"] = ehrdesk.E("fake", ehrdesk.CodeDenied, ehrdesk.ErrCodeExpired)
	p := released(open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active), fake.Code)
	p.Want("one-time code has expired or was used", "o sends another")
	d.Fail["code"] = ehrdesk.E("fake", ehrdesk.CodeLocked, &ehrdesk.LockOut{Until: fake.Clock().Add(time.Hour)})
	p.Press("o").Want("sent too often: the next can be sent at 10:41").Deny("Access Keys")
	d.Fail["code"] = ehrdesk.E("fake", ehrdesk.CodeDenied, ehrdesk.ErrNoWayToTell)
	p.Press("o").Want("no way to be sent a code", "patient's card")
}

// A telephone that was changed lately gets no code: the desk says where the code went, from
// when the new one gets them, and what to use meanwhile.
func TestTheDeskSaysFromWhenCodesGoToANewNumber(t *testing.T) {
	d := fake.New()
	labelled(d)
	d.NewFrom = fake.Clock().Add(24 * time.Hour)
	p := open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active).Press("X", "right", "down").Type("dose of a new drug").Press("down", "o")
	p.Want("Sent by SMS to the contact before the change, good until 09:51", "new number from 22-Nov-2026 09:41", "use the patient's card")
	d.Fail["code"] = ehrdesk.E("fake", ehrdesk.CodeLocked, &ehrdesk.NewContact{From: d.NewFrom})
	p.Press("up", "o").Want("contact data were changed", "new number from 22-Nov-2026 09:41", "Use the patient's card").Deny("Access Keys")
}

func TestWithdrawingWhatIsWithdrawnAlreadySaysSo(t *testing.T) {
	d := fake.New()
	d.Fail["revoke"] = ehrdesk.E("fake", ehrdesk.CodeNotFound, ehrdesk.ErrNoConsent)
	p := toWithdraw(play(t, d, "en", 80, 24)).Press("space").Type("456").Press("enter").Type(fake.Key).Press("enter", "y")
	p.Want("no sharing consent to withdraw any more")
}
