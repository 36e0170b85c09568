package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// hcpPaperCommands are about the documents by which a provider is registered.
func (p *program) hcpPaperCommands() []*cobra.Command {
	var hcp, kind string
	show := func(cmd *cobra.Command, c *central.Centre) error {
		list, err := c.Checklist(cmd.Context(), hcp)
		if err != nil {
			return err
		}
		return p.line(list)
	}
	list := &cobra.Command{
		Use: "checklist", Short: "Which documents a provider has to show, and what is missing; with --kind, say what it is", Args: cobra.NoArgs,
		Long: "Which supporting documents a provider has to show to be registered, by its kind of establishment, as eHealth's booklet lists them, and which are missing, have ended or end within 30 days. Of a kind that the booklet does not list it is not known.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				if kind != "" {
					if err := c.SetEstablishment(cmd.Context(), operator(), hcp, kind); err != nil {
						return err
					}
				}
				return show(cmd, c)
			})
		},
	}
	list.Flags().StringVar(&kind, "kind", "", "the provider is of this kind: "+establishments())
	var document, until string
	var gone bool
	paper := &cobra.Command{
		Use: "document", Short: "A provider's document was seen", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			day, err := dayOf("hcp.document", until)
			if err != nil {
				return err
			}
			return p.with(cmd, central.Options{}, func(c *central.Centre) (err error) {
				if gone {
					err = c.DropPaper(cmd.Context(), operator(), hcp, document)
				} else {
					err = c.SeePaper(cmd.Context(), operator(), hcp, document, day)
				}
				if err != nil {
					return err
				}
				return show(cmd, c)
			})
		},
	}
	paper.Flags().StringVar(&document, "document", "", "which, as checklist names it (required)")
	paper.Flags().StringVar(&until, "until", "", "the first day on which it is good no more (default: it has no end)")
	paper.Flags().BoolVar(&gone, "gone", false, "it was not seen after all")
	_ = paper.MarkFlagRequired("document")
	paper.MarkFlagsMutuallyExclusive("until", "gone")
	for _, c := range []*cobra.Command{list, paper} {
		c.Flags().StringVar(&hcp, "hcp", "", "number of the provider (required)")
		_ = c.MarkFlagRequired("hcp")
	}
	return []*cobra.Command{list, paper}
}

func establishments() string {
	var names []string
	for _, e := range ehrdesk.Establishments() {
		names = append(names, e.Kind)
	}
	return strings.Join(names, ", ")
}
