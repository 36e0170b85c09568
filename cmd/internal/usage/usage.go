// Package usage says what of a command line is not understood, by the names of commands and flags
// alone: what was typed may be a number or a key, and goes into no message.
package usage

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ehrdesk/ehrdesk"
)

// Command is the command that a command line means, and its name without the program's: "" for
// the program by itself. Of a line that means none it is the last that is there.
func Command(root *cobra.Command, args []string) (c *cobra.Command, name string) {
	c, _, _ = root.Find(args) // where a word is no command, the one before it
	if c == nil {
		c = root
	}
	_, name, _ = strings.Cut(c.CommandPath(), " ")
	return c, name
}

// flagWord is a flag in a message of the library's, and flagName what the name of one is.
var (
	flagWord = regexp.MustCompile(`--([^\s"=,]+)`)
	flagName = regexp.MustCompile(`^[a-z]{1,12}(-[a-z]{1,12}){0,2}$`)
)

// Refused is why a command line was refused, in our words. err is the library's.
func Refused(root *cobra.Command, args []string, err error) error {
	c, name := Command(root, args)
	op := name
	if op == "" {
		op = "usage"
	}
	refused := func(words string, args ...any) error {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, words+"; see %s --help", append(args, c.CommandPath())...)
	}
	said := err.Error()
	flag := ""
	if m := flagWord.FindStringSubmatch(said); m != nil && flagName.MatchString(m[1]) {
		flag = m[1]
	}
	known := c.Flags().Lookup(flag)
	switch {
	case strings.HasPrefix(said, "required flag"):
		return refused("%s: to be given", strings.Join(Missing(c), ", "))
	case known != nil && strings.HasPrefix(said, "flag needs an argument"):
		return refused("--%s takes a value", flag)
	case known != nil && strings.HasPrefix(said, "invalid argument"):
		return refused("--%s is %s", flag, kind(known))
	case strings.HasPrefix(said, "unknown flag") && flag != "":
		return refused("there is no flag --%s", flag)
	case strings.HasPrefix(said, "unknown flag"), strings.HasPrefix(said, "unknown shorthand"), strings.HasPrefix(said, "bad flag syntax"):
		return refused("there is no such flag")
	case c.HasSubCommands():
		return refused("there is no such command")
	}
	return refused("words that it does not take: a number, a key or a code comes on standard input or in a file")
}

// Missing are the flags that a command needs and was not given.
func Missing(c *cobra.Command) (out []string) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if slices.Contains(f.Annotations[cobra.BashCompOneRequiredFlag], "true") && !f.Changed {
			out = append(out, "--"+f.Name)
		}
	})
	return out
}

// kind says what a flag's value looks like.
func kind(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "duration":
		return "a time, as 90s, 5m or 12h"
	case "bool":
		return "given alone, or =true or =false"
	case "string", "stringSlice", "stringArray":
		return "not that"
	}
	return "a number"
}
