package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/report"
	"github.com/ehrdesk/ehrdesk/ui"
)

// What somebody likes of the screen is in a file for its owner alone, which names nobody;
// one that is broken is none.
func TestSettingsAreKeptInAFileThatNamesNobody(t *testing.T) {
	dir := t.TempDir()
	s := keptSettings(dir)
	want := ui.Settings{Lang: "zh-Hant", Theme: "colour-blind", Mouse: true, Toured: true}
	if err := s.Put("drlee@hcp-1", want); err != nil {
		t.Fatal(err)
	}
	if err := s.Put("", ui.Settings{Theme: "light"}); err != nil {
		t.Fatal(err)
	}
	again := keptSettings(dir)
	if got, ok := again.Get("drlee@hcp-1"); !ok || got != want {
		t.Errorf("%+v", got)
	}
	if got, _ := again.Get(""); got.Theme != "light" {
		t.Errorf("of the desk: %+v", got)
	}
	if _, ok := again.Get("clerk@hcp-1"); ok {
		t.Error("somebody else has settings")
	}
	file := filepath.Join(dir, "screen.json")
	b, err := os.ReadFile(file)
	if err != nil || strings.Contains(string(b), "drlee") {
		t.Errorf("%s, %v", b, err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if !report.OwnerOnly(f) {
		t.Error("others can read it")
	}
	for _, broken := range []string{"{", "null", "[]", strings.Repeat("x", maxSettings+1)} {
		if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, ok := keptSettings(dir).Get(""); ok {
			t.Errorf("settings out of %.10q", broken)
		}
		if err := keptSettings(dir).Put("", want); err != nil {
			t.Errorf("after %.10q: %v", broken, err)
		}
	}
}
