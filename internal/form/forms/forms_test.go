package forms_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/extract"
	"github.com/ehrdesk/ehrdesk/internal/form/forms"
	"github.com/ehrdesk/ehrdesk/internal/form/formtest"
)

func read(t *testing.T, name string) *form.Form {
	t.Helper()
	f, err := forms.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTheFormsAreThoseThatAreNamed(t *testing.T) {
	want := []string{"allergy-report", "blood-pressure-glucose", "encounter-note", "immunisation", "incident-report", "query-entry", "referral-letter", "sick-leave-certificate"}
	if got := forms.Names(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if _, err := forms.Read("other"); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Error(err)
	}
}

// Every form of ours is used whole: nothing in it is named as not supported.
func TestEveryFormIsUsedWhole(t *testing.T) {
	for _, name := range forms.Names() {
		f := read(t, name)
		if f.URL != "urn:ehrdesk:form:"+name || f.Version == "" || f.Status != "active" {
			t.Errorf("%s: %s %s %s", name, f.URL, f.Version, f.Status)
		}
		for _, u := range slices.Concat(f.Unsupported, extract.Judge(f)) {
			t.Errorf("%s: %+v", name, u)
		}
		if f.Approval != (name == "incident-report") {
			t.Errorf("%s: approval %v", name, f.Approval)
		}
	}
}

// Every word that is shown is in three languages, each its own.
func TestEveryWordIsInThreeLanguages(t *testing.T) {
	check := func(where string, x form.Text) {
		var languages []string
		for _, o := range x.Other {
			languages = append(languages, o.Language)
			if strings.TrimSpace(o.Words) == "" {
				t.Errorf("%s: empty in %s", where, o.Language)
			}
		}
		if x.Said == "" || !slices.Equal(languages, []string{"zh-Hant", "zh-Hans"}) {
			t.Errorf("%s: %q %q", where, x.Said, languages)
		}
	}
	for _, name := range forms.Names() {
		f := read(t, name)
		check(name, f.Title)
		check(name, f.Description)
		f.Each(func(it *form.Item) {
			if it.Hidden {
				return
			}
			check(name+" "+it.Link, it.Text)
			for i := range it.Options {
				check(fmt.Sprint(name, " ", it.Link, " ", i), it.Options[i].Words)
			}
		})
	}
}

func given() extract.Given {
	n := 0
	return extract.Given{
		Header: form.Header{ID: "r1", Status: form.Completed, Subject: form.Pointer{Reference: "Patient/p1"}, Author: form.Pointer{Reference: "Practitioner/d1"},
			Authored: ehrdesk.At(time.Date(2026, time.November, 30, 9, 30, 0, 0, ehrdesk.HongKong()))},
		NewID:    func() string { n++; return fmt.Sprint("x", n) },
		Language: "zh-Hant",
	}
}

// A form that is filled in leaves a response, and the records that it is for.
func TestEveryFormLeavesTheRecordsThatItIsFor(t *testing.T) {
	want := map[string]string{
		"allergy-report": "AllergyIntolerance", "blood-pressure-glucose": "Observation Observation Observation Observation Observation Observation", "encounter-note": "DocumentReference Observation Observation Observation Observation",
		"immunisation": "Immunization", "incident-report": "", "query-entry": "", "referral-letter": "DocumentReference", "sick-leave-certificate": "DocumentReference",
	}
	for _, name := range forms.Names() {
		a := form.New(read(t, name))
		formtest.Fill(t, a)
		if p := a.Check(); len(p) > 0 {
			t.Errorf("%s: %+v", name, p)
		}
		records, left := extract.Records(a, given())
		var types []string
		for _, r := range records {
			types = append(types, r.Type)
			keep(t, name+"-"+r.Type+"-"+r.ID, r.JSON)
		}
		if got := strings.Join(types, " "); got != want[name] || len(left) > 0 {
			t.Errorf("%s: %s, %+v", name, got, left)
		}
		keep(t, "response-"+name, a.Response(given().Header))
	}
}

// Whatever is chosen, a form can be completed, and what it leaves is whole.
func TestEveryWayThroughAFormComesToAnEnd(t *testing.T) {
	for _, name := range forms.Names() {
		for way := 1; way < 8; way++ {
			a := form.New(read(t, name))
			formtest.FillAs(t, a, way)
			if p := a.Check(); len(p) > 0 {
				t.Errorf("%s %d: %+v", name, way, p)
			}
			records, left := extract.Records(a, given())
			if len(left) > 0 {
				t.Errorf("%s %d: %+v", name, way, left)
			}
			for _, r := range records {
				keep(t, fmt.Sprintf("%s-%d-%s-%s", name, way, r.Type, r.ID), r.JSON)
			}
			keep(t, fmt.Sprintf("response-%s-%d", name, way), a.Response(given().Header))
		}
	}
}

// keep writes what was made for a validator, where a folder is named.
func keep(t *testing.T, name string, b []byte) {
	if dir := os.Getenv("EHRDESK_RESPONSES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".json"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
