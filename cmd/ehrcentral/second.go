package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// hcpSecondCommand is which acts on one person's word a second person of a provider approves.
func (p *program) hcpSecondCommand() *cobra.Command {
	var hcp, acts string
	c := &cobra.Command{
		Use: "second-person", Short: "The acts that a second person of a provider has to approve; without --acts, show them", Args: cobra.NoArgs,
		Long: "A consent by signed form (consent-by-form) and an identity verified by a document (identity-by-document) rest on what one person at a desk says. For a provider whose rule names them, the centre takes them only as signed by whoever took them and approved by somebody else of the provider. A withdrawal waits for nobody. The rule counts from the next request on.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var named []ehrdesk.OneWord
			switch acts {
			case "":
			case "none":
				named = []ehrdesk.OneWord{}
			default:
				var err error
				if named, err = ehrdesk.ParseOneWords(strings.Split(acts, ",")); err != nil {
					return err
				}
			}
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				s, err := c.SecondPerson(cmd.Context(), operator(), hcp, named)
				if err != nil {
					return err
				}
				return p.line(s)
			})
		},
	}
	c.Flags().StringVar(&hcp, "hcp", "", "number of the provider (required)")
	c.Flags().StringVar(&acts, "acts", "", "consent-by-form, identity-by-document, or both with a comma; none (default: as it is)")
	_ = c.MarkFlagRequired("hcp")
	return c
}
