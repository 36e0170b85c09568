package form_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/formtest"
)

func header() form.Header {
	return form.Header{ID: "r1", Status: form.Completed, Subject: form.Pointer{Reference: "Patient/p1"}, Author: form.Pointer{Reference: "Practitioner/d1", Display: "Dr A"},
		Authored: ehrdesk.At(time.Date(2026, time.November, 30, 9, 30, 0, 0, ehrdesk.HongKong()))}
}

// others are the questionnaires of other people, where they are.
func others(t *testing.T) []string {
	dir := os.Getenv("EHRDESK_QUESTIONNAIRES")
	if dir == "" {
		dir = "../../../shared/data/questionnaires"
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Skip("SKIP the questionnaires of other people: EHRDESK_QUESTIONNAIRES names no folder that has them")
	}
	return files
}

// TestOtherPeoplesFormsAreFilledInOrRefusedByName prints the table of docs/forms.md.
func TestOtherPeoplesFormsAreFilledInOrRefusedByName(t *testing.T) {
	filled := 0
	files := others(t)
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(raw), `"Questionnaire"`) {
			continue
		}
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "Questionnaire-"), ".json")
		f, err := form.Read(raw, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		closed, refused := named(f, form.Closes), named(f, form.Refuses)
		if f.Refused() {
			t.Logf("| %s | no | %s |", name, refused)
			continue
		}
		a := form.New(f)
		formtest.Fill(t, a)
		if p := a.Check(); len(p) > 0 {
			t.Errorf("%s: filled in, and %+v", name, p)
			continue
		}
		goesRoundTrip(t, name, a)
		filled++
		t.Logf("| %s | yes | %s |", name, closed)
	}
	t.Logf("%d of %d are filled in", filled, len(files))
	if filled*5 < len(files)*4 {
		t.Errorf("fewer than four in five")
	}
}

// goesRoundTrip writes the response, reads it back and holds the two together.
func goesRoundTrip(t *testing.T, name string, a *form.Answers) {
	t.Helper()
	out := a.Response(header())
	back, h, left, err := form.ReadResponse(a.Form(), out)
	same := h.Authored.SameTime(header().Authored)
	h.Authored = header().Authored
	if err != nil || len(left) > 0 || !same || h != header() {
		t.Errorf("%s: read back: %v %+v %+v", name, err, left, h)
		return
	}
	if again := back.Response(h); string(again) != string(out) {
		t.Errorf("%s: read back it is another response:\n%s\n%s", name, out, again)
	}
	if dir := os.Getenv("EHRDESK_RESPONSES"); dir != "" { // for a validator
		if err := os.WriteFile(filepath.Join(dir, "response-"+name+".json"), out, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// named are the things of a weight, each with its items.
func named(f *form.Form, w form.Weight) string {
	var order []string
	links := map[string][]string{}
	for _, u := range f.Unsupported {
		if u.Weight != w {
			continue
		}
		what := fmt.Sprintf("%s (%s)", u.What, u.Why)
		if links[what] == nil {
			order = append(order, what)
		}
		links[what] = append(links[what], u.Link)
	}
	for i, what := range order {
		if l := strings.Join(links[what], ", "); l != "" {
			order[i] = l + ": " + what
		}
	}
	return strings.Join(order, "; ")
}
