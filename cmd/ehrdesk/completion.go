package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ehrdesk/ehrdesk"
)

// offered are the values of flags that take one of a few, by the flag's name.
func offered() map[string][]string {
	words := func(n int, word func(int) string) (out []string) {
		for i := range n {
			out = append(out, word(i))
		}
		return out
	}
	roles, why, types := ehrdesk.Professions(), ehrdesk.Purposes(), ehrdesk.RecordTypes()
	return map[string][]string{
		"lang": languages(), "theme": themes(), "format": {"csv", "json", "text", "signed"}, "signin": {"none", "smart"}, "server": {"plain"}, "encoding": encodings(), "outcome": outcomes(),
		"role":    words(len(roles), func(i int) string { return string(roles[i]) }),
		"purpose": words(len(why), func(i int) string { return string(why[i]) }),
		"type":    words(len(types), func(i int) string { return types[i].String() }),
	}
}

// complete has a shell offer the values of such flags, of a command and those below it.
func complete(c *cobra.Command) {
	values := offered()
	for _, f := range [...]*pflag.FlagSet{c.Flags(), c.PersistentFlags()} {
		f.VisitAll(func(f *pflag.Flag) {
			if v, ok := values[f.Name]; ok && f.Value.Type() == "string" {
				_ = c.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(v, cobra.ShellCompDirectiveNoFileComp)) // refused where it is registered already
			}
		})
	}
	for _, sub := range c.Commands() {
		complete(sub)
	}
}
