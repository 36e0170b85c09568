package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The page that a security officer works from names commands and flags that there are.
func TestTheOfficersPageNamesCommandsOfTheDesk(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "officer.md"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for line := range strings.Lines(string(page)) {
		typed, ok := strings.CutPrefix(line, "    ehrdesk ")
		if !ok {
			continue
		}
		for _, end := range []string{"#", "|", ">"} {
			typed, _, _ = strings.Cut(typed, end)
		}
		seen++
		a := &app{streams: streams{out: io.Discard, err: io.Discard}}
		c, args, err := a.root().Find(strings.Fields(typed))
		if err != nil || !c.Runnable() || c.HasSubCommands() {
			t.Errorf("%q: no such command: %v", typed, err)
			continue
		}
		if err := c.ParseFlags(args); err != nil {
			t.Errorf("%q: %v", typed, err)
			continue
		}
		if err := c.ValidateArgs(c.Flags().Args()); err != nil {
			t.Errorf("%q: %v", typed, err)
		}
	}
	if seen < 4 {
		t.Errorf("%d commands on the page", seen)
	}
}
