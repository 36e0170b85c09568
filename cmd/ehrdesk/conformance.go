package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
)

// examineWait is how long a server is examined at most.
const examineWait = 2 * time.Minute

func (a *app) conformanceCommand() *cobra.Command {
	var tokenFile string
	c := &cobra.Command{
		Use:   "conformance URL",
		Short: "What a FHIR R4 server can do, and where it would mislead a desk",
		Long: "Reads the CapabilityStatement and tries what it says: the probes read organisations, practitioners and locations, no person's record, and change\n" +
			"nothing. A line an ability: yes, no or unknown, whether that was seen or is only stated, and what a lack of it comes to. Exit 9 where no desk can\n" +
			"work at the server, 2 for what is no FHIR R4 server. --token-file names a file with an access token, sent as a Bearer.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			const op = "conformance"
			token := ""
			if tokenFile != "" {
				b, err := cardreader.ReadAdministered(op, "the file with the token", tokenFile, maxSite)
				if err != nil {
					return err
				}
				token = strings.TrimSpace(string(b))
			}
			d, err := a.desk()
			if err != nil {
				return err
			}
			defer func() { _ = d.Close() }() // nothing was opened
			if f, ok := a.err.(*os.File); ok && !a.json && term.IsTerminal(int(f.Fd())) {
				fmt.Fprintln(a.err, "asking the server…") // some take seconds to write their statement
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), examineWait)
			defer cancel()
			r, err := d.Examine(ctx, args[0], token)
			if err != nil {
				return renamed(op, err)
			}
			head := "FHIR " + ehrdesk.CleanLine(r.FHIR)
			if r.Software != "" {
				head += ", " + ehrdesk.CleanLine(r.Software)
			}
			if a.json {
				err = a.line(r, "")
			} else {
				err = a.line(nil, fmt.Sprintf("%s, looked at %s in %s", head, r.At.Local().Format("02-Jan-2006 15:04"), r.Took.Round(time.Millisecond)))
				for _, f := range r.Findings {
					words := fmt.Sprintf("%-8s %-9s %s", f.Is, f.How, f.What)
					if f.Means != "" {
						words += " · " + f.Harm + ": " + f.Means
					}
					err = first(err, a.line(nil, words))
				}
				if len(r.Unasked) > 0 {
					err = first(err, a.line(nil, "types of a patient's record that it does not search: "+strings.Join(r.Unasked, " ")))
				}
			}
			if err == nil && r.Stops() {
				err = ehrdesk.Errorf(op, ehrdesk.CodeConflict, "no desk can work at this server as it is")
			}
			return err
		},
	}
	c.Flags().StringVar(&tokenFile, "token-file", "", "a file with an access token, yours alone")
	return c
}
