package ui_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// caseSays begins a message in a case of the doctor's with two others, about a patient whose chart is open.
func caseSays(t *testing.T, d *fake.Desk) *uitest.Player {
	t.Helper()
	d.TellCase("joint", d.Patient(fake.Active).ID, ehrdesk.CaseJointCare, caseLee(), time.Hour, fake.CaseHo, fake.CaseWu)
	return open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active).Press("@", "enter", "2").Type("Words.").Press("tab")
}

// lastSaid is what was said last.
func lastSaid(t *testing.T, d *fake.Desk) ehrdesk.CaseMessage {
	t.Helper()
	if len(d.Sealed.Said) == 0 {
		t.Fatal("nothing was said")
	}
	return d.Sealed.Said[len(d.Sealed.Said)-1]
}

// How a message is handled stands behind one line: an ordinary one has nothing of it, and leaves as it did.
func TestAnOrdinaryMessageHasNoHandling(t *testing.T) {
	d := fake.New()
	p := caseSays(t, d).Want("+ More", "[ ] critical").Deny("passing: gone", "Minutes until", "view only: no copy")
	p.Press("f9").Deny("PASSING", "View only", "For approval", "Proposed", "CRITICAL").Press("y")
	if m := lastSaid(t, d); m.Critical || m.Passing || m.Within != 0 || m.Approver != (ehrdesk.CasePerson{}) || m.Body.ViewOnly || m.Body.Marked || m.Body.Meeting != nil || m.Body.Fact != nil || m.Body.Approve != "" {
		t.Errorf("%+v", m)
	}
}

// What is critical has whose turn it is, and for how many minutes; what leaves says both.
func TestACriticalMessageIsWrittenWithItsTurns(t *testing.T) {
	d := fake.New()
	p := caseSays(t, d).Press("tab", "space").Want("[x] CRITICAL", "Whose turn it is, first to last  all whom it is for", "Minutes until it is the next one's  30")
	p.Press("f9").Want("To be acknowledged by all of them, in this order, 30 min each").Press("esc")
	p.Press("tab").Type("@wu").Press("down", "enter").Type("@ho").Press("down", "enter", "tab", "ctrl+u").Press("f9").Want("a turn has 1 to 1440 minutes").Type("10")
	p.Press("f9").Want("To be acknowledged by Dr WU Pui Shan 胡佩珊 → Dr HO Chi Keung 何志強, 10 min").Press("y")
	if m := lastSaid(t, d); !m.Critical || m.Within != 10 || !slices.Equal(m.Turns, []ehrdesk.CasePerson{fake.CaseWu.CasePerson, fake.CaseHo.CasePerson}) {
		t.Errorf("%+v", m)
	}
	p.Want("to be acknowledged by Dr WU")
}

// Nobody has a turn whom the message is not for.
func TestNobodyHasATurnOfWhatIsNotForThem(t *testing.T) {
	d := fake.New()
	p := caseSays(t, d).Press("tab", "space", "tab").Type("@wu").Press("down", "enter", "shift+tab", "shift+tab").Type("@ho").Press("down", "enter").Press("f9").Want("it is for nobody but those under")
	p.Press("ctrl+k", "f9").Want("To be acknowledged by all of them, in this order")
}

// toMore goes to the line behind which the handling stands, and unfolds it.
func toMore(p *uitest.Player) *uitest.Player {
	return p.Press("tab", "tab", "space").Want("‹ a message that stays in the case ›", "view only: no copy", "watermark: who reads it")
}

// A message that passes leaves only with where its clinical fact stands: a record of this provider's, or that there is none in it by name.
func TestAPassingMessageIsWrittenWithWhereItsFactStands(t *testing.T) {
	d := fake.New()
	own := toldRecords(d)
	p := toMore(caseSays(t, d)).Press("tab", "right").Want("‹ passing: gone 30 s after it is opened ›")
	p.Press("f9").Want("↓ chooses where its clinical fact stands")
	p.Want("there is no clinical fact in it: Dr LEE Ka Ho 李家豪 says so by name").Press("down", "enter")
	p.Press("f9").Want("PASSING: gone 30 s after it is opened", "cannot be prevented", "Its clinical fact stands in: there is no clinical fact in it").Press("esc")
	p.Press("down", "down", "enter").Press("f9").Deny("there is no clinical fact").Press("y").Want("kept on this desk")
	if m := lastSaid(t, d); !m.Passing || m.Body.Fact == nil || m.Body.Fact.None || m.Body.Fact.Record != own {
		t.Errorf("%+v %+v, not %v", m, m.Body.Fact, own)
	}
}

// toldRecords has the first record of the patient be this provider's.
func toldRecords(d *fake.Desk) ehrdesk.Ref {
	all := d.Records(d.Patient(fake.Active).ID)
	i := slices.IndexFunc(all, func(r ehrdesk.Record) bool { return r.Resource == "Condition" })
	d.Marked = map[ehrdesk.Ref]ehrdesk.RecordMark{all[i].Ref(): ehrdesk.MarkOwn}
	return all[i].Ref()
}

// Where the chart is not open no record can be named, which is said; that there is no fact in it can.
func TestAPassingMessageWithoutAnOpenChartNamesNoRecord(t *testing.T) {
	d := fake.New()
	toldRecords(d)
	d.TellCase("joint", d.Patient(fake.Active).ID, ehrdesk.CaseJointCare, caseLee(), time.Hour, fake.CaseHo, fake.CaseWu)
	p := signIn(play(t, d, "en", 80, 24), doctor).Press("ctrl+o", "enter", "2").Type("Words.").Press("tab")
	toMore(p).Press("tab", "right", "tab").Want("to name a record, write from the patient's open chart (@)").Press("down", "enter").Press("f9", "y")
	if m := lastSaid(t, d); !m.Passing || m.Body.Fact == nil || !m.Body.Fact.None {
		t.Errorf("%+v", m)
	}
}

// What is critical neither passes nor is approved: it is said before anything leaves.
func TestWhatIsCriticalDoesNotPass(t *testing.T) {
	for _, turns := range []int{1, 2} {
		p := caseSays(t, fake.New()).Press("tab", "space", "tab", "tab", "tab", "space", "tab").Press(times("right", turns)...)
		p.Press("f9").Want("what is critical neither passes nor is approved")
	}
}

// What is to be approved has who approves it, and of what.
func TestWhatIsToBeApprovedNamesWhoDoes(t *testing.T) {
	d := fake.New()
	p := toMore(caseSays(t, d)).Press("tab", "right", "right").Want("‹ for approval ›", "To be approved  ‹ an export of the record ›")
	p.Press("tab", "right", "f9").Want("choose who approves it").Type("@ho").Press("down", "enter").Press("f9").Want("For approval by Dr HO Chi Keung 何志強: minutes of a meeting").Press("y")
	if m := lastSaid(t, d); m.Approver != fake.CaseHo.CasePerson || m.Body.Approve != ehrdesk.CaseMinutes {
		t.Errorf("%+v", m)
	}
}

// A time to meet has a day, a time, minutes and a place; what is over is refused.
func TestATimeIsProposed(t *testing.T) {
	d := fake.New()
	p := toMore(caseSays(t, d)).Press("tab", "left").Want("‹ a time to meet ›", "Day  21-Nov-2026", "Time  10:00", "Minutes  30")
	p.Press("tab", "ctrl+u").Type("soon").Press("f9").Want("a day like 24-Nov-2026").Press("ctrl+u").Type("20-Nov-2026").Press("f9").Want("this time is over")
	p.Press("ctrl+u").Type("24-Nov-2026").Press("tab", "ctrl+u").Type("17:30").Press("tab", "tab").Type("Ward 3, or 2345 6789").Press("f9").Want("Proposed: 24-Nov-2026 17:30, for 30 min, Ward 3, or 2345 6789.").Press("y")
	m := lastSaid(t, d).Body.Meeting
	if m == nil || !m.At.Equal(time.Date(2026, 11, 24, 17, 30, 0, 0, ehrdesk.HongKong())) || m.Minutes != 30 || m.Place != "Ward 3, or 2345 6789" {
		t.Errorf("%+v", m)
	}
}

// View only and the watermark are said before it leaves, and by the folded line.
func TestWhatIsViewOnlySaysSoBeforeItLeaves(t *testing.T) {
	d := fake.New()
	p := toMore(caseSays(t, d)).Press("tab", "tab", "space", "tab", "space").Want("[x] VIEW ONLY", "[x] WATERMARK")
	p.Press("up", "up", "up", "space").Want("- More: view only, watermark").Press("f9").Want("View only: no copy, print or export", "Watermark: who reads it").Press("y")
	if m := lastSaid(t, d); !m.Body.ViewOnly || !m.Body.Marked {
		t.Errorf("%+v", m)
	}
}

// All of it stands on the smallest screen, in each language, with the keys in sight.
func TestTheHandlingOfAMessageFitsTheSmallestScreen(t *testing.T) {
	for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
		for _, way := range [][]string{{}, {"right"}, {"right", "right"}, {"left"}} {
			d := fake.New()
			d.TellCase("joint", d.Patient(fake.Active).ID, ehrdesk.CaseJointCare, caseLee(), time.Hour, fake.CaseHo, fake.CaseWu)
			p := open(signIn(play(t, d, lang, 80, 24), doctor), fake.Active).Press("@", "enter", "2").Type("Words.").Press("tab", "tab", "space", "tab", "tab", "tab", "space", "tab").Press(way...)
			for range 10 {
				if p.Press("tab").Want("F9"); !strings.Contains(p.Screen(), "\n ▸") {
					t.Errorf("%s: the field in focus is not in sight:\n%s", lang, p.Screen())
				}
			}
			if rows := strings.Count(p.Screen(), "\n"); rows > 24 {
				t.Errorf("%d rows", rows)
			}
		}
	}
}

// The first message of a case has its handling too.
func TestTheFirstMessageOfACaseHasItsHandling(t *testing.T) {
	d := fake.New()
	p := withTwo(aboutCases(signIn(play(t, d, "en", 120, 40), doctor))).Press("tab", "space", "tab").Type("@cheng").Press("down", "enter").Press("f9").Want("To be acknowledged by Dr CHENG Lok Man 鄭樂文, 30 min each").Press("y")
	if m := lastSaid(t, d); !m.Critical || !slices.Equal(m.Turns, []ehrdesk.CasePerson{fake.CaseCheng.CasePerson}) || m.Within != 30 {
		t.Errorf("%+v", m)
	}
	p.Want("May she have cefazolin?")
}

// What waits says how it is handled too.
func TestWhatWaitsSaysHowItIsHandled(t *testing.T) {
	d := fake.New()
	p := toMore(caseSays(t, d)).Press("tab", "left")
	d.Link = ehrdesk.Offline
	p.Press("f9", "y").Want("WAITS ON THIS DESK", "Proposed: 21-Nov-2026 10:00, for 30 min.")
}
