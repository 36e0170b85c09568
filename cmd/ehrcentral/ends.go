package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// dayOf is midnight in Hong Kong at the beginning of a day, zero for "". Errors: CodeInvalid.
func dayOf(op, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := central.Day(text)
	if err != nil {
		return t, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a day is given as 2026-12-31")
	}
	return t, nil
}

// ended is what a command says of an end that it has set.
type ended struct {
	HCP   string `json:"hcp"`
	Staff string `json:"staff,omitempty"`
	ehrdesk.End
}

// end sets an end and prints it as it stands.
func (p *program) end(cmd *cobra.Command, e central.Ending) error {
	return p.with(cmd, central.Options{}, func(c *central.Centre) error {
		set, err := c.SetEnd(cmd.Context(), operator(), e)
		if err != nil {
			return err
		}
		return p.line(ended{set.HCP, set.Staff, set.End})
	})
}

// hcpEndCommands are about providers that end, or are interrupted.
func (p *program) hcpEndCommands() []*cobra.Command {
	ends := func(use, short, long string, of ehrdesk.EndOf, from string, now bool) *cobra.Command {
		var hcp, since, until, reason string
		cmd := &cobra.Command{
			Use: use, Short: short, Args: cobra.NoArgs, Long: long,
			RunE: func(cmd *cobra.Command, _ []string) (err error) {
				e := central.Ending{HCP: hcp, End: ehrdesk.End{Of: of, Reason: reason}}
				if e.Since, err = dayOf("hcp."+use, since); err != nil {
					return err
				}
				if e.Until, err = dayOf("hcp."+use, until); err != nil {
					return err
				}
				return p.end(cmd, e)
			},
		}
		cmd.Flags().StringVar(&hcp, "hcp", "", "number of the provider (required)")
		cmd.Flags().StringVar(&reason, "reason", "", "why, in words that its people read")
		_ = cmd.MarkFlagRequired("hcp")
		if now {
			cmd.Flags().StringVar(&since, from, "", "from midnight in Hong Kong at the beginning of this day on (default: now)")
		} else {
			cmd.Flags().StringVar(&since, from, "", "from midnight in Hong Kong at the beginning of this day on (required)")
			_ = cmd.MarkFlagRequired(from)
		}
		if of == ehrdesk.ProviderSuspended {
			cmd.Flags().StringVar(&until, "until", "", "in force again from the beginning of this day on (default: until resume)")
		}
		return cmd
	}
	const stays = " Its desks hear of it when they next ask, and lock their copies; acts that they have kept go after resume. What it has deposited stays, and others read it as before."
	suspend := ends("suspend", "Suspend a provider: none of its people is served", "Suspend a provider from now on, or from a day on."+stays, ehrdesk.ProviderSuspended, "from", true)
	withdraw := ends("withdraw", "A provider leaves eHealth, or is made to", "A provider leaves eHealth now, or on a day."+stays, ehrdesk.ProviderWithdrawn, "from", true)
	expire := ends("expire", "Until when a provider is registered", "A provider's registration ends on a day, of which its people are told 30 days ahead; it is renewed by a later day."+stays, ehrdesk.ProviderLapses, "on", false)
	var of string
	resume := &cobra.Command{
		Use: "resume", Long: "No suspension and no withdrawal of a provider counts any more. The end of its registration stays: it is renewed by hcp expire with a later day.", Short: "A provider is as before: no suspension and no withdrawal counts", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				if err := c.LiftEnd(cmd.Context(), operator(), of, "", ehrdesk.ProviderSuspended, ehrdesk.ProviderWithdrawn); err != nil {
					return err
				}
				return p.line(map[string]string{"resumed": of})
			})
		},
	}
	resume.Flags().StringVar(&of, "hcp", "", "number of the provider (required)")
	_ = resume.MarkFlagRequired("hcp")
	list := &cobra.Command{
		Use: "list", Short: "The providers: active, suspended, withdrawn or lapsed, and what is to end", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return c.ProviderStates(cmd.Context(), func(s central.HCPState) error { return p.line(s) })
			})
		},
	}
	return []*cobra.Command{suspend, withdraw, expire, resume, list}
}

// accountExpireCommand is about until when an account, or its person's registration, is good.
func (p *program) accountExpireCommand() *cobra.Command {
	var hcp, staff, on, reason string
	var registration, never bool
	cmd := &cobra.Command{
		Use: "expire", Short: "Until when an account, or its person's professional registration, is good", Args: cobra.NoArgs,
		Long: "An account, or with --registration its person's registration for their profession, ends with midnight in Hong Kong at the beginning of a day: sessions that are open end then, copies of their desks do not open, and acts that they have kept go once a later day is set, or --never. The person is told 30 days ahead.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			const op = "account.expire"
			e := central.Ending{HCP: hcp, Staff: staff, End: ehrdesk.End{Of: ehrdesk.AccountEnds, Reason: reason}}
			if registration {
				e.Of = ehrdesk.RegistrationEnds
			}
			if never == (on != "") {
				return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "either --on or --never is to be given")
			}
			if never {
				return p.with(cmd, central.Options{}, func(c *central.Centre) error {
					if err := c.LiftEnd(cmd.Context(), operator(), hcp, staff, e.Of); err != nil {
						return err
					}
					return p.line(map[string]string{"hcp": hcp, "staff": staff, "without_end": string(e.Of)})
				})
			}
			var err error
			if e.Since, err = dayOf(op, on); err != nil {
				return err
			}
			return p.end(cmd, e)
		},
	}
	cmd.Flags().StringVar(&hcp, "hcp", "", "number of the provider (required)")
	cmd.Flags().StringVar(&staff, "staff", "", "staff id (required)")
	cmd.Flags().StringVar(&on, "on", "", "the first day on which it is good no more, as 2027-01-01")
	cmd.Flags().BoolVar(&never, "never", false, "it has no end any more")
	cmd.Flags().BoolVar(&registration, "registration", false, "the person's professional registration, and not the account")
	cmd.Flags().StringVar(&reason, "reason", "", "why, in words that the person reads")
	for _, f := range []string{"hcp", "staff"} {
		_ = cmd.MarkFlagRequired(f)
	}
	return cmd
}

func (p *program) accountListCommand() *cobra.Command {
	var hcp string
	var within int
	cmd := &cobra.Command{
		Use: "list", Short: "The accounts: active, closed or ended, and what of them is to end", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if within < 0 {
				return ehrdesk.Errorf("account.list", ehrdesk.CodeInvalid, "days are from 0")
			}
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return c.AccountStates(cmd.Context(), hcp, within, func(s central.AccountState) error { return p.line(s) })
			})
		},
	}
	cmd.Flags().StringVar(&hcp, "hcp", "", "of this provider only")
	cmd.Flags().IntVar(&within, "within", 0, "those alone that have ended or end within so many days")
	return cmd
}

// accountAdministratorCommand is about who sees to the accounts of a provider.
func (p *program) accountAdministratorCommand() *cobra.Command {
	var hcp, staff string
	var off bool
	cmd := &cobra.Command{
		Use: "administrator", Short: "A person is their provider's User Administrator", Args: cobra.NoArgs,
		Long: "A person is their provider's User Administrator, beside their profession: ehrdesk account lists, ends, extends and closes the accounts of that provider, and ends desks. What ehrcentral has ended they do not take back, and their own account is another's to see to.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				if err := c.SetAdministrator(cmd.Context(), operator(), hcp, staff, !off); err != nil {
					return err
				}
				return p.line(map[string]any{"hcp": hcp, "staff": staff, "user_administrator": !off})
			})
		},
	}
	cmd.Flags().StringVar(&hcp, "hcp", "", "number of the provider (required)")
	cmd.Flags().StringVar(&staff, "staff", "", "staff id (required)")
	cmd.Flags().BoolVar(&off, "off", false, "they are it no more")
	for _, f := range []string{"hcp", "staff"} {
		_ = cmd.MarkFlagRequired(f)
	}
	return cmd
}
