// Package manual is what the programs say of themselves: help that is wrapped at words and
// names the exit status, and a manual page with what every command reads and does.
package manual

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/roff"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/ehrdesk/ehrdesk"
)

// statuses are the exit statuses, by a code that ends with each (docs/commands.md).
var statuses = [...]struct {
	code ehrdesk.Code
	is   string
}{
	{"", "done"},
	{ehrdesk.CodeOther, "another fault"},
	{ehrdesk.CodeInvalid, "the command line or what was read is not right"},
	{ehrdesk.CodeNotFound, "not found"},
	{ehrdesk.CodeConsentNeeded, "a sharing consent is needed"},
	{ehrdesk.CodeOffline, "no line to the central service, or no answer in time"},
	{ehrdesk.CodeDenied, "refused: not for this account, or against a rule"},
	{ehrdesk.CodeNotSignedIn, "not signed in, locked, or locked out"},
	{ehrdesk.CodeCard, "the card or its reader"},
	{ehrdesk.CodeConflict, "what is there stands against it"},
	{ehrdesk.CodeTampered, "changed from outside, or damaged"},
}

// Use has a program print help of our making: what fits the terminal of out, 80 columns where
// that is none. version is what --version says.
func Use(root *cobra.Command, version string, out io.Writer) {
	root.Version = version
	root.SilenceErrors, root.SilenceUsage = true, true
	width := 80
	if f, ok := out.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			width = min(max(w, 40), 120)
		}
	}
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { _, _ = io.WriteString(c.OutOrStdout(), Help(c, width)) })
	root.AddCommand(&cobra.Command{Use: "man", Short: "Print the manual page, in roff: man -l", Hidden: true, Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		_, err := io.WriteString(c.OutOrStdout(), Page(c.Root(), time.Now()))
		return err
	}})
}

// Help is what --help prints of a command, wrapped at words to a width.
func Help(c *cobra.Command, width int) string {
	var b strings.Builder
	put := func(title string, rows [][2]string) {
		if len(rows) == 0 {
			return
		}
		b.WriteString("\n" + title + "\n")
		names := 0
		for _, r := range rows {
			names = max(names, len(r[0]))
		}
		for _, r := range rows {
			for i, l := range wrap(r[1], max(20, width-names-4)) {
				if i > 0 {
					r[0] = ""
				}
				fmt.Fprintf(&b, "  %-*s  %s\n", names, r[0], l)
			}
		}
	}
	for p := range strings.SplitSeq(paragraphs(about(c)), "\n") {
		b.WriteString(strings.Join(wrap(p, width), "\n") + "\n")
	}
	use := strings.TrimSuffix(c.UseLine(), " [flags]")
	if c.HasAvailableSubCommands() {
		use += " COMMAND"
	}
	b.WriteString("\nUsage\n  " + use + " [flags]\n")
	var commands [][2]string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			commands = append(commands, [2]string{sub.Name(), sub.Short})
		}
	}
	put("Commands", commands)
	put("Flags", flags(c.LocalFlags()))
	put("Flags of every command", flags(c.InheritedFlags()))
	var exits [][2]string
	for _, s := range statuses {
		exits = append(exits, [2]string{fmt.Sprint(s.code.Exit()), s.is})
	}
	put("Exit status", exits)
	return b.String()
}

// about is what a command does, with all that is to be said of it.
func about(c *cobra.Command) string {
	if c.Long != "" {
		return c.Long
	}
	return c.Short
}

// flags are the flags of a set, each with its value and what it does.
func flags(of *pflag.FlagSet) (rows [][2]string) {
	of.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name, what := pflag.UnquoteUsage(f)
		row := "--" + f.Name
		if f.Shorthand != "" {
			row = "-" + f.Shorthand + ", " + row
		}
		if name != "" {
			row += " " + name
		}
		switch f.DefValue {
		case "", "false", "0", "0s", "[]":
		default:
			if !strings.Contains(what, "default:") {
				what += " (default: " + f.DefValue + ")"
			}
		}
		rows = append(rows, [2]string{row, what})
	})
	return rows
}

// wrap breaks a line between words; a flag's name is one.
func wrap(line string, width int) []string {
	out := []string{""}
	for w := range strings.FieldsSeq(line) {
		last := &out[len(out)-1]
		switch {
		case *last == "":
			*last = w
		case ansi.StringWidth(*last)+1+ansi.StringWidth(w) > width:
			out = append(out, w)
		default:
			*last += " " + w
		}
	}
	return out
}

// paragraphs joins the lines of a text that were broken for its source: a line that ends
// a sentence ends a paragraph.
func paragraphs(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, l := range lines[:len(lines)-1] {
		if l == "" || lines[i+1] == "" || strings.HasSuffix(l, ".") || strings.HasSuffix(l, ":") {
			lines[i] += "\n"
		} else {
			lines[i] += " "
		}
	}
	return strings.Join(lines, "")
}

// Page is the manual page of a program, in roff: what each command does and reads, its flags,
// and the exit statuses.
func Page(root *cobra.Command, day time.Time) string {
	p := page{roff.NewDocument()}
	p.Heading(1, root.Name(), root.Short, day)
	p.Section("Name")
	p.Text(root.Name() + " - " + root.Short)
	p.Section("Synopsis")
	p.TextBold(root.Name())
	p.Text(" [command] [--flags]")
	p.Section("Description")
	p.text(root.Long)
	p.Section("Options")
	p.flags(root.PersistentFlags())
	p.flags(root.LocalNonPersistentFlags())
	p.Section("Commands")
	each(root, func(c *cobra.Command) {
		if c == root || c.HasSubCommands() && c.Long == "" && !c.HasLocalFlags() {
			return
		}
		p.TaggedParagraph(-1)
		p.TextBold(strings.TrimSuffix(c.UseLine(), " [flags]"))
		p.EndSection()
		p.text(c.Short + ".")
		p.Indent(-1)
		if c.Long != "" {
			p.Paragraph()
			p.text(c.Long)
		}
		p.flags(c.LocalNonPersistentFlags())
		p.IndentEnd()
	})
	p.Section("Exit status")
	for _, s := range statuses {
		p.TaggedParagraph(-1)
		p.TextBold(fmt.Sprint(s.code.Exit()))
		p.EndSection()
		p.text(s.is)
	}
	return p.String() + "\n"
}

type page struct{ *roff.Document }

// text writes a text as it is: the library takes a percent sign for its own.
func (p page) text(s string) {
	p.Text(strings.ReplaceAll(paragraphs(s), "%", "%%"))
	p.EndSection()
}

func (p page) flags(of *pflag.FlagSet) {
	for _, row := range flags(of) {
		if strings.HasSuffix(row[0], "--help") {
			continue
		}
		p.TaggedParagraph(-1)
		p.TextBold(row[0])
		p.EndSection()
		p.text(row[1])
	}
}

// each visits a command and what is below it, but what is hidden and the library's own.
func each(c *cobra.Command, visit func(*cobra.Command)) {
	if c.Hidden || c.Name() == "help" || c.Name() == "completion" {
		return
	}
	visit(c)
	for _, sub := range c.Commands() {
		each(sub, visit)
	}
}
