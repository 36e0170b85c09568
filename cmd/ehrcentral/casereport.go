package main

import (
	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk/internal/central"
)

// caseCommand is what the operator does with sealed cases: it reads what members reported, and no word of what was said.
func (p *program) caseCommand() *cobra.Command {
	var all bool
	reports := &cobra.Command{
		Use: "reports", Short: "What members of sealed cases reported as misuse and nobody has settled, the oldest first", Args: cobra.NoArgs,
		Long: "A line a report: the case, the number of the event that is reported, whose that is, who reports it, and why, by a code (not-for-care, wrong-patient, abusive, too-much, other). What was said cannot be read here. With --all those that were settled too.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return c.CaseReports(cmd.Context(), all, func(r central.CaseReport) error { return p.line(r) })
			})
		},
	}
	reports.Flags().BoolVar(&all, "all", false, "those that were settled too")
	settle := &cobra.Command{
		Use: "settle ID", Short: "Note that a report was looked into", Args: cobra.ExactArgs(1),
		Long: "Under your name of this machine, in the access log. A report that was settled, and one that there is not, end with 3.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return c.SettleCaseReport(cmd.Context(), operator(), args[0])
			})
		},
	}
	return group("case", "What members of sealed cases reported", reports, settle)
}
