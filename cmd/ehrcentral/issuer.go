package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// maxIssuerFile bounds a public key in PEM, with room for words around it.
const maxIssuerFile = 64 << 10

func (p *program) issuerCommand() *cobra.Command {
	var name string
	add := &cobra.Command{
		Use: "add FILE", Short: "Believe the cards of an issuer from now on", Args: cobra.ExactArgs(1),
		Long: "FILE (- is standard input) holds one P-256 public key in PEM. An issuer who stands there already, by the same name, stays as it is.",
		RunE: func(cmd *cobra.Command, files []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return p.eachFile("issuer.add", files, func(r io.Reader, _ string) error {
					pem, err := io.ReadAll(io.LimitReader(r, maxIssuerFile+1))
					if err != nil {
						return ehrdesk.Errorf("issuer.add", ehrdesk.CodeInvalid, "the file cannot be read")
					}
					if err := c.AddCardIssuer(cmd.Context(), name, pem); err != nil {
						return err
					}
					return p.issuers(cmd, c, name)
				})
			})
		},
	}
	add.Flags().StringVar(&name, "name", "", "what the issuer is called here (required)")
	_ = add.MarkFlagRequired("name")
	list := &cobra.Command{
		Use: "list", Short: "List the issuers whose cards are believed", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error { return p.issuers(cmd, c, "") })
		},
	}
	remove := &cobra.Command{
		Use: "remove NAME", Short: "Believe an issuer's cards no more", Args: cobra.ExactArgs(1),
		Long: "It counts from the next act on. Consents that rest on such cards stay as they are.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				if err := c.RemoveCardIssuer(cmd.Context(), args[0]); err != nil {
					return err
				}
				return p.line(map[string]any{"name": args[0], "removed": true})
			})
		},
	}
	return group("issuer", "Issuers whose cards are believed in a consent by card", add, list, remove)
}

// issuers prints those there are, or the one of that name.
func (p *program) issuers(cmd *cobra.Command, c *central.Centre, name string) error {
	all, err := c.CardIssuers(cmd.Context())
	if err != nil {
		return err
	}
	for _, i := range all {
		if name == "" || i.Name == name {
			if err := p.line(i); err != nil {
				return err
			}
		}
	}
	return nil
}
