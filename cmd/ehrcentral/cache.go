package main

import (
	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

const (
	neverFlag   = "cache-never"
	handoutFlag = "handout"
	handoutHelp = "ways in which its desks may hand records out: view (documents in another program), copy, print; '' for none"
	aheadFlag   = "fetch-ahead"
	aheadHelp   = "whether its desks fetch the record of who is marked as here on the day's list before it is opened: an access that the patient is told of"
	neverHelp   = "types or kinds of record, as note,laboratory, that its desks show and keep in memory alone"
)

// hcpCacheCommand is about what a provider lets its desks keep.
func (p *program) hcpCacheCommand() *cobra.Command {
	var id string
	var hours int
	var ahead bool
	var never, ways []string
	cmd := &cobra.Command{
		Use: "cache", Short: "What a provider's desks may keep; with a flag, change it", Args: cobra.NoArgs,
		Long: "What a provider's desks may keep of what they have fetched. A change reaches each desk with its next token, within a quarter of an hour of work or at the next sign-in: copies that it no longer allows are destroyed there. --cache-never '' lets every type be kept again, --handout '' nothing be handed out. --fetch-ahead=false ends the fetching of records before they are opened; it is off unless it was switched on.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			kinds, err := kinds("hcp.cache", never)
			if err != nil {
				return err
			}
			out, err := ehrdesk.ParseHandouts(ways...)
			if err != nil {
				return ehrdesk.E("hcp.cache", ehrdesk.CodeInvalid, err)
			}
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				var now central.CachePolicy
				if given := cmd.Flags().Changed; given("cache-hours") || given(neverFlag) || given(handoutFlag) || given(aheadFlag) {
					now, err = c.SetProviderCache(cmd.Context(), id, func(h *central.HCP) {
						if given("cache-hours") {
							h.CacheHours = hours
						}
						if given(neverFlag) {
							h.CacheNever = kinds
						}
						if given(handoutFlag) {
							h.Handout = out
						}
						if given(aheadFlag) {
							h.Ahead = ahead
						}
					})
				} else {
					now, err = c.ProviderCache(cmd.Context(), id)
				}
				if err != nil {
					return err
				}
				return p.line(struct {
					HCP   string              `json:"hcp"`
					Cache central.CachePolicy `json:"cache"`
				}{id, now})
			})
		},
	}
	cmd.Flags().StringVar(&id, "hcp", "", "number of the provider (required)")
	cmd.Flags().IntVar(&hours, "cache-hours", 0, "hours its desks may keep a copy; 0: nothing past the session")
	cmd.Flags().StringSliceVar(&never, neverFlag, nil, neverHelp)
	cmd.Flags().StringSliceVar(&ways, handoutFlag, nil, handoutHelp)
	cmd.Flags().BoolVar(&ahead, aheadFlag, false, aheadHelp)
	_ = cmd.MarkFlagRequired("hcp")
	return cmd
}

// kinds reads names of types and kinds of record. Errors: CodeInvalid.
func kinds(op string, names []string) ([]ehrdesk.Kind, error) {
	out, err := ehrdesk.ParseKinds(names...)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeInvalid, err)
	}
	return out, nil
}
