package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// reviewCommand lists what an officer compares with the paper.
func (p *program) reviewCommand() *cobra.Command {
	var all bool
	var percent int
	c := &cobra.Command{
		Use: "review", Short: "The acts on one person's word that were drawn for you to compare with the paper, oldest first", Args: cobra.NoArgs,
		Long: "The acts that rest on what one person at a desk says, and that were drawn for an officer: a consent or a withdrawal by signed form, an identity verified by a document that was seen, contact data that were changed. Each line has the form's number, who took it, at which provider and desk. Nobody without the centre's key can tell which will be drawn. With --percent they are drawn anew, by the same key, from all such acts: the same ones each time, and a larger share holds every smaller one. \"audit reviewed\" takes one off the list.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if percent < 0 || percent > 100 {
				return ehrdesk.Errorf("audit", ehrdesk.CodeInvalid, "a rate is 0 to 100 in a hundred")
			}
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return c.Reviews(cmd.Context(), percent, all, func(r central.Review) error { return p.line(r) })
			})
		},
	}
	c.Flags().BoolVar(&all, "all", false, "those that somebody has looked at too")
	c.Flags().IntVar(&percent, "percent", 0, "draw anew so many in a hundred of all such acts")
	return c
}

// reviewedCommand writes down what came of one.
func (p *program) reviewedCommand() *cobra.Command {
	var event, finding string
	var again bool
	c := &cobra.Command{
		Use: "reviewed", Short: "Write down that you have looked at an act, and what you found", Args: cobra.NoArgs,
		Long: "Write down in the access log, which is a chain, that you have compared an act with the paper. It prints the event with what was found, by whom and when. One that somebody has reviewed already is told so, with by whom and when, and stays as it is (exit 9); with --again another finding is written down: the last one counts, and all of them stay.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				done, err := c.Review(cmd.Context(), operator(), event, finding, again)
				if err != nil {
					return err
				}
				return p.line(struct {
					Event string `json:"event"`
					central.Reviewed
				}{event, done})
			})
		},
	}
	c.Flags().StringVar(&event, "event", "", "its event, as audit review prints it (required)")
	c.Flags().StringVar(&finding, "finding", "", strings.Join(central.Findings(), " or ")+" (required)")
	c.Flags().BoolVar(&again, "again", false, "another finding of an act that somebody has reviewed")
	for _, f := range []string{"event", "finding"} {
		_ = c.MarkFlagRequired(f)
	}
	return c
}

// sampleCommand is how many are drawn.
func (p *program) sampleCommand() *cobra.Command {
	var percent int
	c := &cobra.Command{
		Use: "sample", Short: "How many in a hundred of such acts are drawn, or another rate from now on", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				var set *int
				if cmd.Flags().Changed("percent") {
					set = &percent
				}
				now, err := c.SampleRate(cmd.Context(), operator(), set)
				if err != nil {
					return err
				}
				return p.line(map[string]int{"percent": now})
			})
		},
	}
	c.Flags().IntVar(&percent, "percent", 0, "so many from now on, 0 to 100")
	return c
}
