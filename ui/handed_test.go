package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// While a patient reads the notices or has the keyboard, nothing is said about anybody else, and no
// key leads to where somebody else stands; what has come is told afterwards.
func TestNothingAboutAnotherIsSaidInFrontOfAPatient(t *testing.T) {
	d := fake.New()
	p, pass := clocked(t, d, 80, 24)
	find(signIn(p, clerk), fake.NoConsent).Press("4", "f2") // CHAN is waited for
	find(p, fake.Withdrawn).Press("2").Want("has read both notices")
	consented(d, "p1", ehrdesk.ByApp)
	pass(16 * time.Second)
	p.Want("has read both notices").Deny("CHAN", "consent given")
	p.Press("f1").Deny("CHAN").Press("esc", "y").Deny("CHAN").Press("space").Type("1965").Press("enter", "a", "enter").Want("Please type your eHealth Access Key", "請輸入閣下的醫健通取覽密碼")
	p.Deny("find", "Ctrl+T", "commands", "NG, Kwok Keung · ")
	for _, k := range []string{"f2", "ctrl+t", "ctrl+p", "f4", "ctrl+q", "f1"} {
		p.Press(k).Want("The patient has the keyboard", "Please type your eHealth Access Key")
	}
	p.Press("esc", "f2").Want("has not been submitted", "Enter leave · Esc stay", "Enter leave  Esc stay").Deny("CHAN")
	p.Press("enter").Want("Find a patient", "CHAN, Tai Man 陳大文 (Mr): consent given by eHealth App")
}

// Of a withdrawal, too, nothing but Enter and Esc leads away from the key, which is seen nowhere; Esc
// gives the keyboard back, and the clerk chooses the form.
func TestAKeyTypedIntoAWithdrawalIsSeenNowhere(t *testing.T) {
	p := toWithdraw(play(t, fake.New(), "en", 80, 24)).Press("space").Type("456").Press("enter").Want("Access Key, 8 digits")
	p.Press("down", "up", "tab", "shift+tab").Want("The patient has the keyboard").Type("24681357").Want("********").Deny("24681357")
	p.Press("esc").Want("‹ Access Key ›").Deny("****").Press("7").Want("digits are there already").Want("Space choose").Press("space").Want("‹ signed form ›", "Form reference")
}

// Each wait that ends is told, also of two that end together.
func TestTwoWaitsThatEndTogetherAreBothTold(t *testing.T) {
	d := fake.New()
	p, pass := clocked(t, d, 200, 60)
	find(signIn(p, clerk), fake.NoConsent).Press("4", "f2")
	find(p, fake.Withdrawn).Press("4", "f2")
	consented(d, "p1", ehrdesk.ByApp)
	consented(d, d.Patient(fake.Withdrawn).ID, ehrdesk.ByApp)
	pass(16 * time.Second)
	p.Want("CHAN, Tai Man 陳大文 (Mr): consent given by eHealth App · NG, Kwok Keung 吳國強: consent given by eHealth App")
}

// An Access Key is digits: a letter is not counted as one, full-width digits are; and what was
// typed of it does not outlive a lock, on any page that asks for it.
func TestAHalfTypedKeyIsDigitsAndDoesNotOutliveALock(t *testing.T) {
	toKey(play(t, fake.New(), "en", 80, 24)).Type("1a2-").Want("2 of 8").Type("３４").Want("4 of 8").
		Press("ctrl+l").Type(fake.Passphrase).Press("enter").Want("0 of 8").
		Type(fake.Key).Press("enter").Want("Review").Press("ctrl+l").Type(fake.Passphrase).Press("enter").Want("0 of 8")
	p := toWithdraw(play(t, fake.New(), "en", 80, 24)).Press("space").Type("456").Press("enter").Type("1234").Want("****")
	p.Press("ctrl+l").Type(fake.Passphrase).Press("enter").Want("Withdraw the sharing consent").Deny("****")
}

// What the person confirmed of how to reach them is what is sent: an edit afterwards asks once more.
func TestContactDataEditedAfterTheyWereConfirmedAreAskedForAgain(t *testing.T) {
	d := fake.New()
	p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.Unverified).Press("i", "y")
	p.Press(downs(6)...).Press("space").Want("[x] The person has confirmed")
	p.Press("up", "right").Want("[ ] The person has confirmed") // told in another way
	p.Press("down", "space").Want("[x] The person has confirmed").Press("up", "up", "up", "up", "up", "up").Type("9").Want("[ ] The person has confirmed")
	p.Press(downs(9)...)
	if p.Press("y"); len(d.Verified) != 0 {
		t.Error("sent")
	}
}

// A card that lies in the reader already verifies, as one that is put in on the page.
func TestACardThatIsInTheReaderVerifies(t *testing.T) {
	d, k := fake.New(), &fake.Cards{}
	p := playCards(t, d, k, "en", 80, 24)
	find(signIn(p, clerk), fake.Unverified)
	putIn(p, k, d.Card(fake.Unverified))
	p.Press("i", "y").Want("smart identity card in the reader")
}

// In an entry y is a letter: neither the footer nor the page says that it submits.
func TestWhatAKeyWouldTypeIsNotOfferedAsAnAct(t *testing.T) {
	p := find(signIn(play(t, fake.New(), "en", 80, 24), clerk), fake.Unverified).Press("i", "y")
	p.Want("Verify the identity and record").Deny("y submit", "Space choose")
	p.Press(downs(6)...).Want("y submit", "Space choose")
}

// The notices that a renewal attests can be read on its page, and y there goes back to it.
func TestARenewalShowsTheNoticesThatItAttests(t *testing.T) {
	d := fake.New()
	busyDay(d)
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t")
	for range 7 {
		p.Press("down")
	}
	p.Press("R").Want("Renew the sharing consent", "Ctrl+N notices")
	p.Press("ctrl+n").Want("The patient reads both notices", "has read both notices", "SUBRAMANIAM").Press("L").Want("version")
	p.Press("y").Want("Document seen, both notices read: renew").Type("456" + fake.Key).Press("y").Want("Consent recorded")
}

// Without the line nothing is known of the patient but the number: who consents may be anybody that
// could for a child or an adult, and the review names the patient by that number.
func TestWithoutTheLineAParentMayConsentForWhoeverItIs(t *testing.T) {
	d := fake.New()
	d.Link = ehrdesk.Offline
	p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.Child).Press("f3", "y").Want("a  the patient", "b  parent", "h  healthcare provider")
	p.Press("b", "space", "tab").Type("LEE Tai Ming").Press("enter").Type("HKIC").Press("enter").Type("G1").Press("enter").Type("555").Press("enter", "a", "enter").Type("SCF-9").Press("enter")
	p.Want("Review", "parent: LEE Tai Ming (HKIC G1)", "Patient", "L555555(0)").Press("y").Want("waits for the line")
}

// Beside the patient's own genuine card nobody is asked for its digits, to withdraw as to consent.
func TestAWithdrawalBesideTheGenuineCardAsksForNoDigits(t *testing.T) {
	d, k := fake.New(), &fake.Cards{}
	p := playCards(t, d, k, "en", 80, 24)
	signIn(p, clerk)
	putIn(p, k, d.Card(fake.Active))
	p.Press("w").Want("Withdraw the sharing consent", "I have seen").Deny("3 digits before")
	p.Press("4").Want("No digits are asked for here")
}

// That the key is refused is said where the ways to consent stand, with the ways that are left and
// where a new key comes from: not after the whole consent was typed.
func TestAKeyThatIsRefusedIsToldBeforeItIsTyped(t *testing.T) {
	d := fake.New()
	d.Fail["grant"] = ehrdesk.E("fake", ehrdesk.CodeLocked, &ehrdesk.LockOut{Until: fake.Clock().Add(15 * time.Minute)})
	p, pass := clocked(t, d, 80, 24)
	toKey(p).Type("00000000").Press("enter", "y").Want("locked until 09:56")
	p.Press("esc", "esc", "esc", "esc").Want("Access Key: refused until 09:56", "A new key:", "eHealth App, or 3467 6300", "▸ 3  Signed").Deny("2  Access Key")
	p.Press("2").Want("not available here: Access Key: refused until 09:56")
	pass(16 * time.Minute)
	p.Want("▸ 2  Access Key")
}

// An act that the centre refused says why, on the day's list and as it comes.
func TestARefusedActSaysWhy(t *testing.T) {
	d := fake.New()
	who := d.Patient(fake.Child)
	d.Day = append(d.Day, ehrdesk.Task{ID: "task-1", Kind: ehrdesk.TaskAct, State: ehrdesk.TaskRefused, Act: ehrdesk.AuditGrant, Channel: ehrdesk.ByForm, Form: "SCF-9",
		Number: who.Number(), Patient: who, At: fake.Clock(), Added: fake.Clock(), Why: ehrdesk.RefusalOf(ehrdesk.E("grant", ehrdesk.CodeInvalid, ehrdesk.ErrGiverUnder16))})
	signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t").Want("To look at", "not taken: The patient is under 16: another", "has to consent.").Deny("Waiting")
}
