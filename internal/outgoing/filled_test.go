package outgoing_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/forms"
	"github.com/ehrdesk/ehrdesk/internal/form/formtest"
	"github.com/ehrdesk/ehrdesk/internal/outgoing"
)

// filling is a form of some readings of blood pressure, by their systolic values.
func filling(t *testing.T, systolic ...int) *outgoing.Filled {
	t.Helper()
	f, err := forms.Read("blood-pressure-glucose")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.November, 30, 9, 30, 0, 0, ehrdesk.HongKong())
	a := form.New(f)
	a.Know(form.Around{Now: now})
	for row, n := range systolic {
		if row > 0 {
			if _, err := a.Add(form.At("reading", row-1)); err != nil {
				t.Fatal(err)
			}
		}
		mmHg := ehrdesk.Coding{System: "http://unitsofmeasure.org", Code: "mm[Hg]", Display: "mm[Hg]"}
		set := func(link string, v form.Value, rows ...int) {
			if err := a.Set(form.At(link, rows...), v); err != nil {
				t.Fatal(link, err)
			}
		}
		set("when", form.Value{Kind: form.IsDateTime, Text: fmt.Sprintf("2026-11-%02dT09:30:00+08:00", n%28+1)}, row, 0)
		who, _ := f.Item("who")
		set("who", who.Options[0].Value, row, 0)
		set("systolic", form.Value{Kind: form.IsQuantity, Text: fmt.Sprint(n), Unit: mmHg}, row, 0, 0)
		set("diastolic", form.Value{Kind: form.IsQuantity, Text: "80", Unit: mmHg}, row, 0, 0)
	}
	return &outgoing.Filled{Answers: a, Draft: "d1", Patient: "p1", By: outgoing.Author{Staff: "drlee", Name: "Dr Lee", Provider: "hcp1"}, Language: "en", Authored: ehrdesk.At(now)}
}

func records(t testing.TB, f *outgoing.Filled) []ehrdesk.DepositRecord {
	t.Helper()
	out, err := f.Records()
	if err != nil {
		t.Fatalf("%v: %+v", err, f.Answers.Check())
	}
	return out
}

// Shown again a form is the same; another draft, another provider or another patient has other ids.
func TestWhatLeavesFollowsFromTheDraft(t *testing.T) {
	a, b := records(t, filling(t, 130, 140)), records(t, filling(t, 130, 140))
	if len(a) != 3 || outgoing.Digest(a) != outgoing.Digest(b) || a[0].Record.Resource != "QuestionnaireResponse" {
		t.Fatalf("%+v", a)
	}
	for i := range a[1:] {
		if a[i+1].Record.ID != outgoing.MadeOf(a[0].Record.ID, i) {
			t.Errorf("%d is %s", i, a[i+1].Record.ID)
		}
	}
	for name, change := range map[string]func(*outgoing.Filled){
		"draft":    func(f *outgoing.Filled) { f.Draft = "d2" },
		"provider": func(f *outgoing.Filled) { f.By.Provider = "hcp2" },
		"patient":  func(f *outgoing.Filled) { f.Patient = "p2" },
	} {
		f := filling(t, 130, 140)
		change(f)
		for i, r := range records(t, f) {
			if slices.ContainsFunc(a, func(o ehrdesk.DepositRecord) bool { return o.Record.ID == r.Record.ID }) {
				t.Errorf("another %s, the same id of record %d", name, i)
			}
		}
	}
}

func TestWhatIsNotCompleteDoesNotLeave(t *testing.T) {
	f := filling(t, 130)
	if err := f.Answers.Clear(form.At("who", 0, 0)); err != nil {
		t.Fatal(err)
	}
	var lacks *ehrdesk.NotComplete
	if _, err := f.Records(); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid || !errors.As(err, &lacks) || lacks.Problems != 1 {
		t.Errorf("%v", err)
	}
}

// Whatever is changed in a correction: a record that stays keeps its id and is sent only if it is another; one that is made no
// more is withdrawn; one that is new has an id that nothing had; and corrected once more with the same, nothing but the response
// leaves.
func TestACorrectionKeepsWhatStays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		readings := rapid.SliceOfNDistinct(rapid.IntRange(90, 200), 1, 6, rapid.ID)
		old := readings.Draw(rt, "old")
		now := readings.Draw(rt, "now")
		first := records(t, filling(t, old...))
		correct := func(had []ehrdesk.DepositRecord) []ehrdesk.DepositRecord {
			f := filling(t, now...)
			f.Corrects, f.Had = first[0].Record.ID, had
			return records(t, f)
		}
		out := correct(first[1:])
		same := 0
		for _, n := range now {
			if slices.Contains(old, n) {
				same++
			}
		}
		var versions, fresh, gone int
		at := map[string]ehrdesk.DepositRecord{}
		for _, r := range first[1:] {
			at[r.Record.ID] = r
		}
		for _, r := range out[1:] {
			_, was := at[r.Record.ID]
			switch r.Becomes {
			case ehrdesk.DepositNew:
				fresh++
			case ehrdesk.DepositVersion:
				versions++
			case ehrdesk.DepositWithdrawn:
				gone++
			}
			if was != (r.Becomes != ehrdesk.DepositNew) {
				rt.Fatalf("%s becomes %d", r.Record.ID, r.Becomes)
			}
			at[r.Record.ID] = r
		}
		if out[0].Becomes != ehrdesk.DepositVersion || out[0].Record.ID != first[0].Record.ID || len(now) != same+versions+fresh || len(old) != same+versions+gone || fresh > 0 && gone > 0 {
			rt.Fatalf("%v to %v: %d the same, %d versions, %d new, %d withdrawn", old, now, same, versions, fresh, gone)
		}
		var had []ehrdesk.DepositRecord
		for _, r := range at {
			had = append(had, r)
		}
		if again := correct(had); len(again) != 1 {
			rt.Fatalf("%v to %v, again: %d records", old, now, len(again))
		}
	})
}

// Every form of ours leaves, in every language.
func TestEveryFormLeaves(t *testing.T) {
	for _, name := range forms.Names() {
		f, err := forms.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		a := form.New(f)
		formtest.Fill(t, a)
		for _, language := range []string{"en", "zh-Hant", "zh-Hans"} {
			for _, r := range records(t, &outgoing.Filled{Answers: a, Draft: "d", Patient: "p1", Language: language}) {
				if r.Becomes != ehrdesk.DepositNew || r.Record.Title == "" {
					t.Errorf("%s: %+v", name, r.Record)
				}
			}
		}
	}
}
