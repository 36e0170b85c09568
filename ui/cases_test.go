package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// caseLee is the doctor of the fake, as a case names them.
func caseLee() ehrdesk.CaseMember {
	a := fake.New().People[doctor]
	return ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: a.Provider, Staff: a.Staff}, Name: a.Name}
}

func ago(min int) time.Time { return fake.Clock().Add(-time.Duration(min) * time.Minute) }

// sealedCases is a doctor in five cases: one with something critical, one closing that is theirs, one in which something went to all,
// one that is over and one whose history does not hold.
func sealedCases(d *fake.Desk) {
	lee, ho, wu, cheng := caseLee(), fake.CaseHo, fake.CaseWu, fake.CaseCheng
	for _, n := range []string{fake.Active, fake.OneYear, fake.Child} {
		d.Opened = append(d.Opened, ehrdesk.Recent{Patient: d.Patient(n), At: ago(60)})
	}
	alert := d.TellCase("alert", d.Patient(fake.Active).ID, ehrdesk.CaseAlert, ho, 3*time.Hour, lee, wu)
	alert.Say(ho, ago(170), "She came in with wheeze after the first dose of cefazolin. Stable now.", false, 0, lee, wu)
	alert.Tell(wu, ago(160), ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 4}, "")
	alert.Tell(lee, ago(150), ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 4}, "")
	alert.Say(lee, ago(149), "Penicillin was tolerated in 2019.", false, 4, ho, wu)
	alert.Tell(ho, ago(140), ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 7}, "")
	alert.Tell(ho, ago(139), ehrdesk.CaseEvent{Kind: ehrdesk.CaseAcknowledged, Of: 7}, "")
	alert.Say(wu, ago(90), "For the ward only.", false, 0, ho)
	alert.Say(ho, ago(40), "Anaphylaxis to cefazolin is confirmed: tryptase 38.\nPlease add the allergy.", true, 0, lee, wu)
	alert.Given = []ehrdesk.CaseGiven{{Envelope: "alert-7", To: ho.CasePerson, At: ago(145)}, {Envelope: "alert-7", To: wu.CasePerson, At: ago(144)}, {Envelope: "alert-11", To: wu.CasePerson, At: ago(38)}}
	closing := d.TellCase("closing", d.Patient(fake.OneYear).ID, ehrdesk.CaseOpinion, lee, 50*time.Hour, cheng)
	closing.Say(cheng, ago(2000), "Topical steroid for two weeks.", false, 0, lee)
	closing.Tell(lee, ago(1990), ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 3}, "")
	closing.Tell(lee, ago(2), ehrdesk.CaseEvent{Kind: ehrdesk.CaseCloses}, "")
	board := d.TellCase("board", "p-elsewhere", ehrdesk.CaseBoard, wu, 24*time.Hour, ho, lee)
	board.Say(wu, ago(600), "Thursday at five.", false, 0, ho, lee)
	over := d.TellCase("over", d.Patient(fake.Child).ID, ehrdesk.CaseTransfer, lee, 200*time.Hour, ho)
	over.Tell(lee, ago(100*60), ehrdesk.CaseEvent{Kind: ehrdesk.CaseCloses}, "")
	over.Tell(lee, ago(20*60), ehrdesk.CaseEvent{Kind: ehrdesk.CaseEnded}, "")
	d.TellCase("broken", d.Patient(fake.Child).ID, ehrdesk.CaseJointCare, cheng, 100*time.Hour, lee).Broken = "at event 3"
}

// toCase opens a case by its row.
func toCase(p *uitest.Player, id string) *uitest.Player {
	n := map[string]int{"alert": 0, "broken": 1, "closing": 2, "board": 3, "over": 4}[id]
	return p.Press("ctrl+o", "home").Press(times("down", n)...).Press("enter")
}

// caseWrite answers what is in focus, up to whom it is for.
func caseWrite(p *uitest.Player) *uitest.Player {
	return p.Press("enter", "1").Type("Allergy is added.").Press("enter").Type("Thank you.").Press("tab").Type("@wu")
}

// mine opens a case of the doctor's that is open, by opening again the one that is closing.
func mine(p *uitest.Player) *uitest.Player {
	return toCase(p, "closing").Press("8", "f9", "y")
}

// aboutCases is the cases of the patient whose chart is open.
func aboutCases(p *uitest.Player) *uitest.Player { return open(p, fake.Active).Press("@") }

// withTwo puts two colleagues into a case that is begun, and a first message.
func withTwo(p *uitest.Player) *uitest.Player {
	return p.Type("@ho").Press("down", "enter").Type("@cheng").Press("down", "enter", "tab", "right", "tab", "tab").Type("May she have cefazolin?")
}

// Cases stand beside requests, by what is to be done: critical first; a patient whom the desk does not know is not named.
func TestCasesStandInTheInboxByWhatIsToBeDone(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := signIn(play(t, d, "en", 160, 40), doctor).Press("ctrl+o")
	at, rows := -1, p.Screen()
	for _, want := range []string{"To act  3", "! CRITICAL: 1 to acknowledge", "ITS HISTORY DOES NOT HOLD", "closes in 71 h 58 m", "To know  2", "patient not known by name at this desk", "DESTROYED"} {
		i := strings.Index(rows, want)
		if i < at {
			t.Errorf("%q stands at %d:\n%s", want, i, rows)
		}
		at = i
	}
	p.Want("cases: 3 to act on, 1 CRITICAL", "Alert · open", "with Queen Mary Hospital").Deny("cefazolin")
}

// To open a message is an act: the hint says so before, and its author is told; what is sealed for others says for whom, and stays shut.
func TestOpeningAMessageInACaseIsAnAct(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := toCase(signIn(play(t, d, "en", 120, 40), doctor), "alert")
	p.Want("! CRITICAL", "not opened · Enter opens it, and Dr HO Chi Keung 何志強 is told that you did", "open it: its author is told", "sealed, for Dr HO").Deny("tryptase").Deny("For the ward only")
	if d.Calls["open-in-case"] != 0 {
		t.Fatal("looking at it opened it")
	}
	p.Press("y").Want("open it first (Enter)").Deny("This cannot be taken back")
	p.Press("enter").Want("tryptase 38.", "Dr HO Chi Keung 何志強 is told that you opened it", "✓✓ opened")
	p.Press("up", "enter").Want("sealed, for Dr HO").Deny("For the ward only")
	if d.Calls["open-in-case"] != 1 {
		t.Errorf("%d were opened", d.Calls["open-in-case"])
	}
}

// What comes while a case is read does not take the focus, on which Enter would open it.
func TestWhatComesIntoACaseDoesNotTakeTheFocus(t *testing.T) {
	d := fake.New()
	c := d.TellCase("alert", "p", ehrdesk.CaseAlert, fake.CaseHo, time.Hour, caseLee())
	c.Say(caseLee(), ago(9), "Mine.", false, 0, fake.CaseHo)
	p := signIn(play(t, d, "en", 120, 40), doctor).Press("ctrl+o", "enter").Want("▸ no. 3")
	c.Say(fake.CaseHo, ago(1), "New.", true, 0, caseLee())
	if p.Press("f5").Want("no. 4", "▸ no. 3").Press("enter"); d.Calls["open-in-case"] != 0 {
		t.Error("Enter opened what had just come")
	}
}

// What is critical is acknowledged by name after a yes, and stays on the list until then; opened is another word than acknowledged.
func TestACriticalMessageIsAcknowledgedAfterAYes(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := toCase(signIn(play(t, d, "en", 120, 40), doctor), "alert").Press("enter", "y").Want("You take it on by name", "This cannot be taken back", "no. 11")
	if d.Calls["answer-in-case"] != 0 {
		t.Fatal("it was acknowledged before a yes")
	}
	p.Press("esc").Want("cases: 3 to act on, 1 CRITICAL").Press("y", "y").Want("Acknowledge: kept on this desk", "■ acknowledged 09:41 you", "cases: 2 to act on").Deny("1 CRITICAL")
	p.Press("y").Want("you have acknowledged or declined it")
}

// What is written is looked at before it leaves, with whom it is sealed for and whom not; it is on the disk, and then sent.
func TestAnAnswerIsLookedAtBeforeItLeaves(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := caseWrite(toCase(signIn(play(t, d, "en", 120, 40), doctor), "alert")).Want("all members (2)", "Dr WU Pui Shan 胡佩珊")
	p.Press("f9").Want("↓ chooses whom you mean").Press("down", "enter").Want("To  Dr WU").Press("tab", "space").Want("[x] CRITICAL")
	p.Press("f9").Want("Sealed for: Dr WU Pui Shan 胡佩珊 (Queen Mary Hospital)", "Not for: Dr HO", "answers 11", "it has to be acknowledged by name", "Allergy is added.")
	if d.Calls["say-in-case"] != 0 {
		t.Fatal("it left before a yes")
	}
	p.Press("y").Want("Answer: kept on this desk, and being sent", "answers 11", "Thank you.")
	said := d.Sealed.All[0].Said
	if last := said[len(said)-1]; last.Reply != 11 || !last.Critical || len(last.To) != 1 || last.To[0] != fake.CaseWu.CasePerson || d.Sealed.All[0].Text[last.Envelope] != "Allergy is added.\nThank you." {
		t.Errorf("%+v", last)
	}
}

// An answer goes to whoever said it and whom it was for, and to nobody else unless they are chosen: it may tell what it answers.
func TestAnAnswerGoesToThoseWhoHaveWhatItAnswers(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	d.Sealed.All[0].Say(fake.CaseHo, ago(5), "Between us.", false, 0, caseLee())
	toCase(signIn(play(t, d, "en", 120, 40), doctor), "alert").Press("end", "enter", "1").Type("Yes.").Want("To  Dr HO").Press("f9").Want("Sealed for: Dr HO", "Not for: Dr WU")
}

// Without the line what is written waits on this desk and says so; what is refused is said loudly, and given up after a question.
func TestWhatIsWrittenInACaseWaitsOrIsGivenUp(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	d.Link = ehrdesk.Offline
	p := toCase(signIn(play(t, d, "en", 120, 40), doctor), "alert").Press("2").Type("Seen today.").Press("f9", "y")
	p.Want("Say something: kept on this desk, sent when the line is back", "WAITS ON THIS DESK", "Seen today.")
	d.Link = ehrdesk.Online
	p.Press("f5").Deny("WAITS ON THIS DESK").Want("Seen today.")

	d = fake.New()
	sealedCases(d)
	d.Sealed.Refuse = ehrdesk.Refusal(ehrdesk.CodeConsentNeeded)
	p = toCase(signIn(play(t, d, "en", 120, 40), doctor), "alert").Press("2").Type("Seen today.").Press("f9", "y").Want("NOT SENT, REFUSED", "Seen today.", "Del gives it up")
	p.Press("delete").Want("It is never sent").Press("esc").Want("NOT SENT, REFUSED").Press("delete", "y").Want("it is given up").Deny("Seen today.")
	p.Press("delete").Want("choose what waits or was refused")
}

// Whom something was for is said by who was in the case then: it does not become "to all" as others leave, and stays it as others come.
func TestWhomItWasForIsSaidAsItWasThen(t *testing.T) {
	d := fake.New()
	me := caseLee()
	c := d.TellCase("now", fake.Active, ehrdesk.CaseOpinion, me, time.Hour, fake.CaseHo, fake.CaseWu, fake.CaseCheng)
	at := c.Changes[0].At.Add(time.Minute)
	c.Say(me, at, "for two of three", false, 0, fake.CaseHo, fake.CaseWu)
	c.Say(me, at, "for all three", false, 0)
	c.Tell(me, at, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: &fake.CaseCheng}, "")
	c.Say(me, at, "for the two who are left", false, 0)
	p := signIn(play(t, d, "en", 120, 40), doctor).Press("ctrl+o", "home", "enter")
	p.Want("no. 5 · 08:42 · you · to Dr HO", "no. 6 · 08:42 · you · to all", "no. 8 · 08:42 · you · to all")
}

// Each step has its key, needs a yes, and is refused with the reason where the rules of the case refuse it.
func TestStepsOfACaseAreTakenByTheirKeys(t *testing.T) {
	for name, tt := range map[string]struct {
		open string
		keys []string // a text where it has @
		want []string
		is   func(v *ehrdesk.CaseView) bool
	}{
		"a member is added":             {"mine", []string{"3", "@ho", "down", "enter", "y"}, []string{"Dr HO Chi Keung"}, func(v *ehrdesk.CaseView) bool { _, in := v.Member(fake.CaseHo.CasePerson); return in }},
		"not while it is closing":       {"closing", []string{"3"}, []string{"the case is closing"}, nil},
		"a member is taken out":         {"mine", []string{"4", "down", "enter", "y"}, []string{"Take out, or leave: kept on this desk"}, func(v *ehrdesk.CaseView) bool { _, in := v.Member(fake.CaseCheng.CasePerson); return !in }},
		"somebody leaves":               {"alert", []string{"4", "down", "enter", "y"}, nil, func(v *ehrdesk.CaseView) bool { _, in := v.Member(caseLee().CasePerson); return !in }},
		"it is handed over":             {"mine", []string{"5", "down", "enter", "y"}, []string{"Dr CHENG Lok Man 鄭樂文 (owner)"}, func(v *ehrdesk.CaseView) bool { return v.Owner == fake.CaseCheng.CasePerson }},
		"not by another":                {"alert", []string{"5"}, []string{"its owner does this: Dr HO"}, nil},
		"it is closed":                  {"mine", []string{"6", "y"}, []string{"closes in 72 h 0 m"}, func(v *ehrdesk.CaseView) bool { return v.State == ehrdesk.CaseClosing }},
		"by its owner":                  {"alert", []string{"6"}, []string{"its owner does this: Dr HO"}, nil},
		"its end is put off":            {"closing", []string{"7", "right", "f9", "y"}, []string{"closes in 72 h 0 m"}, func(v *ehrdesk.CaseView) bool { return v.Changes[len(v.Changes)-1].Reason == ehrdesk.CaseCareGoesOn }},
		"of what is not closing":        {"alert", []string{"7"}, []string{"the case is not closing"}, nil},
		"it is opened again":            {"closing", []string{"8", "f9", "y"}, []string{"Opinion · open"}, func(v *ehrdesk.CaseView) bool { return v.State == ehrdesk.CaseOpen }},
		"it is not ended before":        {"closing", []string{"9"}, []string{"its time is not over"}, nil},
		"nothing in what is over":       {"over", []string{"2"}, []string{"the case is over"}, nil},
		"nothing in a broken one":       {"broken", []string{"2"}, []string{"its history does not hold: nothing is sent in it"}, nil},
		"declined with a reason":        {"alert", []string{"J", "right", "f9", "y"}, []string{"✗ declined 09:41 (", "not available"}, func(v *ehrdesk.CaseView) bool { return v.Said[3].Receipts != nil }},
		"one's own is not acknowledged": {"alert", []string{"up", "up", "y"}, []string{"it is your own"}, nil},
		"what is for others":            {"alert", []string{"up", "J"}, []string{"it was not said to you"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := fake.New()
			sealedCases(d)
			p := signIn(play(t, d, "en", 120, 40), doctor)
			i := map[string]int{"alert": 0, "closing": 1, "mine": 1, "over": 3, "broken": 4}[tt.open]
			if tt.open == "mine" {
				mine(p)
			} else {
				toCase(p, tt.open)
			}
			had := d.Sealed.All[i].Events
			for n, k := range tt.keys {
				if tt.is != nil && n == len(tt.keys)-1 && d.Sealed.All[i].Events != had {
					t.Fatal("it was done before a yes")
				}
				if strings.Contains(k, "@") {
					p.Type(k)
				} else {
					p.Press(k)
				}
			}
			p.Want(tt.want...)
			if v := &d.Sealed.All[i].CaseView; tt.is != nil && !tt.is(v) || tt.is == nil && v.Events != had {
				t.Errorf("%+v\n%s", v.Changes, p.Screen())
			}
		})
	}
}

// A case is ended when its time is over, and what is destroyed is gone from the screen.
func TestACaseIsEndedWhenItsTimeIsOver(t *testing.T) {
	now := fake.Clock()
	d := fake.New()
	sealedCases(d)
	cfg := config(d, "en")
	cfg.Now, cfg.IdleLock = func() time.Time { return now }, -1
	d.Now = cfg.Now
	p := toCase(signIn(playWith(t, cfg, 120, 40), doctor), "closing").Want("Topical steroid")
	now = now.Add(72 * time.Hour)
	p.Send(ui.Tick())
	p.Want("its time is over: it can be ended").Press("2").Want("it can only be ended").Press("9").Want("Its words and keys are destroyed").Press("y")
	p.Want("DESTROYED").Deny("Topical steroid")
}

// From a chart a case is begun with two colleagues of the directory and a first message; Esc goes back to the chart.
func TestACaseIsBegunFromAChart(t *testing.T) {
	d := fake.New()
	p := aboutCases(signIn(play(t, d, "en", 120, 40), doctor)).Want("Begin a sealed case", "WONG, Mei Ling")
	p.Press("f9").Want("a case has at least one other member").Type("@lau").Want("nobody in the directory is found by this").Press("ctrl+u")
	withTwo(p).Press("f9").Want("Members: Dr HO Chi Keung 何志強 (Queen Mary Hospital), Dr CHENG", "For: Opinion", "destroyed", "May she have cefazolin?", "consent to each member's provider")
	if d.Calls["begin-case"] != 0 {
		t.Fatal("it began before a yes")
	}
	p.Press("y").Want("the case is begun: kept on this desk", "Opinion · open", "you (owner)", "May she have cefazolin?")
	c := d.Sealed.All[0]
	if c.Patient != d.Patient(fake.Active).ID || c.Purpose != ehrdesk.CaseOpinion || len(c.Members) != 3 || len(c.Said) != 1 || len(c.Said[0].To) != 2 {
		t.Errorf("%+v", c.Case)
	}
	p.Press("esc").Want("Sealed cases about this patient", "begin another case").Press("esc").Want("KNOWN ALLERGIES", "1 case @")
}

// Whose message could not be kept is told so, with the message still there: the case is begun with it, or not at all.
func TestACaseIsBegunWithItsMessageOrNotAtAll(t *testing.T) {
	d := fake.New()
	d.Fail["say-in-case"] = ehrdesk.E("disk", ehrdesk.CodeOther, nil)
	p := withTwo(aboutCases(signIn(play(t, d, "en", 120, 40), doctor))).Press("f9", "y").Want("! ", "May she have cefazolin?")
	if len(d.Sealed.All) != 0 {
		t.Error("a case was begun without its message")
	}
	p.Press("y").Want("Opinion · open", "May she have cefazolin?")
	if len(d.Sealed.All) != 1 || len(d.Sealed.All[0].Said) != 1 {
		t.Errorf("%d cases", len(d.Sealed.All))
	}
}

// The front desk has no case, and is told why: in the list, at the key, in the list of commands.
func TestTheFrontDeskHasNoSealedCase(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := signIn(play(t, d, "en", 120, 40), clerk).Press("ctrl+o").Want("sealed cases are for those who treat patients").Deny("CASE ")
	p.Press("ctrl+t").Deny("cases:")
	if d.Calls["sync-cases"] != 0 || d.Calls["cases"] != 0 {
		t.Error("cases were asked for")
	}
}

// The hint of a case has the desk ask at once, and the count follows on whatever screen; no word of it is shown there, and nothing is
// asked behind the lock.
func TestAHintOfACaseChangesTheCountAndSaysNothing(t *testing.T) {
	for _, at := range []string{"ctrl+o", "ctrl+t", "f2"} {
		d := fake.New()
		sealedCases(d)
		all := d.Sealed.All
		d.Sealed.All = all[2:3]
		m, err := ui.New(config(d, "en"))
		if err != nil {
			t.Fatal(err)
		}
		p := signIn(uitest.Play(t, m, 120, 40), doctor).Press(at).Deny("to act on")
		d.Sealed.All = all
		p.Send(m.Hint(ehrdesk.HintCase, ""))
		p.Want("cases: 3 to act on, 1 CRITICAL").Deny("cefazolin").Deny("tryptase")
		p.Press("ctrl+l").Deny("to act on").Deny("CASE ")
		was := d.Calls["sync-cases"]
		p.Send(m.Hint(ehrdesk.HintCase, ""))
		if d.Calls["sync-cases"] != was {
			t.Error("cases were asked for behind the lock")
		}
	}
}

// The bell rings for something critical that is new, for who has switched it on, and for nothing else that is said.
func TestTheBellRingsForWhatIsCriticalInACase(t *testing.T) {
	d, p, pass := belled(t, &drawer{all: map[string]ui.Settings{}})
	d.Day = nil
	c := d.TellCase("alert", "p", ehrdesk.CaseAlert, fake.CaseHo, time.Hour, caseLee())
	signIn(p, doctor)
	say := func(critical bool) {
		c.Say(fake.CaseHo, d.Now(), "words", critical, 0)
		pass(time.Minute + time.Second)
	}
	pass(time.Minute + time.Second)
	say(true)
	rang(t, p, "off", 0)
	switchesBell(p)
	say(false)
	rang(t, p, "not critical", 0)
	say(true)
	rang(t, p, "critical", 1)
	pass(time.Minute + time.Second)
	rang(t, p, "the same", 1)
}

// A lock holds no word of a case and nothing that was typed, and says what it took; the case stands again with the passphrase.
func TestALockTakesACaseOffTheScreen(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := toCase(signIn(play(t, d, "en", 120, 40), doctor), "alert").Press("enter").Want("tryptase").Press("1").Type("My answer").Press("ctrl+l").Deny("tryptase").Deny("My answer")
	p.Type(fake.Passphrase).Press("enter").Want("what was typed into the case was not kept", "tryptase").Deny("My answer")
}

// A message that passes is on the screen for half a minute, with the seconds, and then gone.
func TestAMessageThatPassesGoesFromTheScreen(t *testing.T) {
	now := fake.Clock()
	d := fake.New()
	c := d.TellCase("alert", "p", ehrdesk.CaseAlert, fake.CaseHo, time.Hour, caseLee())
	c.Tell(fake.CaseHo, ago(9), ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: &ehrdesk.CaseEnvelope{Passes: now.Add(time.Hour)}}, "The password of the ward.")
	cfg := config(d, "en")
	cfg.Now = func() time.Time { return now }
	d.Now = cfg.Now
	p := signIn(playWith(t, cfg, 120, 40), doctor).Press("ctrl+o", "enter").Deny("password").Press("enter").Want("The password of the ward.", "goes from the screen in 30 s", "photograph")
	now = now.Add(29 * time.Second)
	p.Send(ui.Tick())
	p.Want("The password", "in 1 s")
	now = now.Add(time.Second)
	p.Send(ui.Tick())
	p.Deny("The password")
}

// Line by line a case says what the screen says.
func TestPlainSaysACase(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	all, _, _ := told(t, d, "en", append(signsIn, "requests", "open 1", "enter", "y", "yes", "quit")...)
	wants(t, all, "CASE WONG, Mei Ling", "CRITICAL: 1 to acknowledge", "not opened", "tryptase 38.", "sealed, for Dr HO", "Acknowledge: kept on this desk")
}

// The keys of the five commonest jobs, from the list of requests and cases or from an open chart, without what is typed: docs/performance.md.
func TestTheKeysOfTheCommonestJobsInACase(t *testing.T) {
	for name, tt := range map[string]struct {
		from   func(p *uitest.Player) *uitest.Player
		keys   []string
		target int
		want   string
	}{
		"read a new message":         {inbox, []string{"enter", "enter"}, 2, "tryptase 38."},
		"acknowledge a critical one": {inbox, []string{"enter", "enter", "y", "y"}, 4, "■ acknowledged 09:41 you"},
		"answer":                     {inbox, []string{"enter", "enter", "1", "@Allergy added.", "f9", "y"}, 5, "Allergy added."},
		"begin a case with two":      {oneYears, []string{"@", "@ho", "down", "enter", "@cheng", "down", "enter", "f9", "y"}, 7, "you (owner)"},
		"alert from a chart":         {oneYears, []string{"@", "@ho", "down", "enter", "tab", "left", "tab", "tab", "@Cefazolin", "tab", "@anaphylaxis", "f9", "y"}, 10, "ALLERGY Cefazolin"},
		"close a case":               {owned, []string{"6", "y"}, 2, "closes in 72 h 0 m"},
	} {
		d := fake.New()
		if sealedCases(d); name == "begin a case with two" || name == "alert from a chart" {
			d.Sealed.All = nil
		}
		p, n := tt.from(signIn(play(t, d, "en", 120, 40), doctor)), 0
		for _, k := range tt.keys {
			if len(k) > 1 && k[0] == '@' {
				p.Type(strings.TrimPrefix(k, "@"))
				continue
			}
			p.Press(k)
			n++
		}
		if p.Want(tt.want); n > tt.target {
			t.Errorf("%s: %d keys, at most %d", name, n, tt.target)
		}
	}
}

func inbox(p *uitest.Player) *uitest.Player    { return p.Press("ctrl+o", "home") }
func oneYears(p *uitest.Player) *uitest.Player { return open(p, fake.OneYear) }
func owned(p *uitest.Player) *uitest.Player    { return mine(p) }

// Esc does not throw away what was typed before it has said so.
func TestEscAsksBeforeWhatWasTypedInACaseIsLost(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := toCase(signIn(play(t, d, "en", 120, 40), doctor), "alert").Press("2").Type("A long answer").Press("esc").Want("Esc again: what was typed is lost", "A long answer")
	p.Type("!").Press("esc").Want("A long answer!").Press("esc").Deny("A long answer").Want("Alert · open")
	p.Press("2", "esc").Deny("Esc again").Want("Alert · open")
}
