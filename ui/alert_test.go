package ui_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// prescribed adds drugs that somebody takes now.
func prescribed(d *fake.Desk, patient string, names ...string) {
	d.Change(patient, func(f fake.Facts) {
		for _, n := range names {
			r := ehrdesk.Record{Kind: ehrdesk.KindMedication, Resource: "MedicationRequest", ID: strings.ReplaceAll(n, " ", "-"), Version: "1", Updated: fake.Clock(), Date: ehrdesk.Day(2026, 11, 20),
				Title: n, Status: "active", Source: "Kwai Chung Family Clinic 葵涌家庭診所"}
			fake.Say(&r, ehrdesk.Facts{Code: ehrdesk.Concept{Text: n}})
			*f.Records = append([]ehrdesk.Record{r}, *f.Records...)
		}
	})
}

// together prescribes two drugs that are not to be taken together.
func together(d *fake.Desk) {
	prescribed(d, "p2", "simvastatin 40 mg tablet", "clarithromycin 500 mg tablet", "quite unheard of tablet")
}

// A finding that stops shows its card once, to who decides on drugs; going on asks for a reason and a second key; the
// reason is kept, and it does not interrupt again.
func TestAFindingThatStopsAsksOnceForAReason(t *testing.T) {
	d := fake.New()
	prescribed(d, "p2", "simvastatin 40 mg tablet", "clarithromycin 500 mg tablet")
	p := open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active)
	p.Want("STOP – simvastatin + clarithromycin", "Rhabdomyolysis", "[1]", "[2]", "instead: azithromycin, doxycycline", "rule 23", "reviewed by a pharmacist", "Enter or Esc back", "WONG, Mei Ling")
	p.Press("y").Want("Reason", "go on all the same").Type("abc").Press("enter", "enter", "y").Want("at least 5 characters")
	p.Type("d: statin paused").Press("enter", "right", "enter", "y").Want("acknowledged, and written in the access log").Deny("STOP –")
	if got := d.Said["p2"]; len(got) != 1 || got[0].Rule != "23" || got[0].By != "drlee" || !strings.Contains(got[0].Reason, "statin paused") || len(got[0].Records) < 2 || got[0].Again.IsZero() {
		t.Errorf("kept: %+v", got)
	}
	p.Press("!").Want("Safety checks", "STOP – simvastatin", "acknowledged by drlee")
	p.Press("f2")
	open(p, fake.Active).Deny("STOP –").Press("!").Want("acknowledged by drlee")
}

// What a colleague has acknowledged stops this person all the same, and says who did.
func TestWhatAColleagueAcknowledgedStopsTheNext(t *testing.T) {
	d := fake.New()
	prescribed(d, "p2", "simvastatin 40 mg tablet", "clarithromycin 500 mg tablet")
	open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("y").Type("statin paused").Press("enter", "enter", "y").Want("acknowledged, and")
	p := open(signIn(play(t, d, "en", 120, 40), pharmacist), fake.Active).Want("STOP –", "acknowledged by drlee")
	p.Press("y").Type("agreed").Press("enter", "enter", "y").Want("acknowledged, and")
	open(signIn(play(t, d, "en", 120, 40), pharmacist), fake.Active).Deny("Enter or Esc back")
}

// Whoever goes back decides nothing: the finding stays, and stays unacknowledged.
func TestGoingBackFromACardDecidesNothing(t *testing.T) {
	d := fake.New()
	prescribed(d, "p2", "simvastatin 40 mg tablet", "clarithromycin 500 mg tablet")
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Want("STOP –")
	p.Press("esc").Deny("STOP –").Want("1 stop", "Problems")
	if len(d.Said["p2"]) != 0 {
		t.Errorf("kept: %+v", d.Said)
	}
	p.Press("!", "enter").Want("STOP – simvastatin + clarithromycin").Press("2").Want("active · 20-Nov-2026").Deny("Enter or Esc back")
}

// A nurse reads the findings and is stopped by none; the front desk, which opens no chart, is told of none.
func TestWhoDoesNotDecideOnDrugsIsNotStopped(t *testing.T) {
	d := fake.New()
	prescribed(d, "p2", "simvastatin 40 mg tablet", "clarithromycin 500 mg tablet")
	open(signIn(play(t, d, "en", 120, 40), nurse), fake.Active).Deny("STOP –")
	open(signIn(play(t, d, "en", 120, 40), pharmacist), fake.Active).Want("STOP –")
}

// Nobody who is writing is interrupted: what stops stands below the banner until they look.
func TestWhoIsWritingIsNotInterrupted(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("/").Type("war")
	prescribed(d, "p2", "simvastatin 40 mg tablet", "clarithromycin 500 mg tablet")
	p.Press("esc", "esc").Press("f5").Want("STOP –").Press("esc")
	q := open(signIn(play(t, fake.New(), "en", 120, 40), doctor), fake.Active)
	q.Press("/").Type("war").Want("war").Deny("STOP –")
}

// A reason that could not be kept is not lost, and nothing says that it was kept.
func TestAReasonThatCannotBeKeptStays(t *testing.T) {
	d := fake.New()
	prescribed(d, "p2", "simvastatin 40 mg tablet", "clarithromycin 500 mg tablet")
	d.Fail["acknowledge"] = ehrdesk.E("acknowledge", ehrdesk.CodeOther, errors.New("disk full"))
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("y").Type("statin paused").Press("enter", "enter", "y")
	p.Want("statin paused", "!").Deny("acknowledged, and")
	p.Press("y").Want("acknowledged, and written in the access log")
}

// The page says what was found and what was not checked, in each language, and never that all is well.
func TestThePageOfChecksNeverSaysThatAllIsWell(t *testing.T) {
	for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
		d := fake.New()
		prescribed(d, "p2", "quite unheard of tablet")
		p := open(signIn(play(t, d, lang, 200, 60), doctor), fake.Active).Press("!")
		p.Want(map[string]string{"en": "this is no", "zh-Hant": "並不表示", "zh-Hans": "并不表示"}[lang], "quite unheard of")
		if strings.Contains(p.Screen(), "No interactions") || strings.Contains(p.Screen(), "safe") {
			t.Errorf("%s:\n%s", lang, p.Screen())
		}
	}
}

// What is more than a few findings is folded behind a line that counts it.
func TestManyFindingsAreFoldedAndCounted(t *testing.T) {
	d := fake.New()
	prescribed(d, "p2", "simvastatin 40 mg tablet", "clarithromycin 500 mg tablet", "ibuprofen tablet", "naproxen tablet", "diazepam tablet", "zopiclone tablet", "tramadol capsule", "sertraline tablet")
	p := open(signIn(play(t, d, "en", 200, 60), doctor), fake.Active).Press("esc", "!")
	p.Want("more: ").Press("z").Deny("more:").Want("SERIOUS")
}
