package drafts_test

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/drafts"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/book"
)

func lab(id, title string, change func(r *ehrdesk.Record)) ehrdesk.Record {
	r := ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: id, Title: title, Status: "final", Date: ehrdesk.Day(2026, 11, 2)}
	r.Packed = (&ehrdesk.Facts{Code: ehrdesk.Concept{Text: title}}).Pack()
	if change != nil {
		change(&r)
	}
	return r
}

func scribe(fields ...ehrdesk.Kind) *ehrdesk.DraftProgram {
	return &ehrdesk.DraftProgram{Name: "scribe", Version: "1.2", Held: true, Fields: fields}
}

func TestRecordsThatMayNotBeGivenAreNoLines(t *testing.T) {
	b := book.Of(text.English,
		lab("given", "Potassium", nil),
		lab("restricted", "Lithium", func(r *ehrdesk.Record) { r.Restricted = true }),
		lab("released", "Clozapine", func(r *ehrdesk.Record) { r.Released = true }),
		lab("error", "Sodium", func(r *ehrdesk.Record) { r.Status = ehrdesk.EnteredInError }),
		lab("linked", "Specimen", func(r *ehrdesk.Record) { r.Linked = true }),
		lab("names", "Urea of somebody born 02-Mar-1950", nil),
		lab("long", strings.Repeat("word ", 400), nil),
		lab("another", "Chest X-ray", func(r *ehrdesk.Record) { r.Kind = ehrdesk.KindRadiology }))
	fields := drafts.Fields(b, scribe(ehrdesk.KindLaboratory, ehrdesk.KindNote))
	if len(fields) != 2 || len(fields[0].Records) != 1 || fields[0].Records[0].ID != "given" || !strings.HasPrefix(fields[0].Lines[0], "Potassium · ") || fields[0].Naming != 2 {
		t.Errorf("fields: %+v", fields)
	}
	if r := drafts.Request(scribe(ehrdesk.KindLaboratory, ehrdesk.KindNote), fields); len(r.Parts) != 1 || r.Parts[0].Field != ehrdesk.KindLaboratory || !r.Program.Same(*scribe(ehrdesk.KindLaboratory, ehrdesk.KindNote)) {
		t.Errorf("asked for: %+v", r)
	}
}

func TestTheNewestRecordsAreGivenAndTheOthersCounted(t *testing.T) {
	var all []ehrdesk.Record
	for i := range ehrdesk.DraftMostLines + 7 {
		all = append(all, lab(strconv.Itoa(i), "Potassium "+strconv.Itoa(i), nil))
	}
	f := drafts.Fields(book.Of(text.English, all...), scribe(ehrdesk.KindLaboratory))[0]
	if len(f.Lines) != ehrdesk.DraftMostLines || f.More != 7 || f.Records[0].ID != "0" {
		t.Errorf("%d lines, %d more, first %s", len(f.Lines), f.More, f.Records[0].ID)
	}
}

func TestAKindThatTheProfessionIsNotShownIsNotGiven(t *testing.T) {
	fields := drafts.Fields(book.Nurse(text.English), scribe(ehrdesk.KindNote))
	if len(fields) != 1 || fields[0].Standing.String() != "hidden" || len(fields[0].Lines) != 0 {
		t.Errorf("fields: %+v", fields)
	}
}

// Whatever a record says, each line is one of its own, has no day of birth, and stands at its record.
func TestNoRecordMakesALineThatNamesThePatient(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		titles := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"1950-03-02", "2 Mar 1950", "a\nb", "\x1b[31m", ""})), 0, 8).Draw(t, "titles")
		var all []ehrdesk.Record
		for i, title := range titles {
			all = append(all, lab(strconv.Itoa(i), title, func(r *ehrdesk.Record) { r.Restricted = rapid.Bool().Draw(t, "restricted") }))
		}
		b := book.Of(text.English, all...)
		f := drafts.Fields(b, scribe(ehrdesk.KindLaboratory))[0]
		if len(f.Lines) != len(f.Records) {
			t.Fatalf("%d lines of %d records", len(f.Lines), len(f.Records))
		}
		who := b.Chart.Patient()
		for i, l := range f.Lines {
			n, err := strconv.Atoi(f.Records[i].ID)
			if err != nil || all[n].Restricted || l == "" || l != ehrdesk.CleanLine(l) || who.Identifies(l) {
				t.Fatalf("%q of %s", l, f.Records[i])
			}
		}
	})
}
