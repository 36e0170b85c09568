package usage

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// What a command line lacks is named, and nothing that was typed is said again.
func TestACommandLineThatIsRefusedSaysWhatOfIt(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"find --nosuch", "find: there is no flag --nosuch; see desk find --help"},
		{"find --a123456-3", "find: there is no such flag; see desk find --help"},
		{"find -z", "find: there is no such flag; see desk find --help"},
		{"find A123456(3)", "find: words that it does not take: a number, a key or a code comes on standard input or in a file; see desk find --help"},
		{"find --wait", "find: --wait takes a value; see desk find --help"},
		{"find --wait 5x", "find: --wait is a time, as 90s, 5m or 12h; see desk find --help"},
		{"find --many A123456", "find: --many is a number; see desk find --help"},
		{"audit list", "audit list: --by, --to: to be given; see desk audit list --help"},
		{"audit list --by x", "audit list: --to: to be given; see desk audit list --help"},
		{"audit lits", "audit: there is no such command; see desk audit --help"},
		{"A1234563", "usage: there is no such command; see desk --help"},
	} {
		root := &cobra.Command{Use: "desk", SilenceErrors: true, SilenceUsage: true, Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error { return nil }}
		find := &cobra.Command{Use: "find", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error { return nil }}
		find.Flags().Duration("wait", time.Second, "")
		find.Flags().Int("many", 0, "")
		audit := &cobra.Command{Use: "audit", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error { return nil }}
		list := &cobra.Command{Use: "list", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error { return nil }}
		for _, f := range []string{"by", "to"} {
			list.Flags().String(f, "", "")
			if err := list.MarkFlagRequired(f); err != nil {
				t.Fatal(err)
			}
		}
		audit.AddCommand(list)
		root.AddCommand(find, audit)
		args := strings.Fields(c.line)
		root.SetArgs(args)
		root.SetOut(io.Discard)
		root.SetErr(io.Discard)
		err := root.Execute()
		if err == nil {
			t.Errorf("%q is taken", c.line)
			continue
		}
		if got := Refused(root, args, err); !strings.HasPrefix(got.Error(), c.want) {
			t.Errorf("%q: %v\nwant %s", c.line, got, c.want)
		}
	}
}
