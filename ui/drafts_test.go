package ui_test

import (
	"errors"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// scribes sets up a program that is held and one that sends its text away.
func scribes(d *fake.Desk) {
	d.Writes = "Summary for the visit\n\nTakes warfarin 5 mg daily. Ask about bleeding.\nPotassium as it was in October."
	d.Programs = []ehrdesk.DraftProgram{
		{Name: "scribe", Version: "1.2", Held: true, Fields: []ehrdesk.Kind{ehrdesk.KindLaboratory, ehrdesk.KindDiagnosis, ehrdesk.KindMedication},
			Label: ehrdesk.LocalName{English: "summary for the visit", Hant: "求診摘要", Hans: "就诊摘要"}},
		{Name: "faraway", Version: "7", Host: "scribe.example", Fields: []ehrdesk.Kind{ehrdesk.KindNote}},
	}
}

// drafted is scribes with a draft that one of them wrote this morning.
func drafted(d *fake.Desk) {
	scribes(d)
	d.Drafted = []ehrdesk.Draft{{ID: "d", Kind: ehrdesk.DraftText, Patient: "p2", By: "drlee", Made: fake.Clock().Add(-time.Hour), Text: d.Writes, Cut: true,
		Source: &ehrdesk.DraftSource{Name: "scribe", Version: "1.2", Fields: d.Programs[0].Fields}}}
}

// toDrafts opens the page of the drafts.
func toDrafts(p *uitest.Player) *uitest.Player {
	return open(signIn(p, doctor), fake.Active).Press("b")
}

func TestADraftIsAskedForOnlyAfterWhatIsGivenWasShown(t *testing.T) {
	d := fake.New()
	scribes(d)
	p := toDrafts(play(t, d, "en", 100, 40)).Want("drafts on: scribe 1.2", "Ask scribe 1.2 for a draft – summary for the visit", "Ask faraway 7", "You have no drafts")
	p.Press("enter").Want("what it would be given", "Text goes to: this machine; the program can reach no other", "Given: laboratory reports", "Given: medication", "age", "no name, number or day of birth", "Not given: restricted records", "y give this to the program")
	if p.Press("enter"); len(d.Given) != 0 {
		t.Fatal("the key that led to the card gives something to the program")
	}
	p.Press("esc").Want("Ask scribe 1.2 for a draft –").Press("enter", "y")
	if len(d.Given) != 1 || d.Given[0].Program.Name != "scribe" || len(d.Given[0].Parts) != 3 {
		t.Fatalf("given: %+v", d.Given)
	}
	p.Want("DRAFT · made by scribe 1.2 · 21-Nov-2026 09:41", "No part of the record", "from: laboratory reports, diagnoses, medication", "Takes warfarin 5 mg daily", "draft kept, for you alone")
	p.Press("esc").Want("Drafts", "DRAFT · made by scribe 1.2", "Summary for the visit").Deny("You have no drafts")
	for _, part := range d.Given[0].Parts {
		for i, l := range part.Lines {
			if d.Patient(fake.Active).Identifies(l) || part.Records[i].ID == "" {
				t.Errorf("given: %q", l)
			}
		}
	}
}

func TestTextThatLeavesThisMachineIsSaidTo(t *testing.T) {
	d := fake.New()
	scribes(d)
	toDrafts(play(t, d, "en", 100, 40)).Press("down", "enter").Want("Ask faraway 7", "scribe.example – AWAY FROM THIS MACHINE", "Given: clinical notes")
}

func TestADraftIsDiscardedAfterASecondKey(t *testing.T) {
	d := fake.New()
	scribes(d)
	p := toDrafts(play(t, d, "en", 100, 40)).Press("enter", "y").Want("DRAFT · made by")
	p.Press("delete").Want("Discard this draft?", "y discard").Press("esc")
	if len(d.Drafted) != 1 {
		t.Fatal("discarded without a second key")
	}
	p.Press("delete", "y").Want("draft discarded", "You have no drafts")
	if len(d.Drafted) != 0 {
		t.Errorf("kept: %+v", d.Drafted)
	}
	p.Press("delete").Want("not available here: no draft is in focus")
}

// Without a program no text is asked for; the forms that were begun are drafts all the same.
func TestWithoutAProgramNoDraftIsAskedFor(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 100, 40), doctor), fake.Active).Deny("drafts on")
	p.Press("b").Want("You have no drafts").Deny("Ask ")
	p.Press("s", "ctrl+p").Type("drafts").Want("Your drafts: of forms, and by a program").Press("enter").Want("You have no drafts")
}

func TestEscStopsAProgramAndKeepsNothing(t *testing.T) {
	d := fake.New()
	scribes(d)
	d.Gate["draft"] = make(chan struct{})
	p := toDrafts(play(t, d, "en", 100, 40)).Press("enter")
	p.Hold = true
	p.Press("y").Want("scribe 1.2 is writing…")
	p.Press("y").Want("the program is writing; Esc stops it").Press("esc")
	p.Hold = false
	p.Want("the program was stopped; no draft was kept")
	close(d.Gate["draft"])
	if p.Release(); len(d.Drafted) > 0 && p.Has("draft kept") {
		t.Error("a draft of a program that was stopped is said to be kept")
	}
}

func TestAProgramThatGivesNoDraftIsSaidTo(t *testing.T) {
	for want, err := range map[string]error{
		"the program failed with status 3":                   ehrdesk.E("drafts", ehrdesk.CodeOther, ehrdesk.DraftFailed{Status: 3}),
		"the program was ended from outside":                 ehrdesk.E("drafts", ehrdesk.CodeOther, ehrdesk.DraftFailed{}),
		"the program took too long":                          ehrdesk.E("drafts", ehrdesk.CodeTimeout, nil),
		"the program wrote nothing":                          ehrdesk.E("drafts", ehrdesk.CodeNotFound, nil),
		"the policy lets nothing of it stay here":            ehrdesk.E("drafts", ehrdesk.CodeDenied, nil),
		"the program has been changed meanwhile":             ehrdesk.E("drafts", ehrdesk.CodeConflict, nil),
		"this system cannot keep the program from others; i": ehrdesk.E("drafts", ehrdesk.CodeOther, errors.ErrUnsupported),
	} {
		d := fake.New()
		scribes(d)
		d.Fail["draft"] = err
		toDrafts(play(t, d, "en", 110, 40)).Press("enter", "y").Want(want, "y give this to the program")
	}
}

// A draft that says warfarin changes no check, no key point, no section of the summary and no search.
func TestADraftIsReadByNoCheckNoSummaryAndNoSearch(t *testing.T) {
	screens := func(d *fake.Desk) (out []string) {
		p := open(signIn(play(t, d, "en", 140, 50), doctor), fake.Active)
		for _, keys := range [][]string{{"s"}, {"!"}, {"m"}, {"t"}, {"u"}} {
			out = append(out, p.Press(keys...).Screen())
		}
		return append(out, p.Press("/").Type("warfarin").Screen())
	}
	d := fake.New()
	scribes(d)
	before := screens(d)
	d.Drafted = []ehrdesk.Draft{{ID: "d", Kind: ehrdesk.DraftText, Patient: "p2", By: "drlee", Made: fake.Clock(), Text: "warfarin 5 mg daily, ibuprofen 400 mg", Source: &ehrdesk.DraftSource{Name: "scribe", Version: "1.2"}}}
	after := screens(d)
	for i := range before {
		if before[i] != after[i] {
			t.Errorf("screen %d with a draft:\n%s\nwithout:\n%s", i, after[i], before[i])
		}
	}
	open(signIn(play(t, d, "en", 140, 50), doctor), fake.Active).Press("b").Want("warfarin 5 mg daily")
}

func TestADraftIsShownToWhoMadeItAlone(t *testing.T) {
	d := fake.New()
	scribes(d)
	toDrafts(play(t, d, "en", 100, 40)).Press("enter", "y").Want("warfarin")
	open(signIn(play(t, d, "en", 100, 40), nurse), fake.Active).Press("b").Want("You have no drafts").Deny("warfarin")
	signIn(play(t, d, "en", 100, 40), clerk).Press("ctrl+p").Type("drafts").Deny("Your drafts")
}

func TestALockForgetsTheDraftThatIsRead(t *testing.T) {
	d := fake.New()
	scribes(d)
	p := toDrafts(play(t, d, "en", 100, 40)).Press("enter", "y").Want("warfarin").Press("ctrl+l").Deny("warfarin", "scribe")
	p.Type(fake.Passphrase).Press("enter").Want("WONG", "Drafts", "DRAFT · made by scribe 1.2")
}

// A draft that lies open goes with the consent, before anybody has asked for anything anew.
func TestADraftThatIsReadGoesWithTheConsent(t *testing.T) {
	d := fake.New()
	scribes(d)
	p := toDrafts(play(t, d, "en", 100, 40)).Press("enter", "y").Want("warfarin")
	d.Change("p2", func(f fake.Facts) { f.Consent.State = ehrdesk.ConsentWithdrawn })
	p.Press("down").Deny("warfarin")
}

// A lock, and the search for the next patient, end a program that writes.
func TestNobodyLookingOnEndsAProgramThatWrites(t *testing.T) {
	for _, key := range []string{"ctrl+l", "f2"} {
		d := fake.New()
		scribes(d)
		d.Gate["draft"] = make(chan struct{})
		p := toDrafts(play(t, d, "en", 100, 40)).Press("enter")
		p.Hold = true
		p.Press("y").Want("scribe 1.2 is writing…").Press(key).Deny("is writing")
		p.Hold = false
		p.Release()
		if d.Cancelled["draft"] != 1 || len(d.Drafted) != 0 {
			t.Errorf("%s: %d programs ended, %d drafts", key, d.Cancelled["draft"], len(d.Drafted))
		}
	}
}

// Line by line as well, that drafts are on is said with the record, what would be given before it is, and each draft as one.
func TestPlainAsksForADraftAndReadsIt(t *testing.T) {
	d := fake.New()
	scribes(d)
	all, _, _ := told(t, d, "en", append(signsIn, fake.Active, "", "b", "open 1", "y", "back", "quit")...)
	wants(t, all, "drafts on: scribe 1.2", "1. Ask scribe 1.2 for a draft", "Text goes to: this machine", "Given: medication", "DRAFT, made by scribe 1.2", "No part of the record", "\nDRAFT, Takes warfarin 5 mg daily", "3. DRAFT, made by scribe 1.2")
	if len(d.Given) != 1 {
		t.Errorf("given %d times", len(d.Given))
	}
}
