// Package scripted reads the scripts that the tests of the programs run, to say which commands none
// of them runs as it is meant to be run, or none as it is not.
package scripted

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// Lacking names the commands under root that no script of the folders runs rightly, and those that
// none runs wrongly and has refused. wrappers are the scripts' own commands that run one rightly,
// such as "enrol" for "ehrdesk enrol".
func Lacking(root *cobra.Command, wrappers map[string]string, folders ...string) (right, wrong []string, err error) {
	ran := map[*cobra.Command][2]bool{}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
		if err != nil {
			return nil, nil, err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, nil, err
			}
			for line := range strings.SplitSeq(string(text), "\n") {
				if c, refused := command(root, wrappers, strings.Fields(line)); c != nil {
					r := ran[c]
					r[0], r[1] = r[0] || !refused, r[1] || refused
					ran[c] = r
				}
			}
		}
	}
	for _, c := range leaves(root) {
		if !ran[c][0] {
			right = append(right, c.CommandPath())
		}
		if !ran[c][1] {
			wrong = append(wrong, c.CommandPath())
		}
	}
	return right, wrong, nil
}

// command is what a line of a script runs, and whether the script has it refused.
func command(root *cobra.Command, wrappers map[string]string, words []string) (c *cobra.Command, refused bool) {
	for len(words) > 0 {
		switch first := words[0]; {
		case first == "!":
			refused, words = true, words[1:]
			continue
		case first == "exec":
			words = words[1:]
			continue
		case first == "exits" && len(words) > 1:
			refused, words = words[1] != "0", words[2:]
			continue
		case wrappers[first] != "":
			words = strings.Fields(wrappers[first])
		}
		break
	}
	if len(words) == 0 || words[0] != root.Name() {
		return nil, false
	}
	c, _, err := root.Find(words[1:])
	if err != nil {
		return nil, false
	}
	return c, refused
}

// leaves are the commands that do something. What the library adds is its own.
func leaves(c *cobra.Command) (out []*cobra.Command) {
	for _, sub := range c.Commands() {
		if sub.Name() != "completion" && sub.Name() != "help" {
			out = append(out, leaves(sub)...)
		}
	}
	if c.Runnable() && !c.HasSubCommands() {
		out = append(out, c)
	}
	return out
}
