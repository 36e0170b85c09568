package forms_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/forms"
	"github.com/ehrdesk/ehrdesk/internal/form/formtest"
	"github.com/ehrdesk/ehrdesk/internal/form/populate"
)

// What a form of ours does not let through, and says in three languages.
func TestAFormDoesNotLetThroughWhatCannotBe(t *testing.T) {
	v := func(k form.Kind, s string) form.Value { return form.Value{Kind: k, Text: s} }
	q := func(n, unit string) form.Value {
		return form.Value{Kind: form.IsQuantity, Text: n, Unit: ehrdesk.Coding{System: "http://unitsofmeasure.org", Code: unit}}
	}
	for _, c := range []struct {
		name, form string
		at         form.Place
		answer     form.Value
		what       form.Fault
	}{
		{"a diastolic pressure that is no lower", "blood-pressure-glucose", form.At("diastolic", 0, 0, 0), q("40", "mm[Hg]"), form.Rule},
		{"a pressure that nobody has", "blood-pressure-glucose", form.At("systolic", 0, 0, 0), q("400", "mm[Hg]"), form.TooHigh},
		{"glucose in another unit", "blood-pressure-glucose", form.At("glucose", 0, 0), q("90", "mg/dL"), form.WrongUnit},
		{"to be seen again in the past", "encounter-note", form.At("again-when", 0, 0), v(form.IsDate, "2026-11-29"), form.Rule},
		{"a vaccine that had expired", "immunisation", form.At("expiry"), v(form.IsDate, "2026-11-29"), form.Rule},
		{"the third dose of two", "immunisation", form.At("number", 0, 0), v(form.IsInteger, "3"), form.Rule},
		{"found before it happened", "incident-report", form.At("found", 0, 0), v(form.IsDateTime, "2026-11-29"), form.Rule},
		{"a leave of no days", "sick-leave-certificate", form.At("days"), v(form.IsInteger, "0"), form.TooLow},
		{"a query without a reason", "query-entry", form.At("explain"), v(form.IsString, "wrong"), form.TooShort},
	} {
		a := form.New(read(t, c.form))
		a.Know(form.Around{Now: time.Date(2026, time.November, 29, 9, 0, 0, 0, ehrdesk.HongKong())})
		formtest.Fill(t, a)
		if p := a.Check(); len(p) > 0 {
			t.Errorf("%s: %+v", c.form, p)
		}
		if err := a.Set(c.at, c.answer); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		p := a.Check()
		if len(p) != 1 || p[0].What != c.what || c.what == form.Rule && (p[0].Words.Said == "" || len(p[0].Words.Other) != 2) {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
	a := form.New(read(t, "blood-pressure-glucose"))
	_ = a.Set(form.At("when", 0, 0), v(form.IsDateTime, "2026-11-30"))
	found := false
	for _, p := range a.Check() {
		found = found || p.What == form.Rule && p.Place.Link == "reading"
	}
	if !found {
		t.Errorf("a reading of nothing: %+v", a.Check())
	}
}

func TestAFormBeginsWithTheDayAndWhoFillsItIn(t *testing.T) {
	now := time.Date(2026, time.November, 30, 9, 30, 0, 0, ehrdesk.HongKong())
	in := populate.Facts{Patient: ehrdesk.Patient{ID: "p1"}, User: populate.User{ID: "d1", Name: "Dr Wong"}}
	for _, c := range []struct {
		form string
		at   form.Place
		want string
	}{
		{"sick-leave-certificate", form.At("issued"), "2026-11-30"},
		{"encounter-note", form.At("when"), "2026-11-30T09:30:00+08:00"},
		{"blood-pressure-glucose", form.At("when", 0, 0), "2026-11-30T09:30:00+08:00"},
		{"immunisation", form.At("when"), "2026-11-30"},
		{"query-entry", form.At("reply"), "Dr Wong"},
	} {
		a := form.New(read(t, c.form))
		if src := populate.Begin(a, in, now); len(src) == 0 || a.Value(c.at).Text != c.want {
			t.Errorf("%s: %+v %+v", c.form, a.Value(c.at), src)
		}
	}
}

// A form calls an allergy what the chart calls it, in each language.
func TestAFormCallsAnAllergyAsTheChartDoes(t *testing.T) {
	of := 0
	for _, name := range forms.Names() {
		raw, err := forms.Raw(name)
		if err != nil {
			t.Fatal(err)
		}
		of += strings.Count(string(raw), "過敏") + strings.Count(string(raw), "过敏")
		if n := strings.Count(string(raw), "敏感"); n > 0 {
			t.Errorf("%s says 敏感 %d times", name, n)
		}
	}
	if of < 8 {
		t.Errorf("%d times of an allergy: this looks at nothing", of)
	}
}
