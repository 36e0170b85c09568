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
	book.Draw(p, 64, 70, false)
	book.Fill(t, p)
	return p
}

func see(t *testing.T, p *changed.Page, want []string, not ...string) {
	t.Helper()
	shot := strings.Join(strings.Fields(book.Draw(p, 64, 70, false)), " ")
	for _, w := range want {
		if !strings.Contains(shot, w) {
			t.Errorf("does not show %q:\n%s", w, book.Draw(p, 64, 70, false))
		}
	}
	for _, w := range not {
		if strings.Contains(shot, w) {
			t.Errorf("shows %q:\n%s", w, book.Draw(p, 64, 70, false))
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
	see(t, p, []string{"‹since last visit anywhere 01-Nov-2026›", "~ warfarin"}, "Gout")
	turn(t, p)
	see(t, p, []string{"‹in 90 days›", "~ warfarin"}, "Gout")
	turn(t, p)
	see(t, p, []string{"‹in 1 year›", "+ metformin", "Gout"})
	turn(t, p)
	see(t, p, []string{"‹since you looked"})

	p = open(t, time.Time{}, book.Of(text.English, records()...))
	see(t, p, []string{"‹in 90 days›", "you have not looked here on an earlier day", "~ warfarin"}, "since you looked", "Gout")
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

// Each period that could be counted from stands behind the one that is: the title reads on
// into the one that is counted from.
func TestTheTitleReadsOnIntoWhatIsCountedFrom(t *testing.T) {
	p := open(t, time.Time{}, book.Of(text.English, records()...))
	see(t, p, []string{"What changed ‹in 90 days› v in 1 year · since last visit anywhere 01-Nov-2026"})
}

func measured(id string, ago int, systolic, diastolic string) ehrdesk.Record {
	part := func(code, name, number string) ehrdesk.Result {
		return ehrdesk.Result{Code: ehrdesk.Concept{Text: name, Codings: []ehrdesk.Coding{{System: "http://loinc.org", Code: code}}},
			Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: number, Unit: "mmHg"}}}
	}
	return record(ehrdesk.KindObservation, "Observation", id, "Blood pressure", "final", ago, ehrdesk.Facts{Results: []ehrdesk.Result{part("8480-6", "Systolic", systolic), part("8462-4", "Diastolic", diastolic)}})
}

func tested(id, name, number, status string, ago int, flag ehrdesk.Flag) ehrdesk.Record {
	q := func(n string) ehrdesk.Quantity { return ehrdesk.Quantity{Number: n, Unit: "mmol/L"} }
	r := ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: q(number)}, Flag: flag, Ranges: []ehrdesk.Range{{Low: q("3.5"), High: q("5.1")}}, Assessed: true}
	out := record(ehrdesk.KindLaboratory, "Observation", id, name, status, ago, ehrdesk.Facts{Results: []ehrdesk.Result{r}})
	out.Flag, out.Assessed = flag, true
	return out
}

// The value before is the one before the newest, whatever the period; what was known when
// it began and what was graver in between are told as such.
func TestTheValueBeforeIsTheOneBefore(t *testing.T) {
	p := open(t, time.Time{}, book.Of(text.English,
		tested("k1", "Potassium", "4.4", "final", 120, ehrdesk.FlagNone), tested("k2", "Potassium", "3.9", "final", 30, ehrdesk.FlagNone), tested("k3", "Potassium", "5.6", "preliminary", 3, ehrdesk.FlagHigh),
		tested("s1", "Sodium", "4.1", "final", 120, ehrdesk.FlagNone), tested("s2", "Sodium", "6.8", "final", 40, ehrdesk.FlagCriticalHigh), tested("s3", "Sodium", "4.2", "final", 20, ehrdesk.FlagNone), tested("s4", "Sodium", "4.3", "final", 4, ehrdesk.FlagNone)))
	see(t, p, []string{"Potassium 5.6 mmol/L H ↑ high PARTIAL before 3.9 mmol/L · earlier 4.4 mmol/L",
		"Sodium 4.3 mmol/L in range again before 4.2 mmol/L · in between 6.8 mmol/L HH ↑↑ CRITICAL, 12-Oct-2026 · earlier 4.1 mmol/L"})
}

// A vital sign that was measured stands in digits, the blood pressure as one value, and is
// not counted once more among what nothing assesses.
func TestABloodPressureThatWasTakenStandsInDigits(t *testing.T) {
	p := open(t, time.Time{}, book.Of(text.English, measured("b1", 100, "150", "90"), measured("b2", 5, "126", "68")))
	see(t, p, []string{"Vital signs 1", "126/68 mmHg", "before 150/90 mmHg"}, "not assessed")
}

// A course in steps says the step that its days have come to, before and after.
func TestATaperSaysItsStep(t *testing.T) {
	taper := func(id string, ago int, status string, doses ...string) ehrdesk.Record {
		var f ehrdesk.Facts
		for i, mg := range doses {
			f.Dosages = append(f.Dosages, ehrdesk.Dosage{Sequence: string(rune('1' + i)), Timing: ehrdesk.Timing{Bounds: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "28", Code: "d"}}},
				Doses: []ehrdesk.DoseRate{{Dose: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: mg, Unit: "mg"}}}}})
		}
		return record(ehrdesk.KindMedication, "MedicationRequest", id, "prednisolone", status, ago, f)
	}
	p := open(t, time.Time{}, book.Of(text.English, taper("p1", 160, "completed", "15", "12", "10", "9"), taper("p2", 40, "active", "8", "7", "6", "5")))
	see(t, p, []string{"now 7 mg", "before 9 mg"}, "step 1", "15 mg", "8 mg", "6 mg")
}

// A drug that nothing carries on says so, and not that it ended.
func TestADrugThatRanOutSaysSo(t *testing.T) {
	old := order("s", "simvastatin", "20", "completed", 116)
	f := old.Facts()
	f.Supply.Days = ehrdesk.Quantity{Number: "112", Unit: "days", Code: "d"}
	old.Packed = f.Pack()
	see(t, open(t, time.Time{}, book.Of(text.English, old)), []string{"- simvastatin", "supply ended 17-Nov-2026, no new order"})
}

// A report that is not complete is told among what changed though nothing of it is abnormal.
func TestAReportThatIsNotCompleteIsAmongWhatChanged(t *testing.T) {
	partial := record(ehrdesk.KindLaboratory, "DiagnosticReport", "r", "Liver function", "partial", 2, ehrdesk.Facts{})
	whole := record(ehrdesk.KindLaboratory, "DiagnosticReport", "w", "Renal function", "final", 2, ehrdesk.Facts{})
	see(t, open(t, time.Time{}, book.Of(text.English, partial, whole)), []string{"Liver function"}, "Renal function")
}

// A booking that became a visit is that visit; one that was called off or not kept is no visit
// and is not ahead; and what is ahead begins with the next.
func TestABookingThatWasNotKeptIsNoVisit(t *testing.T) {
	booking := func(id, title, status string, ago int) ehrdesk.Record {
		return record(ehrdesk.KindEncounter, "Appointment", id, title, status, ago, ehrdesk.Facts{})
	}
	named := record(ehrdesk.KindEncounter, "Encounter", "n", "Named attendance", "finished", 7, ehrdesk.Facts{Relations: []ehrdesk.Relation{{Role: "appointment", Ref: ehrdesk.Ref{Resource: "Appointment", ID: "b0"}}}})
	its := booking("b0", "Follow-up named", "fulfilled", 7)
	its.Source = "Dr Somebody"
	p := open(t, time.Time{}, book.Of(text.English, named, its, record(ehrdesk.KindEncounter, "Encounter", "e", "Clinic attendance", "finished", 5, ehrdesk.Facts{}), booking("b1", "Follow-up kept", "fulfilled", 5),
		booking("b2", "Ultrasound", "cancelled", 9), booking("b3", "Dietitian", "noshow", 8), booking("b4", "Physiotherapy", "cancelled", -9), booking("b5", "Eye clinic", "booked", -20), booking("b6", "Foot clinic", "booked", -4)))
	see(t, p, []string{"Visits 2", "Clinic attendance", "Named attendance", "Not kept 3", "Ahead 2", "Foot clinic"}, "Follow-up kept", "Follow-up named")
}
