package ui_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// colleague works where the doctor of the tests does.
func colleague() ehrdesk.CaseMember {
	return ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: caseLee().Provider, Staff: "drmok"}, Name: "Dr MOK Yee Lam 莫綺琳"}
}

// groupCases is a case of a hospital's with a hotline in it for which the doctor of the tests answers with a colleague, and a board of the hospital's.
func groupCases(d *fake.Desk) {
	d.Opened = append(d.Opened, ehrdesk.Recent{Patient: d.Patient(fake.Active), At: ago(60)})
	hotline := d.TellGroup("g1", ehrdesk.GroupHotline, "Allergy hotline", "過敏熱線", caseLee(), colleague())
	d.TellGroup("g2", ehrdesk.GroupBoard, "Tumour board", "腫瘤會議", fake.CaseWu, fake.CaseHo)
	c := d.TellCase("hot", d.Patient(fake.Active).ID, ehrdesk.CaseOpinion, fake.CaseHo, time.Hour, hotline, fake.CaseWu)
	c.Say(fake.CaseHo, ago(50), "Which antibiotic before surgery?", false, 0, hotline)
	c.Tell(colleague(), ago(45), ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 4}, "")
	c.Say(colleague(), ago(44), "What did she react to?", false, 4, fake.CaseHo)
	c.Tell(fake.CaseHo, ago(40), ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 6}, "")
	c.Say(fake.CaseHo, ago(10), "Cefazolin: wheeze within minutes. Theatre at five.", true, 6, hotline)
	c.Given = []ehrdesk.CaseGiven{{Envelope: "hot-4", To: hotline.CasePerson, At: ago(46)}, {Envelope: "hot-8", To: hotline.CasePerson, At: ago(9)}}
}

// What is for a group is on the list of whoever answers for it, who acknowledges it for the group by name; what they say goes out for it.
func TestSomebodyAnswersForTheirGroupOnTheScreen(t *testing.T) {
	d := fake.New()
	groupCases(d)
	p := signIn(play(t, d, "en", 120, 34), doctor).Press("ctrl+o").Want("! CRITICAL: 1 to acknowledge", "2 not opened").Press("enter")
	p.Want("to Allergy hotline", "to be acknowledged by Allergy hotline", "opened 08:56 Allergy hotline (Dr MOK Yee Lam 莫綺琳)", "Dr MOK Yee Lam 莫綺琳 for Allergy hotline", "not opened by you")
	p.Press("end", "enter", "y", "y").Want("Allergy hotline (Dr LEE").Deny("to be acknowledged by")
	p.Press("home", "enter").Want("Which antibiotic before surgery?")
	p.Press("2").Type("Teicoplanin is an option.").Press("f9").Want("You say it for Allergy hotline", "Sealed for: Dr HO").Press("y").Want("you for Allergy hotline")
	c := d.Sealed.All[0]
	last := c.Said[len(c.Said)-1]
	if last.As.Group() != "g1" || slices.Contains(last.To, last.As) || len(last.To) != 2 {
		t.Errorf("%+v", last)
	}
	if r, ok := c.Said[2].Settled(); !ok || r.By != caseLee().CasePerson || r.As.Group() != "g1" {
		t.Errorf("%+v", r)
	}
}

// A group is found by @ where a person is, by either name and by who answers for it, in the language of the screen; what leaves says who reads it.
func TestAGroupIsChosenWhereAPersonIs(t *testing.T) {
	d := fake.New()
	groupCases(d)
	p := aboutCases(signIn(play(t, d, "en", 120, 34), doctor)).Press("end", "enter")
	p.Type("@tumour").Want("Tumour board · board, staff of 2 · Queen Mary Hospital").Press("down", "enter").Type("@wu").Want("Dr WU").Press("down", "enter")
	p.Press("tab", "right", "tab", "tab").Type("Is she for surgery?").Press("f9").Want("Tumour board (Queen Mary Hospital)", "whoever is on its staff reads it").Press("y")
	if got := d.Sealed.All[len(d.Sealed.All)-1].Members; len(got) < 2 || got[1].Group() != "g2" || got[1].Name != "Tumour board" {
		t.Errorf("%+v", got)
	}
	zh := aboutCases(signIn(play(t, d, "zh-Hant", 120, 34), doctor)).Press("end", "enter")
	zh.Type("@腫瘤").Want("腫瘤會議 · 會議小組，2 人負責")
}

// What passes, and what is to be approved, is for persons.
func TestWhatPassesIsForNoGroup(t *testing.T) {
	d := fake.New()
	groupCases(d)
	p := signIn(play(t, d, "en", 120, 40), doctor).Press("ctrl+o", "enter")
	c := d.Sealed.All[0]
	board := d.Sealed.Groups[1].AsMember()
	c.Tell(fake.CaseHo, ago(5), ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &board}, "")
	p.Press("f5", "2").Type("Look at this.").Press("tab").Type("@tumour").Press("down", "enter", "tab", "tab", "enter", "tab", "right")
	p.Press("f9").Want("What passes is for persons")
}

// A case in which only a group of theirs is can be left by whoever answers for it, and is not theirs to close.
func TestForAGroupNobodyClosesACase(t *testing.T) {
	d := fake.New()
	groupCases(d)
	p := signIn(play(t, d, "en", 120, 40), doctor).Press("ctrl+o", "enter")
	p.Press("6").Want("its owner does this: Dr HO")
}

func toGroup(p *uitest.Player) *uitest.Player { return signIn(p, doctor).Press("ctrl+o", "enter") }
