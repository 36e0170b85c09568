package main

import (
	"context"
	"io"
	"os"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/spf13/cobra"
)

func (p *program) importCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE…",
		Short: "Import FHIR R4 Bundles and NDJSON; each patient becomes a participant",
		Long:  "Import FHIR R4 Bundles of any type and NDJSON (- is standard input). Each patient becomes a participant with no sharing consent. A line a patient says what was taken, what lies outside eHealth's sharable scope, and what was refused and why. A file read again changes nothing.",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return p.eachFile("import", files, func(r io.Reader, name string) error {
					reports, err := c.Import(cmd.Context(), r, name)
					return lines(p, reports, err)
				})
			})
		},
	}
}

// eachFile opens the files in turn; the first that fails ends the command. Of
// several, the error says which by its place: a file's name may be a patient's.
func (p *program) eachFile(op string, files []string, do func(r io.Reader, name string) error) error {
	for i, name := range files {
		err := p.oneFile(op, name, do)
		if err != nil && len(files) > 1 {
			return ehrdesk.Errorf(op, ehrdesk.CodeOf(err), "file %d of %d: %s", i+1, len(files), ehrdesk.Message(err))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *program) oneFile(op, name string, do func(r io.Reader, name string) error) error {
	if name == "-" {
		return do(p.stdin, name)
	}
	f, err := os.Open(name)
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a file cannot be opened")
	}
	defer f.Close()
	return do(f, name)
}

func lines[T any](p *program, values []T, err error) error {
	if err != nil {
		return err
	}
	for _, v := range values {
		if err := p.line(v); err != nil {
			return err
		}
	}
	return nil
}

func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return ehrdesk.Errorf(use, ehrdesk.CodeInvalid, "a command is missing; see ehrcentral %s --help", use)
	}}
	cmd.AddCommand(commands...)
	return cmd
}

func (p *program) hcpCommand() *cobra.Command {
	var h central.HCP
	var never []string
	var agreed agreement
	add := &cobra.Command{
		Use: "add", Short: "Register a healthcare provider", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if h.CacheNever, err = kinds("hcp.add", never); err != nil {
				return err
			}
			view, deposit, err := agreed.said("hcp.add")
			if err != nil {
				return err
			}
			h.NoView, h.NoDeposit = view != nil && !*view, deposit != nil && !*deposit
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				id, err := c.AddHCP(cmd.Context(), h)
				if err != nil {
					return err
				}
				return p.line(map[string]string{"id": id})
			})
		},
	}
	add.Flags().StringVar(&h.Name, "name", "", "name of the provider (required)")
	add.Flags().StringVar(&h.Chinese, "chinese", "", "its Chinese name")
	add.Flags().StringVar(&h.ID, "id", "", "its 10-digit number (default: a new one)")
	add.Flags().IntVar(&h.CacheHours, "cache-hours", 0, "hours its desks may keep a copy (default: nothing past the session)")
	add.Flags().StringSliceVar(&never, neverFlag, nil, neverHelp)
	add.Flags().BoolVar(&h.Deemed, "deemed", false, "consent is given by joining eHealth (the Hospital Authority, the Department of Health and the like)")
	agreed.flags(add, "(default: yes)")
	_ = add.MarkFlagRequired("name")
	return group("hcp", "Healthcare providers", slices.Concat([]*cobra.Command{add, p.hcpCacheCommand(), p.hcpServiceCommands(), p.hcpAgreeCommand(), p.hcpSecondCommand()}, p.hcpEndCommands(), p.hcpPaperCommands())...)
}

func (p *program) accountCommand() *cobra.Command {
	var hcp, staff, name, role string
	add := &cobra.Command{
		Use: "add", Short: "Give a person an account, or a new activation code", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				code, err := c.AddAccount(cmd.Context(), hcp, staff, name, ehrdesk.Profession(role))
				if err != nil {
					return err
				}
				return p.line(map[string]string{"activation_code": code})
			})
		},
	}
	add.Flags().StringVar(&hcp, "hcp", "", "number of the provider (required)")
	add.Flags().StringVar(&staff, "staff", "", "staff id, unique within the provider (required)")
	add.Flags().StringVar(&name, "name", "", "the person's name (default: the staff id)")
	add.Flags().StringVar(&role, "role", "", "profession, as doctor, nurse, pharmacist or frontdesk (required)")
	for _, f := range []string{"hcp", "staff", "role"} {
		_ = add.MarkFlagRequired(f)
	}
	shut := &cobra.Command{
		Use: "close", Short: "Close a person's account; their desks take the keys back", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				closed, err := c.CloseAccount(cmd.Context(), hcp, staff)
				if err != nil {
					return err
				}
				return p.line(closed)
			})
		},
	}
	shut.Flags().StringVar(&hcp, "hcp", "", "number of the provider (required)")
	shut.Flags().StringVar(&staff, "staff", "", "staff id (required)")
	for _, f := range []string{"hcp", "staff"} {
		_ = shut.MarkFlagRequired(f)
	}
	return group("account", "Accounts of a provider's staff", add, shut, p.accountExpireCommand(), p.accountListCommand(), p.accountAdministratorCommand())
}

func (p *program) patientCommand() *cobra.Command {
	show := func(use, short string, one bool) *cobra.Command {
		var ehr string
		cmd := &cobra.Command{
			Use: use, Short: short, Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				return p.with(cmd, central.Options{}, func(c *central.Centre) error {
					return c.Participants(cmd.Context(), ehr, func(v central.Participant) error { return p.line(v) })
				})
			},
		}
		if one {
			cmd.Flags().StringVar(&ehr, "ehr-number", "", "eHR number (required)")
			_ = cmd.MarkFlagRequired("ehr-number")
		}
		return cmd
	}
	return group("patient", "Participants and their consents", show("list", "List the participants", false), show("show", "Show one participant", true),
		p.patientAct("consent", "The patient gives sharing consent outside the clinic", false),
		p.patientAct("revoke", "The patient withdraws it outside the clinic", true))
}

func (p *program) patientAct(use, short string, revoke bool) *cobra.Command {
	var channel, ehr, hcp string
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				con, err := c.PatientAct(cmd.Context(), ehr, hcp, ehrdesk.Channel(channel), revoke)
				if err != nil {
					return err
				}
				return p.line(con)
			})
		},
	}
	cmd.Flags().StringVar(&channel, "channel", "", "app or ivrs (required)")
	cmd.Flags().StringVar(&ehr, "ehr-number", "", "eHR number of the patient (required)")
	cmd.Flags().StringVar(&hcp, "hcp", "", "number of the provider (required)")
	for _, f := range []string{"channel", "ehr-number", "hcp"} {
		_ = cmd.MarkFlagRequired(f)
	}
	return cmd
}

func (p *program) noticesCommand() *cobra.Command {
	return about(p, "notices", "What the patients were told", (*central.Centre).Notices)
}

func about[T any](p *program, use, short string, list func(*central.Centre, context.Context, string, func(T) error) error) *cobra.Command {
	var ehr string
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return list(c, cmd.Context(), ehr, func(v T) error { return p.line(v) })
			})
		},
	}
	cmd.Flags().StringVar(&ehr, "ehr-number", "", "of this participant only")
	return cmd
}

func (p *program) recordCommand() *cobra.Command {
	files := func(use, short, op string, do func(*central.Centre, context.Context, io.Reader, string) ([]central.RecordChange, error)) *cobra.Command {
		return &cobra.Command{
			Use: use + " FILE…", Short: short, Args: cobra.MinimumNArgs(1),
			RunE: func(cmd *cobra.Command, files []string) error {
				return p.with(cmd, central.Options{}, func(c *central.Centre) error {
					return p.eachFile(op, files, func(r io.Reader, name string) error {
						changes, err := do(c, cmd.Context(), r, name)
						return lines(p, changes, err)
					})
				})
			},
		}
	}
	return group("record", "Records that arrive or are withdrawn at the centre",
		files("add", "A record arrives, as from another provider", "record.add", (*central.Centre).AddRecords),
		files("delete", "A record is withdrawn, named by a file that holds it", "record.delete", (*central.Centre).DeleteRecords))
}
