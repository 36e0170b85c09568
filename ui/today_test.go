package ui_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// clocked plays a desk whose clock the test moves.
func clocked(t *testing.T, d *fake.Desk, w, h int) (p *uitest.Player, pass func(time.Duration)) {
	t.Helper()
	now := fake.Clock()
	cfg := config(d, "en")
	cfg.Now, cfg.IdleLock = func() time.Time { return now }, -1
	d.Now = cfg.Now
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p = uitest.Play(t, m, w, h)
	return p, func(by time.Duration) {
		now = now.Add(by)
		p.Send(ui.Tick())
	}
}

func consented(d *fake.Desk, id string, by ehrdesk.Channel) {
	d.Change(id, func(f fake.Facts) {
		*f.Consent = ehrdesk.SharingConsent{ID: "SC-2026-000900", State: ehrdesk.ConsentActive, Term: ehrdesk.Indefinite, Channel: by, Since: fake.Clock()}
	})
}

func TestAWaitForTheAppOutlivesItsScreenAndEndsWithAWord(t *testing.T) {
	d := fake.New()
	p, pass := clocked(t, d, 80, 24)
	find(signIn(p, clerk), fake.NoConsent).Press("4").Want("Waiting since 09:41", "eHealth App")
	if len(d.Day) != 1 || d.Day[0].Kind != ehrdesk.TaskWait || d.Day[0].Channel != ehrdesk.ByApp {
		t.Fatalf("kept: %+v", d.Day)
	}
	p.Press("4").Want("waited for already")
	p.Press("f2")
	pass(16 * time.Second)
	p.Deny("consent given")
	consented(d, "p1", ehrdesk.ByApp)
	pass(16 * time.Second)
	p.Want("CHAN, Tai Man 陳大文 (Mr): consent given by eHealth App")
	p.Press("ctrl+t").Want("Done today  1", "consent · eHealth App · SC-2026-000900").Deny("Waiting")
}

func TestAWaitIsFollowedOnTheScreenOfThePatient(t *testing.T) {
	d := fake.New()
	p, pass := clocked(t, d, 80, 24)
	find(signIn(p, clerk), fake.NoConsent).Press("5").Want("by telephone")
	consented(d, "p1", ehrdesk.ByIVRS)
	pass(16 * time.Second)
	p.Want("CONSENT indefinite", "sharing consent to this provider").Deny("Waiting since")
}

func TestAWaitEndsBehindTheLockAndIsSaidAfterIt(t *testing.T) {
	d := fake.New()
	p, pass := clocked(t, d, 80, 24)
	find(signIn(p, clerk), fake.NoConsent).Press("4", "f2", "ctrl+l")
	calls := d.Calls["poll"]
	consented(d, "p1", ehrdesk.ByApp)
	pass(time.Minute)
	if p.Deny("CHAN"); d.Calls["poll"] != calls {
		t.Error("asked behind the lock")
	}
	p.Type(fake.Passphrase).Press("enter")
	pass(16 * time.Second)
	p.Want("consent given by eHealth App")
}

// TestWhatComesAsTheDeskLocksIsSaidAfterIt has the lock fall while the centre is
// being asked: what it says is kept by then, and asked about no more.
func TestWhatComesAsTheDeskLocksIsSaidAfterIt(t *testing.T) {
	d := fake.New()
	p, pass := clocked(t, d, 80, 24)
	find(signIn(p, clerk), fake.NoConsent).Press("4", "f2")
	consented(d, "p1", ehrdesk.ByApp)
	p.Hold = true
	pass(16 * time.Second)
	p.Press("ctrl+l").Release()
	p.Deny("CHAN", "consent given")
	p.Type(fake.Passphrase).Press("enter").Want("consent given by eHealth App")
}

// How long an act waits for the centre is on its line; after 72 hours and after 30
// days what has to be done comes first.
func TestAnActThatWaitsTooLongSaysWhatToDo(t *testing.T) {
	d := fake.New()
	p, pass := clocked(t, d, 80, 24)
	who := d.Patient(fake.Expired)
	d.Day = append(d.Day, ehrdesk.Task{ID: "task-1", Kind: ehrdesk.TaskAct, State: ehrdesk.TaskQueued, Act: ehrdesk.AuditRevoke, Channel: ehrdesk.ByForm,
		Number: who.Number(), Patient: who, At: fake.Clock(), Added: fake.Clock()})
	signIn(p, clerk).Press("ctrl+t").Want("withdrawal", "0 s · kept until the line is back")
	pass(71 * time.Hour)
	p.Want("2 d · kept until the line is back").Deny("unsent")
	pass(2 * time.Hour)
	p.Want("! 3 d unsent: connect this desk today")
	pass(28 * 24 * time.Hour)
	p.Want("! 31 d unsent: tell your administrator")
}

func TestArrivalsAreTypedImportedLookedUpAndTakenOff(t *testing.T) {
	d := fake.New()
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t").Want("Nobody is on today's list")
	p.Press("+").Type("10:30 A123456(3)").Press("enter").Want("1 added", "10:30 …456", "not looked up yet")
	p.Press("+").Type("A123456(7)").Press("enter").Want("no number that can be looked up").Press("esc")
	file := filepath.Join(t.TempDir(), "monday.csv")
	if err := os.WriteFile(file, []byte("number,time\nG123456(A),9:45\nA123456(3),10:30\nnobody,11:00\nE364912(5),11:15\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Press("I").Type(file).Press("enter").Want("Nothing is changed yet", "2 to add · 1 as it is · 1 line not read", "line 4  no number that can be looked up", "09:45  G123456(A)")
	if len(d.Day) != 1 {
		t.Fatal("a look has changed the list")
	}
	p.Press("esc").Want("10:30 …456").Deny("09:45").Press("I").Type(file).Press("enter", "enter")
	p.Want("2 added, 0 with a new time, 0 taken off · not read: line 4", "09:45 …456", "11:15 …912")
	p.Press("home", "up", "up", "up").Press("enter").Want("WONG, Mei Ling")
	p.Press("ctrl+t").Want("WONG, Mei Ling", "CONSENT indefinite")
	p.Press("down", "down", "delete").Want("Press Del again").Press("up", "delete", "down", "delete").Want("Press Del again")
	if len(d.Day) != 3 {
		t.Fatal("taken off at once")
	}
	if p.Press("delete").Want("taken off the list"); len(d.Day) != 2 {
		t.Errorf("left: %d", len(d.Day))
	}
	p.Press("I").Type("/nowhere/at/all").Press("enter").Want("cannot be read")
}

func TestTheClinicsListIsChosenAmongItsFolders(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	for name, body := range map[string]string{
		"Downloads/名單 monday.csv":        "number,time\nG123456(A),9:45\n",
		"Downloads/letter.pdf":           "no list",
		"Downloads/older/sunday.txt":     "E364912(5),11:15\n",
		"Downloads/.hidden.csv":          "A123456(3)\n",
		"Downloads/y\x1b[31mred\x07.csv": "A123456(3)\n",
	} {
		file := filepath.Join(home, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			t.Skip("SKIP this system has no such names: ", err)
		}
	}
	d := fake.New()
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "I")
	p.Want("Downloads", "older", "letter.pdf", "名單 monday.csv", "yred.csv", "Alt+↑ folder above").Deny("hidden", "Nobody is on")
	p.Press("down", "enter").Want("Only CSV, text, FHIR", "letter.pdf") // folders first
	p.Press("up", "enter").Want("sunday.txt").Press("alt+up").Want("letter.pdf", "older")
	p.Press("alt+up").Want("Downloads").Deny("letter.pdf").Press("enter").Want("letter.pdf")
	for range 3 {
		p.Press("down")
	}
	p.Press("up", "up").Want("letter.pdf")
	for range 9 {
		p.Press("down")
	}
	p.Press("enter").Want("1 to add", "09:45  G123456(A)").Press("enter").Want("1 added", "09:45 …456")
	p.Press("I").Want("Downloads").Press("esc").Want("09:45 …456").Deny("letter.pdf")
}

func TestTheListSaysOfThoseWhoAreNotRegisteredAndOfThoseWhoHaveLeft(t *testing.T) {
	d := fake.New()
	d.Change("p1", func(f fake.Facts) {
		*f.Participation = ehrdesk.Left
		f.Patient.Name = ehrdesk.Name{} // as the centre gives somebody who has left
	})
	nobody := "K100001(" + string(ehrdesk.CheckDigit("K100001")) + ")"
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "+").Type(nobody).Press("enter", "+").Type("10:30 "+fake.NoConsent).Press("enter", "home")
	for range 2 {
		p.Press("enter").Deny("Today").Press("ctrl+t", "down")
	}
	p.Want("…001", "Not registered with eHealth", "10:30 …456", "Withdrawn from eHealth").Deny("not looked up yet", nobody, fake.NoConsent)
}

func TestTheListHoldsNothingClinicalAndMarksNamesakes(t *testing.T) {
	d := fake.New()
	busyDay(d)
	p := signIn(play(t, d, "en", 120, 40), clerk).Press("ctrl+t")
	p.Want("≈ 09:00 CHAN, Tai Man 陳大文 (Mr) · 03-Feb-1958", "≈ 09:40 CHAN, Tai Man 陳泰文 (Mr) · 03-Feb-1985")
	for range 12 {
		p.Press("down").Deny("warfarin", "penicillin", "Potassium", "ALLERG", "Encounter")
	}
	p.Press("ctrl+p").Type("summary").Deny("Summary")
}

func TestAConsentThatRunsOutIsRenewedInTwoKeysBeyondTheDigits(t *testing.T) {
	d := fake.New()
	endingSoon(d)
	p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.OneYear)
	p.Press("R").Type(fake.Tail+fake.Key).Press("y").Want("Consent recorded", "12-Dec-2027")
	g := d.Grants[0]
	if !g.Renew || !g.NoticeRead || !g.DocumentSighted || g.Term != ehrdesk.OneYear || len(g.NoticeVersions) != 2 {
		t.Errorf("submitted: %+v", g)
	}
}

// Whoever wishes for another term needs not wait for the last 30 days: the term is asked for,
// none is chosen beforehand.
func TestTheTermOfAConsentIsChangedLongBeforeItsEnd(t *testing.T) {
	for _, c := range []struct {
		press []string
		term  ehrdesk.Term
		want  string
	}{{[]string{"right"}, ehrdesk.Indefinite, "until the patient withdraws it"}, {[]string{"right", "right"}, ehrdesk.OneYear, "21-Nov-2027"}} {
		d := fake.New()
		p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.OneYear).Press("R")
		p.Want("Change the term of the sharing consent", "A year is counted from today").Press("y").Want("to be sure of the patient")
		p.Type(fake.Tail + fake.Key).Press("y").Want("Please choose a term")
		if len(d.Grants) != 0 {
			t.Fatal("sent without a term")
		}
		p.Press(c.press...).Press("y").Want("Consent recorded", c.want)
		if g := d.Grants[0]; !g.Renew || g.Term != c.term || !g.DocumentSighted || !g.NoticeRead {
			t.Errorf("submitted: %+v", g)
		}
	}
	p := find(signIn(play(t, fake.New(), "en", 80, 24), clerk), fake.Active).Press("R")
	p.Want("only an active consent that has an end")
}

func TestARenewalFromTheListNeedsTheRightPersonAndEveryPart(t *testing.T) {
	d := fake.New()
	busyDay(d)
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t")
	for range 7 {
		p.Press("down")
	}
	p.Press("delete").Want("when it is renewed or has run out")
	p.Press("R").Want("Renew the sharing consent", "SUBRAMANIAM")
	p.Type("999").Press("enter", "enter", "y").Want("not this patient's")
	if len(d.Grants) != 0 {
		t.Fatal("sent")
	}
	p.Press("ctrl+u").Type("456"+"0000").Press("enter", "y").Want("has 8 digits")
	p.Press("ctrl+u").Type("00000000").Press("y").Want("not right; 2 tries left")
}

func TestAnIdentityIsVerifiedInOneAct(t *testing.T) {
	d := fake.New()
	p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.Unverified).Press("i", "y")
	p.Press("ctrl+u").Type("6000 0000")
	p.Press("y") // a letter in the field, no act
	if len(d.Verified) != 0 {
		t.Fatal("sent from a field")
	}
	p.Press("backspace").Press(downs(6)...).Press("y").Want("Read the contact data out")
	p.Press("space", "y").Want("by what the identity is verified")
	p.Press("right", "y").Want("look at the identity document")
	p.Press("space", "y").Want("to be sure of the patient")
	p.Type("1981").Press("down", "y").Want("not this patient's").Press("ctrl+u").Type("1980").Press("down", "y").Want("choose a term")
	p.Press("right", "down", "down").Type(fake.Key).Press("enter", "y").Want("Identity verified · consent recorded", "expected by 10:11")
	p.Want("told on all 4 contacts known", "One-time codes go to the new number from 22-Nov-2026 09:41", "The card counts at once")
	v := d.Verified[0]
	if v.Contact.Phone != "6000 0000" || v.Contact.Address == "" || !v.ContactConfirmed || v.Method != ehrdesk.VerifyByDocument || v.DocumentType != "EC" || !v.NoticeRead || v.Channel != ehrdesk.ByAccessKey {
		t.Errorf("submitted: %+v", v)
	}
}

func TestThePersonVerifiedCanBeToldAsChosen(t *testing.T) {
	d := fake.New()
	p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.Unverified).Press("i", "y")
	p.Press(downs(5)...).Press("right") // told by e-mail
	p.Press("up", "up", "up", "ctrl+u").Press(downs(4)...).Press("space", "y").Want("E-mail: needed, as the patient is told by it")
	if len(d.Verified) != 0 {
		t.Error("sent")
	}
}

func TestTheIdentityOfSomebodyWithACardIsVerifiedByIt(t *testing.T) {
	d, k := fake.New(), &fake.Cards{}
	p := playCards(t, d, k, "en", 80, 24)
	find(signIn(p, clerk), fake.Unverified).Press("i", "y")
	e := putIn(p, k, d.Card(fake.Unverified))
	p.Want("smart identity card in the reader", "genuine chip")
	p.Press(downs(6)...).Press("space").Press("down", "down", "space", "down", "right", "down", "y")
	p.Want("Identity verified · consent recorded")
	if v := d.Verified[0]; v.Method != ehrdesk.VerifyByCard || v.Channel != ehrdesk.ByCard || v.Card == nil || k.Asked[len(k.Asked)-1] == [32]byte{} {
		t.Errorf("submitted: %+v", v)
	}
	_ = e
}

func TestWithoutTheLineASignedFormIsKeptAndOpensNothing(t *testing.T) {
	d := fake.New()
	d.Link = ehrdesk.Offline
	p := find(signIn(play(t, d, "en", 80, 24), doctor), fake.NoConsent).Want("keeps a signed consent form")
	p.Press("f3", "y", "space").Type(fake.Tail).Press("enter", "a", "enter").Type("SCF-1").Press("enter", "y")
	p.Want("Kept on this desk · waits for the line", "no record opens by it")
	p.Press("enter").Want("Find a patient").Press("ctrl+t").Want("kept until the line is back")
	p.Press("delete").Want("give it up").Press("delete").Want("given up and is not sent")
	if len(d.Day) != 0 || len(d.Grants) != 1 {
		t.Errorf("%+v", d.Day)
	}
}

func TestARecordThatClosedByItselfSaysWhyUntilTheNextKey(t *testing.T) {
	d := fake.New()
	d.Change("p2", func(f fake.Facts) { f.Consent.Until = fake.Clock().Add(time.Minute) })
	p, pass := clocked(t, d, 80, 24)
	open(signIn(p, doctor), fake.Active)
	pass(2 * time.Minute)
	p.Want("Find a patient", "The sharing consent has ended").Deny("WONG, Mei Ling")
	pass(time.Minute) // the passing word has passed
	p.Want("The sharing consent has ended").Type("A").Deny("has ended")
}

// What may be on record already is not given up as not sent; what waits for the
// line is, at the second press.
func TestAnActOfUnknownOutcomeIsNotGivenUp(t *testing.T) {
	d := fake.New()
	busyDay(d)
	at := slices.IndexFunc(d.Day, func(t ehrdesk.Task) bool { return t.Kind == ehrdesk.TaskAct })
	d.Day = d.Day[at : at+1]
	d.Day[0].State = ehrdesk.TaskUnknown
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t").Want("outcome unknown")
	p.Press("delete").Want("it may be on record").Press("delete").Want("it may be on record")
	if len(d.Day) != 1 {
		t.Fatal("it was given up")
	}
	d.Day[0].State = ehrdesk.TaskQueued
	p.Press("esc", "ctrl+t").Want("kept until the line is back").Press("delete").Want("not on record").Press("delete").Want("given up")
	if len(d.Day) != 0 {
		t.Error("it was not")
	}
}

// An act that somebody changed on the desk's disk names nobody, says what to do,
// and goes at the second press.
func TestADamagedActIsOnTheListUntilItIsGivenUp(t *testing.T) {
	for lang, want := range map[string]string{"en": "changed from outside: take it again, then remove this line", "zh-Hant": "曾被外來更改，無法傳送：請重新辦理，然後移除此行"} {
		d := fake.New()
		d.Day = []ehrdesk.Task{{ID: "damaged-0a", Kind: ehrdesk.TaskAct, State: ehrdesk.TaskDamaged, Why: ehrdesk.Refusal(ehrdesk.CodeTampered)}}
		signIn(play(t, d, lang, 80, 24), clerk).Press("ctrl+t").Want(want).Press("delete", "delete").Deny(want)
		if len(d.Day) != 0 {
			t.Error("it stays")
		}
	}
}

// comers is a desk with people on its list, each come so far.
func comers(d *fake.Desk) {
	for i, w := range []ehrdesk.WorkState{ehrdesk.WorkRequested, ehrdesk.WorkAccepted, ehrdesk.WorkInProgress, ehrdesk.WorkOnHold, ehrdesk.WorkCompleted, ehrdesk.WorkFailed} {
		n, err := ehrdesk.ParseNumber([]string{fake.NoConsent, fake.Active, fake.OneYear, fake.Unverified, "PASS IRL PX1", "PASS IRL PX2"}[i])
		if err != nil {
			panic(err)
		}
		by := map[bool]string{true: "drlee", false: "clerk"}[w == ehrdesk.WorkInProgress]
		d.Day = append(d.Day, ehrdesk.Task{ID: string(w), Kind: ehrdesk.TaskArrival, State: ehrdesk.TaskOpen, Number: n, At: fake.Clock().Add(time.Duration(i) * 10 * time.Minute),
			Work: w, Marked: ehrdesk.Stamp{At: fake.Clock().Add(-time.Duration(i) * time.Minute), By: by}, Booking: ehrdesk.Booking{Name: "NAME, As In The File"}})
	}
}

func TestWhoComesIsMarkedAndASlipIsTakenBack(t *testing.T) {
	d := fake.New()
	comers(d)
	d.Day = d.Day[:1]
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t").Want("Arrivals  1")
	p.Press("A").Want("Here  1", "here since 09:41").Deny("Arrivals")
	p.Press("G").Want("with the doctor since 09:41")
	p.Press("F").Want("Done today  1", "seen 09:41")
	p.Press("N").Want("not from how it stands").Want("seen 09:41")
	p.Press("A").Want("here since 09:41") // a slip
	p.Press("B").Want("Arrivals  1").Deny("here since")
	p.Press("N").Want("did not come, noted 09:41")
	if got := d.Day[0].Work; got != ehrdesk.WorkFailed {
		t.Errorf("on the list: %s", got)
	}
}

func TestOnlyWhoComesIsMarked(t *testing.T) {
	d := fake.New()
	busyDay(d)
	signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "A").Want("only those who come are marked")
}

// What a colleague does at another desk is on the list when the centre hints at it.
func TestAHintOfTheDayHasTheListReadAnew(t *testing.T) {
	d := fake.New()
	comers(d)
	d.Day = d.Day[:1]
	cfg := config(d, "en")
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := signIn(uitest.Play(t, m, 80, 24), clerk).Press("ctrl+t").Want("Arrivals  1")
	d.Day[0].Work, d.Day[0].Marked = ehrdesk.WorkInProgress, ehrdesk.Stamp{At: fake.Clock(), By: "drlee"}
	p.Send(m.Hint(ehrdesk.HintDay, ""))
	p.Want("with the doctor since 09:41 (drlee)")
}

// A line stays chosen while it moves, as somebody is marked here or at another desk: the next key
// acts on nobody else.
func TestTheChosenLineStaysChosenWhereverItMoves(t *testing.T) {
	d := fake.New()
	comers(d)
	for i := range d.Day {
		d.Day[i].Work, d.Day[i].Marked = ehrdesk.WorkRequested, ehrdesk.Stamp{}
	}
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t").Want("Arrivals  6")
	p.Press("down", "down", "A") // the third goes to the top of the list
	p.Want("Here  1").Want("▸  10:01 …456")
	p.Press("G").Want("with the doctor since")
	for i, w := range []ehrdesk.WorkState{"", "", ehrdesk.WorkInProgress, "", "", ""} {
		if got := d.Day[i].Work; got != w && (w != "" || got != ehrdesk.WorkRequested) {
			t.Errorf("line %d is %s", i, got)
		}
	}
	// It is chosen still after a look at the patient, and Esc leads back.
	p.Press("enter").Want("C123456(9)").Press("esc").Want("▸  10:01 SUBRAMANIAM")
	p.Press("home").Want("▸  10:01 SUBRAMANIAM").Press("end").Want("▸  10:31 PASS …2")
	p.Press(".").Want("▸  09:41 …456")
}

func TestTheListShowsOnlyWhoIsLookedFor(t *testing.T) {
	d := fake.New()
	comers(d)
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "/").Type("px 2").Want("PASS …2").Deny("…456", "PASS …1")
	p.Press("enter").Want("Esc shows all again. Only: px 2", "PASS …2").Deny("…456")
	p.Press("esc").Want("…456").Deny("Esc shows all again")
	p.Press("/").Type("nobody").Want("Nobody on the list has that").Press("esc").Want("…456")
}

// What chooses a line does so while a mark is being written too: else the key after it would act on the
// person before. A key that has to wait says so.
func TestTheListMovesWhileAMarkIsWritten(t *testing.T) {
	d := fake.New()
	comers(d)
	for i := range d.Day {
		d.Day[i].Work = ehrdesk.WorkRequested
	}
	p := signIn(play(t, d, "en", 120, 30), clerk).Press("ctrl+t")
	p.Hold = true
	p.Press("A", "down", "N").Want("still working")
	p.Release()
	p.Press("N")
	var got []ehrdesk.WorkState
	for _, k := range d.Day[:3] {
		got = append(got, k.Work)
	}
	if want := []ehrdesk.WorkState{ehrdesk.WorkAccepted, ehrdesk.WorkFailed, ehrdesk.WorkRequested}; !slices.Equal(got, want) {
		t.Errorf("marked %q, want %q", got, want)
	}
}

// Of those that a part of a number finds the first is chosen, wherever the list stood before.
func TestTheFirstOfThoseFoundIsChosen(t *testing.T) {
	d := fake.New()
	comers(d)
	for i := range d.Day {
		d.Day[i].Work = ehrdesk.WorkRequested
	}
	p := signIn(play(t, d, "en", 120, 30), clerk).Press("ctrl+t", "down", "down", "down", "/").Type("PX").Press("enter").Want("Arrivals  2")
	if rows := p.M.(*ui.Model).Chosen(); len(rows) != 1 || !strings.Contains(rows[0], "10:21") {
		t.Errorf("chosen: %q", rows)
	}
}
