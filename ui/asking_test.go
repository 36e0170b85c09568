package ui_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// letter has a referral letter signed and sent; its receipt stands on the screen.
func letter(p *uitest.Player) *uitest.Player {
	return answer(begin(p, 6), filled[6].answers...).Press("f9", "S", "y")
}

// toWhere goes on from the receipt to where the letter goes.
func toWhere(p *uitest.Player) *uitest.Player { return letter(p).Press(">") }

// toAttach chooses the first provider that is suggested.
func toAttach(p *uitest.Player) *uitest.Player { return toWhere(p).Press("down", "enter") }

// toShown attaches the two newest results.
func toShown(p *uitest.Player) *uitest.Player {
	return toAttach(p).Press("down", "space", "down", "space", "enter")
}

func TestAskingScreens(t *testing.T) {
	for _, s := range []struct {
		name string
		play func(p *uitest.Player)
	}{
		{"where", func(p *uitest.Player) { toWhere(p).Press("down") }},
		{"attach", func(p *uitest.Player) { toAttach(p).Press("down", "space", "down") }},
		{"preview", func(p *uitest.Player) { toShown(p) }},
		{"card", func(p *uitest.Player) { toShown(p).Press("enter") }},
		{"receipt", func(p *uitest.Player) { toShown(p).Press("enter", "y") }},
	} {
		for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
			t.Run(s.name+"_"+lang+"_80x24", func(t *testing.T) {
				p := play(t, fake.New(), lang, 80, 24)
				s.play(p)
				golden.RequireEqual(t, p.Screen()+"\n")
			})
		}
	}
}

// From the receipt of a letter to what became of the referral, by keys alone: what is sent is what was shown, once, by a second key.
func TestALetterGoesOnToAnotherProviderByASecondKey(t *testing.T) {
	d := fake.New()
	p := letter(play(t, d, "en", 100, 34)).Want("SENT ·", "Nobody has been asked yet: > goes on to where the letter goes")
	p.Press(">").Want("Where to?", "The letter says: cardiology 心臟科 · Queen Mary Hospital · Within two weeks", "Suggested: Cardiology – the letter names “Cardiology”, “心臟科” · the letter has “chest pain”", "Queen Mary Hospital 瑪麗醫院 · Cardiology · Chest pain clinic", "Harbour Imaging 海港影像中心 · names no services", "Directory as of 21-Nov-2026 09:41")
	p.Deny("Old Peak", "Stroke", "Kwai Chung Family Clinic 葵涌家庭診所 · ", "▸")
	p.Press("enter").Want("choose with ↓ first: nothing is chosen by itself").Press("down", "enter").Want("Attach records: 0 of at most 50", "Results, images and documents, the newest first")
	p.Press("space").Want("choose with ↓ first", "Attach records: 0")
	p.Press("down", "space").Want("Attach records: 1 of at most 50", "[x] ").Press("space").Want("0 of at most 50").Press("space", "enter")
	p.Want("What is asked · Not sent yet", "To: Queen Mary Hospital", "Specialty: Cardiology", "Priority: urgent", "Patient: WONG, Mei Ling 黃美玲", "Attached: 1 record", "Chest pain on effort for a month.")
	p.Press("space").Want("Priority: as soon as possible").Press("y", "S")
	if p.Press("enter").Want("Send this referral?", "y send"); d.Calls["ask"] != 0 {
		t.Fatal("the key that led to the card sends")
	}
	p.Press("enter", "esc").Want("What is asked").Press("enter", "y").Want("What became of it", "SENT · 21-Nov-2026 09:41", "carries it to Queen Mary Hospital")
	if len(d.Referred) != 1 {
		t.Fatalf("asked %d times", len(d.Referred))
	}
	r := d.Referred[0]
	if r.Kind != ehrdesk.RequestReferral || r.To.ID != "9000000001" || r.Body.Specialty != "cardiology" || r.Body.Priority != "asap" || len(r.Body.Attached) != 1 || r.Body.Attached[0].Title == "" ||
		r.Body.Letter.Ref.Resource != "DocumentReference" || !strings.Contains(r.Body.Letter.Text, "Is this angina? 是否心絞痛？") || r.Body.Letter.Title != "Referral letter" {
		t.Errorf("%+v", r)
	}
	p.Press("enter").Want("Write a record")
}

// Whom somebody looks for is found by name in either script, and by specialty; what they type alone chooses nobody.
func TestAProviderIsFoundByNameAndSpecialty(t *testing.T) {
	p := toWhere(play(t, fake.New(), "en", 100, 30)).Type("沙田").Want("Sha Tin Specialists 沙田專科中心 · Dermatology").Deny("Harbour").Press("enter").Want("nothing is chosen by itself")
	for range 2 {
		p.Press("backspace")
	}
	p.Type("nephro").Want("Queen Mary Hospital 瑪麗醫院 · Nephrology").Deny("Cardiology · Chest").Type("xx").Want("No provider in the directory is called that").Press("down", "enter").Want("choose with ↓ first")
}

func TestAReferralWithoutTheLineWaitsAndARefusalSaysWhy(t *testing.T) {
	d := fake.New()
	p := letter(play(t, d, "en", 100, 30))
	d.Link = ehrdesk.Offline
	p.Press(">").Want("Directory as of 21-Nov-2026 07:31, 2 h 10 m ago").Press("down", "enter", "enter", "enter", "y").Want("WAITS FOR THE LINE", "Queen Mary Hospital does not have").Deny("SENT ·")
	d = fake.New()
	d.RefusesRequests = ehrdesk.Refusal(ehrdesk.CodeDenied)
	toShown(play(t, d, "en", 100, 30)).Press("enter", "y").Want("REFUSED", "Queen Mary Hospital does not have it", "Reason: ").Deny("SENT ·")
	d = fake.New()
	d.Fail["ask"] = ehrdesk.E("ask", ehrdesk.CodeNotFound, nil)
	toShown(play(t, d, "en", 100, 30)).Press("enter", "y").Want("Send this referral?", "! ").Press("y").Want("SENT ·")
}

// A receipt of what waited says that it has been sent once the centre has it.
func TestTheReceiptOfAReferralThatWaitedFollowsIt(t *testing.T) {
	d := fake.New()
	m, err := ui.New(config(d, "en"))
	if err != nil {
		t.Fatal(err)
	}
	p := letter(uitest.Play(t, m, 100, 30))
	d.Link = ehrdesk.Offline
	p.Press(">", "down", "enter", "enter", "enter", "y").Want("WAITS FOR THE LINE", "Queen Mary Hospital does not have")
	d.Link = ehrdesk.Online
	r := d.Referred[0]
	r.Waits = ""
	d.Asked.Centre = append(d.Asked.Centre, r)
	p.Send(m.Hint(ehrdesk.HintRequest, ""))
	p.Want("SENT ·").Deny("WAITS FOR THE LINE", "does not have")
}

// The receipt of a letter says whom it was sent to already: nobody asks twice without knowing.
func TestTheReceiptOfALetterSaysWhoWasAsked(t *testing.T) {
	before := fake.New() // the ids of a fake desk are the same each time
	letter(play(t, before, "en", 100, 30)).Press(">", "down", "enter", "enter", "enter", "y")
	r := before.Referred[0]
	d := fake.New()
	m, err := ui.New(config(d, "en"))
	if err != nil {
		t.Fatal(err)
	}
	p := letter(uitest.Play(t, m, 100, 30)).Want("Nobody has been asked yet")
	d.Asked.Centre = append(d.Asked.Centre, r)
	p.Send(m.Hint(ehrdesk.HintRequest, ""))
	p.Want("Asked already: Queen Mary Hospital. > asks once more.").Deny("Nobody has been asked")
	d.Asked.Centre[0].State = ehrdesk.RequestRecalled
	p.Send(m.Hint(ehrdesk.HintRequest, ""))
	p.Want("Nobody has been asked yet")
}

func TestWithoutADirectoryNobodyIsChosenAndTheLetterStays(t *testing.T) {
	d := fake.New()
	d.Fail["providers"] = ehrdesk.E("providers", ehrdesk.CodeOffline, nil)
	toWhere(play(t, d, "en", 100, 30)).Want("! The directory cannot be had now").Press("down", "enter").Want("choose with ↓ first").Press("esc").Want("Write a record", "SENT · Referral letter")
}

// What can be attached is found by its words, and a lock forgets what was ticked.
func TestWhatCanBeAttachedIsFilteredAndALockForgetsIt(t *testing.T) {
	p := toAttach(play(t, fake.New(), "en", 100, 30)).Press("/").Type("potassium").Want("Potassium").Press("enter", "space").Want("1 of at most 50")
	p.Press("/").Type("zzz").Want("No record here that can be attached").Press("esc").Want("1 of at most 50", "[x] ")
	p.Press("ctrl+l").Deny("Potassium").Type(fake.Passphrase).Press("enter").Deny("Attach records", "Potassium  4").Want("Nothing is being asked")
}

func TestOnlyAReferralLetterGoesOn(t *testing.T) {
	open(signIn(play(t, fake.New(), "en", 110, 30), doctor), fake.Active).Press("3", "3", ">").Want("this is no referral letter")
	readings(play(t, fake.New(), "en", 110, 30)).Press("f9", "S", "y").Deny("Nobody has been asked").Press(">").Want("this is no referral letter")
}
