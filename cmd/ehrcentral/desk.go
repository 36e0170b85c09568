package main

import (
	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk/internal/central"
)

// deskCommand is about what the centre vouches for of desks' access logs.
func (p *program) deskCommand() *cobra.Command {
	list := &cobra.Command{
		Use: "list", Short: "How far each desk's access log is vouched for", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return c.DeskLogs(cmd.Context(), func(d central.DeskLog) error { return p.line(d) })
			})
		},
	}
	var hcp, log string
	forget := &cobra.Command{
		Use: "forget", Short: "Vouch for a desk's access log anew, from its first entry", Args: cobra.NoArgs,
		Long: "For a desk that was restored from a backup, once somebody has looked into it: until then every checkpoint of it is refused. What was signed before is kept.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				if err := c.ForgetDeskLog(cmd.Context(), hcp, log); err != nil {
					return err
				}
				return p.line(map[string]string{"forgotten": log})
			})
		},
	}
	forget.Flags().StringVar(&hcp, "hcp", "", "number of the provider (required)")
	forget.Flags().StringVar(&log, "log", "", "the log, as list names it (required)")
	for _, f := range []string{"hcp", "log"} {
		_ = forget.MarkFlagRequired(f)
	}
	return group("desk", "What the centre vouches for of desks' access logs", list, forget)
}
