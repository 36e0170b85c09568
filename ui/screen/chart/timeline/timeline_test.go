package timeline_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/timeline"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/book"
)

func at(year, month, day int) ehrdesk.When {
	return ehrdesk.At(time.Date(year, time.Month(month), day, 10, 0, 0, 0, book.Now().Location()))
}

func record(k ehrdesk.Kind, resource, id, title, source string, when ehrdesk.When, visit string) ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: title}}
	if visit != "" {
		f.Relations = []ehrdesk.Relation{{Role: "encounter", Ref: ehrdesk.Ref{Resource: "Encounter", ID: visit}}}
	}
	return ehrdesk.Record{Kind: k, Resource: resource, ID: id, Title: title, Status: "final", Source: source, Date: when, Packed: f.Pack()}
}

func records() []ehrdesk.Record {
	return []ehrdesk.Record{
		record(ehrdesk.KindEncounter, "Encounter", "v1", "Clinic", "Queen Mary Hospital", at(2026, 11, 3), ""),
		record(ehrdesk.KindDiagnosis, "Condition", "c1", "Asthma", "Queen Mary Hospital", at(2026, 11, 3), "v1"),
		record(ehrdesk.KindLaboratory, "Observation", "o1", "Peak flow", "Queen Mary Hospital", at(2026, 11, 3), "v1"),
		record(ehrdesk.KindNote, "DocumentReference", "n1", "Letter", "GP", at(2025, 5, 1), ""),
		record(ehrdesk.KindNote, "DocumentReference", "n2", "letter", "eHealth", at(2025, 5, 1), ""),
		record(ehrdesk.KindNote, "DocumentReference", "n3", "Old note", "GP", at(2019, 5, 1), ""),
		record(ehrdesk.KindNote, "DocumentReference", "n4", "Undated", "GP", ehrdesk.When{}, ""),
	}
}

func open(t *testing.T, lang text.Lang, list ...ehrdesk.Record) *timeline.Page {
	t.Helper()
	p := timeline.New(book.Of(lang, list...))
	book.Fill(t, p)
	return p
}

func wants(t *testing.T, p *timeline.Page, want []string, not ...string) {
	t.Helper()
	shot := book.Draw(p, 100, 20, false)
	for _, w := range want {
		if !strings.Contains(shot, w) {
			t.Errorf("does not show %q:\n%s", w, shot)
		}
	}
	for _, w := range not {
		if strings.Contains(shot, w) {
			t.Errorf("shows %q:\n%s", w, shot)
		}
	}
}

func TestAVisitStandsWithItsReasonAndWhatWasMadeAtIt(t *testing.T) {
	p := open(t, text.English, records()...)
	wants(t, p, []string{"2026 · 3", "▸03-Nov-2026 Asthma  results 1 · diagnoses 1  Clinic", "2025 · 2", "1 more source says the same", "2019 · 1", "no date"}, "Peak flow")
	if r, _ := p.Selected(); r.ID != "v1" {
		t.Errorf("in focus is %v", r.Ref())
	}
	book.Press(t, p, intent.Fold)
	wants(t, p, []string{"Peak flow"})
	book.Press(t, p, intent.Down)
	if r, _ := p.Selected(); r.ID == "v1" {
		t.Error("the records of a visit cannot be chosen")
	}
	book.Press(t, p, intent.Fold)
	wants(t, p, []string{"▸03-Nov-2026"}, "Peak flow")
}

// Copies of another institution are counted with the one they are like, and shown with a key.
func TestACopyIsUnfoldedUnderTheRecordItIsLike(t *testing.T) {
	p := open(t, text.English, records()...)
	book.Press(t, p, intent.Older)
	book.Press(t, p, intent.Fold)
	wants(t, p, []string{"= "})
	if !p.Select(ehrdesk.Ref{Resource: "DocumentReference", ID: "n1"}) || !p.Select(ehrdesk.Ref{Resource: "DocumentReference", ID: "n2"}) {
		t.Error("one of the two is not on the page")
	}
}

func TestYearsAndInstitutionsAreAKeyAway(t *testing.T) {
	p := open(t, text.English, records()...)
	var got []string
	for _, id := range []intent.ID{intent.Older, intent.Older, intent.Newer, intent.PrevSource, intent.NextSource, intent.Bottom, intent.Top} {
		book.Press(t, p, id)
		r, _ := p.Selected()
		got = append(got, r.ID)
	}
	first := got[0] // of the copies the one that comes first in the order
	if want := fmt.Sprint([]string{first, "n3", first, "v1", first, "n4", "v1"}); fmt.Sprint(got) != want || first != "n1" && first != "n2" {
		t.Errorf("went to %v, want %v", got, want)
	}
}

// Whatever is on the page can be gone to, folded or not.
func TestEveryRecordCanBeGoneTo(t *testing.T) {
	p := open(t, text.Hant, records()...)
	for _, r := range records() {
		if !p.Select(r.Ref()) {
			t.Errorf("%v is not on the page", r.Ref())
		}
		if got, _ := p.Selected(); got.Ref() != r.Ref() {
			t.Errorf("went to %v, want %v", got.Ref(), r.Ref())
		}
	}
	for w := 40; w <= 200; w += 17 {
		book.Draw(p, w, 12, true)
	}
}

func TestAnEmptyTimelineSaysWhetherNothingIsThereOrNothingCame(t *testing.T) {
	wants(t, open(t, text.English), []string{"Nothing recorded"})
	p := timeline.New(book.Never(text.English))
	book.Fill(t, p)
	wants(t, p, []string{"Nothing received yet"})
}

// A booking that was attended is said at its visit, and its row is under it.
func TestAVisitThatWasBookedIsOneRowAndSaysSo(t *testing.T) {
	visit := record(ehrdesk.KindEncounter, "Encounter", "v1", "Clinic", "Queen Mary Hospital", at(2026, 11, 3), "")
	booked := record(ehrdesk.KindEncounter, "Appointment", "a1", "Follow-up", "Queen Mary Hospital", at(2026, 11, 3), "")
	booked.Status = "fulfilled"
	p := open(t, text.English, visit, booked)
	wants(t, p, []string{"2026 · 2", "▸03-Nov-2026 Clinic  by appointment"}, "others", "Follow-up")
	book.Press(t, p, intent.Fold)
	wants(t, p, []string{"Follow-up"})
}

// A booking to come has nothing under it, which is why it does not unfold.
func TestABookingToComeSaysThatNothingIsFoldedUnderIt(t *testing.T) {
	booked := record(ehrdesk.KindEncounter, "Appointment", "a1", "Follow-up", "Dr Tsang", at(2027, 1, 19), "")
	booked.Status = "booked"
	p := open(t, text.English, booked, records()[0], records()[1])
	if got := p.DisabledReason(intent.Fold); got != "no other record is folded under this one" {
		t.Errorf("says %q", got)
	}
	book.Press(t, p, intent.Down)
	if got := p.DisabledReason(intent.Fold); got != "" {
		t.Errorf("a visit with a diagnosis cannot be unfolded: %q", got)
	}
}

// A booking that was called off says so before its reason, which may be cut.
func TestABookingThatWasCalledOffSaysSoFirst(t *testing.T) {
	f := ehrdesk.Facts{Reasons: []ehrdesk.Concept{{Text: strings.Repeat("the clinic is closed that day ", 6)}}}
	f.States = []ehrdesk.State{{Element: ehrdesk.StateStatus, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: "cancelled"}}}}}
	r := ehrdesk.Record{Kind: ehrdesk.KindEncounter, Resource: "Appointment", ID: "a", Title: "Dietitian", Status: "cancelled", Date: ehrdesk.Day(2026, 11, 3), Packed: f.Pack()}
	p := timeline.New(book.Of(text.English, r))
	book.Draw(p, 79, 20, false)
	book.Fill(t, p)
	if shot := book.Draw(p, 79, 20, false); !strings.Contains(shot, "Dietitian  cancelled") {
		t.Error(shot)
	}
}

// What is cut of a row is never that somebody was admitted.
func TestAnAdmissionSaysSoBeforeItsCounts(t *testing.T) {
	f := ehrdesk.Facts{Reasons: []ehrdesk.Concept{{Text: "Exacerbation of chronic obstructive pulmonary disease"}},
		Categories: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{System: "http://terminology.hl7.org/CodeSystem/v3-ActCode", Code: "IMP"}}}}}
	all := []ehrdesk.Record{{Kind: ehrdesk.KindEncounter, Resource: "Encounter", ID: "v", Title: "Admission", Date: at(2026, 11, 3), Packed: f.Pack()}}
	for i := range 4 {
		all = append(all, record(ehrdesk.KindNote, "DocumentReference", string(rune('a'+i)), "Note", "", at(2026, 11, 3), "v"))
	}
	if shot := book.Draw(open(t, text.English, all...), 79, 20, false); !strings.Contains(shot, "Admission") {
		t.Error(shot)
	}
}
