package main

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// What a command reads stands in docs/commands.md, in its help and so in the manual page.
func TestEveryCommandThatReadsSaysSoInItsHelp(t *testing.T) {
	doc, err := os.ReadFile("../../docs/commands.md")
	if err != nil {
		t.Fatal(err)
	}
	root := (&app{}).root()
	rows := 0
	for line := range strings.SplitSeq(strings.ReplaceAll(string(doc), `\|`, "/"), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 3 || !strings.HasPrefix(cells[1], " `ehrdesk ") || strings.TrimSpace(cells[2]) == "" {
			continue
		}
		name := strings.Trim(strings.Fields(cells[1])[1], "`")
		c, _, err := root.Find([]string{name})
		if err != nil || c == root {
			continue
		}
		rows++
		says := false
		for _, c := range append(c.Commands(), c) {
			says = says || reading(c)
		}
		if !says {
			t.Errorf("ehrdesk %s reads %s, and its help does not say so", name, strings.TrimSpace(cells[2]))
		}
	}
	if rows < 12 {
		t.Errorf("%d rows of docs/commands.md read anything: this finds nothing", rows)
	}
}

func reading(c *cobra.Command) bool {
	words := strings.ToLower(c.Short + c.Long)
	return strings.Contains(words, "standard input")
}
