package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// A filter narrows any list, says how much is shown and by what, and ends with its list.
func TestAListIsFilteredAndSaysSo(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 120, 40), doctor), fake.Active).Press("t").Want("Timeline").Deny("showing")
	p.Press("f").Want("[x] everything", "Institution", "Kind", "Period", "[ ] Queen Mary Hospital")
	for range 30 {
		p.Press("down")
	}
	p.Press("home").Want("▸ [x] everything").Press("down", "down", "enter").Want("[x] 6 months").Press("esc")
	p.Want("showing ", " of ", "6 months", "Timeline")
	p.Press("f", "down", "enter").Want("[x] 30 days", "[ ] 6 months").Press("f").Want("30 days", "showing")
	p.Press("f", "home", "enter", "f").Deny("showing")
	p.Press("f", "down", "enter", "f").Want("showing").Press("5", "t").Deny("showing")
	p.Press("f", "m").Want("Medication").Deny("[ ]") // another page puts the choices away
	p.Press("s", "f").Want("lists alone are filtered")
}

// Records made under a public-private programme are found by it.
func TestAListIsFilteredByProgramme(t *testing.T) {
	d := fake.New()
	const programme = "General Outpatient Clinic PPP 普通科門診公私營協作計劃"
	d.Change("p2", func(f fake.Facts) {
		for i := range *f.Records {
			if r := &(*f.Records)[i]; r.Resource == "Encounter" {
				facts := r.Facts()
				facts.Besides = append(facts.Besides, ehrdesk.Beside{Element: ehrdesk.BesideProgramme, Concept: ehrdesk.Concept{Text: programme}})
				r.Packed = facts.Pack()
				break
			}
		}
	})
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("t", "f").Want("Programme", "[ ] General Outpatient Clinic PPP")
	for range 40 {
		if p.Press("down").Has("▸ [ ] General") {
			break
		}
	}
	p.Press("enter", "f").Want("showing 1 of", "General Outpatient Clinic PPP")
}
