package manual

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
)

func program() *cobra.Command {
	root := &cobra.Command{Use: "desk", Short: "A desk", Long: "A desk that is set up.\n\nNot a toy.", Run: func(*cobra.Command, []string) {}}
	root.PersistentFlags().String("dir", "", "state folder (default: 100% of the time %LOCALAPPDATA%, else one of those that a system without it has for programs)")
	sub := &cobra.Command{Use: "find --purpose P", Short: "Look somebody up", Run: func(*cobra.Command, []string) {},
		Long: "Standard input: the number, one line, of somebody who is registered, or is to be,\nand --purpose-of-it-all is one word.\nThe access is logged."}
	sub.Flags().String("purpose", "", "why")
	sub.Flags().Int("most", 40, "how many are told")
	root.AddCommand(sub)
	return root
}

func TestHelpFitsAnyTerminalAndBreaksNoWord(t *testing.T) {
	root := program()
	for width := 40; width <= 120; width++ {
		for _, c := range append(root.Commands(), root) {
			for l := range strings.SplitSeq(Help(c, width), "\n") {
				if ansi.StringWidth(l) > width && len(strings.Fields(l)) > 2 {
					t.Errorf("%s at %d: %q", c.Name(), width, l)
				}
			}
		}
		help := strings.Join(strings.Fields(Help(root.Commands()[0], width)), " ")
		for _, want := range []string{"--purpose-of-it-all is one word", "to be, and --purpose", "--most int how many are told (default: 40)", "Exit status 0 done", "10 changed from outside", "Flags of every command --dir string"} {
			if !strings.Contains(help, want) {
				t.Errorf("at %d, without %q: %s", width, want, help)
			}
		}
	}
}

func TestThePageSaysWhatIsReadAndHowItEnds(t *testing.T) {
	got := Page(program(), time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC))
	for _, want := range []string{`.SH EXIT STATUS`, `\fB10\fP`, `Standard input: the number`, `\fBdesk find --purpose P\fP`, `100% of the time %LOCALAPPDATA%`, `\fB--most int\fP`, `2026-11-29`} {
		if !strings.Contains(got, want) {
			t.Errorf("the page has no %q:\n%s", want, got)
		}
	}
	if bad := regexp.MustCompile(`%!|(?m)^\s*$`).FindString(strings.TrimSpace(got)); bad != "" {
		t.Errorf("%q in the page:\n%s", bad, got)
	}
}
