package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The page that a security officer works from names commands and flags that there are.
func TestTheOfficersPageNamesCommandsThatThereAre(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "officer.md"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for line := range strings.Lines(string(page)) {
		typed, ok := strings.CutPrefix(line, "    ehrcentral ")
		if !ok {
			continue
		}
		typed, _, _ = strings.Cut(typed, "#")
		typed, _, _ = strings.Cut(typed, "|")
		typed, _, _ = strings.Cut(typed, ">")
		typed, _, _ = strings.Cut(typed, "<")
		seen++
		p := &program{stdout: io.Discard}
		c, args, err := p.root().Find(strings.Fields(typed))
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
		if err := c.ValidateRequiredFlags(); err != nil {
			t.Errorf("%q: %v", typed, err)
		}
	}
	if seen < 10 {
		t.Errorf("%d commands on the page", seen)
	}
}
