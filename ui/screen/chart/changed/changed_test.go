package changed_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/changed"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/book"
)

func day(ago int) ehrdesk.When {
	at := book.Now().AddDate(0, 0, -ago)
	return ehrdesk.Day(at.Year(), at.Month(), at.Day())
}

func record(k ehrdesk.Kind, resource, id, title, status string, ago int, f ehrdesk.Facts) ehrdesk.Record {
	f.Code.Text = title
	f.States = append(f.States, ehrdesk.State{Element: ehrdesk.StateStatus, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: status}}}})
	return ehrdesk.Record{Kind: k, Resource: resource, ID: id, Title: title, Status: status, Date: day(ago), Updated: day(ago).Time, Source: "QMH", Packed: f.Pack()}
}

func order(id, drug, mg, status string, ago int) ehrdesk.Record {
	f := ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Doses: []ehrdesk.DoseRate{{Dose: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: mg, Unit: "mg"}}}}}}}
	return record(ehrdesk.KindMedication, "MedicationRequest", id, drug, status, ago, f)
}

func records() []ehrdesk.Record {
	return []ehrdesk.Record{
		order("w1", "warfarin", "4", "completed", 400), order("w2", "warfarin", "3", "active", 20), order("m1", "metformin", "500", "active", 200),
		record(ehrdesk.KindEncounter, "Encounter", "v1", "Cardiology", "finished", 20, ehrdesk.Facts{}),
		record(ehrdesk.KindEncounter, "Encounter", "v0", "Cardiology, planned", "planned", 5, ehrdesk.Facts{}),
		record(ehrdesk.KindDiagnosis, "Condition", "c1", "Gout", "active", 100, ehrdesk.Facts{}),
		record(ehrdesk.KindDiagnosis, "Condition", "c2", "Written in error", "entered-in-error", 3, ehrdesk.Facts{}),
	}
}

func open(t *testing.T, before time.Time, b *page.Book) *changed.Page {
	t.Helper()
	p := changed.New(b, before)
	book.Draw(p, 100, 24, false)
	book.Fill(t, p)
	return p
}

func see(t *testing.T, p *changed.Page, want []string, not ...string) {
	t.Helper()
	shot := strings.Join(strings.Fields(book.Draw(p, 100, 24, false)), " ")
	for _, w := range want {
		if !strings.Contains(shot, w) {
			t.Errorf("does not show %q:\n%s", w, book.Draw(p, 100, 24, false))
		}
	}
	for _, w := range not {
		if strings.Contains(shot, w) {
			t.Errorf("shows %q:\n%s", w, book.Draw(p, 100, 24, false))
		}
	}
}

func turn(t *testing.T, p *changed.Page) {
	t.Helper()
	book.Press(t, p, intent.OtherView)
}

// What changed counts from this person's last look on an earlier day, else 90 days, and
// says which; the last visit, 90 days and a year are a key away.
func TestWhatItCountsFromStandsAboveIt(t *testing.T) {
	p := open(t, day(150).Time, book.Of(text.English, records()...))
	see(t, p, []string{"‹since you looked, 24-Jun-2026", "~ warfarin", "now 3 mg", "before 4 mg", "Gout", "Cardiology", "Ahead 1 Cardiology, planned"}, "+ metformin", "Written in error")
	turn(t, p)
	see(t, p, []string{"‹since the last visit, 01-Nov-2026›", "~ warfarin"}, "Gout")
	turn(t, p)
	see(t, p, []string{"‹90 days›", "~ warfarin"}, "Gout")
	turn(t, p)
	see(t, p, []string{"‹1 year›", "+ metformin", "Gout"})
	turn(t, p)
	see(t, p, []string{"‹since you looked"})

	p = open(t, time.Time{}, book.Of(text.English, records()...))
	see(t, p, []string{"‹90 days›", "you have not looked here on an earlier day", "~ warfarin"}, "since you looked", "Gout")
	r, ok := p.Selected()
	if !ok || r.ID != "w2" {
		t.Errorf("the first line opens %v", r.Ref())
	}
}

// "Nothing" is said of what is seen; of what is not, why.
func TestNothingChangedIsNotSaidOfWhatIsNotSeen(t *testing.T) {
	p := open(t, time.Time{}, book.Of(text.English))
	see(t, p, []string{"Medication", "nothing"})
	p = open(t, time.Time{}, book.Never(text.English))
	see(t, p, []string{"Nothing received yet"}, "nothing")
}
