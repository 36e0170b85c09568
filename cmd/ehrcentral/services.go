package main

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// hcpServiceCommands are about what a provider offers.
func (p *program) hcpServiceCommands() *cobra.Command {
	var hcp, specialty, name, id string
	add := &cobra.Command{
		Use: "add", Short: "A provider offers a service, to be found in the directory by its name and specialty", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				s, err := c.AddService(cmd.Context(), operator(), hcp, specialty, name)
				if err != nil {
					return err
				}
				return p.line(s)
			})
		},
	}
	add.Flags().StringVar(&specialty, "specialty", "", "of which specialty: "+specialties()+" (required)")
	add.Flags().StringVar(&name, "name", "", "what it is called (required)")
	list := &cobra.Command{
		Use: "list", Short: "List what a provider offers, and has offered", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return c.Services(cmd.Context(), hcp, func(s central.Service) error { return p.line(s) })
			})
		},
	}
	end := &cobra.Command{
		Use: "end", Short: "A provider offers a service no more; the directory says so", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				if err := c.EndService(cmd.Context(), operator(), hcp, id); err != nil {
					return err
				}
				return p.line(map[string]string{"ended": id})
			})
		},
	}
	end.Flags().StringVar(&id, "service", "", "its id, as list has it (required)")
	for _, c := range []*cobra.Command{add, list, end} {
		c.Flags().StringVar(&hcp, "hcp", "", "number of the provider (required)")
		for _, f := range []string{"hcp", "specialty", "name", "service"} {
			if c.Flags().Lookup(f) != nil {
				_ = c.MarkFlagRequired(f)
			}
		}
	}
	return group("service", "What a provider offers", add, list, end)
}

func specialties() string {
	var codes []string
	for _, s := range ehrdesk.Specialties() {
		codes = append(codes, s.Code)
	}
	return strings.Join(codes, ", ")
}

// agreement are the flags of what a provider has agreed to.
type agreement struct{ view, deposit string }

func (a *agreement) flags(c *cobra.Command, usual string) {
	c.Flags().StringVar(&a.view, "view", "", "whether it has agreed to look into records that are shared: yes or no "+usual)
	c.Flags().StringVar(&a.deposit, "deposit", "", "whether it has agreed to deposit its own: yes or no "+usual)
}

// said are the flags as they were given, nil for one that was not. Errors: CodeInvalid.
func (a *agreement) said(op string) (view, deposit *bool, err error) {
	one := func(text string) (*bool, error) {
		yes := text == "yes"
		switch text {
		case "":
			return nil, nil
		case "yes", "no":
			return &yes, nil
		}
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an agreement is yes or no")
	}
	view, err = one(a.view)
	deposit, err2 := one(a.deposit)
	return view, deposit, cmp.Or(err, err2)
}

// hcpAgreeCommand is what a provider has agreed to.
func (p *program) hcpAgreeCommand() *cobra.Command {
	var hcp string
	var said agreement
	c := &cobra.Command{
		Use: "agree", Short: "What a provider has agreed to: to look in, to deposit; without a flag, show it", Args: cobra.NoArgs,
		Long: "What a provider has agreed to with eHealth: to look into records that are shared with it, and to deposit its own. The two are apart. What it has not agreed to is refused from the next request on, whoever the patient is.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			view, deposit, err := said.said("hcp.agree")
			if err != nil {
				return err
			}
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				a, err := c.Agree(cmd.Context(), operator(), hcp, view, deposit)
				if err != nil {
					return err
				}
				return p.line(a)
			})
		},
	}
	c.Flags().StringVar(&hcp, "hcp", "", "number of the provider (required)")
	_ = c.MarkFlagRequired("hcp")
	said.flags(c, "(default: as it is)")
	return c
}
