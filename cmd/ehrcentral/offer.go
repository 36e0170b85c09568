package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// offerCommand is about what providers may put to a patient.
func (p *program) offerCommand() *cobra.Command {
	show := &cobra.Command{
		Use: "show", Short: "What is offered now: a line for each term, notice and reason", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error { return p.offered(cmd, c) })
		},
	}
	terms := &cobra.Command{
		Use: "terms TERM…", Short: "Offer these terms, in this order: indefinite, one_year", Args: cobra.MinimumNArgs(1),
		Long: "Offer these terms, in this order, from the next consent on. Consents given with another stay as they are.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				var list []ehrdesk.Term
				for _, a := range args {
					list = append(list, ehrdesk.Term(a))
				}
				if err := c.OfferTerms(cmd.Context(), list); err != nil {
					return err
				}
				return p.offered(cmd, c)
			})
		},
	}
	notice := &cobra.Command{
		Use: "notice FILE…", Short: "Have patients read these notices from now on", Args: cobra.MinimumNArgs(1),
		Long: "FILE (- is standard input) is JSON: a notice {id, version, official, title, text}, title and text by language (en, zh-Hant, zh-Hans), or a list of them. A new version counts from the next consent on; no version is ever written over.",
		RunE: func(cmd *cobra.Command, files []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return p.eachFile("offer.notice", files, func(r io.Reader, _ string) error {
					notices, err := c.OfferNotices(cmd.Context(), r)
					for _, n := range notices {
						if err == nil {
							err = p.line(noticeLine(n))
						}
					}
					return err
				})
			})
		},
	}
	reasons := &cobra.Command{
		Use: "reasons FILE", Short: "Ask for restricted records by this list of reasons", Args: cobra.ExactArgs(1),
		Long: "FILE (- is standard input) is JSON: a list of {code, text}, text by language (en, zh-Hant, zh-Hans). It takes the place of the list before.",
		RunE: func(cmd *cobra.Command, files []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return p.eachFile("offer.reasons", files, func(r io.Reader, _ string) error {
					list, err := c.OfferReasons(cmd.Context(), r)
					for _, reason := range list {
						if err == nil {
							err = p.line(reasonLine(reason))
						}
					}
					return err
				})
			})
		},
	}
	return group("offer", "Terms, notices and reasons that providers put to a patient", show, terms, notice, reasons)
}

func noticeLine(n ehrdesk.Notice) map[string]any {
	return map[string]any{"notice": n.ID, "version": n.Version, "official": n.Official, "title": n.Title}
}

func reasonLine(r central.OfferedReason) map[string]any {
	return map[string]any{"reason": r.Code, "text": r.Text}
}

// offered prints what is offered, without the notices' texts.
func (p *program) offered(cmd *cobra.Command, c *central.Centre) error {
	o, err := c.Offer(cmd.Context())
	if err != nil {
		return err
	}
	for _, t := range o.Terms {
		if err := p.line(map[string]any{"term": t}); err != nil {
			return err
		}
	}
	for _, n := range o.Notices {
		if err := p.line(noticeLine(n)); err != nil {
			return err
		}
	}
	for _, r := range o.Reasons {
		if err := p.line(reasonLine(r)); err != nil {
			return err
		}
	}
	return nil
}
