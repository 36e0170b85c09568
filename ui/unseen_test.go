package ui_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// toResult goes on the page of the checks to a result that waits.
func toResult(t *testing.T, p *uitest.Player, title string) *uitest.Player {
	t.Helper()
	p.Press("!", "home")
	waits := false
	for range 40 {
		for row := range strings.Lines(p.Screen()) {
			if strings.Contains(strings.ReplaceAll(row, " ", ""), "▸"+title) {
				waits = true
			}
		}
		if waits {
			return p
		}
		p.Press("down")
	}
	t.Fatalf("no line of %s in focus:\n%s", title, p.Screen())
	return p
}

// partial makes the sodium of whoever is active a result that is not complete.
func partial(d *fake.Desk) {
	d.Change("p2", func(f fake.Facts) {
		for i := range *f.Records {
			if r := &(*f.Records)[i]; strings.HasPrefix(r.Title, "Sodium") {
				r.Status = "preliminary"
			}
		}
	})
}

func TestAnAbnormalResultWaitsUntilItIsAcknowledgedAndNotUntilItIsOpened(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 100, 40), doctor), fake.Active)
	toResult(t, p, "Sodium").Want("Results not acknowledged 2", "7 days ago · not opened here", "Enter opens, y acknowledges")
	if len(d.Openings) != 0 {
		t.Fatalf("looked at in the list: %+v", d.Openings)
	}
	p.Press("enter")
	if len(d.Openings) != 1 || d.Openings[0].By != "drlee" || !strings.HasSuffix(d.Openings[0].Record.ID, "-4") {
		t.Fatalf("opened: %+v", d.Openings)
	}
	p.Press("esc").Want("Results not acknowledged 2", "opened by drlee")
	p.Press("enter", "esc")
	if len(d.Openings) != 1 {
		t.Errorf("opened twice: %+v", d.Openings)
	}
	p.Press("y").Want("Acknowledge – Sodium", "What is done (optional)", "opened by drlee").Press("esc").Want("Results not acknowledged 2")
	p.Press("y").Type("repeat on Friday").Press("down", "y").Want("Results not acknowledged 1", "1 acknowledged").Deny("Sodium")
	if len(d.Said["p2"]) != 1 || d.Said["p2"][0].Reason != "repeat on Friday" || d.Said["p2"][0].By != "drlee" {
		t.Errorf("kept: %+v", d.Said["p2"])
	}
}

// On a wide screen a record stands beside the list while somebody moves: nobody has opened it by that.
func TestWhatStandsBesideTheListWasNotOpened(t *testing.T) {
	d := fake.New()
	p := toResult(t, open(signIn(play(t, d, "en", 160, 50), doctor), fake.Active), "Sodium")
	if len(d.Openings) != 0 {
		t.Fatalf("moved to: %+v", d.Openings)
	}
	p.Press("enter").Want("opened by drlee")
	if len(d.Openings) != 1 {
		t.Errorf("opened: %+v", d.Openings)
	}
}

// display.md §5: PARTIAL cannot be acknowledged as final.
func TestAPartialResultIsMarkedAndCannotBeAcknowledged(t *testing.T) {
	for lang, want := range map[string][2]string{
		"en":      {"PARTIAL: cannot be acknowledged", "this result is not complete"},
		"zh-Hant": {"部分結果：不可確認", "此結果未齊全"},
		"zh-Hans": {"部分结果：不可确认", "此结果未齐全"},
	} {
		d := fake.New()
		partial(d)
		p := toResult(t, open(signIn(play(t, d, lang, 80, 40), doctor), fake.Active), "Sodium").Want(want[0])
		p.Press("y").Want(want[1])
		if len(d.Said["p2"]) != 0 || p.Has("Acknowledge – ") {
			t.Errorf("%s: %+v", lang, d.Said["p2"])
		}
	}
}

func TestWhoAnswersForNoResultIsToldSo(t *testing.T) {
	d := fake.New()
	p := toResult(t, open(signIn(play(t, d, "en", 118, 40), pharmacist), fake.Active), "Sodium")
	p.Press("y").Want("results are acknowledged by a doctor or a dentist")
	p.Press("enter")
	if len(d.Openings) != 1 || len(d.Said["p2"]) != 0 {
		t.Errorf("%+v, %+v", d.Openings, d.Said["p2"])
	}
	nobody := fake.New()
	open(signIn(play(t, nobody, "en", 100, 40), nurse), fake.Active).Press("!").Deny("Results not acknowledged")
}

// Nothing says that it was kept where it was not, and the words stay.
func TestAResultWhoseAcknowledgementIsNotKeptStillWaits(t *testing.T) {
	d := fake.New()
	p := toResult(t, open(signIn(play(t, d, "en", 118, 40), doctor), fake.Active), "Sodium")
	d.Fail["close-result"] = ehrdesk.E("x", ehrdesk.CodeOther, nil)
	p.Press("y").Type("seen").Press("down", "y").Want("!", "seen", "Acknowledge – Sodium")
	p.Press("esc").Want("Results not acknowledged 2")
	d.Fail["note-opening"] = ehrdesk.E("x", ehrdesk.CodeOther, nil)
	p.Press("enter", "esc").Want("not opened here").Deny("opened by drlee")
}

// display.md §4: of a critical result the key points say that it is to be done about for as long as nobody has
// acknowledged it as it stands.
func TestTheKeyPointsTellACriticalResultUntilItIsAcknowledged(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 160, 50), doctor), fake.Active).Want("TO DO   Potassium 鉀 6.8 mmol/L")
	toResult(t, p, "Potassium").Press("y", "down", "y").Want("result acknowledged").Press("s").Want("TO DO   Nothing found in what was read")
	d.Change("p2", func(f fake.Facts) {
		for i := range *f.Records {
			if r := &(*f.Records)[i]; strings.HasPrefix(r.Title, "Potassium") {
				r.Version = "corrected"
			}
		}
	})
	p.Press("f5").Want("TO DO   Potassium 鉀 6.8 mmol/L")
}

// How many results wait stands below the banner on every page, on a narrow screen too.
func TestHowManyResultsWaitStandsBelowTheBanner(t *testing.T) {
	for lang, want := range map[string][2]string{"en": {"results 2, critical 1", "results 1"}, "zh-Hant": {"結果 2，危急 1", "結果 1"}, "zh-Hans": {"结果 2，危急 1", "结果 1"}} {
		for _, w := range []int{60, 80, 160} {
			d := fake.New()
			p := open(signIn(play(t, d, lang, w, 48), doctor), fake.Active).Press("s").Want(want[0])
			toResult(t, p, "Potassium").Press("y", "down", "y", "s").Want(want[1]).Deny(want[0])
			toResult(t, p, "Sodium").Press("y", "down", "y", "s").Deny(want[1])
			open(signIn(play(t, fake.New(), lang, w, 48), nurse), fake.Active).Deny(want[0], want[1])
		}
	}
}

// On the page of the checks the results that wait can be those of one who ordered them; how many are of others is said.
func TestResultsThatWaitAreShownByWhoOrderedThem(t *testing.T) {
	d := fake.New()
	d.Change("p2", func(f fake.Facts) {
		order := ehrdesk.Record{Kind: ehrdesk.KindReferral, Resource: "ServiceRequest", ID: "order", Version: "1", Title: "Renal function", Status: "active", Date: (*f.Records)[1].Date}
		fake.Say(&order, ehrdesk.Facts{Parties: []ehrdesk.Party{{Role: "requester", Display: "Dr LEE Ka Ho 李家豪", Identifier: "drlee"}}})
		for i := range *f.Records {
			if r := &(*f.Records)[i]; strings.HasPrefix(r.Title, "Sodium") {
				facts := r.Facts()
				facts.Relations = append(facts.Relations, ehrdesk.Relation{Role: "basedOn", Ref: order.Ref()})
				r.Packed = facts.Pack()
			}
		}
		*f.Records = append(*f.Records, order)
	})
	p := open(signIn(play(t, d, "en", 118, 44), doctor), fake.Active).Press("!")
	p.Want("Results not acknowledged 2", "v by who ordered them", "ordered by you")
	p.Press("v").Want("Results not acknowledged 1 · ordered by Dr LEE Ka Ho 李家豪 alone; 1 more of others: v", "Sodium")
	p.Press("v").Want("Results not acknowledged 1 · of which no record says who ordered them alone; 1 more of others: v").Deny("134 mmol/L")
	p.Press("v").Want("Results not acknowledged 2")
	p.Press("v")
	toResult(t, p, "Sodium").Press("y", "down", "y").Want("Results not acknowledged 1").Deny("alone", "v by who ordered them")
}
