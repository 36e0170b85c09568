package ui_test

import (
	"strings"
	"time"

	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// From the card of a patient without consent: eight keys beyond the digits.
func TestConsentByAccessKeyTakesEightKeysBeyondTheDigits(t *testing.T) {
	d := fake.New()
	p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.NoConsent)
	first, then, last := []string{"enter", "y", "space"}, []string{"enter", "a", "enter"}, []string{"enter", "y"}
	p.Press(first...).Type(fake.Tail).Press(then...).Type(fake.Key).Press(last...).Want("Consent recorded", "SC-2026-000482", "told by SMS")
	if n := len(first) + len(then) + len(last); n > 8 {
		t.Errorf("%d keys", n)
	}
	g := d.Grants[0]
	if !g.NoticeRead || !g.DocumentSighted || g.Channel != ehrdesk.ByAccessKey || g.Term != ehrdesk.Indefinite || g.Giver.Kind != ehrdesk.SelfGiver || len(g.NoticeVersions) != 2 || !g.NoticeReadAt.Equal(fake.Clock()) {
		t.Errorf("the act submitted was %+v", g)
	}
}

func TestNoStepOfAConsentCanBeLeftOut(t *testing.T) {
	p := find(signIn(play(t, fake.New(), "en", 80, 24), clerk), fake.NoConsent).Press("enter")
	p.Press("enter", "enter", "enter").Want("Step 1")   // reading on is not acknowledging
	p.Press("y", "enter").Want("Step 2", "Please look") // document not ticked
	p.Press("space", "enter").Want("Step 2", "type it from the document")
	p.Type("999").Press("enter").Want("Step 2", "not this patient's")
	p.Press("ctrl+u").Type(fake.Tail).Press("enter", "enter").Want("Step 3", "choose a") // no term is chosen beforehand
	p.Press("2", "1").Want("Step 3", "Choose the term by").Deny("▸")                     // the digits of a key that is typed too early
	p.Press("b").Want("Step 3", "ends 21-Nov-2027")                                      // chosen, its end shown, not yet gone on
	p.Press("enter").Want("Step 4")
	p.Type("1234").Press("enter").Want("Step 4", "has 8 digits")   // incomplete key
	p.Type("5678").Press("enter", "enter", "enter").Want("Step 5") // Enter that led here does not submit
	p.Press("esc").Want("Step 4", "0 of 8").Deny("12345678")       // the key is not kept
}

func TestAWrongKeyIsClearedCountedAndNeverRepeated(t *testing.T) {
	d := fake.New()
	p := toKey(play(t, d, "en", 80, 24)).Type("11111111").Press("enter", "y")
	p.Want("not right; 2 tries left", "0 of 8").Deny("11111111")
	if len(d.Grants) != 1 {
		t.Fatalf("%d acts sent", len(d.Grants))
	}
	p.Type("22222222").Press("enter", "y").Want("1 try left")
	p.Type("33333333").Press("enter", "y").Want("locked until 09:56")
	if d.Grants[0].RequestID == "" || d.Grants[0].RequestID != d.Grants[2].RequestID {
		t.Error("one act must keep its request id")
	}
}

func TestAFormOfANumberOnRecordIsSaidAndItsNumberTypedAnew(t *testing.T) {
	d := fake.New()
	d.Fail["grant"] = ehrdesk.E("fake", ehrdesk.CodeConflict, ehrdesk.ErrFormUsed)
	p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.NoConsent).Press("3", "y", "space").Type(fake.Tail)
	p.Press("enter", "a", "enter").Type("SCF-1").Press("enter", "y").Want("Step 4", "on record already", "SCF-1", "The patient is told of a form on every contact known")
	delete(d.Fail, "grant")
	p.Type("7").Press("enter", "y").Want("Consent recorded", "told on all 3 contacts known")
	if g := d.Grants[len(d.Grants)-1]; g.FormReference != "SCF-17" {
		t.Errorf("submitted %q", g.FormReference)
	}
}

func TestAnUnknownOutcomeIsAskedForAndNotSentAgain(t *testing.T) {
	d := fake.New()
	d.Fail["grant"] = ehrdesk.E("fake", ehrdesk.CodeTimeout, nil)
	p := toKey(play(t, d, "en", 80, 24)).Type(fake.Key).Press("enter", "y")
	p.Want("Nothing was recorded: y submits the same")
	if len(d.Grants) != 0 {
		t.Fatal("sent again by itself")
	}
	p.Press("y").Want("Consent recorded")
}

func TestAChildsConsentNeedsASubstitute(t *testing.T) {
	d := fake.New()
	p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.Child).Press("enter").Want("Who consents for the patient reads both notices").Deny("The patient reads").Press("y").Want("under 16")
	p.Press("a", "space", "enter").Want("write the name")
	p.Type("LEE Tai Ming").Press("enter").Want("which document")
	p.Type("HKIC").Press("enter").Want("the number that stands on that document").Deny("cannot act")
	p.Type("G765432(1)").Press("enter").Want("type it from the document").Type("2019").Press("enter").Want("Step 3")
	p.Press("a", "enter").Want("type the patient's eHealth Access Key").Type(fake.Key).Press("enter").Want("parent: LEE Tai Ming (HKIC G765432(1))", "Who acts for the patient consents")
	p.Press("y").Want("Consent recorded")
	if g := d.Grants[0].Giver; g.Kind != "parent" || g.Name != "LEE Tai Ming" || g.Document != "HKIC" || g.DocumentNumber != "G765432(1)" || g.CannotAct {
		t.Errorf("giver was %+v", g)
	}
}

// Of 16 or over the patient consents, unless it is stated that they cannot act. What was stated for
// one giver is not stated for another.
func TestSomebodyElseConsentsForAnAdultOnlyWhoCannotAct(t *testing.T) {
	d := fake.New()
	p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.NoConsent).Press("enter", "y").Want("Who consents").Deny("cannot act")
	p.Press("b", "space", "enter").Type("WONG Ka Fai").Press("enter").Type("HKIC").Press("enter").Type("G765432(1)").Press("enter")
	p.Want("tick (Space) that they cannot act", "[ ] The patient cannot act").Press("space").Want("[x] The patient cannot act")
	for range 6 {
		p.Press("shift+tab")
	}
	p.Press("a").Deny("cannot act").Press("b").Want("[ ] The patient cannot act")
	p.Press("space", "enter", "space", "enter").Type(fake.Tail).Press("enter", "a", "enter").Type(fake.Key).Press("enter", "y").Want("Consent recorded")
	if g := d.Grants[0].Giver; g.Kind != "guardian" || !g.CannotAct || g.DocumentNumber != "G765432(1)" {
		t.Errorf("giver was %+v", g)
	}
}

func TestWithdrawalAsksForThePatientsOwnDigits(t *testing.T) {
	d := fake.New()
	p := toWithdraw(play(t, d, "en", 80, 24)).Press("space").Type("999").Press("enter").Want("not this patient's")
	p.Press("ctrl+u").Type("456").Press("enter").Type(fake.Key).Press("enter", "y").Want("Consent withdrawn")
	if len(d.Revokes) != 1 || !d.Revokes[0].DocumentSighted {
		t.Errorf("%+v", d.Revokes)
	}
}

func TestADeemedConsentCannotBeWithdrawnHere(t *testing.T) {
	d := fake.New()
	p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.Deemed).Press("ctrl+p").Type("withdraw").Press("enter")
	p.Want("given by joining eHealth: cannot be withdrawn")
}

// Of somebody whom a server has that is not eHealth's, the screen says what that says, a
// consent is taken as of anybody, and nothing is claimed of joining or depositing.
func TestNothingIsClaimedOfWhoIsKnownAtAnotherServer(t *testing.T) {
	d := fake.New()
	for _, id := range []string{"p1", "p2"} {
		d.Change(id, func(f fake.Facts) { *f.Participation = ehrdesk.KnownHere })
	}
	find(signIn(play(t, d, "en", 80, 24), doctor), fake.Active).Want("Deposit: no, this server takes no records", "whether the patient joined eHealth").Deny("by joining").Press("enter").Want("WONG")
	find(signIn(play(t, d, "en", 80, 24), doctor), fake.Active).Want("Known to this server").Deny("Registered", "will normally be notified")
	p := find(signIn(play(t, d, "en", 80, 24), doctor), fake.NoConsent).Deny("Deposit", "by joining", "Registered", "five ways", "8 digits", "3467 6300")
	p.Want("Known to this server", "By signed form", "this server cannot check them")
	for _, key := range []string{"1", "2", "4", "5"} { // what it cannot do is not begun, and says why
		p.Press(key).Want("this server cannot check them").Deny("Step 1")
	}
	p.Press("enter").Want("Step 1")
	p.Press("y", "space").Type(fake.Tail).Press("enter", "a", "enter").Want("Signed form")

	d.Fail["find"] = ehrdesk.E("find", ehrdesk.CodeNotFound, ehrdesk.ErrNotAtServer)
	find(signIn(play(t, d, "en", 80, 24), doctor), fake.Active).Want("Nobody of this number at this server").Deny("eHealth App", "Not registered")
}

func TestLeavingAnUnfinishedConsentIsAsked(t *testing.T) {
	for _, k := range []string{"f2", "ctrl+q"} {
		p := toKey(play(t, fake.New(), "en", 80, 24)).Press("esc", k).Want("has not been submitted")
		p.Press("esc").Want("Step 3")
		p.Press(k, "enter")
		if k == "f2" {
			p.Want("Find a patient")
		} else if !p.Quit {
			t.Error("did not quit")
		}
	}
}

func TestWithOneTermThereIsNothingToChooseAndItIsStillShown(t *testing.T) {
	d := fake.New()
	d.Terms = d.Terms[:1]
	p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.NoConsent).Press("enter", "y", "space").Type(fake.Tail).Press("enter")
	p.Want("Step 3 of 4", "Term: indefinite").Type(fake.Key).Press("enter").Want("indefinite").Press("y").Want("Consent recorded")
}

// A centre that asks to wait says until when, in the words of whoever asked.
func TestACentreThatAsksToWaitIsSaidWithItsTime(t *testing.T) {
	for lang, want := range map[string]string{"en": "The centre asks to wait until", "zh-Hant": "中央系統請你等候至", "zh-Hans": "中央系统请你等候至"} {
		d := fake.New()
		d.Fail["find"] = ehrdesk.E("find", ehrdesk.CodeOther, &ehrdesk.TooOften{Until: fake.Clock().Add(10 * time.Minute)})
		at := fake.Clock().Add(10 * time.Minute).Format("15:04")
		find(signIn(play(t, d, lang, 80, 24), clerk), fake.NoConsent).Want(want, at)
	}
}

// A number that stands for nobody who could be meant is said, and how a consent is withdrawn all the same.
func TestANumberOfNobodyInParticularIsSaid(t *testing.T) {
	for lang, want := range map[string][2]string{"en": {"Who has this number is not clear", "withdrawn all the same"}, "zh-Hant": {"未能確定此號碼屬何人", "撤銷同意不受影響"}, "zh-Hans": {"未能确定此号码属何人", "撤销同意不受影响"}} {
		d := fake.New()
		d.Fail["find"] = ehrdesk.E("find", ehrdesk.CodeConflict, ehrdesk.ErrPersonUnclear)
		find(signIn(play(t, d, lang, 80, 24), clerk), fake.NoConsent).Want(want[0], want[1])
	}
}

// A lock-out stays on screen until it ends, in whatever language, and answers
// every key that would try again.
func TestALockOutStaysOnScreenUntilItEnds(t *testing.T) {
	now := fake.Clock()
	cfg := config(fake.New(), "en")
	cfg.Now, cfg.IdleLock = func() time.Time { return now }, -1
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := toKey(uitest.Play(t, m, 80, 24))
	for range 3 {
		p.Type("00000000").Press("enter", "y")
	}
	p.Want("locked until 09:56")
	for _, k := range []string{"enter", "y", "2", "backspace"} {
		p.Press(k).Want("! Too many wrong Access Keys: locked until 09:56", "0 of 8").Deny("has 8 digits")
	}
	p.Press("f8").Want("鎖定至 09:56").Press("enter").Want("鎖定至 09:56").Press("f8", "f8")
	now = now.Add(16 * time.Minute)
	p.Send(ui.Tick())
	p.Deny("locked until").Type(fake.Key).Press("enter", "y").Want("Consent recorded")
}

func TestAPatientWhoDeclinedNoticesIsNotSaidToBeTold(t *testing.T) {
	d := fake.New()
	d.Notify = ""
	p := find(signIn(play(t, d, "en", 120, 40), doctor), fake.NoConsent).Press("2", "y", "space").Type(fake.Tail).Press("enter", "a", "enter").Type(fake.Key).Press("enter", "y")
	p.Want("The patient is told by SMS. The patient has chosen not to be told of accesses.")
	p.Press("enter").Want("Purpose of access", "chosen not to be told of accesses").Deny("will normally be notified")
	p = find(signIn(play(t, d, "en", 120, 40), doctor), fake.Active)
	p.Want("chosen not to be told of accesses").Deny("will normally be notified", "SMS").Press("enter").Want("chosen not to be told of accesses")
}

func TestEveryStepSaysWhichKeyDoesApply(t *testing.T) {
	p := toKey(play(t, fake.New(), "en", 80, 24)).Type(fake.Key).Press("enter", "enter").Want("Step 5", "y submits")
	p.Press("f8", "enter").Want("按 y 提交同意")
	p = find(signIn(play(t, fake.New(), "en", 80, 24), doctor), fake.Active).Press("d")
	for _, k := range []string{"8", "9", "0"} {
		p.Press(k).Want("1–7 choose the purpose")
	}
}

func TestNoConsentOfThePersonWhoDied(t *testing.T) {
	d := fake.New()
	d.Change("p1", func(f fake.Facts) { f.Patient.Deceased, f.Patient.Died = true, ehrdesk.Day(2026, 11, 2) })
	p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.NoConsent)
	p.Want("can no longer be given", "3467 6300").Deny("Access Key", "take consent")
	for _, k := range []string{"f3", "a", "f"} {
		p.Press(k).Want("has died", "no longer be given").Deny("Step")
	}
	p.Press("enter").Want("Find a patient")
}

func TestAChildIsNotOfferedAsTheGiver(t *testing.T) {
	p := find(signIn(play(t, fake.New(), "en", 80, 24), clerk), fake.Child).Press("enter", "y")
	p.Want("The patient is under 16", "▸ a  parent").Deny("  the patient ")
	for _, k := range []string{"a", "up"} {
		p.Press(k).Want("The patient is under 16", "▸ a  parent")
	}
}

// Whoever consents for another is asked for what the table has such a giver bring,
// from the top of the form to its end, and nothing of it counts for somebody else.
func TestWhatWasSeenAndStatedForOneGiverCountsForNoOther(t *testing.T) {
	d := fake.New()
	p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.Child).Press("enter", "y").Want("under 16")
	p.Press("d", "space", "enter").Type("LEE Siu Fong").Press("enter").Type("HKIC").Press("enter").Type("G1").Press("enter").Want("Those named above come first")
	p.Press("space").Want("[x] Nobody named above", "[x] I have seen").Type("2019")
	p.Press("tab", "e").Want("▸ e", "[ ] Nobody named above", "[ ] I have seen")
	p.Press("f").Want("Letter of Declaration").Deny("Kind of document seen")
	p.Press("up", "up", "up", "up").Want("▸ b", "Kind of document seen").Deny("Nobody named above")
	p.Press("up", "up").Want("▸ a", "a substitute decision maker consents")
	p.Press("f", "enter").Want("number of the provider's Letter").Type("LoD-7").Press("enter").Want("come first")
	p.Press("space", "enter").Want("look at the identity document")
	p.Press("space", "enter", "a", "enter").Type(fake.Key).Press("enter", "y").Want("Consent recorded")
	if g := d.Grants[0].Giver; g.Kind != "provider" || g.Name != "LEE Siu Fong" || g.Document != "" || g.Declaration != "LoD-7" || !g.NoneBefore {
		t.Errorf("giver was %+v", g)
	}
}

// A withdrawal only ever protects: who withdraws is named, and no rank is asked.
func TestAWithdrawalByAnotherAsksForNoOrder(t *testing.T) {
	d := fake.New()
	p := toWithdraw(play(t, d, "en", 80, 24)).Press("e").Deny("Nobody named above")
	p.Press("space", "enter").Type("陳小明").Press("enter").Type("HKIC").Press("enter").Want("type it from the document").Type("456")
	p.Press("enter").Want("Access Key, 8 digits").Deny("has 8 digits")
	p.Press("esc", "space", "down").Want("Form reference").Type("W-17").Press("enter").Want("y  ")
	p.Press("y").Want("Consent withdrawn")
	if w := d.Revokes[0]; w.Giver.Kind != "family" || w.Giver.Name != "陳小明" || w.Giver.NoneBefore || w.FormReference != "W-17" || w.Channel != ehrdesk.ByForm {
		t.Errorf("%+v", w)
	}
}

// Digits are the document's wherever they are typed: none chooses who consents, and they may be
// typed with the check digit as the card prints it.
func TestTheDocumentsDigitsChooseNobody(t *testing.T) {
	p := find(signIn(play(t, fake.New(), "en", 80, 24), clerk), fake.NoConsent).Press("enter", "y").Want("▸ a  the patient", "3 digits before ( ), or birth year")
	p.Press(strings.Split(fake.Tail, "")...).Want("▸ a  the patient", fake.Tail)
	p.Press("tab", "9").Want("▸ a  the patient", fake.Tail, "digits are there already").Deny(fake.Tail + "9") // neither the list nor once more
	p.Press("up", "ctrl+u", "up", "space", "enter").Want("Please type it from the document, to be sure of the patient", "before ( ), or birth year.")
	n, err := ehrdesk.ParseNumber(fake.NoConsent)
	if err != nil || n.HKIC.IsZero() {
		t.Fatal(n, err)
	}
	printed := n.HKIC.Printed()
	p.Type(printed[len(printed)-6:]).Press("enter").Want("Step 3")
	p.Press("1", "2").Want("Choose the term by its letter first").Deny("▸")
}

// Whoever leaves while the outcome of an act is not known is told that it may be on record
// and that this desk goes on asking, not that it will be lost; before it was submitted it is.
func TestLeavingAnActOfUnknownOutcomeIsNoDropping(t *testing.T) {
	const goesOn, lost = "this desk goes on asking", "It will be lost"
	d := fake.New()
	p := toKey(play(t, d, "en", 100, 30)).Type(fake.Key).Press("enter")
	p.Press("ctrl+t").Want(lost).Deny(goesOn).Press("esc")
	d.Fail["grant"] = ehrdesk.E("fake", ehrdesk.CodeTimeout, nil)
	d.Fail["find"] = ehrdesk.E("fake", ehrdesk.CodeOffline, nil)
	p.Press("y", "ctrl+t").Want(goesOn).Deny(lost)

	d = fake.New()
	d.Fail["revoke"] = ehrdesk.E("fake", ehrdesk.CodeTimeout, nil)
	p = toWithdraw(play(t, d, "en", 100, 30)).Press("space").Type("456").Press("enter").Type(fake.Key).Press("enter")
	p.Press("ctrl+t").Want(lost).Press("esc")
	p.Press("y", "ctrl+t").Want(goesOn).Deny(lost)
}

// An act of unknown outcome is followed on the screen it was taken on: the receipt is shown
// when this desk has learnt the outcome by itself, or why the centre refused it.
func TestAnActOfUnknownOutcomeIsFollowedWhereItWasTaken(t *testing.T) {
	recorded := func(t *ehrdesk.Task) {
		t.Kind, t.State, t.Reference = ehrdesk.TaskDone, ehrdesk.TaskEnded, "SC-2026-000777"
		t.Consent = ehrdesk.SharingConsent{ID: t.Reference, State: ehrdesk.ConsentActive, Term: ehrdesk.Indefinite, Since: fake.Clock()}
	}
	refused := func(t *ehrdesk.Task) { t.State, t.Why = ehrdesk.TaskRefused, ehrdesk.Refusal(ehrdesk.CodeDenied) }
	for name, tt := range map[string]struct {
		call    string
		to      func(p *uitest.Player) *uitest.Player
		unknown string
		outcome func(*ehrdesk.Task)
		want    []string
	}{
		"a consent":            {"grant", func(p *uitest.Player) *uitest.Player { return toKey(p).Type(fake.Key).Press("enter") }, "still not known", recorded, []string{"Consent recorded", "SC-2026-000777"}},
		"one that was refused": {"grant", func(p *uitest.Player) *uitest.Player { return toKey(p).Type(fake.Key).Press("enter") }, "still not known", refused, []string{"0 of 8", "The centre refused this"}},
		"a renewal": {"grant", func(p *uitest.Player) *uitest.Player {
			return find(signIn(p, clerk), fake.OneYear).Press("R").Type(fake.Tail + fake.Key)
		}, "still not known", recorded, []string{"Consent recorded", "SC-2026-000777"}},
		"a withdrawal": {"revoke", func(p *uitest.Player) *uitest.Player {
			return toWithdraw(p).Press("space").Type("456").Press("enter").Type(fake.Key).Press("enter")
		}, "not known", recorded, []string{"Consent withdrawn", "SC-2026-000777"}},
		"a withdrawal, refused": {"revoke", func(p *uitest.Player) *uitest.Player {
			return toWithdraw(p).Press("space").Type("456").Press("enter").Type(fake.Key).Press("enter")
		}, "not known", refused, []string{"The centre refused this"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := fake.New()
			endingSoon(d)
			p, pass := clocked(t, d, 80, 24)
			tt.to(p)
			d.Fail[tt.call] = ehrdesk.E("fake", ehrdesk.CodeTimeout, nil)
			d.Fail["find"] = ehrdesk.E("fake", ehrdesk.CodeOffline, nil)
			p.Press("y").Want(tt.unknown, "goes on asking")
			pass(16 * time.Second)
			p.Want("goes on asking")
			d.Outcome = tt.outcome
			pass(16 * time.Second)
			p.Want(tt.want...).Deny("goes on asking")
		})
	}
}

// A clerk with a queue need not wait for an act that is not answered: from the third second
// on the screen says how to go on.
func TestALongWaitForAnActSaysHowToGoOn(t *testing.T) {
	for name, tt := range map[string]struct {
		w, h int
		to   func(p *uitest.Player) *uitest.Player
	}{
		"a consent": {80, 24, func(p *uitest.Player) *uitest.Player { return toKey(p).Type(fake.Key).Press("enter") }},
		"a renewal": {80, 24, func(p *uitest.Player) *uitest.Player {
			return find(signIn(p, clerk), fake.OneYear).Press("R").Type(fake.Tail + fake.Key)
		}},
		"a withdrawal": {80, 24, func(p *uitest.Player) *uitest.Player {
			return toWithdraw(p).Press("space").Type("456").Press("enter").Type(fake.Key).Press("enter")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := fake.New()
			endingSoon(d)
			p, pass := clocked(t, d, tt.w, tt.h)
			tt.to(p).Hold = true
			p.Press("y").Deny("No answer yet")
			pass(4 * time.Second)
			p.Want("4 s", "No answer yet. F2 goes on", "says so.")
			p.Press("f2").Want("this desk goes on asking")
		})
	}
}

// The day beside the signature is today's unless another is typed over it, and is on the review and
// the receipt. What cannot be is refused at its entry.
func TestTheDateOfASignatureIsKeptApart(t *testing.T) {
	d := fake.New()
	toPaper := func() *uitest.Player {
		return find(signIn(play(t, d, "en", 80, 24), clerk), fake.NoConsent).Press("3", "y", "space").Type(fake.Tail).Press("enter", "a", "enter")
	}
	toPaper().Want("Date of the signature", "21-Nov-2026").Type("SCF-1").Press("enter").Want("SCF-1 · signed 21-Nov-2026")
	for typed, want := range map[string]string{"22-11-2026": "dated after today", "1-12-2015": "before it could be signed", "31-2-2026": "day, month, year", "": "day, month, year"} {
		toPaper().Type("SCF-1").Press("down", "ctrl+u").Type(typed).Press("enter").Want("! ", want).Deny("Step 5")
	}
	toPaper().Type("SCF-1").Press("tab", "ctrl+u").Type("03112026").Press("shift+tab").Type("0").Press("enter").Want("SCF-10 · signed 03-Nov-2026")
	find(signIn(play(t, d, "en", 80, 24), clerk), fake.NoConsent).Press("2", "y", "space").Type(fake.Tail).Press("enter", "a", "enter", "tab").Want("there is one field here")
	p := toPaper().Type("SCF-1").Press("down", "ctrl+u").Type("03112026").Press("enter").Want("SCF-1 · signed 03-Nov-2026").Press("y")
	p.Want("Consent recorded", "signed 03-Nov-2026")
	if g := d.Grants[len(d.Grants)-1]; g.Signed != ehrdesk.Day(2026, 11, 3) || g.FormReference != "SCF-1" {
		t.Errorf("submitted: %+v", g)
	}
}

// A patient who books is on the telephone, and nobody stands before the screen: the notices are read
// out, who they are is asked, the clerk types the key, and the act says that no document was seen.
func TestAnAccessKeyIsTakenByTelephoneWhenThePatientBooks(t *testing.T) {
	d := fake.New()
	p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.NoConsent).Want("6  Access Key by telephone, when")
	p.Press("6").Want("Access Key by telephone", "Read both notices out", "I have read both notices out").Press("y")
	p.Want("I have asked for full name and date of birth", "the patient").Deny("parent", "guardian", "I have seen").Press("enter").Want("Ask the patient for full name")
	p.Press("space").Type(fake.Tail).Press("enter", "a", "enter").Want("type it as it is said", "told on every contact").Deny("hand over the keyboard")
	p.Type(fake.Key).Deny(fake.Key).Press("enter").Want("none seen, by telephone", "Access Key").Press("y").Want("Consent recorded", "told on all 3 contacts")
	g := d.Grants[0]
	if !g.Telephone || !g.IdentityAsked || g.DocumentSighted || g.Channel != ehrdesk.ByAccessKey || g.Giver.Kind != ehrdesk.SelfGiver || !g.NoticeRead {
		t.Errorf("submitted: %+v", g)
	}
	// Who acts for a child has to be seen.
	find(signIn(play(t, d, "en", 80, 24), clerk), fake.Child).Deny("Access Key by telephone, when").Press("6").Want("comes to the desk")
}
