package main

import (
	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk/internal/central"
)

// deskCommand is about what the centre vouches for of desks' access logs.
func (p *program) deskCommand() *cobra.Command {
	var keys bool
	var of string
	list := &cobra.Command{
		Use: "list", Short: "How far each desk's access log is vouched for; with --keys, who is enrolled where and signed in", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				if keys {
					return c.DeskKeys(cmd.Context(), of, func(k central.DeskKey) error { return p.line(k) })
				}
				return c.DeskLogs(cmd.Context(), func(d central.DeskLog) error { return p.line(d) })
			})
		},
	}
	list.Flags().BoolVar(&keys, "keys", false, "a line for each person's key on a desk: since when, last heard of, whether signed in now")
	list.Flags().StringVar(&of, "hcp", "", "with --keys: of this provider only")
	var desk string
	revoke := &cobra.Command{
		Use: "revoke", Short: "End one person's key on one desk, and its sessions", Args: cobra.NoArgs,
		Long: "End one person's key on one desk, and its sessions: at once at the centre, and on the desk when it next asks. The account stays; a new activation code enrols the desk anew.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				if err := c.RevokeDesk(cmd.Context(), desk); err != nil {
					return err
				}
				return p.line(map[string]string{"revoked": desk})
			})
		},
	}
	revoke.Flags().StringVar(&desk, "desk", "", "the key, as list --keys names it (required)")
	_ = revoke.MarkFlagRequired("desk")
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
	return group("desk", "Desks: their access logs, who is enrolled on them, and the end of that", list, revoke, forget)
}
