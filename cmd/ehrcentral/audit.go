package main

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// auditCommand is about the centre's access log as evidence: whether it is whole, and all
// of it for a program that looks through it.
func (p *program) auditCommand() *cobra.Command {
	verify := &cobra.Command{
		Use: "verify [FILE…]", Short: "Follow the access log from its first event, and hold it against what was signed",
		Long: "Follow the access log from its first event, and hold it against the heads that the centre signed. Each FILE (- is standard input) has a signed head a line, as \"ehrdesk audit heads\" prints those that a desk took home: with them a log that was cut or written anew is found, whoever can write to the store and its key. A gate prints as well, a line each, the logs of all gates as the engine has them, and holds its own against the store.",
		RunE: func(cmd *cobra.Command, files []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				var taken []string
				err := p.eachFile("audit", files, func(r io.Reader, _ string) error {
					in := bufio.NewScanner(io.LimitReader(r, 64<<20))
					for in.Scan() {
						if line := strings.TrimSpace(in.Text()); line != "" {
							taken = append(taken, line)
						}
					}
					if in.Err() != nil {
						return ehrdesk.Errorf("audit", ehrdesk.CodeInvalid, "a file has no signed heads, a line each")
					}
					return nil
				})
				if err != nil {
					return err
				}
				found, err := c.VerifyAudit(cmd.Context(), taken)
				if err != nil {
					return err
				}
				if err := p.line(found); err != nil {
					return err
				}
				faults := len(found.Faults)
				chains, err := c.Chains(cmd.Context())
				for _, chain := range chains {
					faults += len(chain.Faults)
					err = errors.Join(err, p.line(chain))
				}
				if err != nil {
					return err
				}
				if faults > 0 {
					return ehrdesk.Errorf("audit", ehrdesk.CodeTampered, "the access log is not as it was written")
				}
				return nil
			})
		},
	}
	unusual := &cobra.Command{
		Use: "unusual", Short: "The events that somebody has to look at, oldest first", Args: cobra.NoArgs,
		Long: "The events that somebody has to look at: incidents, refused reports of desks, and what a desk did without the line that ought not to have been. marks says why: late (longer without the centre than the provider allows), clock (the desk does not vouch for its clock), no-consent (no consent stood then), closed (the account was closed by then), ended (after the account, the registration or the provider had ended), desk (nothing shows yet that who reports and who acted are of one desk); many-look-ups, many-identities, many-forms, many-withdrawals, many-wrong-codes, many-unknown-numbers (so many within a short time), form-without-number (a consent by form whose reference has no digit), same-surname (the patient bears a name of who asks), out-of-hours (at night, at a clinic), officer (a User Administrator tried to put a security officer out). An event that is marked sampled as well was drawn for \"audit review\". An incident at a desk is one event however often it is found: times and last_at say how often, and when last.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return c.Unusual(cmd.Context(), func(a central.Access) error { return p.line(a) })
			})
		},
	}
	return group("audit", "Whether the access log is whole, and all of it", verify, p.auditExportCommand(), p.auditCheckCommand(), unusual,
		p.patientOfCommand(), p.reviewCommand(), p.reviewedCommand(), p.sampleCommand())
}

// patientOfCommand is the way from what a desk's log names a patient by to what the centre's
// log is asked by.
func (p *program) patientOfCommand() *cobra.Command {
	var patient string
	c := &cobra.Command{
		Use: "patient", Short: "Whom a desk's log means by an id: the eHR number, and nothing else", Args: cobra.NoArgs,
		Long: "A desk's access log names a patient by the centre's id. This gives the eHR number, by which \"audit export\", \"accesses\" and \"notices\" are asked, and nothing else of the person. That it was asked for, and of whom, is an event before it is given, also where there is no such patient.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				n, err := c.NumberOf(cmd.Context(), patient)
				if err != nil {
					return err
				}
				return p.line(n)
			})
		},
	}
	c.Flags().StringVar(&patient, "patient", "", "the id that a desk's log has (required)")
	_ = c.MarkFlagRequired("patient")
	return c
}
